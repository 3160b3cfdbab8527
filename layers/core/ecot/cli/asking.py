"""`ecot totals`, `charges`, `usage`: what the ledger knows."""

from collections.abc import Collection, Iterator
from typing import Annotated, Any

import typer

from ecot.cli import dimensions, options
from ecot.cli.options import examples
from ecot.cli.rows import Kind, headings_of, line_of, print_traced
from ecot.cli.session import Session
from ecot.cli.show import print_json, print_json_list, print_table, tell, tell_nothing
from ecot.cli.tables import print_totals
from ecot.edge.documents import totals_document
from ecot.jobs.charge_marks import Marks, fields_of
from ecot.jobs.known import titles
from ecot.jobs.place import Place
from ecot.jobs.query import By, Question, answer, heads_of, names
from ecot.jobs.rows import Found, fields, rows
from ecot.jobs.walk import Walk
from ecot.model.period import DAY
from ecot.model.rows import Charge, Usage

PANEL = "Ask"


Raw = Annotated[bool, options.flag("--raw", "Show the part of the answer that states each row.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(
        "totals",
        rich_help_panel=PANEL,
        epilog=examples(
            "ecot totals",
            "ecot totals --month 2026-01 --by model",
            "ecot totals --month 2026-01 --by sub_account,model,day",
            "ecot totals --from 2026-01-01 --to 2026-04-01 --by month --json",
        ),
    )(totals)
    app.command(
        "charges",
        rich_help_panel=PANEL,
        epilog=examples(
            "ecot charges --month 2026-01",
            "ecot charges --from 2026-01-05 --to 2026-01-06 --raw",
        ),
    )(charges)
    app.command(
        "usage",
        rich_help_panel=PANEL,
        epilog=examples("ecot usage --month 2026-01 --provider openai --json"),
    )(usage)


def totals(
    by: Annotated[str, dimensions.OPTION] = "provider",
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

    By default of the running month; days that have not elapsed never count. By several dimensions
    with model among them, cost and usage are joined where both name the same; the others stay
    lines of their own.
    """
    columns = dimensions.dimensions_of(by)
    session = Session(config, currency)
    span = options.span_of(month, first, after, session.today)
    question = session.question(span, provider, account)
    found = answer(session.place.store, question, columns[0], titles(), columns[1:])
    if json:
        print_json(totals_document(found))
    else:
        print_totals(
            session.language,
            found,
            columns,
            names(session.place.store, titles(), people=question.people),
        )
        _say_how_to_name(session, columns)
    _say_if_nothing(session, question)


def charges(
    raw: Raw = False,
    month: options.OfMonth = None,
    first: options.From = None,
    after: options.To = None,
    provider: options.Provider = None,
    account: options.Account = None,
    currency: options.Currency = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """List the charges themselves, one a row, with all their digits.

    A charge that a bill stands in place of is marked, and counts in no total. With --raw each row
    is followed by the endpoint, the place and the very piece of the provider's answer that states
    it.
    """
    asked = (month, first, after, provider, account)
    _print_rows(Charge, asked, Session(config, currency), raw=raw, json=json)


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
    """List the measured quantities, one row each: tokens, requests, characters, seconds."""
    asked = (month, first, after, provider, account)
    _print_rows(Usage, asked, Session(config), raw=raw, json=json)


def _print_rows(
    kind: Kind,
    asked: tuple[str | None, str | None, str | None, str | None, str | None],
    session: Session,
    *,
    raw: bool,
    json: bool,
) -> None:
    month, first, after, provider, account = asked
    span = options.span_of(month, first, after, session.today)
    question = session.question(span, provider, account)
    objects = _objects(session.place, question, kind, raw=raw)
    language = session.language
    if json:
        print_json_list(objects)
    elif raw:
        print_traced(language, objects, kind)
    else:
        lines = (line_of(language, one, kind) for one in objects)
        print_table(headings_of(language, kind), lines, right=int(kind is Charge))
    _say_if_nothing(session, question)


def _objects(
    place: Place, question: Question, kind: Kind, *, raw: bool
) -> Iterator[dict[str, Any]]:
    """Every field of each row; with `raw` also the places in kept answers that state it."""
    known = names(place.store, titles(), people=question.people)
    walk = Walk(place.files)
    marks = Marks(place.store, question)
    for found in _found(place, question, kind):
        marked = fields_of(marks.of(found.account, found.row)) if kind is Charge else {}
        yield fields(found, known) | marked | ({"traces": walk.traces(found)} if raw else {})


def _found(place: Place, question: Question, kind: Kind) -> Iterator[Found[Any]]:
    if kind is Charge:
        return rows(place, question, Charge)
    return rows(place, question, Usage)


def _say_how_to_name(session: Session, columns: Collection[By]) -> None:
    """Nobody should have to search why persons have no names."""
    if "user" in columns and not session.settings.people:
        tell(session.language.say('Persons are pseudonyms; [people] show = "names" names them.'))


def _say_if_nothing(session: Session, question: Question) -> None:
    """An empty table may be a misspelt name, or a ledger that was never filled."""
    if not heads_of(session.place.store, question):
        days = session.language.days(question.first, question.until - DAY)
        tell_nothing(session.language, days, question.account or question.provider)
