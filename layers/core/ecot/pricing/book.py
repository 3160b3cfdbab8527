"""The price book: usage rows in, charges out, from the public list and the user's own prices."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, localcontext

from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge, Usage
from ecot.pricing.context import Special, context_of, says_long, tier_of
from ecot.pricing.own import own_rates
from ecot.pricing.rate import EXACT
from ecot.pricing.recipe import Rates, Recipe, recipe_of
from ecot.pricing.table import CURRENCY, public_rates

# Everything about a row that its recipe depends on: model, day (as an ordinal, which is quicker to
# look up), the special tags in the order of Special, and its quantities. One flat tuple, because
# half of the time that a row takes is spent on making and finding it.
_Text = str | None
_Kind = tuple[_Text, int, _Text, _Text, _Text, _Text, _Text, tuple[str, ...]]
_Recipes = dict[_Kind, Recipe | None]


class PriceBook:
    """Prices usage rows by the prices of the UTC day in which they start.

    Rates are worked out once for each kind of row and kept as long as the book. What a row costs
    depends on nothing but the row, the user's prices and the installed price list.
    """

    def __init__(self, own: Sequence[OwnPrice] = ()) -> None:
        self._own = tuple(own)
        # By provider, and by whether the public list may be asked.
        self._recipes: dict[tuple[str, bool], _Recipes] = defaultdict(dict)

    def has_own(self, provider: str, day: date) -> bool:
        """Whether the user has written a price of the provider that holds on the UTC day."""
        return any(one.provider == provider and one.since <= day for one in self._own)

    def charges(self, rows: Sequence[Usage], provider: str) -> list[Charge]:
        """What each row costs, in their order: a charge with its dimensions, "estimated" and naming
        its price list, or "unknown" where a part of it has no price."""
        with localcontext(EXACT):
            return [
                _charge(row, recipe, recipe.cost(row.quantities) if recipe is not None else None)
                for row, recipe in zip(rows, self._recipes_of(rows, provider), strict=True)
            ]

    def price(self, row: Usage, provider: str) -> Charge:
        """The same of one row."""
        return self.charges([row], provider)[0]

    def own_only(self, row: Usage, provider: str) -> Charge | None:
        """What the row costs by the user's own prices alone: "unknown" where they do not cover it,
        None where there is none of the provider yet on its day."""
        if not self.has_own(provider, row.day):
            return None
        with localcontext(EXACT):
            [recipe] = self._recipes_of([row], provider, public=False)
            cost = recipe.cost(row.quantities) if recipe is not None else None
        return _charge(row, recipe, cost)

    def costs(self, rows: Sequence[Usage], provider: str) -> list[Decimal | None]:
        """The bare costs, in the currency of each row's prices; None where they are not known."""
        with localcontext(EXACT):
            return [
                recipe.cost(row.quantities) if recipe is not None else None
                for row, recipe in zip(rows, self._recipes_of(rows, provider), strict=True)
            ]

    def _recipes_of(
        self, rows: Sequence[Usage], provider: str, public: bool = True
    ) -> list[Recipe | None]:
        known = self._recipes[provider, public]
        recipes = []
        for row in rows:
            tag = row.tags.get
            kind = (
                row.model,
                row.charge_period.start.toordinal(),
                tag("batch"),
                tag("service_tier"),
                tag("speed"),
                tag("inference_geo"),
                tag("context_window"),
                tuple(row.quantities),
            )
            try:
                recipe = known[kind]
            except KeyError:
                recipe = known[kind] = self._resolved(kind, provider, public)
            recipes.append(recipe)
        return recipes

    def _resolved(self, kind: _Kind, provider: str, public: bool) -> Recipe | None:
        model, ordinal, *tags, names = kind
        special = Special(*tags)
        day, context = date.fromordinal(ordinal), context_of(special)
        own = own_rates(self._own, provider, model, day, tier_of(context))
        rates: Rates = public_rates(provider, model, day, context) if public and model else {}
        found = recipe_of(names, own, rates)
        is_long = found is not None and found.long_above is not None and says_long(special)
        return None if is_long else found


def _charge(row: Usage, recipe: Recipe | None, cost: Decimal | None) -> Charge:
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
        currency=recipe.currency if recipe is not None else CURRENCY,
        basis="unknown" if cost is None else "estimated",
        price_list=recipe.price_list if recipe is not None and cost is not None else None,
        billed_cost=cost,
    )
