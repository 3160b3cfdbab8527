"""The user's own dated prices: which of them holds for a provider, a model and a day."""

from collections.abc import Sequence
from datetime import date
from fnmatch import fnmatchcase

from ecot.model.period import Month
from ecot.model.prices import OwnPrice
from ecot.pricing.rate import Rate


def own_rates(
    prices: Sequence[OwnPrice], provider: str, model: str | None, day: date, tier: str
) -> dict[str, Rate]:
    """For each quantity the price that holds: of the most exact pattern, then of the latest date.

    A price holds from its date on and never before it.
    """
    name = (model or "").lower()
    holding = [
        price
        for price in prices
        if price.provider == provider
        and price.tier == tier
        and price.since <= day
        and fnmatchcase(name, price.model.lower())
    ]
    return {price.unit: _rate(price, day) for price in sorted(holding, key=_precedence)}


def _precedence(price: OwnPrice) -> tuple[bool, int, date]:
    """What sorts last wins; of two alike, the one further down in the file."""
    signs = price.model.replace("*", "").replace("?", "")
    return signs == price.model, len(signs), price.since


def _rate(price: OwnPrice, day: date) -> Rate:
    """Of what is kept for a month, a day costs one part in the number of its days."""
    per = price.per * (len(Month.of(day).days()) if price.every == "month" else 1)
    name = f"prices.toml: {price.source}, from {price.since}"
    return Rate(price.price, per, price.currency, name)
