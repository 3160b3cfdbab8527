"""`ecot totals`, `charges`, `usage`: what the ledger knows."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ecot.cli import options
from ecot.cli.session import Session
from ecot.cli.show import print_json, print_json_list, print_table
from ecot.cli.tables import headings_of, line_of, print_totals
from ecot.jobs.known import titles
from ecot.jobs.place import Place
from ecot.jobs.query import Question, Totals, answer, names
from ecot.jobs.rows import Found, fields, rows
from ecot.jobs.walk import Walk
from ecot.model.rows import Charge, Usage


class By(StrEnum):
    """What totals can be added up by."""

    provider = "provider"
    account = "account"
    sub_account = "sub_account"
    service = "service"
    model = "model"
    api_key = "api_key"
    user = "user"
    category = "category"
    day = "day"
    month = "month"


Raw = Annotated[
    bool, typer.Option("--raw", help="Walk each figure back to the answer that states it.")
]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("totals")(totals)
    app.command("charges")(charges)
    app.command("usage")(usage)


def totals(
    by: Annotated[By, typer.Option("--by", help="One line for each.")] = By.provider,
    month: options.OfMonth = None,
    first: options.From = None,
    after: options.To = None,
    provider: options.Provider = None,
    account: options.Account = None,
    currency: options.Currency = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Add up costs, net of tax, and say where they come from and what is missing.

    By default of the running month; days that have not elapsed never count.

    Examples: `ecot totals`, `ecot totals --month 2026-01 --by model`,
    `ecot totals --from 2026-01-01 --to 2026-04-01 --by month --json`
    """
    session = Session(config, currency)
    question = session.question(options.span_of(month, first, after), provider, account)
    found = answer(session.place.store, question, by.value, titles())
    if json:
        print_json(_document(found))
    else:
        print_totals(session.language, found, by.value)


def charges(
    raw: Raw = False,
    month: options.OfMonth = None,
    first: options.From = None,
    after: options.To = None,
    provider: options.Provider = None,
    account: options.Account = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """The charges themselves, one a row; with --raw, the place in the answer that states each.

    Examples: `ecot charges --month 2026-01`, `ecot charges --from 2026-01-05 --to 2026-01-06 --raw`
    """
    asked = (month, first, after, provider, account)
    _print_rows(Charge, asked, config, raw=raw, json=json)


def usage(
    raw: Raw = False,
    month: options.OfMonth = None,
    first: options.From = None,
    after: options.To = None,
    provider: options.Provider = None,
    account: options.Account = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """The measured quantities themselves, one row each: tokens, requests, characters, seconds.

    Example: `ecot usage --month 2026-01 --provider openai --json`
    """
    asked = (month, first, after, provider, account)
    _print_rows(Usage, asked, config, raw=raw, json=json)


def _print_rows(
    kind: type[Charge] | type[Usage],
    asked: tuple[str | None, str | None, str | None, str | None, str | None],
    config: Path | None,
    *,
    raw: bool,
    json: bool,
) -> None:
    session = Session(config)
    month, first, after, provider, account = asked
    question = session.question(options.span_of(month, first, after), provider, account)
    known = names(session.place.store, titles())
    walk = Walk(session.place.files) if raw else None
    objects = (
        fields(found, known) | ({"traces": walk.traces(found)} if walk else {})
        for found in _found(session.place, question, kind)
    )
    if json:
        print_json_list(objects)
    else:
        headings, right = headings_of(session.language, kind, has_traces=raw)
        print_table(headings, (line_of(one, kind) for one in objects), right)


def _found(
    place: Place, question: Question, kind: type[Charge] | type[Usage]
) -> Iterator[Found[Any]]:
    if kind is Charge:
        return rows(place, question, Charge)
    return rows(place, question, Usage)


def _document(found: Totals) -> dict[str, Any]:
    """The JSON of design section 6."""
    return {
        "from": found.first,
        "to": found.after,
        "currency": found.currency,
        "total": found.total,
        "tax": found.tax,
        "unconverted": found.unconverted,
        "coverage": found.coverage,
        "groups": found.groups,
    }
