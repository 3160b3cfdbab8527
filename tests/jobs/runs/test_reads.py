"""What a publication reads: of each account and month its head and its cubes once, whatever pages,
Notion's rows and mails ask of them, and never more on another night."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.jobs.cycle.began import began
from ecot.jobs.cycle.mailing import Mailing, Read
from ecot.jobs.cycle.night import Night, Published
from ecot.jobs.mail.report import Letterhead
from ecot.jobs.notion.access import Clocks
from ecot.jobs.notion.kept import NotionSync
from ecot.jobs.notion.wanted import Ledger, usages
from ecot.jobs.publish import publish as publish_site
from ecot.jobs.runs.events import Publish
from ecot.jobs.runs.publish import publish
from ecot.jobs.site.edition import Edition
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month
from ecot.sinks.mail.outbox import OutboxPost
from ecot.store.dynamodb import DynamoStore
from ecot.store.folder import Folder
from ecot.store.heads import all_heads
from ecot.store.protocol import Files, Place, Store
from ecot.store.records import put_outcome
from ecot.store.sqlite import SqliteStore
from tests.bench.counting import CountingStore
from tests.jobs.cycle.test_quarter import PRICES
from tests.jobs.cycle.town import town
from tests.jobs.runs.crowd import LAST, NOW, PROVIDERS, account_of, fill_crowd, month_writes
from tests.jobs.runs.test_many import MANY, Queue, left
from tests.jobs.world import edition
from tests.store.backends import IMPATIENT, address, client, name_of, open_store_on
from tests.store.wire import Wire

EDITION = edition(NOW.date())
AN_ACCOUNT, A_MONTH = 8, 5
"""Items: of an account how far it was read, its latest outcome, and those of its last two runs; and
as many for good measure. Of each of its months the head, and two cubes with their headers."""


class Reads(NamedTuple):
    """Queries and gets, and the items that they found."""

    calls: int
    items: int


def both(place: Place, site: Files, shown: Edition, month: Month | None) -> list[str]:
    """Notion's rows of the running month, and then the site."""
    assert usages(Ledger(place, shown), LAST)
    return publish_site(place, site, shown, month)


def shown(store: Store, home: Path, today: Edition = EDITION) -> Reads:
    """What a publication of the whole ledger reads."""
    counted = CountingStore(store)
    night = night_of(counted, home, today)
    assert [*night.show()]
    return reads_of(counted)


def night_of(store: Store, home: Path, today: Edition = EDITION) -> Night:
    letterhead = Letterhead("Écot <ecot@lumen.example>")
    post = OutboxPost(Folder(home / "outbox"), lambda: NOW)
    return Night(
        place=Place(store, Folder(home / "files")),
        site=Folder(home / "site"),
        edition=today,
        expected=(),
        clocks=Clocks(now=lambda: NOW),
        mailing=Mailing(post=post, to=("camille@lumen.example",), letterhead=letterhead),
        publish=both,
    )


def reads_of(counted: CountingStore) -> Reads:
    assert not counted.read_items["document"]
    return Reads(sum(counted.reads.values()), sum(counted.read_items.values()))


@contextmanager
def crowd(home: Path, accounts: int, months: int) -> Iterator[Store]:
    """A ledger on this machine."""
    home.mkdir()
    store = SqliteStore(home / "ledger.sqlite")
    fill_crowd(store, accounts, months, days=3)
    try:
        yield store
    finally:
        store.close()


def bound(accounts: int, months: int) -> Reads:
    """What may be read: two questions an account, and of each item one reading."""
    return Reads(2 * accounts + 20, accounts * (AN_ACCOUNT + months * A_MONTH))


def is_within(found: Reads, most: Reads) -> bool:
    return found.calls <= most.calls and found.items <= most.items


def test_reads_grow_as_months_and_accounts_do(tmp_path: Path) -> None:
    found: dict[tuple[int, int], Reads] = {}
    for size in [(6, 2), (12, 2), (6, 4)]:
        with crowd(tmp_path / "{}x{}".format(*size), *size) as store:
            found[size] = shown(store, tmp_path / "{}x{}".format(*size))
            assert is_within(found[size], bound(*size))
    once, more_accounts, more_months = found.values()
    assert is_within(more_accounts, Reads(2 * once.calls, 2 * once.items))
    assert more_months.items <= 2 * once.items
    assert more_months.calls == once.calls  # all months of an account are one question


def test_no_night_reads_more_than_the_first(tmp_path: Path) -> None:
    with crowd(tmp_path / "ledger", 6, 3) as store:
        first = shown(store, tmp_path / "ledger")
        assert is_within(shown(store, tmp_path / "ledger"), first)  # nothing has changed
        morning = NOW + timedelta(days=1)
        for number in range(6):
            outcome = Outcome(
                provider=PROVIDERS[number], account=account_of(number),
                run=f"{morning:%Y%m%d}T010000Z-daily", at=morning, state="ok",
            )  # fmt: skip
            put_outcome(store, outcome)
        store.put_all([*month_writes(0, LAST, 4)])
        next_day = edition(NOW.date() + DAY)
        swept_later = 4  # the cubes of before
        again = shown(store, tmp_path / "ledger", next_day)
        assert is_within(again, Reads(first.calls, first.items + 6 + swept_later))


def test_the_mails_of_a_night_read_no_more_than_its_pages(tmp_path: Path) -> None:
    home = tmp_path / "ledger"
    with crowd(home, 6, 3) as store:
        began(store, NOW - timedelta(days=60))
        counted = CountingStore(store)
        night = night_of(counted, home)
        assert night.mailing is not None
        assert [*night.mail(Read([]), night.mailing)]
        assert [*(home / "outbox").iterdir()]
        assert is_within(reads_of(counted), bound(6, 3))


def test_notion_and_the_site_of_a_night_are_told_once(tmp_path: Path) -> None:
    with town(tmp_path, NOW, PRICES) as here:
        here.run(NOW.date(), is_sending=False)
        counted = CountingStore(here.place.store)
        night = replace(here.night(Place(counted, here.place.files)), publish=publish_site)
        synced, published = night.show()
        assert isinstance(synced, NotionSync)
        assert isinstance(published, Published)
        assert (synced.state, bool(published.names)) == ("ok", True)
        heads = len([*all_heads(here.place.store)])
        assert (counted.reads["head"], counted.read_items["head"]) == (1, heads)
        assert counted.reads["cube"] == len(here.shops)


@pytest.mark.tools
def test_a_thousand_accounts_are_read_once_and_published_once(tmp_path: Path) -> None:
    """Request by request as DynamoDB is asked, whose pages hold a megabyte."""
    open_store_on("moto", tmp_path).close()  # makes the table
    dynamodb = client("dynamodb", address("moto"))
    with closing(DynamoStore(dynamodb, name_of(tmp_path), IMPATIENT)) as store:
        fill_crowd(store, MANY, months=1, days=1)
        counted, wire, queue = CountingStore(store), Wire(dynamodb), Queue()
        found: list[Reads] = []
        asked: list[str] = []

        def show() -> None:
            wire.sent.clear()
            found.append(shown(counted, tmp_path))
            asked.extend(wire.operations())

        steps = (lambda *_: None, show, lambda: NOW, left, queue)
        assert publish(counted, Publish(), *steps).state == "published"
        assert publish(counted, Publish(run="none"), *steps).state == "nothing"
    assert len(found) == 1
    assert is_within(found[0], bound(MANY, 1))
    pages = counted.read_bytes.total() // 1_000_000
    assert len(asked) <= found[0].calls + pages
    assert queue.events == []
