"""Mistral's workspaces: their ids, which usage is asked by, and what they are called today."""

from collections.abc import AsyncIterator, Iterator

from ecot.model.answer import Answer, Parsed
from ecot.model.rows import Name
from ecot.providers.http import Http
from ecot.providers.pages import pages
from ecot.providers.reading import Node, opened

STREAM = "workspaces"


async def fetch_workspaces(http: Http) -> AsyncIterator[Answer]:
    """Every page. `is_archived` is asked both ways, because its name says "only those" and its
    description "those too" (specification, 2026-08-21): read wrongly, it would hide some."""
    for archived in ("false", "true"):
        params = (("is_archived", archived),)
        async for page in pages(
            http, STREAM, "/workspaces", params, parameter="page", following=_next
        ):
            yield page


async def workspace_ids(http: Http) -> list[str]:
    """The ids of all workspaces, each once."""
    listed = [opened(page, f"{http.account}: {STREAM}") async for page in fetch_workspaces(http)]
    return sorted({entry["uuid"].text() for page in listed for entry in page["items"]})


def names(page: Node) -> Iterator[Parsed]:
    """What each workspace is called."""
    for entry in page["items"]:
        if (name := entry.optional("name")) is not None:
            yield Parsed(entry.place, Name("sub_account_id", entry["uuid"].text(), name))


def _next(page: Node) -> str | None:
    """Pages are numbered from 1; how large one may be is not documented, the answer says it."""
    number, size = page["page"].whole(), page["page_size"].whole()
    if number * size >= page["total"].whole():
        return None
    if number < 1 or size < 1:
        page.refuse("{source}: {place} is no page of a list: {part}")
    return str(number + 1)
