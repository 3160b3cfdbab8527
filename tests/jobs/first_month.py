"""January 2026 of a small company, as five suppliers would state it: one made-up site on loopback.

The figures are exact, and round to those that an earlier system showed for its first month.
"""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from pathlib import Path
from re import sub
from typing import Any

from pydantic import SecretStr

from ecot.jobs.known import provider, titles
from ecot.jobs.place import open_place
from ecot.jobs.priced import price_book
from ecot.jobs.publish import publish
from ecot.jobs.query import By, Question, Totals, answer
from ecot.jobs.round import Source
from ecot.jobs.run import run
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.ledger.plans import Plan
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period, midnight
from ecot.model.prices import OwnPrice
from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.server import LoopbackServer
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.jobs.world import Clock

D = Decimal
JANUARY = Month(2026, 1)
READ_ON = date(2026, 2, 2)

# By day and project: what it cost, and how many requests there were.
OPENAI = {
    (date(2026, 1, 5), "proj_app"): (D("0.4127"), 5),
    (date(2026, 1, 12), "proj_app"): (D("0.9031"), 9),
    (date(2026, 1, 12), "proj_lab"): (D("0.65"), 6),
    (date(2026, 1, 20), "proj_lab"): (D("0.35"), 4),
    (date(2026, 1, 27), "proj_app"): (D("0.701"), 4),
}
# On 2 February the activity goes back to 3 January: the first of these days is for the analytics.
OPENROUTER = {
    date(2026, 1, 2): D("0.2072"),
    date(2026, 1, 8): D("0.9"),
    date(2026, 1, 30): D("0.8"),
}
DEEPGRAM = {date(2026, 1, 14): (D("0.005"), 1), date(2026, 1, 15): (D("0.0073"), 3)}
# The earlier system said "characters"; ElevenLabs counts credits.
ELEVENLABS = {date(2026, 1, 9): 12_000, date(2026, 1, 16): 20_000, date(2026, 1, 23): 960}

KEYS = {
    "openai": "sk-admin-january",
    "elevenlabs": "sk_january",
    "openrouter": "sk-or-v1-january",
    "deepgram": "january0123456789january0123456789january",
    "anthropic": "sk-ant-api03-january",  # what an individual account has: no Admin key exists
}
BASES = {"openai": "/v1", "openrouter": "/api/v1"}

Content = Mapping[str, object]


@dataclass
class January:
    """The suppliers' answers, each below its own name: /openai/v1/organization/costs."""

    clock: Clock

    def answer(self, request: Request, /) -> Response:
        """What the supplier at the head of the path states."""
        _, supplier, path = request.path.split("/", 2)
        stated = SUPPLIERS[supplier](path.removeprefix("v1/"), request, self.clock.today)
        return json_response(stated)


def openai(path: str, request: Request, _: date) -> Content:
    """Costs and completions; nothing else was used."""
    if path == "organization/projects":
        return _list({"id": f"proj_{name}", "name": name} for name in ("app", "lab"))
    if path.endswith("api_keys"):
        return _list(())
    start, end = (int(request.values(name)[0]) for name in ("start_time", "end_time"))
    first, after = (datetime.fromtimestamp(moment, UTC).date() for moment in (start, end))
    buckets = [_bucket(day, path) for day in Period.of_days(first, after).days()]
    return {"object": "page", "data": buckets, "has_more": False, "next_page": None}


def _list(entries: Iterable[dict[str, str]]) -> Content:
    data = [{"object": "organization.project", **entry} for entry in entries]
    return {"object": "list", "data": data, "has_more": False}


def _bucket(day: date, path: str) -> Content:
    results: list[Content] = []
    for (used_on, project), (cost, requests) in OPENAI.items():
        common = {"project_id": project, "api_key_id": None}
        if used_on == day and path == "organization/costs":
            amount = {"value": cost, "currency": "usd"}
            of_costs = {"object": "organization.costs.result", "line_item": "gpt-4o-mini, input"}
            results.append({**common, **of_costs, "amount": amount})
        elif used_on == day and path == "organization/usage/completions":
            measures = {"num_model_requests": requests, "input_tokens": 1000 * requests}
            kind = "organization.usage.completions.result"
            results.append({**common, **measures, "object": kind, "model": "gpt-4o-mini"})
    start, end = (int(midnight(one).timestamp()) for one in (day, day + DAY))
    return {"object": "bucket", "start_time": start, "end_time": end, "results": results}


def openrouter(path: str, request: Request, today: date) -> Content:
    """Activity of the last 30 days, and older days in the analytics of the one workspace."""
    match path.removeprefix("api/v1/"):
        case "key":
            return {"data": {"is_management_key": True}}
        case "credits":
            return {"data": {"total_credits": 10, "total_usage": sum(OPENROUTER.values())}}
        case "workspaces":
            return {"data": [{"id": "ws-1", "name": "Default"}], "total_count": 1}
        case "keys":
            return {"data": []}
        case "activity":
            return {"data": [_activity(day) for day in OPENROUTER if day >= today - 30 * DAY]}
        case _:
            return {"data": _analytics(json.loads(request.body))}


def _activity(day: date) -> Content:
    return {
        "date": str(day),
        "workspace_id": "ws-1",
        "model_permaslug": "mistralai/mistral-small-2506",
        "provider_name": "Mistral",
        "endpoint_id": "e-1",
        "usage": OPENROUTER[day],
        "byok_usage_inference": 0,
        "requests": 3,
    }


