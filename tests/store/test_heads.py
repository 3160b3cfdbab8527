"""Monthly heads: the commit point, small, and a year of them in one query."""

import zlib
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from ecot.errors import Conflict, LedgerError
from ecot.model.cells import Cell
from ecot.model.head import DayPointer, Head
from ecot.model.period import Month
from ecot.store.heads import (
    all_heads,
    billed_elsewhere,
    encoded,
    head_key,
    put_head,
    query_heads,
    read_heads,
)
from ecot.store.protocol import Store
from tests.rows import ACCOUNT, MUCH_LATER, to_the_letter

JANUARY = Month(2026, 1)
FEEDS = ("costs", *(f"usage.{kind}" for kind in "abcdefghij"))


def full_month(random: Random, *, restated: int = 0) -> Head:
    """A month with rows every day, 11 feeds, two currencies and all the digits of real rows."""
    cells = [
        Cell(
            day=day,
            category="ai",
            currency=currency,
            basis="billed",
            cost=Decimal(random.randrange(10**26)).scaleb(-22),
        )
        for day in JANUARY.days()
        for currency in ("EUR", "USD")
    ]
    pointers = {
        f"{day.day:02}": DayPointer(random.randbytes(16).hex(), "s" * 10 + random.choice("rs"))
        for day in JANUARY.days()
    }
    return Head(
        account="openai/a-company-with-a-long-name",
        month=JANUARY,
        feeds=FEEDS,
        days=pointers,
        cells=tuple(cells),
        service_cube=random.randbytes(16).hex(),
        person_cube=random.randbytes(16).hex(),
        restated=tuple(random.randbytes(6).hex() for _ in range(restated)),
        closed_at=MUCH_LATER,
        reread_at=MUCH_LATER,
    )


@pytest.mark.parametrize("restated", [0, 62])
def test_the_head_of_a_full_month_stays_under_4_kb(restated: int) -> None:
    assert len(encoded(full_month(Random(1), restated=restated))) <= 4096


def test_a_head_comes_back_to_the_last_digit(store: Store) -> None:
    head = full_month(Random(2), restated=3)
    put_head(store, head, 0)
    held = read_heads(store, head.account, [JANUARY])[JANUARY]
    assert to_the_letter(held.head) == to_the_letter(head)
    assert held.head == head
    put_head(store, head, held.version)


def test_a_month_without_a_head_has_an_empty_one_of_version_0(store: Store) -> None:
    put_head(store, Head(account=ACCOUNT, month=JANUARY, feeds=("costs",)), 0)
    heads = read_heads(store, ACCOUNT, [JANUARY, JANUARY.next()])
    assert heads[JANUARY].version != 0
    assert heads[JANUARY.next()].version == 0
    assert heads[JANUARY.next()].head == Head(account=ACCOUNT, month=JANUARY.next())


def test_of_two_who_move_a_head_one_loses_and_changes_nothing(store: Store) -> None:
    first, second = (Head(account=ACCOUNT, month=JANUARY, feeds=(name,)) for name in "ab")
    put_head(store, first, 0)
    with pytest.raises(Conflict):
        put_head(store, second, 0)
    assert list(all_heads(store)) == [first]


def test_heads_are_queried_by_month_both_ends_inside(store: Store) -> None:
    months = [Month(2025, 11).shifted(number) for number in range(6)]
    for month in months:
        for account in ("openai/b", "openai/a", "aws/1"):
            put_head(store, Head(account=account, month=month), 0)
    found = [
        (str(head.month), head.account) for head in query_heads(store, Month(2025, 12), JANUARY)
    ]
    assert found == [
        (month, account)
        for month in ("2025-12", "2026-01")
        for account in ("aws/1", "openai/a", "openai/b")
    ]
    assert len(list(all_heads(store))) == 18


def test_where_charges_are_billed_is_found_by_the_month_that_bills_them(store: Store) -> None:
    odd = "oracle/ocid1#x"
    cell: dict[str, Any] = {
        "day": JANUARY.first,
        "category": "other",
        "currency": "USD",
        "basis": "billed",
    }
    late = Cell(**cell, cost=Decimal(1), billed_on=Month(2026, 3).first)
    put_head(store, Head(account=odd, month=JANUARY, cells=(late,)), 0)
    put_head(store, Head(account=ACCOUNT, month=JANUARY, cells=(Cell(**cell),)), 0)
    assert list(billed_elsewhere(store)) == [(odd, JANUARY, Month(2026, 3))]


def test_a_damaged_head_is_said_to_be(store: Store) -> None:
    put_head(store, Head(account=ACCOUNT, month=JANUARY), 0)
    for spoilt in (b"no head", zlib.compress(b'{"account":')):
        store.put(head_key(ACCOUNT, JANUARY), spoilt)
        with pytest.raises(LedgerError, match="is missing or was changed"):
            read_heads(store, ACCOUNT, [JANUARY])
