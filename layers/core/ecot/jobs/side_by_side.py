"""Suppliers, months and projects side by side, as the page of comparisons has them."""

from collections.abc import Mapping

from ecot.analysis.workspaces import ModelUse, Workspace, workspaces
from ecot.errors import SettingsError
from ecot.jobs.query import Question, Slice
from ecot.jobs.site.compare import compare_facts
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.model.period import Month
from ecot.report.compare import Amount, Beside, CompareView, Pair, Row, compare_view, pair
from ecot.store.protocol import Place, Store

__all__ = [
    "Amount",
    "Beside",
    "CompareView",
    "ModelUse",
    "Pair",
    "Row",
    "Workspace",
    "by_month",
    "projects",
    "two_months",
]


def by_month(place: Place, edition: Edition) -> CompareView:
    """Every supplier in the ledger's months, the newest 36 of them."""
    return compare_view(compare_facts(History(place, edition)))


def two_months(view: CompareView, month: Month, other: Month) -> Pair:
    """A month beside another one, supplier by supplier. Raises SettingsError for one of which the
    ledger has nothing."""
    for one in (month, other):
        if one not in view.months:
            raise SettingsError(
                "The ledger holds nothing to compare for {month}",
                remedy="`ecot months` shows the months that it has.",
                month=str(one),
            )
    return pair(view.rows, view.months, month, other)


def projects(store: Store, question: Question, titles: Mapping[str, str]) -> list[Workspace]:
    """The projects that used AI on the question's days, from dear to cheap."""
    found = Slice(store, question, titles)
    missing = {gap.provider for gap in found.missing}
    return workspaces(found.figures, question.currency, missing)
