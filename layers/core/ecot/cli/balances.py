"""`ecot balances`: how accounts stood when they were last read."""

from collections.abc import Mapping
from typing import Any

import typer

from ecot.cli import options
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import print_json, print_table, tell
from ecot.jobs.balances import latest_balances
from ecot.jobs.known import titles
from ecot.jobs.query import names
from ecot.jobs.rows import fields
from ecot.model.money import text
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence

_HEADINGS = (
    Sentence("Day"),
    Sentence("Account"),
    Sentence("What"),
    Sentence("Whose"),
    Sentence("Left"),
    Sentence("Used"),
    Sentence("Of"),
)


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_balances = examples("ecot balances", "ecot balances --provider openrouter --json")
    app.command("balances", rich_help_panel="Ask", epilog=of_balances)(balances)


def balances(
    provider: options.Provider = None,
    account: options.Account = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Show prepaid credit, quotas and money owed, as each account last stood.

    A balance is of the day on which it was read; none is older than the month before.
    """
    session = Session(config)
    span = (Month.of(session.today).previous().first, session.today + DAY)
    known = names(session.place.store, titles())
    question = session.question(span, provider, account)
    found = [fields(one, known) for one in latest_balances(session.place, question)]
    if json:
        print_json({"balances": found})
    elif found:
        headings = [session.language.sentence(one) for one in _HEADINGS]
        print_table(headings, (_line(one) for one in found), right=3)
    else:
        tell(session.language.say("No balance was read this month or the month before."))


def _line(one: Mapping[str, Any]) -> list[str]:
    ids = ("api_key_name", "api_key_id", "sub_account_name", "sub_account_id", "resource_id")
    whose = next((one[name] for name in ids if one[name]), "—")
    amounts = (one["remaining"], one["used"], one["limit"])
    stands = ["—" if amount is None else f"{text(amount)} {one['unit']}" for amount in amounts]
    return [str(one["charge_period"].start.date()), one["account"], one["name"], whose, *stands]
