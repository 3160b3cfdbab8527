"""The JSON that scripts rely on: bills, what they do, and the months that they belong to."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from ecot.jobs.bill_files import Problem
from ecot.jobs.bills import Balance, Listed
from ecot.jobs.month_states import AccountMonth
from ecot.jobs.query import Converted
from ecot.language import Language
from ecot.model.bill import Bill, Entry
from ecot.model.rates import Rate
from ecot.model.sentence import Sentence
from ecot.model.settlement import Settlement


def bill_fields(bill: Bill) -> dict[str, Any]:
    """A bill, in the names of the file that can be imported."""
    return {
        "account": bill.account,
        "number": bill.number,
        "kind": bill.kind,
        "issued": bill.issued,
        "from": bill.first,
        "to": bill.after,
        "net": bill.net,
        "tax": bill.tax,
        "currency": bill.currency,
        "category": bill.category,
        "service": bill.service,
        "sub_account": bill.sub_account_id,
        "note": bill.note,
    }


def settlement_fields(one: Settlement) -> dict[str, Any]:
    """What bills come to beside their charges."""
    return {
        "account": one.account,
        "numbers": [bill.number for bill in one.bills],
        "how": one.how,
        "booked": one.is_booked,
        "currency": one.currency,
        "billed": one.billed,
        "charged": one.charged,
        "gap": one.gap,
        "percent": one.percent,
        "reason": one.reason,
    }


def converted_fields(one: Converted) -> dict[str, Any]:
    """What was converted, and at which rates."""
    return {
        "currency": one.currency,
        "tax": one.is_tax,
        "amount": one.amount,
        "cost": one.cost,
        "rates": [rate_fields(rate) for rate in one.rates],
    }


def rate_fields(rate: Rate) -> dict[str, Any]:
    """A rate, whose it is and since when."""
    return {
        "from": rate.source,
        "to": rate.target,
        "rate": rate.rate,
        "day": rate.day,
        "origin": rate.origin,
    }


def listed_fields(one: Listed) -> dict[str, Any]:
    """A bill of `ecot bill list --json`."""
    return bill_fields(one.standing.bill) | {
        "booked": one.standing.is_booked,
        "versions": one.standing.entered,
        "converted": one.converted,
        "rate": rate_fields(one.rate) if one.rate else None,
        "settlement": settlement_fields(one.settlement) if one.settlement else None,
    }


def list_document(
    currency: str, bills: Iterable[Listed], balances: Sequence[Balance]
) -> dict[str, Any]:
    """`ecot bill list --json`"""
    return {
        "currency": currency,
        "bills": [listed_fields(one) for one in bills],
        "balances": balances,
    }


def entry_fields(account: str, entry: Entry) -> dict[str, Any]:
    """An entry of `ecot bill history --json`."""
    return {
        "account": account,
        "number": entry.number,
        "action": entry.action,
        "at": entry.at,
        "by": entry.by,
        "reason": entry.reason,
        "bill": bill_fields(entry.bill) if entry.bill else None,
    }


def problems_document(
    message: Sentence, problems: Iterable[Problem], language: Language
) -> dict[str, Any]:
    """What `ecot bill import --json` says of a file that it refuses."""
    told = [
        {
            "line": one.line,
            "column": one.column or None,
            "message": language.sentence(one.problem),
            "remedy": language.sentence(one.remedy),
        }
        for one in problems
    ]
    return {"error": {"message": language.sentence(message), "remedy": None, "problems": told}}


def months_document(currency: str, months: Iterable[AccountMonth], today: date) -> dict[str, Any]:
    """`ecot months --json`"""
    return {"currency": currency, "months": [_month_fields(one, today) for one in months]}


def _month_fields(one: AccountMonth, today: date) -> dict[str, Any]:
    return {
        "account": one.account,
        "month": str(one.month),
        "state": one.state,
        "cost": one.cost,
        "lacks_cost": one.lacks_cost,
        "closed_at": one.closed_at,
        "retired": one.retired,
        "unread": one.unread,
        "covered": one.covered,
        "doubted": one.doubted,
        "reread": {
            "due": one.reread_due,
            "late": one.is_late(today),
            "done_at": one.reread_at,
        },
        "plans": one.plans,
        "bills": [bill.standing.bill.number for bill in one.bills],
        "gaps": [settlement_fields(gap) for gap in one.gaps()],
    }
