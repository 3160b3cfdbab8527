"""Figures of a few months for other programs, asked as the pages ask them."""

from collections.abc import Sequence

from ecot.analysis.efficiency import Failures, ModelUse, Spender
from ecot.analysis.margin import BusinessMonth
from ecot.jobs.site.business import business_month, used
from ecot.jobs.site.earned import Earnings
from ecot.jobs.site.history import History
from ecot.model.figure import Figure
from ecot.model.period import Month
from ecot.report.business_facts import MonthOfUse

__all__ = [
    "BusinessMonth",
    "Failures",
    "ModelUse",
    "MonthOfUse",
    "Spender",
    "of_infrastructure",
    "summaries",
    "used",
]


def summaries(history: History, months: Sequence[Month]) -> list[BusinessMonth]:
    """What the months cost by category, and what was earned in them. `months` are in order."""
    earnings = Earnings(history, months[0].first, months[-1].after)
    return [
        business_month(history, month, history.month(month, "service").figures, earnings)
        for month in months
    ]


def of_infrastructure(figure: Figure) -> bool:
    """Whether it is of servers, storage and what runs on them."""
    return figure.cell.category == "infrastructure"
