"""What is true of a made-up company's Vercel team: what each project used of what on a day, what it
cost, and how far the credit of its plan went.

Each day follows from the seed alone. A day's charges appear at noon of it: a month begins empty.
Prices are of the size of Vercel's, and nobody's in particular.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

FIRST_DAY = date(2026, 9, 15)
APPEARS = timedelta(hours=12)
CREDIT_A_MONTH = Decimal(20)
SEATS = Decimal(60)  # three of them, on the first of a month
DAY = timedelta(1)
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Project:
    """One project; it is called `later` from `renamed_on` on."""

    id: str
    name: str
    later: str = ""
    renamed_on: date = date.max

    def name_on(self, day: date) -> str:
        """What it is called in the charges of a day."""
        return self.later if day >= self.renamed_on else self.name


@dataclass(frozen=True, slots=True)
class Service:
    """What is sold: FOCUS's words for it, and the price of one unit."""

    name: str
    category: str | None
    unit: str
    price: Decimal
    regions: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Charged:
    """One line of the bill. Without a project it is the whole team's."""

    day: date
    charge_category: str
    service: Service
    region: str | None
    project: Project | None
    quantity: Decimal
    cost: Decimal


WEB = Project("prj_Xf2aWeb0000000000000000001", "web")
DOCS = Project("prj_Xf2aDocs000000000000000002", "docs", "handbook", date(2026, 10, 20))
PROJECTS = (WEB, DOCS)
SERVICES = (
    Service("Fluid Active CPU", "Compute", "CPU-Hours", Decimal("0.128"), ("iad1", "cdg1")),
    Service("Fast Data Transfer", "Networking", "GB", Decimal("0.15"), ("cdg1",)),
    Service("Edge Requests", "Networking", "Requests", Decimal("0.000002"), ("iad1",)),
    Service("AI Gateway", "AI and Machine Learning", "Tokens", Decimal("0.0000008"), (None,)),
    Service("Observability Plus", None, "Events", Decimal("0.0000012"), (None,)),
)
SEAT = Service("Pro Seats", "Other", "Seats", Decimal(20), (None,))
CREDIT = Service("Included credit", "Other", "USD", Decimal(1), (None,))


class VercelTruth:
    """One team, as far as `now()`, an aware clock, has come."""

    team_id = "team_1a2b3c4d5e6f7g8h9i0j1k2l"
    slug = "lumen"

    def __init__(self, now: Callable[[], datetime], seed: int = 11) -> None:
        self.now = now
        self.seed = seed
        self.factors: dict[date, Decimal] = {}
        """By which the usage of a day was corrected afterwards: a restatement."""

    def charged(self, day: date) -> list[Charged]:
        """Every line of the day, in a stable order; the credit pays for usage while it lasts."""
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        if day < FIRST_DAY or self.now() < midnight + APPEARS:
            return []
        used = self._used(day)
        spent = sum((line.cost for line in used), ZERO)
        paid = min(spent, self._credit_left(day))
        lines = [*used, Charged(day, "Credit", CREDIT, None, None, ZERO, -paid)] if paid else used
        if day.day == 1:
            lines.append(Charged(day, "Purchase", SEAT, None, None, SEATS / SEAT.price, SEATS))
        return lines

    def _credit_left(self, day: date) -> Decimal:
        start = max(day.replace(day=1), FIRST_DAY)
        before = (start + timedelta(offset) for offset in range((day - start).days))
        spent = sum((line.cost for each in before for line in self._used(each)), ZERO)
        return max(CREDIT_A_MONTH - spent, ZERO)

    def _used(self, day: date) -> list[Charged]:
        return list(
            self._each(Random(f"{self.seed}/{day}"), day, self.factors.get(day, Decimal(1)))
        )

    def _each(self, random: Random, day: date, factor: Decimal) -> Iterator[Charged]:
        for project in PROJECTS:
            for service in SERVICES:
                for region in service.regions:
                    quantity = factor * Decimal(random.randrange(1, 9000)) / 1000 / service.price
                    quantity = (quantity / 10).quantize(Decimal("0.0001"))
                    cost = quantity * service.price
                    yield Charged(day, "Usage", service, region, project, quantity, cost)
