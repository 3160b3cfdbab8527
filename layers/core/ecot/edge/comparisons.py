"""What `ecot compare --json` says, field by field."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ecot.jobs.side_by_side import Amount, CompareView, ModelUse, Pair, Workspace
from ecot.model.period import Month


def pair_document(found: Pair, currency: str) -> dict[str, Any]:
    """`--by provider`; the last line is all of them together."""
    lines = [
        {
            "provider": one.key,
            "name": one.name,
            "cost": _amount(one.now),
            "cost_before": _amount(one.before),
            "difference": one.difference,
            "percent": one.percent,
        }
        for one in found.lines
    ]
    return {
        "by": "provider",
        "currency": currency,
        "month": str(found.month),
        "with": str(found.other),
        "lines": lines,
    }


def months_document(view: CompareView, months: Iterable[Month]) -> dict[str, Any]:
    """`--by month`; the last row is all of them together."""
    chosen = list(months)
    places = [view.months.index(month) for month in chosen]
    rows = [
        {
            "provider": row.key,
            "name": row.name,
            "costs": [_amount(row.amounts[place]) for place in places],
        }
        for row in view.rows
    ]
    return {
        "by": "month",
        "currency": view.facts.currency,
        "months": [str(month) for month in chosen],
        "rows": rows,
    }


def projects_document(
    found: Iterable[Workspace], days: tuple[date, date], currency: str, names: Mapping[str, str]
) -> dict[str, Any]:
    """`--by workspace`"""
    first, after = days
    return {
        "by": "workspace",
        "currency": currency,
        "from": first,
        "to": after,
        "workspaces": [
            {
                "account": one.account,
                "sub_account": one.sub_account_id,
                "name": names.get(f"{one.account.partition('/')[0]}/{one.sub_account_id}"),
                **_asked(one),
                "dominant_model": one.dominant.model if one.dominant else None,
                "models": [{"model": used.model, **_asked(used)} for used in one.models],
            }
            for one in found
        ],
    }


def _amount(one: Amount) -> dict[str, Any]:
    """`billed_cost` is None where none is known, and where there was nothing at all: then
    `is_nothing` says so."""
    return {"billed_cost": one.cost, "lacks": one.lacks, "is_nothing": one.is_nothing}


def _asked(one: Workspace | ModelUse) -> dict[str, Any]:
    return {
        "billed_cost": one.cost,
        "lacks": one.lacks_cost,
        "is_replaced": one.is_replaced,
        "requests": one.requests,
        "tokens": one.tokens,
        "cost_per_request": one.mean,
    }
