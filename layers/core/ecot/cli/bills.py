"""`ecot bill add`, `void`, `book`: what a person says about a bill."""

import typer

from ecot.cli import bill_import, bill_lists, bill_options, options
from ecot.cli.bill_told import added_document, told_added, told_effect
from ecot.cli.options import examples
from ecot.cli.republishing import publish_there
from ecot.cli.session import Session, author
from ecot.cli.show import print_json, tell
from ecot.edge.bill_accounts import known, refuse, refuse_stray
from ecot.edge.bill_documents import settlement_fields
from ecot.errors import SettingsError
from ecot.jobs.accounts import refusal
from ecot.jobs.bill_forms import read_bill
from ecot.jobs.bills import enter, listed, say, stands
from ecot.jobs.written import reason_of
from ecot.model.bill import Action, Bill, Entry
from ecot.model.settlement import Settlement

PANEL = "Bills"


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    bills = typer.Typer(help="Type bills, compare them with the charges, and keep every word.")
    of_add = examples(
        "ecot bill add openai/edugami --number INV-7 --issued 2026-02-01 --month 2026-01 "
        "--net 25,10 --tax 5,02 --currency EUR",
        "ecot bill add elevenlabs/voice --number R-3 --issued 2026-01-03 --net 100 "
        "--currency USD --kind top-up",
    )
    bills.command("add", epilog=of_add)(add)
    of_void = examples('ecot bill void openai/edugami INV-7 --reason "entered twice"')
    bills.command("void", epilog=of_void)(void)
    of_book = examples(
        "ecot bill book openai/edugami INV-7", "ecot bill book openai/edugami INV-7 --undo"
    )
    bills.command("book", epilog=of_book)(book)
    bill_import.add_to(bills)
    bill_lists.add_to(bills)
    app.add_typer(bills, name="bill", rich_help_panel=PANEL, no_args_is_help=True)


def add(
    account: bill_options.Of,
    number: bill_options.Number,
    issued: bill_options.Issued,
    net: bill_options.Net,
    currency: bill_options.Code,
    month: bill_options.OfMonth = None,
    first: bill_options.From = None,
    after: bill_options.To = None,
    tax: bill_options.Tax = None,
    kind: bill_options.OfKind = bill_options.Kind.invoice,
    service: bill_options.Service = None,
    sub_account: bill_options.Project = None,
    category: bill_options.Category = None,
    note: bill_options.Note = None,
    is_new: bill_options.New = False,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Enter a bill, and say what becomes of it.

    The same number again takes the earlier one's place; nothing is ever lost (`ecot bill history`).
    """
    session = Session(config)
    columns = {"account": account, "number": number, "issued": issued, "net": net, "tax": tax}
    columns |= {"currency": currency, "month": month, "from": first, "to": after, "note": note}
    columns |= {"kind": kind.value, "service": service, "sub_account": sub_account}
    bill = _bill(session, columns | {"category": category})
    if not is_new:
        _refuse_stranger(session, bill.account)
        refuse_stray(session, bill)
    before = stands(session.place.store, bill.account).get(bill.number)
    changed = bool(enter(session.place, [bill], session.now(), author()))
    settlement = _settlement(session, bill.account, bill.number)
    if json:
        print_json(added_document(bill, before if changed else None, settlement, changed=changed))
    else:
        for line in told_added(session.language, bill, before, settlement, changed=changed):
            tell(line)
    if changed:
        publish_there(session)


def void(
    account: bill_options.Of,
    number: bill_options.Which,
    reason: bill_options.Why,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Take a bill out of every total. It stays in the history; to undo it, add it again."""
    session = Session(config)
    _say(session, account, number, "voided", reason_of(reason))
    if json:
        print_json({"account": account, "number": number, "voided": True})
    else:
        say_ = session.language.say
        tell(say_("{number} of {account} no longer stands", number=number, account=account))
    publish_there(session)


def book(
    account: bill_options.Of,
    number: bill_options.Which,
    is_undone: bill_options.Undo = False,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Book the gap between a bill and its charges: the total is then the bill's, in its currency.

    The adjustment is always bill less charges, also when the provider restates them later. `--undo`
    takes it back from every bill about the same charges.
    """
    session = Session(config)
    if not is_undone:
        _refuse_unfinished(session, account, number)
    _say(session, account, number, "unbooked" if is_undone else "booked")
    settlement = _settlement(session, account, number)
    if json:
        fields = settlement_fields(settlement) if settlement else None
        print_json({"account": account, "number": number, "settlement": fields})
    elif settlement:
        for line in told_effect(session.language, settlement):
            tell(f"{number}  {line}")
    publish_there(session)


def _bill(session: Session, columns: dict[str, str | None]) -> Bill:
    written = {column: text for column, text in columns.items() if text is not None}
    bill, faults = read_bill(written, session.today, categories=session.categories())
    if bill is None:
        refuse(faults[0].problem, faults[0].remedy)
    return bill


def _refuse_stranger(session: Session, account: str) -> None:
    if why := refusal(account, known(session)):
        refuse(*why)


def _refuse_unfinished(session: Session, account: str, number: str) -> None:
    """Charges of days to come are not there yet: what lacks of a bill until then is no gap."""
    settlement = _settlement(session, account, number)
    latest = max(settlement.bills, key=lambda bill: bill.after) if settlement else None
    if latest and latest.after > session.today:
        raise SettingsError(
            "{number} is about days that are not over: its charges are still to come",
            remedy="Book what is left of the gap on {day} or later.",
            number=latest.number,
            day=latest.after,
        )


def _say(
    session: Session, account: str, number: str, action: Action, reason: str | None = None
) -> None:
    """Says it of a bill that stands; LedgerError where none does."""
    entry = Entry(action=action, number=number, at=session.now(), by=author(), reason=reason)
    say(session.place, account, [entry])


def _settlement(session: Session, account: str, number: str) -> Settlement | None:
    for one in listed(session.place.store, session.question(account=account)):
        if one.standing.bill.number == number:
            return one.settlement
    return None
