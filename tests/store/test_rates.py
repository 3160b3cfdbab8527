"""Exchange rates in the store: a publication never changes, a fixed day stays, one query reads."""

import zlib
from collections.abc import Mapping
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import LedgerError
from ecot.model.period import Month
from ecot.model.rates import Publication
from ecot.store.protocol import Key, Store
from ecot.store.rates import (
    RatesOfMonth,
    add_publications,
    all_rates,
    encoded,
    fix_month,
    latest_publication,
    read_month,
    read_rates,
)
from ecot.store.sqlite import SqliteStore
from tests.store.conftest import Open

JANUARY, FEBRUARY, MAY = Month(2026, 1), Month(2026, 2), Month(2026, 5)


def published(day: str, usd: str = "1.0834") -> Publication:
    return Publication(date.fromisoformat(day), {"USD": Decimal(usd), "JPY": Decimal("163.20")})


def days(store: Store, first: Month, last: Month) -> list[str]:
    return [str(one.day) for one in read_rates(store, first, last).publications]


def test_publications_come_back_to_the_last_digit(store: Store) -> None:
    added = [published("2026-02-02", "1.0850"), published("2026-01-30", "1.0800")]
    assert add_publications(store, added) == 2
    known = read_rates(store, FEBRUARY, FEBRUARY)
    assert [_digits(one) for one in known.publications] == [_digits(one) for one in reversed(added)]
    assert known.fixed == {}


def _digits(one: Publication) -> list[str]:
    return [str(one.day), *(f"{code} {rate}" for code, rate in sorted(one.per_euro.items()))]


def test_a_publication_never_changes(store: Store) -> None:
    add_publications(store, [published("2026-01-02", "1.0834")])
    assert add_publications(store, [published("2026-01-02", "9"), published("2026-01-05")]) == 1
    (first, _) = read_rates(store, JANUARY, JANUARY).publications
    assert first == published("2026-01-02", "1.0834")


def test_what_is_known_already_is_not_written_again(store: Store) -> None:
    add_publications(store, [published("2026-01-02")])
    fix_month(store, JANUARY, {date(2026, 1, 3): date(2026, 1, 2)})
    before = read_month(store, JANUARY)
    assert add_publications(store, [published("2026-01-02")]) == 0
    assert not fix_month(store, JANUARY, {date(2026, 1, 3): date(2026, 1, 2)})
    assert not fix_month(store, FEBRUARY, {})
    assert read_month(store, JANUARY) == before
    assert read_month(store, FEBRUARY)[1] == 0


def test_a_fixed_day_stays_and_others_may_be_fixed_later(store: Store) -> None:
    second, third, fourth = (date(2026, 1, number) for number in (2, 3, 4))
    assert fix_month(store, JANUARY, {third: second})
    assert fix_month(store, JANUARY, {third: fourth, fourth: second})
    assert read_rates(store, JANUARY, JANUARY).fixed == {third: second, fourth: second}


def test_a_month_begins_with_what_was_published_before_it(store: Store) -> None:
    add_publications(store, map(published, ("2025-12-31", "2026-01-02", "2026-02-02")))
    assert days(store, JANUARY, JANUARY) == ["2025-12-31", "2026-01-02"]
    assert days(store, JANUARY, FEBRUARY) == ["2025-12-31", "2026-01-02", "2026-02-02"]


@pytest.mark.parametrize(
    ("known", "queries"),
    [
        (["2026-04-30", "2026-05-04"], 1),
        (["2026-05-01"], 1),
        (["2026-05-04"], 2),
        (["2025-11-28", "2025-12-01", "2026-05-04"], 2),
        ([], 2),
    ],
)
def test_one_query_unless_nothing_is_published_up_to_the_first_day(
    store: Store, known: list[str], queries: int
) -> None:
    add_publications(store, map(published, known))
    asked: list[str] = []

    found = read_rates(_noting(store, asked), MAY, MAY)
    assert len(asked) == queries
    assert [str(one.day) for one in found.publications] == [
        day for day in known if day > "2025-11-30"
    ]


def test_the_latest_publication_is_found_also_behind_months_that_are_only_fixed(
    store: Store,
) -> None:
    assert latest_publication(store) is None
    add_publications(store, map(published, ("2025-12-30", "2025-12-31")))
    fix_month(store, JANUARY, {date(2026, 1, 1): date(2025, 12, 31)})
    assert latest_publication(store) == published("2025-12-31")


_when = st.dates(date(1999, 1, 4), date(2030, 12, 31))


