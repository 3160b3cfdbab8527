"""Prices of one's own: from which day, for which models, and beside the public list."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecot.model.prices import OwnPrice
from ecot.model.rows import Charge
from ecot.pricing.book import PriceBook
from tests.rows import MONDAY, days, usage

TOKENS = {"input_tokens": "1000000", "input_cached_tokens": "400000", "output_tokens": "0"}


def own(price: str, unit: str = "input_tokens", per: str = "1000000", **more: Any) -> OwnPrice:
    fields: dict[str, Any] = {
        "provider": "openai",
        "model": "gpt-5.2*",
        "currency": "USD",
        "since": MONDAY,
        "source": "our contract",
    }
    return OwnPrice(unit=unit, price=Decimal(price), per=Decimal(per), **(fields | more))


def priced(*prices: OwnPrice, day: date = MONDAY, **row: Any) -> Charge:
    row = {"model": "gpt-5.2"} | row
    return PriceBook(prices).price(usage(row.pop("quantities", TOKENS), day, **row), "openai")


@given(since=days(), day=days())
def test_an_own_price_wins_from_its_date_on_and_never_before(since: date, day: date) -> None:
    public, mine = priced(day=day), priced(own("1", since=since), day=day)

    if day < since:
        assert mine == public
    else:
        assert mine.billed_cost == Decimal("0.6") + 400000 * Decimal("0.175") / 10**6
        assert mine.price_list == (
            f"genai-prices, openai/gpt-5.2 without a date; prices.toml: our contract, from {since}"
        )


@given(st.lists(st.tuples(days(), st.integers(1, 9)), unique_by=lambda one: one[0]), days())
def test_an_appended_price_changes_no_day_before_it(
    history: list[tuple[date, int]], day: date
) -> None:
    prices = [own(str(price), since=since) for since, price in history]
    late = own("77", since=day + timedelta(days=1))

    assert priced(*prices, late, day=day) == priced(*prices, day=day)
    holding = max((one for one in history if one[0] <= day), default=None)
    if holding is not None:
        cost = priced(*prices, day=day).billed_cost
        assert cost == Decimal("0.6") * holding[1] + Decimal("0.07")


def test_a_quantity_without_an_own_price_keeps_the_public_one() -> None:
    charge = priced(own("0.02", "input_cached_tokens"))

    assert charge.billed_cost == Decimal("1.05") + Decimal("0.008")


def test_the_price_of_the_whole_holds_for_its_parts_where_none_is_narrower() -> None:
    charge = PriceBook([own("1")]).own_only(
        usage({"input_tokens": "10", "input_cached_tokens": "4"}, model="gpt-5.2"), "openai"
    )

    assert charge is not None
    assert charge.billed_cost == Decimal("0.00001")


def test_the_more_exact_pattern_wins_before_the_later_date() -> None:
    exact, narrow = own("3", model="gpt-5.2"), own("2", model="GPT-5*", since=date(2026, 1, 2))
    wide = own("1", model="*", since=date(2026, 1, 3))
    costs = [
        PriceBook([wide, exact, narrow]).price(
            usage({"input_tokens": "1000000"}, MONDAY, model=model), "openai"
        )
        for model in ("gpt-5.2", "gpt-5.2-mini", "else", None)
    ]

    assert [charge.billed_cost for charge in costs] == [3, 2, 1, 1]


def test_another_provider_or_way_of_working_has_other_prices() -> None:
    batch = {"batch": "true"}
    mine = own("1"), own("0.5", tier="batch"), own("9", provider="mistral")

    assert priced(*mine).billed_cost == Decimal("0.67")
    assert priced(own("1"), tags=batch).basis == "unknown"
    quantities = {"input_tokens": "1000000"}
    assert priced(*mine, tags=batch, quantities=quantities).billed_cost == Decimal("0.5")


def test_prices_in_two_currencies_are_not_added() -> None:
    assert priced(own("1", currency="EUR")).basis == "unknown"
    euros = priced(own("1", currency="EUR"), quantities={"input_tokens": "1000000"})
    assert (euros.billed_cost, euros.currency) == (Decimal(1), "EUR")


def test_credits_are_all_that_is_paid_for_where_they_have_a_price() -> None:
    book = PriceBook([own("0.30", "credits", "1000", provider="elevenlabs", model="*")])
    row = usage({"credits": "32960", "characters": "32960", "requests": "12"})

    charge = book.own_only(row, "elevenlabs")
    assert charge is not None
    assert charge.billed_cost == Decimal("9.888")
    assert charge.price_list == "prices.toml: our contract, from 2026-01-05"
    assert unknown(book.own_only(usage({"characters": "5"}), "elevenlabs"))
    assert book.own_only(row, "openai") is None
    assert PriceBook().price(row, "elevenlabs").basis == "unknown"


def test_a_price_a_request_needs_the_number_of_requests() -> None:
    each = own("0.01", "requests", "1")

    assert priced(each).basis == "unknown"
    assert priced(each, quantities={"requests": "3"}).billed_cost == Decimal("0.03")


def test_own_prices_alone_leave_the_public_list_aside() -> None:
    row = usage(TOKENS | {"output_tokens": "5"}, model="gpt-5.2")

    assert unknown(PriceBook([own("1")]).own_only(row, "openai"))
    assert PriceBook([own("1", since=date(2026, 1, 6))]).own_only(row, "openai") is None
    assert PriceBook().own_only(row, "openai") is None


def unknown(charge: Charge | None) -> bool:
    return charge is not None and charge.billed_cost is None


def test_one_book_tells_its_providers_and_its_two_ways_apart() -> None:
    book = PriceBook([own("1", "output_tokens")])
    row = usage({"input_tokens": "1000000"}, model="gpt-5.2")

    assert book.price(row, "openai").billed_cost == Decimal("1.75")
    assert unknown(book.own_only(row, "openai"))
    assert unknown(book.price(row, "anthropic"))
