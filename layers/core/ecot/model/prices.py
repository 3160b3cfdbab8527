"""A price that a person wrote down: of one unit, from one day on, with its source."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

STANDARD = "standard"


class OwnPrice(msgspec.Struct, frozen=True, kw_only=True):
    """`per` of the quantity `unit` cost `price`, in `currency`, from the UTC day `since` on.

    `model` is a pattern in the manner of file names ("gpt-5*"; "*" also holds where there is no
    model). `tier` is the way of working that it is the price of: "standard", "batch", "flex", …
    `every` says that it is the price of keeping the quantity for a month, of which a day costs its
    part. `source` says where the price was read. A later price is one more of these, never an edit.
    """

    provider: str
    model: str
    unit: str
    tier: str = STANDARD
    per: Decimal = Decimal(1)
    price: Decimal
    currency: str
    every: Literal["month"] | None = None
    since: date
    source: str
