"""Projects side by side: what each costs, what it asks for, and the model that dominates it."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ecot.analysis.sums import cost_of, unpriced
from ecot.model.figure import Figure
from ecot.model.money import quotient, total
from ecot.model.quantities import container
from ecot.model.rows import add_quantities


class ModelUse(msgspec.Struct, frozen=True, kw_only=True):
    """A model in a project. `cost` None: not known; a model of None: what names none."""

    model: str | None
    cost: Decimal | None
    requests: Decimal | None
    tokens: Decimal | None

    @property
    def mean(self) -> Decimal | None:
        """The cost of a request, to twelve digits; None unless cost and requests are both known."""
        return quotient(self.cost, self.requests) if self.cost and self.requests else None


class Workspace(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider divides an account into, or (`sub_account_id` None) what is in no part of it.

    `lacks_cost` says that nobody knows a part of its cost. `models` are from dear to cheap, those
    of unknown cost by their tokens after them.
    """

    account: str
    sub_account_id: str | None
    cost: Decimal | None
    lacks_cost: bool
    requests: Decimal | None
    tokens: Decimal | None
    models: tuple[ModelUse, ...]

    @property
    def dominant(self) -> ModelUse | None:
        """The model that costs most; where no cost names a model, the one of most tokens."""
        return next((one for one in self.models if one.model is not None), None)

    @property
    def mean(self) -> Decimal | None:
        """The cost of a request over all models; None where a part of the cost is not known."""
        if self.lacks_cost or not self.cost or not self.requests:
            return None
        return quotient(self.cost, self.requests)


class _Sums(NamedTuple):
    cost: Decimal | None
    requests: Decimal | None
    tokens: Decimal | None


def workspaces(figures: Iterable[Figure], currency: str) -> list[Workspace]:
    """The projects of all counted figures of AI, from dear to cheap."""
    found: dict[tuple[str, str | None], list[Figure]] = {}
    for figure in figures:
        cell = figure.cell
        if cell.role == "counted" and cell.category == "ai" and not (cell.tax or cell.activity):
            found.setdefault((figure.account, cell.sub_account_id), []).append(figure)
    made = [_workspace(*key, found[key], currency) for key in found]
    return sorted(made, key=lambda one: (*_dear_first(one), one.account, one.sub_account_id or ""))


def tokens(quantities: Mapping[str, Decimal], side: str = "") -> Decimal | None:
    """All tokens of one `side` ("input", "output"), or of both; a quantity that another one
    contains is not added to it. None where none are stated."""
    names = [
        name
        for name in quantities
        if name.endswith("_tokens") and name.startswith(("input_", "output_"))
        if name.startswith(side) and container(name, quantities) is None
    ]
    return total(quantities[name] for name in names) if names else None


def tokens_of(figures: Iterable[Figure], side: str = "") -> Decimal | None:
    """The same of several figures. Each one's own container decides: one supplier states all input,
    another its parts."""
    stated = (tokens(one.cell.quantities, side) for one in figures)
    known = [count for count in stated if count is not None]
    return total(known) if known else None


def _workspace(
    account: str, sub_account_id: str | None, figures: list[Figure], currency: str
) -> Workspace:
    sums = _sums(figures, currency)
    return Workspace(
        account=account,
        sub_account_id=sub_account_id,
        cost=sums.cost,
        lacks_cost=unpriced(figures) > 0,
        requests=sums.requests,
        tokens=sums.tokens,
        models=tuple(_models(figures, currency)),
    )


def _models(figures: Iterable[Figure], currency: str) -> Iterator[ModelUse]:
    found: dict[str | None, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.cell.model, []).append(figure)
    made = [ModelUse(model=key, **_sums(found[key], currency)._asdict()) for key in found]
    yield from sorted(made, key=lambda one: (*_dear_first(one), one.model or ""))


def _sums(figures: Iterable[Figure], currency: str) -> _Sums:
    own = list(figures)
    cost = cost_of(own, currency)
    quantities = add_quantities(one.cell.quantities for one in own)
    return _Sums(cost, quantities.get("requests"), tokens_of(own))


def _dear_first(one: Workspace | ModelUse) -> tuple[bool, Decimal, Decimal]:
    return (one.cost is None, -(one.cost or Decimal(0)), -(one.tokens or Decimal(0)))
