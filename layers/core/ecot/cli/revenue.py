"""`ecot revenue`: what is earned, beside the costs and never among them."""

from collections.abc import Iterator, Sequence
from typing import Any

import typer

from ecot.cli import options
from ecot.cli.asking import Raw
from ecot.cli.options import examples
from ecot.cli.rows import print_traced
from ecot.cli.session import Session
from ecot.cli.show import print_json, print_json_list, print_table, tell
from ecot.jobs.known import titles
from ecot.jobs.place import Place
from ecot.jobs.query import Question, heads_of, names, unread_earnings
from ecot.jobs.revenue import Earned, Mrr, latest_mrr, net_revenue, sums
from ecot.jobs.rows import fields, rows
from ecot.jobs.walk import Walk
from ecot.language import Language
from ecot.model.period import DAY, Month
from ecot.model.rows import Revenue
from ecot.model.sentence import Sentence
from ecot.report.labels import account_name
from ecot.report.words import GAP_REASONS, NEVER_READ

_MRR_HEADINGS = (
    Sentence("Day"),
    Sentence("Account"),
    Sentence("Subscribers"),
    Sentence("Paying"),
    Sentence("Paused"),
    Sentence("MRR"),
)
_NET_HEADINGS = (
    Sentence("Day"),
    Sentence("Account"),
    Sentence("Category"),
    Sentence("Before fees"),
    Sentence("Fees"),
    Sentence("Net revenue"),
)


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_revenue = examples(
        "ecot revenue", "ecot revenue --month 2026-01 --json", "ecot revenue --raw"
    )
    app.command("revenue", rich_help_panel="Ask", epilog=of_revenue)(revenue)


def revenue(
    raw: Raw = False,
    month: options.OfMonth = None,
    first: options.From = None,
    after: options.To = None,
    provider: options.Provider = None,
    account: options.Account = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Show what is earned: MRR as it last stood, and each day's net revenue by category.

    By default of the running month. MRR is of the day on which it was read; none is older than the
    month before. Amounts stay in their currencies, and are in no total of costs. With --raw the
    rows themselves, each followed by the pieces of the provider's answers that state it.
    """
    session = Session(config)
    span = options.span_of(month, first, after, session.today)
    question = session.question(span, provider, account)
    if raw:
        traced = _traced(session.place, question)
        print_json_list(traced) if json else print_traced(session.language, traced, Revenue)
        return
    before = (Month.of(session.today).previous().first, session.today + DAY)
    stood = latest_mrr(session.place, session.question(span or before, provider, account))
    found = net_revenue(session.place, question)
    missing = unread_earnings(
        session.place.store, question, heads_of(session.place.store, question)
    )
    if json:
        print_json(_document(question, stood, found) | {"missing": missing})
        return
    known, language = names(session.place.store, titles()), session.language
    _print(language, stood, found)
    for gap in missing:
        reason = GAP_REASONS.get(gap.reason, NEVER_READ) if gap.reason else NEVER_READ
        shown = language.say(
            "Missing: {name}, {days} ({reason})",
            name=account_name(gap.account, known),
            days=language.days(gap.first, gap.last),
            reason=language.sentence(reason),
        )
        tell(shown)


def _traced(place: Place, question: Question) -> Iterator[dict[str, Any]]:
    """Every row of revenue, with the places in kept answers that state it."""
    known, walk = names(place.store, titles()), Walk(place.files)
    for found in rows(place, question, Revenue):
        yield fields(found, known) | {"traces": walk.traces(found)}


def _document(question: Question, stood: Sequence[Mrr], found: Sequence[Earned]) -> dict[str, Any]:
    return {
        "from": question.first,
        "to": question.until,
        "mrr": stood,
        "net_revenue": {
            "total": sums(found),
            "days": [one for one in found if one.net is not None],
            "unclear": [one for one in found if one.net is None],
        },
    }


def _print(language: Language, stood: Sequence[Mrr], found: Sequence[Earned]) -> None:
    if not stood:
        tell(language.say("No MRR was read in these days: it is read for today, and only then."))
    else:
        headings = [language.sentence(one) for one in _MRR_HEADINGS]
        print_table(headings, (_mrr_line(language, one) for one in stood), right=4)
    if not found:
        tell(language.say("No revenue was read in these days."))
        return
    headings = [language.sentence(one) for one in _NET_HEADINGS]
    print_table(headings, _net_lines(language, found), right=3)
    if any(one.net is None for one in found):
        tell(language.say("Where no net revenue stands, nobody knows whether that is revenue."))


def _mrr_line(language: Language, one: Mrr) -> list[str]:
    counts = [
        language.number(one.counts.get(name, 0))
        for name in ("subscribers", "paying_subscribers", "paused_collections")
    ]
    amounts = [language.money(amount, code) for code, amount in one.amounts.items()]
    return [str(one.day), one.account, *counts, " + ".join(amounts) or language.number(0)]


def _net_lines(language: Language, found: Sequence[Earned]) -> Iterator[list[str]]:
    for one in found:
        amounts = [
            "—" if amount is None else language.money(amount, one.currency)
            for amount in (one.gross, one.fees, one.net)
        ]
        yield [str(one.day), one.account, one.category or "—", *amounts]
    for currency, amount in sums(found).items():
        yield [language.say("Total"), "", "", "", "", language.money(amount, currency)]
