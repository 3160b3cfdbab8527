"""The bodies of the made-up Mistral's answers, in the shapes of the specification of 2026-08-21."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ecot.sandbox.mistral.truth import Line, Used, Workspace

Content = dict[str, Any]


def sections(rows: list[Used]) -> Content:
    """Every section that the specification requires, with its rows by model and group."""
    kinds = ("completion", "ocr", "connectors", "audio", "audio_characters")
    answer: Content = {kind: {"models": {}} for kind in (*kinds, "chat")}
    answer["vibe_code"] = {kind: {"models": {}} for kind in kinds}
    answer["libraries_api"] = {
        kind: {"models": {}} for kind in ("pages", "tokens", "audio_seconds")
    }
    answer |= {"fine_tuning": {"training": {}, "storage": {}}, "vibe_usage": 0}
    for used in rows:
        section = answer
        for name in used.line.path[:-1]:
            section = section.setdefault(name, {})
        section.setdefault(used.line.group, []).append(_row(used))
    return answer


def _row(used: Used) -> Content:
    line = used.line
    return {
        "usage_type": line.usage_type,
        **_priced_by(line),
        "billing_display_name": line.metric,
        "timestamp": used.day.isoformat(),
        "value": used.value,
        "value_paid": used.paid,
    }


def price(line: Line) -> Content:
    """What one of a line costs."""
    return {**_priced_by(line), "price": str(line.price) if line.as_text else line.price}


def _priced_by(line: Line) -> Content:
    return {
        "event_type": line.event_type,
        "billing_metric": line.metric,
        "billing_group": line.group,
        "api_zone": line.zone,
        "service_tier": line.tier,
    }


def frame(first: date, after: date) -> Content:
    """The month that an answer is about."""
    last = datetime.combine(after, time(), UTC) - timedelta(milliseconds=1)
    return {
        "date": f"{last:%Y-%m-%d}T00:00:00Z",
        "previous_month": f"{first - timedelta(1):%Y-%m}",
        "next_month": f"{after:%Y-%m}",
        "start_date": f"{first}T00:00:00Z",
        "end_date": f"{last:%Y-%m-%dT%H:%M:%S}.999Z",
    }


def workspace(each: Workspace) -> Content:
    """A workspace as the list has it."""
    return {
        "uuid": each.id,
        "name": each.name,
        "description": None,
        "icon": None,
        "members_count": 3,
        "spend_limit": None,
        "is_default": each.name.startswith("Default"),
    }
