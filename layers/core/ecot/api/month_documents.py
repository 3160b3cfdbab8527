"""A month's costs beside what was earned in it, as JSON, with why what is null is not known."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ecot.edge.documents import coverage_fields
from ecot.jobs.metrics import BusinessMonth
from ecot.language import Language
from ecot.model.sentence import Sentence

_RUNS_ON = Sentence("The month is not over.")
_NO_COST = Sentence("No cost is known in this month.")
_NO_TAX = Sentence("No tax was stated in this month, or it has no exchange rate.")
_UNREAD = Sentence("Days of costs were not read.")
_NOT_EARNED = Sentence("No revenue was read in this month.")
_PART_EARNED = Sentence("Days of revenue were not read, or a part of it has no exchange rate.")
_NO_MRR = Sentence("MRR was not read of every account in this month, or has no exchange rate.")


def month_fields(one: BusinessMonth, language: Language) -> dict[str, Any]:
    """The month."""
    figures: dict[str, Decimal | None] = {
        "cost": one.costs.total,
        "tax": one.costs.tax,
        "earned": one.earned.amount if one.earned else None,
        "mrr": one.recurring.amount if one.recurring else None,
        "net_margin": one.net_margin,
        "mrr_margin": one.mrr_margin,
        "paying_subscribers": one.recurring.paying if one.recurring else None,
        "cost_per_subscriber": one.cost_per_subscriber,
    }
    why = _why(one)
    reasons = {name: language.sentence(why[name]) for name in figures if figures[name] is None}
    return {
        "month": str(one.month),
        "from": one.costs.first,
        "to": one.costs.after,
        "is_over": one.is_over,
        "categories": one.categories,
        "mrr_day": one.recurring.day if one.recurring else None,
        "unconverted": one.costs.unconverted,
        "coverage": coverage_fields(one.costs),
        "reasons": reasons,
        **figures,
    }


def _why(one: BusinessMonth) -> Mapping[str, Sentence]:
    """Why each figure would be null."""
    of_cost = _NO_COST if one.costs.total is None else _UNREAD if one.is_over else _RUNS_ON
    is_costed = one.cost is not None
    earned = _NOT_EARNED if one.earned is None else _PART_EARNED
    return {
        "cost": of_cost,
        "tax": _NO_TAX,
        "earned": earned,
        "mrr": _NO_MRR,
        "paying_subscribers": _NO_MRR,
        "net_margin": earned if is_costed else of_cost,
        "mrr_margin": _NO_MRR if is_costed else of_cost,
        "cost_per_subscriber": _NO_MRR if is_costed else of_cost,
    }