def _analytics(question: dict[str, Any]) -> Content:
    (only,) = question["filters"]
    asked = [question["time_range"][end][:10] for end in ("start", "end")]
    rows = [
        {
            "date__day": f"{day}T00:00:00.000Z",
            "model": "mistralai/mistral-small-2506",
            "credits_usage": cost,
            "byok_usage": 0,
            "request_count": "3",
        }
        for day, cost in OPENROUTER.items()
        if only["operator"] == "eq" and asked[0] <= str(day) < asked[1]
    ]
    return {"data": rows, "metadata": {"truncated": False}}


def deepgram(path: str, request: Request, _: date) -> Content:
    """Money and usage of one project, by day."""
    if path == "projects":
        return {"projects": [{"project_id": "p-1", "name": "studio"}]}
    if path == "projects/p-1/balances":
        return {"balances": []}
    start, end = request.values("start")[0], request.values("end")[0]
    results = []
    for day, (dollars, requests) in DEEPGRAM.items():
        if start <= str(day) <= end:
            grouping: dict[str, str] = {"start": str(day), "end": str(day)}
            if path.endswith("billing/breakdown"):
                told = {"dollars": dollars, "grouping": grouping | {"line_item": "streaming::nova"}}
            else:
                told = {"requests": requests, "grouping": grouping | {"models": "nova"}}
            results.append(told)
    return {"start": start, "end": end, "resolution": {"units": "day", "amount": 1}} | {
        "results": results
    }


def elevenlabs(path: str, request: Request, _: date) -> Content:
    """Credits by day, and the standing of a plan whose price is not stated."""
    if path == "user/subscription":
        return {
            "tier": "starter",
            "currency": "usd",
            "character_count": 960,
            "character_limit": 30_000,
            "character_refresh_period": "monthly_period",
            "next_character_count_reset_unix": int(midnight(date(2026, 2, 20)).timestamp()),
            "current_overage": {"amount": "0", "currency": "usd"},
        }
    question = json.loads(request.body)
    start, end = (
        datetime.fromtimestamp(question[f"{name}_time"] / 1000, UTC).date()
        for name in ("start", "end")
    )
    of_groups = [{"product_type": "TTS"}.get(name) for name in question["group_by"]]
    columns = [*question["group_by"], "timestamp", "total_usage"]
    return {
        "columns": columns,
        "column_types": ["String" for _ in columns],
        "column_units": [*(None for _ in columns[1:]), "credits"],
        "rows": [
            [*of_groups, f"{day}T00:00:00Z", used]
            for day, used in ELEVENLABS.items()
            if start <= day < end
        ],
    }


SUPPLIERS: Mapping[str, Callable[[str, Request, date], Content]] = {
    "openai": openai,
    "openrouter": openrouter,
    "deepgram": deepgram,
    "elevenlabs": elevenlabs,
}


@dataclass
class FirstMonth:
    """The five accounts, each with its key, and an empty ledger on 2 February 2026."""

    server: LoopbackServer
    place: Place
    clock: Clock
    home: Path

    def sources(self) -> list[Source]:
        """The accounts, in the order of the earlier system."""
        return [
            Source(
                provider=provider(name),
                account=f"{name}/{name}",
                secret=SecretStr(key),
                secret_name=f"{name.upper()}_API_KEY",
                base_url=f"{self.server.url}/{name}{BASES.get(name, '')}",
                since=JANUARY.first,
            )
            for name, key in KEYS.items()
        ]

    def collect(self, *, plans: tuple[Plan, ...] = (), own: tuple[OwnPrice, ...] = ()) -> None:
        """A whole run. Every account is read, but for the one whose key may not read costs."""
        round_ = replace(self.clock.round(), prices=price_book(own))
        outcomes = asyncio.run(run(self.place, self.sources(), plans, round_))
        self.outcomes: dict[str, Outcome] = {one.provider: one for one in outcomes}
        states = {name: one.state for name, one in self.outcomes.items()}
        assert states == dict.fromkeys(SUPPLIERS, "ok") | {"anthropic": "failed"}, outcomes

    def question(self) -> Question:
        """January, in dollars."""
        return Question(
            first=JANUARY.first, after=JANUARY.after, today=self.clock.today, currency="USD"
        )

    def totals(self, by: By = "provider") -> Totals:
        return answer(self.place.store, self.question(), by, titles())

    def page(self) -> str:
        """What a founder reads on January's page in French, each space a plain one."""
        edition = Edition(
            today=self.clock.today,
            currency="USD",
            language=Language(locale="fr-FR"),
            titles=titles(),
        )
        site = Folder(self.home / "site")
        publish(self.place, site, edition)
        html = (site.get("2026-01.fr.html") or b"").decode()
        body = sub(r"(?s)<(style|svg|head)\b.*?</\1>", "", html)
        return " ".join(unescape(sub(r"<[^>]+>", " ", body)).split())


@contextmanager
def first_month(home: Path) -> Iterator[FirstMonth]:
    clock = Clock(midnight(READ_ON))
    clock.at(READ_ON)
    with LoopbackServer(January(clock)) as server:
        place = open_place(home)
        yield FirstMonth(server, place, clock, home)
        place.store.close()
