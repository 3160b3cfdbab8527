"""A made-up team's Cursor on loopback, an account of it, and its truth, added up."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from ecot.jobs.collect import open_http
from ecot.jobs.round import Source
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.rows import Activity, AnyRow, Charge, Name, Usage, merged
from ecot.providers.cursor import CURSOR, parse
from ecot.providers.cursor_asking import fetch
from ecot.providers.people import People
from ecot.sandbox.cursor import CursorSite
from ecot.sandbox.cursor_truth import CursorTruth
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.jobs.world import Clock
from tests.providers.around import collected, examined, source
from tests.providers.asking import all_of

KEY = "key_Can4ryBirdTw33tTweet9Zk3QwLmNo7Xs2"
NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
OCTOBER = Period.of_days(date(2026, 10, 1), date(2026, 11, 1))
Split = dict[tuple[object, ...], Decimal]


@dataclass
class Around:
    """A Cursor on loopback, and an account of it."""

    clock: Clock
    truth: CursorTruth
    site: CursorSite
    server: LoopbackServer
    key: str | None = KEY

    @property
    def source(self) -> Source:
        return source(CURSOR, self.server.url, self.key)

    def read(self, stream: str = "events", period: Period = OCTOBER) -> list[Answer]:
        """Every answer of a stream."""

        async def reading() -> list[Answer]:
            round_ = self.clock.round()
            async with round_.open_client() as shared:
                http = open_http(self.source, round_, shared, People(lambda: b"k" * 32))
                return await all_of(fetch(http, stream, period))

        return asyncio.run(reading())

    def rows(self, stream: str = "events", period: Period = OCTOBER) -> list[AnyRow]:
        """The rows, merged as a reading merges them."""
        parsed = [row for answer in self.read(stream, period) for _, row in parse(answer)]
        return merged(row for row in parsed if not isinstance(row, Name))

    def collected(
        self, place: Place, days: Iterable[date] | None = tuple(OCTOBER.days())
    ) -> Outcome:
        """October's, unless told."""
        return collected(self.source, self.clock.round(days), place)

    def examined(self) -> Outcome:
        return examined(self.source, self.clock.round())


@contextmanager
def a_cursor() -> Iterator[Around]:
    """A morning in November: October's last six days are read again every night."""
    clock = Clock(NOW)
    truth = CursorTruth(clock)
    site = CursorSite(truth, {KEY: "enterprise"})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def pseudonyms(emails: Iterable[str]) -> dict[str, str]:
    """As what they stand in answers, where the key is a row of k."""
    people = People(lambda: b"k" * 32)
    return {email: people.pseudonym(email) for email in emails}


def _add(found: Split, where: tuple[object, ...], amount: Decimal) -> None:
    found[where] = found.get(where, Decimal(0)) + amount


def expected_costs(truth: CursorTruth, period: Period = OCTOBER) -> Split:
    """What is owed and what it was worth, by day, model and kind."""
    found: Split = {}
    for event in truth.events(period.start.date(), period.last):
        where = (event.day, event.model, event.kind)
        _add(found, (*where, "owed"), event.owed / 100)
        _add(found, (*where, "worth"), event.cents / 100)
    return found


def costs_of(rows: Iterable[AnyRow]) -> Split:
    """The same of rows, whose people are added up."""
    found: Split = {}
    for row in rows:
        if isinstance(row, Charge):
            assert (row.currency, row.basis, row.category) == ("USD", "billed", "developer tools")
            assert row.billed_cost is not None
            assert row.list_cost is not None
            _add(found, (row.day, row.model, row.service, "owed"), row.billed_cost)
            _add(found, (row.day, row.model, row.service, "worth"), row.list_cost)
    return found


def expected_usage(truth: CursorTruth, period: Period = OCTOBER) -> Split:
    """Requests and tokens, by day and quantity."""
    found: Split = {}
    for event in truth.events(period.start.date(), period.last):
        _add(found, (event.day, "requests"), Decimal(1))
        if event.tokens is None:
            continue
        new, written, cached, output = event.tokens
        for name, amount in {
            "input_tokens": new + written + cached,
            "input_uncached_tokens": new,
            "input_cache_write_tokens": written,
            "input_cached_tokens": cached,
            "output_tokens": output,
        }.items():
            _add(found, (event.day, name), Decimal(amount))
    return found


def usage_of(rows: Iterable[AnyRow]) -> Split:
    """The same of rows."""
    found: Split = {}
    for row in rows:
        if isinstance(row, Usage) and not isinstance(row, Activity) and row.service != "seats":
            for name, amount in row.quantities.items():
                _add(found, (row.day, name), amount)
    return found


DOINGS = {  # as docs/providers/cursor.md has them, and not taken from the parser
    (None, "lines_added"): "acceptedLinesAdded",
    (None, "lines_removed"): "acceptedLinesDeleted",
    ("apply", "suggestions"): "totalApplies",
    ("apply", "acceptances"): "totalAccepts",
    ("apply", "rejections"): "totalRejects",
    ("tab", "suggestions"): "totalTabsShown",
    ("tab", "acceptances"): "totalTabsAccepted",
    ("composer", "interactions"): "composerRequests",
    ("chat", "interactions"): "chatRequests",
    ("agent", "interactions"): "agentRequests",
    ("cmd-k", "interactions"): "cmdkUsages",
    ("bugbot", "interactions"): "bugbotUsages",
}


def expected_activity(truth: CursorTruth, period: Period = OCTOBER) -> Split:
    """What people did, by day, feature and quantity, wherever it is more than nothing."""
    found: Split = {}
    for day in period.days():
        for member in truth.members[:3]:
            doings = truth.doings(member, day)
            for (feature, name), stated in DOINGS.items():
                _add(found, (day, feature, name), Decimal(doings[stated]))
    return {where: amount for where, amount in found.items() if amount}


def activity_of(rows: Iterable[AnyRow]) -> Split:
    """The same of rows."""
    found: Split = {}
    for row in rows:
        if isinstance(row, Activity):
            for name, amount in row.quantities.items():
                _add(found, (row.day, row.tags.get("feature"), name), amount)
    return {where: amount for where, amount in found.items() if amount}
