"""The whole public table: our arithmetic says what `genai_prices.calc_price` says, or nothing."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import pytest
from genai_prices import Usage as TheirUsage
from genai_prices import calc_price
from genai_prices.data import providers
from genai_prices.types import (
    ClauseEquals,
    ClauseStartsWith,
    ModelInfo,
    ModelPrice,
    Provider,
    StartDateConstraint,
    TieredPrices,
    TimeOfDateConstraint,
)

from ecot.model.quantities import QUANTITIES
from ecot.pricing.book import PriceBook
from ecot.pricing.table import TEN_SECONDS_A_REQUEST, UNITS
from ecot.providers.openai.usage import METERS
from ecot.report import words
from tests.rows import usage

AUTUMN = date(2026, 11, 21)
LARGE = 10**5 + 3  # larger ones do not fit into the 28 digits that the library works in


class Asked(NamedTuple):
    """The same usage in our words and in theirs, and the prices without which it has none."""

    ours: Mapping[str, int]
    theirs: Mapping[str, int]
    needs: tuple[str, ...]


# Inside, as OpenAI counts; and beside each other, as Anthropic does. Their input holds everything.
INSIDE = Asked(
    {"input_tokens": 9001, "input_cached_tokens": 4003, "input_uncached_tokens": 4298,
     "input_cache_write_tokens": 700, "output_tokens": 803, "output_reasoning_tokens": 11},
    {"input_tokens": 9001, "cache_read_tokens": 4003, "cache_write_tokens": 700,
     "output_tokens": 803, "output_reasoning_tokens": 11},
    ("input_mtok", "output_mtok"),
)  # fmt: skip
BESIDE = Asked(
    {"input_uncached_tokens": 2003, "input_cached_tokens": 4007, "input_cache_write_5m_tokens": 301,
     "input_cache_write_1h_tokens": 401, "output_tokens": 809},
    {"input_tokens": 6712, "cache_read_tokens": 4007, "cache_write_tokens": 702,
     "cache_write_5m_tokens": 301, "cache_write_1h_tokens": 401, "output_tokens": 809},
    ("input_mtok", "output_mtok"),
)  # fmt: skip
IMAGES = Asked(
    {"input_tokens": 3000, "input_cached_tokens": 700, "input_cached_image_tokens": 300,
     "input_cached_text_tokens": 400, "input_text_tokens": 1800, "input_image_tokens": 500,
     "output_tokens": 90, "output_text_tokens": 50, "output_image_tokens": 40},
    {"input_tokens": 3000, "cache_read_tokens": 700, "cache_image_read_tokens": 300,
     "cache_text_read_tokens": 400, "input_text_tokens": 2200, "input_image_tokens": 800,
     "output_tokens": 90, "output_text_tokens": 50, "output_image_tokens": 40},
    ("input_mtok", "output_mtok", "input_image_mtok"),
)  # fmt: skip
AUDIO = Asked(
    {"input_tokens": 3000, "input_cached_tokens": 700, "input_cached_audio_tokens": 300,
     "input_text_tokens": 1800, "input_audio_tokens": 500,
     "output_tokens": 90, "output_text_tokens": 50, "output_audio_tokens": 40},
    {"input_tokens": 3000, "cache_read_tokens": 700, "cache_audio_read_tokens": 300,
     "input_text_tokens": 1800, "input_audio_tokens": 800,
     "output_tokens": 90, "output_text_tokens": 50, "output_audio_tokens": 40},
    ("input_mtok", "output_mtok", "input_audio_mtok", "output_audio_mtok"),
)  # fmt: skip
ASKED = (
    INSIDE,
    BESIDE,
    IMAGES,
    AUDIO,
    Asked({"input_tokens": 8003}, {"input_tokens": 8003}, ("input_mtok",)),
    Asked({"output_tokens": 8009}, {"output_tokens": 8009}, ("output_mtok",)),
    Asked({"seconds": 1234567}, {"audio_seconds": 1234567, "input_audio_seconds": 1234567},
          ("audio_hours",)),
    Asked({"characters": 8011}, {"input_characters": 8011}, ("input_mchars",)),
    Asked({"pages": 8017}, {"input_document_pages": 8017}, ("input_document_kpages",)),
    Asked({"web_search_calls": 13}, {"web_searches": 13}, ("web_searches_kcount",)),
    Asked({"file_search_calls": 17}, {"storage_searches": 17}, ("storage_searches_kcount",)),
)  # fmt: skip
# No name is looked for that leads to them: what their clauses look for is another model's too.
UNREACHABLE = {
    ("aws", "regional.amazon.nova-2-lite-v1:0"),
    ("aws", "regional.moonshotai.kimi-k3.1"),
}
TAGS = {"processing": "batch", "service_tier": "service_tier", "speed": "speed"}


def standards(model: ModelInfo) -> list[ModelPrice]:
    prices = model.prices
    return [one.prices for one in prices] if isinstance(prices, list) else [prices]


def days(model: ModelInfo) -> set[date]:
    """Around each dated change of the model's prices, long before and now."""
    dated = [
        *(model.prices if isinstance(model.prices, list) else ()),
        *(model.price_variants or ()),
    ]
    starts = [
        one.constraint.start_date
        for one in dated
        if isinstance(one.constraint, StartDateConstraint)
    ]
    around = {start + timedelta(days=shift) for start in starts for shift in (-1, 0, 1)}
    return around | {date(2024, 1, 1), AUTUMN}


