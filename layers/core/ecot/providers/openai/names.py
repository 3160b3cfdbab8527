"""What OpenAI's projects, keys and people are called today."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Literal
from urllib.parse import quote

from ecot.model.answer import Answer, Parsed
from ecot.model.rows import Name
from ecot.providers.http import Http
from ecot.providers.pages import has_more, pages
from ecot.providers.reading import Node, opened

Dimension = Literal["sub_account_id", "api_key_id", "user"]

# Each list: the `object` of its entries, and the dimension that they name.
LISTS: Mapping[str, tuple[str, Dimension]] = {
    "projects": ("organization.project", "sub_account_id"),
    "api_keys": ("organization.project.api_key", "api_key_id"),
    "admin_api_keys": ("organization.admin_api_key", "api_key_id"),
}


async def fetch_names(http: Http, stream: str) -> AsyncIterator[Answer]:
    """Every page of a list; the keys are asked for project by project."""
    if stream == "admin_api_keys":
        async for page in _listed(http, stream, "/organization/admin_api_keys"):
            yield page
        return
    async for page in _listed(
        http, "projects", "/organization/projects", ("include_archived", "true")
    ):
        if stream == "projects":
            yield page
            continue
        for project in opened(page, f"{http.account}: projects")["data"]:
            async for keys in _keys(http, project["id"].text()):
                yield keys


def _keys(http: Http, project: str) -> AsyncIterator[Answer]:
    # Without `any`, keys of people who left the project may be missing (specification, 2026-08-21).
    path = f"/organization/projects/{quote(project, safe='')}/api_keys"
    return _listed(http, "api_keys", path, ("owner_project_access", "any"))


def _listed(http: Http, stream: str, path: str, *params: tuple[str, str]) -> AsyncIterator[Answer]:
    query = (("limit", "100"), *params)
    return pages(http, stream, path, query, parameter="after", following=has_more("last_id"))


def names(entry: Node, stream: str) -> Iterator[Parsed]:
    """What an entry of a list names: itself, and the person who owns it."""
    kind, dimension = LISTS[stream]
    entry.expect("object", kind)
    yield from _name(entry, dimension)
    owner = entry.get("owner")
    if owner is not None and (person := owner.get("user")) is not None:
        yield from _name(person, "user")


def _name(entry: Node, dimension: Dimension) -> Iterator[Parsed]:
    if (name := entry.optional("name")) is not None:
        yield Parsed(entry.place, Name(dimension, entry["id"].text(), name))
