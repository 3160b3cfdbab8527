"""`GET|POST /adjustments`: typed bills, with everything that was ever said about them."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from ecot.api import parameters
from ecot.api.answers import json_answer, page, read, state_of
from ecot.api.asked import Asked, asked
from ecot.api.bodies import body_of
from ecot.api.problems import NOT_UNDERSTOOD, NOT_UNDERSTOOD_REMEDY, Failed
from ecot.api.routes.routers import new_router
from ecot.api.shapes.adjustments import Adjusted, AdjustmentBody, Adjustments
from ecot.api.shapes.base import described_as, sent_as
from ecot.edge.bill_accounts import known, refuse, refuse_stray
from ecot.edge.bill_documents import (
    bill_fields,
    entry_fields,
    list_document,
    settlement_fields,
)
from ecot.errors import EcotError
from ecot.jobs.accounts import refusal
from ecot.jobs.bill_forms import read_bill
from ecot.jobs.bills import Listed, balances, enter, histories, listed, say
from ecot.jobs.runs.events import Publish
from ecot.jobs.written import account_of, reason_of, words_of
from ecot.model.bill import Bill, Entry

router = new_router()
_EXAMPLE = {
    "account": "openai/edugami",
    "number": "INV-7",
    "issued": "2026-11-02",
    "month": "2026-10",
    "net": "25.10",
    "tax": "5.02",
    "currency": "EUR",
}
_NOT_OF_BILLS = {"action", "reason", "new"}


@router.get(
    "/adjustments",
    summary="Bills",
    tags=["bills"],
    responses={200: described_as(Adjustments)},
)
def adjustments(
    provider: parameters.Provider = None,
    account: parameters.Account = None,
    limit: parameters.Limit = 500,
    cursor: parameters.Cursor = None,
) -> Response[str]:
    """Lists the bills that stand and what each does to the totals, what is left of what was paid in
    advance, and, page by page, everything that was ever said about bills."""

    def make(one: Asked) -> dict[str, Any]:
        question = one.setup.question(provider=provider, account=account)
        store = one.place.store
        bills, prepaid = listed(store, question), balances(store, question)
        entries = [entry for entry in histories(store) if question.concerns(entry[0])]
        shown, following = page(entries, limit, cursor, state_of(one))
        document = list_document(one.setup.currency, bills, prepaid)
        history = [entry_fields(*entry) for entry in shown]
        return document | {"history": history, "next": following}

    return read(make)


@router.post(
    "/adjustments",
    summary="Add or void a bill",
    tags=["bills"],
    responses={200: described_as(Adjusted, "What became of it")},
    openapi_extensions=sent_as(AdjustmentBody, _EXAMPLE),
)
def adjust() -> Response[str]:
    """Adds a bill, or voids one: `action`. The same number again takes the earlier one's place, and
    nothing is ever lost. The report is published anew; where that could not be asked for
    (`is_shown_late`), by the next collection."""
    one = asked()
    body = _bare(body_of(one, AdjustmentBody))
    changed = _void(one, body) if body.action == "void" else _add(one, body)
    document = adjusted(one, body.account, body.number, body.action, changed=changed)
    return json_answer(document | {"is_shown_late": not _followed(one)})


def _bare(body: AdjustmentBody) -> AdjustmentBody:
    """As the ledger knows the bill: without the blanks around its names."""
    return body.model_copy(update={"account": body.account.strip(), "number": body.number.strip()})


def _followed(one: Asked) -> bool:
    """Whether the report could be asked to follow. The bill is in the ledger either way, and an
    error would have whoever sent it send it again."""
    try:
        one.world.hand("publish", Publish())
    except EcotError:
        return False
    return True


def _add(one: Asked, body: AdjustmentBody) -> bool:
    stated = body.model_dump(by_alias=True, exclude_none=True, exclude=_NOT_OF_BILLS)
    bill, faults = read_bill(stated, one.setup.today, categories=one.setup.categories())
    if bill is None:
        language = one.language
        raise Failed(
            HTTPStatus.BAD_REQUEST,
            NOT_UNDERSTOOD,
            NOT_UNDERSTOOD_REMEDY,
            errors=[
                {
                    "where": fault.column,
                    "problem": language.sentence(fault.problem),
                    "remedy": language.sentence(fault.remedy),
                }
                for fault in faults
            ],
        )
    if not body.new:
        _refuse_stranger(one, bill)
        refuse_stray(one.setup, bill)
    return bool(enter(one.place, [bill], one.now, one.author))


def _void(one: Asked, body: AdjustmentBody) -> bool:
    account, number = account_of(body.account), words_of(body.number)
    reason = reason_of(body.reason or "")
    entry = Entry(action="voided", number=number, at=one.now, by=one.author, reason=reason)
    return bool(say(one.place, account, [entry]))


def _refuse_stranger(one: Asked, bill: Bill) -> None:
    if why := refusal(bill.account, known(one.setup)):
        refuse(*why)


def adjusted(
    one: Asked, account: str, number: str, action: str, *, changed: bool
) -> dict[str, Any]:
    """The bill as it stands now, and what it does to the totals."""
    stands = _standing(one, account, number)
    settlement = stands.settlement if stands else None
    return {
        "account": account,
        "number": number,
        "action": action,
        "changed": changed,
        "bill": bill_fields(stands.standing.bill) if stands else None,
        "settlement": settlement_fields(settlement) if settlement else None,
    }


def _standing(one: Asked, account: str, number: str) -> Listed | None:
    found = listed(one.place.store, one.setup.question(account=account))
    return next((each for each in found if each.standing.bill.number == number), None)
