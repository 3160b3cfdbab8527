"""What a month's AI was used for, as the page shows it: models, persons, requests that failed."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from ecot.analysis.efficiency import ModelUse, Spender
from ecot.language import rounded
from ecot.model.money import quotient, total
from ecot.report.business_facts import BusinessFacts, MonthOfUse
from ecot.report.labels import account_name
from ecot.report.rounding import shown

MOST_PERSONS = 20


class Person(msgspec.Struct, frozen=True):
    """A line of the table of persons. `share` is its part (0 to 1) of the dearest one's cost."""

    name: str
    provider: str
    shown: Decimal
    exact: Decimal
    share: Decimal


class Sum(msgspec.Struct, frozen=True):
    """What several persons, or nobody, cost together."""

    count: int
    shown: Decimal
    exact: Decimal


class Persons(msgspec.Struct, frozen=True, kw_only=True):
    """The dearest persons, the others together and what is nobody's; with `rounding` they come to
    `shown`. `account` is who tells of them (None: the charges do)."""

    account: str | None
    lines: tuple[Person, ...]
    others: Sum | None
    nobody: Sum | None
    rounding: Decimal
    shown: Decimal | None
    exact: Decimal | None


class Use(msgspec.Struct, frozen=True, kw_only=True):
    """A month of use. `details` are persons as others tell of them, in no total. `best` and `worst`
    are the models of which money buys most and least output, where two are known. The costs lack
    those of the accounts that are `dark`, and what is in currencies that are `unrated`."""

    of: MonthOfUse
    persons: Persons | None
    details: tuple[Persons, ...]
    best: ModelUse | None
    worst: ModelUse | None
    dark: tuple[str, ...]
    unrated: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was measured and nobody is named."""
        return not (self.of.models or self.persons or self.details or self.of.failures)


def use(of: MonthOfUse, facts: BusinessFacts) -> Use:
    """The month of use as shown; persons only where any is known."""
    ranked = sorted(
        (one for one in of.models if one.output is not None), key=lambda one: one.output or 0
    )
    names = any(one.user is not None for one in of.spenders)
    return Use(
        of=of,
        persons=_persons(None, of.spenders, facts) if names else None,
        details=tuple(
            _persons(account_name(account, facts.titles), found, facts)
            for account, found in of.details.items()
        ),
        best=ranked[-1] if len(ranked) > 1 else None,
        worst=ranked[0] if len(ranked) > 1 else None,
        dark=tuple(
            account_name(one, facts.titles)
            for one in sorted(facts.dark.get(of.month, {}).get("ai", ()))
        ),
        unrated=tuple(sorted(_unrated(of, facts))),
    )


def _unrated(of: MonthOfUse, facts: BusinessFacts) -> Iterator[str]:
    """The currencies in which the month's AI has costs without an exchange rate."""
    groups = (group for one in facts.months if one.month == of.month for group in one.costs.groups)
    return (code for group in groups if group.key == "ai" for code in group.unconverted)


def _persons(account: str | None, found: Sequence[Spender], facts: BusinessFacts) -> Persons:
    named = [one for one in found if one.user is not None]
    top, others = named[:MOST_PERSONS], named[MOST_PERSONS:]
    groups = [others, [one for one in found if one.user is None]]
    exact = total(one.cost for one in found) if found else None
    sums = [total(one.cost for one in group) if group else None for group in groups]
    column = shown([*(one.cost for one in top), *sums], exact, facts.currency)
    dearest = max((one.cost for one in top), default=Decimal(0))
    return Persons(
        account=account,
        lines=tuple(_person(one, dearest, facts) for one in top),
        others=_sum(others, facts.currency),
        nobody=_sum(groups[1], facts.currency),
        rounding=column.rounding,
        shown=column.total,
        exact=exact,
    )


def _person(one: Spender, dearest: Decimal, facts: BusinessFacts) -> Person:
    provider, user = one.provider or "", one.user or ""
    return Person(
        name=facts.titles.get(f"{provider}/{user}", user),
        provider=account_name(provider, facts.titles),
        shown=rounded(one.cost, facts.currency),
        exact=one.cost,
        share=quotient(max(one.cost, Decimal(0)), dearest) if dearest > 0 else Decimal(0),
    )


def _sum(group: Sequence[Spender], currency: str) -> Sum | None:
    if not group:
        return None
    exact = total(one.cost for one in group)
    return Sum(len(group), rounded(exact, currency), exact)
