"""`POST /send-report`: a month's mail, to those of the settings who have not had it; `GET`: what
became of it."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query

from ecot.api import parameters
from ecot.api.answers import json_answer
from ecot.api.asked import Asked, asked
from ecot.api.bodies import body_of
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as, sent_as
from ecot.api.shapes.mails import MailAsked, MailsOfMonth, SendBody
from ecot.edge.documents import said
from ecot.errors import LedgerError
from ecot.jobs.runs.events import Send
from ecot.jobs.written import begun_month
from ecot.model.mail import Mail
from ecot.model.period import Month

router = new_router()
_PATH = "/send-report"
_Which = Annotated[
    str | None,
    Query(description="A month (UTC). Default: the one before.", pattern=parameters.A_MONTH),
]


@router.post(
    _PATH,
    summary="Mail a month",
    tags=["mails"],
    status_code=HTTPStatus.ACCEPTED,
    responses={202: described_as(MailAsked, "It is being sent; `status` shows what becomes of it")},
    openapi_extensions=sent_as(SendBody, {"month": "2026-10"}),
)
def send() -> Response[str]:
    """Has the report of a month (by default: the one before) mailed to those of the settings who
    have not had it; nobody gets one twice, unless `again` says so."""
    from ecot.edge.mailing import recipients_of  # what mails need: slow
    from ecot.jobs.site.history import known_months

    one = asked()
    body = body_of(one, SendBody)
    month = _month(body.month, one.setup.today)
    recipients_of(one.setup)  # nobody: that is said now, and not in a log
    if month not in known_months(one.place.store, one.setup.today):
        raise LedgerError(
            "The ledger holds nothing for {days}",
            remedy="Ask for another month with --month, or collect it first.",
            days=one.language.month(month),
        )
    one.world.hand("send", Send(month=str(month), again=body.again, asked_at=one.now))
    status = f"{_PATH}?month={month}"
    document = {"month": str(month), "again": body.again, "status": status}
    return json_answer(document, HTTPStatus.ACCEPTED, {"Location": status})


@router.get(
    _PATH,
    summary="Mails about a month",
    tags=["mails"],
    responses={200: described_as(MailsOfMonth)},
)
def mails(month: _Which = None) -> Response[str]:
    """Lists what is known of the mails about a month, in the order in which they were begun: none
    where nobody has begun one. It sends nothing."""
    from ecot.jobs.mail.report import mails_about  # what mails need: slow

    one = asked()
    chosen = _month(month, one.setup.today)
    found = mails_about(one.place.store, chosen, one.setup.today)
    return json_answer({"month": str(chosen), "mails": [_fields(one, mail) for mail in found]})


def _month(text: str | None, today: date) -> Month:
    return begun_month(text, today) if text else Month.of(today).previous()


def _fields(one: Asked, mail: Mail) -> dict[str, Any]:
    is_out = mail.state == "sent"
    return {
        "state": mail.state,
        "subject": mail.title,
        "recipients": len(mail.to),
        "by": mail.by,
        "tried_at": mail.tried_at,
        "sent_at": mail.sent_at,
        "delivery": mail.delivery,
        "problem": None if is_out else said(mail.problem, one.language),
        "remedy": None if is_out else said(mail.remedy, one.language),
    }
