"""What a badge is made of, and the colour that it comes to.

The colour is a claim, and green the strongest: it says that the cost is known, whole and small.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

Colour = Literal["green", "amber", "red", "grey"]


class Thresholds(msgspec.Struct, frozen=True):
    """From which cost of a day on the badge is amber, and red, in the report's currency."""

    amber: Decimal = Decimal("0.10")
    red: Decimal = Decimal("1.00")


DEFAULT_THRESHOLDS = Thresholds()


class BadgeFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The cost of a UTC day, net of tax; None where none is known, and no day where none ever was.

    `missing` counts the accounts that have not told of the day; `is_part` says that of those that
    have, a part of the cost is unknown, or could not be converted. `as_of` is when an account last
    answered.
    """

    today: date
    day: date | None
    cost: Decimal | None
    currency: str
    missing: int = 0
    is_part: bool = False
    as_of: datetime | None = None
    demo: bool = False

    @property
    def is_today(self) -> bool:
        """Whether the day is still running."""
        return self.day == self.today

    @property
    def is_whole(self) -> bool:
        """Whether the cost is known, and all of it."""
        return self.cost is not None and not self.missing and not self.is_part


def colour_of(facts: BadgeFacts, thresholds: Thresholds) -> Colour:
    """What is known is enough for red or amber, whatever it lacks; for green it has to be all."""
    if facts.cost is None:
        return "grey"
    if facts.cost >= thresholds.red:
        return "red"
    if facts.cost >= thresholds.amber:
        return "amber"
    return "green" if facts.is_whole else "grey"
