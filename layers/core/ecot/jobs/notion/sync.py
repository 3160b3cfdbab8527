"""The sync: one writer at a time, what people typed into the ledger first, then what the ledger has
into Notion. What goes wrong there is a result and no failure of whoever asked."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import msgspec

from ecot.errors import SinkError, SinkUnavailable
from ecot.jobs.notion.access import Access, Clocks, open_link
from ecot.jobs.notion.kept import (
    Followed,
    Notice,
    NotionSync,
    Seen,
    Shelf,
    State,
    Tables,
    keep_budgets,
    keep_last,
)
from ecot.jobs.notion.scope import Asked, months_due, stamps
from ecot.jobs.notion.taking import around_of, as_typed, settled_in, taken_from
from ecot.jobs.notion.typed import Taken, written
from ecot.jobs.notion.wanted import Ledger, services, usages
from ecot.jobs.round import Told, nothing_to_tell
from ecot.jobs.site.edition import Edition
from ecot.model.period import Month
from ecot.model.rows import Category
from ecot.model.sentence import Sentence
from ecot.sinks.notion.check import ids_of
from ecot.sinks.notion.errors import NotFound, OutOfTime
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.look import look
from ecot.sinks.notion.lost import Policy
from ecot.sinks.notion.put import put
from ecot.sinks.notion.rows import UsageRow, parts_of
from ecot.sinks.notion.schema import Ids
from ecot.sinks.notion.view import View
from ecot.store.leases import release, take
from ecot.store.protocol import Place

_AFTER_THE_END = timedelta(minutes=2)  # a request that was sent at the last moment may take one
_WHATEVER_IS_DUE = Asked()
_NO_PLANS: Mapping[str, Category] = {}


def sync(
    place: Place,
    edition: Edition,
    access: Access,
    clocks: Clocks,
    asked: Asked = _WHATEVER_IS_DUE,
    *,
    categories: Mapping[str, Category] = _NO_PLANS,
    told: Told = nothing_to_tell,
) -> NotionSync:
    """Makes both databases what the ledger wants, and typed rows bills; how it went is kept.

    `categories` are those of accounts that have a plan. Whatever Notion does is in the result;
    raised is only what is wrong with the ledger itself.
    """
    at, began = clocks.now(), clocks.monotonic()
    if (lacking := access.lacks) is not None:
        return NotionSync(state="not_configured", at=at, message=lacking[0], remedy=lacking[1])
    lasts = timedelta(seconds=clocks.seconds) + _AFTER_THE_END
    lease = take(place.store, f"notion {access.usages}", at, lasts)
    if lease is None:
        text = Sentence("Another run is writing to these databases of Notion")
        minutes = {"minutes": str(int(lasts.total_seconds()) // 60)}
        again = Sentence("Wait until it is done, {minutes} minutes at most.", minutes)
        return NotionSync(state="busy", at=at, message=text, remedy=again)
    try:
        done = _Sync(place, edition, access, clocks, asked, categories, told).run()
    finally:
        release(place.store, lease)
    result = msgspec.structs.replace(done, at=at, seconds=round(clocks.monotonic() - began, 3))
    keep_last(place.store, result)
    return result


class _Sync:
    """One sync of one pair, while the lease is held."""

    def __init__(
        self,
        place: Place,
        edition: Edition,
        access: Access,
        clocks: Clocks,
        asked: Asked,
        categories: Mapping[str, Category],
        told: Told,
    ) -> None:
        self._place, self._edition, self._access, self._clocks = place, edition, access, clocks
        self._asked, self._categories, self._told = asked, categories, partial(told, "notion")
        self._shelf = Shelf(place.store, access.services or "", access.usages or "")
        self._memory = self._shelf.memory()
        self._found: dict[str, Any] = {}  # of the result, as far as it has come
        self._notices: list[Notice] = []

    def run(self) -> NotionSync:
        """All of it, as far as Notion lets it."""
        state: State = "ok"
        link = None
        try:
            link = open_link(self._access, self._clocks)
            if (stopped := self._with(link)) is not None:
                state, self._found["message"] = "partial", stopped
                self._found["is_passing"] = True
        except SinkError as error:
            state = "partial" if isinstance(error, OutOfTime) else "failed"
            self._found["is_passing"] = isinstance(error, SinkUnavailable)
            self._found["message"] = Sentence(error.text, error.values)
            self._found["remedy"] = Sentence(error.remedy, error.values) if error.remedy else None
        finally:
            if link is not None:
                self._found["calls"] = link.calls
                link.close()
        notices = tuple(self._notices)
        return NotionSync(state=state, at=self._clocks.now(), notices=notices, **self._found)

    def _with(self, link: Link) -> Sentence | None:
        """What stopped it, if anything did."""
        months = months_due(self._place.store, self._edition, self._shelf.followed(), self._asked)
        self._told("reading")
        ids, view = self._look(link, months)
        taken = self._take_over(view)
        months, view = self._wider(link, ids, months, view, taken)
        self._found["months"] = months
        keep_budgets(self._place.store, view.budgets)
        return self._put(link, view, months, taken)

    def _look(self, link: Link, months: Sequence[Month]) -> tuple[Ids, View]:
        """Both tables. Where they are is known from the last time; a table that has gone since is
        looked for in its database once more."""
        known = self._shelf.tables()
        if known is not None:
            ids = Ids(services=known.services, usages=known.usages)
            try:
                return ids, look(link, ids, months, self._memory)
            except NotFound:
                self._told("looking for the tables")
        ids = ids_of(link, self._access.services or "", self._access.usages or "")
        self._shelf.keep_tables(Tables(ids.services, ids.usages))
        return ids, look(link, ids, months, self._memory)

    def _take_over(self, view: View) -> Taken:
        """What people typed is in the ledger before its figures are asked for."""
        taken = taken_from(
            self._place,
            view,
            self._shelf.seen(),
            around_of(self._place.store, self._edition, self._categories),
            self._clocks.now(),
        )
        self._shelf.keep_seen(taken.seen)
        self._found |= {"entered": taken.entered, "voided": taken.voided}
        self._notices += [*map(_notice, view.warnings), *taken.notices]
        return taken

    def _wider(
        self, link: Link, ids: Ids, months: tuple[Month, ...], view: View, taken: Taken
    ) -> tuple[tuple[Month, ...], View]:
        """Bills change months that were synced before: these are looked at too, in the same run. Of
        other months the rows are seen that were typed and are not any more."""
        wider = set(months)
        if taken.entered or taken.voided:
            wider |= {*months_due(self._place.store, self._edition, self._shelf.followed(),
                                  self._asked)}  # fmt: skip
        there = {row.page_id for row in view.typed}
        untyped = {parts_of(key)[3] for page, key in taken.void.items() if page not in there}
        if wider | untyped == set(months):
            return months, view
        return tuple(sorted(wider)), look(link, ids, sorted(wider | untyped), self._memory)

    def _put(
        self, link: Link, view: View, months: Sequence[Month], taken: Taken
    ) -> Sentence | None:
        """What the ledger wants there, written."""
        now = stamps(self._place.store, self._edition, months)
        rows = self._wanted(view, months, taken)
        self._told("writing")
        access = self._access
        done = put(
            link,
            view,
            services(rows, self._edition),
            rows,
            Policy(
                on_missing_property=access.on_missing_property,
                on_deleted_row=access.on_deleted_row,
            ),
            self._clocks.now(),
            taken.adopted,
            settled_in(view, taken, rows),
        )
        self._shelf.keep_memory(done.memory)
        seen = written(taken.seen, {row.key: row.cost_usd for row in rows})
        self._shelf.keep_seen(seen if done.stopped else _without_gone(seen, view))
        counted = ("created", "updated", "unchanged", "skipped")
        self._found |= {name: getattr(done, name) for name in counted}
        self._notices += map(_notice, done.warnings)
        if done.stopped is None:
            self._follow({str(month): stamp for month, stamp in now.items()})
        return done.stopped

    def _wanted(self, view: View, months: Sequence[Month], taken: Taken) -> list[UsageRow]:
        """The rows of the months, and of other months those that people typed, now or until now."""
        ledger = Ledger(self._place, self._edition)
        ours = view.rows.keys() & (self._memory.pages.keys() if self._memory else set())
        keys = set(taken.adopted.values())
        rows = [row for month in months for row in usages(ledger, month, ours, keys)]
        void = ours & set(taken.void.values())
        for month in sorted({parts_of(key)[3] for key in keys | void} - set(months)):
            rows += [row for row in usages(ledger, month, void, keys) if row.key in keys | void]
        return as_typed(rows, taken)

    def _follow(self, looked_at: Mapping[str, str]) -> None:
        before = self._shelf.followed().stamps
        self._shelf.keep_followed(Followed({**before, **looked_at}))


def _without_gone(seen: Mapping[str, Seen], view: View) -> dict[str, Seen]:
    """Without rows that are typed no longer, once what was written there is gone."""
    there = {row.page_id for row in view.typed}
    return {page: one for page, one in seen.items() if page in there or not one.is_void}


def _notice(warning: Sentence) -> Notice:
    return Notice(problem=warning)
