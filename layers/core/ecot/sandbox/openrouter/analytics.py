"""OpenRouter's analytics queries, as far as a collector of bills needs them.

Source: the specification of 2026-08-22, and OpenRouter's description for agents
(github.com/OpenRouterTeam/skills, openrouter-analytics-query, 2026): counts come as texts, money as
numbers, a workspace as its name, and `total_usage` holds what other providers bill.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from ecot.sandbox.messages import Request
from ecot.sandbox.openrouter.refusals import Refused
from ecot.sandbox.openrouter.truth import Activity, OpenRouterTruth

Measure = Callable[[Activity], Decimal | int]
METRICS: Mapping[str, Measure] = {
    "total_usage": lambda done: done.usage + done.beside,
    "credits_usage": lambda done: done.usage,
    "byok_usage": lambda done: done.beside,
    "request_count": lambda done: done.requests,
    "tokens_prompt": lambda done: done.prompt_tokens,
    "tokens_completion": lambda done: done.completion_tokens,
    "reasoning_tokens": lambda done: done.reasoning_tokens,
}
MONEY = ("total_usage", "credits_usage", "byok_usage")
DIMENSIONS: Mapping[str, Callable[[Activity], str]] = {
    "model": lambda done: done.endpoint.permaslug,
    "workspace": lambda done: done.key.workspace.name,
    "api_key_id": lambda done: done.key.name,
}
FIELDS: Mapping[str, Callable[[Activity], str]] = {
    **DIMENSIONS,
    "workspace": lambda done: done.key.workspace.id,
    "api_key_id": lambda done: done.key.hash,
}
META = {
    "metrics": [
        {
            "name": name,
            "display_label": name.replace("_", " ").title(),
            "is_rate": False,
            "display_format": "currency" if name in MONEY else "number",
        }
        for name in METRICS
    ],
    "dimensions": [{"name": name, "display_label": name.title()} for name in DIMENSIONS],
    "operators": [
        {"name": "eq", "value_type": "scalar"},
        {"name": "not_in", "value_type": "array"},
    ],
    "granularities": [{"name": "day", "display_label": "Day"}],
}
DEFAULT_ROWS, MOST_ROWS, MOST_DIMENSIONS, MOST_FILTERS = 1_000, 10_000, 2, 20
LONGEST = timedelta(days=365)


def answered(
    request: Request, truth: OpenRouterTruth, most_rows: int, end_is_inside: bool
) -> dict[str, object]:
    """The answer to a question of money and counts by day; 400 for what is not understood."""
    question = _question(request)
    start, end = _time_range(question, truth)
    days = [start + timedelta(days=at) for at in range((end - start).days + end_is_inside)]
    done = [each for day in days for each in truth.on(day.date()) if _is_wanted(each, question)]
    rows = _rows(done, question)
    shown = rows[: min(question.get("limit", DEFAULT_ROWS), most_rows)]
    metadata = {
        "query_time_ms": 42,
        "row_count": len(shown),
        "truncated": len(shown) < len(rows),
    }
    return {"data": {"data": shown, "metadata": metadata}}


def _question(request: Request) -> dict[str, Any]:
    try:
        question: dict[str, Any] = json.loads(request.body)
    except ValueError:
        raise Refused(400) from None
    dimensions, filters = question.get("dimensions", []), question.get("filters", [])
    understood = (
        question.get("metrics")
        and set(question["metrics"]) <= METRICS.keys()
        and set(dimensions) <= DIMENSIONS.keys()
        and len(dimensions) <= MOST_DIMENSIONS
        and len(filters) <= MOST_FILTERS
        and all(_is_understood(each) for each in filters)
        and question.get("granularity") == "day"
        and 1 <= question.get("limit", DEFAULT_ROWS) <= MOST_ROWS
    )
    if not understood:
        raise Refused(400)
    return question


def _is_understood(one: Mapping[str, Any]) -> bool:
    if one["field"] not in FIELDS:
        return False
    return isinstance(one["value"], {"eq": str, "not_in": list}.get(one["operator"], ()))


def _time_range(question: Mapping[str, Any], truth: OpenRouterTruth) -> tuple[datetime, datetime]:
    """What was asked for, else the last seven days."""
    now = truth.now().astimezone(UTC)
    asked = question.get("time_range") or {
        "start": (now - timedelta(days=7)).isoformat(),
        "end": now.isoformat(),
    }
    start, end = (datetime.fromisoformat(asked[name]) for name in ("start", "end"))
    if not start < end or end - start > LONGEST or start < now - LONGEST - timedelta(days=1):
        raise Refused(400)
    return start, end


def _is_wanted(done: Activity, question: Mapping[str, Any]) -> bool:
    return all(
        FIELDS[one["field"]](done) == one["value"]
        if one["operator"] == "eq"
        else FIELDS[one["field"]](done) not in one["value"]
        for one in question.get("filters", [])
    )


def _rows(done: list[Activity], question: Mapping[str, Any]) -> list[dict[str, object]]:
    """One row for each day and group, the newest first."""
    names = question.get("dimensions", [])
    groups: dict[tuple[str, ...], list[Activity]] = {}
    for each in sorted(done, key=lambda each: each.day, reverse=True):
        place = (f"{each.day}T00:00:00.000Z", *(DIMENSIONS[name](each) for name in names))
        groups.setdefault(place, []).append(each)
    return [
        dict(zip(("date__day", *names), place, strict=True)) | _measured(members, question)
        for place, members in groups.items()
    ]


def _measured(members: list[Activity], question: Mapping[str, Any]) -> dict[str, object]:
    sums = {
        name: sum((METRICS[name](each) for each in members), Decimal(0))
        for name in question["metrics"]
    }
    return {name: value if name in MONEY else str(value) for name, value in sums.items()}
