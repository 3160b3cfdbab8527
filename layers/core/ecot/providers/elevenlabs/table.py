"""ElevenLabs' table of usage, read by the names and units of its columns, never by their place.

The documentation has `credits_used`; answers have had `total_usage`, `total_minutes`, `total_cost`,
`usage_count` and `total_charge_count` instead, with the groups before or after them, units null,
and a row of zeros for every group and day (several third parties, 2026-04 to 2026-10). Numbers are
texts in the documentation and numbers in answers; a unit that is "" or null is none.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from ecot.model.answer import Parsed
from ecot.model.money import CURRENCIES
from ecot.model.period import Period
from ecot.model.rows import Name, Usage
from ecot.providers.reading import Node
from ecot.providers.redaction import quotable

TIME, PRODUCT, MODEL = "timestamp", "product_type", "model"
KEY, KEY_NAME, WORKSPACE = "hashed_xi_api_key", "api_key_name", "reporting_workspace_id"
GROUPS = (PRODUCT, MODEL, KEY, WORKSPACE)  # no limit of groups is documented

CREDITS = "credits"
# Each column that is a quantity: its unit, and what the quantity is called here. `tts_characters`
# is the older interface's name of a metric; the table has not been seen with it.
QUANTITIES = {
    "credits_used": ("credits", CREDITS),
    "total_usage": ("credits", CREDITS),
    "total_minutes": ("min", "minutes"),
    "tts_characters": ("", "characters"),
}
# The worth of the use, whoever has paid for it: the plan, a grant, or nobody yet. It is not what is
# billed (docs/providers/elevenlabs.md), and adding it would count plan and overage twice.
WORTH = "total_cost"
NOT_READ = frozenset({KEY_NAME, "usage_count", "total_charge_count"})  # of no documented meaning
HARMLESS_UNITS = frozenset({"", "ms", "s", "min", "duration", "ratio", "rating"})
LIKE_MONEY = re.compile("fiat|cost|price|spen[dt]|amount|charge|currency|invoice|billed")


@dataclass(frozen=True)
class Column:
    """A column of the table; `unit` is "" where it has none."""

    name: str
    unit: str

    def __str__(self) -> str:
        return f"{self.name} ({self.unit})" if self.unit else self.name

    @property
    def is_understood(self) -> bool:
        """Whether nothing is lost by reading only what we know of it."""
        if self.name in QUANTITIES:
            return self.unit == QUANTITIES[self.name][0]
        if self.name == WORTH:
            return self.unit.upper() in CURRENCIES
        known = self.name in (TIME, *GROUPS, *NOT_READ) or not LIKE_MONEY.search(self.name.lower())
        return known and self.unit in HARMLESS_UNITS


def usage(table: Node) -> Iterator[Parsed]:
    """The usage that the rows state. A row of zeros is a square of the grid, and no use."""
    columns = _columns(table)
    of_credits = [one for one in columns if QUANTITIES.get(one.name, ("", ""))[1] == CREDITS]
    for row in _rows(table, columns):
        if len(of_credits) != 1:
            row.refuse("{source}: {place} has not one column of credits: {part}")
        used = _used(row)
        if any(used.quantities.values()):
            yield Parsed(row.place, used)


def _used(row: Node) -> Usage:
    return Usage(
        charge_period=_day(row),
        category="ai",
        service=row.optional(PRODUCT),
        sub_account_id=row.optional(WORKSPACE),
        model=row.optional(MODEL),
        api_key_id=row.optional(KEY),
        quantities=_quantities(row),
    )


def key_names(table: Node) -> Iterator[Parsed]:
    """What the keys that were used are called; a column that came with their hashes."""
    found: dict[str, Parsed] = {}
    for row in _rows(table, _columns(table)):
        key, name = row.optional(KEY), row.optional(KEY_NAME)
        if key and name:
            found.setdefault(key, Parsed(row.place, Name("api_key_id", key, name)))
    return iter(found.values())


def _columns(table: Node) -> list[Column]:
    names = [name.text() for name in table["columns"]]
    units = ["" if unit.value is None else unit.text() for unit in table["column_units"]]
    for header in ("column_types", "column_units"):
        if len(list(table[header])) != len(names):
            table[header].refuse("{source}: {place} has more or fewer parts than columns: {part}")
    if len(set(names)) != len(names):
        table["columns"].refuse("{source}: {place} names a column twice: {part}")
    return [Column(name, unit) for name, unit in zip(names, units, strict=True)]


def _rows(table: Node, columns: list[Column]) -> Iterator[Node]:
    """Every row, as an object by column, so that a refusal quotes it with its names."""
    strange = [column for column in columns if not column.is_understood]
    for row in table["rows"]:
        cells = [cell.value for cell in row]
        if len(cells) != len(columns):
            row.refuse("{source}: {place} has more or fewer parts than columns: {part}")
        named = zip((column.name for column in columns), cells, strict=True)
        found = Node(dict(named), row.source, row.place)
        if strange:
            found.refuse(
                "{source}: {place} has a column {column} that may hold money or usage which nobody"
                " reads: {part}",
                column=quotable(str(strange[0])),
            )
        yield found


def _day(row: Node) -> Period:
    """The bucket's day. A bucket that does not begin with a UTC day is of another time zone, or of
    another length than was asked for."""
    text = row[TIME].text()
    try:
        start = datetime.fromisoformat(text)
        day = Period.of_day(start.date())
    except (ValueError, OverflowError):
        row.refuse("{source}: {place} is not a UTC day: {part}")
    # Without a zone it is UTC, which was asked for ("2026-09-28 00:00:00", third party, 2026-09).
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start
    if start != day.start:
        row.refuse("{source}: {place} is not a UTC day: {part}")
    return day


def _quantities(row: Node) -> Mapping[str, Decimal]:
    """The quantities that the row states: one that is null is unknown, not zero."""
    stated = [(ours, row.get(theirs)) for theirs, (_, ours) in QUANTITIES.items()]
    known = {name: measure.amount() for name, measure in stated if measure is not None}
    return known or row.refuse("{source}: {place} has none of its measures: {part}")
