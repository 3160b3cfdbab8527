"""Bills as charges: what of each enters the totals of some days, with the bill's own number."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from ecot.jobs.query import Question
from ecot.model.bill import Bill
from ecot.model.money import spread, total
from ecot.model.period import DAY, Period, spans
from ecot.model.rows import Charge, ChargeCategory
from ecot.model.settlement import Settlement


class Billed(NamedTuple):
    """A charge that bills of the account make, and their numbers."""

    account: str
    numbers: str
    charge: Charge


def bill_charges(question: Question, settlements: Iterable[Settlement]) -> Iterator[Billed]:
    """What the bills add to the charges on the question's days: their net where they do not
    reconcile, the taxes that they state, and booked gaps. By day and currency they add up to what
    the totals make of the same bills."""
    for one in settlements:
        for bill in one.bills:
            days = list(bill.period.days())
            if one.how != "reconcile":
                kind: ChargeCategory = "Credit" if bill.is_credit else "Usage"
                for part in inside(days, bill.net, question):
                    yield _billed([bill], bill, kind, bill.currency, part)
            if bill.tax is not None:
                kept = frozenset() if bill.is_credit else one.untaxed
                for part in inside(days, bill.tax, question, kept):
                    yield _billed([bill], bill, "Tax", bill.currency, part)
        if gap := one.adjustment:
            for part in inside(one.days(), gap, question):
                yield _billed(one.bills, one.adjusting, "Adjustment", one.currency, part)


def _billed(
    bills: Sequence[Bill],
    about: Bill,
    kind: ChargeCategory,
    currency: str,
    part: tuple[Period, Decimal],
) -> Billed:
    period, cost = part
    numbers = ", ".join(bill.number for bill in bills)
    charge = Charge(
        charge_period=period,
        billing_period=Period.of_days(
            min(bill.first for bill in bills), max(bill.after for bill in bills)
        ),
        category=about.category,
        charge_category=kind,
        charge_description=about.note,
        invoice_id=numbers,
        service=about.service,
        sub_account_id=about.sub_account_id,
        currency=currency,
        basis="entered",
        billed_cost=cost,
    )
    return Billed(about.account, numbers, charge)


def inside(
    days: Collection[date], amount: Decimal, question: Question, left_out: Collection[date] = ()
) -> Iterator[tuple[Period, Decimal]]:
    """What of an amount, spread over `days`, falls on the question's days that have elapsed: each
    unbroken row of them with its part. Spread anew, a part gives every day the same again."""
    parts = dict(zip(days, spread(amount, [1] * len(days)), strict=True))
    asked = (day for day in parts if question.first <= day < question.until)
    for first, last in spans(day for day in asked if day not in left_out):
        period = Period.of_days(first, last + DAY)
        yield period, total(parts[day] for day in period.days())
