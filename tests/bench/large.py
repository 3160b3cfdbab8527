"""The large company of the benchmarks: three years of fifteen services with ten models each.

Every day of every month is drawn anew, so that what compresses its pages is its own. Heads and
cubes are as a collection leaves them; the rows below them are not written, and nothing that is
measured here reads any.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from msgspec.structs import replace

from ecot.ledger.months import begun
from ecot.model.cells import Cell, condensed
from ecot.model.cube import DIMENSIONS, Cube, CubeKind
from ecot.model.head import SETTLED, DayPointer, Head
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Category, Charge, Name, Usage
from ecot.store.documents import put_cube
from ecot.store.heads import put_head
from ecot.store.protocol import Place
from ecot.store.records import put_names, put_progress
from tests.bench.company import LAST, READ_AT

SERVICES: tuple[tuple[str, Category], ...] = (
    ("openai", "ai"),
    ("anthropic", "ai"),
    ("mistral", "ai"),
    ("openrouter", "ai"),
    ("deepgram", "ai"),
    ("elevenlabs", "ai"),
    ("aws", "infrastructure"),
    ("digitalocean", "infrastructure"),
    ("supabase", "infrastructure"),
    ("vercel", "infrastructure"),
    ("weaviate", "infrastructure"),
    ("twilio", "other"),
    ("github", "developer tools"),
    ("copilot", "developer tools"),
    ("cursor", "developer tools"),
)
SIZES = ("nano", "mini", "small", "medium", "large", "pro", "max", "ultra", "voice", "vision")
PEOPLE, PROJECTS = 30, ("Site vitrine", "Assistant maison", "Édition", "Écoute", "Recherche")
SHARED = 0.3  # of lines, that have use in a second project on a day
GROWTH_A_DAY, WEEKEND = 0.0008, 0.3
TEN_MILLION = Decimal(10_000_000)


@dataclass(frozen=True, slots=True)
class Line:
    """A model of a service: its prices in ten-millionths of a dollar for a token, in and out, how
    many requests a day it has, and the projects that use it."""

    model: str
    prices: tuple[int, int]
    requests: int
    projects: tuple[str, str]


def fill_large(
    place: Place,
    months: int = 36,
    services: int = 15,
    models: int = 10,
    seed: int = 7,
    last: Month = LAST,
) -> None:
    """Writes so many months until `last` of so many services (at most 15), each an account of a
    provider of its own with so many models a day."""
    since = last.shifted(1 - months)
    for provider, category in SERVICES[:services]:
        account = f"{provider}/lumen"
        lines = list(_lines(Random(f"{seed}/{account}"), provider, models))
        progress = begun(account, ("costs",), since.first)
        put_progress(place.store, replace(progress, unread_from=READ_AT.date()))
        put_names(place.store, account, _names(provider))
        for back in range(months):
            _write(place, account, last.shifted(-back), category, lines, seed, since.first)


def _lines(random: Random, provider: str, models: int) -> Iterator[Line]:
    for number in range(models):
        price = random.randrange(1, 60)
        released = date(2023, 1, 9) + timedelta(days=random.randrange(700))
        first, second = random.sample(range(len(PROJECTS)), 2)
        yield Line(
            model=f"{provider}-{SIZES[number % len(SIZES)]}-{released}",
            prices=(price, price * random.choice((3, 4, 5, 8))),
            requests=random.choice((5, 20, 40, 90, 200)),
            projects=(_project(provider, first), _project(provider, second)),
        )


def _project(provider: str, number: int) -> str:
    return f"{provider}-proj-{number + 1:04}"


def _names(provider: str) -> list[Name]:
    return [
        Name(dimension="sub_account_id", id=_project(provider, number), name=name)
        for number, name in enumerate(PROJECTS)
    ]


def _write(
    place: Place,
    account: str,
    month: Month,
    category: Category,
    lines: list[Line],
    seed: int,
    since: date,
) -> None:
    """The head and the cubes of an account's month."""
    random = Random(f"{seed}/{account}/{month}")
    cells: list[Cell] = []
    cubes: dict[CubeKind, list[Cell]] = {"service": [], "person": []}
    for day in month.days():
        rows = list(_rows(random, account, category, day, lines, (day - since).days))
        cells += condensed(row for row in rows if isinstance(row, Charge))
        for kind, cube in cubes.items():
            cube += condensed(rows, DIMENSIONS[kind])
    names = {
        kind: _put(place, Cube(account=account, month=month, kind=kind, cells=tuple(cube)))
        for kind, cube in cubes.items()
    }
    head = Head(
        account=account,
        month=month,
        feeds=("costs",),
        days={f"{day.day:02}": DayPointer(None, SETTLED) for day in month.days()},
        cells=tuple(cells),
        service_cube=names["service"],
        person_cube=names["person"],
        closed_at=READ_AT,
    )
    put_head(place.store, head, 0)


def _put(place: Place, cube: Cube) -> str:
    put_cube(place.store, cube)
    return cube.name


def _rows(
    random: Random, account: str, category: Category, day: date, lines: list[Line], age: int
) -> Iterator[AnyRow]:
    """What each line cost on the day and how much it was used, mostly in one of its projects."""
    busy = (1 + GROWTH_A_DAY * age) * (WEEKEND if day.weekday() > 4 else 1)
    for line in lines:
        used = line.projects if random.random() < SHARED else line.projects[:1]
        for project in used:
            yield from _pair(random, account, category, day, line, project, busy)


def _pair(
    random: Random,
    account: str,
    category: Category,
    day: date,
    line: Line,
    project: str,
    busy: float,
) -> Iterator[AnyRow]:
    requests = 1 + int(line.requests * busy * random.random() * 2)
    put_in, put_out = requests * random.randrange(300, 4_000), requests * random.randrange(50, 900)
    cost = (put_in * line.prices[0] + put_out * line.prices[1]) / TEN_MILLION / 10
    shared: dict[str, Any] = {
        "charge_period": Period.of_day(day),
        "category": category,
        "service": account.partition("/")[0],
        "sub_account_id": project,
        "model": line.model,
        "user": f"user-{random.randrange(PEOPLE):08}",
    }
    yield Charge(**shared, currency="USD", basis="billed", billed_cost=cost)
    quantities = {
        "requests": Decimal(requests),
        "errors": Decimal(int(requests * random.random() * 0.05)),
        "input_tokens": Decimal(put_in),
        "output_tokens": Decimal(put_out),
    }
    yield Usage(**shared, quantities=quantities)
