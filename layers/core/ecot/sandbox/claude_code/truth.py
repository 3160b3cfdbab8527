"""What is true of a made-up team's Claude Code: who did what on a day, and with which tokens.

Each day follows from the seed alone; nothing is known of the hours after the injected clock's, nor
of the last one before it. Prices are of the size of Anthropic's, and nobody's in particular.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

FIRST_DAY = date(2026, 7, 20)
ORGANIZATION = "7c1d9a52-6b0e-4f0f-9a55-20c1e0b7a3d1"
TOOLS = ("edit_tool", "multi_edit_tool", "write_tool", "notebook_edit_tool")
TERMINALS = ("vscode", "iTerm.app", "tmux", "pycharm")

# Cents for a token read anew, by model; a cache is read at a tenth and written at 5/4 of that.
CENTS = {
    "claude-opus-5": Decimal("0.0005"),
    "claude-sonnet-5": Decimal("0.0003"),
    "claude-haiku-4-5-20251001": Decimal("0.0001"),
}
FACTORS = {
    "input": Decimal(1),
    "output": Decimal(5),
    "cache_read": Decimal("0.1"),
    "cache_creation": Decimal("1.25"),
}
SIZES = {"input": 9_000, "output": 7_000, "cache_read": 400_000, "cache_creation": 30_000}


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or a key that works without one; `plan` is the subscription that pays."""

    email: str | None = None
    key: str | None = None
    plan: str | None = None

    @property
    def customer_type(self) -> str:
        """Who pays: the customer by use, or a subscription."""
        return "api" if self.plan is None else "subscription"


@dataclass(frozen=True, slots=True)
class ModelUse:
    """The tokens of one model, by the supplier's names, and the estimate of their cost in cents."""

    model: str
    tokens: Mapping[str, int]

    @property
    def cents(self) -> Decimal:
        """At the prices above, every digit."""
        parts = (count * FACTORS[kind] for kind, count in self.tokens.items())
        return sum(parts, Decimal(0)) * CENTS[self.model]


@dataclass(frozen=True, slots=True)
class Record:
    """What one actor did on a day in one kind of terminal, here or remotely. `decided` is, by
    tool, how often what it proposed was accepted and how often not."""

    day: date
    actor: Actor
    terminal: str
    is_remote: bool
    sessions: int
    added: int
    removed: int
    commits: int
    pull_requests: int
    decided: Mapping[str, tuple[int, int]]
    models: tuple[ModelUse, ...]


ACTORS = (
    Actor(email="ana.pereira@lumen.example"),
    Actor(email="Jo.Roux@lumen.example"),
    Actor(email="mei@studio.lumen.example", plan="team"),
    Actor(email="ana.pereira@lumen.example", plan="team"),  # one person, both ways
    Actor(key="nightly-review"),
)


class ClaudeCodeTruth:
    """A team of `actors` as it stands at `now()`, an injectable aware clock."""

    def __init__(
        self,
        now: Callable[[], datetime],
        seed: int = 11,
        actors: tuple[Actor, ...] = ACTORS,
    ) -> None:
        self.now = now
        self.seed = seed
        self.actors = actors
        self.factors: dict[date, int] = {}
        """By which what was done on a day turned out to be more: a restatement."""

    def records(self, day: date) -> list[Record]:
        """Every record of the day that is an hour old, in a stable order; none of a Sunday."""
        if day < FIRST_DAY or day.isoweekday() == 7:
            return []
        return list(self._records(Random(f"claude-code/{self.seed}/{day}"), day))

    def _records(self, random: Random, day: date) -> Iterator[Record]:
        hours = self._known_hours(day)
        for actor in self.actors:
            for terminal in random.sample(TERMINALS, random.randrange(3)):
                for is_remote in (False, True)[: random.choice((1, 1, 1, 2))]:
                    whole = _record(random, day, actor, terminal, is_remote)
                    if (known := whole(self.factors.get(day, 1) * hours)).sessions:
                        yield known

    def _known_hours(self, day: date) -> int:
        passed = self.now() - timedelta(hours=1) - datetime.combine(day, time(), UTC)
        return max(0, min(24, passed // timedelta(hours=1)))


def _record(
    random: Random, day: date, actor: Actor, terminal: str, is_remote: bool
) -> Callable[[int], Record]:
    """A whole day's record, of which then so many hours are known."""
    sessions, added, removed = (random.randrange(most) for most in (9, 900, 400))
    commits, pull_requests = random.randrange(8), random.randrange(3)
    tools = random.sample(TOOLS, random.randrange(len(TOOLS) + 1))
    decided = {tool: (random.randrange(40), random.randrange(9)) for tool in sorted(tools)}
    used = {
        model: {kind: random.randrange(most) for kind, most in SIZES.items()}
        for model in random.sample(sorted(CENTS), random.randrange(len(CENTS) + 1))
    }

    def known(hours: int) -> Record:
        return Record(
            day=day,
            actor=actor,
            terminal=terminal,
            is_remote=is_remote,
            sessions=sessions * hours // 24,
            added=added * hours // 24,
            removed=removed * hours // 24,
            commits=commits * hours // 24,
            pull_requests=pull_requests * hours // 24,
            decided={
                tool: (yes * hours // 24, no * hours // 24) for tool, (yes, no) in decided.items()
            },
            models=tuple(
                ModelUse(model, {kind: count * hours // 24 for kind, count in tokens.items()})
                for model, tokens in used.items()
            ),
        )

    return known
