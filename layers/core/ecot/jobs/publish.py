"""Publishing: what the ledger knows, rendered into the folder of the site."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from msgspec.structs import replace

from ecot.jobs.site import (
    badge,
    bills,
    business,
    compare,
    explore,
    exports,
    health,
    share,
    sources,
    tools,
)
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.jobs.site.month import month_facts
from ecot.jobs.site.shelf import Page, Stamped, put_all, stamp_of
from ecot.jobs.site.whole import whole_of
from ecot.model.period import Month
from ecot.report.facts import MonthFacts
from ecot.report.render import month_pages, shell_of
from ecot.report.shell import Shell
from ecot.report.views import troubled
from ecot.store.once import asked_once
from ecot.store.protocol import Files, Place

_CHANGING_DAY = 7  # until then the report opens on the month before, which is the one to be read

# The pages beside the months', in order: each makes its files of the history and the shell.
Maker = Callable[[History, Shell], Iterable[Page | Stamped]]
PAGES: Mapping[str, Maker] = {
    "explore": explore.pages,
    "compare": compare.pages,
    "business": business.pages,
    "tools": tools.pages,
    "bills": bills.pages,
    "health": health.pages,
}
# Reached from other pages, or from elsewhere.
_WITHOUT_A_PLACE: tuple[Maker, ...] = (sources.pages, exports.pages, badge.pages, share.pages)


def publish(place: Place, site: Files, edition: Edition, month: Month | None = None) -> list[str]:
    """Renders every month that the ledger knows into `site`, with an index that opens on `month`
    (default: the month before until the 7th, then the running one), and the pages beside them. Only
    files that changed are written. Returns the names of all."""
    place = asked_once(place)
    whole = whole_of(place.store, edition, month)  # first: what is told meanwhile is for next time
    return put_all(site, _files(History(place, edition), month), whole)


def _files(history: History, month: Month | None) -> Iterator[Page | Stamped]:
    edition, others = history.edition, PAGES if history.months else {}
    facts = {one: month_facts(history, one) for one in history.months}
    if not facts:
        nothing = MonthFacts.nothing(edition.today, edition.currency, demo=edition.is_demo)
        facts = {nothing.month: nothing}
    front = month if month in facts else _front(edition.today, sorted(facts))
    public = share.shared_of(history, facts[front]) if history.months else None
    shell = shell_of(facts[front], edition.language, tuple(others), public)
    for one in facts.values():
        yield Stamped(str(one.month), _stamp(one, shell), partial(month_pages, one, shell))
    for make in (*others.values(), *_WITHOUT_A_PLACE):
        yield from make(history, shell)


def _stamp(facts: MonthFacts, shell: Shell) -> str:
    """Of the month's page: of readings it has those that went wrong and how many there were, and
    when the latest was only while the month is not closed."""
    is_closed = facts.state == "closed"
    shown = replace(
        facts,
        outcomes=(),
        collected_at=None if is_closed else facts.collected_at,
        today=min(facts.today, facts.month.after),
    )
    shared = shell.shared if facts.month == shell.front else None
    return stamp_of(shown, troubled(facts), len(facts.outcomes), shell.around, shared)


def _front(today: date, months: Sequence[Month]) -> Month:
    wanted = Month.of(today)
    if today.day <= _CHANGING_DAY:
        wanted = wanted.previous()
    return wanted if wanted in months else months[-1]
