"""The rows that are wanted, written: what is missing is made, of the rest what differs is sent.

What is not wanted is not touched: a supplier's outage takes no history away. Nor are rows that
somebody locked, columns that are not ours, notes, and what a person typed.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from ecot.errors import SinkRefused, SinkUnavailable
from ecot.sinks.notion.adding import add
from ecot.sinks.notion.adopt import recognised
from ecot.sinks.notion.cells import cell
from ecot.sinks.notion.check import Checked
from ecot.sinks.notion.columns import currency_of, lacking, resolved, stored
from ecot.sinks.notion.difference import Columns, changes, is_manual, title_of, wanted_cells
from ecot.sinks.notion.doubles import is_untouched
from ecot.sinks.notion.errors import Full, NotFound, RowRefused
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.lost import Policy, look_for
from ecot.sinks.notion.making import by_name, make
from ecot.sinks.notion.names import usages
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.progress import Progress, Synced, named
from ecot.sinks.notion.reading import is_ticked
from ecot.sinks.notion.rows import ServiceRow, UsageRow
from ecot.sinks.notion.services import link_services
from ecot.sinks.notion.typed import title_on
from ecot.sinks.notion.view import Double, Table, View


def put(
    link: Link,
    view: View,
    services: Sequence[ServiceRow],
    wanted: Sequence[UsageRow],
    policy: Policy,
    now: datetime,
    adopted: Mapping[str, str] | None = None,
    settled: Collection[str] = (),
) -> Synced:
    """Writes the difference between what was seen and what is wanted, at the time `now`.

    `adopted` are the keys that rows which people typed are the rows of now, by their page's id.
    Of pages that are `settled` the amounts that somebody typed are among the wanted ones: there
    they are written like those of any row.
    A row that Notion refuses is told and left; what stops the whole is in `stopped`. Raises
    SinkRefused where nothing at all was written because a person has to do something first.
    """
    progress = Progress(link, policy, now, view.memory)
    progress.settled = frozenset(settled)
    try:
        _put(progress, view, services, wanted, adopted or {})
    except SinkUnavailable as error:
        progress.stop(error, len(wanted))
    except SinkRefused as error:
        if not progress.has_written:
            raise
        progress.stop(error, len(wanted))
    return progress.result()


def _put(
    progress: Progress,
    view: View,
    services: Sequence[ServiceRow],
    wanted: Sequence[UsageRow],
    adopted: Mapping[str, str],
) -> None:
    heads, rows = _tables(progress, view, currency_of(wanted))
    linked = link_services(progress, heads, services)
    titles = {row.key: row.title for row in services}
    rows_of = _Rows(progress, rows, linked, titles)
    pages = _pages(progress, view, wanted, adopted)
    keys = {page.id: key for key, page in pages.items()}
    known = progress.pages.items()
    progress.pages = {key: page for key, page in known if keys.get(page, key) == key}
    for row in wanted:
        rows_of.write(row, pages.get(row.key))
    for double in _doubles(view, pages, adopted):
        _settle(progress, rows, double)


def _tables(progress: Progress, view: View, currency: str | None) -> tuple[Table, Table]:
    """The tables with the columns that are there now: missing ones are made first, where the user
    wants it; that of the report's currency is looked for here, which `look` knows nothing of."""
    heads, rows = _with_columns(view.checked, view, currency)
    is_short = bool(_missing(view.checked, currency)) or _lacks_cost(rows, currency)
    if is_short and progress.policy.on_missing_property == "create":
        try:
            checked = add(progress.link, view.checked.ids, currency, stored(view.memory))
            heads, rows = _with_columns(checked, view, currency)
        except (SinkRefused, RowRefused) as error:
            progress.tell(error)
    if _lacks_cost(rows, currency):
        progress.warn(
            "{table} in Notion has no column {column}: it is left out",
            table=rows.schema.title,
            column=usages(currency)["cost"].name,
        )
    progress.columns = heads.columns, rows.columns
    return heads, rows


def _with_columns(checked: Checked, view: View, currency: str | None) -> tuple[Table, Table]:
    heads, rows = resolved(checked, view.memory, currency)
    return (
        Table(checked.services, heads, view.services.pages),
        Table(checked.usages, rows, view.usages.pages),
    )


def _missing(checked: Checked, currency: str | None) -> list[str]:
    return [one.name for one in lacking(checked, currency) if one.problem == "missing"]


def _lacks_cost(rows: Table, currency: str | None) -> bool:
    return "cost" in usages(currency) and "cost" not in rows.columns


def _pages(
    progress: Progress, view: View, wanted: Sequence[UsageRow], adopted: Mapping[str, str]
) -> dict[str, Page]:
    """The page of each key that has one. A typed row that was adopted goes before any other."""
    found = recognised(view, wanted)
    if found.strangers:
        columns = view.usages.columns
        progress.warn(
            "Rows of an earlier system are none of ours and stay as they are: {rows}",
            rows=named([title_on(page, columns) for page in found.strangers]),
        )
    there = {page.id: page for page in view.usages.pages}
    typed = {key: there[page] for page, key in adopted.items() if page in there}
    taken = {page.id for page in typed.values()}
    others = {**found.pages, **view.rows}
    return {key: page for key, page in others.items() if page.id not in taken} | typed


