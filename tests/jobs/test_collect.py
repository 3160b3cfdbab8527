"""A collection is exact and complete, and costs nothing where nothing changed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from ecot.errors import LedgerError
from ecot.jobs.query import Question
from ecot.jobs.rows import rows
from ecot.jobs.streams import unbroken
from ecot.model.money import total
from ecot.model.period import DAY, Month, Period, midnight
from ecot.model.rows import Charge, Usage
from ecot.providers.openai.usage import METERS
from ecot.sandbox.companies import large_company
from ecot.sandbox.truth import Truth
from ecot.store.folder import Folder
from ecot.store.protocol import Key, Place, Write
from ecot.store.sqlite import SqliteStore
from tests.jobs.conftest import NOW
from tests.jobs.world import World, figures, world_of

OCTOBER = Month(2026, 10)
QUESTION = Question(first=OCTOBER.first, after=OCTOBER.after, today=NOW.date(), currency="USD")
Sums = Mapping[Any, Decimal]
WORKDAYS = [day for day in OCTOBER.days() if day.weekday() < 5]
ITEMS_A_DAY = 2  # a small document is a header and one part


def sums(amounts: Iterable[tuple[object, Decimal]]) -> Sums:
    """The exact sum of each group."""
    groups: dict[object, list[Decimal]] = {}
    for group, amount in amounts:
        groups.setdefault(group, []).append(amount)
    return {group: total(parts) for group, parts in groups.items()}


# A large month, to the last digit


@pytest.fixture(scope="module", params=["numbers", "texts"])
def large(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """A month of 3 projects with 40 models, collected; amounts as JSON numbers or as texts."""
    home, texts = tmp_path_factory.mktemp(request.param), request.param == "texts"
    with world_of(large_company(), NOW, home, amounts_as_strings=texts) as around:
        (outcome,) = around.collect(days=OCTOBER.days())
        assert (outcome.state, outcome.message) == ("ok", None)
        yield around


def test_a_month_of_costs_is_exact_by_project_line_item_and_day(large: World) -> None:
    ledger = sums(
        ((row.day, row.sub_account_id, row.charge_description), row.billed_cost or Decimal(0))
        for *_, row, _ in rows(large.place, QUESTION, Charge)
    )
    truth = sums(
        ((day, cost.project_id, cost.line_item), cost.amount)
        for day in OCTOBER.days()
        for cost in large.truth.costs(large.first, day)
    )
    assert len({project for _, project, _ in truth}) == 3
    assert len({item for *_, item in truth}) > 120
    assert ledger == truth


def test_a_month_of_totals_is_exact(large: World) -> None:
    costs = [(day, cost) for day in OCTOBER.days() for cost in large.truth.costs(large.first, day)]
    whole = total(cost.amount for _, cost in costs)
    truths: dict[Any, Sums] = {
        "sub_account": sums((cost.project_id, cost.amount) for _, cost in costs),
        "day": sums((str(day), cost.amount) for day, cost in costs),
        "model": sums((_model(cost.line_item), cost.amount) for _, cost in costs),
        "account": {f"openai/{large.first.name}": whole},
    }
    for by, truth in truths.items():
        said = large.totals(by, OCTOBER.first, OCTOBER.after)
        assert said.total == whole
        assert {group.key: group.billed_cost for group in said.groups if group.basis} == truth
        assert not said.coverage.missing


def _model(line_item: str) -> str | None:
    return None if " " in line_item.split(",")[0] else line_item.split(",")[0]


@pytest.mark.parametrize("kind", METERS)
def test_a_month_of_usage_is_exact_by_project_model_key_and_person(large: World, kind: str) -> None:
    groups = METERS[kind].group_by
    ledger = sums(
        ((row.day, row.sub_account_id, row.model, row.api_key_id, row.user, name), quantity)
        for *_, feed, row, _ in rows(large.place, QUESTION, Usage)
        if feed == f"usage.{kind}"
        for name, quantity in row.quantities.items()
    )
    truth = sums(
        (
            (
                day,
                *(
                    row.dimensions.get(name) if name in groups else None
                    for name in ("project_id", "model", "api_key_id", "user_id")
                ),
                METERS[kind].quantities[measure],
            ),
            Decimal(quantity),
        )
        for day in OCTOBER.days()
        for row in large.truth.usage(large.first, kind, day)
        for measure, quantity in row.measures.items()
    )
    assert truth
    assert ledger == truth


def test_each_endpoint_of_the_month_was_four_pages(large: World) -> None:
    asked = Counter(request.path for request in large.server.requests)
    feeds = {path: times for path, times in asked.items() if "/usage/" in path or "cost" in path}
    assert len(feeds) == 11
    assert set(feeds.values()) == {4}


def test_names_are_shown_beside_ids(large: World) -> None:
    projects = large.totals("sub_account", OCTOBER.first, OCTOBER.after).groups
    assert {one.name for one in projects} == {project.name for project in large.first.projects}
    keys = large.totals("api_key", OCTOBER.first, OCTOBER.after).groups
    named = {key.name for project in large.first.projects for key in project.api_keys}
    assert {one.name for one in keys if one.key} == named


# Collecting again


class CountedStore(SqliteStore):
    """Knows which partitions were read and written."""

    def __init__(self, home: World) -> None:
        super().__init__(home.home / "ledger.sqlite")
        self.reads: list[str] = []
        self.writes: list[str] = []

    def get(self, keys: Any) -> Any:
        self.reads.append("+".join(sorted({key.partition for key in keys})))
        return super().get(keys)

    def query(self, partition: str, first: str = "", before: str | None = None) -> Any:
        self.reads.append(partition)
        return super().query(partition, first, before)

    def put(
        self, key: Key, body: bytes, *, if_version: int | None = None,
        expires: datetime | None = None,
    ) -> None:  # fmt: skip
        self.writes.append(key.partition)
        super().put(key, body, if_version=if_version, expires=expires)

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        self.writes.extend(key.partition for key, _ in items)
        super().put_all(items, expires=expires)


@pytest.fixture
def counted(world: World) -> Iterator[Place]:
    """The world's ledger, collected once, with a count of what happens after that."""
    world.collect()
    store = CountedStore(world)
    yield Place(store, Folder(world.home))
    store.close()


