"""The rows that are wanted, written: what is missing is made, of the rest what differs is sent.

What is not wanted is not touched: a supplier's outage takes no history away. Nor are rows that
somebody locked, columns that are not ours, notes, and what a person typed.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from ecot.errors import SinkRefused, SinkUnavailable
from ecot.sinks.notion.adding import add
from ecot.sinks.notion.adopt import recognised
from ecot.sinks.notion.check import Checked
from ecot.sinks.notion.columns import currency_of, lacking, resolved, stored
from ecot.sinks.notion.difference import is_manual
from ecot.sinks.notion.doubles import is_untouched
from ecot.sinks.notion.errors import NotFound, RowRefused
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.lost import Policy
from ecot.sinks.notion.names import usages
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.progress import Progress, Synced, named
from ecot.sinks.notion.rows import ServiceRow, UsageRow
from ecot.sinks.notion.services import link_services
from ecot.sinks.notion.typed import title_on
from ecot.sinks.notion.view import Double, Table, View
from ecot.sinks.notion.writing import Rows


def put(
    link: Link,
    view: View,
    services: Sequence[ServiceRow],
    wanted: Sequence[UsageRow],
    policy: Policy,
    now: datetime,
    adopted: Mapping[str, str] | None = None,
) -> Synced:
    """Writes the difference between what was seen and what is wanted, at the time `now`.

    `adopted` are the keys that rows which people typed are the rows of now, by their page's id.
    A row that Notion refuses is told and left; what stops the whole is in `stopped`. Raises
    SinkRefused where nothing at all was written because a person has to do something first.
    """
    progress = Progress(link, policy, now, view.memory)
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
    writer = Rows(progress, rows, linked, titles)
    pages = _pages(progress, view, wanted, adopted)
    keys = {page.id: key for key, page in pages.items()}
    known = progress.pages.items()
    progress.pages = {key: page for key, page in known if keys.get(page, key) == key}
    for row in wanted:
        writer.write(row, pages.get(row.key))
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
            "Rows of these months are none of ours and stay as they are, in the sums of Notion"
            " too: {rows}",
            rows=named([title_on(page, columns) for page in found.strangers]),
        )
    there = {page.id: page for page in view.usages.pages}
    typed = {key: there[page] for page, key in adopted.items() if page in there}
    taken = {page.id for page in typed.values()}
    others = {**found.pages, **view.rows}
    return {key: page for key, page in others.items() if page.id not in taken} | typed


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
            'The row "{row}" is twice in Notion: one is kept up to date, the other stays as it is',
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
