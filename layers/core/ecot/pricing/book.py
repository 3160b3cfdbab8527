"""The price book: usage rows in, charges out, from the public list and the user's own prices."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal, localcontext

from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge, Usage
from ecot.pricing.context import TAGS, context_of, tier_of
from ecot.pricing.own import own_rates
from ecot.pricing.rate import EXACT
from ecot.pricing.recipe import Rates, Recipe, recipe
from ecot.pricing.table import CURRENCY, public_rates

# Everything about a row that its recipe depends on: provider, model, day (as an ordinal, which is
# quicker to look up), tags, quantities, and whether the public list may be asked.
_Kind = tuple[str, str | None, int, tuple[str | None, ...], tuple[str, ...], bool]
_NO_TAGS: tuple[str | None, ...] = (None,) * len(TAGS)


class PriceBook:
    """Prices usage rows by the prices of the UTC day in which they start.

    Rates are worked out once for each kind of row and kept as long as the book. What a row costs
    depends on nothing but the row, the user's prices and the installed price list.
    """

    def __init__(self, own: Sequence[OwnPrice] = ()) -> None:
        self._own = tuple(own)
        self._recipes: dict[_Kind, Recipe | None] = {}

    def charges(self, rows: Iterable[Usage], provider: str) -> list[Charge]:
        """What each row costs, in their order: a charge with its dimensions, "estimated" and naming
        its price list, or "unknown" where a part of it has no price."""
        with localcontext(EXACT):
            return [self._charge(row, provider) for row in rows]

    def price(self, row: Usage, provider: str) -> Charge:
        """The same of one row."""
        return self.charges([row], provider)[0]

    def own_only(self, row: Usage, provider: str) -> Charge | None:
        """What the row costs by the user's own prices alone; None where they do not cover it."""
        found = self._recipe(row, provider, public=False)
        with localcontext(EXACT):
            cost = found.cost(row.quantities) if found is not None else None
        if found is None or cost is None:
            return None
        return _charge(row, found.currency, cost, found.price_list)

    def costs(self, rows: Iterable[Usage], provider: str) -> list[Decimal | None]:
        """The bare costs, in each row's currency; None where they are not known."""
        with localcontext(EXACT):
            return [
                found.cost(row.quantities) if (found := self._recipe(row, provider)) else None
                for row in rows
            ]

    def _charge(self, row: Usage, provider: str) -> Charge:
        found = self._recipe(row, provider)
        if found is None:
            return _charge(row, CURRENCY)
        cost = found.cost(row.quantities)
        return _charge(row, found.currency, cost, found.price_list if cost is not None else None)

    def _recipe(self, row: Usage, provider: str, public: bool = True) -> Recipe | None:
        tags = tuple([row.tags.get(name) for name in TAGS]) if row.tags else _NO_TAGS
        day = row.charge_period.start.toordinal()
        kind = (provider, row.model, day, tags, tuple(row.quantities), public)
        try:
            return self._recipes[kind]
        except KeyError:
            found = self._recipes[kind] = self._resolved(kind)
            return found

    def _resolved(self, kind: _Kind) -> Recipe | None:
        provider, model, ordinal, (*special, window), names, public = kind
        day, context = date.fromordinal(ordinal), context_of(*special)
        own = own_rates(self._own, provider, model, day, tier_of(context))
        rates: Rates = public_rates(provider, model, day, context) if public and model else {}
        found = recipe(names, own, rates)
        is_long = window is not None and not window.startswith("0-")  # Anthropic: "200k-1M"
        return None if found is None or (is_long and found.long_above is not None) else found


def _charge(
    row: Usage, currency: str, cost: Decimal | None = None, price_list: str | None = None
) -> Charge:
    return Charge(
        charge_period=row.charge_period,
        category=row.category,
        service=row.service,
        sub_account_id=row.sub_account_id,
        model=row.model,
        api_key_id=row.api_key_id,
        user=row.user,
        resource_id=row.resource_id,
        region_id=row.region_id,
        tags=row.tags,
        role=row.role,
        parent=row.parent,
        currency=currency,
        basis="unknown" if cost is None else "estimated",
        price_list=price_list,
        billed_cost=cost,
    )
