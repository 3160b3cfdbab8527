"""A Notion workspace in memory: what is in it, who may see it, and how relations hold together."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from ecot.sandbox.notion import cells
from ecot.sandbox.notion.identifiers import TITLE_ID, Identifiers, dashed
from ecot.sandbox.notion.records import (
    Database,
    DataSource,
    Json,
    Page,
    Property,
    Thing,
    title_only,
)
from ecot.sandbox.notion.refusals import INTEGRATION_ID, Refused, invalid, not_found
from ecot.sandbox.notion.text import plain_text

Kind = TypeVar("Kind", bound=Thing)


class Workspace:
    """Pages, databases and tables by id. Every change is made under `lock`.

    `block_limit` is how many blocks it may ever have held (a free workspace of several members:
    1,000); a page, a row, a database is one, and the trash gives none back.
    """

    def __init__(
        self, now: Callable[[], datetime], seed: int = 7, block_limit: int | None = None
    ) -> None:
        self.now = now
        self.block_limit = block_limit
        self.blocks = 0
        self.identifiers = Identifiers(seed)
        self.pages_by_id: dict[str, Page] = {}
        self.tables: dict[str, DataSource] = {}
        self.databases: dict[str, Database] = {}
        self.shared: dict[str, bool] = {}
        self.lock = threading.RLock()

    def page(self, identifier: str) -> Page:
        """A page that the integration may see, also in the trash; otherwise Refused (404)."""
        return self._visible(self.pages_by_id, identifier, "page")

    def table(self, identifier: str) -> DataSource:
        """A table that the integration may see; otherwise Refused (404)."""
        return self._visible(self.tables, identifier, "data_source")

    def database(self, identifier: str) -> Database:
        """A database that the integration may see; otherwise Refused (404)."""
        return self._visible(self.databases, identifier, "database")

    def tables_of(self, database: Database) -> list[DataSource]:
        """Its tables, the oldest first."""
        return [
            each
            for each in self.tables.values()
            if each.parent_id == database.id and not each.in_trash
        ]

    def rows(self, table: DataSource) -> list[Page]:
        """Every row of a table, the oldest first, also those in the trash."""
        return [each for each in self.pages_by_id.values() if each.parent_id == table.id]

    def columns(self, page: Page) -> dict[str, Property]:
        """The properties of a page, by id."""
        table = self.tables.get(page.parent_id or "")
        return title_only() if table is None else table.properties

    def seen(self, columns: dict[str, Property]) -> list[Property]:
        """The columns that the interface shows: no relation to a table that is not shared, and no
        roll-up of one (documentation of property objects)."""

        def is_open(column: Property | None) -> bool:
            if column is None or column.type not in ("relation", "rollup"):
                return True
            if column.type == "rollup":
                return is_open(columns.get(column.config["relation"]))
            return self.is_visible(self.tables[column.config["data_source_id"]])

        return [column for column in columns.values() if is_open(column)]

    def title(self, page: Page) -> str:
        """How a page is called."""
        return plain_text(page.values.get(TITLE_ID, []))

    def is_visible(self, thing: Thing) -> bool:
        """Whether it, or what it is in, is shared with the integration; the nearest word holds."""
        here: Thing | None = thing
        while here is not None:
            if here.id in self.shared:
                return self.shared[here.id]
            here = self.parent(here)
        return False

    def parent(self, thing: Thing) -> Thing | None:
        """The page, table or database that a thing is in; None at the top."""
        above = thing.parent_id or ""
        return self.tables.get(above) or self.databases.get(above) or self.pages_by_id.get(above)

    def spend_blocks(self, count: int = 1) -> None:
        """Count new blocks; Refused (403) when the workspace has no more to give."""
        if self.block_limit is not None and self.blocks + count > self.block_limit:
            raise Refused(
                403,
                "restricted_resource",
                "This workspace has used all of its blocks. Upgrade the plan to add more.",
                {"block_limit": {"limit": self.block_limit, "used": self.blocks}},
            )
        self.blocks += count

    def add(self, thing: Thing) -> None:
        """Put a page, a database or a table into the workspace."""
        if isinstance(thing, Page):
            self.pages_by_id[thing.id] = thing
        elif isinstance(thing, DataSource):
            self.tables[thing.id] = thing
        elif isinstance(thing, Database):
            self.databases[thing.id] = thing

    def stamps(self, by: str = INTEGRATION_ID) -> Json:
        """What a new thing bears: its id, when and by whom it was made."""
        now = self.now()
        return {
            "id": self.identifiers.unique(),
            "created": now,
            "edited": now,
            "created_by": by,
            "edited_by": by,
        }

    def touch(self, thing: Thing, by: str = INTEGRATION_ID) -> None:
        """Remember who edited it last, and when."""
        thing.edited, thing.edited_by = self.now(), by

    def cell(self, page: Page, column: Property) -> Json:
        """A cell as an answer has it."""
        return cells.cell(self, page, column)

    def content(self, page: Page, column: Property) -> Any:
        """What stands in a cell, as an answer has it."""
        return cells.content(self, page, column)

    def plain(self, page: Page, column: Property) -> Any:
        """What stands in a cell, in plain words."""
        return cells.plain(self, page, column)

    def everything(self) -> Iterator[Thing]:
        """All that can be shared."""
        yield from self.pages_by_id.values()
        yield from self.databases.values()
        yield from self.tables.values()

    def _refuse_another_kind(self, identifier: str, what: str) -> None:
        """A page's id in the place of a database's is said to be one (from memory)."""
        kinds: dict[str, dict[str, Any]] = {"page": self.pages_by_id, "database": self.databases}
        for kind, things in kinds.items():
            thing = things.get(identifier)
            if what in kinds and kind != what and thing and self.is_visible(thing):
                raise invalid(
                    f"Provided ID {identifier} is a {kind}, not a {what}."
                    f" Use the retrieve {kind} API instead."
                )

    def _visible(self, things: dict[str, Kind], identifier: str, what: str) -> Kind:
        found = things.get(dashed(identifier) or "")
        self._refuse_another_kind(dashed(identifier) or "", what)
        if found is None or not self.is_visible(found):
            raise not_found(what, dashed(identifier) or identifier)
        return found
