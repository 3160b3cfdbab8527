"""A workspace with people's hands on it: what somebody does in Notion, without the interface."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecot.sandbox.notion import changes
from ecot.sandbox.notion.identifiers import TITLE_ID, dashed, person
from ecot.sandbox.notion.records import Database, DataSource, Json, Page, Property
from ecot.sandbox.notion.schema import add, find
from ecot.sandbox.notion.text import plain_text, rich_text, typed
from ecot.sandbox.notion.typing_in import written
from ecot.sandbox.notion.values import read, store
from ecot.sandbox.notion.workspace import Workspace

SOMEBODY = "Marie"


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a person sees it: plain values by the name of the property.

    Text, number, bool, option's name or names, page ids, a date as "2026-01-01" or
    "2026-01-01/2026-01-31"; None, "" or () where it is empty. `edited_by` is a user's id.
    """

    id: str
    values: Mapping[str, Any]
    in_trash: bool
    created: datetime
    edited: datetime
    edited_by: str

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


class NotionWorld(Workspace):
    """A workspace; a table is named by its id, by its database's, or by its title when that is
    unique; a row by its id or by what `pages` said of it. People see everything, shared or not."""

    def add_page(self, title: str = "Coûts", *, shared: bool = True) -> str:
        """A page at the top of the workspace, under which databases may be made; its id."""
        with self.lock:
            page = Page(**self.stamps(person(SOMEBODY)), parent_id=None)
            page.values[TITLE_ID] = rich_text(typed(title), "title")
            self.shared[page.id] = shared
            self.add(page)
            return page.id

    def add_database(self, parent: str, title: str, columns: Mapping[str, Json]) -> str:
        """A database that a person made, columns as in a request; the id of its one table."""
        with self.lock:
            words = rich_text(typed(title), "title")
            database = Database(**self.stamps(person(SOMEBODY)), parent_id=parent, title=words)
            self.add(database)
            return self._add_table(database, title, columns).id

    def add_data_source(self, database: str, title: str) -> str:
        """A second table in a database; its id."""
        with self.lock:
            home = self.databases[self.data_source(database).parent_id or ""]
            return self._add_table(home, title, {"Nom": {"title": {}}}).id

    def data_source(self, name: str) -> DataSource:
        """The table of this id, of the database of this id, or of this title; KeyError if none."""
        identifier = dashed(name) or ""
        for table in self.tables.values():
            if identifier in (table.id, table.parent_id) or plain_text(table.title) == name:
                return table
        raise KeyError(name)

    def pages(self, data_source: str, *, trashed: bool = False) -> list[Row]:
        """The rows of a table, the oldest first; those in the trash when `trashed`."""
        with self.lock:
            rows = self.rows(self.data_source(data_source))
            return [self.row(each.id) for each in rows if each.in_trash is trashed]

    def row(self, page: str | Row) -> Row:
        """One row as a person sees it."""
        with self.lock:
            found = self._page(page)
            columns = self.columns(found).values()
            values = {column.name: self.plain(found, column) for column in columns}
            return Row(
                found.id, values, found.in_trash, found.created, found.edited, found.edited_by
            )

    def add_row(
        self,
        data_source: str,
        values: Mapping[str, Any],
        *,
        by: str = SOMEBODY,
        at: datetime | None = None,
    ) -> str:
        """A row that a person types, with plain values, now or `at` a moment past; its id."""
        with self.lock:
            page = Page(**self.stamps(person(by)), parent_id=self.data_source(data_source).id)
            page.created = page.edited = at or page.created
            self.add(page)
            self.blocks += 1
            self._put(page, values)
            return page.id

    def edit(self, page: str | Row, values: Mapping[str, Any], *, by: str = SOMEBODY) -> None:
        """Cells that a person changes, with plain values; None empties one."""
        with self.lock:
            found = self._page(page)
            self._put(found, values)
            self.touch(found, person(by))

    def trash(self, page: str | Row, *, by: str = SOMEBODY) -> None:
        """Put a row, or a whole table by its id, into the trash."""
        self._throw(page, True, by)

    def restore(self, page: str | Row, *, by: str = SOMEBODY) -> None:
        """Take it out of the trash."""
        self._throw(page, False, by)

    def property_names(self, data_source: str) -> dict[str, str]:
        """The type of each property of a table, by its name."""
        with self.lock:
            table = self.data_source(data_source)
            return {each.name: each.type for each in table.properties.values()}

    def rename_property(self, data_source: str, name: str, new_name: str) -> None:
        """Call a column something else."""
        with self.lock:
            table = self.data_source(data_source)
            changes.rename(table, self._column(table, name), new_name)

    def retype_property(self, data_source: str, name: str, kind: str) -> None:
        """Give a column another type; its values are carried over as far as they can be."""
        with self.lock:
            table = self.data_source(data_source)
            changes.retype(self, table, self._column(table, name), kind, {})

    def delete_property(self, data_source: str, name: str) -> None:
        """Delete a column, and what stands in it."""
        with self.lock:
            table = self.data_source(data_source)
            changes.delete(self, table, self._column(table, name))

    def add_property(self, data_source: str, name: str, written: Json) -> None:
        """Add a column, described as in a request: {"rich_text": {}}."""
        with self.lock:
            add(self, self.data_source(data_source), name, written)

    def share(self, identifier: str) -> None:
        """Let the integration see a page, a database or a table, and what is in it."""
        with self.lock:
            self.shared[dashed(identifier) or identifier] = True

    def unshare(self, identifier: str) -> None:
        """Take it out of the integration's sight again, also where its parent is shared."""
        with self.lock:
            self.shared[dashed(identifier) or identifier] = False

    def _add_table(self, home: Database, title: str, columns: Mapping[str, Json]) -> DataSource:
        table = DataSource(
            **self.stamps(person(SOMEBODY)),
            parent_id=home.id,
            title=rich_text(typed(title), "title"),
            properties={TITLE_ID: Property(TITLE_ID, "Name", "title")},
        )
        self.add(table)
        changes.first_columns(self, table, dict(columns))
        return table

    def _throw(self, page: str | Row, in_trash: bool, by: str) -> None:
        with self.lock:
            identifier = dashed(page.id if isinstance(page, Row) else page) or ""
            found = self.tables.get(identifier) or self.pages_by_id[identifier]
            found.in_trash = in_trash
            self.touch(found, person(by))

    def _page(self, page: str | Row) -> Page:
        identifier = page.id if isinstance(page, Row) else page
        return self.pages_by_id[dashed(identifier) or ""]

    def _column(self, table: DataSource, name: str) -> Property:
        column = find(table, name)
        if column is None:
            raise KeyError(name)
        return column

    def _put(self, page: Page, values: Mapping[str, Any]) -> None:
        table = self.tables[page.parent_id or ""]
        columns = {name: self._column(table, name) for name in values}
        said = [
            (column, read(self, column, written(column, values[name]), name))
            for name, column in columns.items()
        ]
        for column, value in said:
            store(self, page, column, value)
