"""What `ecot doctor --stack` says of the stack itself, beside its accounts."""

from collections.abc import Iterator
from typing import Any

from ecot.api.rules import READERS
from ecot.cli.session import Session, opened
from ecot.cli.show import complain, tell
from ecot.edge.deployed import Deployed
from ecot.edge.documents import said
from ecot.edge.signing_key import has_key
from ecot.edge.tokens import token_of
from ecot.jobs.access import tokens
from ecot.jobs.place import has_ledger
from ecot.jobs.runs.check import LATE
from ecot.jobs.runs.look import latest_runs
from ecot.model.sentence import Sentence

Said = tuple[Sentence, Sentence]


def stack_state(session: Session) -> dict[str, Any]:
    """Whether the stack has what it needs, and whether its runs end well."""
    language = session.language
    found = [] if session.deployed is None else list(_problems(session, session.deployed))
    for problem, remedy in found:
        complain(language, problem, remedy)
    if not found and session.deployed is not None:
        tell(f"✓ {session.deployed.stack}  {session.deployed.url}")
    return {
        "name": session.deployed and session.deployed.stack,
        "url": session.deployed and session.deployed.url,
        "state": "failed" if found else "ok",
        "problems": [
            {"message": said(problem, language), "remedy": said(remedy, language)}
            for problem, remedy in found
        ],
    }


def _problems(session: Session, deployed: Deployed) -> Iterator[Said]:
    stack = {"stack": deployed.stack}
    if session.settings.file is None:
        yield (
            Sentence("The stack {stack} has no settings yet", stack),
            Sentence("`ecot config push --stack {stack}` brings those of this folder.", stack),
        )
    if not has_key(deployed):
        yield (
            Sentence("The stack {stack} has no key to sign with yet", stack),
            Sentence("`ecot tokens new report --stack {stack}` makes it, and a token.", stack),
        )
    mail = session.settings.mail
    if mail.to and mail.secret is None:
        yield (
            Sentence(
                "No key sends mails from here: {variable} is not set",
                {"variable": mail.secret_name},
            ),
            Sentence("Keep it with `ecot connect resend`; the mail stays owed until then."),
        )
    if not has_token(session, deployed):
        yield (
            Sentence("No token opens the report of {stack}", stack),
            Sentence("`ecot tokens new report --stack {stack}` makes one.", stack),
        )
    yield from _runs(session, deployed)


def has_token(session: Session, deployed: Deployed) -> bool:
    """Whether anybody can sign in and read the report."""
    known = [token_of(one) for one in session.settings.tokens]
    if has_ledger(deployed.address):
        known += tokens(opened(deployed.address).store)
    return any(one.digest and one.role in READERS and one.holds(session.now()) for one in known)


def _runs(session: Session, deployed: Deployed) -> Iterator[Said]:
    """The last run. A ledger that was never begun has none; looking makes none."""
    runs = latest_runs(opened(deployed.address).store, 5) if has_ledger(deployed.address) else []
    done = [run.published_at for run in runs if run.published_at is not None]
    if not runs:
        yield (
            Sentence("No run has begun yet"),
            Sentence("The first one begins at night, or with `ecot connect` or a token now."),
        )
    elif not done or session.now() - max(done) > LATE:
        when = session.language.moment(max(done)) if done else "—"
        yield (
            Sentence("The last run that was published ended: {when}", {"when": when}),
            Sentence(
                "Look into the log of {stack}-check and {stack}-publish in CloudWatch, and at the "
                "alarms in docs/operate.md.",
                {"stack": deployed.stack},
            ),
        )
