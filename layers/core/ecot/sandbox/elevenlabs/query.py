"""How ElevenLabs reads a question about usage, and what of it is refused.

Source: the API reference of 2026. A bucket begins at the very end too, as a third party has seen it
(2026-09).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from ecot.sandbox import exact_json

EARLIEST = 1_577_836_800_000  # 2020-01-01 in milliseconds: seconds are always before it
SECONDS_A_DAY = 86_400
EPOCH = datetime.fromtimestamp(0, UTC)
GROUPS = (
    *(
        "product_type",
        "model",
        "voice_id",
        "user_id",
        "fiat_currency",
        "fiat_charge_type",
        "region",
    ),
    *("reporting_workspace_id", "request_source", "resource_id", "subresource_id"),
    *("request_queue_type", "voice_multiplier", "hashed_xi_api_key", "billing_group_id"),
    *("surface", "actor"),
)


class Invalid(Exception):
    """A question that is refused with 422; `detail` is the body's."""

    def __init__(self, kind: str, name: str, message: str) -> None:
        super().__init__(message)
        loc = ["body", name] if name else ["body"]
        self.detail = [{"type": kind, "loc": loc, "msg": message}]


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked: times in UTC, the length of a bucket, groups, and the zone of whole days."""

    start: datetime
    end: datetime
    interval: timedelta
    groups: tuple[str, ...]
    zone: ZoneInfo

    def bucket(self, moment: datetime) -> datetime:
        """When the bucket of a moment begins: whole days at local midnight, others in UTC."""
        if self.interval.total_seconds() % SECONDS_A_DAY == 0:
            local = moment.astimezone(self.zone).date()
            return datetime.combine(local, time(), self.zone).astimezone(UTC)
        return moment - (moment - EPOCH) % self.interval

    def buckets(self) -> Iterator[datetime]:
        """Every bucket, that which begins at the very end too."""
        start = self.bucket(self.start)
        while start <= self.end:
            yield start
            start += self.interval


def read_question(body: bytes) -> Question:
    """The question of a request; Invalid as ElevenLabs would refuse it."""
    try:
        asked: Any = exact_json.loads(body)
    except ValueError:
        raise Invalid("json_invalid", "", "JSON decode error") from None
    if not isinstance(asked, dict):
        raise Invalid("model_attributes_type", "", "Input should be a valid dictionary")
    if asked.get("filters"):
        raise Invalid("value_error", "filters", "This made-up company has no filters")
    zone = asked.get("time_zone", "UTC")
    if zone not in available_timezones():
        raise Invalid("value_error", "time_zone", "Value error, unknown time zone")
    return Question(
        start=_moment(asked, "start_time"),
        end=_moment(asked, "end_time"),
        interval=timedelta(seconds=_whole(asked, "interval_seconds", 1, default=60)),
        groups=_groups(asked.get("group_by") or []),
        zone=ZoneInfo(zone),
    )


def _moment(asked: dict[str, Any], name: str) -> datetime:
    return datetime.fromtimestamp(_whole(asked, name, EARLIEST) / 1000, UTC)


def _whole(asked: dict[str, Any], name: str, least: int, default: int | None = None) -> int:
    value = asked.get(name, default)
    if value is None:
        raise Invalid("missing", name, "Field required")
    if not isinstance(value, int) or isinstance(value, bool):
        raise Invalid("int_type", name, "Input should be a valid integer")
    if value < least:
        message = f"Input should be greater than or equal to {least}"
        raise Invalid("greater_than_equal", name, message)
    return value


def _groups(names: Any) -> tuple[str, ...]:
    if not isinstance(names, list) or any(name not in GROUPS for name in names):
        listed = ", ".join(f"'{name}'" for name in GROUPS)
        raise Invalid("enum", "group_by", f"Input should be {listed}")
    return tuple(names)
