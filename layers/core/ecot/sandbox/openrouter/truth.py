"""What a made-up company did at OpenRouter: every day's activity, its workspaces, keys and credit.

A day's figures come from the seed and the day alone, so that a test adds them up by itself.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

FIRST_DAY = date(2026, 1, 1)
MICRO = Decimal("0.000001")


def _id(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


@dataclass(frozen=True, slots=True)
class Workspace:
    """A part of the account; one that was deleted is listed no longer, and keeps its activity."""

    name: str
    deleted: bool = False

    @property
    def id(self) -> str:
        """Its UUID."""
        return _id(f"workspace {self.name}")


@dataclass(frozen=True, slots=True)
class Key:
    """A key that calls models, with its limit in USD and what counts towards it."""

    name: str
    workspace: Workspace
    limit: Decimal | None = None
    reset: str | None = None
    counts_own_keys: bool = False
    disabled: bool = False

    @property
    def hash(self) -> str:
        """The SHA-256 that names it."""
        return sha256(self.name.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is served: by whom, with what prices for a million tokens (in and out)."""

    slug: str
    permaslug: str
    server: str
    prices: tuple[Decimal, Decimal]
    own_key: bool = False

    @property
    def id(self) -> str:
        """Its UUID."""
        return _id(f"endpoint {self.permaslug} {self.server}")


@dataclass(frozen=True, slots=True)
class Activity:
    """What one key did on one day at one endpoint. `beside` is the market price of what the
    endpoint's owner bills itself, `usage` the credits spent."""

    day: date
    key: Key
    endpoint: Endpoint
    usage: Decimal
    beside: Decimal
    requests: int
    prompt_tokens: int
    completion_tokens: int
    reasoning_tokens: int


STUDIO, LABO, OLD = Workspace("Studio"), Workspace("Labo"), Workspace("Essai", deleted=True)
KEYS = (
    Key("Website", STUDIO, limit=Decimal(100), reset="monthly"),
    Key("Editor", STUDIO, limit=Decimal("250.5"), counts_own_keys=True),
    Key("Forgotten", STUDIO, limit=Decimal(5), disabled=True),
    Key("Research", LABO),
    Key("Trial", OLD, limit=Decimal(1), reset="daily"),
)
GPT, CLAUDE = "openai/gpt-4.1", "anthropic/claude-sonnet-4.5"
ENDPOINTS = (
    Endpoint(GPT, f"{GPT}-2025-04-14", "OpenAI", (Decimal(2), Decimal(8)), own_key=True),
    Endpoint(GPT, f"{GPT}-2025-04-14", "Azure", (Decimal(2), Decimal(8))),
    Endpoint(
        CLAUDE,
        "anthropic/claude-4.5-sonnet-20250929",
        "Anthropic",
        (Decimal(3), Decimal(15)),
        own_key=True,
    ),
    Endpoint(
        "meta-llama/llama-3.3-70b-instruct:free",
        "meta-llama/llama-3.3-70b-instruct",
        "Venice",
        (Decimal(0), Decimal(0)),
    ),
)
FEE = Decimal("0.05")  # of the market price, for requests with the customer's own key


@dataclass(frozen=True)
class OpenRouterTruth:
    """The company's account; `now` is the injected clock, in UTC."""

    now: Callable[[], datetime]
    seed: int = 7
    workspaces: tuple[Workspace, ...] = (STUDIO, LABO, OLD)
    keys: tuple[Key, ...] = KEYS
    bought: Decimal = Decimal("500.25")

    def on(self, day: date) -> tuple[Activity, ...]:
        """All that was done on a UTC day, also while it lasts."""
        known = FIRST_DAY <= day <= self.now().date()
        return _done(self.seed, self.keys, day) if known else ()

    def used(self) -> Decimal:
        """The credits that were ever used."""
        days = (self.now().date() - FIRST_DAY).days + 1
        every = (FIRST_DAY + timedelta(days=at) for at in range(days))
        return sum((done.usage for day in every for done in self.on(day)), Decimal(0))


@cache
def _done(seed: int, keys: tuple[Key, ...], day: date) -> tuple[Activity, ...]:
    return tuple(
        _activity(day, key, endpoint, luck)
        for key in keys
        for endpoint in ENDPOINTS
        for luck in [random.Random(f"{seed} {day} {key.name} {endpoint.id}")]
        if luck.random() < 0.6 and not key.disabled
    )


def _activity(day: date, key: Key, endpoint: Endpoint, luck: random.Random) -> Activity:
    prompt, completion = luck.randrange(1, 90_000), luck.randrange(1, 9_000)
    market = prompt * endpoint.prices[0] * MICRO + completion * endpoint.prices[1] * MICRO
    own = endpoint.own_key and key.counts_own_keys
    return Activity(
        day=day,
        key=key,
        endpoint=endpoint,
        usage=market * FEE if own else market,
        beside=market if own else Decimal(0),
        requests=luck.randrange(1, 40),
        prompt_tokens=prompt,
        completion_tokens=completion,
        reasoning_tokens=luck.choice((0, completion // 2, completion + 17)),
    )
