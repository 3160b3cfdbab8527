"""Dates as Notion keeps them, and moments as it states them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ecot.sandbox.notion.records import Json
from ecot.sandbox.notion.refusals import misshapen

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def normal_date(written: Any, path: str) -> Json | None:
    """`2024-11-25T14:08:00` and UTC become `2024-11-25T14:08:00.000+00:00`; a day stays a day.

    Recorded (2026-06-27). The seconds are cut, since Notion keeps a time of day as hours and
    minutes: from memory, no recorded date has seconds."""
    if written is None:
        return None
    if not isinstance(written, dict) or "start" not in written:
        raise misshapen(f"{path}.start", "defined", "undefined")
    zone = _zone(written.get("time_zone"), path)
    start = _normal(written["start"], zone, f"{path}.start")
    end = written.get("end")
    end = None if end is None else _normal(end, zone, f"{path}.end")
    if end is not None and instant(end) < instant(start):
        raise misshapen(f"{path}.end", "on or after start", end)
    return {"start": start, "end": end, "time_zone": None}


def instant(kept: str) -> datetime:
    """The moment of a kept date; a day's is its start, in UTC."""
    moment = datetime.fromisoformat(kept)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def span(kept: str) -> tuple[datetime, datetime]:
    """From when to before when: a whole day for a day, no time at all for a moment."""
    start = instant(kept)
    return start, start + timedelta(days=1) if DAY.fullmatch(kept) else start


def to_the_minute(moment: datetime) -> str:
    """2026-06-27T17:04:00.000Z: pages and tables state no seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:00.000Z")


def to_the_millisecond(moment: datetime) -> str:
    """2026-06-27T17:03:59.498+00:00: only databases state them."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _normal(written: Any, zone: ZoneInfo | None, path: str) -> str:
    try:
        if DAY.fullmatch(written):
            return date.fromisoformat(written).isoformat()
        moment = datetime.fromisoformat(written)
    except (TypeError, ValueError):
        raise misshapen(path, "a valid ISO 8601 date string", written) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone or UTC)
    return moment.replace(second=0, microsecond=0).isoformat(timespec="milliseconds")


def _zone(written: Any, path: str) -> ZoneInfo | None:
    try:
        return None if written is None else ZoneInfo(written)
    except (TypeError, ValueError, ZoneInfoNotFoundError):
        raise misshapen(f"{path}.time_zone", "a valid time zone", written) from None
