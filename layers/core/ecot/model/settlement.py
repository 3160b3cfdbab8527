"""A settlement: some bills beside the charges that they are about."""

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
    charges, and the `gap` (bills less charges) is shown, and added where it `is_booked`. Otherwise
    they "replace" the charges. Amounts are net, in the first bill's `currency`; `charged` is None
    where there are no charges, or none that could be converted. `percent` is of the bills.
    """

    account: str
    bills: tuple[Bill, ...]
    how: Literal["reconcile", "replace"]
    is_booked: bool
    currency: str
    billed: Decimal | None
    charged: Decimal | None
    gap: Decimal | None
    percent: Decimal | None
    reason: Reason | None

    @property
    def settles(self) -> bool:
        """Whether the total is now that of the bills."""
        return self.how == "replace" or (self.is_booked and self.gap is not None)

    @property
    def is_to_do(self) -> bool:
        """Whether somebody has to look at it: bills and charges cannot be compared, or differ by
        more than a rounding, and nobody has booked that."""
        if self.how == "replace":
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
        return {day for bill in whole if bill.net >= 0 for day in bill.period.days()}
