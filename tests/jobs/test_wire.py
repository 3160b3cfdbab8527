"""What a collection asks of DynamoDB, counted request by request on the wire: nothing is written
where nothing changed, and of what changed only that (`-s` prints the counts)."""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.collect import collect
from ecot.jobs.round import Source
from ecot.model.period import DAY, Month, Period, midnight
from ecot.store.dynamodb import DynamoStore
from ecot.store.folder import Folder
from ecot.store.protocol import Key, Place
from tests.bench.counting import kind
from tests.jobs.made_up import MadeUp
from tests.jobs.test_snapshots import Bank
from tests.jobs.world import Clock
from tests.store.backends import IMPATIENT, address, client, name_of, open_store_on
from tests.store.wire import Wire

NOW = datetime(2026, 5, 5, 6, tzinfo=UTC)
MARCH, APRIL = Month(2026, 3), Month(2026, 4)
DAYS = tuple(Period.of_days(MARCH.first, APRIL.after).days())
ACCOUNTS = ("one/a", "two/b", "three/c", "four/d")
CYCLE = Period(midnight(date(2026, 4, 28)), midnight(date(2026, 5, 28)))
AGAIN = {"BatchGetItem": 2, "PutItem outcome": 2}
"""What an account asks that answers the same: where it stands, its heads; and what came of it."""


@dataclass
class Company:
    """Several suppliers without a network, a ledger in DynamoDB, and what went over the wire."""

    place: Place
    wire: Wire
    clock: Clock
    suppliers: dict[str, MadeUp]

    def collect(
        self, days: Sequence[date] | None = DAYS, sources: Sequence[Source] = ()
    ) -> Counter[str]:
        """Collects two months of every account, or of `sources` (None: what is due). Returns what
        was asked: requests by operation, and the items of writes by what they are."""
        self.wire.sent.clear()
        sources = sources or [one.source(account) for account, one in self.suppliers.items()]
        outcomes = asyncio.run(collect(self.place, sources, self.clock.round(days)))
        assert [outcome.state for outcome in outcomes] == ["ok"] * len(sources)
        asked = Counter(name for sent in self.wire.sent for name in _names(*sent))
        print(dict(sorted(asked.items())))
        return asked

    def make_dearer(self, account: str, *days: date) -> None:
        supplier = self.suppliers[account]
        dearer = {day: str(Decimal(supplier.costs[day]) + 1) for day in days}
        supplier.costs = {**supplier.costs, **dearer}


@pytest.fixture(params=["moto", pytest.param("dynalite", marks=pytest.mark.tools)])
def company(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Company]:
    """Two months of four accounts, collected once."""
    open_store_on(request.param, tmp_path).close()  # makes the table
    dynamodb = client("dynamodb", address(request.param))
    store = DynamoStore(dynamodb, name_of(tmp_path), IMPATIENT)
    costs = {day: f"{number}.25" for number, day in enumerate(DAYS)}
    suppliers = {account: MadeUp(costs, {"proj_a": "A"}) for account in ACCOUNTS}
    place = Place(store, Folder(tmp_path / "files"))
    made = Company(place, Wire(dynamodb), Clock(NOW), suppliers)
    first = made.collect()
    assert first["written document"] == len(DAYS) * len(ACCOUNTS)
    assert (first["PutItem head"], first["written cube"]) == (8, 16)
    yield made
    store.close()


def test_the_same_answers_cost_two_reads_an_account_and_write_only_outcomes(
    company: Company,
) -> None:
    expected = Counter({name: count * len(ACCOUNTS) for name, count in AGAIN.items()})
    for _ in range(2):
        assert company.collect() == expected


