"""`GET /costs`: what was spent, by whatever tells costs apart."""

from collections.abc import Callable
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from ecot.api import parameters
from ecot.api.answers import page, read, state_of
from ecot.api.asked import Asked
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as
from ecot.api.shapes.costs import Costs
from ecot.edge.documents import totals_document
from ecot.jobs.known import titles
from ecot.jobs.query import Slice, cube_of, names
from ecot.model.figure import Figure

router = new_router()

_Part = Annotated[
    str | None,
    Query(description="Only this workspace or project: its id, or its name.", max_length=200),
]
_By = Annotated[
    str,
    Query(
        description=f"By what: {', '.join(parameters.DIMENSIONS)}; several with commas.",
        max_length=100,
        examples=["provider", "sub_account,model"],
    ),
]


@router.get("/costs", summary="Costs", tags=["figures"], responses={200: described_as(Costs)})
def costs(
    by: _By = "provider",
    provider: parameters.Provider = None,
    account: parameters.Account = None,
    workspace: _Part = None,
    project: _Part = None,
    month: parameters.OfMonth = None,
    first: parameters.From = None,
    after: parameters.To = None,
    limit: parameters.Limit = 500,
    cursor: parameters.Cursor = None,
) -> Response[str]:
    """Adds up costs, net of tax, and says where they come from and what is missing, as
    `ecot totals --json` does. `workspace` and `project` are two words for one thing: what a
    provider divides an account into (`/workspaces` says what that is at each)."""

    def make(one: Asked) -> dict[str, Any]:
        columns = parameters.dimensions_of(by)
        span = parameters.span_of(month, first, after, one.setup.today)
        question = one.setup.question(span, provider, account)
        only = _inside(one, [part for part in (workspace, project) if part is not None])
        found = Slice(one.place.store, question, titles(), cube_of(columns), only)
        document = totals_document(found.by(*columns))
        document["groups"], following = page(document["groups"], limit, cursor, state_of(one))
        reason = None
        if document["total"] is None:
            reason = one.language.say("No cost is known of that, in these days.")
        return document | {"by": columns, "next": following, "reason": reason}

    return read(make)


def _inside(one: Asked, parts: list[str]) -> Callable[[Figure], bool] | None:
    """Whether a figure is of each of the workspaces: by the id, or the name, of its own."""
    if not parts:
        return None
    known = names(one.place.store, titles())

    def is_inside(figure: Figure) -> bool:
        part = figure.cell.sub_account_id
        return all(wanted in (part, known.get(f"{figure.provider}/{part}")) for wanted in parts)

    return is_inside
