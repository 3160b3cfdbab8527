"""The page of bills: a form to enter one, and every bill that was typed, with its history."""

from collections.abc import Mapping
from datetime import date
from typing import get_args

import msgspec

from ecot.language import Language
from ecot.model.bill import Bill
from ecot.model.period import DAY, Month
from ecot.model.rows import Category
from ecot.model.sentence import Sentence
from ecot.model.settlement import Settlement
from ecot.report.bill_book import TypedBill, by_years
from ecot.report.bills import sentences
from ecot.report.desk.form import Form
from ecot.report.desk.frame import Desk, desk_page
from ecot.report.labels import account_name
from ecot.report.words import CATEGORIES

USUAL = ("EUR", "USD", "CHF", "GBP")
PARTS = ("service", "sub_account", "category")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What the ledger has just been told: the bill as it stands now (None: it was voided), and what
    it comes to. `is_shown_late` says that the report could not be asked to follow."""

    account: str
    number: str
    bill: Bill | None = None
    settlement: Settlement | None = None
    is_shown_late: bool = False


class BillsFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`bills` are all that were ever typed, `accounts` those of the ledger and the settings. `form`
    is for a bill to enter; `voiding` is for taking one back, where that went wrong."""

    today: date
    currency: str
    bills: tuple[TypedBill, ...]
    accounts: tuple[str, ...]
    can_act: bool = True
    form: Form = Form()
    voiding: Form = Form()
    said: Said | None = None


def bills_page(desk: Desk, facts: BillsFacts, titles: Mapping[str, str]) -> bytes:
    """The form, and every bill."""
    categories = [(one, desk.language.sentence(CATEGORIES[one])) for one in get_args(Category)]
    return desk_page(
        desk,
        "desk_bills.html",
        styles=("bill_book.css",),
        view=facts,
        form=facts.form,
        voiding=facts.voiding,
        years=by_years(facts.bills, titles),
        name=lambda account: account_name(account, titles),
        effect=list(_effect(facts.said, desk.language)),
        categories=categories,
        is_about_a_part=any(
            facts.form.value(one) or one in facts.form.wrong for one in (*PARTS, "is_new")
        ),
        currencies=sorted({*USUAL, facts.currency}),
    )


def typed_of(bill: Bill) -> dict[str, str]:
    """The bill as a form holds it: whoever corrects it begins with what it says."""
    month = Month.of(bill.first)
    is_month = (bill.first, bill.after) == (month.first, month.after)
    days = {"month": str(month)} if is_month else {
        "first": str(bill.first), "last": str(bill.after - DAY)
    }  # fmt: skip
    said = {
        "account": bill.account,
        "number": bill.number,
        "issued": str(bill.issued),
        "net": f"{bill.net:f}",
        "tax": "" if bill.tax is None else f"{bill.tax:f}",
        "currency": bill.currency,
        "kind": bill.kind,
        "note": bill.note or "",
        "service": bill.service or "",
        "sub_account": bill.sub_account_id or "",
        "category": bill.category,
    }
    return said | days


def _effect(said: Said | None, language: Language) -> list[Sentence]:
    if said is None or said.bill is None:
        return []
    if said.settlement is None:
        return [Sentence("A top-up: it moves a balance, and no total.")]
    return list(sentences(language, said.settlement))
