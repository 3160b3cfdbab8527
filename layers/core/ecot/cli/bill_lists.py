"""`ecot bill list` and `history`: the bills that stand, and every word that was said about them."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import out, print_json, print_table, tell
from ecot.edge.bill_documents import entry_fields, list_document
from ecot.jobs.bills import Balance, Listed, balances, histories, listed
from ecot.language import Language
from ecot.model.bill import Bill, Entry
from ecot.model.period import DAY
from ecot.model.sentence import Sentence
from ecot.report.bills import booking, effect, gap
from ecot.report.words import BILL_ACTIONS

Of = Annotated[str | None, typer.Argument(metavar="PROVIDER/NAME", help="Only this account.")]
Which = Annotated[str | None, typer.Argument(metavar="NUMBER", help="Only this bill.")]
_BILLS = (
    Sentence("Account"),
    Sentence("Bill"),
    Sentence("Days"),
    Sentence("Net of tax"),
    Sentence("Tax"),
    Sentence("What it does"),
)
_HISTORY = (
    Sentence("When"),
    Sentence("By"),
    Sentence("Account"),
    Sentence("Bill"),
    Sentence("What was said"),
)


def add_to(bills: typer.Typer) -> None:
    """Adds the commands."""
    of_list = examples("ecot bill list", "ecot bill list --provider openai --currency EUR --json")
    bills.command("list", epilog=of_list)(list_bills)
    of_history = examples("ecot bill history", "ecot bill history openai/edugami INV-7")
    bills.command("history", epilog=of_history)(history)


def list_bills(
    provider: options.Provider = None,
    account: options.Account = None,
    currency: options.Currency = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """List the bills that stand, what each does to the totals, and what is left of top-ups."""
    session = Session(config, currency)
    question = session.question(provider=provider, account=account)
    found = listed(session.place.store, question)
    prepaid = balances(session.place.store, question)
    if json:
        print_json(list_document(session.currency, found, prepaid))
    elif found:
        _print_bills(session.language, found, session.currency)
        for line in _balances(session.language, prepaid):
            out().print(line, markup=False)
    if not found:
        _tell_none(session.language, is_limited=bool(provider or account))


def history(
    account: Of = None,
    number: Which = None,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Show everything that was ever said about bills: when, by whom, and what."""
    session = Session(config)
    found = list(histories(session.place.store, account, number))
    if json:
        print_json({"entries": [entry_fields(*one) for one in found]})
    elif found:
        headings = [session.language.sentence(one) for one in _HISTORY]
        print_table(headings, [_entry(session.language, *one) for one in found])
    if not found:
        _tell_none(session.language, is_limited=bool(account))


def _tell_none(language: Language, *, is_limited: bool) -> None:
    none, none_such = Sentence("No bill has been entered."), Sentence("There is no such bill.")
    tell(language.sentence(none_such if is_limited else none))


def days_of(language: Language, bill: Bill) -> str:
    """The days that the bill is about."""
    return language.days(bill.first, bill.after - DAY)


def _print_bills(language: Language, found: Sequence[Listed], currency: str) -> None:
    headings = [language.sentence(one) for one in _BILLS]
    print_table(headings, [_line(language, one, currency) for one in found])


def _line(language: Language, one: Listed, currency: str) -> list[str]:
    bill = one.standing.bill
    tax = "" if bill.tax is None else language.exact_money(bill.tax, bill.currency)
    net = language.exact_money(bill.net, bill.currency)
    if one.converted is not None and bill.currency != currency:
        net += f" ({language.money(one.converted, currency)})"
    does = " · ".join(_does(language, one))
    return [bill.account, bill.number, days_of(language, bill), net, tax, does]


def _does(language: Language, one: Listed) -> Iterator[str]:
    if one.settlement is None:
        yield language.say("top-up")
        return
    settlement = one.settlement
    if len(settlement.bills) > 1:
        others = [bill.number for bill in settlement.bills if bill != one.standing.bill]
        yield language.say("with {numbers}", numbers=", ".join(others))
    told = effect(language, settlement), gap(language, settlement), booking(settlement)
    yield from (language.sentence(sentence) for sentence in told if sentence is not None)


def _balances(language: Language, found: Sequence[Balance]) -> Iterator[str]:
    for one in found:
        unknown = language.say("unknown")
        left = unknown if one.left is None else language.money(one.left, one.currency)
        spent = unknown if one.spent is None else language.money(one.spent, one.currency)
        yield language.say(
            "Paid in advance for {account} since {day}: {paid}; spent {spent}, left {left}",
            account=one.account,
            day=language.date(one.since),
            paid=language.money(one.paid_in, one.currency),
            spent=spent,
            left=left,
        )


def _entry(language: Language, account: str, entry: Entry) -> list[str]:
    told = [language.sentence(BILL_ACTIONS[entry.action])]
    if bill := entry.bill:
        told += [language.exact_money(bill.net, bill.currency), days_of(language, bill)]
        told += [bill.note] if bill.note else []
    told += [entry.reason] if entry.reason else []
    return [language.moment(entry.at), entry.by, account, entry.number, " · ".join(told)]
