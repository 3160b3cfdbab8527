"""Recorded requests and answers of the real Notion: read, put into a world, sent again, compared.

What is compared is everything but what differs between any two workspaces: ids (of which each of
theirs must always be the same one of ours), moments (whose form must be the same), web addresses,
and the number of a request.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from ecot.sandbox.messages import Request
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.notion.identifiers import TITLE_ID
from ecot.sandbox.notion.records import OPTIONED, Database, DataSource, Option, Page, Property
from ecot.sandbox.notion.refusals import INTEGRATION
from ecot.sandbox.notion.world import NotionWorld
from tests.sandbox.conftest import Clock
from tests.sandbox.notion.checked import check_answer, operation_of
from tests.specifications import specification_file

RECORDED = "notion-recorded.json"
TOKEN = "ntn_of_the_recording"
THEIR_INTEGRATION = "notion-sdk-py"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
UNCOMPARED = ("request_id", "url")
AS_THEY_ARE = ("rollup_property_id", "relation_property_id")  # all other ids are encoded
MOMENTS = ("created_time", "last_edited_time")


def encoded(property_id: str) -> str:
    """As JavaScript's encodeURIComponent writes it, for all that the stand-in may think."""
    return quote(property_id, safe="-_.!~*'()")


@cache
def pairs() -> dict[str, Any]:
    """Every recorded pair, by its name."""
    document = json.loads(specification_file(RECORDED).read_bytes())
    found = {pair["name"]: pair for pair in document["pairs"]}
    assert len(found) == len(document["pairs"]), "two recorded pairs have one name"
    return found


def answer_of(name: str) -> Any:
    """The body of a recorded answer, as a copy."""
    return json.loads(json.dumps(pairs()[name]["response"]["body"]))


@dataclass
class Replay:
    """A world of our own, in which recorded requests are sent again."""

    site: NotionSite = field(default_factory=lambda: NotionSite(Clock(), TOKEN))
    sent: set[str] = field(default_factory=set)
    ours: dict[str, str] = field(default_factory=dict)
    cursors: dict[str, str] = field(default_factory=dict)
    token: str = TOKEN

    @property
    def world(self) -> NotionWorld:
        return self.site.world

    def send(self, name: str) -> Any:
        """Send a recorded request; the answer must be the recorded one. Our body is returned."""
        pair = pairs()[name]
        status, body = self.ask(pair["request"])
        theirs = pair["response"]
        differences = list(self.differences(theirs["body"], body, "", "cut" in pair["note"]))
        assert (status, differences) == (theirs["status"], []), f"{name}: {differences}"
        operation = operation_of(pair["request"]["method"], urlsplit(pair["request"]["path"]).path)
        if operation is not None:
            check_answer(operation, status, body)
        self.sent.add(name)
        return body

    def ask(self, request: Any) -> tuple[int, Any]:
        """Our answer to a recorded request, or to one of the same form, in our ids."""
        target = urlsplit(request["path"])
        path = "/".join(self.translated(part) for part in target.path.split("/"))
        said = self.translated(request["body"])
        body = b"" if said is None else json.dumps(said).encode()
        headers = {
            "authorization": f"Bearer {self.token}",
            "notion-version": request["notion_version"],
        }
        query = tuple(parse_qsl(target.query))
        response = self.site.answer(Request(request["method"], path, query, headers, body))
        return response.status, json.loads(response.body)

    def translated(self, theirs: Any) -> Any:
        """A part of a recorded request, with our ids in the place of theirs."""
        if isinstance(theirs, dict):
            return {self.translated(key): self.translated(part) for key, part in theirs.items()}
        if isinstance(theirs, list):
            return [self.translated(part) for part in theirs]
        if not isinstance(theirs, str):
            return theirs
        if theirs in self.cursors:
            return self.cursors[theirs]
        if unquote(theirs) in self.ours:
            return encoded(self.ours[unquote(theirs)])
        for known, our in self.ours.items():
            if UUID.fullmatch(known):
                theirs = theirs.replace(known, our)
                theirs = theirs.replace(known.replace("-", ""), our.replace("-", ""))
        return theirs

    def differences(self, theirs: Any, ours: Any, path: str, cut: bool) -> Iterator[str]:
        """Where our answer is not theirs."""
        key = path.rpartition(".")[2]
        if isinstance(theirs, dict) and isinstance(ours, dict):
            if theirs.keys() != ours.keys():
                yield f"{path}: {sorted(theirs.keys() ^ ours.keys())} on one side only"
            for name in theirs.keys() & ours.keys():
                yield from self.differences(theirs[name], ours[name], f"{path}.{name}", cut)
        elif isinstance(theirs, list) and isinstance(ours, list):
            whole = not (cut and key == "results")
            if len(theirs) != len(ours) and (whole or len(ours) < len(theirs)):
                yield f"{path}: {len(ours)} instead of {len(theirs)}"
            for place, (one, other) in enumerate(zip(theirs, ours, strict=False)):
                yield from self.differences(one, other, f"{path}.{place}", cut)
        elif type(theirs) is not type(ours) or not self._is_same(theirs, ours, key):
            yield f"{path}: {ours!r} instead of {theirs!r}"

    def _is_same(self, theirs: Any, ours: Any, key: str) -> bool:
        if not isinstance(theirs, str):
            return bool(theirs == ours)
        if key in UNCOMPARED:
            return True
        if key in MOMENTS:
            return _form(theirs) == _form(ours)
        if key == "next_cursor":
            return UUID.sub("", theirs) == UUID.sub("", ours)
        if key == "message":
            return bool(theirs.replace(THEIR_INTEGRATION, INTEGRATION) == ours)
        if key == "id" or key.endswith("_id"):
            our = unquote(ours)
            if ours != (our if key in AS_THEY_ARE else encoded(our)):
                return False
            known = self.ours.setdefault(unquote(theirs), our)
            return known == our and list(self.ours.values()).count(our) == 1
        return bool(self.translated(theirs) == ours)


