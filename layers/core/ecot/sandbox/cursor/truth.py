"""What is true of a made-up team at Cursor: who did what, when, and what it was worth.

Each day follows from the seed alone, as far as the injected clock has come; `more` are events that
a test adds. Amounts are of the size of Cursor's, and nobody's in particular.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

FIRST_DAY = date(2026, 7, 20)
DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the team; some pay for no seat."""

    id: int
    name: str
    email: str
    role: str = "member"
    is_removed: bool = False

    @property
    def has_seat(self) -> bool:
        return not self.is_removed and self.role != "free-owner"


@dataclass(frozen=True, slots=True)
class Event:
    """One request: when (milliseconds), whose, with what, and what it was worth in cents; `owed`
    is what of that is billed. Without tokens it was no call that is paid by them."""

    moment: int
    email: str
    model: str
    kind: str
    is_chargeable: bool
    cents: Decimal
    owed: Decimal
    tokens: tuple[int, int, int, int] | None = None

    @property
    def day(self) -> date:
        return datetime.fromtimestamp(self.moment // 1000, UTC).date()


MEMBERS = (
    Member(101, "Ada Example", "ada@lumen.example", "owner"),
    Member(102, "Bo Example", "bo@lumen.example"),
    Member(103, "Cy Example", "Cy.Long+dev@lumen.example"),
    Member(104, "Di Example", "di@lumen.example", "free-owner"),
    Member(105, "Eve Example", "eve@lumen.example", is_removed=True),
)
MODELS = ("claude-4.5-sonnet", "gpt-5", "composer-2.5")
KINDS = (  # kind, chargeable, whether its value is owed; the third was seen by others (2026-06)
    ("Usage-based", True, True),
    ("Included in Business", False, False),
    ("Included in Business", True, False),
    ("Errored, Not Charged", False, False),
)


@dataclass
class CursorTruth:
    """A team, as far as `now()`, an aware clock, has come."""

    now: Callable[[], datetime]
    seed: int = 5
    more: list[Event] = field(default_factory=list)
    members: tuple[Member, ...] = MEMBERS
    most_a_day: int = 11

    @property
    def today(self) -> date:
        """The running UTC day."""
        return self.now().astimezone(UTC).date()

    def events(self, first: date, last: date) -> list[Event]:
        """What happened on these days until now, in order of time."""
        until = int(self.now().timestamp() * 1000)
        days = (first + timedelta(offset) for offset in range((last - first).days + 1))
        found = [event for day in days for event in self._of_day(day)]
        found += [event for event in self.more if first <= event.day <= last]
        return sorted((one for one in found if one.moment <= until), key=lambda one: one.moment)

    def cycle_start(self) -> datetime:
        """The third of a month, at half past seven in the morning."""
        today = self.today
        day = today.replace(day=3)
        if today < day:
            day = (day.replace(day=1) - timedelta(days=1)).replace(day=3)
        return datetime(day.year, day.month, day.day, 7, 30, tzinfo=UTC)

    def doings(self, member: Member, day: date) -> dict[str, int]:
        """What one of the team did on a day, by Cursor's names; nothing on most weekends."""
        random = Random(f"{self.seed}/doings/{member.id}/{day}")
        is_off = not FIRST_DAY <= day <= self.today or random.random() < 0.3
        return {name: 0 if is_off else random.randrange(most) for name, most in DOINGS.items()}

    def _of_day(self, day: date) -> Iterator[Event]:
        if day < FIRST_DAY:
            return
        random = Random(f"{self.seed}/events/{day}")
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
        for number in range(random.randint(3, self.most_a_day)):
            kind, is_chargeable, is_owed = random.choice(KINDS)
            cents = Decimal(random.randrange(1, 5_000_000)).scaleb(-5)
            yield Event(
                # the first of a day happens at its very beginning
                moment=midnight + (random.randrange(DAY) if number else 0),
                email=random.choice(self.members[:3]).email,
                model=random.choice(MODELS),
                kind=kind,
                is_chargeable=is_chargeable,
                cents=cents,
                owed=cents if is_owed else Decimal(0),
                tokens=_tokens(random) if random.random() < 0.8 else None,
            )


DOINGS = {
    "totalLinesAdded": 900,
    "totalLinesDeleted": 400,
    "acceptedLinesAdded": 700,
    "acceptedLinesDeleted": 300,
    "totalApplies": 60,
    "totalAccepts": 50,
    "totalRejects": 10,
    "totalTabsShown": 300,
    "totalTabsAccepted": 200,
    "composerRequests": 40,
    "chatRequests": 30,
    "agentRequests": 20,
    "cmdkUsages": 10,
    "subscriptionIncludedReqs": 100,
    "apiKeyReqs": 5,
    "usageBasedReqs": 20,
    "bugbotUsages": 4,
}


def _tokens(random: Random) -> tuple[int, int, int, int]:
    """Input, written to the cache, read from it, output."""
    sizes = (9_000, 12_000, 300_000, 2_000)
    return (
        random.randrange(sizes[0]),
        random.randrange(sizes[1]),
        random.randrange(sizes[2]),
        random.randrange(sizes[3]),
    )
