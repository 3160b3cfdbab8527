"""What is true of a made-up organisation at Anthropic: its workspaces, keys, use and prices.

Each day follows from the seed alone. Model names and the forms of descriptions are real (reference
of the cost report, 2026-08); prices are made up, of a realistic size, in dollars for one unit. The
hours of the running day that have passed are known; nothing is known of the days after it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

UNCACHED, READ, OUTPUT = "uncached_input_tokens", "cache_read_input_tokens", "output_tokens"
WRITE_5M = "cache_creation.ephemeral_5m_input_tokens"
WRITE_1H = "cache_creation.ephemeral_1h_input_tokens"
SEARCHES = "web_search_requests"
SIZES = {UNCACHED: 40_000, READ: 90_000, WRITE_5M: 12_000, WRITE_1H: 3_000, OUTPUT: 9_000}
SEARCH_PRICE = Decimal("0.01")
HOUR_PRICE = Decimal("0.05")  # of code execution
CREDIT_DAY = 17  # of each month
SESSION_PRICE = Decimal("0.08")

# Dollars for a token, by model; a cache is read at a tenth, written at 5/4 or at twice the price.
INPUT_PRICES = {
    "claude-opus-5": Decimal("0.000005"),
    "claude-sonnet-5": Decimal("0.000003"),
    "claude-haiku-4-5-20251001": Decimal("0.000001"),
}
FACTORS = {
    UNCACHED: Decimal(1),
    READ: Decimal("0.1"),
    WRITE_5M: Decimal("1.25"),
    WRITE_1H: Decimal(2),
    OUTPUT: Decimal(5),
}
TIERS = {"standard": Decimal(1), "batch": Decimal("0.5"), "priority": None}  # None: not reported
OFTEN = {"standard": 8, "batch": 2, "priority": 1}
LONG_CONTEXT = Decimal(2)
CONTEXTS = {"0-200k": Decimal(1), "200k-1M": LONG_CONTEXT}


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace; the id of the default one is None, and it stands in no list."""

    id: str | None
    name: str
    archived: date | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """An API key of a workspace; the id None stands for use in the Console."""

    id: str | None
    name: str
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class Use:
    """What one key did with one model, tier and context on a day: the grain below every row."""

    key: Key
    model: str
    service_tier: str
    context_window: str
    measures: Mapping[str, int]


DEFAULT = Workspace(None, "Default")
STUDIO = Workspace("wrkspc_01Studio8JwQvzr7rXLA5AGx", "Atelier · studio")
ARCHIVE = Workspace("wrkspc_01Archive2Qm4vXLA5AGx3HK", "Été 2025 (archives)", date(2026, 10, 9))
WORKSPACES = (DEFAULT, STUDIO, ARCHIVE)
KEYS = (
    Key(None, "Console", DEFAULT),
    Key("apikey_01Rj2N8SVvo6BePZj99Nhm1", "assistant", DEFAULT),
    Key("apikey_01Rj2N8SVvo6BePZj99Nhm2", "légendes", STUDIO),
    Key("apikey_01Rj2N8SVvo6BePZj99Nhm3", "veille", STUDIO),
    Key("apikey_01Rj2N8SVvo6BePZj99Nhm4", "prototype", ARCHIVE),
)


class AnthropicTruth:
    """The organisation's use as it stands at `now()`, an injectable aware clock; `busy` is how many
    times as many tokens each use takes, `tiers` how often each tier is used."""

    def __init__(
        self,
        now: Callable[[], datetime],
        seed: int = 7,
        start: date = date(2025, 9, 1),
        busy: int = 1,
        tiers: Mapping[str, int] = OFTEN,
    ) -> None:
        self.now = now
        self.start = start
        self.busy = busy
        self.tiers = tiers
        self._seed = seed

    def uses(self, day: date) -> Iterator[Use]:
        """Everything that was done on this UTC day as far as it is known, in a stable order."""
        hours, random = self.known_hours(day), Random(f"anthropic/{self._seed}/{day}")
        for key in () if self.is_quiet(day) else KEYS:
            for model in INPUT_PRICES:
                if random.random() < 0.45:
                    yield from self._use(random, key, model, day, hours)

    def extras(self, day: date) -> Mapping[str, int]:
        """Hours of code execution and sessions of the studio, and a courtesy credit in dollars,
        which is of a cost type that no reference names. They arrive when the day is over."""
        random = Random(f"anthropic/{self._seed}/{day}/extras")
        if self.is_quiet(day) or self.known_hours(day) < 24:
            return {}
        return {
            "code_execution": random.randrange(5),
            "session_usage": random.randrange(3),
            "credit": 3 if day.day == CREDIT_DAY else 0,
        }

    def _use(self, random: Random, key: Key, model: str, day: date, hours: int) -> Iterator[Use]:
        tier = random.choices(tuple(self.tiers), tuple(self.tiers.values()))[0]
        context = random.choices(tuple(CONTEXTS), (5, 1))[0]
        share = self.busy * random.random()
        measures = {name: int(size * share * random.random()) for name, size in SIZES.items()}
        measures[SEARCHES] = random.randrange(6)
        known = {name: count * hours // 24 for name, count in measures.items()}
        archived = key.workspace.archived
        if any(known.values()) and (archived is None or day < archived):
            yield Use(key, model, tier, context, known)

    def is_quiet(self, day: date) -> bool:
        """Whether nothing was done on the day."""
        return day < self.start or Random(f"{self._seed}/{day}/quiet").random() < 0.1

    def known_hours(self, day: date) -> int:
        """How many hours of this UTC day have passed."""
        passed = self.now() - datetime.combine(day, time(), UTC)
        return max(0, min(24, passed // timedelta(hours=1)))
