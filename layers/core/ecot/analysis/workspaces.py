"""Projects side by side: what each costs, what it asks for, and the model that dominates it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from ecot.analysis.sums import cost_of, unconverted, unpriced, without_cost
from ecot.model.figure import Figure
from ecot.model.money import quotient, total
from ecot.model.quantities import container
from ecot.model.rows import add_quantities, provider_of


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked, and its cost: None where none is known. `lacks_cost` says that a part of it
    is unknown, has no exchange rate or was not read, and `is_replaced` that a bill stands in place
    of a part: of what is left the requests are not all that it paid."""

    cost: Decimal | None
    lacks_cost: bool = False
    is_replaced: bool = False
    requests: Decimal | None
    tokens: Decimal | None

    @property
    def mean(self) -> Decimal | None:
        """The cost of a request, to twelve digits; None unless both are known, and all of them."""
        if self.lacks_cost or self.is_replaced or not self.cost or not self.requests:
            return None
        return quotient(self.cost, self.requests)


class ModelUse(_Asked, frozen=True, kw_only=True):
    """A model in a project; of None: what names none."""

    model: str | None


class Workspace(_Asked, frozen=True, kw_only=True):
    """What a provider divides an account into, or (`sub_account_id` None) what is in no part of it.

    `models` are from dear to cheap, those of unknown cost by their tokens after them.
    """

    account: str
    sub_account_id: str | None
    models: tuple[ModelUse, ...]

    @property
    def dominant(self) -> ModelUse | None:
        """The model that costs most; where no cost names a model, the one of most tokens."""
        return next((one for one in self.models if one.model is not None), None)


def workspaces(
    figures: Iterable[Figure], currency: str, missing: Collection[str] = ()
) -> list[Workspace]:
    """The projects of all counted figures of AI, from dear to cheap; `missing` are the providers
    of which days were not read."""
    found: dict[tuple[str, str | None], list[Figure]] = {}
    for figure in figures:
        cell = figure.cell
        if cell.role == "counted" and cell.category == "ai" and not (cell.tax or cell.activity):
            found.setdefault((figure.account, cell.sub_account_id), []).append(figure)
    dark = {*without_cost(one for of_one in found.values() for one in of_one)}
    made = [
        _workspace(
            *key, found[key], currency, is_dark=key[0] in dark or provider_of(key[0]) in missing
        )
        for key in found
    ]
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
    account: str,
    sub_account_id: str | None,
    figures: list[Figure],
    currency: str,
    *,
    is_dark: bool,
) -> Workspace:
    return Workspace(
        account=account,
        sub_account_id=sub_account_id,
        models=tuple(_models(figures, currency, is_dark=is_dark)),
        **_asked(figures, currency, is_dark=is_dark),
    )


def _models(figures: Iterable[Figure], currency: str, *, is_dark: bool) -> Iterator[ModelUse]:
    found: dict[str | None, list[Figure]] = {}
    for figure in figures:
        found.setdefault(figure.cell.model, []).append(figure)
    made = [ModelUse(model=key, **_asked(found[key], currency, is_dark=is_dark)) for key in found]
    yield from sorted(made, key=lambda one: (*_dear_first(one), one.model or ""))


def _asked(figures: list[Figure], currency: str, *, is_dark: bool) -> dict[str, Any]:
    lacks = is_dark or unpriced(figures) > 0 or bool(unconverted(figures, currency))
    return {
        "cost": cost_of(figures, currency),
        "lacks_cost": lacks,
        "is_replaced": any(one.is_replaced for one in figures),
        "requests": add_quantities(one.cell.quantities for one in figures).get("requests"),
        "tokens": tokens_of(figures),
    }


def _dear_first(one: Workspace | ModelUse) -> tuple[bool, Decimal, Decimal]:
    return (one.cost is None, -(one.cost or Decimal(0)), -(one.tokens or Decimal(0)))
