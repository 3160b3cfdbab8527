"""Paging, known once: page after page until the last, with a guard against going in circles."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from urllib.parse import parse_qsl

from ecot.model.answer import Answer
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened

MOST_PAGES = 10_000  # of one stream and one period; more is a provider gone astray

Following = Callable[[Node], str | None]
"""From a decoded page to the cursor of the page after it, None after the last."""


async def pages(
    http: Http,
    feed: str,
    path: str,
    params: Sequence[tuple[str, str]],
    *,
    following: Following,
    parameter: str | None = None,
    sub_account_id: str | None = None,
    day: date | None = None,
    asked: Mapping[str, str] | None = None,
) -> AsyncIterator[Answer]:
    """Every page of a stream, in order; an answer that would not end raises UnexpectedAnswer.

    The cursor goes into `parameter`; without one it is the whole query of the page after. `asked`
    is noted with each answer. The guard is needed: a cursor that never changes stands in official
    samples (seen 2026-08).
    """
    used: set[str] = set()
    query = tuple(params)
    while True:
        answer = await http.answer(
            feed, path, query, sub_account_id=sub_account_id, day=day, asked=asked
        )
        page = opened(answer, f"{http.account}: {feed}")
        cursor = following(page)
        yield answer
        if cursor is None:
            return
        if cursor in used or len(used) >= MOST_PAGES:
            page.refuse(
                "{source}: {place} leads back to the page {cursor}, or has no end: {part}",
                cursor=cursor,
            )
        used.add(cursor)
        query = (*params, (parameter, cursor)) if parameter else tuple(parse_qsl(cursor, True))


def has_more(name: str) -> Following:
    """For pages that say `has_more`, and name the next cursor `name` when it is true."""

    def following(page: Node) -> str | None:
        return page[name].text() if page["has_more"].flag() else None

    return following
