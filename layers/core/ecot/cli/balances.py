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
# What a balance is of, by its name in the ledger; a name that is not here is shown as it is.
_KINDS = {
    "credit": Sentence("prepaid credit"),
    "credits": Sentence("credits of the plan"),
    "key limit": Sentence("limit of the key"),
    "overage": Sentence("owed beyond the plan"),
    "spend limit": Sentence("spending limit"),
}
_HOURS = (Sentence("{count} hour"), Sentence("{count} hours"))
_UNITS = QUANTITIES | {"hours": _HOURS}


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
        print_table(headings, (_line(session.language, one) for one in found), right=3)
    else:
        tell(session.language.say("No balance was read this month or the month before."))


def _line(language: Language, one: Mapping[str, Any]) -> list[str]:
    ids = ("api_key_name", "api_key_id", "sub_account_name", "sub_account_id", "resource_id")
    whose = next((one[name] for name in ids if one[name]), "—")
    kind = _KINDS.get(one["name"])
    what = language.sentence(kind) if kind else one["name"]
    stands = [_amount(language, one[name], one["unit"]) for name in ("remaining", "used", "limit")]
    return [str(one["charge_period"].start.date()), one["account"], what, whose, *stands]


def _amount(language: Language, amount: Decimal | None, unit: str) -> str:
    """The amount with all its digits; what is not stated is not zero."""
    if amount is None:
        return "—"
    if unit in CURRENCIES:
        return language.exact_money(amount, unit)
    number = language.number(amount)
    if unit not in _UNITS:
        return f"{number} {unit}"
    one, many = _UNITS[unit]
    return language.count(one.text, many.text, amount, count=number)
