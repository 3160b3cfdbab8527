"""Exchange rates in the store: one item a month, with the publications of its days, and for each
day of it that is fixed the publication that it uses for good."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ecot.errors import Conflict
from ecot.model.period import Month
from ecot.model.rates import Publication
from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store

_PARTITION = "rate"
_FIRST = Month(1970, 1)


class RatesOfMonth(msgspec.Struct, frozen=True, kw_only=True):
    """By day, written `2026-01-02`: `publications` hold units of each currency for one euro;
    `fixed` says which publication the day uses (a day that is not there has not been fixed)."""

    publications: Mapping[str, Mapping[str, Decimal]] = {}
    fixed: Mapping[str, date] = {}

    def with_added(self, other: "RatesOfMonth") -> "RatesOfMonth":
        """With what `other` has beside it; what is here already never changes."""
        return RatesOfMonth(
            publications={**other.publications, **self.publications},
            fixed={**other.fixed, **self.fixed},
        )

    def differs_on(self, other: "RatesOfMonth") -> str | None:
        """The first day of which both know something, and not the same."""
        days = sorted({*self.publications, *self.fixed} & {*other.publications, *other.fixed})
        for day in days:
            rates = [one.publications[day] for one in (self, other) if day in one.publications]
            fixed = {one.fixed[day] for one in (self, other) if day in one.fixed}
            if len(fixed) > 1 or (len(rates) > 1 and rates[0] != rates[1]):
                return day
        return None


class KnownRates(NamedTuple):
    """What a conversion needs: publications in order of day, and the choices that are made."""

    publications: list[Publication]
    fixed: dict[date, date]


_RATES = msgspec.json.Decoder(RatesOfMonth)


def read_rates(store: Store, first: Month, last: Month) -> KnownRates:
    """The rates for the days from month `first` to month `last`, both inside: one query, which
    begins a month earlier; a second one only where nothing is published up to the first day."""
    before = max(first, _FIRST.next()).previous()  # the calendar has no month before its first
    items = list(store.query(_PARTITION, str(before), str(last.next())))
    months = [_decoded(item) for item in items]
    if not any(day <= str(first.first) for month in months for day in month.publications):
        months = [_last_published(store, before), *months]
    return KnownRates(
        [one for month in months for one in _publications(month)],
        {date.fromisoformat(day): used for month in months for day, used in month.fixed.items()},
    )


def all_rates(store: Store) -> Iterator[tuple[Month, RatesOfMonth]]:
    """Every month that has rates, in order."""
    for item in store.query(_PARTITION):
        yield Month.parse(item.key.sort), _decoded(item)


def latest_publication(store: Store, near: Month | None = None) -> Publication | None:
    """The last one that is known at all. `near`, a month that it is likely to lie about, changes
    only how much is read: from a year earlier on, and the decades before where nothing is there."""
    published = _publications(_last_published(store, None, near))
    return published[-1] if published else None


def add_publications(store: Store, publications: Iterable[Publication]) -> int:
    """Adds those whose day is not there yet, and returns how many they were. One that is there
    stays, whatever a later file says (our choice: nobody says that the ECB never corrects one); a
    month to which nothing is added is not written."""
    by_month: dict[Month, dict[str, Mapping[str, Decimal]]] = {}
    for one in publications:
        by_month.setdefault(Month.of(one.day), {})[str(one.day)] = one.per_euro
    return sum(
        add_rates(store, month, RatesOfMonth(publications=of_month))
        for month, of_month in sorted(by_month.items())
    )


def fix_month(store: Store, month: Month, used: Mapping[date, date]) -> bool:
    """Fixes for days of the month which publication each uses. A day that is fixed already stays
    as it is. Returns whether anything was written."""
    by_day = {str(day): published for day, published in used.items()}
    return bool(add_rates(store, month, RatesOfMonth(fixed=by_day)))


def add_rates(store: Store, month: Month, more: RatesOfMonth) -> int:
    """Adds to the month what it does not have, and returns how many days of either kind they were.
    Nobody else's addition is lost."""
    while True:
        held, version = read_month(store, month)
        merged = held.with_added(more)
        if not (added := _size(merged) - _size(held)):
            return 0
        try:
            store.put(_key(month), encoded(merged), if_version=version)
        except Conflict:
            continue
        return added


def read_month(store: Store, month: Month) -> tuple[RatesOfMonth, int]:
    """The month's rates and their version (0: none yet)."""
    item = store.get([_key(month)]).get(_key(month))
    return (_decoded(item), item.version) if item else (RatesOfMonth(), 0)


def encoded(rates: RatesOfMonth) -> bytes:
    """As stored: JSON, compressed."""
    return zlib.compress(msgspec.json.encode(rates, order="sorted"), 9)


def _publications(rates: RatesOfMonth) -> list[Publication]:
    """The month's, in order of day."""
    by_day = sorted(rates.publications.items())
    return [Publication(date.fromisoformat(day), per_euro) for day, per_euro in by_day]


def _last_published(store: Store, before: Month | None, near: Month | None = None) -> RatesOfMonth:
    """The last month before `before` in which something was published, else an empty one."""
    end = str(before) if before else None
    since = f"{near.year - 1:04}-{near.number:02}" if near else ""
    for first, last in [(since, end), ("", since)] if since else [("", end)]:
        items = list(store.query(_PARTITION, first, last))
        for month in map(_decoded, reversed(items)):
            if month.publications:
                return month
    return RatesOfMonth()


def _size(rates: RatesOfMonth) -> int:
    return len(rates.publications) + len(rates.fixed)


def _key(month: Month) -> Key:
    return Key(_PARTITION, str(month))


def _decoded(item: Item) -> RatesOfMonth:
    try:
        return _RATES.decode(zlib.decompress(item.body))
    except (zlib.error, msgspec.DecodeError):
        raise damaged(item.key) from None
