"""OpenAI's pages of time buckets: one bucket for each period, rows summed by what was asked."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar

from ecot.sandbox.billing import CostRow
from ecot.sandbox.measures import Dimension
from ecot.sandbox.openai.query import Feed
from ecot.sandbox.openai.window import Window
from ecot.sandbox.truth import UsageRow

Result = dict[str, object]
Row = TypeVar("Row")
SECONDS_A_DAY = 86_400


def page(window: Window, results: Callable[[date, int, int], Iterable[Result]]) -> Result:
    """One page; `results` gives the rows of a UTC day from one minute to before another."""
    following = window.next_page()
    buckets = [_bucket(start, window.width_seconds, results) for start in window.starts()]
    more = following is not None
    return {"object": "page", "data": buckets, "has_more": more, "next_page": following}


def cost_results(feed: Feed, window: Window, rows: Iterable[CostRow]) -> Iterator[Result]:
    """Costs summed by what they are grouped by; quantities only with `line_item` (its schema)."""
    for grouped, members in _groups(feed, window, rows, _cost_dimensions):
        itemised = "line_item" in window.group_by
        units = {row.quantity_unit for row in members}
        quantities = [row.quantity for row in members if row.quantity is not None]
        value = sum((row.amount for row in members), Decimal(0))
        yield {
            "object": feed.result,
            "amount": {"value": value, "currency": members[0].currency},
            **grouped,
            "quantity": sum(quantities, Decimal(0)) if itemised and quantities else None,
            "quantity_unit": units.pop() if itemised and len(units) == 1 else None,
        }


def usage_results(feed: Feed, window: Window, rows: Iterable[UsageRow]) -> Iterator[Result]:
    """Usage summed by what it is grouped by; every other dimension is null."""
    for grouped, members in _groups(feed, window, rows, lambda row: row.dimensions):
        measures = {
            name: sum(row.measures[name] for row in members) for name in members[0].measures
        }
        yield {"object": feed.result, **measures, **grouped}


def _groups(
    feed: Feed,
    window: Window,
    rows: Iterable[Row],
    dimensions: Callable[[Row], Mapping[str, Dimension]],
) -> Iterator[tuple[dict[str, Dimension], list[Row]]]:
    groups: dict[tuple[Dimension, ...], list[Row]] = {}
    for row in rows:
        place = dimensions(row)
        if window.wants(place):
            key = tuple(place[name] if name in window.group_by else None for name in feed.group_by)
            groups.setdefault(key, []).append(row)
    for key, members in groups.items():
        yield dict(zip(feed.group_by, key, strict=True)), members


def _cost_dimensions(row: CostRow) -> dict[str, Dimension]:
    return {
        "project_id": row.project_id,
        "line_item": row.line_item,
        "api_key_id": row.api_key_id,
    }


def _bucket(
    start: int, width: int, results: Callable[[date, int, int], Iterable[Result]]
) -> Result:
    minute = start % SECONDS_A_DAY // 60
    day = datetime.fromtimestamp(start, UTC).date()
    rows = list(results(day, minute, minute + width // 60))
    return {"object": "bucket", "start_time": start, "end_time": start + width, "results": rows}
