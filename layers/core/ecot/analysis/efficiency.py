"""What money bought: tokens by model and their price, cost by person, and how often requests fail.

A price stands only where cost and usage are of the same project, day and model (joined.py).
"""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

import msgspec

from ecot.analysis.joined import joins
from ecot.analysis.sums import cost_of, counted, standing, without_cost
from ecot.analysis.workspaces import tokens_of
from ecot.model.figure import Figure
from ecot.model.money import minus, quotient, times, total
from ecot.model.rows import Category, add_quantities

MILLION = Decimal(1_000_000)


class ModelUse(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's model in some days. The tokens are all that was measured (None: not measured);
    `cost` is the cost that has usage of the same beside it, and `bought` the output tokens of that
    usage. `cost` is None where none is, where nobody knows a part of it, or where a bill stands in
    place of a part: what that paid of the usage, nobody says."""

    provider: str
    model: str
    tokens_in: Decimal | None
    tokens_out: Decimal | None
    cost: Decimal | None
    bought: Decimal

    @property
    def ratio(self) -> Decimal | None:
        """Input tokens for one output token."""
        if self.tokens_in is None or not self.tokens_out:
            return None
        return quotient(self.tokens_in, self.tokens_out)

    @property
    def price(self) -> Decimal | None:
        """The cost, of input and output, for a million output tokens."""
        if self.cost is None or not self.bought:
            return None
        return quotient(times(self.cost, MILLION), self.bought)

    @property
    def output(self) -> Decimal | None:
        """Output tokens for one unit of the currency."""
        if self.cost is None or self.cost <= 0 or not self.bought:
            return None
        return quotient(self.bought, self.cost)


class Spender(msgspec.Struct, frozen=True):
    """What a person cost. `user` None: the provider names nobody; `provider` None then too."""

    provider: str | None
    user: str | None
    cost: Decimal


class Failures(msgspec.Struct, frozen=True, kw_only=True):
    """Requests to `provider` (None: the account names none, or not with its errors) as `account`
    measures them. `requests` contain the `errors`; None is not told."""

    account: str
    provider: str | None
    requests: Decimal | None
    errors: Decimal | None

    @property
    def successes(self) -> Decimal | None:
        """The requests that did not fail."""
        known = None not in (self.requests, self.errors)
        return minus(self.requests or Decimal(0), self.errors or Decimal(0)) if known else None

    @property
    def rate(self) -> Decimal | None:
        """The share of requests that failed. Two counters of a gateway are read apart, and may
        contradict each other: then nobody knows."""
        if not self.requests or self.errors is None or self.errors > self.requests:
            return None
        return quotient(self.errors, self.requests)


def models(figures: Collection[Figure], currency: str) -> list[ModelUse]:
    """Every model of AI that tokens went into or came out of, dear first. `figures` are of days:
    cost and usage are joined by day."""
    inside = [one for one in counted(figures) if one.cell.category == "ai" and one.cell.model]
    used: dict[tuple[str, str], list[Figure]] = {}
    joined: dict[tuple[str, str], list[Figure]] = {}
    for figure, join in joins(inside, ()):
        key = figure.provider, figure.cell.model or ""
        used.setdefault(key, []).append(figure)
        if join == "joined":
            joined.setdefault(key, []).append(figure)
    found = [_model(key, used[key], joined.get(key, []), currency) for key in sorted(used)]
    return sorted(
        (one for one in found if one.tokens_in or one.tokens_out),
        key=lambda one: -(one.cost or Decimal(0)),
    )


def _model(
    key: tuple[str, str], used: list[Figure], joined: list[Figure], currency: str
) -> ModelUse:
    has_all = not any(one.cell.unpriced or one.is_replaced for one in joined)
    has_all &= all(one.cell.cost is None or one.cost(currency) is not None for one in joined)
    return ModelUse(
        provider=key[0],
        model=key[1],
        tokens_in=tokens_of(used, "input"),
        tokens_out=tokens_of(used, "output"),
        cost=cost_of(joined, currency) if has_all else None,
        bought=tokens_of(joined, "output") or Decimal(0),
    )


def spenders(figures: Iterable[Figure], currency: str) -> list[Spender]:
    """The cost net of tax of AI by person, dear first and nobody's last; they add up to all of it
    that is known in `currency`. `figures` are counted ones, or all details of one account."""
    costs: dict[tuple[str | None, str | None], list[Decimal]] = {}
    for figure in standing(figures):
        cell, cost = figure.cell, figure.cost(currency)
        if cell.category == "ai" and not cell.tax and cost is not None:
            key = (figure.provider, cell.user) if cell.user else (None, None)
            costs.setdefault(key, []).append(cost)
    found = [Spender(*key, total(amounts)) for key, amounts in costs.items()]
    return sorted(found, key=lambda one: (one.user is None, -one.cost, str(one)))


def names_somebody(found: Iterable[Spender]) -> bool:
    """Whether any of the cost is somebody's."""
    return any(one.user is not None for one in found)


def by_provider(figures: Iterable[Figure], category: Category, currency: str) -> dict[str, Decimal]:
    """The cost net of tax of one category, by provider, where one is known."""
    costs: dict[str, list[Decimal]] = {}
    for figure in standing(counted(figures)):
        cell, cost = figure.cell, figure.cost(currency)
        if cell.category == category and not cell.tax and cost is not None:
            costs.setdefault(figure.provider, []).append(cost)
    return {provider: total(costs[provider]) for provider in sorted(costs)}


def dark(figures: Iterable[Figure], category: Category) -> set[str]:
    """The accounts of which nobody knows all costs of a category, or that have use of it and no
    charge."""
    inside = [one for one in counted(figures) if one.cell.category == category]
    return {one.account for one in standing(inside) if one.cell.unpriced} | {*without_cost(inside)}


def failures(figures: Iterable[Figure], of_successes: Collection[str] = ()) -> list[Failures]:
    """How often requests failed, by account and provider, of every account that tells of errors.
    `of_successes` are the accounts whose requests are those that succeeded alone. Where errors name
    no provider, the account is one line: they cannot be told apart."""
    by_account: dict[str, list[Figure]] = {}
    for figure in figures:
        if {"errors", "requests"} & figure.cell.quantities.keys():
            by_account.setdefault(figure.account, []).append(figure)
    return [
        one
        for account in sorted(by_account)
        for one in _of_account(account, by_account[account], account in of_successes)
    ]


def _of_account(account: str, figures: list[Figure], is_of_successes: bool) -> list[Failures]:
    told = [figure for figure in figures if "errors" in figure.cell.quantities]
    if not told:
        return []
    names_all = all(_measured(figure) is not None for figure in told)
    groups: dict[str | None, list[Mapping[str, Decimal]]] = {}
    for figure in figures:
        key = _measured(figure) if names_all else None
        groups.setdefault(key, []).append(figure.cell.quantities)
    return [
        _failures(account, key, add_quantities(groups[key]), is_of_successes)
        for key in sorted(groups, key=str)
    ]


def _measured(figure: Figure) -> str | None:
    """The provider whose requests they are."""
    return figure.cell.parent if figure.cell.role == "breakdown" else figure.provider


def _failures(
    account: str, provider: str | None, sums: Mapping[str, Decimal], is_of_successes: bool
) -> Failures:
    requests, errors = sums.get("requests"), sums.get("errors")
    if is_of_successes and requests is not None:
        requests = total([requests, errors or Decimal(0)])
    return Failures(account=account, provider=provider, requests=requests, errors=errors)
