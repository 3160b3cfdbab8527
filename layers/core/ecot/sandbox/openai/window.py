"""Which buckets OpenAI was asked for: the window of a request, and its opaque cursors."""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from ecot.sandbox.measures import Dimension
from ecot.sandbox.openai.query import FILTER_VALUES, MINUTES, Feed, Query, Refused

CURSOR = struct.Struct(">4xIII")
COMMON = ("start_time", "end_time", "bucket_width", "group_by", "limit", "page")


@dataclass(frozen=True, slots=True)
class Window:
    """The buckets that a request asks for, `first` being the one its cursor points to (Unix)."""

    first: int
    end: int
    width_seconds: int
    limit: int
    group_by: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]
    fingerprint: int

    def starts(self) -> list[int]:
        """When the buckets of this page start."""
        return list(range(self.first, self.end, self.width_seconds))[: self.limit]

    def next_page(self) -> str | None:
        """The cursor of the page after this one, None after the last."""
        start = self.first + self.limit * self.width_seconds
        return _cursor(start, self.fingerprint) if start < self.end else None

    def wants(self, dimensions: Mapping[str, Dimension]) -> bool:
        """Whether the filters let a row with these dimensions through."""
        return all(_plain(dimensions[name]) in kept for name, kept in self.filters.items())


def read_window(feed: Feed, request: Query, now: datetime) -> Window:
    """The window of a costs or usage request; buckets lie on the UTC grid of their width."""
    request.known(*COMMON, *feed.filters)
    width = request.one_of("bucket_width", tuple(feed.limits), "1d")
    seconds = MINUTES[width] * 60
    start, end = _range(request, now)
    limit = request.limit(*feed.limits[width])
    fingerprint = _fingerprint(request)
    page = request.text("page")
    first = start - start % seconds if page is None else _read_cursor(page, fingerprint)
    filters = {
        name: request.some_of(param, FILTER_VALUES.get(param))
        for param, name in feed.filters.items()
    }
    return Window(
        first=first,
        end=end,
        width_seconds=seconds,
        limit=limit,
        group_by=request.some_of("group_by", feed.group_by),
        filters={name: kept for name, kept in filters.items() if kept},
        fingerprint=fingerprint,
    )


def _range(request: Query, now: datetime) -> tuple[int, int]:
    start, end = request.number("start_time"), request.number("end_time")
    if start is None:
        message = "Missing required parameter: 'start_time'."
        raise Refused(message, "missing_required_parameter", "start_time")
    end = int(now.timestamp()) + 1 if end is None else end
    if not 0 <= start < end < 2**32:
        message = "Invalid value: 'end_time' must be after 'start_time'."
        raise Refused(message, "invalid_value", "end_time")
    return start, end


def _fingerprint(request: Query) -> int:
    pairs = sorted(pair for pair in request.request.query if pair[0] not in ("page", "limit"))
    return crc32(repr((request.request.path, pairs)).encode())


def _cursor(start: int, fingerprint: int) -> str:
    packed = CURSOR.pack(start, fingerprint, start ^ fingerprint)
    return "page_" + urlsafe_b64encode(packed).decode()


def _read_cursor(page: str, fingerprint: int) -> int:
    try:
        start, made_for, check = CURSOR.unpack(urlsafe_b64decode(page.removeprefix("page_")))
    except (ValueError, struct.error):
        start, made_for, check = 0, -1, 0
    if made_for != fingerprint or check != start ^ made_for:
        raise Refused(f"Invalid page cursor: '{page}'.", "invalid_value", "page")
    return int(start)


def _plain(value: Dimension) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value
