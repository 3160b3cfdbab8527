"""`GET /report` and `/dashboard`: a month, and the last days, as the pages have them."""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from ecot.api import parameters
from ecot.api.answers import read
from ecot.api.asked import Asked
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as
from ecot.api.shapes.report import Dashboard, Report
from ecot.api.sums import groups_of, sums_of
from ecot.edge.bill_documents import settlement_fields
from ecot.jobs.known import titles
from ecot.jobs.query import Slice
from ecot.jobs.site.history import History
from ecot.jobs.site.month import month_facts
from ecot.jobs.written import begun_month
from ecot.model.period import DAY, Month

router = new_router()
_Days = Annotated[int, Query(description="How many days, today inside.", ge=1, le=400)]


@router.get("/report", summary="A month", tags=["figures"], responses={200: described_as(Report)})
def report(month: parameters.OfMonth = None) -> Response[str]:
    """Says of a month what its page says: the total and its origin, what is missing, and the costs
    by provider, account, workspace, model and category."""

    def make(one: Asked) -> dict[str, Any]:
        today = one.setup.today
        chosen = begun_month(month, today) if month else Month.of(today)
        history = History(one.place, one.setup.edition())
        facts = month_facts(history, chosen)
        question = one.setup.question((chosen.first, chosen.after))
        asked = Slice(one.place.store, question, titles())
        return {
            "month": str(chosen),
            "state": facts.state,
            "months": [str(known) for known in history.months],
            "totals": sums_of(facts.by_provider, one.language),
            "by_provider": facts.by_provider.groups,
            "by_account": facts.by_account.groups,
            "by_sub_account": facts.by_sub_account.groups,
            "by_model": facts.by_model.groups,
            "by_category": asked.by("category").groups,
            "bills": [settlement_fields(bill) for bill in facts.by_provider.bills],
            "restatements": facts.restatements,
        }

    return read(make)


@router.get(
    "/dashboard",
    summary="The last days",
    tags=["figures"],
    responses={200: described_as(Dashboard)},
)
def dashboard(days: _Days = 90) -> Response[str]:
    """Adds up the last days, today inside, and as many before them. A day that nobody has told of
    has no line: it is not known."""

    def make(one: Asked) -> dict[str, Any]:
        after = one.setup.today + DAY
        first = after - days * DAY
        now = Slice(one.place.store, one.setup.question((first, after)), titles())
        earlier = one.setup.question((first - days * DAY, first))
        before = Slice(one.place.store, earlier, titles())
        return {
            "days": days,
            "totals": sums_of(now.by("provider"), one.language),
            "previous": sums_of(before.by("provider"), one.language),
            "by_day": groups_of(now, "day"),
            "by_provider": groups_of(now, "provider"),
            "by_category": groups_of(now, "category"),
            "by_model": groups_of(now, "model"),
        }

    return read(make)
