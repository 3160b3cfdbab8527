"""What is true of a made-up company's Deepgram: who used what on a day, what it cost, what is left.

Each day follows from the seed alone; days after the injected clock's are empty, and the running
day is whole at once. Prices are of the size of Deepgram's, and nobody's in particular.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

FIRST_DAY = date(2026, 8, 1)
MEASURES = (
    *("hours", "total_hours", "agent_hours"),
    *("tokens_in", "tokens_out", "tts_characters", "requests"),
)
ZERO = Decimal(0)
NONE = dict.fromkeys(MEASURES, ZERO)


@dataclass(frozen=True, slots=True)
class Project:
    """One project: its id, its name today, the ids of its keys, and the tags of its requests."""

    id: str
    name: str
    accessors: tuple[str, ...]
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """What can be used: how it is billed, called and measured. The price is of one hour, of one
    character, or of one token."""

    line_item: str
    model: str
    endpoint: str
    method: str
    measure: str
    price: Decimal
    feature_set: str = "punctuate"


@dataclass(frozen=True, slots=True)
class Used:
    """What one key did with one product on one day: the grain below every row."""

    day: date
    project: Project
    accessor: str
    deployment: str
    product: Product
    dollars: Decimal
    measures: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Credit:
    """A prepaid credit of a project. Dollars are used up in order of purchase; hours stay."""

    id: str
    project_id: str
    bought: Decimal
    units: str


PRODUCTS = (
    Product("streaming::nova-3", "nova-3", "listen", "streaming", "hours", Decimal("0.462")),
    Product("sync::nova-2", "nova-2", "listen", "sync", "hours", Decimal("0.258")),
    Product("sync::aura-2", "aura-2", "speak", "sync", "characters", Decimal("0.00003")),
    Product("text-intelligence", "summarize", "read", "sync", "tokens", Decimal("0.0000003")),
    Product("streaming::voice-agent", "agent", "agent", "streaming", "agent", Decimal("4.5")),
)
STUDIO = Project(
    "3fd1c0de-9a4b-4c7d-8e21-0a5b6c7d8e9f",
    "Studio",
    ("0b1c2d3e-1111-4aaa-8bbb-000000000001", "0b1c2d3e-1111-4aaa-8bbb-000000000002"),
    ("production", "podcasts"),
)
LABO = Project(
    "77aa88bb-55cc-4dd4-9ee9-112233445566",
    "Labo « écho »",
    ("0b1c2d3e-2222-4aaa-8bbb-000000000003",),
)
CREDITS = (
    Credit("c0000001-0000-4000-8000-000000000001", STUDIO.id, Decimal(200), "usd"),
    Credit("c0000001-0000-4000-8000-000000000002", STUDIO.id, Decimal(4000), "usd"),
    Credit("c0000001-0000-4000-8000-000000000003", LABO.id, Decimal("120.5"), "hour"),
)


class DeepgramTruth:
    """Two projects and what they did with `products`, as far as `now()`, an aware clock, has
    come."""

    projects = (STUDIO, LABO)

    def __init__(
        self,
        now: Callable[[], datetime],
        seed: int = 7,
        products: tuple[Product, ...] = PRODUCTS,
    ) -> None:
        self.now = now
        self.seed = seed
        self.products = products
        self.factors: dict[date, Decimal] = {}
        """By which the dollars of a day were corrected afterwards: a restatement."""

    def used(self, project: Project, day: date) -> list[Used]:
        """Everything that the project's keys did on this day, in a stable order."""
        if not FIRST_DAY <= day <= self.now().astimezone(UTC).date():
            return []
        factor = self.factors.get(day, Decimal(1))
        return list(self._used(Random(f"{self.seed}/{project.id}/{day}"), project, day, factor))

    def left(self, project: Project) -> Iterator[tuple[Credit, Decimal]]:
        """What is left of each credit of the project."""
        days = (self.now().date() - FIRST_DAY).days + 1
        every_day = (FIRST_DAY + timedelta(offset) for offset in range(days))
        spent = sum((used.dollars for day in every_day for used in self.used(project, day)), ZERO)
        for credit in CREDITS:
            if credit.project_id == project.id:
                taken = min(credit.bought, spent) if credit.units == "usd" else ZERO
                spent -= taken
                yield credit, credit.bought - taken

    def _used(self, random: Random, project: Project, day: date, factor: Decimal) -> Iterator[Used]:
        for accessor in project.accessors:
            for product in self.products:
                requests = random.randrange(0, 40) if random.random() > 0.25 else 0
                deployment = "self-hosted" if random.random() < 0.1 else "hosted"
                if requests:
                    measures = _measures(random, product, requests)
                    dollars = factor * product.price * _billed(product, measures)
                    yield Used(day, project, accessor, deployment, product, dollars, measures)


def _measures(random: Random, product: Product, requests: int) -> dict[str, Decimal]:
    size = Decimal(requests * random.randrange(20, 900))
    hours = (size / 3600).quantize(Decimal("1e-13"))
    found = NONE | {"requests": Decimal(requests)}
    match product.measure:
        case "hours":
            return found | {"hours": hours, "total_hours": hours + Decimal(requests) / 1000}
        case "agent":
            return found | {"agent_hours": hours, "total_hours": hours}
        case "tokens":
            return found | {"tokens_in": size, "tokens_out": size // 9}
        case _:
            return found | {"tts_characters": size}


def _billed(product: Product, measures: Mapping[str, Decimal]) -> Decimal:
    names = {"hours": ("hours",), "agent": ("agent_hours",), "tokens": ("tokens_in", "tokens_out")}
    billed = names.get(product.measure, ("tts_characters",))
    return sum((measures[name] for name in billed), ZERO)
