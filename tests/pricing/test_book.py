"""What a row costs by the public list: its date, its way of working, and when nobody knows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecot.model.rows import Charge
from ecot.pricing.book import PriceBook
from ecot.pricing.rate import Rate
from ecot.pricing.recipe import recipe_of
from tests.rows import usage

AUTUMN = date(2026, 11, 2)
TOKENS = {"input_tokens": "1000", "input_cached_tokens": "300", "output_tokens": "200"}


def charged(
    provider: str = "openai",
    quantities: Mapping[str, str] = TOKENS,
    day: date = AUTUMN,
    model: str = "gpt-5.2",
    tags: Mapping[str, str] = {},
) -> Charge:
    row = usage(quantities, day, model=model, tags=tags)
    return PriceBook().price(row, provider)


def priced(provider: str = "openai", **row: Any) -> str | None:
    """The cost as text, None where it is unknown."""
    charge = charged(provider, **row)
    assert (charge.basis == "unknown") == (charge.billed_cost is None)
    return None if charge.billed_cost is None else str(charge.billed_cost.normalize())


def price_list(**row: Any) -> str | None:
    return charged(**row).price_list


# By hand, from the published rates: 1.75 a million of input, 0.175 cached, 14 of output.
def test_cached_tokens_inside_the_input_are_not_paid_twice() -> None:
    assert priced() == "0.0040775"
    assert (
        Decimal("0.0040775") == (700 * Decimal("1.75") + 300 * Decimal("0.175") + 200 * 14) / 10**6
    )


# claude-sonnet-4-5: 3 a million, cache reads 0.30, writes 3.75 (5 minutes) or 6 (1 hour), and 15.
def test_cached_tokens_beside_the_input_are_added_at_their_own_rates() -> None:
    beside = {
        "input_uncached_tokens": "700",
        "input_cached_tokens": "300",
        "input_cache_write_5m_tokens": "100",
        "input_cache_write_1h_tokens": "10",
        "output_tokens": "200",
    }
    expected = (700 * 3 + 300 * Decimal("0.3") + 100 * Decimal("3.75") + 10 * 6 + 200 * 15) / 10**6

    assert priced("anthropic", model="claude-sonnet-4-5-20250929", quantities=beside) == str(
        expected
    )
    inside = beside | {"input_tokens": "1110"}
    assert priced("anthropic", model="claude-sonnet-4-5-20250929", quantities=inside) == str(
        expected
    )


def test_a_charge_has_the_dimensions_of_its_row() -> None:
    row = usage(
        TOKENS, AUTUMN, model="gpt-5.2", service="chat", sub_account_id="proj", api_key_id="key",
        user="ana", resource_id="r", region_id="eu", tags={"a": "b"}, role="breakdown",
        parent="openai/x",
    )  # fmt: skip
    charge = PriceBook().price(row, "openai")

    for name in ("charge_period", "category", "service", "sub_account_id", "model", "api_key_id",
                 "user", "resource_id", "region_id", "tags", "role", "parent"):  # fmt: skip
        assert getattr(charge, name) == getattr(row, name)
    assert (charge.basis, charge.currency, charge.charge_category) == ("estimated", "USD", "Usage")


# The list and the date of the price


def test_the_price_list_names_the_date_of_the_price_and_no_version() -> None:
    assert price_list() == "genai-prices, openai/gpt-5.2 without a date"
    assert price_list(model="o3", day=date(2026, 1, 1)) == "genai-prices, openai/o3 from 2025-06-10"
    assert price_list(model="o3", day=date(2025, 6, 9)) == "genai-prices, openai/o3 without a date"
    assert price_list(model="dall-e-3") is None


def test_a_price_holds_from_its_date_on() -> None:
    before, after = (priced(model="o3", day=date(2025, 6, day)) for day in (9, 10))

    assert before == "0.01515"  # 700 × 10 + 300 × 0.5 + 200 × 40
    assert after == "0.00315"  # 700 × 2 + 300 × 0.5 + 200 × 8


# Ways of working


@pytest.mark.parametrize("tags", [{"batch": "true"}, {"service_tier": "batch"}])
def test_a_batch_has_no_price_before_the_table_has_one(tags: dict[str, str]) -> None:
    model = "claude-haiku-4-5"
    standard = priced("anthropic", model=model)

    assert priced("anthropic", model=model, tags=tags, day=date(2026, 10, 13)) is None
    half = priced("anthropic", model=model, tags=tags, day=date(2026, 10, 14))
    assert half is not None
    assert standard is not None
    assert Decimal(half) * 2 == Decimal(standard)


def test_the_way_of_working_and_its_date_are_in_the_price_list() -> None:
    listed = price_list(model="gpt-5.2", tags={"batch": "true", "service_tier": "default"})

    assert listed == "genai-prices, openai/gpt-5.2 from 2026-10-14, batch"


@pytest.mark.parametrize(
    "tags",
    [
        {"service_tier": "scale"},
        {"service_tier": "priority", "batch": "true"},
        {"inference_geo": "us"},
        {"speed": "fast"},
    ],
)
def test_a_way_of_working_that_the_table_does_not_price_is_unknown(tags: dict[str, str]) -> None:
    assert priced(tags=tags) is None


def test_who_sells_the_models_of_others_has_no_batch_price_of_theirs() -> None:
    assert priced("azure") == priced("openai")
    assert priced("azure", tags={"batch": "true"}) is None


@pytest.mark.parametrize(
    "tags",
    [
        {"batch": "false", "service_tier": "default"},
        {"service_tier": "standard", "speed": "standard", "inference_geo": "global"},
        {"context_window": "0-200k", "inference_geo": "not_available", "size": "1024x1024"},
    ],
)
def test_ordinary_tags_change_nothing(tags: dict[str, str]) -> None:
    assert priced(tags=tags) == priced()


# Long contexts: gpt-5.4 costs twice as much for requests of more than 272,000 tokens


@given(requests=st.none() | st.integers(1, 10**6), tokens=st.integers(1, 10**12))
@example(requests=2, tokens=544_000)
@example(requests=2, tokens=544_001)
def test_a_total_is_never_priced_at_a_long_context_tier(requests: int | None, tokens: int) -> None:
    quantities = {"input_tokens": str(tokens), "output_tokens": "0"}
    counted = quantities | ({} if requests is None else {"requests": str(requests)})
    charge = PriceBook().price(usage(counted, AUTUMN, model="gpt-5.4"), "openai")

    if requests is not None and tokens > 272_000 * requests:
        assert charge.basis == "unknown"  # the mean request is long: the base price is too low
    else:
        assert charge.billed_cost == tokens * Decimal("2.5") / 10**6
        assert charge.price_list is not None
        assert charge.price_list.endswith(", base tier")


def test_the_mean_request_counts_each_token_once() -> None:
    parts = {"input_cached_tokens": "500000", "output_tokens": "300000", "requests": "2"}

    assert priced(model="gpt-5.4", quantities=parts | {"input_tokens": "544000"}) is not None
    assert priced(model="gpt-5.4", quantities=parts | {"input_uncached_tokens": "44000"})
    assert priced(model="gpt-5.4", quantities=parts | {"input_uncached_tokens": "44001"}) is None


def test_the_shortest_of_several_contexts_is_the_limit() -> None:
    several = {"model": "qwen/qwen3.7-flash", "provider": "openrouter"}  # from 32,000 and 256,000
    beyond = {"input_tokens": "64001", "requests": "2"}
    rates = {
        name: Rate(Decimal(1), Decimal(1), "USD", "a list", long_above=limit)
        for name, limit in (("input_tokens", 9), ("output_tokens", 5))
    }
    both = recipe_of(["input_tokens", "output_tokens"], {}, rates)

    assert priced(**several, quantities=beyond | {"input_tokens": "64000"}) == "0.00192"
    assert priced(**several, quantities=beyond) is None
    assert both is not None
    assert both.long_above == 5


def test_rows_that_say_that_their_requests_are_long_are_unknown_where_that_matters() -> None:
    assert priced(model="gpt-5.4", tags={"context_window": "0-200k"}) is not None
    assert priced(model="gpt-5.4", tags={"context_window": "200k-1M"}) is None
    assert priced(model="gpt-5.2", tags={"context_window": "200k-1M"}) == priced()


# Unknown is not zero


@pytest.mark.parametrize(
    ("provider", "model", "quantities"),
    [
        ("openai", None, {"file_search_calls": "3"}),
        ("openai", "dall-e-3", {"images": "3", "requests": "3"}),
        ("openai", "gpt-5.2", {"input_tokens": "1", "seconds": "3"}),
        ("openai", "text-embedding-3-small", {"input_tokens": "9", "web_search_calls": "1"}),
        ("openai", "gpt-5.2", {"input_tokens": "9", "surprises": "1"}),
        ("openai", "gpt-5.2", {"requests": "3"}),
        ("openai", "gpt-5.2", {}),
        ("openai", "gpt-5.2", {"input_tokens": "9", "input_cached_tokens": "10"}),
        ("openai", "gpt-5.2", {"input_tokens": "-9"}),
        ("openai", "gpt-realtime-whisper", {"seconds": "-9"}),
        ("openai", "gpt-4o-audio-preview", {"input_tokens": "9", "input_audio_tokens": "5"}),
        ("openai", "gpt-4o-audio-preview", {"output_tokens": "9", "output_audio_tokens": "5"}),
        ("openai", "moderation", {"input_tokens": "9"}),
        ("openai-proxy", "gpt-5.2", {"input_tokens": "9"}),
        ("deepgram", "nova-3", {"hours": "9"}),
        ("deepseek", "deepseek-chat", {"input_tokens": "9"}),
        ("groq", "whisper-large-v3", {"seconds": "9", "requests": "1"}),
        ("perplexity", "sonar", {"input_tokens": "9"}),
    ],
)
def test_what_has_no_price_makes_the_row_unknown(
    provider: str, model: str | None, quantities: dict[str, str]
) -> None:
    charge = PriceBook().price(usage(quantities, AUTUMN, model=model), provider)

    assert (charge.basis, charge.billed_cost, charge.price_list) == ("unknown", None, None)


def test_a_stated_zero_needs_no_price() -> None:
    counted = TOKENS | {"input_audio_tokens": "0", "web_search_model_requests": "2", "images": "0"}

    assert priced(model="gpt-5.2", quantities=counted) == "0.0040775"


# Arithmetic


COUNTS = st.integers(0, 10**30)


@given(parts=st.tuples(COUNTS, COUNTS, COUNTS), provider=st.sampled_from(["inside", "beside"]))
def test_costs_are_exact_however_large(parts: tuple[int, int, int], provider: str) -> None:
    fresh, cached, out = parts
    whole = {"input_tokens": str(fresh + cached)} if provider == "inside" else {
        "input_uncached_tokens": str(fresh)
    }  # fmt: skip
    row = usage(
        whole | {"input_cached_tokens": str(cached), "output_tokens": str(out)},
        AUTUMN, model="gpt-5.2",
    )  # fmt: skip
    cost = PriceBook().price(row, "openai").billed_cost

    assert cost is not None
    assert Fraction(cost) == Fraction(fresh * 1750 + cached * 175 + out * 14000, 10**9)


@given(less=st.tuples(COUNTS, COUNTS, COUNTS), more=st.tuples(COUNTS, COUNTS, COUNTS))
def test_more_usage_never_costs_less(less: tuple[int, ...], more: tuple[int, ...]) -> None:
    names = ("input_uncached_tokens", "input_cached_tokens", "output_tokens")
    rows = [
        usage(dict(zip(names, map(str, counts), strict=True)), AUTUMN, model="gpt-5.2")
        for counts in (less, tuple(map(sum, zip(less, more, strict=True))))
    ]
    small, large = PriceBook().costs(rows, "openai")

    assert small is not None
    assert large is not None
    assert small <= large


def test_a_price_an_hour_is_a_quotient_of_28_digits() -> None:
    assert priced(model="gpt-realtime-whisper", quantities={"seconds": "1"}) == str(
        Decimal("1.02") / 3600
    )


@given(st.lists(st.sampled_from(["gpt-5.2", "gpt-5.4", "o3", "dall-e-3"]), max_size=8))
def test_a_row_costs_the_same_whatever_was_priced_before(models: list[str]) -> None:
    rows = [usage(TOKENS, AUTUMN, model=model) for model in models]

    assert PriceBook().charges(rows, "openai") == [PriceBook().price(row, "openai") for row in rows]


PARTS = ("input_uncached_tokens", "input_cached_tokens", "input_cache_write_5m_tokens",
         "input_cache_write_1h_tokens")  # fmt: skip


@given(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS), st.integers(-3, 3))
def test_each_part_of_what_contains_parts_is_paid_for_once(
    parts: tuple[int, ...], beyond: int
) -> None:
    """Two levels: the writes to the cache are inside the input, and each kind of them in theirs."""
    writes = parts[2] + parts[3]
    stated = dict(zip(PARTS, map(str, parts), strict=True))
    stated |= {"input_cache_write_tokens": str(writes), "input_tokens": str(sum(parts) + beyond)}
    row = usage(stated, AUTUMN, model="claude-sonnet-4-5-20250929")
    cost = PriceBook().price(row, "anthropic").billed_cost

    if beyond < 0 and writes + parts[1] > sum(parts) + beyond:
        assert cost is None
    else:
        fresh, read, short, long = parts
        expected = (fresh + beyond) * 3000 + read * 300 + short * 3750 + long * 6000
        assert cost is not None
        assert Fraction(cost) == Fraction(expected, 10**9)


def test_nothing_costs_zero_without_a_sign() -> None:
    nothing = {"output_tokens": "-0", "input_tokens": "0", "input_cached_tokens": "0"}
    [cost] = PriceBook().costs([usage(nothing, AUTUMN, model="gpt-5.2")], "openai")

    assert str(cost).startswith("0")
    [cost] = PriceBook().costs([usage({"output_tokens": "-0"}, AUTUMN, model="gpt-5.2")], "openai")
    assert str(cost).startswith("0")
