"""What Anthropic's workspaces and keys are called today."""

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Literal

from ecot.model.answer import Answer, Parsed
from ecot.model.rows import Name
from ecot.providers.anthropic.rows import DEFAULT_WORKSPACE
from ecot.providers.http import Http
from ecot.providers.pages import has_more, pages
from ecot.providers.reading import Node

# Each list: the `type` of its entries, the dimension that they name, and what is asked beyond.
LISTS: Mapping[str, tuple[str, Literal["sub_account_id", "api_key_id"], dict[str, str]]] = {
    "workspaces": ("workspace", "sub_account_id", {"include_archived": "true"}),
    "api_keys": ("api_key", "api_key_id", {}),
}
MOST_A_PAGE = "1000"


def fetch_names(http: Http, stream: str) -> AsyncIterator[Answer]:
    """Every page of a list, archived entries too: what they cost stays in the ledger."""
    params = [("limit", MOST_A_PAGE), *LISTS[stream][2].items()]
    path = f"/v1/organizations/{stream}"
    return pages(http, stream, path, params, parameter="after_id", following=has_more("last_id"))


def names(page: Node, stream: str) -> Iterator[Parsed]:
    """The names on a page, and the one of the workspace that is in no list."""
    kind, dimension, _ = LISTS[stream]
    if stream == "workspaces":
        yield Parsed("/data", Name("sub_account_id", DEFAULT_WORKSPACE, "Default workspace"))
    for entry in page["data"]:
        entry.expect("type", kind)
        if (name := entry.optional("name")) is not None:
            yield Parsed(entry.place, Name(dimension, entry["id"].text(), name))
