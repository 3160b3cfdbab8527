"""`ecot send`: the month's mail, by Resend or into the outbox, once."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from ecot.cli import options
from ecot.cli.options import examples, flag, valued
from ecot.cli.session import Session
from ecot.cli.show import complain, out, print_json, tell
from ecot.edge import mailing
from ecot.edge.cloud import of_mailing
from ecot.errors import SettingsError
from ecot.jobs.mail.report import send_report
from ecot.jobs.mail.send import Sending
from ecot.jobs.place import OUTBOX
from ecot.jobs.written import begun_month
from ecot.model.mail import Mail
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.settings.addresses import mail_address

To = Annotated[
    list[str] | None,
    valued("--to", "ADDRESS", "Whom to send it to, in the place of `[mail] to`; repeatable."),
]
Again = Annotated[bool, flag("--again", "Send it to all of them once more.")]
_DONE = ("sent", "already")


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_send = examples(
        "ecot send --month 2026-01",
        "ecot send --month 2026-01 --to camille@lumen.example --json",
        "ecot send --month 2026-01 --again",
    )
    app.command("send", rich_help_panel="Ask", epilog=of_send)(send)


def send(
    month: options.OfMonth = None,
    to: To = None,
    is_again: Again = False,
    currency: options.Currency = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Mail the report of a month (default: the one before), to everybody who has not had it yet.

    By Resend, where its key is set, else as a file into `outbox` in `ECOT_HOME`, which a mail
    program opens. Prints the id of the mail, or the path of the file. Nobody gets a month twice
    (a month that still runs: twice a day), unless with `--again`.
    """
    session = Session(config, currency, wanted=of_mailing)
    wanted = begun_month(month, session.today) if month else None
    wanted = wanted or Month.of(session.today).previous()
    done = send_report(
        session.place,
        mailing.post_of(session),
        session.edition(),
        wanted,
        recipients_of(session, to),
        mailing.letterhead_of(session),
        session.now,
        again=is_again,
    )
    if json:
        print_json(_document(session, wanted, done))
    else:
        tell_sending(session, wanted, done, _print)
    if done.state not in _DONE:
        raise typer.Exit(1)


def recipients_of(session: Session, to: list[str] | None = None) -> tuple[str, ...]:
    """Those of the command, else those of the settings."""
    try:
        found = tuple(mail_address(one) for one in to or ())
    except ValueError:
        raise SettingsError(
            "--to takes addresses of mail, and not {text}",
            remedy="Such as --to camille@lumen.example, once for each.",
            text=", ".join(map(repr, to or ())),
        ) from None
    return found or mailing.recipients_of(session)


def _print(where: str) -> None:
    out().print(where, markup=False)


def tell_sending(
    session: Session, month: Month, done: Sending, told: Callable[[str], None]
) -> None:
    """What happened; `told` is given what the mail is called, or the path of its file."""
    language, mail = session.language, done.mail
    values = {"month": language.month(month), "to": ", ".join(mail.to)}
    if done.state == "sent" and mail.by == OUTBOX:
        tell(language.say("The mail about {month} is in the outbox, for {to}:", **values))
    elif done.state == "sent":
        tell(language.say("The mail about {month} went to {to}:", **values))
    elif done.state == "already" and mail.sent_at is not None:
        when = language.moment(mail.sent_at)
        tell(
            language.say("The mail about {month} was sent on {when}, to {to}:", when=when, **values)
        )
        tell(language.say("Nothing was sent. `--again` sends it once more."))
    else:
        problem = _problem(done)
        complain(language, problem, mail.remedy)
    if done.state in _DONE and mail.id is not None:
        told(_where(session, mail))


def _problem(done: Sending) -> Sentence:
    if done.state == "busy":
        return Sentence("Another Ecot is sending this mail just now: try again in five minutes")
    return done.mail.problem or Sentence("The mail was not sent")


def _where(session: Session, mail: Mail) -> str:
    """The path of a mail in the outbox; Resend's own name of another."""
    name = mail.id or ""
    return str(session.outbox.root / name) if mail.by == OUTBOX else name


def _document(session: Session, month: Month, done: Sending) -> dict[str, Any]:
    mail, said = done.mail, session.language.sentence
    is_out = done.state in _DONE
    return {
        "month": str(month),
        "state": done.state,
        "by": mail.by,
        "from": mail.sender,
        "to": mail.to,
        "subject": mail.title,
        "sent_at": mail.sent_at,
        "id": mail.id if is_out and mail.by != OUTBOX else None,
        "file": _where(session, mail) if is_out and mail.by == OUTBOX else None,
        "delivery": mail.delivery,
        "problem": None if is_out else said(_problem(done)),
        "remedy": said(mail.remedy) if mail.remedy else None,
    }
