"""How the tests ask: windows in Unix seconds, exact numbers, pages until there are no more."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import httpx

Params = dict[str, str | int | list[str]]


def unix(day: date) -> int:
    """The start of a UTC day in Unix seconds."""
    return int(datetime.combine(day, time(), UTC).timestamp())


def window(start: date, end: date, **more: str | int | list[str]) -> Params:
    """The parameters for the days from start to before end."""
    return {"start_time": unix(start), "end_time": unix(end), **more}


def read(client: httpx.Client, path: str, params: Params | None = None) -> Any:
    """The decoded answer, with Decimals; an error status is an error."""
    response = client.get(path, params=params).raise_for_status()
    return response.json(parse_float=Decimal)


def buckets(client: httpx.Client, path: str, params: Params) -> Iterator[dict[str, Any]]:
    """Every bucket of every page; a cursor seen twice is an error."""
    seen: list[str] = []
    answer = read(client, path, params)
    yield from answer["data"]
    while answer["has_more"]:
        assert answer["next_page"] not in seen
        seen.append(answer["next_page"])
        answer = read(client, path, params | {"page": seen[-1]})
        yield from answer["data"]
    assert answer["next_page"] is None
