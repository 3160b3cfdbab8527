"""Exchange rates: as the European Central Bank publishes them, as a person types them, as used."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

EURO = "EUR"  # what every publication is about: units of a currency for one euro
Origin = Literal["ecb", "typed"]


class Publication(msgspec.Struct, frozen=True):
    """What the ECB published on a day: units of each currency for one euro, in its own digits."""

    day: date
    per_euro: Mapping[str, Decimal]


class TypedRate(msgspec.Struct, frozen=True):
    """A rate of the settings: one `source` is `rate` of `target`, from the day `since` on."""

    source: str
    target: str
    rate: Decimal
    since: date


class Rate(msgspec.Struct, frozen=True):
    """One `source` is `rate` of `target`.

    `day` is the publication's; of a typed rate, the day since which it holds; of one that was
    crossed from two, the older one. `origin` is "typed" as soon as a typed rate has a part in it.
    """

    source: str
    target: str
    rate: Decimal
    day: date
    origin: Origin
