"""Conversions: which publication counts, what is crossed, what typed rates win; exact products."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.ledger.convert import RateBook
from ecot.model.money import text
from ecot.model.period import DAY
from ecot.model.rates import Publication, Rate, TypedRate
from ecot.model.target_days import is_target_day
from tests.rows import amounts

FRIDAY = date(2026, 1, 2)
SATURDAY, MONDAY, TUESDAY = FRIDAY + DAY, FRIDAY + 3 * DAY, FRIDAY + 4 * DAY
CURRENCIES = ("USD", "CHF", "GBP", "JPY")


def published(day: date, **per_euro: str) -> Publication:
    return Publication(day, {code: Decimal(rate) for code, rate in per_euro.items()})


def typed(source: str, target: str, rate: str, since: date = FRIDAY) -> TypedRate:
    return TypedRate(source, target, Decimal(rate), since)


def said(rate: Rate | None) -> tuple[str, str, str] | None:
    return None if rate is None else (text(rate.rate), str(rate.day), rate.origin)


BOOK = RateBook(
    [
        published(MONDAY, USD="1.0850", CHF="0.9400", RUB="117.2010"),
        published(FRIDAY, USD="1.0834", CHF="0.9412", RUB="101.4300"),
        published(TUESDAY, USD="1.0900", CHF="0.9380"),
    ]
)


# --- the ECB's -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (FRIDAY - DAY, None),
        (FRIDAY, ("1.0834", "2026-01-02", "ecb")),
        (SATURDAY, ("1.0834", "2026-01-02", "ecb")),
        (MONDAY - DAY, ("1.0834", "2026-01-02", "ecb")),
        (MONDAY, ("1.0850", "2026-01-05", "ecb")),
        (TUESDAY + 90 * DAY, ("1.0900", "2026-01-06", "ecb")),
    ],
)
def test_the_latest_publication_on_or_before_the_day_counts(day: date, rate: Any) -> None:
    assert said(BOOK.rate("EUR", "USD", day)) == rate


def test_an_inverse_has_twelve_digits() -> None:
    assert said(BOOK.rate("USD", "EUR", FRIDAY)) == ("0.923020121839", "2026-01-02", "ecb")


def test_two_currencies_are_crossed_through_the_euro() -> None:
    assert said(BOOK.rate("USD", "CHF", FRIDAY)) == ("0.868746538675", "2026-01-02", "ecb")


def test_a_currency_is_one_of_itself_even_where_nothing_is_known() -> None:
    assert said(RateBook([]).rate("USD", "USD", FRIDAY)) == ("1", "2026-01-02", "ecb")


def test_a_dropped_currency_has_no_rate_after_its_last_publication() -> None:
    assert said(BOOK.rate("EUR", "RUB", MONDAY)) == ("117.2010", "2026-01-05", "ecb")
    for day in (TUESDAY, TUESDAY + 30 * DAY):
        assert BOOK.rate("EUR", "RUB", day) is None
        assert BOOK.rate("RUB", "EUR", day) is None
        assert BOOK.rate("USD", "RUB", day) is None
        assert BOOK.converted(Decimal(1), "RUB", "USD", day) is None


def test_what_nobody_publishes_has_no_rate() -> None:
    assert BOOK.rate("USD", "XOF", FRIDAY) is None
    assert RateBook([]).rate("EUR", "USD", FRIDAY) is None


def test_a_fixed_day_uses_its_publication_whatever_came_later() -> None:
    fixed = {TUESDAY: FRIDAY, TUESDAY + DAY: None, TUESDAY + 2 * DAY: date(2025, 1, 2)}
    book = RateBook([published(day, USD=rate) for day, rate in
                     ((FRIDAY, "1.0834"), (TUESDAY, "1.0900"))], fixed=fixed)  # fmt: skip
    assert said(book.rate("EUR", "USD", TUESDAY)) == ("1.0834", "2026-01-02", "ecb")
    assert said(book.rate("EUR", "USD", TUESDAY + DAY)) == ("1.0900", "2026-01-06", "ecb")
    assert book.rate("EUR", "USD", TUESDAY + 2 * DAY) is None


def fixable(known: Iterable[date], *days: date) -> dict[str, str]:
    book = RateBook([published(day, USD="1.1") for day in known])
    return {f"{day:%m-%d}": f"{used:%m-%d}" for day, used in book.fixable(days).items()}


def target_days(first: date, last: date, *without: date) -> list[date]:
    """What the ECB publishes, but for some days."""
    found = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in found if is_target_day(day) and day not in without]


def test_what_can_be_fixed_is_not_fixed_yet_and_uses_the_last_working_days() -> None:
    book = RateBook([published(FRIDAY, USD="1.0834")], fixed={FRIDAY: FRIDAY})
    days = [FRIDAY - DAY, FRIDAY, SATURDAY, MONDAY - DAY, MONDAY, TUESDAY]
    assert book.fixable(days) == {SATURDAY: FRIDAY, MONDAY - DAY: FRIDAY}


def test_a_day_is_not_fixed_to_a_publication_that_is_only_the_last_one_known() -> None:
    days = (MONDAY, TUESDAY, date(2026, 1, 9), date(2026, 1, 12))
    assert fixable([MONDAY], *days) == {"01-05": "01-05"}
    weekly = [MONDAY + number * timedelta(days=7) for number in range(4)]
    assert fixable(weekly, *days) == {"01-05": "01-05", "01-12": "01-12"}


def test_a_closing_day_is_fixed_to_the_publication_before_it() -> None:
    easter = [date(2026, 4, day) for day in (3, 4, 5, 6)]
    assert fixable([date(2026, 4, 2)], *easter) == dict.fromkeys(
        ["04-03", "04-04", "04-05", "04-06"], "04-02"
    )


def test_a_publication_on_a_day_when_target_is_closed_counts() -> None:
    assert fixable([SATURDAY], SATURDAY, MONDAY - DAY) == {"01-03": "01-03", "01-04": "01-03"}


CLOSED = date(2026, 1, 16)  # a Friday on which the ECB, unforeseen, published nothing
WEEKEND = CLOSED + DAY


@pytest.mark.parametrize(
    ("first", "last", "is_sure"),
    [
        ("2026-01-09", "2026-01-23", True),
        ("2026-01-12", "2026-01-23", False),  # the week before it is not whole
        ("2026-01-09", "2026-01-22", False),  # the week after it is not yet
        ("2026-01-08", "2026-01-15", False),
    ],
)
def test_a_pause_that_nobody_foresaw_is_sure_between_two_whole_weeks(
    first: str, last: str, is_sure: bool
) -> None:
    known = target_days(date.fromisoformat(first), date.fromisoformat(last), CLOSED)
    expected = {"01-16": "01-15", "01-17": "01-15"} if is_sure else {}
    assert fixable(known, CLOSED, WEEKEND) == expected


def test_two_working_days_that_are_not_known_are_a_gap_of_ours() -> None:
    for other in (date(2026, 1, 15), date(2026, 1, 19), date(2026, 1, 23)):
        known = target_days(date(2025, 12, 1), date(2026, 2, 27), CLOSED, other)
        assert fixable(known, CLOSED, WEEKEND) == {}


# --- typed ---------------------------------------------------------------------------------------


def test_a_typed_rate_wins_from_its_day_on_until_a_later_one() -> None:
    book = RateBook(
        [published(FRIDAY, USD="1.0834")],
        [typed("EUR", "USD", "1.2", TUESDAY), typed("EUR", "USD", "1.1", MONDAY)],
    )
    assert said(book.rate("EUR", "USD", SATURDAY)) == ("1.0834", "2026-01-02", "ecb")
    assert said(book.rate("EUR", "USD", MONDAY)) == ("1.1", "2026-01-05", "typed")
    assert said(book.rate("EUR", "USD", TUESDAY + 999 * DAY)) == ("1.2", "2026-01-06", "typed")


def test_a_typed_pair_comes_before_its_inverse_and_both_before_crossing() -> None:
    publications = [published(FRIDAY, USD="1.0834", CHF="0.9412")]
    inverse = [typed("CHF", "USD", "1.25")]
    both = [*inverse, typed("USD", "CHF", "0.81")]
    euros = [typed("EUR", "USD", "1.1")]
    assert said(RateBook(publications, both).rate("USD", "CHF", FRIDAY)) == (
        "0.81", "2026-01-02", "typed")  # fmt: skip
    assert said(RateBook(publications, inverse + euros).rate("USD", "CHF", FRIDAY)) == (
        "0.8", "2026-01-02", "typed")  # fmt: skip


def test_a_leg_of_a_crossing_may_be_typed_and_the_older_day_is_shown() -> None:
    publications = [published(MONDAY, CHF="0.9400")]
    book = RateBook(publications, [typed("EUR", "USD", "1.25", FRIDAY)])
    assert said(book.rate("USD", "CHF", MONDAY)) == ("0.752", "2026-01-02", "typed")
    assert book.rate("USD", "CHF", SATURDAY) is None  # CHF had no rate yet
    assert said(book.rate("USD", "EUR", SATURDAY)) == ("0.8", "2026-01-02", "typed")


def test_a_typed_leg_of_a_crossing_comes_before_what_the_ecb_publishes() -> None:
    publications = [published(FRIDAY, USD="1.0834", CHF="0.9400")]
    book = RateBook(publications, [typed("EUR", "USD", "1.25")])
    assert said(book.rate("USD", "CHF", FRIDAY)) == ("0.752", "2026-01-02", "typed")  # 0.94 / 1.25
    assert said(book.rate("CHF", "USD", FRIDAY)) == ("1.32978723404", "2026-01-02", "typed")


def test_a_currency_that_nobody_publishes_is_typed_once_and_crossed() -> None:
    publications = [published(FRIDAY, USD="1.0834")]
    book = RateBook(publications, [typed("EUR", "XOF", "655.957")])
    assert said(book.rate("XOF", "USD", FRIDAY)) == ("0.00165163265275", "2026-01-02", "typed")


# --- for any rates -------------------------------------------------------------------------------

rates = st.decimals(Decimal("0.0001"), Decimal(30_000), places=4)
days = st.dates(FRIDAY, FRIDAY + 60 * DAY)
per_euro: st.SearchStrategy[Mapping[str, Decimal]] = st.fixed_dictionaries(
    dict.fromkeys(CURRENCIES, rates)
)
currencies = st.sampled_from((*CURRENCIES, "EUR"))


@st.composite
def books(draw: st.DrawFn) -> RateBook:
    """Rates that are there on the first day at least."""
    further = draw(st.dictionaries(days, per_euro, max_size=8))
    first = {FRIDAY: draw(per_euro)}
    return RateBook([Publication(*one) for one in (further | first).items()])


def known(rate: Rate | None) -> Rate:
    assert rate is not None
    return rate


@given(books(), currencies, currencies, days)
def test_there_and_back_is_one(book: RateBook, source: str, target: str, day: date) -> None:
    there, back = (known(book.rate(*pair, day)) for pair in ((source, target), (target, source)))
    assert abs(Fraction(there.rate) * Fraction(back.rate) - 1) <= Fraction(1, 10**9)


@given(books(), currencies, currencies, currencies, days)
def test_by_way_of_a_third_currency_is_the_same(
    book: RateBook, source: str, by: str, target: str, day: date
) -> None:
    one, other, direct = (
        Fraction(known(book.rate(*pair, day)).rate)
        for pair in ((source, by), (by, target), (source, target))
    )
    assert abs(one * other / direct - 1) <= Fraction(1, 10**9)


@given(books(), currencies, currencies, days)
def test_no_rate_has_more_digits_than_it_may(
    book: RateBook, source: str, target: str, day: date
) -> None:
    assert len(known(book.rate(source, target, day)).rate.as_tuple().digits) <= 12


@given(books(), currencies, currencies, days, amounts())
def test_an_amount_is_its_product_with_the_shown_rate(
    book: RateBook, source: str, target: str, day: date, amount: Decimal
) -> None:
    found = book.converted(amount, source, target, day)
    assert found is not None
    assert Fraction(found[0]) == Fraction(amount) * Fraction(found[1].rate)
    assert found[1] == book.rate(source, target, day)


@given(st.sets(days), days, days)
def test_a_later_day_never_uses_an_earlier_publication(
    known_days: set[date], day: date, other: date
) -> None:
    book = RateBook([published(one, USD="1.1") for one in known_days])
    earlier, later = (book.publication_of(one) for one in sorted((day, other)))
    assert earlier is None or (later is not None and earlier <= later)
    ordered = sorted(known_days)
    at = bisect_right(ordered, day)
    assert book.publication_of(day) == (ordered[at - 1] if at else None)


@given(st.lists(st.tuples(days, rates), unique_by=lambda one: one[0]), days)
def test_the_last_typed_rate_that_has_begun_holds(
    stated: list[tuple[date, Decimal]], day: date
) -> None:
    book = RateBook(
        [published(FRIDAY, USD="9")],
        [TypedRate("EUR", "USD", rate, since) for since, rate in stated],
    )
    begun = max((one for one in stated if one[0] <= day), default=None)
    expected = ("ecb", FRIDAY, Decimal(9)) if begun is None else ("typed", *begun)
    found = known(book.rate("EUR", "USD", day))
    assert (found.origin, found.day, found.rate) == expected


@given(days, st.integers(0, 40), st.integers(1, 40))
def test_a_dropped_currency_never_comes_back_by_itself(
    last: date, known_for: int, dropped_for: int
) -> None:
    before = [
        published(last - number * DAY, USD="1.1", BGN="1.9558") for number in range(known_for)
    ]
    after = [
        published(last + timedelta(days=number + 1), USD="1.1") for number in range(dropped_for)
    ]
    book = RateBook([*before, *after])
    assert (book.rate("BGN", "EUR", last) is None) == (known_for == 0)
    assert all(book.rate("BGN", "USD", one.day) is None for one in after)
