"""Which row is a key's, and which are second rows of it: the oldest one is kept."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecot.sinks.notion.cells import is_empty, kind_of
from ecot.sinks.notion.difference import Columns, is_manual, key_on
from ecot.sinks.notion.names import EARLIER_ONLY, usages
from ecot.sinks.notion.pages import Page
from ecot.sinks.notion.reading import is_ticked
from ecot.sinks.notion.rows import Memory
from ecot.sinks.notion.schema import composed
from ecot.sinks.notion.view import Double, Table

# Kinds that nobody fills in: Notion does.
COMPUTED = frozenset(
    {"rollup", "formula", "unique_id", "verification", "button", "title", "place"}
    | {"created_time", "created_by", "last_edited_time", "last_edited_by"}
)
_COST = re.compile(r"Coût [A-Z]{3}")


def indexed(table: Table, memory: Memory) -> tuple[dict[str, Page], tuple[Page, ...], list[Double]]:
    """The rows by key, those without one, and the second ones. A row that we remember is its key's
    whatever somebody has written into its key; else the oldest of a key is."""
    known = {page: key for key, page in memory.pages.items()}
    groups: defaultdict[str, list[Page]] = defaultdict(list)
    unkeyed: list[Page] = []
    for page in table.pages:
        key = known.get(page.id) or key_on(page, table.columns)
        (groups[key] if key else unkeyed).append(page)
    rows, doubles = {}, []
    for key, pages in groups.items():
        rows[key], *others = sorted(pages, key=lambda page: page.id not in known)
        doubles += [_double(key, rows[key], one, table) for one in others]
    return rows, tuple(unkeyed), doubles


def _double(key: str, kept: Page, other: Page, table: Table) -> Double:
    """Ours is what the one who made the kept row made again, and nobody has added anything to. A
    row that a person duplicated is the person's, who may be about to change it."""
    is_ours = (
        other.created_by == kept.created_by
        and not is_manual(kept, table.columns)
        and is_untouched(other, table)
    )
    return Double(key, kept, other, is_ours)


def is_untouched(page: Page, table: Table) -> bool:
    """Whether nothing in the row is a person's: no note, no own column, no lock, not typed."""
    columns = table.columns
    is_theirs = is_manual(page, columns) or is_ticked(page.cell(columns.get("locked")))
    return not is_theirs and all(is_empty(cell) for cell in _own_cells(page, columns))


def _own_cells(page: Page, columns: Columns) -> Iterator[Mapping[str, object]]:
    ours = {name for name, one in usages().items() if one.owner in ("ours", "once")}
    managed = {one.name for name, one in columns.items() if name in ours}
    for name, cell in page.named.items():
        is_ours = (
            name in managed or composed(name) in EARLIER_ONLY or _COST.fullmatch(composed(name))
        )
        if not is_ours and kind_of(cell) not in COMPUTED:
            yield cell


def by_age(pages: Iterable[Page]) -> Sequence[Page]:
    """The oldest first. Notion cuts the time to the minute: within one the id decides."""
    return sorted(pages, key=lambda page: (page.created_at, page.id))
