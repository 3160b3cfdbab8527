"""What operations have at hand: the world, the cursors that were given, what a request says."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from ecot.sandbox.messages import Request
from ecot.sandbox.notion.paging import Cursors
from ecot.sandbox.notion.records import Json, Thing
from ecot.sandbox.notion.refusals import Refused, in_trash, misshapen
from ecot.sandbox.notion.workspace import Workspace


@dataclass(slots=True)
class Context:
    """The workspace as the interface serves it: no answer has more rows than `most_per_answer`, and
    a query finds a row only when it is as old as `query_lag`."""

    world: Workspace
    cursors: Cursors
    most_per_answer: int
    query_lag: timedelta = timedelta(0)


def decoded(request: Request) -> Json:
    """The body of a request; `{}` when there is none."""
    if not request.body:
        return {}
    try:
        body = json.loads(request.body, parse_constant=_refuse)
    except ValueError:
        raise Refused(400, "invalid_json", "Error parsing JSON body.") from None
    if not isinstance(body, dict):
        raise misshapen("body", "an object", body)
    if "archived" in body and request.headers["notion-version"] != "2025-09-03":
        raise misshapen("body.archived", "not present", body["archived"])  # our words
    return body


def parent_id(body: Json, kind: str) -> str:
    """The id of the parent of what is to be made; Refused when it is not of this kind."""
    parent = body.get("parent")
    if not isinstance(parent, dict) or not isinstance(parent.get(kind), str):
        raise misshapen(f"body.parent.{kind}", "defined", "undefined")
    return str(parent[kind])


def trashed(body: Json, thing: Thing) -> bool:
    """Whether a thing is to be in the trash; as it was, if the request says nothing."""
    word = body.get("in_trash", body.get("archived", thing.in_trash))
    if not isinstance(word, bool):
        raise misshapen("body.in_trash", "a boolean", word)
    return word


def refuse_in_trash(thing: Thing) -> None:
    """Nothing is made in what lies in the trash."""
    if thing.in_trash:
        raise in_trash()


def wanted_properties(request: Request) -> set[str]:
    """The ids in `filter_properties`; none means all."""
    named = request.values("filter_properties") + request.values("filter_properties[]")
    return {unquote(each) for each in named}


def only(page: Json, wanted: set[str]) -> Json:
    """The page with no properties but the wanted ones."""
    if not wanted:
        return page
    cells = page["properties"].items()
    return {
        **page,
        "properties": {name: cell for name, cell in cells if unquote(cell["id"]) in wanted},
    }


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
