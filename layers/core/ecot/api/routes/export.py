"""`GET /export`: the rows for spreadsheets and other programs, or the ledger for another Ecot."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated, Literal, NamedTuple

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from ecot.api import parameters
from ecot.api.answers import dated, is_known, kept
from ecot.api.asked import Asked, asked
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as_file
from ecot.jobs.dump import write_dump
from ecot.jobs.export import write_csv
from ecot.jobs.focus_export import write_focus
from ecot.model.period import DAY, Month

router = new_router()
Format = Literal["csv", "focus", "json"]
_As = Annotated[Format, Query(description="Rows as CSV, what counts as FOCUS, the ledger as JSON.")]
Span = tuple[date, date]


class _Form(NamedTuple):
    kind: str
    ending: str
    make: Callable[[Asked, Span], Iterable[bytes]]


def _csv(one: Asked, span: Span) -> Iterable[bytes]:
    return write_csv(one.place, one.setup.question(span))


def _focus(one: Asked, span: Span) -> Iterable[bytes]:
    return write_focus(one.place, one.setup.question(span))


def _json(one: Asked, span: Span) -> Iterable[bytes]:
    """What was said of runs and mails, and kept answers, are for admins: they name recipients."""
    is_admin = one.grant is not None and one.grant.role == "admin"
    months = Month.of(span[0]), Month.of(span[1] - DAY)
    people = one.setup.settings.people
    return write_dump(one.place, *months, people=people, runs=is_admin)


_FORMS: Mapping[Format, _Form] = {
    "csv": _Form("text/csv", "csv", _csv),
    "focus": _Form("text/csv", "focus.csv", _focus),
    "json": _Form("application/json", "json", _json),
}


@router.get(
    "/export",
    summary="Rows and ledger",
    tags=["figures"],
    responses={200: described_as_file(("text/csv", "application/json"), "The file")},
)
def export(
    format: _As = "csv",
    month: parameters.OfMonth = None,
    first: parameters.From = None,
    after: parameters.To = None,
) -> Response[bytes]:
    """Gives the rows of the days that are asked about as CSV, what counts in totals as FOCUS, or
    whole months of the ledger as JSON, which `ecot import json` reads."""
    one, form = asked(), _FORMS[format]
    span = parameters.span_of(month, first, after, one.setup.today)
    headers = kept(one) | dated(one)
    if is_known(one, headers["ETag"]):
        return Response(HTTPStatus.NOT_MODIFIED, None, b"", headers)
    name = f"ecot-{span[0]}-{span[1]}.{form.ending}"
    body = b"".join(form.make(one, span))
    headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(HTTPStatus.OK, f"{form.kind}; charset=utf-8", body, headers)
