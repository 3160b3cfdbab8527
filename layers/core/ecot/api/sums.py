"""Totals as several routes answer with them."""

from typing import Any

from ecot.edge.documents import coverage_fields
from ecot.jobs.query import By, Group, Slice, Totals
from ecot.language import Language


def sums_of(found: Totals, language: Language) -> dict[str, Any]:
    """The total, its origin and what is missing, without its groups."""
    reason = None if found.total is not None else language.say("No cost is known in these days.")
    return {
        "from": found.first,
        "to": found.after,
        "currency": found.currency,
        "total": found.total,
        "tax": found.tax,
        "unconverted": found.unconverted,
        "coverage": coverage_fields(found),
        "reason": reason,
    }


def groups_of(found: Slice, by: By) -> list[Group]:
    """The lines by one dimension: days in their order, everything else from dear to cheap."""
    groups = found.by(by).groups
    return sorted(groups, key=lambda one: one.key or "") if by == "day" else list(groups)
