"""The demo's Notion and its mail, in a line each."""

from pathlib import Path

from ecot.cli.session import Session
from ecot.cli.show import complain, tell
from ecot.jobs.demo.cycle import Evening, Shown
from ecot.jobs.notion.kept import NotionSync


def tell_cycle(session: Session, shown: Shown) -> None:
    """What the first run wrote and sent, and that the second had nothing left to do."""
    say, number = session.language.say, session.language.number
    first, again = shown.first, shown.again
    tell(
        "✓ "
        + say(
            "Notion: {databases} databases, {rows} rows written in {calls} calls. "
            "Once more: {again} calls, {written} rows written.",
            databases=number(len(shown.notion.databases)),
            rows=number(_written(first.synced)),
            calls=number(first.calls),
            again=number(again.calls),
            written=number(_written(again.synced)),
        )
    )
    for mail in shown.mails:
        tell(f"✓ {say('Mail: {file}. Once more: nothing to send.', file=_short(mail))}")
    for evening in (first, again):
        _tell_problem(session, evening)


def _written(sync: NotionSync) -> int:
    return sync.created + sync.updated


def _short(path: Path) -> str:
    """As a person would say it from where they are."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def _tell_problem(session: Session, evening: Evening) -> None:
    """What the demo ought never to say."""
    if evening.synced.message is not None:
        complain(session.language, evening.synced.message, evening.synced.remedy)
    sending = evening.mailed.sending
    if sending is not None and sending.mail.problem is not None:
        complain(session.language, sending.mail.problem, sending.mail.remedy)
