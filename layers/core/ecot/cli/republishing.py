"""What is changed from here in a deployed ledger is on its site soon, not only after a night."""

from ecot.cli.session import Session
from ecot.cli.show import complain, sentences, tell
from ecot.errors import EcotError
from ecot.jobs.runs.events import Publish
from ecot.jobs.stacks import hand_of
from ecot.model.sentence import Sentence

_LATER = Sentence("The change is in the ledger; the next night's run shows it.")
SETTINGS_LATER = Sentence(
    "The settings hold; the site shows what it did until the next night's run."
)


def publish_there(session: Session, later: Sentence = _LATER) -> None:
    """Has the stack that was named publish what its ledger holds now, in Notion and on its site; of
    a ledger here nothing is published by itself. What was changed stays changed where the stack
    cannot be told: `later` says so, and the next night does it."""
    if session.deployed is None:
        return
    try:
        with hand_of(session.deployed.stack) as hand:
            hand("publish", Publish())
    except EcotError as error:
        problem, _ = sentences(error)
        complain(session.language, problem, later, mark="~")
        return
    tell(session.language.say("The site of {stack} is made anew.", stack=session.deployed.stack))
