"""What the share card may tell of a month. Which of it is public, its owner says."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

import msgspec

from ecot.analysis.totals import Totals
from ecot.model.money import quotient, rounded_shares, total
from ecot.model.period import Month
from ecot.model.rows import Category
from ecot.report.origin import ONE_PERCENT, Share
from ecot.report.views import Comparison, MonthView

PublicFigure = Literal["change", "providers", "origin", "mix", "total"]
_LINKEDIN = "https://www.linkedin.com/sharing/share-offsite/?url="
_ORDER: tuple[Category, ...] = ("ai", "infrastructure", "developer tools", "other")


class Part(msgspec.Struct, frozen=True):
    """A category's part of what is known of the cost, in whole percents that add up to 100. One
    that is there and comes to less than a percent is 0."""

    category: Category
    percent: Decimal


class ShareFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A month without a name of anybody. `total` is net of tax, None where none is known; `mix` is
    empty where it is not known; `missing` counts the accounts that are missing days, and `is_part`
    says that nobody knows the cost of a part."""

    month: Month
    is_open: bool
    currency: str
    total: Decimal | None
    comparison: Comparison
    providers: int
    origin: tuple[Share, ...]
    mix: tuple[Part, ...]
    missing: int
    is_part: bool
    demo: bool

    def knows(self, figure: PublicFigure) -> bool:
        """Whether there is anything to tell."""
        match figure:
            case "change":
                return self.comparison.percent is not None
            case "providers":
                return self.providers > 0
            case "origin":
                return bool(self.origin)
            case "mix":
                return bool(self.mix)
            case "total":
                return self.total is not None


class Shared(msgspec.Struct, frozen=True):
    """A month of which something is public, what that is, in its owner's order, and the address at
    which its page is published (None: nobody has said where)."""

    facts: ShareFacts
    public: tuple[PublicFigure, ...]
    url: str | None = None

    @property
    def linkedin(self) -> str | None:
        """Where a reader goes to share the page."""
        return _LINKEDIN + quote(self.url, safe="") if self.url else None


def shared(facts: ShareFacts, public: Iterable[PublicFigure], url: str | None) -> Shared | None:
    """None where there is no card: nothing is public, or none of it is known."""
    named = tuple(public)
    return Shared(facts, named, url) if any(map(facts.knows, named)) else None


def share_facts(view: MonthView, by_category: Totals) -> ShareFacts:
    """What of the month's page, and of the same figures by category, could be public."""
    paid = (one for one in view.totals.groups if one.only in (None, "replaced"))
    return ShareFacts(
        month=view.facts.month,
        is_open=view.facts.state == "open",
        currency=view.facts.currency,
        total=view.total,
        comparison=view.comparison,
        providers=sum(1 for _ in paid),
        origin=view.shares,
        mix=_mix(by_category),
        missing=len(view.missing),
        is_part=view.totals.coverage.is_part or bool(view.totals.unconverted),
        demo=view.facts.demo,
    )


def _mix(by_category: Totals) -> tuple[Part, ...]:
    """None where a category's credits are more than its cost: a negative part is no part."""
    known = {one.key: one.billed_cost for one in by_category.groups}
    costs = [(category, known.get(category) or Decimal(0)) for category in _ORDER]
    parts = [(category, cost) for category, cost in costs if cost]
    if not parts or any(cost < 0 for _, cost in parts):
        return ()
    whole = total(cost for _, cost in parts)
    exact = [quotient(cost, whole) for _, cost in parts]
    percents = rounded_shares(exact, ONE_PERCENT)
    return tuple(
        Part(category, percent) for (category, _), percent in zip(parts, percents, strict=True)
    )
