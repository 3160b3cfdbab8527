"""The table of usage that ElevenLabs answers with, as it has been seen and as it is documented.

Source: answers that third parties have recorded (2026-04 to 2026-10) for columns, units and rows of
zeros; the sample of the API reference (2026) for the documented form.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from ecot.sandbox.elevenlabs.query import GROUPS, Question
from ecot.sandbox.elevenlabs.truth import Use

MEASURES: Sequence[tuple[str, str, str | None]] = (
    ("timestamp", "DateTime", None),
    ("total_usage", "Int", "credits"),
    ("total_minutes", "Float", "min"),
    ("total_cost", "Float", "usd"),
    ("usage_count", "Int", None),
    ("total_charge_count", "Float", None),
)


def table(question: Question, uses: Iterable[Use]) -> dict[str, object]:
    """The answer as it has been seen: groups first, zeros where nothing was used."""
    found: dict[tuple[str | None, ...], dict[datetime, list[Use]]] = defaultdict(dict)
    if not question.groups:
        found[()] = {}
    for use in uses:
        place = tuple(_group(use, name) for name in question.groups)
        found[place].setdefault(question.bucket(use.moment), []).append(use)
    keyed = "hashed_xi_api_key" in question.groups
    named = [("api_key_name", "String", None)] if keyed else []
    columns = [*((name, "String", None) for name in question.groups), *MEASURES, *named]
    return {
        "columns": [name for name, _, _ in columns],
        "column_types": [kind for _, kind, _ in columns],
        "column_units": [unit for _, _, unit in columns],
        "rows": [
            [
                *place,
                *_measures(start, buckets.get(start, [])),
                *([_name(buckets)] if keyed else []),
            ]
            for place, buckets in found.items()
            for start in question.buckets()
        ],
    }


def _group(use: Use, name: str) -> str | None:
    """A use's value of a group; what these workspaces have nothing of is null."""
    values = {
        "product_type": use.product,
        "model": use.model,
        "hashed_xi_api_key": use.key.hash if use.key else None,
        "reporting_workspace_id": use.workspace,
    }
    return values.get(name)


def _measures(start: datetime, uses: Sequence[Use]) -> list[object]:
    minutes = sum((use.minutes for use in uses), Decimal(0))
    worth = sum((use.worth for use in uses), Decimal(0))
    moment = start.strftime("%Y-%m-%dT%H:%M:%SZ")
    return [moment, sum(use.credits for use in uses), minutes, worth, len(uses), Decimal(len(uses))]


def _name(buckets: dict[datetime, list[Use]]) -> str | None:
    return next((use.key.name for uses in buckets.values() for use in uses if use.key), None)


def as_documented(answer: dict[str, Any]) -> dict[str, object]:
    """The same in the documentation's form: other columns, numbers as texts, "" for no unit."""
    names = [*(name for name in answer["columns"] if name in GROUPS)]
    kept = [answer["columns"].index(name) for name in ("timestamp", *names, "total_usage")]
    return {
        "columns": ["timestamp", *names, "credits_used"],
        "column_types": ["DateTime", *("String" for _ in names), "Float"],
        "column_units": ["s", *("" for _ in names), "credits"],
        "rows": [[*(row[at] for at in kept[:-1]), str(row[kept[-1]])] for row in answer["rows"]],
    }