@pytest.mark.parametrize(
    ("days", "months"),
    [
        (DAYS[40:41], 1),
        (DAYS[40:43], 1),
        (DAYS[40:50], 1),
        ((MARCH.days()[-1], APRIL.first), 2),
        (DAYS[26:36], 2),
    ],
    ids=["1", "3", "10", "2 over a month's end", "10 over a month's end"],
)
def test_changed_days_are_written_with_the_heads_and_cubes_of_their_months(
    company: Company, days: Sequence[date], months: int
) -> None:
    company.make_dearer("two/b", *days)
    expected = Counter({name: count * len(ACCOUNTS) for name, count in AGAIN.items()})
    expected += Counter(
        {
            "Query document": len(days),
            "Query cube": 2 * months,
            "BatchWriteItem": _batches(days),
            "written document": len(days),
            "written document part": len(days),
            "written restatement": len(days),
            "written cube": 2 * months,
            "written cube part": 2 * months,
            "PutItem head": months,
        }
    )
    assert company.collect() == expected


def test_today_may_grow_and_is_no_restatement(company: Company) -> None:
    today = NOW.date()
    supplier = company.suppliers["two/b"]
    supplier.costs = {**supplier.costs, today: "1.00"}
    assert company.collect(days=None)["written document"] == 1
    company.make_dearer("two/b", today)
    asked = company.collect(days=None)
    assert (asked["written document"], asked["written restatement"]) == (1, 0)
    assert (asked["PutItem head"], asked["written cube"]) == (1, 2)


@pytest.mark.parametrize(
    ("owed", "heads", "documents"),
    [(None, 0, 1), ("1.00", 1, 8)],
    ids=["balance", "counter"],
)
def test_beside_a_snapshot_each_day_that_holds_some_of_it_is_read(
    company: Company, owed: str | None, heads: int, documents: int
) -> None:
    """As docs/ledger.md says: the days that are read again and have rows of the snapshot's feed;
    for a counter of money owed also heads, and the day of its snapshot before."""
    bank = Bank(owed, CYCLE, costs=dict.fromkeys(DAYS, "1.25"))
    sources = [bank.source()]
    for day in (NOW.date() - DAY, NOW.date()):
        company.clock.at(day)
        company.collect(None, sources)
    expected = Counter(AGAIN) + Counter({"BatchGetItem": heads, "Query document": documents})
    assert company.collect(None, sources) == expected


def test_what_a_supplier_says_of_its_plan_is_not_read_again_where_nothing_else_pays(
    company: Company,
) -> None:
    """A plan whose price nobody knows leaves a charge of unknown cost on every day: the two earlier
    ones are read to be compared, as beside any snapshot, and no second time."""
    bank = Bank(None, CYCLE, price=True)
    for day in (NOW.date() - 2 * DAY, NOW.date() - DAY, NOW.date()):
        company.clock.at(day)
        company.collect(None, [bank.source()])
    assert company.collect(None, [bank.source()]) == Counter(AGAIN) + Counter({"Query document": 2})


def _batches(days: Sequence[date]) -> int:
    """A month's documents, parts and records, and two cubes in two items each: 25 a request."""
    by_month = Counter(map(Month.of, days))
    return sum(-(-(3 * count + 4) // 25) for count in by_month.values())


def _names(operation: str, params: Mapping[str, object]) -> Iterator[str]:
    """What a request is counted as."""
    match params:
        case {"Item": {"pk": {"S": partition}, "sk": {"S": sort}}}:
            yield f"{operation} {kind(Key(partition, sort))}"
        case {"ExpressionAttributeValues": {":partition": {"S": partition}}}:
            yield f"{operation} {kind(Key(partition, ''))}"
        case {"RequestItems": written} if operation == "BatchWriteItem":
            yield operation
            yield from (f"written {name}" for name in _written(written))
        case _:
            yield operation


def _written(tables: object) -> Iterator[str]:
    assert isinstance(tables, dict)
    for requests in tables.values():
        for request in requests:
            item = request["PutRequest"]["Item"]
            yield kind(Key(item["pk"]["S"], item["sk"]["S"]))