def texts(clause: Any) -> Iterator[str]:
    """What a clause looks for."""
    if isinstance(clause, ClauseEquals | ClauseStartsWith):
        yield next(iter(vars(clause).values()))
    for part in [*getattr(clause, "or_", ()), *getattr(clause, "and_", ())]:
        yield from texts(part)


def reference(provider: Provider, model: ModelInfo) -> str | None:
    """A name by which the provider's model is found, if there is one."""
    names = (model.id, *texts(model.match))
    found = (name for name in names if provider.find_model(name, all_providers=providers) is model)
    return next(found, None)


def contexts(model: ModelInfo) -> list[dict[str, str]]:
    """Those of the model's variants that a row's tags can say; and the standard one."""
    whens = [variant.when for variant in model.price_variants or ()]
    return [{}, *(when for when in whens if when.keys() <= TAGS.keys())]


def tags(context: Mapping[str, str]) -> dict[str, str]:
    return {"batch" if name == "processing" else name: "true" if name == "processing" else value
            for name, value in context.items()}  # fmt: skip


def has_price(model: ModelInfo, context: Mapping[str, str], day: date) -> bool:
    """Whether the table states one for this context and day, whatever the hour."""
    if isinstance(model.prices, list) and any(
        isinstance(price.constraint, TimeOfDateConstraint) for price in model.prices
    ):
        return False
    return context in ({}, {"service_tier": "default"}) or any(
        variant.when == context
        and (
            variant.constraint is None
            or (
                isinstance(variant.constraint, StartDateConstraint)
                and variant.constraint.start_date <= day
            )
        )
        for variant in model.price_variants or ()
    )


def fitting(model: ModelInfo, context: Mapping[str, str], day: date) -> Iterator[Asked]:
    """What can be asked of the model's prices on that day, also in large numbers where no price
    grows with the length of a request."""
    at = datetime.combine(day, time(), UTC)
    prices = vars(model.get_prices(at, context))
    tiered = any(isinstance(price, TieredPrices) for price in prices.values())
    for asked in ASKED:
        if all(prices.get(key) is not None for key in asked.needs):
            yield asked
            if not tiered:
                yield Asked(many(asked.ours), many(asked.theirs), asked.needs)


def many(quantities: Mapping[str, int]) -> dict[str, int]:
    return {name: amount * LARGE for name, amount in quantities.items()}


@pytest.mark.parametrize("seller", providers, ids=lambda seller: seller.id)
def test_the_whole_table_is_priced_as_its_own_library_does(seller: Provider) -> None:
    book = PriceBook()
    compared: Counter[str] = Counter()
    for model in seller.models:
        name = reference(seller, model)
        if name is None:
            assert (seller.id, model.id) in UNREACHABLE
        if name is None or (seller.id, model.id) in TEN_SECONDS_A_REQUEST:
            continue
        for day, context in ((day, one) for day in days(model) for one in contexts(model)):
            for asked in fitting(model, context, day):
                quantities = {ours: str(amount) for ours, amount in asked.ours.items()}
                row = usage(quantities | {"requests": "1"}, day, model=name, tags=tags(context))
                charge = book.price(row, seller.id)
                if not has_price(model, context, day):
                    assert charge.basis == "unknown", (name, day, context)
                    continue
                theirs = calc_price(
                    TheirUsage(**asked.theirs),
                    name,
                    provider_id=seller.id,
                    genai_request_timestamp=datetime.combine(day, time(), UTC),
                    price_context=context,
                )
                assert charge.billed_cost == theirs.total_price, (name, day, context, asked)
                assert (charge.basis, charge.currency) == ("estimated", "USD")
                compared[model.id] += 1
        has_any = any(any(vars(prices).values()) for prices in standards(model))
        assert compared[model.id] or not has_any or not has_price(model, {}, AUTUMN), model.id


def test_every_quantity_has_a_name_of_ours() -> None:
    assert UNITS.keys() | words.QUANTITIES.keys() <= QUANTITIES
    assert {name for meter in METERS.values() for name in meter.quantities.values()} <= QUANTITIES


def test_the_table_is_only_loaded_when_a_price_is_asked_for() -> None:
    code = (
        "import sys, ecot.cli.app, ecot.jobs.collect, ecot.pricing.book, ecot.settings; "
        "assert not [name for name in sys.modules if name.startswith(('genai_prices', 'httpx2'))]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
