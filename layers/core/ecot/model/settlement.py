"""A settlement: some bills beside the charges that they are about."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.model.bill import Bill

Reason = Literal[
    "rounding", "tax", "credit", "unpriced", "late data", "exchange rate", "unexplained"
]


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """Bills that are about the same charges (different numbers add), and what they come to.

    They "reconcile" where the provider states every charge itself: the total stays that of the
    charges, and the `gap` (bills less charges) is shown, and added where somebody booked it and the
    bills' days are over. Otherwise they "replace" the charges; but credit notes without an invoice
    "add": what they give back says nothing of what there was to pay, and where they reconcile,
    `charged` are the credits alone. Amounts are net, in the first bill's `currency`; `charged` is
    None where there are no charges, or none that could be converted. `percent` is of the bills. On
    days that are `untaxed` only some of the invoices state a tax: the charges' own stays.
    """

    account: str
    bills: tuple[Bill, ...]
    how: Literal["reconcile", "replace", "add"]
    is_booked: bool
    currency: str
    billed: Decimal | None
    charged: Decimal | None
    gap: Decimal | None
    percent: Decimal | None
    reason: Reason | None
    is_over: bool = True
    untaxed: frozenset[date] = frozenset()

    @property
    def settles(self) -> bool:
        """Whether the total is now that of the bills."""
        return self.how == "replace" or self.adjustment is not None

    @property
    def adjustment(self) -> Decimal | None:
        """What booking adds to the charges; None where it is not booked, or not yet."""
        is_in_effect = self.how == "reconcile" and self.is_booked and self.is_over
        return self.gap if is_in_effect else None

    @property
    def adjusting(self) -> Bill:
        """The latest bill, about no more than what all of them are about: the adjustment's."""
        return msgspec.structs.replace(
            self.bills[-1],
            service=_shared(bill.service for bill in self.bills),
            sub_account_id=_shared(bill.sub_account_id for bill in self.bills),
        )

    @property
    def is_to_do(self) -> bool:
        """Whether somebody has to look at it: bills and charges cannot be compared, or differ by
        more than a rounding, and nobody has booked that."""
        if self.how != "reconcile":
            return False
        return self.gap is None or bool(
            self.gap and self.reason != "rounding" and not self.is_booked
        )

    def days(self) -> list[date]:
        """The days that the bills are about."""
        return sorted({day for bill in self.bills for day in bill.period.days()})

    def whole_days(self) -> set[date]:
        """The days on which one of the bills is about everything that the account is charged. A
        credit note is not: what it gives back says nothing of what there was to pay."""
        whole = (one for one in self.bills if one.service is one.sub_account_id is None)
        return {day for bill in whole if not bill.is_credit for day in bill.period.days()}


def _shared(scopes: Iterable[str | None]) -> str | None:
    found = set(scopes)
    return found.pop() if len(found) == 1 else None
