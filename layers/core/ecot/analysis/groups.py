"""Groups of figures: one line of a table each, by one dimension, with its origin."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

import msgspec

from ecot.analysis.sums import by_basis, cost_of, replaced, standing, unconverted
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.rows import Basis, add_quantities

By = Literal[
    "provider",
    "account",
    "sub_account",
    "service",
    "model",
    "api_key",
    "user",
    "category",
    "day",
    "month",
]

OF_PROVIDERS: frozenset[By] = frozenset({"sub_account", "api_key", "user"})  # its own ids
Only = Literal["tax", "replaced", "activity"]
_KINDS = ((False, False), (False, True), (True, False), (True, True))  # is a tax, is replaced


class Owner(NamedTuple):
    """Whose a key is: a provider's, or an account's where every customer has the same id."""

    provider: str | None = None
    account: str | None = None


NOBODY = Owner()


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a table. `key` None is the group of rows that name none.

    `provider` is whose the key is, for what each provider names itself (projects, API keys, users);
    `account` is whose it is where the provider gives every customer the same id.
    `name` is what people call the key, where that is known. `billed_cost` is None where no cost
    is known in the currency of the totals: it is not zero. `unconverted` are costs in others that
    have no rate. `replaced` is what bills stand in place of; it is in no total. `basis` has the
    cost by origin; `origins` names every origin, also of what could not be converted. `only` says
    why a group has no cost although none is unknown: it holds nothing but tax, or but charges that
    bills stand in place of, or but what people did.
    """

    key: str | None
    provider: str | None = None
    account: str | None = None
    name: str | None = None
    billed_cost: Decimal | None
    basis: Mapping[Basis, Decimal]
    origins: tuple[Basis, ...] = ()
    unconverted: Mapping[str, Decimal] = {}
    replaced: Decimal | None = None
    only: Only | None = None
    unpriced: int
    quantities: Mapping[str, Decimal]

    @property
    def rank(self) -> list[str]:
        """Groups of the same cost stand in this order."""
        return [self.key or "", self.provider or "", self.account or ""]


def groups(
    figures: Iterable[Figure],
    by: By,
    currency: str,
    names: Mapping[str, str],
    shared: Collection[str] = (),
) -> Iterator[Group]:
    """The figures by `by`, one group for each key; `names` are what people call keys, `shared` the
    sub accounts whose id every customer has ("anthropic/default")."""
    found: dict[tuple[Owner, str | None], list[Figure]] = {}
    for figure in figures:
        found.setdefault((owner_of(figure, by, shared), key_of(figure, by)), []).append(figure)
    for (owner, key), members in found.items():
        yield group_of(owner, key, members, currency, names)


def key_of(figure: Figure, by: By) -> str | None:
    """What the figure is called in a table by `by`; None where the provider names none."""
    cell = figure.cell
    match by:
        case "provider":
            return figure.provider
        case "account":
            return figure.account
        case "sub_account":
            return cell.sub_account_id
        case "api_key":
            return cell.api_key_id
        case "day":
            return str(cell.day)
        case "month":
            return str(cell.day)[:7]
        case "service" | "model" | "user" | "category":
            value: str | None = getattr(cell, by)
            return value


def owner_of(figure: Figure, by: By, shared: Collection[str]) -> Owner:
    """Whose the key is: two providers may give the same id to different things, and one provider
    to the `shared` ones of all its customers. A group without a key is nobody's, and models,
    services and days are everybody's."""
    key = key_of(figure, by)
    if key is None or by not in OF_PROVIDERS:
        return NOBODY
    is_shared = by == "sub_account" and f"{figure.provider}/{key}" in shared
    return Owner(figure.provider, figure.account if is_shared else None)


def name_of(owner: Owner, key: str | None, names: Mapping[str, str]) -> str | None:
    """What people call the key, where that is known."""
    return None if key is None else names.get(f"{owner.provider}/{key}" if owner.provider else key)


def group_of(
    owner: Owner,
    key: str | None,
    figures: list[Figure],
    currency: str,
    names: Mapping[str, str],
) -> Group:
    """The group of the key, which all `figures` have."""
    basis = {basis: total(costs) for basis, costs in by_basis(figures, currency).items()}
    still = list(standing(figures))
    return Group(
        key=key,
        provider=owner.provider,
        account=owner.account,
        name=name_of(owner, key, names),
        billed_cost=cost_of(figures, currency),
        basis=dict(sorted(basis.items())),
        origins=_origins(still, basis),
        unconverted=unconverted(figures, currency),
        replaced=replaced(figures, currency),
        only=_only(figures),
        unpriced=sum(figure.cell.unpriced for figure in still),
        quantities=add_quantities(figure.cell.quantities for figure in figures),
    )


def _only(figures: Iterable[Figure]) -> Only | None:
    kinds = {
        (figure.cell.tax, figure.is_replaced) if figure.cell.basis else None
        for figure in figures
        if not figure.cell.activity
    }
    if not kinds:
        return "activity"
    costs, replaced_costs, taxes, replaced_taxes = ((tax, gone) in kinds for tax, gone in _KINDS)
    if costs:
        return None
    if replaced_costs:
        return "replaced"
    if None in kinds:  # usage whose cost nobody knows
        return None
    return "tax" if taxes else "replaced" if replaced_taxes else None


def _origins(figures: Iterable[Figure], costs: Mapping[Basis, Decimal]) -> tuple[Basis, ...]:
    """The origin of most money first; an unknown cost has a count of its own."""
    cells = [figure.cell for figure in figures]
    found = {cell.basis for cell in cells if cell.basis and cell.cost is not None}
    return tuple(sorted(found, key=lambda basis: (-costs.get(basis, Decimal(0)).copy_abs(), basis)))
