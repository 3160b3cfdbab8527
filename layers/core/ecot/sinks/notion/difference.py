"""What a row should say, as cells of the columns that are there; and of these, what does not stand
there yet."""

from collections.abc import Mapping, Set
from datetime import UTC, datetime, timedelta
from unicodedata import normalize

import msgspec

from ecot.model.period import Month
from ecot.sinks.notion.cells import Cell, Linked, Value, cell, is_empty, is_same
from ecot.sinks.notion.names import ORIGINS, STATUSES, TYPED, UNITS, USAGES, Option
from ecot.sinks.notion.pages import NOTHING, Page
from ecot.sinks.notion.reading import instant_of, text_of
from ecot.sinks.notion.rows import NOBODY, ServiceRow, UsageRow
from ecot.sinks.notion.schema import Column, composed, loosely, meaning, spelt

Columns = Mapping[str, Column]
"""The columns of a table that can be used, by our names."""

STALE = timedelta(hours=24)
PROVENANCE = ("collected_at", "run")
"""Which collection it was differs at every one: written with another change, or once a day."""
PEOPLES = frozenset({*TYPED.values(), "status"})
"""What a person says in a row with the status `Manuel`: never written over."""
AMOUNTS = ("cost_usd", "native", "native_currency")
IDENTITY = frozenset({"account", "sub_account", "sub_account_name"})


_OPTIONS: Mapping[str, Mapping[str, Option]] = {
    "status": dict(STATUSES.items()),
    "origin": dict(ORIGINS.items()),
}


class Change(msgspec.Struct, frozen=True):
    """What is to be written, by our names; what a person typed `otherwise`, which is not; and
    whether dollars that a person typed give way to those that the row's own amount comes to."""

    cells: Mapping[str, Cell]
    otherwise: tuple[str, ...] = ()
    replaces_dollars: bool = False


def wanted_cells(row: UsageRow, columns: Columns, service: str | None) -> dict[str, Cell]:
    """The row as cells, by our names; the title is not among them. Without the page of its
    `service` its relation is left as it is."""
    values = _values(row)
    if service is not None:
        values["service"] = Linked((service,))
    made = {
        name: cell(columns[name].kind, _spelt(name, value, columns[name]))
        for name, value in values.items()
        if name in columns
    }
    return {name: one for name, one in made.items() if one is not None}


def _values(row: UsageRow) -> dict[str, Value]:
    return {
        "key": row.key,
        "period": row.month,
        "account": row.account,
        "sub_account": row.sub_account or NOBODY,
        "sub_account_name": row.sub_account_name,
        "cost_usd": row.cost_usd,
        "cost": row.cost[0] if row.cost else None,
        "native": row.native[0] if row.native else None,
        "native_currency": row.native[1] if row.native else None,
        "origin": row.origin,
        "models": row.models,
        "requests": row.requests,
        "input_tokens": row.input_tokens,
        "output_tokens": row.output_tokens,
        "quantity": row.quantity[0] if row.quantity else None,
        "quantity_unit": UNITS.get(row.quantity[1], row.quantity[1]) if row.quantity else None,
        "status": row.status,
        "log": row.log,
        "collected_at": row.collected_at,
        "run": row.run,
        "page_url": row.page_url,
    }


def _spelt(name: str, value: Value, column: Column) -> Value:
    """The value; a status or an origin by the name that the table has for it."""
    options: Mapping[str, Option] = _OPTIONS.get(name, {})
    if isinstance(value, str) and value in options:
        return spelt(column, options[value])
    return value


def changes(
    row: UsageRow, page: Page, columns: Columns, wanted: Mapping[str, Cell], now: datetime
) -> Change:
    """What of the `wanted` cells is to be written to the page at the time `now`."""
    differing = {
        name: one for name, one in wanted.items() if not is_same(page.cell(columns[name]), one)
    }
    held = {name for name in columns if not is_empty(page.cell(columns[name]))}
    kept = _kept(page, columns) & held
    if is_converted := _is_converted(kept - differing.keys(), differing, wanted):
        kept -= {"cost_usd"}
    due = {name: one for name, one in differing.items() if name not in kept}
    otherwise = tuple(
        name
        for name in AMOUNTS
        if name in differing.keys() & kept and (name == "cost_usd" or not is_empty(wanted[name]))
    )
    is_due = due.keys() - set(PROVENANCE) or _is_stale(row, page, columns, now)
    if not is_manual(page, columns):
        return Change(due if is_due else {})
    typed_dollars = (
        is_converted and "cost_usd" in due.keys() & held and key_on(page, columns) is None
    )
    return Change(due if is_due else {}, otherwise, typed_dollars)


def _is_converted(
    agreed: Set[str], differing: Mapping[str, Cell], wanted: Mapping[str, Cell]
) -> bool:
    """Whether a person typed an amount in its own currency, which is also the ledger's: its dollars
    are then ours to write, where they are known."""
    is_agreed = "native" in agreed and "native_currency" not in differing
    return is_agreed and not is_empty(wanted.get("cost_usd", NOTHING))


def _kept(page: Page, columns: Columns) -> frozenset[str]:
    """What of a row is not ours to write over: what a person typed, and the names of projects and
    workspaces that an earlier system gave, by which its rows are known."""
    typed = PEOPLES if is_manual(page, columns) else frozenset()
    earlier = (
        name
        for name in IDENTITY & columns.keys()
        if "key" not in columns or composed(columns[name].name) in USAGES[name].also
    )
    return typed | frozenset(earlier)


def _is_stale(row: UsageRow, page: Page, columns: Columns, now: datetime) -> bool:
    if row.collected_at is None or row.month != Month.of(now.astimezone(UTC).date()):
        return False
    held = instant_of(page.cell(columns.get("collected_at")))
    return held is None or (held < now - STALE and held < row.collected_at)


def is_manual(page: Page, columns: Columns) -> bool:
    """Whether a person made the row. Where somebody gave that status another name, every name that
    we do not know may be it."""
    said = text_of(page.cell(columns.get("status")))
    status = None if said is None else meaning(STATUSES, said)
    return status == "manual" or (said is not None and status is None and not tells_typed(columns))


def tells_typed(columns: Columns) -> bool:
    """Whether the table can tell which rows people made: the column is there, and the option. A
    table of an earlier system gets the option with the first such row."""
    status = columns.get("status")
    if status is None:
        return False
    names = {loosely(one) for one in status.options}
    manual = STATUSES["manual"]
    is_there = bool(names & {loosely(name) for name in (manual.name, *manual.also)})
    return status.kind != "select" or is_there or "key" not in columns


def key_on(page: Page, columns: Columns) -> str | None:
    """The key that stands in the row."""
    written = text_of(page.cell(columns.get("key")))
    return normalize("NFC", written).strip() if written else None


def title_of(row: UsageRow, service: str, columns: Columns) -> str:
    """How a new row is called; where a table has no keys, as the earlier system called it."""
    part = row.sub_account_name or row.sub_account
    if "key" not in columns:
        return f"{row.month} - {service} - {part or row.account}"
    return " · ".join((service, row.account, *([part] if part else []), str(row.month)))


def service_cells(row: ServiceRow, columns: Columns) -> dict[str, Cell]:
    """A new service as cells, by our names."""
    values = {"title": row.title, "key": row.key, "console_url": row.console_url}
    made = {
        name: cell(columns[name].kind, value) for name, value in values.items() if name in columns
    }
    return {name: one for name, one in made.items() if one is not None}
