"""MRR, by Stripe's published definition: a table of cases that were worked out by hand."""

from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.model.money import total
from ecot.model.rows import Revenue
from ecot.providers.stripe.mrr import DIGITS, shares
from ecot.sandbox.stripe.truth import StripeTruth
from tests.providers.stripe_around import NOW, by_currency, made, revenues, told
from tests.providers.stripe_cases import CASES, Case


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_a_subscription_is_worth_a_month(case: Case) -> None:
    expected = {currency: Decimal(amount) for currency, amount in case.expected.items()}

    assert by_currency(revenues(made(case.make))) == expected


def test_the_table_is_as_long_as_was_promised_and_each_case_has_a_name_of_its_own() -> None:
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


def test_all_cases_at_once_are_the_sum_of_each() -> None:
    """In one account, over several pages; thirds of several subscriptions make wholes."""
    truth = made(lambda the: [case.make(the) for case in CASES])
    expected: dict[str, Fraction] = {}
    for case in CASES:
        for currency, literal in case.expected.items():
            expected[currency] = expected.get(currency, Fraction(0)) + Fraction(literal)

    found = by_currency(revenues(truth))

    assert found.keys() == expected.keys()
    for currency, amount in found.items():
        # each literal is rounded by at most half of its last digit
        assert abs(Fraction(amount) - expected[currency]) <= len(CASES) * Fraction(1, 2 * 10**12)


def test_each_amount_leads_to_the_item_that_it_is_of() -> None:
    truth = made(
        lambda the: the.subscribe(
            the.item(the.price("2000", product="prod_a")),
            the.item(the.price("550", product="prod_b")),
        )
    )

    found = {parsed.place: parsed.row for parsed in told(truth)}

    places = [f"/0/data/0/items/data/{at}" for at in (0, 1)]
    assert list(found) == [*places, "/0/data/0"]
    items = [found[place] for place in places]
    assert [(row.service, row.amount) for row in items if isinstance(row, Revenue)] == [
        ("prod_a", Decimal(20)),
        ("prod_b", Decimal("5.5")),
    ]


def several(the: StripeTruth) -> None:
    """Two customers on two plans each, one free rider, one on trial, one paused, one past due."""
    plan, free = the.price("2000"), the.price("0")
    euros = the.price("3000", currency="eur")
    for price in (plan, euros, free):
        the.subscribe(the.item(price), customer="cus_ada")
    the.subscribe(the.item(free), customer="cus_bob")
    the.subscribe(the.item(plan), customer="cus_cyd", status="trialing")
    the.subscribe(the.item(plan), customer="cus_dan", pause_collection={"behavior": "void"})
    the.subscribe(the.item(plan), customer="cus_eve", status="past_due")
    the.subscribe(the.item(plan), customer="cus_eve", status="unpaid")
    the.subscribe(the.item(plan), customer="cus_fay", status="canceled")


def counted(rows: list[Revenue]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in rows:
        found.update({name: int(number) for name, number in row.counts.items()})
    return dict(found)


def test_subscribers_are_customers_and_each_counts_once() -> None:
    assert counted(revenues(made(several))) == {
        "active_subscriptions": 5,  # ada's three, bob's, dan's
        "past_due_subscriptions": 1,
        "trialing_subscriptions": 1,
        "unpaid_subscriptions": 1,
        "paused_collections": 1,
        "subscribers": 4,  # ada, bob, dan, eve: cyd tries, fay has gone
        "paying_subscribers": 3,  # not bob
    }


def test_a_trial_whose_collection_is_paused_pauses_no_revenue() -> None:
    def make(the: StripeTruth) -> None:
        paused = {"behavior": "void", "resumes_at": None}
        the.subscribe(the.item(the.price("2000")), status="trialing", pause_collection=paused)

    assert counted(revenues(made(make))) == {"trialing_subscriptions": 1}


def test_a_customer_on_two_pages_is_one_subscriber() -> None:
    def make(the: StripeTruth) -> None:
        for _ in range(205):
            the.subscribe(the.item(the.price("100")), customer="cus_ada")

    rows = revenues(made(make))

    assert by_currency(rows) == {"USD": Decimal(205)}
    assert counted(rows) == {
        "active_subscriptions": 205,
        "subscribers": 1,
        "paying_subscribers": 1,
    }


def test_what_is_paused_stands_on_rows_of_its_own() -> None:
    paused = [row for row in revenues(made(several)) if row.tags]

    assert [(row.tags, row.amount) for row in paused] == [({"collection": "paused"}, Decimal(20))]


def test_a_deleted_coupon_still_takes_off() -> None:
    """It is gone from the list of coupons, and whole where it is still used."""

    def make(the: StripeTruth) -> None:
        coupon = the.coupon(50)
        the.subscribe(the.item(the.price("2000")), coupons=[coupon])
        the.subscribe(the.item(the.price("1000"), 1, coupon))
        del the.coupons[coupon["id"]]

    assert by_currency(revenues(made(make))) == {"USD": Decimal(15)}


def test_no_subscriptions_are_no_rows() -> None:
    assert revenues(StripeTruth(lambda: NOW)) == []


@given(st.lists(st.fractions(min_value=0, max_value=10**9, max_denominator=10**6)))
def test_shares_add_up_to_the_sum_rounded_once(parts: list[Fraction]) -> None:
    found = shares(parts)

    assert Fraction(total(found)) == Fraction(round(sum(parts, Fraction(0)) * 10**12), 10**12)
    for part, share in zip(parts, found, strict=True):
        assert abs(Fraction(share) - part) < Fraction(1, 10**DIGITS)
