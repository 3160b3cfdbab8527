"""Formulas, as far as the earlier system's databases have them: properties and literals, added."""

import json
import re
from typing import TYPE_CHECKING, Any

from ecot.sandbox.notion.records import DataSource, Json, Page, Property
from ecot.sandbox.notion.refusals import invalid, no_such_property
from ecot.sandbox.notion.values import json_number

if TYPE_CHECKING:
    from ecot.sandbox.notion.workspace import Workspace

NAMED = re.compile(r'prop\("([^"]+)"\)')
MARKED = re.compile(r"\{\{([^}]+)\}\}")
TERM = re.compile(r'\s*(\{\{[^}]+\}\}|"[^"]*"|-?\d+(?:\.\d+)?)\s*(\+|$)')
SPACE = "00000000-0000-4000-8000-0000000000f0"


def kept_expression(table: DataSource, expression: str) -> str:
    """`prop("Name") + "!"` with the ids of its properties, so that it outlives their names."""

    def marked(found: re.Match[str]) -> str:
        column = table.named(found[1])
        if column is None:
            raise no_such_property(found[1])
        return f"{{{{{column.id}}}}}"

    kept = NAMED.sub(marked, expression)
    if "".join(found[0] for found in TERM.finditer(kept)) != kept or not kept:
        raise invalid(f"Type error with formula: {expression}")
    return kept


def shown_expression(table: DataSource, kept: str) -> str:
    """The expression as an answer has it (recorded 2026-06-27)."""
    return MARKED.sub(rf"{{{{notion:block_property:\1:{table.id}:{SPACE}}}}}", kept)


def formula_value(world: "Workspace", page: Page, column: Property) -> Json:
    """A number if every term is one, otherwise their text in a row."""
    terms = [_term(world, page, found[1]) for found in TERM.finditer(column.config["expression"])]
    if all(isinstance(term, int | float) or term is None for term in terms):
        known = [term for term in terms if term is not None]
        return {"type": "number", "number": json_number(float(sum(known))) if known else None}
    return {
        "type": "string",
        "string": "".join("" if each is None else str(each) for each in terms),
    }


def _term(world: "Workspace", page: Page, term: str) -> Any:
    marked = MARKED.fullmatch(term)
    if not marked:
        return json.loads(term)
    column = world.columns(page).get(marked[1])
    return None if column is None else world.plain(page, column)
