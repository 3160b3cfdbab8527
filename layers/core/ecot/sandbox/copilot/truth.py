"""What is true of a made-up company's Copilot: credits by model, seats, what each person did.

Each day follows from the seed alone; days after the injected clock's are empty. Nobody works on a
Sunday. Reports of a day are there three days later. Prices are of the size of GitHub's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

FIRST_DAY = date(2026, 8, 3)
ORGANIZATION = "lumen-lab"
CENT = Decimal("0.01")
SEAT_PRICE = Decimal(19)
MODELS = ("Claude Sonnet 5", "GPT-5", "Auto: GPT-5 mini")
LABELS = (("Copilot", "Copilot AI Credits", "credits"), ("copilot", "copilot_ai", "ai-credits"))
COUNTS = (
    "user_initiated_interaction_count",
    "code_generation_activity_count",
    "code_acceptance_activity_count",
    "loc_suggested_to_add_sum",
    "loc_suggested_to_delete_sum",
    "loc_added_sum",
    "loc_deleted_sum",
)
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Credits:
    """One line of the AI credit report: of `used`, the seats' allowance pays `included`."""

    model: str
    labels: tuple[str, str, str]
    used: Decimal
    included: Decimal

    @property
    def net(self) -> Decimal:
        """What is billed."""
        return (self.used - self.included) * CENT


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody's seat: since when, and when it was last used."""

    login: str
    created: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class PersonDay:
    """A line of a report. `cli` are sessions, requests, tokens sent and received."""

    login: str
    counts: dict[str, int]
    credits: Decimal
    cli: tuple[int, int, int, int] | None


@dataclass
class CopilotTruth:
    """An organisation, as far as `now()`, an aware clock, has come. `factors` are by what the use
    of a day was corrected afterwards; `lag` is how late reports come; with `has_seat_lines` the
    usage report has lines of seats."""

    now: Callable[[], datetime]
    seed: int = 11
    people: tuple[str, ...] = tuple(f"dev-{number:02}" for number in range(9))
    idle: tuple[str, ...] = ("long-gone", "never-came")
    lag: timedelta = timedelta(days=3)
    has_seat_lines: bool = True
    factors: dict[date, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The UTC day of the clock."""
        return self.now().astimezone(UTC).date()

    def credits(self, day: date) -> list[Credits]:
        """The lines of the day's AI credits."""
        if not FIRST_DAY <= day <= self.today:
            return []
        chance = Random(f"{self.seed}/credits/{day}")
        return [self._credits(chance, day, model) for model in MODELS if chance.random() < 0.8]

    def _credits(self, chance: Random, day: date, model: str) -> Credits:
        used = Decimal(chance.randrange(1, 900_000)) / 1000 * self.factors.get(day, 1)
        included = used if day.day <= 9 else used * chance.randrange(0, 4) / 4
        return Credits(model, chance.choice(LABELS), used, included)

    def seat_months(self, day: date) -> Decimal | None:
        """How many months of a seat the day is billed; None where it is not."""
        if not self.has_seat_lines or not FIRST_DAY <= day <= self.today:
            return None
        return (Decimal(len(self.seats())) / 31).quantize(Decimal("0.000000001"))

    def seats(self) -> list[Seat]:
        """Every seat, as it stands now."""
        start = datetime(2026, 8, 3, 9, tzinfo=UTC)
        recent, long_ago = self.now() - timedelta(days=2), start + timedelta(days=4)
        last = dict.fromkeys(self.people, recent) | {"long-gone": long_ago}
        return [Seat(login, start, last.get(login)) for login in (*self.people, *self.idle)]

    @property
    def reported(self) -> date:
        """The last day whose report is there."""
        return self.today - self.lag

    def report(self, day: date) -> list[PersonDay]:
        """What people did on the day; nothing where its report is not there yet."""
        if not FIRST_DAY <= day <= self.reported or day.weekday() == SUNDAY:
            return []
        chance = Random(f"{self.seed}/people/{day}")
        return [self._person(chance, day, login) for login in self.people if chance.random() < 0.7]

    def _person(self, chance: Random, day: date, login: str) -> PersonDay:
        factor = self.factors.get(day, 1)
        counts = {name: chance.randrange(0, 200) * factor for name in COUNTS}
        cli = (chance.randrange(1, 9), chance.randrange(9, 99), chance.randrange(10**6), 7)
        spent = Decimal(chance.randrange(0, 5000)) / 100
        return PersonDay(login, counts, spent, cli if chance.random() < 0.3 else None)
