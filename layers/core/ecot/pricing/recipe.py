"""How the rows of one kind are priced: worked out once, then it is arithmetic.

Rows of one kind have the same provider, model, day and way of working, and state the same
quantities.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from ecot.model.quantities import COUNTS, CREDITS, INSIDE, container
from ecot.pricing.rate import EXACT, Rate

Quantities = Mapping[str, Decimal]
Rates = Mapping[str, Rate]
_ZERO = Decimal(0)


# A quantity that contains none with another rate, and what one of it adds to the cost: its price,
# less the price of what contains it. Plain tuples, because named ones are slower to take apart.
Leaf = tuple[str, Decimal]
# The same of a quantity that contains some: one, and the others.
Outer = tuple[str, Decimal, str, tuple[str, ...]]


class Odd(NamedTuple):
    """A quantity without a price of one: there is no rate, or no decimal can hold its quotient."""

    name: str
    inside: tuple[str, ...]
    rate: Rate | None


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is added up, in one currency, and the price lists that say so.

    A rate that is for requests up to `long_above` input tokens is a base price. Whether a total
    holds longer requests cannot be seen; where it must, since the mean of its `requests` is longer,
    its cost is unknown rather than too low. `inputs` are the quantities that make the mean.
    """

    leaves: tuple[Leaf, ...]
    outers: tuple[Outer, ...]
    odd: tuple[Odd, ...]
    currency: str
    price_list: str
    long_above: int | None
    inputs: tuple[str, ...]
    is_plain: bool

    def cost(self, quantities: Quantities) -> Decimal | None:
        """The exact cost, where Python's decimal context is `rate.EXACT`. None where a part of it
        has no price, where a quantity is smaller than what it contains, and where requests are
        longer than the rates are for."""
        cost = None  # not zero: to add the first to it would take a tenth of the time
        for name, each in self.leaves:
            quantity = quantities[name]
            if quantity.is_signed():  # twice as quick as a comparison
                if quantity:
                    return None
                quantity = _ZERO  # minus zero would be the sign of the cost
            cost = quantity * each if cost is None else cost + quantity * each
        for name, each, first, others in self.outers:
            contained = quantities[first]
            for other in others:
                contained += quantities[other]
            if (quantity := quantities[name]) < contained:
                return None
            cost = quantity * each if cost is None else cost + quantity * each
        return cost if self.is_plain else self._with_odd(quantities, cost or _ZERO)

    def _with_odd(self, quantities: Quantities, cost: Decimal) -> Decimal | None:
        for odd in self.odd:
            rest = quantities[odd.name] - sum(quantities[part] for part in odd.inside)
            if rest < _ZERO or (rest and odd.rate is None):
                return None
            cost += odd.rate.cost(rest) if odd.rate else _ZERO
        if self.long_above is not None and self._is_long(quantities, self.long_above):
            return None
        return cost

    def _is_long(self, quantities: Quantities, limit: int) -> bool:
        if "requests" not in quantities:
            return False
        tokens = sum(quantities[name] for name in self.inputs)
        return tokens > limit * quantities["requests"]


def recipe_of(names: Sequence[str], own: Rates, public: Rates) -> Recipe | None:
    """The recipe of rows that state these quantities; None where nothing of them has a price.

    The narrowest price of a quantity holds, one's own before the public one. A requests' price
    without a count of requests is none: what the rest costs would be too low a total.
    """
    if CREDITS in names and CREDITS in own:
        # What they were spent on is measured beside them.
        names, own, public = (CREDITS,), {CREDITS: own[CREDITS]}, {}
    rates = _apart({name: _narrowest(name, own, public) for name in sorted(names)})
    stated = [rate for rate in rates.values() if rate is not None]
    currencies = {rate.currency for rate in stated}
    if len(currencies) != 1 or ("requests" in {*own, *public} and "requests" not in names):
        return None
    limits = [rate.long_above for rate in stated if rate.long_above is not None]
    inside = {name: tuple(one for one in rates if container(one, rates) == name) for name in rates}
    each = {name: rate.of_one() if rate is not None else None for name, rate in rates.items()}
    odd = tuple(Odd(name, inside[name], rates[name]) for name, one in each.items() if one is None)
    weights = _weights(each, inside)
    outers = {name: parts for name, parts in inside.items() if parts and each[name] is not None}
    return Recipe(
        leaves=tuple((name, one) for name, one in weights.items() if name not in outers),
        outers=tuple((name, weights[name], parts[0], parts[1:]) for name, parts in outers.items()),
        odd=odd,
        currency=currencies.pop(),
        price_list="; ".join(dict.fromkeys(rate.price_list for rate in stated)),
        long_above=min(limits, default=None),
        inputs=tuple(name for name in sorted(names) if _is_whole_input(name, names)),
        is_plain=not odd and not limits,
    )


def _weights(
    each: Mapping[str, Decimal | None], inside: Mapping[str, tuple[str, ...]]
) -> dict[str, Decimal]:
    """One of a part is one less of the rest of what contains it: fewer sums than to take the parts
    off first, and equal to them."""
    weights: dict[str, Decimal] = {}
    for name, one in each.items():
        if one is not None:
            weights[name] = EXACT.add(weights.get(name, _ZERO), one)
            for part in inside[name]:
                weights[part] = EXACT.subtract(weights.get(part, _ZERO), one)
    return weights


def _apart(rates: Mapping[str, Rate | None]) -> dict[str, Rate | None]:
    """Without what costs the same as the quantity that contains it, and without mere counts."""
    return {
        name: rate
        for name, rate in rates.items()
        if (rate is not None or name not in COUNTS)
        and ((outer := container(name, rates)) is None or rates[outer] != rate)
    }


def _narrowest(name: str, own: Rates, public: Rates) -> Rate | None:
    """The rate of the quantity, else of the next one that contains it.

    The public price of tokens in general is none of audio: that is many times dearer, and where the
    table leaves it out (gpt-4o-audio-preview, 0.2.3) it would be far too low.
    """
    outer: str | None = name
    while outer is not None:
        if outer in own:
            return own[outer]
        if outer in public and ("audio" not in name or "audio" in outer):
            return public[outer]
        outer = INSIDE.get(outer)
    return None


def _is_whole_input(name: str, names: Sequence[str]) -> bool:
    is_input = name.startswith("input_") and name.endswith("_tokens")
    return is_input and container(name, names) is None
