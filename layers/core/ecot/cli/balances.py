"""`ecot balances`: how accounts stood when they were last read."""

from collections.abc import Mapping
from decimal import Decimal
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
from ecot.language import Language
from ecot.model.money import CURRENCIES
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence
from ecot.report.words import QUANTITIES

_HEADINGS = (
    Sentence("Day"),
    Sentence("Account"),
    Sentence("What"),
    Sentence("Whose"),
    Sentence("Left"),
    Sentence("Used"),
    Sentence("Of"),
)
# What a supplier's balances are of; a name that is not here is shown as it stands.
_OF = {
    "credit": Sentence("prepaid credit"),
    "credits": Sentence("credits of the plan"),
    "overage": Sentence("owed beyond the plan"),
    "spend limit": Sentence("spending limit"),
    "key limit": Sentence("limit of a key"),
    "month to date usage": Sentence("used this month"),
    "owed": Sentence("owed of earlier bills"),
    "spend": Sentence("spent beyond the plan"),
    "value of use": Sentence("worth of all use, the plan's included"),
    "seats": Sentence("seats used in this cycle"),
    "seat without use": Sentence("seat without use for 30 days"),
}


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
    known = names(session.place.store, titles(), people=session.settings.people)
    question = session.question(span, provider, account)
    found = [fields(one, known) for one in latest_balances(session.place, question)]
    if json:
        print_json({"balances": found})
    elif found:
        headings = [session.language.sentence(one) for one in _HEADINGS]
        print_table(headings, (line_of(session.language, one) for one in found), right=3)
    else:
        tell(session.language.say("No balance was read this month or the month before."))


def line_of(language: Language, one: Mapping[str, Any]) -> list[str]:
    """A balance as a line of the table."""
    keys, accounts = ("api_key_name", "api_key_id"), ("sub_account_name", "sub_account_id")
    ids = (*keys, "user_name", "user", *accounts, "resource_id")
    whose = next((one[name] for name in ids if one[name]), "—")
    amounts = (one["remaining"], one["used"], one["limit"])
    stands = ["—" if each is None else _amount(language, each, one["unit"]) for each in amounts]
    name = language.sentence(_OF[one["name"]]) if one["name"] in _OF else one["name"]
    return [str(one["charge_period"].start.date()), one["account"], name, whose, *stands]


def _amount(language: Language, amount: Decimal, unit: str) -> str:
    """Money rounded for reading, as in every table; of what is counted, the number and its unit."""
    if unit in CURRENCIES:
        return language.money(amount, unit)
    if unit in QUANTITIES:
        one, many = QUANTITIES[unit]
        return language.count(one.text, many.text, amount)
    return f"{language.number(amount)} {unit}"
