"""`ecot compare`: suppliers, months and projects side by side."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import print_json, print_table, tell
from ecot.cli.tables import at_least
from ecot.edge.comparisons import months_document, pair_document, projects_document
from ecot.errors import SettingsError
from ecot.jobs.known import titles
from ecot.jobs.query import names
from ecot.jobs.side_by_side import (
    Amount,
    Beside,
    CompareView,
    Workspace,
    by_month,
    projects,
    two_months,
)
from ecot.jobs.written import begun_month
from ecot.language import Language
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence
from ecot.report.labels import account_name

SIDES = ("provider", "workspace", "month")
_OF_PROJECTS = (
    Sentence("Account"),
    Sentence("Project"),
    Sentence("Dominant model"),
    Sentence("Requests"),
    Sentence("Tokens"),
    Sentence("Per request"),
    Sentence("Cost"),
)
_SHOWN = 6  # months, where nobody says which: as many as fit beside each other


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    shown = examples(
        "ecot compare",
        "ecot compare --month 2026-03 --with 2025-03",
        "ecot compare --by workspace --month 2026-03",
        "ecot compare --by month --from 2026-01-01 --json",
    )
    app.command("compare", rich_help_panel="Ask", epilog=shown)(compare)


def _known(text: str) -> str:
    if text not in SIDES:
        choices = ", ".join(map(repr, SIDES))
        raise typer.BadParameter(f"{text!r} is not one of {choices}.")
    return text


def compare(
    by: Annotated[
        str, options.valued("--by", "WHAT", f"One of {', '.join(SIDES)}.", _known)
    ] = "provider",
    month: options.OfMonth = None,
    other: Annotated[
        str | None,
        options.valued(
            "--with", "MONTH", "By provider: the month to compare with (default: the one before)."
        ),
    ] = None,
    first: options.From = None,
    after: options.To = None,
    currency: options.Currency = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Set suppliers, projects or months side by side, as the report's page does.

    By provider: a month beside another. By workspace: the projects that use AI, with their dominant
    model and the mean cost of a request. By month: every supplier, month by month. What lacks days
    or costs says so, and has no percentage. By default the last month that is over.
    """
    session = Session(config, currency)
    if other is not None and by != "provider":
        raise SettingsError("--with goes with --by provider only")
    span = options.span_of(month, first, after, session.today)
    if by == "provider":
        if first is not None:
            raise SettingsError(
                "By provider two months are compared", remedy="Say --month and --with."
            )
        _providers(session, month, other, json=json)
    elif by == "workspace":
        last = Month.of(session.today).previous()
        _workspaces(session, span or (last.first, last.after), json=json)
    else:
        _months(session, span, json=json)


def _providers(session: Session, month: str | None, other: str | None, *, json: bool) -> None:
    today, language = session.today, session.language
    now = begun_month(month, today) if month else Month.of(today).previous()
    before = begun_month(other, today) if other else now.previous()
    view = by_month(session.place, session.edition())
    found = two_months(view, now, before)
    if json:
        print_json(pair_document(found, view.facts.currency))
        return
    lines = [
        [
            one.name or language.say("Total"),
            _amount(language, one.before, view.facts.currency),
            _amount(language, one.now, view.facts.currency),
            _difference(language, one, view.facts.currency),
        ]
        for one in found.lines
    ]
    said = [_running(session, one, language.month(one)) for one in (before, now)]
    headings = (language.say("Provider"), *said)
    print_table([*headings, language.say("Difference")], lines, right=3)


def _workspaces(session: Session, days: tuple[date, date], *, json: bool) -> None:
    store, question = session.place.store, session.question(days)
    found = projects(store, question, titles())
    known = names(store, titles(), people=question.people)
    if json:
        print_json(projects_document(found, (days[0], question.until), question.currency, known))
        return
    language = session.language
    if not found:
        told = language.days(question.first, max(question.first, question.until - DAY))
        tell(language.say("No project used AI on these days ({days}).", days=told))
        return
    lines = [
        [
            account_name(one.account, known),
            _project(one, known) or language.say("(none)"),
            (one.dominant.model if one.dominant else None) or language.say("no model is named"),
            _count(language, one.requests),
            _count(language, one.tokens),
            "—" if one.mean is None else language.unit_price(one.mean, question.currency),
            _spent(language, one, question.currency),
        ]
        for one in found
    ]
    print_table([language.sentence(one) for one in _OF_PROJECTS], lines, right=4)


def _months(session: Session, span: tuple[date, date] | None, *, json: bool) -> None:
    view, language = by_month(session.place, session.edition()), session.language
    months = _chosen(view, span)
    if json:
        print_json(months_document(view, months))
        return
    places = [view.months.index(month) for month in months]
    lines = [
        [
            row.name or language.say("Total"),
            *(_amount(language, row.amounts[place], view.facts.currency) for place in places),
        ]
        for row in view.rows
    ]
    said = [_running(session, one, language.short_month(one)) for one in months]
    headings = [language.say("Provider"), *said]
    print_table(headings, lines, right=len(months))


def _chosen(view: CompareView, span: tuple[date, date] | None) -> Sequence[Month]:
    """The newest first."""
    if span is None:
        return view.months[:_SHOWN]
    first, last = Month.of(span[0]), Month.of(span[1] - DAY)
    return [month for month in view.months if first <= month <= last]


def _running(session: Session, month: Month, name: str) -> str:
    """The month's name; of the running one that it is not over."""
    is_over = session.today >= month.after
    return name if is_over else f"{name} · {session.language.say('running')}"


def _amount(language: Language, one: Amount, currency: str) -> str:
    if one.is_nothing:
        return "—"
    return at_least(language, one.cost, currency, is_part=one.lacks)


def _difference(language: Language, one: Beside, currency: str) -> str:
    if one.difference is None:
        return "—"
    amount = language.money(one.difference, currency)
    amount = f"+{amount}" if one.difference > 0 else amount
    if one.percent is None:
        return amount
    sign = "+" if one.percent > 0 else ""
    return f"{amount} ({sign}{language.percent(one.percent / 100, 1)})"


def _project(one: Workspace, known: dict[str, str]) -> str | None:
    """What people call it."""
    if one.sub_account_id is None:
        return None
    provider = one.account.partition("/")[0]
    return known.get(f"{provider}/{one.sub_account_id}", one.sub_account_id)


def _count(language: Language, amount: Decimal | None) -> str:
    return language.say("not measured") if amount is None else language.quantity(amount)


def _spent(language: Language, one: Workspace, currency: str) -> str:
    if not one.is_replaced:
        return at_least(language, one.cost, currency, is_part=one.lacks_cost)
    replaced = language.say("replaced by a bill")
    if one.cost is None:
        return replaced
    return f"{at_least(language, one.cost, currency, is_part=one.lacks_cost)} + {replaced}"
