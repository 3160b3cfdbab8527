"""`ecot links list` and `revoke`: the links of mails, each of which opens one month's report."""

from datetime import datetime
from typing import Annotated, Any

import typer

from ecot.cli import options
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import print_json, print_table, tell
from ecot.jobs import links as kept
from ecot.language import Language
from ecot.model.access import Token
from ecot.model.period import Month
from ecot.model.sentence import Sentence

PANEL = "Serve"
Which = Annotated[str, typer.Argument(metavar="ID", help="The id, as `ecot links list` shows it.")]
_HEADINGS = (
    Sentence("Link"),
    Sentence("Month"),
    Sentence("For"),
    Sentence("Made"),
    Sentence("How it stands"),
)


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    made = typer.Typer(help="The links in mails: see and revoke what opens a month's report.")
    of_list = examples("ecot links list", "ecot links list --json")
    made.command("list", epilog=of_list)(list_links)
    made.command("revoke", epilog=examples("ecot links revoke k7m2p9xq"))(revoke)
    app.add_typer(made, name="links", rich_help_panel=PANEL, no_args_is_help=True)


def list_links(json: options.Json = False, config: options.Config = None) -> None:
    """List the links that mails were given, without what opens them: that is in the mails alone."""
    session = Session(config)
    found, now = kept.links(session.place.store), session.now()
    if json:
        print_json({"links": [_fields(one, now) for one in found]})
        return
    if not found:
        tell(session.language.say("No mail was given a link."))
        return
    headings = [session.language.sentence(one) for one in _HEADINGS]
    print_table(headings, [_line(session.language, one, now) for one in found])


def revoke(link: Which, json: options.Json = False, config: options.Config = None) -> None:
    """Make a link open nothing any more; whoever has it open is asked to sign in."""
    session = Session(config)
    revoked = kept.revoke(session.place.store, link, session.now())
    if json:
        print_json(_fields(revoked, session.now()))
    else:
        tell(session.language.say("The link {id} opens nothing any more.", id=revoked.id))


def _fields(one: Token, now: datetime) -> dict[str, Any]:
    return {
        "id": one.id,
        "month": one.month,
        "for": one.label,
        "made_at": one.created,
        "ends_at": one.expires,
        "revoked_at": one.revoked,
        "is_open": one.holds(now),
    }


def _line(language: Language, one: Token, now: datetime) -> list[str]:
    month = language.month(Month.parse(one.month)) if one.month else ""
    return [one.id, month, one.label, language.moment(one.created), _standing(language, one, now)]


def _standing(language: Language, one: Token, now: datetime) -> str:
    if one.revoked is not None:
        return language.say("revoked on {day}", day=language.date(one.revoked.date()))
    if one.expires is None:
        return language.say("open")
    day = language.date(one.expires.date())
    return language.say("open until {day}" if one.holds(now) else "ended on {day}", day=day)