@given(
    published_on=st.lists(_when, max_size=6),
    fixed_on=st.lists(_when, max_size=3),
    near=st.dates(date(1970, 1, 1), date(2040, 12, 31)),
)
def test_the_latest_publication_is_the_same_wherever_it_is_looked_for(
    published_on: list[date], fixed_on: list[date], near: date
) -> None:
    with TemporaryDirectory() as folder, closing(SqliteStore(Path(folder) / "a.sqlite")) as store:
        add_publications(store, [published(str(day)) for day in published_on])
        for day in fixed_on:
            fix_month(store, Month.of(day), {day: day})
        plain = max(published_on, default=None)
        for found in (latest_publication(store), latest_publication(store, Month.of(near))):
            assert (found.day if found else None) == plain


@pytest.mark.parametrize(
    ("near", "queries"), [("2025-03", ["2024-03"]), ("2027-05", ["2026-05", ""])]
)
def test_the_latest_publication_is_looked_for_in_the_last_year_first(
    store: Store, near: str, queries: list[str]
) -> None:
    add_publications(store, map(published, ("1999-01-04", "2024-12-31", "2025-01-02")))
    asked: list[str] = []
    assert latest_publication(_noting(store, asked), Month.parse(near)) == published("2025-01-02")
    assert asked == queries


def _noting(store: Store, asked: list[str]) -> Store:
    """The store, which notes where its queries begin."""

    class Noting:
        def query(self, partition: str, first: str = "", before: str | None = None):  # type: ignore[no-untyped-def]
            asked.append(first)
            return store.query(partition, first, before)

    return Noting()  # type: ignore[return-value]


def test_all_rates_are_every_month_in_order(store: Store) -> None:
    add_publications(store, map(published, ("2026-02-02", "2025-12-31")))
    assert [str(month) for month, _ in all_rates(store)] == ["2025-12", "2026-02"]


def test_two_who_add_to_a_month_lose_nothing(open_store: Open) -> None:
    mine, other = open_store(), open_store()
    raced = False

    class Racing:
        get, query = mine.get, mine.query

        def put(
            self, key: Key, body: bytes, *, if_version: int | None = None,
            expires: datetime | None = None,
        ) -> None:  # fmt: skip
            nonlocal raced
            if not raced:
                raced = True
                add_publications(other, [published("2026-01-05", "1.0850")])
            mine.put(key, body, if_version=if_version, expires=expires)

    late = [published("2026-01-05", "9"), published("2026-01-06")]
    assert add_publications(Racing(), late) == 1  # type: ignore[arg-type]
    found = read_rates(mine, JANUARY, JANUARY).publications
    assert found == [published("2026-01-05", "1.0850"), published("2026-01-06")]


def test_a_damaged_item_is_said_to_be(store: Store) -> None:
    for body in (b"no zlib", zlib.compress(b"no json")):
        store.put(Key("rate", "2026-01"), body)
        with pytest.raises(LedgerError, match="rate 2026-01 is missing or was changed"):
            read_rates(store, JANUARY, JANUARY)


def test_a_month_of_thirty_currencies_is_small() -> None:
    per_euro = {f"A{number:02}": Decimal(f"{number + 1}.12345") for number in range(30)}
    every_day = {str(day): per_euro for day in JANUARY.days()}
    assert len(encoded(RatesOfMonth(publications=every_day))) < 4_000


_published: st.SearchStrategy[Mapping[str, Mapping[str, Decimal]]] = st.dictionaries(
    st.sampled_from(["2026-01-02", "2026-01-05"]),
    st.dictionaries(st.just("USD"), st.sampled_from([Decimal("1.1"), Decimal("1.2")]), min_size=1),
)
_fixed: st.SearchStrategy[Mapping[str, date]] = st.dictionaries(
    st.sampled_from(["2026-01-02", "2026-01-05"]),
    st.sampled_from([date(2026, 1, 2), date(2025, 12, 31)]),
)
_months = st.builds(RatesOfMonth, publications=_published, fixed=_fixed)


@given(_months, _months)
def test_adding_keeps_what_is_here_and_differences_are_found(
    here: RatesOfMonth, there: RatesOfMonth
) -> None:
    both = here.with_added(there)
    assert here.differs_on(both) is None
    assert both.with_added(there) == both
    assert (here.differs_on(there) is None) == (there.differs_on(both) is None)


def test_the_calendars_first_month_has_none_before_it(store: Store) -> None:
    add_publications(store, [published("2026-02-02")])

    assert days(store, Month(1970, 1), FEBRUARY) == ["2026-02-02"]
