"""A made-up team's Cursor on loopback, an account of it, and its truth, added up."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from ecot.jobs.round import Source
from ecot.model.period import Period
from ecot.model.rows import Activity, AnyRow, Charge, Usage
from ecot.providers.cursor import CURSOR
from ecot.providers.people import People
from ecot.sandbox.cursor import CursorSite
from ecot.sandbox.cursor.truth import CursorTruth
from ecot.sandbox.server import LoopbackServer
from tests.jobs.world import Clock
from tests.providers.around import OCTOBER, Account, source

KEY = "key_Can4ryBirdTw33tTweet9Zk3QwLmNo7Xs2"
NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
Split = dict[tuple[object, ...], Decimal]


@dataclass
class Around(Account[CursorTruth, CursorSite]):
    """A Cursor on loopback, and an account of it."""

    key: str | None = KEY

    @property
    def source(self) -> Source:
        return source(CURSOR, self.server.url, self.key)


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
