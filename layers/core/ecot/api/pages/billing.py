"""The page of bills: entering one, taking one back, and every word that was said about them."""

from http import HTTPStatus

from ecot.api.asked import Asked
from ecot.api.pages.desks import desk_of, may_act
from ecot.api.pages.given import elsewhere, page
from ecot.api.pages.guarded import fields
from ecot.api.sealed import Built
from ecot.edge.desk import stated_accounts
from ecot.errors import EcotError
from ecot.jobs.desk.accounts import accounts_to_bill
from ecot.jobs.desk.bills import (
    Reader,
    add_bill,
    bill_of,
    every_bill,
    settlement_of,
    void_bill,
)
from ecot.jobs.known import titles
from ecot.jobs.runs.events import Publish
from ecot.model.bill import Bill
from ecot.report.desk.billing import BillsFacts, Said, bills_page, typed_of
from ecot.report.desk.form import Form
from ecot.report.desk.signing import FOREIGN

PATH = "/bills"
_LATE = "late"


def bills(one: Asked) -> Built:
    """`GET /bills`: with `?account=` and `?number=` the form holds that bill, to be corrected; with
    `?said=` it tells what has just become of it."""
    bill = _named(one)
    form = Form(typed=typed_of(bill)) if bill and not _asked(one, "said") else Form()
    return _shown(one, form, said=_said(one, bill))


def add(one: Asked) -> Built:
    """`POST /bills`: enters the bill, or shows the form with what is wrong beside each field."""
    typed, is_theirs = fields(one)
    if not is_theirs:
        return _shown(one, Form(typed=typed, refused=FOREIGN), HTTPStatus.FORBIDDEN)
    done = add_bill(one.place, typed, _reader(one))
    if isinstance(done, Form):
        return _shown(one, done, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _changed(one, done.account, done.number)


def void(one: Asked) -> Built:
    """`POST /bills/void`: takes the bill out of every total, and says why in its history."""
    typed, is_theirs = fields(one)
    if not is_theirs:
        return _shown(one, Form(refused=FOREIGN), HTTPStatus.FORBIDDEN)
    wrong = void_bill(one.place, typed, _reader(one))
    if wrong is not None:
        return _shown(one, Form(), HTTPStatus.UNPROCESSABLE_ENTITY, voiding=wrong)
    return _changed(one, typed["account"], typed["number"])


def _changed(one: Asked, account: str, number: str) -> Built:
    """Has the report follow, and says what became of the bill. The bill is in the ledger whether or
    not the report can be asked to follow."""
    said = "now"
    try:
        one.world.hand("publish", Publish())
    except EcotError:
        said = _LATE
    return elsewhere(desk_of(one, PATH).to(PATH, account=account, number=number, said=said))


def _said(one: Asked, bill: Bill | None) -> Said | None:
    """What to tell: only what the ledger itself says now, whatever the address says."""
    account, number, said = (_asked(one, name) for name in ("account", "number", "said"))
    if not said or not account:
        return None
    if bill is None:
        is_known = any((each.bill.account, each.bill.number) == (account, number)
                       for each in every_bill(one.place.store))  # fmt: skip
        late = said == _LATE
        return Said(account=account, number=number, is_shown_late=late) if is_known else None
    question = one.setup.question(account=account)
    return Said(
        account=account,
        number=number,
        bill=bill,
        settlement=settlement_of(one.place.store, question, number),
        is_shown_late=said == _LATE,
    )


def _named(one: Asked) -> Bill | None:
    account, number = _asked(one, "account"), _asked(one, "number")
    return bill_of(one.place.store, account, number) if account and number else None


def _asked(one: Asked, name: str) -> str:
    return one.request.query.get(name, [""])[0]


def _reader(one: Asked) -> Reader:
    known = accounts_to_bill(one.place.store, [each.account for each in stated_accounts(one.setup)])
    return Reader(one.now, one.author, known, one.setup.categories())


def _shown(
    one: Asked,
    form: Form,
    status: int = HTTPStatus.OK,
    *,
    voiding: Form | None = None,
    said: Said | None = None,
) -> Built:
    store = one.place.store
    facts = BillsFacts(
        today=one.setup.today,
        currency=one.setup.currency,
        bills=every_bill(store),
        accounts=accounts_to_bill(store, [each.account for each in stated_accounts(one.setup)]),
        can_act=may_act(one),
        form=form,
        voiding=voiding or Form(),
        said=said,
    )
    return page(bills_page(desk_of(one, PATH), facts, titles()), status)
