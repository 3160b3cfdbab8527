"""Ledgers of a made-up company with many accounts, made quickly and as a collection makes them.

One month is really written, day by day, through the ledger's own commit. The months of the other
accounts are copies of its head and cubes under other names: their rows are not written, and what is
measured above them reads none.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from ecot.jobs.commit import Writing, commit_month
from ecot.ledger.months import begun
from ecot.ledger.reading import Reading
from ecot.model.cells import Cell
from ecot.model.cube import CubeKind
from ecot.model.head import Head
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Charge, Usage, merged
from ecot.store.documents import put_cube, read_cube
from ecot.store.heads import put_head
from ecot.store.protocol import Place, Store
from ecot.store.records import put_progress

LAST = Month(2026, 4)
READ_AT = datetime(2026, 5, 5, 4, tzinfo=UTC)
SERVICES, MODELS, PROJECTS, PEOPLE = 3, 40, 5, 30


def fill(
    place: Place, *, accounts: int, months: int, rows_a_day: int, models: int = MODELS
) -> None:
    """That many accounts' months until LAST, all of that density."""
    first = _account(0)
    head = write_month(place, first, LAST, rows_a_day, models)
    for number in range(accounts):
        account = _account(number)
        since = LAST.shifted(1 - months)
        progress = begun(account, head.feeds, since.first)
        put_progress(place.store, msgspec.structs.replace(progress, unread_from=READ_AT.date()))
        for back in range(months):
            if (number, back) != (0, 0):
                _copy(place.store, head, account, LAST.shifted(-back))


def write_month(
    place: Place, account: str, month: Month, rows_a_day: int, models: int = MODELS
) -> Head:
    """The account's month of so many rows a day, committed day by day."""
    head = Head(account=account, month=month)
    for day in month.days():
        rows = tuple(merged(rows_of(day, rows_a_day, models)))
        reading = Reading(feed="costs", days=(day,), rows={day: rows}, read_at=READ_AT)
        head = commit_month(place, month, [reading], {}, _writing(account, month)).head
    return head


def rows_of(day: date, count: int, models: int = MODELS) -> Iterator[AnyRow]:
    """That many rows of a day, half of them money, over the same services, models and people."""
    period = Period.of_day(day)
    for number in range(count // 2):
        shared: dict[str, Any] = {
            "charge_period": period,
            "category": "ai",
            "service": f"service {number % SERVICES}",
            "sub_account_id": f"project-{number % PROJECTS}",
            "model": f"model-{number % models}",
            "user": f"user-{number % PEOPLE}",
            "resource_id": f"resource-{number}",
        }
        yield Charge(
            **shared, currency="USD", basis="billed", billed_cost=Decimal(number * 7919 + 1) / 10**8
        )
        yield Usage(**shared, quantities={"input_tokens": Decimal(number * 31 + day.day)})


def _account(number: int) -> str:
    return f"provider{number:02}/account"


def _writing(account: str, month: Month) -> Writing:
    return Writing(
        run="bench",
        today=READ_AT.date(),
        now=READ_AT,
        progress=begun(account, ("costs",), month.first),
        lateness=timedelta(days=1),
    )


def _copy(store: Store, head: Head, account: str, month: Month) -> None:
    """The head and its cubes as another account's month would have them."""
    names = {kind: _copy_cube(store, head, account, month, kind) for kind in ("service", "person")}
    days = {f"{day.day:02}" for day in month.days()}
    copied = msgspec.structs.replace(
        head,
        account=account,
        month=month,
        days={digits: pointer for digits, pointer in head.days.items() if digits in days},
        cells=_moved(head.cells, month),
        service_cube=names["service"],
        person_cube=names["person"],
    )
    put_head(store, copied, 0)


def _copy_cube(store: Store, head: Head, account: str, month: Month, kind: CubeKind) -> str:
    name = head.service_cube if kind == "service" else head.person_cube
    assert name is not None
    cube = read_cube(store, head.account, head.month, kind, name)
    copied = msgspec.structs.replace(
        cube, account=account, month=month, cells=_moved(cube.cells, month)
    )
    put_cube(store, copied)
    return copied.name


def _moved(cells: tuple[Cell, ...], month: Month) -> tuple[Cell, ...]:
    last = month.days()[-1].day
    return tuple(
        msgspec.structs.replace(cell, day=month.first.replace(day=cell.day.day))
        for cell in cells
        if cell.day.day <= last
    )
