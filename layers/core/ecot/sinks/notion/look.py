"""Everything in both databases is read before anything is written: 4 calls where it is little."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.sinks.notion.adopt import look_alikes
from ecot.sinks.notion.check import Checked, compare
from ecot.sinks.notion.columns import complaints, resolved, stored
from ecot.sinks.notion.difference import Columns, tells_typed
from ecot.sinks.notion.doubles import by_age, indexed
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.names import STATUSES
from ecot.sinks.notion.pages import Page, page_of
from ecot.sinks.notion.rows import Memory
from ecot.sinks.notion.schema import Ids, Schema, read, spelt, undashed
from ecot.sinks.notion.typed import budgets_in, typed_in
from ecot.sinks.notion.view import Table, View

MOST_MONTHS = 30  # in one filter, which may have 100 parts (request limits, read 2026-11)


def look(
    link: Link, ids: Ids, months: Sequence[Month] | None, memory: Memory | None = None
) -> View:
    """Both tables: all services, and the usages of the months (None: all of them) with every row
    that a person typed. What was remembered of another data source is not used. Raises SinkRefused
    or SinkUnavailable where anything cannot be read to its end: half a table is none."""
    known = memory if memory and undashed(memory.data_source) == undashed(ids.usages) else None
    known = known or Memory(data_source=ids.usages)
    schemas = read(link, ids.services), read(link, ids.usages)
    checked = compare(ids, *schemas, stored=stored(known))
    heads, rows = resolved(checked, known)
    services, odd = _with_pages(Table(checked.services, heads, ()), link.query(ids.services))
    asked = link.query(ids.usages, filter_of(rows, months))
    usages, odder = _with_pages(Table(checked.usages, rows, ()), asked)
    said = [*complaints(checked), *odd.values(), *odder.values()]
    view = _seen(checked, services, usages, known, said)
    return msgspec.structs.replace(view, unread=frozenset(odder))


def _with_pages(
    table: Table, answers: Iterable[Mapping[str, Any]]
) -> tuple[Table, dict[str, Sentence]]:
    """The table with its rows, oldest first; one that is no row is told of, by its page, and left
    alone."""
    pages: dict[str, Page] = {}
    odd: dict[str, Sentence] = {}
    for answer in answers:
        try:
            page = page_of(answer)
            pages[page.id] = page  # a row that moves between two pages of the answer comes twice
        except msgspec.ValidationError as error:
            odd[undashed(str(answer.get("id")))] = _odd(table.schema, answer, error)
    there = [page for page in by_age(pages.values()) if not page.in_trash]
    return Table(table.schema, table.columns, tuple(there)), odd


def _odd(schema: Schema, answer: Mapping[str, Any], error: Exception) -> Sentence:
    return Sentence(
        "A row of {table} in Notion is not as it should be and is left alone ({page}: {reason})",
        {"table": schema.title, "page": str(answer.get("id")), "reason": str(error)},
    )


def _seen(
    checked: Checked, services: Table, usages: Table, memory: Memory, warnings: list[Sentence]
) -> View:
    rows, unkeyed, doubles = indexed(usages, memory)
    doubles += look_alikes(usages, services, unkeyed)
    typed, unread = typed_in(usages, services, {page.id: key for key, page in rows.items()})
    budgets, unclear = budgets_in(services)
    return View(
        checked=checked,
        services=services,
        usages=usages,
        rows=rows,
        unkeyed=unkeyed,
        doubles=tuple(doubles),
        typed=typed,
        budgets=budgets,
        memory=memory,
        tells_typed=tells_typed(usages.columns),
        warnings=(*warnings, *unread, *unclear),
    )


def filter_of(columns: Columns, months: Sequence[Month] | None) -> Mapping[str, Any] | None:
    """The rows of the months: by their period, by their key wherever somebody moved them to, and
    all that people typed. None (all rows) where the table has no columns for it."""
    if not months or len(months) > MOST_MONTHS or "period" not in columns:
        return None
    return {"or": [*_of_period(columns, months), *_of_keys(columns, months), *_typed(columns)]}


def _of_period(columns: Columns, months: Sequence[Month]) -> Iterator[Mapping[str, Any]]:
    name, kind = columns["period"].name, columns["period"].kind
    if kind != "date":
        for month in months:
            yield {"property": name, kind: {"equals": str(month)}}
        return
    first, after = str(min(months).first), str(max(months).after)
    since = {"property": name, "date": {"on_or_after": first}}
    yield {"and": [since, {"property": name, "date": {"before": after}}]}


def _of_keys(columns: Columns, months: Sequence[Month]) -> Iterator[Mapping[str, Any]]:
    if key := columns.get("key"):
        for month in months:
            yield {"property": key.name, key.kind: {"ends_with": f":{month}"}}


def _typed(columns: Columns) -> Iterator[Mapping[str, Any]]:
    """Notion refuses a filter for an option that the column does not have."""
    if (status := columns.get("status")) is None:
        return
    manual = spelt(status, STATUSES["manual"])
    if status.kind != "select" or manual in status.options:
        yield {"property": status.name, status.kind: {"equals": manual}}