def test_the_same_answers_write_no_figure_and_take_two_reads(world: World, counted: Place) -> None:
    before = figures(world.place)
    world.collect(place=counted)

    assert isinstance(counted.store, CountedStore)
    assert len(counted.store.reads) <= 2
    written = {partition.partition("#")[0] for partition in counted.store.writes}
    assert written == {"outcome", "run"}
    assert figures(world.place) == before


def test_the_same_answers_of_the_next_night_write_what_is_new_only(
    world: World, counted: Place
) -> None:
    world.clock.at(NOW.date() + DAY)
    world.collect(place=counted)

    assert isinstance(counted.store, CountedStore)
    documents = [one for one in counted.store.writes if one.startswith("day#")]
    assert len(documents) == 2 * ITEMS_A_DAY  # the rest of yesterday, and today


@pytest.mark.parametrize("number", [1, 5])
def test_so_many_changed_days_are_so_many_documents(
    world: World, counted: Place, number: int
) -> None:
    for day in WORKDAYS[:number]:
        world.truth.restate(world.first, day, factor=Decimal(2))
    world.collect(place=counted)

    assert isinstance(counted.store, CountedStore)
    documents = [one for one in counted.store.writes if one.startswith("day#")]
    assert len(documents) == number * ITEMS_A_DAY
    assert counted.store.writes.count("head") == 1


# Restatements


def test_two_restated_days_are_reported_once_and_exactly(world: World) -> None:
    world.collect()
    restated = {WORKDAYS[1]: Decimal("1.04"), WORKDAYS[-1]: Decimal("0.97")}
    old = {day: _cost(world.truth, world, day) for day in restated}
    for day, factor in restated.items():
        world.truth.restate(world.first, day, factor=factor)

    (second,), (third,) = world.collect(), world.collect()

    told = {one.day: (one.old_cost, one.new_cost) for one in second.restatements}
    assert told == {
        day: ({"USD": old[day]}, {"USD": _cost(world.truth, world, day)}) for day in restated
    }
    assert all(old[day] != _cost(world.truth, world, day) for day in restated)
    assert {one.feeds for one in second.restatements} == {("costs",)}
    assert third.restatements == ()


def test_a_day_that_had_not_settled_may_change_without_a_word(world: World) -> None:
    yesterday = NOW.date() - DAY
    world.collect()
    world.truth.restate(world.first, yesterday, factor=Decimal("1.5"))
    (outcome,) = world.collect()

    assert outcome.restatements == ()
    said = world.totals("day", yesterday, yesterday + DAY)
    assert said.total == _cost(world.truth, world, yesterday)


def test_a_settled_day_whose_rows_vanish_is_restated_once_it_is_believed(world: World) -> None:
    day = WORKDAYS[1]
    world.collect()
    old = _cost(world.truth, world, day)
    world.truth.withdraw(world.first, day)

    (doubted,), (believed,), (after,) = world.collect(), world.collect(), world.collect()

    assert (doubted.restatements, after.restatements) == ((), ())
    (told,) = believed.restatements
    assert (told.day, told.old_cost, told.new_cost) == (day, {"USD": old}, {})