class _Rows:
    """Writes rows, one after the other; what concerns one of them stops none of the others."""

    def __init__(
        self,
        progress: Progress,
        table: Table,
        linked: Mapping[str, str],
        titles: Mapping[str, str],
    ) -> None:
        self._progress, self._table, self._linked, self._titles = progress, table, linked, titles
        self._columns: Columns = table.columns

    def write(self, row: UsageRow, page: Page | None) -> None:
        """The row as it is wanted, on its page where it has one."""
        try:
            self._write(row, page)
        except Full as error:
            self._progress.make_room(error)
            self._leave_unmade()
        except (RowRefused, NotFound) as error:
            self._progress.tell(error)
            self._progress.count("skipped")

    def _write(self, row: UsageRow, page: Page | None) -> None:
        if page is None:
            page, is_over = self._returned(row)
            if is_over:
                self._progress.count("skipped")
                return
        if page is not None:
            self._update(row, page)
        elif self._progress.full is not None:
            self._leave_unmade()
        else:
            self._create(row)

    def _returned(self, row: UsageRow) -> tuple[Page | None, bool]:
        """The page that we have written once, where it is; and whether it is to stay away."""
        progress, known = self._progress, self._progress.pages.get(row.key)
        if row.key in progress.gone and progress.policy.on_deleted_row == "ignore":
            progress.leave_deleted(row.key, self._title(row))
            return None, True
        if known is None:
            return None, False
        found = look_for(progress.link, known, self._table.data_source, progress.policy)
        if found.fate == "moved":
            progress.gone.add(row.key)
            progress.warn(
                'The row "{row}" was moved to another table of Notion and stays there',
                row=self._title(row),
            )
        elif found.fate == "deleted":
            progress.leave_deleted(row.key, self._title(row))
        return (found.page if found.fate == "there" else None), found.fate in ("moved", "deleted")

    def _create(self, row: UsageRow) -> None:
        cells = wanted_cells(row, self._columns, self._linked.get(row.provider))
        if title := cell("title", self._title(row)):
            cells["title"] = title
        known_by = "key" if "key" in self._columns else "title"
        page = make(self._progress.link, self._table.data_source, self._columns, cells, known_by)
        self._remember(row, page, "created")

    def _update(self, row: UsageRow, page: Page) -> None:
        if is_ticked(page.cell(self._columns.get("locked"))):
            self._remember(row, page, "skipped")
            return
        cells = wanted_cells(row, self._columns, self._linked.get(row.provider))
        change = changes(
            row,
            page,
            self._columns,
            cells,
            self._progress.now,
            is_settled=page.id in self._progress.settled,
        )
        if change.otherwise:
            self._progress.warn(
                'In the row "{row}" of Notion somebody typed another {columns} than the ledger has:'
                " it stays as it was typed",
                row=title_on(page, self._columns),
                columns=named([self._columns[name].name for name in change.otherwise]),
            )
        if change.replaces_dollars:
            self._progress.warn(
                'In the row "{row}" of Notion the dollars are those of its own amount now',
                row=title_on(page, self._columns),
            )
        if change.cells:
            self._progress.link.update_page(page.id, by_name(change.cells, self._columns))
        self._remember(row, page, "updated" if change.cells else "unchanged")

    def _remember(self, row: UsageRow, page: Page, what: str) -> None:
        self._progress.count(what)
        self._progress.pages[row.key] = page.id
        self._progress.gone.discard(row.key)

    def _leave_unmade(self) -> None:
        self._progress.leave_unmade()
        self._progress.count("skipped")

    def _title(self, row: UsageRow) -> str:
        return title_of(row, self._titles.get(row.provider, row.provider), self._columns)


def _doubles(view: View, pages: Mapping[str, Page], adopted: Mapping[str, str]) -> list[Double]:
    """The second rows: those that were seen, and those whose key a typed row has taken over. A row
    that a person typed as a copy of another is a row of its own."""
    columns = view.usages.columns
    seen = [
        one
        for one in view.doubles
        if one.other.id not in adopted and not is_manual(one.other, columns)
    ]
    replaced = [
        Double(key, pages[key], page, is_untouched(page, view.usages))
        for key, page in view.rows.items()
        if key in pages and pages[key].id != page.id and page.id not in adopted
    ]
    return [*seen, *replaced]


def _settle(progress: Progress, table: Table, double: Double) -> None:
    """A second row that is ours goes to the trash, where it can be restored; any other is told."""
    row = title_on(double.other, table.columns)
    if not double.is_ours:
        progress.warn(
            'The row "{row}" is twice in Notion: the older one is kept up to date, the other stays'
            " as it is",
            row=row,
        )
        return
    try:
        progress.link.trash_page(double.other.id)
    except (RowRefused, NotFound) as error:
        progress.tell(error)
        return
    progress.count("trashed")
    progress.warn('The second row "{row}" is in the trash of Notion now', row=row)
