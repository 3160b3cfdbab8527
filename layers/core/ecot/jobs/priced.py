"""Prices for usage that arrives without money.

A supplier whose plan pays for its usage is paid in one of three ways, and never in two: by a plan
of the settings and what goes beyond it, by the user's own price of the usage, or by a plan whose
price nobody knows. Usage that the user's own prices leave out is unknown: nothing else pays for it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ecot.jobs.round import Round, Source
from ecot.model.answer import Parsed
from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge, Usage
from ecot.pricing.book import PriceBook
from ecot.providers.contract import Unpriced


def price_book(own: Sequence[OwnPrice]) -> PriceBook:
    """The user's prices, and the public list behind them."""
    return PriceBook(own)


def priced(source: Source, feed: str, rows: Iterable[Parsed], round_: Round) -> Iterator[Parsed]:
    """The rows, and beside each usage of an `estimated` feed or snapshot what it costs."""
    rule = source.provider.estimated.get(feed)
    for parsed in rows:
        yield parsed
        if rule is not None and isinstance(parsed.row, Usage):
            charge = _charge(source, parsed.row, round_, rule)
            if charge is not None:
                yield Parsed(parsed.place, charge)


def _charge(source: Source, row: Usage, round_: Round, rule: Unpriced) -> Charge | None:
    """What a usage costs: "unknown" without a price, or nothing where a plan pays in its month."""
    if rule != "unknown" and source.has_plan(row.day):
        return None
    name = source.provider.name
    prices = round_.prices
    return prices.own_only(row, name) if rule == "nothing" else prices.price(row, name)


def is_paid_by_price(source: Source, round_: Round, day: date) -> bool:
    """Whether the user's own price, from the day or an earlier one on, stands in the place of a
    plan and of what goes beyond it."""
    is_planned = "nothing" in source.provider.estimated.values()
    own = round_.prices.has_own(source.provider.name, day)
    return is_planned and own and not source.has_plan(day)
