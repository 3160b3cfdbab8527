"""`ecot bill add`, `void`, `book`, `import`: what a person says about a bill."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ecot.cli import bill_lists, options
from ecot.cli.bill_documents import bill_fields, problems_document, settlement_fields
from ecot.cli.files import read
from ecot.cli.options import examples
from ecot.cli.session import Session, author
from ecot.cli.show import complain, print_json, tell
from ecot.errors import SettingsError
from ecot.jobs.accounts import known_accounts, refusal
from ecot.jobs.bill_files import Problem, read_bills
from ecot.jobs.bill_forms import read_bill
from ecot.jobs.bills import enter, listed, say, stands
from ecot.language import Language
from ecot.model.bill import Action, Bill, Entry
from ecot.model.rows import Category as RowCategory
from ecot.model.sentence import Sentence
from ecot.model.settlement import Settlement
from ecot.report.bills import effect, sentences

PANEL = "Bills"


class Kind(StrEnum):
    """What a bill is."""

    invoice = "invoice"
    top_up = "top-up"


Of = Annotated[str, typer.Argument(metavar="PROVIDER/NAME", help="The account.")]
Which = Annotated[str, typer.Argument(metavar="NUMBER", help="The number on the bill.")]
Number = Annotated[str, options.valued("--number", "NUMBER", "The number on the bill.")]
Issued = Annotated[str, options.valued("--issued", "DAY", "The day of issue, such as 2026-02-01.")]
Net = Annotated[str, options.valued("--net", "AMOUNT", "Without tax; negative for a credit note.")]
Code = Annotated[
    str, options.valued("--currency", "CODE", "The bill's own currency, such as EUR: no default.")
]
Tax = Annotated[str | None, options.valued("--tax", "AMOUNT", "The tax on it, if it states one.")]
OfMonth = Annotated[str | None, options.valued("--month", "MONTH", "The month that it is about.")]
From = Annotated[str | None, options.valued("--from", "DAY", "The first day that it is about.")]
To = Annotated[str | None, options.valued("--to", "DAY", "The day after the last one.")]
OfKind = Annotated[
    Kind, options.valued("--kind", "invoice|top-up", "A top-up moves a balance, never a total.")
]
Service = Annotated[str | None, options.valued("--service", "NAME", "Only about this service.")]
Project = Annotated[
    str | None, options.valued("--sub-account", "ID", "Only about this project (its id).")
]
Category = Annotated[
    str | None,
    options.valued("--category", "NAME", "Default: that of its plan or provider, else `other`."),
]
Note = Annotated[str | None, options.valued("--note", "TEXT", "A word for the history.")]
New = Annotated[bool, options.flag("--new", "The account is new: only bills are known of it.")]
Why = Annotated[str, options.valued("--reason", "TEXT", "Why, for the history.")]
Undo = Annotated[bool, options.flag("--undo", "Take the booking back.")]
BillFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A CSV file.", exists=True, dir_okay=False)
]
Default = Annotated[
    str | None, options.valued("--account", "PROVIDER/NAME", "For lines that name no account.")
]


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
    of_import = examples("ecot bill import bills.csv", "ecot bill import 2026.csv --account aws/a")
    bills.command("import", epilog=of_import)(import_file)
    bill_lists.add_to(bills)
    app.add_typer(bills, name="bill", rich_help_panel=PANEL, no_args_is_help=True)


def add(
    account: Of,
    number: Number,
    issued: Issued,
    net: Net,
    currency: Code,
    month: OfMonth = None,
    first: From = None,
    after: To = None,
    tax: Tax = None,
    kind: OfKind = Kind.invoice,
    service: Service = None,
    sub_account: Project = None,
    category: Category = None,
    note: Note = None,
    is_new: New = False,
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
    before = stands(session.place.store, bill.account).get(bill.number)
    changed = bool(enter(session.place, [bill], session.now(), author()))
    settlement = _settlement(session, bill.account, bill.number)
    if json:
        print_json(_added_document(bill, before if changed else None, settlement, changed=changed))
    else:
        for line in _added(session.language, bill, before, settlement, changed=changed):
            tell(line)


def void(
    account: Of,
    number: Which,
    reason: Why,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Take a bill out of every total. It stays in the history; to undo it, add it again."""
    session = Session(config)
    _say(session, account, number, "voided", reason.strip())
    if json:
        print_json({"account": account, "number": number, "voided": True})
    else:
        say_ = session.language.say
        tell(say_("{number} of {account} no longer stands", number=number, account=account))


