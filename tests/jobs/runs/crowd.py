"""The ledger of a company of very many accounts, written as a collection leaves it and quickly: a
head and two cubes an account and month, how far it was read, and how its last runs went. Its rows
are not written: what is read here reads none."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from ecot.ledger.months import begun
from ecot.model.cells import condensed
from ecot.model.cube import DIMENSIONS, Cube, CubeKind
from ecot.model.head import SETTLED, DayPointer, Head
from ecot.model.outcome import Outcome
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Charge, Usage
from ecot.store.documents import cube_writes
from ecot.store.heads import encoded, head_key
from ecot.store.protocol import Key, Store, Write
from ecot.store.records import outcome_writes

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
LAST = Month.of(NOW.date())
PROVIDERS = ("openai", "anthropic", "mistral", "aws", "digitalocean", "github", "cursor", "vercel")


def account_of(number: int) -> str:
    """The name of the account of that number."""
    return f"{PROVIDERS[number % len(PROVIDERS)]}/team-{number:04}"


def fill_crowd(
    store: Store, accounts: int, months: int, days: int = 31, *, models: int = 1
) -> None:
    """Writes the accounts' last months, of each the first `days`."""
    writes: list[Write] = []
    for number in range(accounts):
        writes += _account(number, months, days, models)
        if len(writes) >= 10_000:
            store.put_all(writes)
            writes = []
    store.put_all(writes)


def month_writes(number: int, month: Month, days: int, models: int = 1) -> Iterator[Write]:
    """What to write for one month of an account."""
    account = account_of(number)
    read = [day for day in month.days() if day.day <= days and day <= NOW.date()]
    rows = [row for day in read for row in _rows(number, day, models)]
    names: dict[CubeKind, str] = {}
    for kind, dimensions in DIMENSIONS.items():
        cells = tuple(condensed(rows, dimensions))
        cube = Cube(account=account, month=month, kind=kind, cells=cells)
        names[kind] = cube.name
        yield from cube_writes(cube)
    head = Head(
        account=account,
        month=month,
        feeds=("costs",),
        days={f"{day.day:02}": DayPointer(None, SETTLED) for day in read},
        cells=tuple(condensed(row for row in rows if isinstance(row, Charge))),
        service_cube=names["service"],
        person_cube=names["person"],
        closed_at=NOW if month < LAST else None,
    )
    yield head_key(account, month), encoded(head)


def _account(number: int, months: int, days: int, models: int) -> Iterator[Write]:
    account, provider = account_of(number), PROVIDERS[number % len(PROVIDERS)]
    since = LAST.shifted(1 - months)
    progress = begun(account, ("costs",), since.first)
    progress = msgspec.structs.replace(progress, unread_from=NOW.date(), open_from=LAST)
    yield Key("progress", account), msgspec.json.encode(progress, order="sorted")
    for back in (1, 0):
        at = NOW - timedelta(days=back)
        run = f"{at:%Y%m%d}T010000Z-daily"
        outcome = Outcome(provider=provider, account=account, run=run, at=at, state="ok")
        yield from outcome_writes(outcome, is_latest=True)
    for back in range(months):
        yield from month_writes(number, LAST.shifted(-back), days, models)


def _rows(number: int, day: date, models: int) -> Iterator[AnyRow]:
    for model in range(models):
        shared: dict[str, Any] = {
            "charge_period": Period.of_day(day),
            "category": "ai",
            "service": "api",
            "sub_account_id": f"project-{number % 3}",
            "model": f"model-{model}",
            "user": f"user-{number % 4}",
        }
        cost = Decimal(1 + number + model + day.day) / 100
        yield Charge(**shared, currency="USD", basis="billed", billed_cost=cost)
        yield Usage(**shared, quantities={"input_tokens": Decimal(100 * day.day + model)})
