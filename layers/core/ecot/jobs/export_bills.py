"""Bills as lines of the CSV: what of each falls on the exported days, and whether it counts."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from ecot.jobs.bill_charges import inside
from ecot.jobs.query import Question
from ecot.model.bill import Bill
from ecot.model.money import text
from ecot.model.rows import provider_of
from ecot.model.settlement import Settlement

Line = dict[str, str | None]


def bill_lines(
    question: Question, settlements: Iterable[Settlement], top_ups: Iterable[Bill]
) -> Iterator[Line]:
    """A line for each bill, one for each tax that a bill states, one for each booked gap, and one
    for each top-up of the question's days. What reconciles does not count, but what is booked does.
    """
    for one in settlements:
        for bill in one.bills:
            yield from _invoice(bill, question, counts=one.how != "reconcile")
        if gap := one.adjustment:
            yield from _adjustment(one, gap, question)
    for bill in top_ups:
        yield from _part(bill, question, "top-up")


def _invoice(bill: Bill, question: Question, *, counts: bool) -> Iterator[Line]:
    yield from _part(bill, question, "bill", counts=counts)
    if bill.tax is not None:
        for line in _part(bill, question, "bill", amount=bill.tax):
            yield line | {"charge_category": "Tax"}


def _part(
    bill: Bill,
    question: Question,
    kind: str,
    *,
    amount: Decimal | None = None,
    counts: bool = False,
) -> Iterator[Line]:
    """What of the bill falls on the question's days that have elapsed; nothing where none does."""
    days = list(bill.period.days())
    for line in _inside(days, bill.net if amount is None else amount, question):
        yield line | {
            "kind": kind,
            "provider": provider_of(bill.account),
            "account": bill.account,
            "category": bill.category,
            "service": bill.service,
            "project_id": bill.sub_account_id,
            "description": bill.note,
            "currency": bill.currency,
            "bill": bill.number,
            "counts": "yes" if counts else "no",
        }


def _adjustment(one: Settlement, gap: Decimal, question: Question) -> Iterator[Line]:
    for line in _inside(one.days(), gap, question):
        yield line | {
            "kind": "adjustment",
            "provider": provider_of(one.account),
            "account": one.account,
            "category": one.adjusting.category,
            "service": one.adjusting.service,
            "project_id": one.adjusting.sub_account_id,
            "charge_category": "Adjustment",
            "currency": one.currency,
            "bill": ", ".join(bill.number for bill in one.bills),
            "counts": "yes",
        }


def _inside(days: list[date], amount: Decimal, question: Question) -> Iterator[Line]:
    for period, part in inside(days, amount, question):
        yield {
            "role": "counted",
            "basis": "entered",
            "day": str(period.start.date()),
            "start": period.start.isoformat(),
            "end": period.end.isoformat(),
            "cost": text(part),
        }