def book(
    account: Of,
    number: Which,
    is_undone: Undo = False,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Book the gap between a bill and its charges: the total is then the bill's.

    The adjustment is always bill less charges, also when the provider restates them later.
    """
    session = Session(config)
    _say(session, account, number, "unbooked" if is_undone else "booked")
    settlement = _settlement(session, account, number)
    if json:
        fields = settlement_fields(settlement) if settlement else None
        print_json({"account": account, "number": number, "settlement": fields})
    elif settlement:
        for line in _effect(session.language, settlement):
            tell(f"{number}  {line}")


def import_file(
    file: BillFile,
    account: Default = None,
    is_new: New = False,
    json: options.Json = False,
    config: options.Config = None,
) -> None:
    """Enter the bills of a CSV file: all of them, or none where a line is wrong.

    Importing the same file again changes nothing; a line that was corrected takes the earlier
    one's place.
    """
    session = Session(config)
    known = None if is_new else _known(session)
    found = read_bills(
        read(file),
        file.name,
        session.today,
        account=account,
        known=known,
        categories=_categories(session),
    )
    if found.problems:
        _tell_problems(session.language, file.name, found.problems, json=json)
        raise typer.Exit(1)
    changed = enter(session.place, found.bills, session.now(), author())
    if json:
        print_json({"bills": len(found.bills), "changed": changed})
    else:
        count = session.language.count
        told = count("{count} bill in the file", "{count} bills in the file", len(found.bills))
        news = count("{count} new or corrected", "{count} of them new or corrected", changed)
        tell(f"{told}, {news if changed else session.language.say('nothing changed')}")


def _bill(session: Session, columns: dict[str, str | None]) -> Bill:
    written = {column: text for column, text in columns.items() if text is not None}
    bill, faults = read_bill(written, session.today, categories=_categories(session))
    if bill is None:
        problem, remedy = faults[0].problem, faults[0].remedy
        values = dict(problem.values) | dict(remedy.values)
        raise SettingsError(problem.text, remedy=remedy.text, **values)
    return bill


def _known(session: Session) -> set[str]:
    """The accounts of the settings and of the ledger."""
    named = {one.key for one in session.settings.accounts}
    planned = {one.account for one in session.settings.plans}
    return known_accounts(session.place.store) | named | planned


def _categories(session: Session) -> dict[str, RowCategory]:
    return {plan.account: plan.category for plan in session.settings.plans}


def _refuse_stranger(session: Session, account: str) -> None:
    if refused := refusal(account, _known(session)):
        problem, remedy = refused
        values = dict(problem.values) | dict(remedy.values)
        raise SettingsError(problem.text, remedy=remedy.text, **values)


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


def _effect(language: Language, one: Settlement) -> Iterator[str]:
    if one.how == "replace" and one.is_booked:
        yield language.sentence(effect(language, one))
        yield language.say("There is no gap to book as long as the bill replaces its charges.")
    else:
        yield " · ".join(map(language.sentence, sentences(language, one)))


def _added(
    language: Language,
    bill: Bill,
    before: Bill | None,
    settlement: Settlement | None,
    *,
    changed: bool,
) -> Iterator[str]:
    """What became of the bill, for a person."""
    net = language.exact_money(bill.net, bill.currency)
    yield f"✓ {bill.account}  {bill.number}  {net}  {bill_lists.days_of(language, bill)}"
    if before and changed:
        old = language.exact_money(before.net, before.currency)
        yield "  " + language.say("It takes the place of the earlier one, {net}.", net=old)
    if not changed:
        yield "  " + language.say("It stood there already; nothing changed.")
    for line in _effect(language, settlement) if settlement else ():
        yield f"  {line}"
    if settlement is None:
        yield "  " + language.say("A top-up: it moves a balance, and no total.")


def _added_document(
    bill: Bill, before: Bill | None, settlement: Settlement | None, *, changed: bool
) -> dict[str, Any]:
    return {
        "bill": bill_fields(bill),
        "changed": changed,
        "supersedes": bill_fields(before) if before else None,
        "settlement": settlement_fields(settlement) if settlement else None,
    }


def _tell_problems(
    language: Language, name: str, problems: Sequence[Problem], *, json: bool
) -> None:
    message = Sentence("{file} is not imported: nothing of it is in the ledger", {"file": name})
    complain(language, message)
    for one in problems:
        values = {"line": str(one.line), "column": one.column or "—"}
        values["problem"] = language.sentence(one.problem)
        where = Sentence("line {line}, {column}: {problem}", values)
        complain(language, where, one.remedy, mark=" ")
    if json:
        print_json(problems_document(message, problems, language))
