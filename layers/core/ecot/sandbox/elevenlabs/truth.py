"""What is true of made-up ElevenLabs workspaces at a moment: each use, and how the plan stands."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

DAY = timedelta(days=1)
SUNDAY = 6
WORTH_OF_A_CREDIT = Decimal("0.000364")  # as answers have had it (third party, 2026-04)
PRODUCTS = (
    ("TTS", "eleven_multilingual_v2"),
    ("TTS", "eleven_flash_v2_5"),
    ("STT", "scribe_v1"),
    ("Music", None),
)


@dataclass(frozen=True, slots=True)
class Key:
    """An API key as the analytics know it: a hash of no known kind, and its name."""

    hash: str
    name: str


@dataclass(frozen=True, slots=True)
class Workspace:
    """A customer. `renewed` is when the credits of one cycle began; others are months from it, and
    its day is in every month. `billed_by` is the workspace that pays for it (Enterprise)."""

    id: str
    tier: str
    currency: str | None
    credits_a_month: int
    price_of_a_credit: Decimal
    renewed: datetime
    keys: tuple[Key, ...]
    billed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """One use; `key` is None in the web application."""

    moment: datetime
    workspace: str
    product: str
    model: str | None
    key: Key | None
    credits: int
    minutes: Decimal

    @property
    def worth(self) -> Decimal:
        """What it is worth in dollars, whoever pays."""
        return self.credits * WORTH_OF_A_CREDIT


def made_up() -> tuple[Workspace, ...]:
    """A studio that uses more than its plan holds, the school that it pays for, and a hobby."""
    keys = Key("5f2b8e0c", "website"), Key("91c0aa47", "podcast")
    renewed, price = datetime(2025, 1, 14, 9, 30, tzinfo=UTC), Decimal("0.000267")
    return (
        Workspace("ws_studio", "creator", "eur", 40_000, price, renewed, keys),
        Workspace("ws_school", "creator", "eur", 40_000, price, renewed, (), "ws_studio"),
        Workspace("ws_hobby", "free", None, 10_000, Decimal(0), renewed, ()),
    )


class Speech:
    """The workspaces' uses until `now()`, an injectable aware clock."""

    def __init__(self, workspaces: tuple[Workspace, ...], now: Callable[[], datetime]) -> None:
        self.workspaces = {workspace.id: workspace for workspace in workspaces}
        self.now = now

    def uses(self, workspace: Workspace, start: datetime, end: datetime) -> Iterator[Use]:
        """What this workspace, and those it pays for, used from `start` to before `end`."""
        paid = [one for one in self.workspaces.values() if workspace.id in (one.id, one.billed_by)]
        for day in _days(start, end):
            for one in paid:
                yield from (
                    use
                    for use in _uses(one, day)
                    if start <= use.moment < end and use.moment <= self.now()
                )

    def cycle(self, workspace: Workspace) -> tuple[datetime, datetime]:
        """When the credits of now were renewed, and when they will be."""
        start = workspace.renewed
        while (end := _next_month(start)) <= self.now():
            start = end
        return start, end

    def used(self, workspace: Workspace) -> int:
        """The credits used of this cycle."""
        return sum(use.credits for use in self.uses(workspace, *self.cycle(workspace)))

    def owed(self, workspace: Workspace) -> Decimal:
        """What the credits beyond the plan cost in this cycle, in the workspace's currency."""
        beyond = max(self.used(workspace) - workspace.credits_a_month, 0)
        return beyond * workspace.price_of_a_credit


def _next_month(moment: datetime) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month, 12)
    return moment.replace(year=year, month=month + 1)


def _days(start: datetime, end: datetime) -> Iterator[date]:
    day = start.date()
    while day <= end.date():
        yield day
        day += DAY


@lru_cache(maxsize=4096)
def _uses(workspace: Workspace, day: date) -> tuple[Use, ...]:
    """The uses of a day, always the same ones; on Sundays there are none."""
    chance = random.Random(f"{workspace.id} {day}")
    count = 0 if day.weekday() == SUNDAY else chance.randint(1, 9)
    return tuple(_use(workspace, day, chance) for _ in range(count))


def _use(workspace: Workspace, day: date, chance: random.Random) -> Use:
    product, model = chance.choice(PRODUCTS)
    return Use(
        moment=datetime.combine(day, time(), UTC) + timedelta(seconds=chance.randrange(86_400)),
        workspace=workspace.id,
        product=product,
        model=model,
        key=chance.choice((*workspace.keys, None)),
        credits=chance.randint(1, 1200),
        minutes=Decimal(chance.randint(0, 900)) / 100,
    )