def _form(moment: str) -> str:
    """Digits as 9, but for the seconds and below of a moment that is cut to the minute."""
    cut = moment.endswith(":00.000Z")
    return re.sub(r"\d", "9", moment[:16] if cut else moment) + (moment[16:] if cut else "")


def load_root(world: NotionWorld, identifier: str) -> None:
    """A shared page at the top, under this id."""
    if identifier not in world.pages_by_id:
        now = world.now()
        world.add(Page(id=identifier, parent_id=None, created=now, edited=now))
        world.shared[identifier] = True


def load_database(world: NotionWorld, identifier: str, parent: str, body: Any = None) -> Database:
    """A database of this id, as a recorded answer has it."""
    load_root(world, parent)
    now, body = world.now(), body or {}
    database = Database(
        id=identifier,
        parent_id=parent,
        created=now,
        edited=now,
        title=body.get("title", []),
        description=body.get("description", []),
        is_inline=body.get("is_inline", False),
        icon=body.get("icon"),
        cover=body.get("cover"),
    )
    world.add(database)
    for each in body.get("data_sources", []):
        world.add(
            DataSource(
                id=each["id"],
                parent_id=identifier,
                created=now,
                edited=now,
                title=body["title"],
                properties={TITLE_ID: Property(TITLE_ID, "Name", "title")},
            )
        )
    return database


def load_table(world: NotionWorld, body: Any) -> DataSource:
    """A table and its database, as a recorded answer has it."""
    home = body["parent"]["database_id"]
    if home not in world.databases:
        load_database(world, home, body["database_parent"]["page_id"])
    world.databases[home].is_inline = body["is_inline"]
    now = world.now()
    table = DataSource(
        id=body["id"],
        parent_id=home,
        created=now,
        edited=now,
        title=body["title"],
        description=body["description"],
        icon=body["icon"],
        cover=body["cover"],
        in_trash=body["in_trash"],
        properties={each.id: each for each in map(_property, body["properties"].values())},
    )
    world.add(table)
    return table


def load_table_of(world: NotionWorld, page: Any, root: str, **config: Any) -> DataSource:
    """The table that a recorded page is in, with the columns of its cells; `config` says what a
    cell does not: Relation={"data_source_id": ..., "synced": None}."""
    home, identifier = page["parent"]["database_id"], page["parent"]["data_source_id"]
    load_database(world, home, root)
    now = world.now()
    table = DataSource(id=identifier, parent_id=home, created=now, edited=now)
    for name, cell in page["properties"].items():
        column = Property(unquote(cell["id"]), name, cell["type"])
        column.config = config.get(name, {"format": "number"} if column.type == "number" else {})
        table.properties[column.id] = column
    world.add(table)
    return table


def load_page(world: NotionWorld, body: Any) -> Page:
    """A page as a recorded answer has it; its table is there, or it is under a page."""
    parent = body["parent"]
    if parent["type"] == "page_id":
        load_root(world, parent["page_id"])
    now = world.now()
    page = Page(
        id=body["id"],
        parent_id=parent[parent["type"]],
        created=now,
        edited=now,
        in_trash=body["in_trash"],
        icon=body["icon"],
        cover=body["cover"],
    )
    world.add(page)
    columns = world.columns(page)
    for cell in body["properties"].values():
        column = columns[unquote(cell["id"])]
        page.values[column.id] = _kept(world, column, cell[cell["type"]])
    return page


def _property(body: Any) -> Property:
    column = Property(unquote(body["id"]), body["name"], body["type"])
    described = body[column.type]
    if column.type in OPTIONED:
        column.options = [Option(**each) for each in described["options"]]
    elif column.type == "relation":
        synced = described.get("dual_property", {}).get("synced_property_id")
        target = described["data_source_id"]
        column.config = {"data_source_id": target, "synced": synced and unquote(synced)}
    elif column.type == "formula":
        marked = re.sub(r"notion:block_property:([^:]+):[^}]*", r"\1", described["expression"])
        column.config = {"expression": marked}
    else:
        column.config = dict(described)
    return column


def _kept(world: NotionWorld, column: Property, shown: Any) -> Any:
    if column.type == "relation":
        for each in shown:
            target, now = column.config["data_source_id"], world.now()
            world.add(Page(id=each["id"], parent_id=target, created=now, edited=now))
        return [each["id"] for each in shown]
    if column.type in OPTIONED:
        chosen = shown if column.type == "multi_select" else [shown] if shown else []
        known = {each.id for each in column.options}
        column.options += [Option(**each) for each in chosen if each["id"] not in known]
        return [each["id"] for each in chosen]
    return float(shown) if column.type == "number" and shown is not None else shown