def _cost(truth: Truth, world: World, day: Any) -> Decimal:
    return total(row.amount for row in truth.costs(world.first, day))


# The nights


def test_a_key_that_dies_on_the_20th_and_is_repaired_a_month_later(world: World) -> None:
    """Every day is read in the end; in between the month says exactly what is missing."""
    september, october, november = (Month(2026, number) for number in (9, 10, 11))
    died, repaired = october.first + 19 * DAY, november.first + 20 * DAY
    source = world.own()
    assert source.secret is not None
    key = source.secret.get_secret_value()
    for day in (october.first + 2 * DAY, october.first + 11 * DAY, died):
        world.clock.at(day)
        assert [outcome.state for outcome in world.run(source)] == ["ok"]
    access = world.site.keys.pop(key)
    before = _documents(world)

    for day in Period.of_days(died + DAY, repaired).days():
        world.clock.at(day)
        (outcome,) = world.run(source)
        assert outcome.state == "failed"
        in_october = [d for d in Period.of_days(died, day).days() if d < october.after]
        assert _missing(world, october) == [(in_october[0], in_october[-1], len(in_october))]
        if day > november.first:
            gap = (november.first, day - DAY, (day - november.first).days)
            assert _missing(world, november) == [gap]
    assert _documents(world) == before

    pages = world.publish()
    assert "Oct 20 – 31, 2026 · the last reading failed" in _words(pages["2026-10.en.html"])
    assert "provisional" in pages["2026-10.en.html"]
    assert "no day is missing" in pages["2026-09.en.html"]
    assert "Nov 1 – 19, 2026 · the last reading failed" in _words(pages["2026-11.en.html"])

    world.site.keys[key] = access
    world.clock.at(repaired)
    assert [outcome.state for outcome in world.run(source)] == ["ok"]
    for month in (september, october, november):
        assert _missing(world, month) == []
        said = world.totals("account", month.first, month.after)
        elapsed = [day for day in month.days() if day <= repaired]
        assert said.total == total(_cost(world.truth, world, day) for day in elapsed)
    pages = world.publish()
    assert 'class="state closed"' in pages["2026-10.en.html"]
    assert 'class="state open"' in pages["2026-11.en.html"]


def _missing(world: World, month: Month) -> list[tuple[Any, Any, int]]:
    gaps = world.totals("account", month.first, month.after).coverage.missing
    return [(gap.first, gap.last, gap.days) for gap in gaps]


def _documents(world: World) -> bytes:
    return figures(world.place).split(b',\n"documents":[', 1)[1]


def _words(page: str) -> str:
    return page.replace("\u2009", " ").replace("\u202f", " ").replace("\xa0", " ")


def test_a_closed_month_is_read_once_more_thirty_days_after_its_end(world: World) -> None:
    """It was closed on the 10th, and nothing of it was asked for in between."""
    first = str(int(midnight(OCTOBER.first).timestamp()))
    read_on = []
    for day in Period.of_days(date(2026, 11, 8), date(2026, 12, 5)).days():
        world.clock.at(day)
        asked = len(world.server.requests)
        world.run(world.own())
        queries = [dict(request.query) for request in world.server.requests[asked:]]
        if any(query.get("start_time") == first for query in queries):
            read_on.append(day)
    assert read_on == [date(2026, 11, 8), date(2026, 11, 9), date(2026, 11, 10), date(2026, 12, 1)]


# What stands beside


def test_accounts_are_collected_at_the_same_time(world: World) -> None:
    told: list[str] = []

    def note(account: str, _step: str) -> None:
        told.append(account)

    sources = [world.own(organisation) for organisation in world.truth.company.organisations]
    world.clock.told = note
    world.collect(*sources)
    switches = sum(one != other for one, other in pairwise(told))
    assert switches > 2


def test_outcomes_come_in_the_order_of_the_settings(world: World) -> None:
    organisations = world.truth.company.organisations
    sources = [world.own(organisations[1]), world.source("none", None), world.own()]
    assert [outcome.account for outcome in world.collect(*sources)] == [
        source.account for source in sources
    ]


def test_a_ledger_that_cannot_be_written_is_one_sentence(world: World) -> None:
    class Full(CountedStore):
        def put(self, *_: object, **__: object) -> None:
            raise LedgerError("the disk is full")

    store = Full(world)
    with pytest.raises(LedgerError, match="the disk is full"):
        world.collect(place=Place(store, Folder(world.home)))
    store.close()


def test_days_are_asked_for_in_unbroken_periods() -> None:
    first = OCTOBER.first
    asked = [first, first + DAY, first + 3 * DAY]
    assert unbroken(asked) == [
        Period.of_days(first, first + 2 * DAY),
        Period.of_day(first + 3 * DAY),
    ]
