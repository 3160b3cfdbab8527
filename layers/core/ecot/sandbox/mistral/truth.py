"""What is true of a made-up company at Mistral: what each workspace used of what, day by day.

Everything follows from the seed and the day. `Used.cost` is exact; the site never tells it.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Line:
    """Something that is billed: where its rows stand, what they say of it, and its price.

    `path` ends in the label and the group. `as_text` says how the price is written."""

    path: tuple[str, ...]
    event_type: str
    metric: str
    price: Decimal
    most: int
    zone: str = "global"
    tier: str = "standard"
    as_text: bool = True

    @property
    def group(self) -> str:
        """input, output or cached."""
        return self.path[-1]

    @property
    def usage_type(self) -> str:
        """api, or vibe for what Vibe Code used."""
        return self.event_type.partition("_")[0]


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace; one that was deleted is in no list, and its usage in the organisation's only."""

    id: str
    name: str
    archived: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Used:
    """What one workspace used of one line on one UTC day, and how much of it is paid."""

    day: date
    workspace: Workspace
    line: Line
    value: int
    paid: int

    @property
    def cost(self) -> Decimal:
        """What it cost, exactly."""
        return self.paid * self.line.price


def _models(section: str, model: str, group: str) -> tuple[str, ...]:
    return (*section.split("."), "models", f"{model}::{model}", group)


LARGE, MEDIUM, OCR, VOICE = (
    *("mistral-large-2512", "mistral-medium-3-5"),
    *("mistral-ocr-latest", "voxtral-mini-tts"),
)
LINES = (
    Line(_models("completion", LARGE, "input"), "api_tokens", LARGE, Decimal("4.25E-7"), 2_000_000),
    Line(_models("completion", LARGE, "cached"), "api_tokens", LARGE, Decimal("4.25E-8"), 900_000),
    Line(
        _models("completion", LARGE, "output"), "api_tokens", LARGE, Decimal("0.0000051"), 300_000
    ),
    Line(
        _models("completion", LARGE, "input"),
        *("api_tokens", LARGE, Decimal("4.675E-7"), 500_000, "eu", "priority", False),
    ),
    Line(_models("completion", MEDIUM, "input"), "api_tokens", MEDIUM, Decimal("3.4E-7"), 70_000),
    Line(_models("audio", MEDIUM, "input"), "api_audio_seconds", MEDIUM, Decimal("0.0017"), 4_000),
    Line(
        _models("audio_characters", VOICE, "input"),
        *("api_audio_characters", VOICE, Decimal("0.0000136"), 30_000),
    ),
    Line(
        _models("ocr", OCR, "input"),
        *("api_pages", OCR, Decimal("0.00085"), 400, "global", "standard", False),
    ),
    Line(
        _models("connectors", "web_search", "input"),
        *("api_connectors", "web_search", Decimal("0.0255"), 90),
    ),
    Line(
        _models("libraries_api.pages", "library-pages", "input"),
        *("api_libraries_pages", "library-pages", Decimal("0.0011"), 60),
    ),
    Line(
        _models("libraries_api.tokens", "library/tokens", "input"),
        *("api_libraries_tokens", "library/tokens", Decimal("1E-7"), 80_000),
    ),
    Line(
        ("fine_tuning", "training", "ft:lumen", "input"),
        *("api_tokens", "ft:lumen", Decimal("0.000001"), 5_000),
    ),
    Line(
        _models("vibe_code.completion", LARGE, "output"),
        *("vibe_tokens", LARGE, Decimal("0.0000034"), 40_000),
    ),
)
WORKSPACES = (
    Workspace("6f1a0000-0000-4000-8000-000000000001", "Default workspace"),
    Workspace("6f1a0000-0000-4000-8000-000000000002", "Lumen Édition"),
    Workspace("6f1a0000-0000-4000-8000-000000000003", "Old prototype", archived=True),
    Workspace("6f1a0000-0000-4000-8000-000000000004", "Nobody's", deleted=True),
)


class MistralTruth:
    """The usage of a company's workspaces until `now()`, an injectable aware clock."""

    def __init__(
        self,
        now: Callable[[], datetime],
        seed: int = 20261121,
        workspaces: tuple[Workspace, ...] = WORKSPACES,
    ) -> None:
        self.now = now
        self.seed = seed
        self.lines = LINES
        self.workspaces = workspaces
        self.restated: dict[date, int] = {}
        self._drawn = lru_cache(maxsize=1024)(self._draw)

    def listed(self) -> list[Workspace]:
        """The workspaces that still exist."""
        return [each for each in self.workspaces if not each.deleted]

    def between(self, first: date, after: date) -> Iterator[Used]:
        """Everything that was used on the UTC days `[first, after)`, none later than today."""
        today = self.now().astimezone(UTC).date()
        for number in range((min(after, today + timedelta(1)) - first).days):
            yield from self.of_day(first + timedelta(number))

    def of_day(self, day: date) -> list[Used]:
        """What was used on a day; a `restated` day has so many times as much of everything."""
        factor = self.restated.get(day, 1)
        return [
            replace(used, value=used.value * factor, paid=used.paid * factor)
            for used in self._drawn(day)
        ]

    def _draw(self, day: date) -> list[Used]:
        dice = random.Random(f"{self.seed} {day}")
        return [
            Used(day, workspace, line, value, value - dice.choice((0, 0, value // 3, value)))
            for workspace in self.workspaces
            for line in self.lines
            if dice.random() < 0.45 and (value := dice.randint(1, line.most))
        ]
