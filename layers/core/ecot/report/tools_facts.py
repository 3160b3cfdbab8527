"""What the page of developer tools is made of: days of tools, sums of a quarter, seats."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import msgspec

from ecot.analysis.activity import ToolDay
from ecot.analysis.totals import Totals
from ecot.model.rows import Basis


class Seats(msgspec.Struct, frozen=True, kw_only=True):
    """An account's seats as they stood on `day`. `used` in the running cycle and `idle` for 30 days
    are the provider's own words, None where it does not tell. `price` is what a seat costs a month,
    in `currency`, where that is known, and `basis` how."""

    account: str
    day: date
    seats: Decimal
    used: Decimal | None = None
    idle: Decimal | None = None
    price: Decimal | None = None
    currency: str | None = None
    basis: Basis | None = None


class ToolsFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The last 90 days from `first` on, and the year from `year_first` (a Monday) on; both end with
    `today` (UTC), which still runs.

    `days` are those of the year. `open` are, by tool, the days of the year that are expected and
    were not read, or too early to be final; `read` are those of which every account gave all.
    `by_tool` and `by_person` are of the 90 days, the costs of developer tools alone. `names` are
    what people call providers and, with `people`, persons.
    """

    today: date
    first: date
    year_first: date
    currency: str
    by_tool: Totals
    by_person: Totals
    days: tuple[ToolDay, ...] = ()
    open: Mapping[str, frozenset[date]] = {}
    read: Mapping[str, frozenset[date]] = {}
    seats: tuple[Seats, ...] = ()
    names: Mapping[str, str] = {}
    people: bool = False

    @property
    def since(self) -> date:
        """The first day of the year of which anything was read or is known."""
        days = [one.day for one in self.days]
        read = [min(known) for known in self.read.values() if known]
        return min([*days, *read], default=self.today)
