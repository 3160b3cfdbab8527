"""From one currency to another, at the rate of a day (ledger rule 19). No network and no clock.

The latest publication on or before the UTC day counts, and it alone says which currencies there
are: one that the ECB has dropped has no rate, never its last one. Typed rates come before it.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple

from ecot.model.money import quotient, times
from ecot.model.period import DAY, Period
from ecot.model.rates import EURO, Origin, Publication, Rate, TypedRate
from ecot.model.target_days import is_target_day, last_target_day

# Around a working day without a publication. Where all others are known, the ECB's files of that
# time were read and had none; where some are not, as between files of every Monday, it may be ours.
_WEEK = timedelta(days=7)
_ONE = Decimal(1)
_NOTHING_FIXED: Mapping[date, date | None] = MappingProxyType({})


class _Leg(NamedTuple):
    """One unit of a currency is `over / under` of another; undivided, as somebody stated it."""

    over: Decimal
    under: Decimal
    day: date
    origin: Origin


class RateBook:
    """The rates that are known, and which of them a day uses. Remembers what it was asked."""

    def __init__(
        self,
        publications: Iterable[Publication],
        typed: Iterable[TypedRate] = (),
        fixed: Mapping[date, date | None] = _NOTHING_FIXED,
    ) -> None:
        """`fixed` names, for a day whose choice was made for good, the publication that it uses."""
        self._published = {one.day: one.per_euro for one in publications}
        self._days = sorted(self._published)
        self._typed: dict[tuple[str, str], list[TypedRate]] = {}
        for one in sorted(typed, key=lambda one: one.since):
            self._typed.setdefault((one.source, one.target), []).append(one)
        self._fixed = fixed
        self._answers: dict[tuple[str, str, date], Rate | None] = {}

    def rate(self, source: str, target: str, day: date) -> Rate | None:
        """What one `source` is in `target` on the UTC day; None where nobody says so.

        A rate that somebody stated is given as stated; an inverse or crossed one has 12 significant
        digits. A currency is 1 of itself.
        """
        asked = (source, target, day)
        if asked not in self._answers:
            self._answers[asked] = self._rate(source, target, day)
        return self._answers[asked]

    def converted(
        self, amount: Decimal, source: str, target: str, day: date
    ) -> tuple[Decimal, Rate] | None:
        """The amount in `target`, exactly amount × rate and not rounded, with that rate."""
        rate = self.rate(source, target, day)
        return None if rate is None else (times(amount, rate.rate), rate)

    def publication_of(self, day: date) -> date | None:
        """The day of the publication that the UTC day uses; None where none is known."""
        if (fixed := self._fixed.get(day)) is not None:
            return fixed if fixed in self._published else None
        at = bisect_right(self._days, day)
        return self._days[at - 1] if at else None

    def fixable(self, days: Iterable[date]) -> dict[date, date]:
        """For each of the days that is not fixed yet, the publication that it uses; not those whose
        right one may still become known."""
        wanted = [day for day in days if self._fixed.get(day) is None]
        used = {day: self.publication_of(day) for day in wanted}
        return {day: at for day, at in used.items() if at and self._is_last(at, day)}

    def _is_last(self, used: date, day: date) -> bool:
        """Whether the ECB published nothing after `used`, the last publication that we know, up to
        the day: TARGET was closed, or nobody foresaw that it would publish nothing."""
        expected = last_target_day(day)
        if used >= expected:
            return True
        around = Period.of_days(expected - _WEEK, expected + _WEEK + DAY).days()
        return all(
            one in self._published for one in around if is_target_day(one) and one != expected
        )

    def _rate(self, source: str, target: str, day: date) -> Rate | None:
        if source == target:
            return Rate(source, target, _ONE, day, "ecb")
        if (leg := self._typed_leg(source, target, day)) or EURO in (source, target):
            leg = leg or self._published_leg(source, target, day)
            return leg and Rate(source, target, _stated(leg), leg.day, leg.origin)
        one, other = self._leg(source, EURO, day), self._leg(EURO, target, day)
        return one and other and _crossed(source, target, one, other)

    def _leg(self, source: str, target: str, day: date) -> _Leg | None:
        return self._typed_leg(source, target, day) or self._published_leg(source, target, day)

    def _typed_leg(self, source: str, target: str, day: date) -> _Leg | None:
        if direct := self._in_force(source, target, day):
            return _Leg(direct.rate, _ONE, direct.since, "typed")
        if inverse := self._in_force(target, source, day):
            return _Leg(_ONE, inverse.rate, inverse.since, "typed")
        return None

    def _in_force(self, source: str, target: str, day: date) -> TypedRate | None:
        begun = [one for one in self._typed.get((source, target), ()) if one.since <= day]
        return begun[-1] if begun else None

    def _published_leg(self, source: str, target: str, day: date) -> _Leg | None:
        """From the euro or to it."""
        published = self.publication_of(day)
        per_euro = self._published[published] if published else {}
        units = per_euro.get(target if source == EURO else source)
        if published is None or units is None:
            return None
        over, under = (units, _ONE) if source == EURO else (_ONE, units)
        return _Leg(over, under, published, "ecb")


def _stated(leg: _Leg) -> Decimal:
    return leg.over if leg.under == _ONE else quotient(leg.over, leg.under)


def _crossed(source: str, target: str, one: _Leg, other: _Leg) -> Rate:
    return Rate(
        source,
        target,
        quotient(times(one.over, other.over), times(one.under, other.under)),
        min(one.day, other.day),
        "typed" if "typed" in (one.origin, other.origin) else "ecb",
    )
