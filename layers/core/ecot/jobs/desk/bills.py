"""Typing bills into a page: the form read, everything that is wrong said beside its field."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from ecot.errors import LedgerError, SettingsError
from ecot.jobs.accounts import meant
from ecot.jobs.bill_forms import Fault, read_bill
from ecot.jobs.bill_scopes import stray
from ecot.jobs.bills import enter, histories, listed, say, stands
from ecot.jobs.desk.amounts import plain_amount
from ecot.jobs.query import Question
from ecot.jobs.site.bills import typed_bills
from ecot.jobs.written import account_of, day_of, reason_of
from ecot.ledger.bills import standing
from ecot.model.bill import Bill, Entry
from ecot.model.period import DAY
from ecot.model.rows import Category
from ecot.model.sentence import Sentence
from ecot.model.settlement import Settlement
from ecot.report.bill_book import TypedBill
from ecot.report.desk.form import Form, Wrong
from ecot.store.bills import all_books
from ecot.store.protocol import Place, Store

FIELDS = (
    *("account", "number", "issued", "month", "first", "last", "net", "tax", "currency", "kind"),
    *("service", "sub_account", "category", "note", "is_new"),
)
_MISSING = Sentence("This is missing")
_NEEDED: Mapping[str, Sentence] = {
    "account": Sentence("Choose the account that the bill is for."),
    "number": Sentence("Copy it from the bill: by it the bill is known again."),
    "issued": Sentence("Give the day of issue that is on the bill."),
    "net": Sentence("Give the amount without tax."),
    "currency": Sentence("Give an ISO code, such as EUR."),
}
_AMOUNT = Wrong(
    Sentence("This is not an amount, or could be two"),
    Sentence("Write it as 1234.56 or 1 234,56, without a currency sign."),
)


class Reader(NamedTuple):
    """Who types, when, and what they could mean: the accounts that are known, and the categories of
    those with a plan. `now` is UTC."""

    now: datetime
    by: str
    accounts: Collection[str]
    categories: Mapping[str, Category]

    @property
    def today(self) -> date:
        """The UTC day."""
        return self.now.date()


def every_bill(store: Store) -> tuple[TypedBill, ...]:
    """Every bill that was ever typed, with its history: one query of the books."""
    stand = {
        (account, one.bill.number): None
        for account, book in all_books(store)
        for one in standing(book)
    }
    return tuple(typed_bills(histories(store), stand))


def add_bill(place: Place, typed: Mapping[str, str], reader: Reader) -> Bill | Form:
    """Enters the bill that was typed, or returns the form with all that is wrong with it."""
    bill, wrong = _read(typed, reader)
    if not typed.get("is_new"):
        wrong = _stranger(typed.get("account", "").strip(), reader) | wrong
        wrong |= _stray(place.store, bill) if bill and not wrong else {}
    if bill is None or wrong:
        return Form(typed=typed, wrong=wrong)
    try:
        enter(place, [bill], reader.now, reader.by)
    except LedgerError as error:
        return Form(typed=typed, refused=_wrong(error))
    return bill


def void_bill(place: Place, typed: Mapping[str, str], reader: Reader) -> Form | None:
    """Takes the bill out of every total; the form with what is wrong, where that could not be."""
    account, number = typed.get("account", ""), typed.get("number", "")
    try:
        reason = reason_of(typed.get("reason", ""))
    except SettingsError as error:
        return Form(typed=typed, wrong={"reason": _wrong(error)})
    entry = Entry(action="voided", number=number, at=reader.now, by=reader.by, reason=reason)
    try:
        say(place, account, [entry])
    except LedgerError:
        problem = Sentence("There is no bill {number} that stands", {"number": number})
        remedy = Sentence("Somebody may have voided it meanwhile: look at its history below.")
        return Form(typed=typed, refused=Wrong(problem, remedy))
    return None


def bill_of(store: Store, account: str, number: str) -> Bill | None:
    """The bill, if it stands."""
    try:
        return stands(store, account_of(account)).get(number)
    except SettingsError:
        return None


def settlement_of(store: Store, question: Question, number: str) -> Settlement | None:
    """What the bill of the question's account comes to; None for a top-up."""
    for one in listed(store, question):
        if one.standing.bill.number == number:
            return one.settlement
    return None


def _read(typed: Mapping[str, str], reader: Reader) -> tuple[Bill | None, dict[str, Wrong]]:
    written = {name: typed.get(name, "") for name in FIELDS if name not in ("last", "is_new")}
    written["from"] = written.pop("first")
    written["currency"] = written["currency"].strip().upper()
    written |= {name: plain_amount(written[name]) for name in ("net", "tax")}
    wrong: dict[str, Wrong] = {}
    try:
        written["to"] = _after(typed.get("last", ""))
    except SettingsError as error:
        wrong["last"] = _wrong(error)
    bill, faults = read_bill(written, reader.today, categories=reader.categories)
    for fault in faults:
        wrong.setdefault(*_beside(fault))
    return (None if wrong else bill), wrong


def _after(last: str) -> str:
    """The day after the last one: a person names that, and the ledger the end."""
    return str(day_of(last.strip()) + DAY) if last.strip() else ""


def _beside(fault: Fault) -> tuple[str, Wrong]:
    """The field that the fault is shown beside, and how it is said there."""
    field = {"from": "first", "to": "last"}.get(fault.column, fault.column)
    if fault.problem.text == "{column} is missing":
        return field, Wrong(_MISSING, _NEEDED.get(field))
    if field in ("net", "tax") and "amount, or" in fault.problem.text:
        return field, _AMOUNT
    return field, Wrong(fault.problem, fault.remedy)


def _stranger(account: str, reader: Reader) -> dict[str, Wrong]:
    """What may be a slip of the pen: an account that nobody knows."""
    if not account or account in reader.accounts:
        return {}
    other = meant(account, reader.accounts)
    remedy = (
        Sentence("Did you mean {other}? If it is a new one, tick that below.", {"other": other})
        if other
        else Sentence("If it is a new account, of which only bills are known, tick that below.")
    )
    problem = Sentence("No account is called {account}", {"account": account})
    return {"account": Wrong(problem, remedy)}


def _stray(store: Store, bill: Bill) -> dict[str, Wrong]:
    """The same of a service or a project that has no charges on the bill's days."""
    why = stray(store, bill)
    if why is None:
        return {}
    remedy = Sentence("If the bill is about something else than its charges, tick that below.")
    return {"service" if bill.service else "sub_account": Wrong(why[0], remedy)}


def _wrong(error: LedgerError | SettingsError) -> Wrong:
    remedy = Sentence(error.remedy, error.values) if error.remedy else None
    return Wrong(Sentence(error.text, error.values), remedy)
