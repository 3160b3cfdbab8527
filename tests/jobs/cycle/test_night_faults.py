"""Whatever fails on a night, at whichever call: the next run leaves one mail, and Notion exactly as
the ledger is.

Reading changes nothing, so that a run that dies at a read is one that dies before its next write:
the store and the files fail at every write, both servers at every request.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ecot.errors import LedgerError
from ecot.jobs.cycle.mailing import Read
from ecot.model.period import Month
from ecot.sandbox.faults import Fault as ServerFault
from ecot.sandbox.notion.faults import internal_error, saved_then_reset, unavailable
from ecot.sandbox.resend.refusals import DOWN
from ecot.sandbox.resend.troubles import failed_after_saving, lost_after_saving, said
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.troubles import connection_reset
from ecot.store.protocol import Item, Key, Place
from tests.fault_tally import Tally
from tests.jobs.cycle.test_quarter import PRICES, total
from tests.jobs.cycle.town import ACCOUNTS, Town, town
from tests.store.faulty import FAULTS, Fault, FaultyFiles, FaultyStore, Fuse, Killed

BEGINS = datetime(2026, 1, 31, 5, tzinfo=UTC)
MAIL_DAY = date(2026, 2, 2)
MONTHS = (Month(2026, 1), Month(2026, 2))


class WritingStore(FaultyStore):
    """A store that fails when it is written to."""

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        return self._store.get(keys)

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        return self._store.query(partition, first, before)

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        return self._store.latest(partition, most)


class WritingFiles(FaultyFiles):
    """Files that fail when they are written."""

    def get(self, name: str) -> bytes | None:
        return self._files.get(name)


@contextmanager
def before_the_mail(home: Path) -> Iterator[Town]:
    """A town whose month is over: it has run before, and everything is collected."""
    with town(home, BEGINS, PRICES) as here:
        here.run(BEGINS.date())
        here.clock.at(MAIL_DAY, 5)
        here.collect()
        yield here


def follow(here: Town, place: Place | None = None) -> None:
    for _ in here.night(place).follow(Read(here.outcomes)):
        pass


def is_right(here: Town) -> None:
    """What the next run leaves."""
    here.clock.at(MAIL_DAY, 7)
    follow(here)
    assert [one.split("\u00a0")[0] for one in here.titles()] == ["Coûts janvier 2026"]
    for month in MONTHS:
        rows = here.rows(month)
        keys = {f"{account.replace('/', ':')}:proj_a:{month}" for account in ACCOUNTS}
        assert set(rows) == keys
        assert sum(cost or 0 for cost in rows.values()) == total(here, month)
    keys_there = [row["Clé"] for row in here.notion.world.pages(here.access.usages or "")]
    assert len(keys_there) == len(set(keys_there))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_write_costs_no_mail_and_no_row(
    fault: Fault, tmp_path: Path, tally: Tally
) -> None:
    count, struck = 0, True
    while struck:
        count += 1
        with before_the_mail(tmp_path / str(count)) as here:
            fuse = Fuse(fault, count)
            place = Place(
                WritingStore(here.place.store, fuse), WritingFiles(here.place.files, fuse)
            )
            with suppress(LedgerError, Killed):
                follow(here, place)
            struck = fuse.is_blown
            is_right(here)
    tally(f"what follows a collection, {fault}: at each of {count - 1} writes", count - 1)
    assert count > 8


Server = Callable[[Town], LoopbackServer]
SERVED: dict[str, tuple[Server, ServerFault]] = {
    "Notion: reset": (lambda here: here.notion_server, connection_reset()),
    "Notion: down": (lambda here: here.notion_server, unavailable().repeated(None)),
    "Notion: 500": (lambda here: here.notion_server, internal_error()),
    "Notion: saved, then reset": (lambda here: here.notion_server, saved_then_reset()),
    "Resend: reset": (lambda here: here.resend_server, connection_reset()),
    "Resend: down": (lambda here: here.resend_server, said(DOWN).repeated(None)),
    "Resend: 500 after saving": (lambda here: here.resend_server, failed_after_saving()),
    "Resend: lost after saving": (lambda here: here.resend_server, lost_after_saving()),
}


@pytest.mark.parametrize("name", SERVED)
def test_a_fault_at_any_request_costs_no_mail_and_no_row(
    name: str, tmp_path: Path, tally: Tally
) -> None:
    served, fault = SERVED[name]
    count, struck = 0, True
    while struck:
        count += 1
        with before_the_mail(tmp_path / str(count)) as here:
            server = served(here)
            server.faults.add(fault.on(first=count))
            follow(here)
            struck = bool(server.faults.struck)
            server.faults.clear()
            is_right(here)
    tally(f"what follows a collection, {name}: at each of {count - 1} requests", count - 1)
    assert count > 1
