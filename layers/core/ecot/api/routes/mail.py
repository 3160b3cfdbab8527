"""`POST /send-report`: a month's mail, now, to those of the settings who have not had it."""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from ecot.api import parameters
from ecot.api.answers import json_answer
from ecot.api.asked import Asked, asked
from ecot.api.bodies import body_of
from ecot.api.problems import Failed
from ecot.api.routes.routers import new_router
from ecot.api.shapes import SendBody, Sent, described_as, sent_as
from ecot.edge.documents import said
from ecot.jobs.place import is_on_aws
from ecot.model.period import Month
from ecot.model.sentence import Sentence

router = new_router()
_NO_POST = Sentence("Mails are not sent from here: there is no key of Resend")
_NO_POST_REMEDY = Sentence("Store RESEND_API_KEY among the secrets of the stack.")
_DONE = ("sent", "already")


@router.post(
    "/send-report",
    summary="Mail a month",
    tags=["mails"],
    responses={200: described_as(Sent, "What became of it")},
    openapi_extensions=sent_as(SendBody, {"month": "2026-10"}),
)
def send() -> Response[str]:
    """Mails the report of a month (by default: the one before) to those of the settings who have
    not had it; nobody gets one twice, unless `again` says so."""
    from ecot.edge.mailing import letterhead_of, post_of, recipients_of  # what mails need: slow
    from ecot.jobs.mail.report import send_report

    one = asked()
    body = body_of(one, SendBody)
    _refuse_nowhere(one)
    today = one.setup.today
    month = parameters.month_of(body.month, today) if body.month else Month.of(today).previous()
    done = send_report(
        one.place,
        post_of(one.setup),
        one.setup.edition(),
        month,
        recipients_of(one.setup),
        letterhead_of(one.setup),
        one.setup.now,
        again=body.again,
    )
    mail, is_out = done.mail, done.state in _DONE
    return json_answer(
        {
            "month": str(month),
            "state": done.state,
            "subject": mail.title,
            "sent_at": mail.sent_at,
            "problem": None if is_out else said(mail.problem, one.language),
            "remedy": None if is_out else said(mail.remedy, one.language),
        },
        HTTPStatus.OK if is_out else HTTPStatus.BAD_GATEWAY,
    )


def _refuse_nowhere(one: Asked) -> None:
    """A function has no key of Resend, and nobody looks into its outbox."""
    home, mail = one.setup.settings.home, one.setup.settings.mail
    if is_on_aws(str(home)) and mail.secret is None:
        raise Failed(HTTPStatus.CONFLICT, _NO_POST, _NO_POST_REMEDY)
