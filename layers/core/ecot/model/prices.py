"""A price that a person wrote down: of one unit, from one day on, with its source."""

from datetime import date
from decimal import Decimal

import msgspec

STANDARD = "standard"


class OwnPrice(msgspec.Struct, frozen=True, kw_only=True):
    """`per` of the quantity `unit` cost `price`, in `currency`, from the UTC day `since` on.

    `model` is a pattern in the manner of file names ("gpt-5*"; "*" also holds where there is no
    model). `tier` is the way of working that it is the price of: "standard", "batch", "flex", …
    `source` says where the price was read. A later price is one more of these, never an edit.
    """

    provider: str
    model: str
    unit: str
    tier: str = STANDARD
    per: Decimal = Decimal(1)
    price: Decimal
    currency: str
    since: date
    source: str
