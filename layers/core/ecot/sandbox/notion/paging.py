"""Long answers in pages: opaque cursors, at most a hundred a page, ten thousand in all."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ecot.sandbox.notion.identifiers import Identifiers
from ecot.sandbox.notion.records import Json
from ecot.sandbox.notion.refusals import invalid, misshapen

MOST_PER_PAGE = 100
MOST_IN_ALL = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where the next page of an answer begins, and to which question it belongs."""

    question: str
    next_id: str
    position: int


class Cursors:
    """Gives cursors, and takes them back for the same question only."""

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers
        self._places: dict[str, Place] = {}

    def give(self, place: Place) -> str:
        """`s:<uuid>:<page id>`, as recorded (2026-06-27)."""
        cursor = f"s:{self._identifiers.unique()}:{place.next_id}"
        self._places[cursor] = place
        return cursor

    def position(self, cursor: Any, question: str, ids: Sequence[str]) -> int:
        """Where the answer goes on, also when rows went or came in between."""
        if cursor is None:
            return 0
        place = self._places.get(cursor) if isinstance(cursor, str) else None
        if place is None or place.question != question:
            raise invalid(f"The start_cursor provided is invalid: {cursor}")
        return ids.index(place.next_id) if place.next_id in ids else place.position


def page_size(written: Any, where: str = "body.page_size") -> int:
    """How many a page is to have, at most."""
    if written is None:
        return MOST_PER_PAGE
    if isinstance(written, bool) or not isinstance(written, int):
        raise misshapen(where, "a number", written)
    if written > MOST_PER_PAGE:
        raise misshapen(where, f"≤ `{MOST_PER_PAGE}`", written)
    if written < 1:
        raise misshapen(where, "≥ `1`", written)
    return written


def one_page(
    cursors: Cursors, ids: Sequence[str], cursor: Any, question: str, size: int
) -> tuple[slice, Json]:
    """Which of the ids this page has, and what the answer says about the rest."""
    reachable = ids[:MOST_IN_ALL]
    start = cursors.position(cursor, question, ids)
    end = min(start + size, len(reachable))
    more = end < len(reachable)
    said: Json = {
        "next_cursor": cursors.give(Place(question, ids[end], end)) if more else None,
        "has_more": more,
    }
    if not more and len(ids) > MOST_IN_ALL:
        said["request_status"] = {
            "type": "incomplete",
            "incomplete_reason": "query_result_limit_reached",
        }
    return slice(start, end), said
