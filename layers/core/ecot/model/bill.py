"""A bill: what a supplier invoiced, as a person typed it, and the book that keeps every word of it.

Nothing in a book is ever edited: a correction is a further entry, and the earlier one stays.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.model.period import Period
from ecot.model.rows import Category

BillKind = Literal["invoice", "top-up"]
Action = Literal["entered", "voided", "booked", "unbooked"]


class Bill(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One invoice about the UTC days `[first, after)`.

    `net` is without tax, negative for a credit note; `tax` None means that nobody said. Without
    `service` and `sub_account_id` it is about everything that the account is charged. A "top-up"
    is paid in advance: it moves a balance, and never a total (ledger rule 16).
    """

    account: str
    number: str
    kind: BillKind = "invoice"
    issued: date
    first: date
    after: date
    net: Decimal
    tax: Decimal | None = None
    currency: str
    category: Category = "other"
    service: str | None = None
    sub_account_id: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        if self.first >= self.after:
            raise ValueError(f"the bill ends ({self.after}) before it starts ({self.first})")

    @property
    def is_credit(self) -> bool:
        """Whether it is a credit note."""
        return self.net < 0

    @property
    def period(self) -> Period:
        """The days that it is about."""
        return Period.of_days(self.first, self.after)


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line of an account's book: what was said about the bill `number`, when (UTC) and by whom.

    `bill` is there where the bill was entered (again: then it takes the earlier one's place).
    "booked" asks for an adjustment that closes the gap between the bill and its charges.
    """

    action: Action
    number: str
    at: datetime
    by: str
    bill: Bill | None = None
    reason: str | None = None


class Standing(msgspec.Struct, frozen=True):
    """A bill as it stands after all that was said. `entered` counts its versions."""

    bill: Bill
    is_booked: bool = False
    entered: int = 1
