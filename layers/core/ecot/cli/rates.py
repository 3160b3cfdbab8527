"""`ecot rates` and `ecot import ecb`: what other currencies are worth, and who says so."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ecot.cli import options
from ecot.cli.files import read
from ecot.cli.options import examples
from ecot.cli.republishing import publish_there
from ecot.cli.session import Session
from ecot.cli.show import complain, out, print_json, print_table, tell
from ecot.jobs.rates import import_rates
from ecot.jobs.rates_overview import Lack, Overview, overview
from ecot.language import Language
from ecot.model.rates import Rate
from ecot.model.sentence import Sentence

EcbFiles = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE", help="One XML file of the ECB or several.", exists=True, dir_okay=False
    ),
]
ORIGINS = {"ecb": Sentence("ECB"), "typed": Sentence("typed")}
REMEDY = Sentence(
    "`ecot run` asks the ECB for the last 90 days; `ecot import ecb FILE` takes its older ones. "
    "For a currency that it does not publish write a [[rate]] into ecot.toml."
)


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_rates = examples("ecot rates", "ecot rates --currency EUR --json")
    app.command("rates", rich_help_panel="Ask", epilog=of_rates)(rates)


def rates(
    currency: options.Currency = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Show the exchange rates that the ledger's currencies have today, and what is missing.

    Of the last 13 months: the ECB's reference rates with the day of their publication, and typed
    rates with the day since which they hold.
    """
    session = Session(config, currency)
    found = overview(session.place.store, session.today, session.currency, session.rates())
    if json:
        print_json(_document(found))
    else:
        _print(session.language, found)


def import_ecb(files: EcbFiles, config: options.Config = None) -> None:
    """Import exchange rates from XML files of the European Central Bank.

    For a machine that does not reach it, and for days that are more than 90 days ago. All three of
    its files have one format. A rate that is known already never changes.
    """
    session = Session(config)
    found = [(file.name, read(file)) for file in files]
    days = import_rates(session.place, found, session.today)
    one, many = "{count} day of exchange rates imported", "{count} days of exchange rates imported"
    tell(session.language.count(one, many, days))
    if days:
        publish_there(session)


def _print(language: Language, found: Overview) -> None:
    say = language.say
    if found.rates:
        headings = (say("Currency"), say("Origin"), say("Date"), say("Rate"))
        print_table(headings, [_line(language, rate) for rate in found.rates], right=1)
    for note in _notes(language, found):
        out().print(note, markup=False)
    for lack in found.lacking:
        complain(language, _missing(language, lack, found.target), REMEDY, mark="~")


def _missing(language: Language, lack: Lack, target: str) -> Sentence:
    days = language.count("{count} day", "{count} days", lack.days)
    values = {"days": days, "currency": lack.currency, "target": target}
    values["span"] = language.days(lack.first, lack.last)
    return Sentence("Missing: {currency} in {target}, on {days} ({span})", values)


def _line(language: Language, rate: Rate) -> list[str]:
    shown = f"1 {rate.source} = {language.number(rate.rate)} {rate.target}"
    return [rate.source, language.sentence(ORIGINS[rate.origin]), language.date(rate.day), shown]


def _notes(language: Language, found: Overview) -> Iterator[str]:
    say, target = language.say, found.target
    if not found.rates and not found.lacking:
        yield say(
            "The last 13 months hold no costs in another currency than {target}.", target=target
        )
    if found.published:
        yield say("Latest publication of the ECB: {day}", day=language.date(found.published))
    else:
        yield say("No publication of the ECB is known.")
    for one in found.typed:
        yield say(
            "Typed: 1 {source} is {rate} {target} since {day}",
            source=one.source,
            rate=language.number(one.rate),
            target=one.target,
            day=language.date(one.since),
        )


def _document(found: Overview) -> dict[str, Any]:
    pairs = {"source": "from", "target": "to"}
    return {
        "currency": found.target,
        "published": found.published,
        "rates": [_renamed(one, pairs) for one in found.rates],
        "typed": [_renamed(one, pairs) for one in found.typed],
        "missing": [
            {"currency": one.currency, "first": one.first, "last": one.last, "days": one.days}
            for one in found.lacking
        ],
    }


def _renamed(value: Any, names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): getattr(value, name) for name in value.__struct_fields__}
