"""The shapes of bills that are typed."""

from typing import Any, Literal

from pydantic import Field

from ecot.api.shapes.base import Collected, Next, Shape


class AdjustmentBody(Shape):
    """A bill to add or to void. Amounts are text: 1234.50."""

    action: Literal["add", "void"] = "add"
    account: str = Field(max_length=265)
    number: str = Field(max_length=500)
    issued: str | None = Field(None, max_length=10)
    month: str | None = Field(None, max_length=7)
    first: str | None = Field(None, alias="from", max_length=10)
    after: str | None = Field(None, alias="to", max_length=10)
    net: str | None = Field(None, max_length=60)
    tax: str | None = Field(None, max_length=60)
    currency: str | None = Field(None, max_length=3)
    kind: Literal["invoice", "top-up"] | None = None
    service: str | None = Field(None, max_length=500)
    sub_account: str | None = Field(None, max_length=500)
    category: str | None = Field(None, max_length=40)
    note: str | None = Field(None, max_length=500)
    reason: str | None = Field(None, max_length=500)
    new: bool = False


class Adjusted(Shape):
    """What became of it: the bill as it stands, what it does to the totals, and whether the report
    shows it after the next collection only."""

    account: str
    number: str
    action: str
    changed: bool
    bill: dict[str, Any] | None
    settlement: dict[str, Any] | None
    is_shown_late: bool


class Adjustments(Shape):
    """The bills that stand, and every word that was said about bills."""

    collected_at: Collected
    currency: str
    bills: list[dict[str, Any]]
    balances: list[dict[str, Any]]
    history: list[dict[str, Any]]
    next: Next
