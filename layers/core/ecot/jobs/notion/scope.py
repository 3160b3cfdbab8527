"""Which months a sync looks at: the last two, those that are asked for, and those of earlier syncs
whose figures have changed since.

A free workspace of several members has 1,000 blocks for life, so that a first sync writes no year.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ecot.jobs.notion.kept import Followed
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import known_months
from ecot.jobs.site.shelf import stamp_of
from ecot.model.period import Month
from ecot.store.bills import all_books
from ecot.store.heads import query_heads
from ecot.store.protocol import Store
from ecot.store.rates import all_rates


class Asked(NamedTuple):
    """What a person asks for: this month alone, or every month from one on; None of both is what
    is due."""

    month: Month | None = None
    since: Month | None = None


def stamps(store: Store, edition: Edition, months: Iterable[Month]) -> dict[Month, str]:
    """A digest of what each month's rows are made of, but for how the last run went: a query of
    each month's heads, of bills and of exchange rates, and no figure."""
    books, rates = dict(all_books(store)), dict(all_rates(store))
    said = (edition.currency, edition.language, edition.typed, edition.report_url)
    return {
        month: stamp_of(
            sorted(query_heads(store, month, month), key=lambda head: head.account),
            books,
            [rates.get(one) for one in (month.previous(), month)],
            said,
        )
        for month in months
    }


def months_due(
    store: Store, edition: Edition, followed: Followed, asked: Asked
) -> tuple[Month, ...]:
    """The months to look at, in order."""
    if asked.month is not None:
        return (asked.month,)
    this = Month.of(edition.today)
    due = {this.previous(), this}
    if asked.since is not None:
        due |= {one for one in known_months(store, edition.today) if one >= asked.since}
    return tuple(sorted(due | _changed(store, edition, followed.stamps)))


def _changed(store: Store, edition: Edition, known: Mapping[str, str]) -> set[Month]:
    now = stamps(store, edition, map(Month.parse, known)) if known else {}
    return {month for month, stamp in now.items() if known[str(month)] != stamp}
