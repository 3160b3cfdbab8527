"""Prices: what it takes to price a usage row, here and with the price list's own arithmetic."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from statistics import median

from genai_prices import Usage as TheirUsage
from genai_prices import calc_price

from ecot.model.period import DAY, Period
from ecot.model.rows import Usage
from ecot.pricing.book import PriceBook
from tests.bench.measuring import Measure, seconds

FIRST = date(2026, 10, 1)
DAYS = 30
MODELS = ("gpt-5.2", "gpt-5-mini", "gpt-4.1", "gpt-4o-mini", "o3", "o4-mini")
ROWS = 3_600
ROUNDS = 7
AGAIN = 10  # what is so much quicker is done more often


def rows(count: int = ROWS) -> Iterator[Measure]:
    """The median time a row of each, and their ratios, over the same rows."""
    made = [_row(number) for number in range(count)]
    book = PriceBook()
    first = seconds(lambda: book.costs(made, "openai"))
    works = (
        (partial(_calc_prices, made), 1),
        (partial(_again, partial(book.costs, made, "openai")), AGAIN),
        (partial(_again, partial(book.charges, made, "openai")), AGAIN),
    )
    # In turn, so that whatever else the machine does falls on all three.
    rounds = [[seconds(work) / (count * times) for work, times in works] for _ in range(ROUNDS)]
    theirs, cost, charge = (median(each) for each in zip(*rounds, strict=True))
    yield Measure("rows", count)
    yield Measure("genai_prices.calc_price: a row", theirs * 1e6, "µs")
    yield Measure("the cost of a row", cost * 1e6, "µs")
    yield Measure("the cost of a row, rates looked up first", first / count * 1e6, "µs")
    yield Measure("the cost and its charge: a row", charge * 1e6, "µs")
    yield Measure("calc_price over the cost of a row", theirs / cost, "×", "≥ 50")
    yield Measure("calc_price over the cost and its charge", theirs / charge, "×")


def _again(work: Callable[[], object]) -> None:
    for _ in range(AGAIN):
        work()


def _row(number: int) -> Usage:
    """As OpenAI states its completions, less what is zero."""
    fresh, cached, out = 1000 + number, number % 700, 200 + number % 300
    return Usage(
        charge_period=Period.of_day(FIRST + number % DAYS * DAY),
        category="ai",
        service="completions",
        sub_account_id=f"proj_{number % 50}",
        api_key_id=f"key_{number % 7}",
        user=f"user-{number % 30}",
        model=MODELS[number // DAYS % len(MODELS)],
        tags={"batch": "false", "service_tier": "default"},
        quantities={
            "input_cached_tokens": Decimal(cached),
            "input_tokens": Decimal(fresh + cached),
            "input_uncached_tokens": Decimal(fresh),
            "output_tokens": Decimal(out),
            "requests": Decimal(1 + number % 9),
        },
    )


def _calc_prices(made: Sequence[Usage]) -> None:
    for row in made:
        quantities = row.quantities
        calc_price(
            TheirUsage(
                input_tokens=quantities["input_tokens"],
                cache_read_tokens=quantities["input_cached_tokens"],
                output_tokens=quantities["output_tokens"],
            ),
            row.model or "",
            provider_id="openai",
            genai_request_timestamp=row.charge_period.start,
        )
