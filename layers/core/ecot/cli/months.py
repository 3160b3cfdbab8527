"""`ecot months`: the state of each account's months, and what is still to do."""

from collections.abc import Iterator
from datetime import date

import typer

from ecot.cli import options
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import print_json, print_table, tell_nothing
from ecot.edge.bill_documents import months_document
from ecot.jobs.month_states import AccountMonth, month_states
from ecot.language import Language
from ecot.model.period import DAY, Month, spans
from ecot.model.sentence import Sentence
from ecot.report.bills import gap, numbers
from ecot.report.words import MONTH_STATES

SHOWN = 13  # months: this one, and a year to compare it with
_HEADINGS = (
    Sentence("Month"),
    Sentence("Account"),
    Sentence("State"),
    Sentence("Bills"),
    Sentence("To do"),
    Sentence("Cost"),
)
_ONLY_BILLS = Sentence("only bills")


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_months = examples("ecot months", "ecot months --from 2026-01-01 --to 2026-04-01 --json")
    app.command("months", rich_help_panel="Ask", epilog=of_months)(months)


def months(
    first: options.From = None,
    after: options.To = None,
    provider: options.Provider = None,
    account: options.Account = None,
    currency: options.Currency = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Show which months are closed, and what the others still need: days, bills, a last reading.

    By default the last 13 months, newest first.
    """
    session = Session(config, currency)
    this_month = Month.of(session.today)
    default = (this_month.shifted(1 - SHOWN).first, this_month.after)
    span = options.span_of(None, first, after, session.today) or default
    whole = (Month.of(span[0]).first, Month.of(span[1] - DAY).after)
    found = month_states(session.place.store, session.question(whole, provider, account))
    if json:
        print_json(months_document(session.currency, found, session.today))
        return
    language = session.language
    if not found:
        tell_nothing(language, language.days(*_inside(whole)), account or provider)
        return
    lines = [_line(language, one, session) for one in found]
    print_table([language.sentence(one) for one in _HEADINGS], lines, right=1)


def _inside(span: tuple[date, date]) -> tuple[date, date]:
    return span[0], span[1] - DAY


def _line(language: Language, one: AccountMonth, session: Session) -> list[str]:
    state = language.sentence(MONTH_STATES[one.state] if one.state else _ONLY_BILLS)
    return [
        language.month(one.month),
        one.account,
        ", ".join([state, *_notes(language, one)]),
        ", ".join(bill.standing.bill.number for bill in one.bills),
        "; ".join(_to_do(language, one, session)),
        cost_words(language, one, session.currency),
    ]


def cost_words(language: Language, one: AccountMonth, currency: str) -> str:
    """The month's cost, and whether a part of it is known to nobody."""
    shown = [] if one.cost is None else [language.money(one.cost, currency)]
    if one.lacks_cost:
        shown.append(language.say("unknown"))
    return " + ".join(shown) or "—"


def _notes(language: Language, one: AccountMonth) -> Iterator[str]:
    if one.closed_at:
        yield language.date(one.closed_at)
    if one.reread_at:
        yield language.say("read once more on {day}", day=language.date(one.reread_at))
    if one.reread_due:
        yield language.say("will be read once more on {day}", day=language.date(one.reread_due))
    if one.covered:
        number = len(one.covered)
        yield language.count("a bill covers {count} day", "a bill covers {count} days", number)
    if one.plans:
        yield language.say("with a plan")
    if one.retired:
        yield language.say("left the settings on {day}", day=language.date(one.retired))


def _to_do(language: Language, one: AccountMonth, session: Session) -> Iterator[str]:
    if one.unread:
        days = ", ".join(language.days(*span) for span in spans(one.unread))
        yield language.say("not read: {days}", days=days)
    if one.doubted:
        days = ", ".join(language.days(*span) for span in spans(one.doubted))
        yield language.say("came back empty, to be read again: {days}", days=days)
    if one.is_late(session.today):
        yield language.say("the last reading is due")
    for settlement in one.gaps():
        told = gap(language, settlement)
        shown = language.sentence(told) if told else language.say("no rate to compare with")
        yield language.say("{numbers}: {gap}", numbers=numbers(settlement), gap=shown)
