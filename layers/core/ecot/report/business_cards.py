"""The four cards of the page of the business: what several months earned, cost and left."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.analysis.margin import BusinessMonth, Result, result
from ecot.language import rounded
from ecot.model.money import total
from ecot.model.period import Month
from ecot.model.rows import Basis, Category
from ecot.model.sentence import Sentence
from ecot.report.business_facts import BusinessFacts
from ecot.report.rounding import shown
from ecot.report.words import CATEGORIES

Sign = Literal["surplus", "deficit", "even"]

SIGNS: dict[Sign, Sentence] = {
    "surplus": Sentence("surplus"),
    "deficit": Sentence("deficit"),
    "even": Sentence("break-even"),
}


class Part(msgspec.Struct, frozen=True):
    """A category's cost; `shown` is rounded."""

    category: Category
    shown: Decimal
    exact: Decimal


class Cards(msgspec.Struct, frozen=True, kw_only=True):
    """The four, all of the months of `result`, in unbroken `spans`. As shown, `earned` − `ai` −
    `rest` + `rounding` is `margin`, and `parts` with `parts_rounding` come to `rest`. None is not
    known, or no such cost was ever stated. Where no month was read completely (not `is_whole`),
    they have what is known of those that are over, and no margin. `lacking` are the categories of
    which a cost is unknown, or has no exchange rate."""

    result: Result
    is_whole: bool
    lacking: frozenset[Category]
    spans: tuple[tuple[Month, Month], ...]
    earned: Decimal | None
    ai: Decimal | None
    rest: Decimal | None
    margin: Decimal | None
    rounding: Decimal
    parts: tuple[Part, ...]
    parts_rounding: Decimal
    sign: Sign | None

    def origins(self, *categories: Category) -> tuple[Basis, ...]:
        """The origins of the categories' costs."""
        found = (basis for one in categories for basis in self.result.origins.get(one, ()))
        return tuple(dict.fromkeys(found))

    @property
    def lacks_rest(self) -> bool:
        """Whether any category but AI lacks a cost."""
        return bool(self.lacking - {"ai"})

    @property
    def rest_cost(self) -> Decimal | None:
        """All costs but AI, with every digit."""
        return total(part.exact for part in self.parts) if self.parts else None


def cards(months: Sequence[BusinessMonth], facts: BusinessFacts, *, is_whole: bool) -> Cards:
    """The cards of the months; `is_whole` says that all of these were read completely."""
    found, currency = result(months), facts.currency
    ai = found.costs.get("ai")
    names = [name for name in CATEGORIES if name != "ai" and name in found.costs]
    rest = total(found.costs[name] for name in names) if names else None
    parts = shown([found.costs[name] for name in names], rest, currency)
    taken = [None if cost is None else cost.copy_negate() for cost in (ai, rest)]
    knows = is_whole and found.margin is not None
    whole = shown([found.earned, *taken], found.margin, currency) if knows else None
    margin = whole.total if whole else None
    return Cards(
        result=found,
        is_whole=is_whole,
        lacking=frozenset(_lacking_of(months, facts)),
        spans=tuple(_spans(found.months)),
        earned=_rounded(found.earned, currency),
        ai=_rounded(ai, currency),
        rest=parts.total,
        margin=margin,
        rounding=whole.rounding if whole else Decimal(0),
        parts=tuple(
            Part(name, line, found.costs[name])
            for name, line in zip(names, parts.lines, strict=True)
            if line is not None
        ),
        parts_rounding=parts.rounding,
        sign=None if margin is None else _sign(margin),
    )


def _lacking_of(months: Sequence[BusinessMonth], facts: BusinessFacts) -> Iterator[Category]:
    for one in months:
        dark = facts.dark.get(one.month, {})
        unrated = {group.key for group in one.costs.groups if group.unconverted}
        yield from (name for name in CATEGORIES if dark.get(name) or name in unrated)


def _sign(margin: Decimal) -> Sign:
    return "surplus" if margin > 0 else "deficit" if margin < 0 else "even"


def _spans(months: Sequence[Month]) -> Iterator[tuple[Month, Month]]:
    """The months, which are in order, as first and last of each unbroken row of them."""
    found: list[Month] = []
    for month in months:
        if found and month != found[-1].next():
            yield found[0], found[-1]
            found = []
        found.append(month)
    if found:
        yield found[0], found[-1]


def _rounded(amount: Decimal | None, currency: str) -> Decimal | None:
    return None if amount is None else rounded(amount, currency)
