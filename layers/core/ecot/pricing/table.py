"""The public price list: `genai-prices`, read as rates of our own quantities.

Only its table is used. Its arithmetic (`calc_price`) checks the prices anew for each row, and would
price a day's total at a long-context tier. It is imported when the first price is asked for: that
takes 0.2 s and loads an HTTP client, which nobody here calls.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from ecot.model.period import midnight
from ecot.pricing.context import Context, tier_of
from ecot.pricing.rate import Rate

if TYPE_CHECKING:
    from genai_prices.types import (
        ModelInfo,
        ModelPrice,
        Provider,
        StartDateConstraint,
        TimeOfDateConstraint,
    )
    from genai_prices.units import UnitDef

CURRENCY = "USD"  # the whole table is in US dollars

# Our quantities, and the unit of the table whose price is theirs: the first one that has a price.
# The table's audio and image tokens hold cached ones too, ours do not.
UNITS: Mapping[str, tuple[str, ...]] = {
    "input_tokens": ("input_tokens",),
    "input_cached_tokens": ("cache_read_tokens",),
    "input_cache_write_tokens": ("cache_write_tokens",),
    "input_cache_write_5m_tokens": ("cache_write_5m_tokens",),
    "input_cache_write_1h_tokens": ("cache_write_1h_tokens",),
    "input_text_tokens": ("input_text_tokens",),
    "input_audio_tokens": ("input_audio_tokens",),
    "input_image_tokens": ("input_image_tokens",),
    "input_cached_text_tokens": ("cache_text_read_tokens", "input_text_tokens"),
    "input_cached_audio_tokens": ("cache_audio_read_tokens", "input_audio_tokens"),
    "input_cached_image_tokens": ("cache_image_read_tokens", "input_image_tokens"),
    "output_tokens": ("output_tokens",),
    "output_text_tokens": ("output_text_tokens",),
    "output_audio_tokens": ("output_audio_tokens",),
    "output_image_tokens": ("output_image_tokens",),
    "output_reasoning_tokens": ("output_reasoning_tokens",),
    "characters": ("input_characters",),
    "seconds": ("input_audio_seconds", "audio_seconds"),
    "pages": ("input_document_pages",),
    "web_search_calls": ("web_searches",),
    "file_search_calls": ("storage_searches",),
    "requests": ("requests",),
}

# Groq charges at least ten seconds a request, which a total of many requests does not show
# (ModelInfo.calc_price of genai-prices 0.2.3). The plain price could be far too low.
TEN_SECONDS_A_REQUEST = {("groq", "whisper-large-v3"), ("groq", "whisper-large-v3-turbo")}


def list_version() -> str | None:
    """The version of the list that is installed; None where nothing says so (a layer may hold the
    code alone). Its prices have their own dates, and each estimated charge names that of its own.
    """
    try:
        return version("genai-prices")
    except PackageNotFoundError:
        return None


def public_rates(provider: str, model: str, day: date, context: Context) -> dict[str, Rate]:
    """The rates that the table states for these quantities themselves; none where it cannot know.

    Where the price grows with the length of a request it is the base price: a row is the total of
    many requests. Where it depends on the hour there is none, for the same reason; nor where the
    table has no price for what is special about the row: standard prices are twice those of batch.
    """
    seller, found = _model(provider, model)
    if seller is None or found is None or (provider, found.id) in TEN_SECONDS_A_REQUEST:
        return {}
    since = _standard_since(found, day)
    special = _special_since(seller, found, day, context) if context else []
    if since is None or (context and not special):
        return {}
    name = f"genai-prices, {provider}/{found.id} {_dated(max([since, *special]))}"
    name += f", {tier_of(context)}" if context else ""
    return _rates(found.get_prices(midnight(day), dict(context)), name)


def _rates(prices: "ModelPrice", name: str) -> dict[str, Rate]:
    from genai_prices.types import TieredPrices

    if any(isinstance(price, TieredPrices) for price in vars(prices).values()):
        name += ", base tier"
    rates = {}
    for ours, theirs in UNITS.items():
        units = (_units()[key] for key in theirs)
        unit = next((one for one in units if getattr(prices, one.price_key) is not None), None)
        if unit is not None:
            price = getattr(prices, unit.price_key)
            limit = None
            if isinstance(price, TieredPrices):
                limit = min(tier.start for tier in price.tiers)
                price = price.base
            rates[ours] = Rate(price, Decimal(unit.per), CURRENCY, name, long_above=limit)
    return rates


@cache
def _units() -> "Mapping[str, UnitDef]":
    from genai_prices.data_units import unit_data
    from genai_prices.units import UnitRegistry

    return UnitRegistry(unit_data).units


@cache
def _model(provider: str, model: str) -> "tuple[Provider | None, ModelInfo | None]":
    """By the provider's exact name: one that is called alike (a proxy) has other prices."""
    from genai_prices.data import providers

    seller = next((one for one in providers if one.id == provider), None)
    return seller, seller.find_model(model, all_providers=providers) if seller else None


def _standard_since(model: "ModelInfo", day: date) -> date | None:
    """Since when the price of that day holds, date.min where the table does not say; None where
    there is none yet, or it depends on the hour."""
    if not isinstance(model.prices, list):
        return date.min
    for price in reversed(model.prices):
        since = _since(price.constraint)
        if since is None or since <= day:
            return since
    return None


def _special_since(
    seller: "Provider", model: "ModelInfo", day: date, context: Context
) -> list[date]:
    """The same of each price that the model has for just this context on that day."""
    ours = any(model is one for one in seller.models)  # or it is another provider's: as calc_price
    variants = (model.price_variants or []) if ours else []
    dates = [_since(variant.constraint) for variant in variants if variant.when == dict(context)]
    return [since for since in dates if since is not None and since <= day]


def _since(constraint: "StartDateConstraint | TimeOfDateConstraint | None") -> date | None:
    from genai_prices.types import StartDateConstraint

    if isinstance(constraint, StartDateConstraint):
        return constraint.start_date
    return date.min if constraint is None else None


def _dated(since: date) -> str:
    """The date of the price itself. The first price of a model has none in the table."""
    return "without a date" if since == date.min else f"from {since}"
