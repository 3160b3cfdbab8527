"""Stripe: what one answer means, what is refused, and what a person is told."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.rows import Revenue
from ecot.providers.contract import Options, Trouble
from ecot.providers.stripe import STRIPE, VERSION, parse, recognise
from ecot.providers.stripe.balance import EARNED, MOVED
from ecot.sandbox import exact_json
from ecot.sandbox.stripe.truth import StripeTruth, movement
from tests.jobs.world import Clock
from tests.providers import around, remedies
from tests.providers.stripe_around import KEY, NOW, asked, by_currency, made, revenues
from tests.providers.stripe_cases import BY_SLICE, tiered

SECOND = int(NOW.timestamp())
Edit = Callable[[Any], object]


def page(*rows: object) -> Answer:
    content = {"object": "list", "data": rows, "has_more": False, "url": "/v1/balance_transactions"}
    return Answer(feed="balance", endpoint="GET …", body=exact_json.dumps(content))


def moved(
    kind: str = "charge", amount: int = 2000, fee: int = 88, **more: object
) -> dict[str, Any]:
    return movement("txn_1", SECOND, kind, amount, fee, "eur") | more


def revenue(**fields: object) -> Revenue:
    ((_, row),) = parse(page(moved(**fields)))  # type: ignore[arg-type]
    assert isinstance(row, Revenue)
    return row


# --- net revenue ---------------------------------------------------------------------------------


def test_a_movement_is_revenue_of_its_utc_day_and_category_less_what_stripe_took() -> None:
    row = revenue()

    assert (row.name, row.service, row.currency) == ("net revenue", "charge", "EUR")
    assert (row.amount, row.gross, row.fees) == (Decimal("19.12"), Decimal(20), Decimal("0.88"))
    assert row.charge_period == Period.of_day(NOW.date())


@pytest.mark.parametrize("kind", sorted(MOVED))
def test_money_that_changes_places_is_no_revenue(kind: str) -> None:
    assert list(parse(page(moved(kind, -90000, 0)))) == []


@pytest.mark.parametrize("kind", sorted(EARNED))
def test_what_is_earned_and_taken_back_is_revenue(kind: str) -> None:
    assert revenue(kind=kind, amount=-500, fee=0).amount == Decimal(-5)


def test_which_categories_are_revenue_and_which_move_money() -> None:
    """As docs/providers/stripe.md has them: one that slips out of a list is lost from every sum."""
    assert " ".join(sorted(EARNED)) == (
        "charge charge_failure dispute dispute_reversal fee network_cost partial_capture_reversal "
        "platform_earning platform_earning_refund refund refund_failure tax"
    )
    assert " ".join(sorted(MOVED)) == (
        "advance advance_funding anticipation_repayment connect_collection_transfer "
        "connect_reserved_funds issuing_authorization_hold issuing_authorization_release "
        "issuing_transaction payout payout_minimum_balance_hold payout_minimum_balance_release "
        "payout_reversal risk_reserved_funds topup topup_reversal transfer transfer_reversal"
    )


@pytest.mark.parametrize("kind", ["other_adjustment", "climate_order_purchase", "moon_tax"])
def test_a_category_that_is_not_known_is_kept_and_added_to_nothing(kind: str) -> None:
    row = revenue(kind=kind, amount=-300, fee=12)

    assert (row.service, row.amount) == (kind, None)
    assert (row.gross, row.fees) == (Decimal(-3), Decimal("0.12"))


def test_a_yen_is_a_yen_and_a_dinar_has_a_thousand_parts() -> None:
    assert revenue(currency="jpy").amount == Decimal(1912)
    assert revenue(currency="kwd").amount == Decimal("1.912")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"net": 1}, "a net that is not the amount less the fee"),
        ({"net": None}, "has no net"),
        ({"amount": "2000"}, "is not a whole number"),
        ({"amount": 20.5}, "is not a whole number"),
        ({"fee": None}, "has no fee"),
        ({"currency": "gold"}, "is no currency"),
        ({"currency": None}, "has no currency"),
        ({"created": 4_102_444_800}, "has no moment in seconds"),
        ({"created": -1}, "has no moment in seconds"),
        ({"reporting_category": None}, "has no reporting_category"),
        ({"object": "charge"}, "is not what was expected, balance_transaction"),
    ],
)
def test_a_movement_that_is_not_understood_is_refused_with_its_row(
    fields: dict[str, Any], text: str
) -> None:
    row = json.loads(json.dumps(moved() | fields), parse_float=Decimal)
    with pytest.raises(UnexpectedAnswer, match=text) as caught:
        list(parse(page(row)))
    assert "/data/0" in str(caught.value)


def test_a_field_that_nobody_knows_changes_nothing() -> None:
    assert revenue(carbon_grams=7) == revenue()


# --- subscriptions -------------------------------------------------------------------------------


def edited(edit: Edit, make: Callable[[StripeTruth], object] | None = None) -> Answer:
    """An answer about one subscription in which something is changed."""
    (answer,) = asked(made(make or discounted))
    content = json.loads(answer.body, parse_float=Decimal)
    edit(content)
    return Answer(feed=answer.feed, endpoint="", body=exact_json.dumps(content), day=answer.day)


def discounted(the: StripeTruth) -> None:
    packages = {"divide_by": 5, "round": "up"}
    price = the.price("2000", transform=packages)
    the.subscribe(the.item(price, 5), coupons=[the.coupon(amount=500)])


def sub(content: Any) -> Any:
    return content[0]["data"][0]


def item(content: Any) -> Any:
    return sub(content)["items"]["data"][0]


def coupon(content: Any) -> Any:
    return content[-1]["data"][0]


def test_the_answer_as_it_is_means_something() -> None:
    (first, _) = parse(edited(lambda content: content))

    assert isinstance(first.row, Revenue)
    assert first.row.amount == Decimal(15)


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda c: sub(c).update(livemode=False), "is of Stripe's test mode, not money"),
        (lambda c: sub(c).pop("livemode"), "has no livemode"),
        (lambda c: sub(c).update(status="dormant"), "has a status that is not known"),
        (
            lambda c: [
                part.update(currency="gold") for part in (sub(c), item(c)["price"], coupon(c))
            ],
            "is no currency",
        ),
        (lambda c: sub(c).update(customer=None), "has no customer_account"),
        (lambda c: sub(c)["items"].update(has_more=True), "has items that were not read"),
        (lambda c: sub(c).update(discounts=["di_1"]), "is not an object"),
        (lambda c: item(c).update(quantity=None), "has no quantity"),
        (lambda c: item(c).update(quantity=-1), "has a quantity below zero"),
        (lambda c: item(c)["price"].update(unit_amount_decimal=None), "has no unit_amount_decimal"),
        (lambda c: item(c)["price"].update(unit_amount_decimal="free"), "is no amount"),
        (lambda c: item(c)["price"].update(recurring=None), "has no recurring"),
        (lambda c: item(c)["price"].update(billing_scheme="auction"), "a price that was not read"),
        (lambda c: item(c)["price"].update(currency="eur"), "is a price that was not read"),
        (lambda c: item(c)["price"].update(product=None), "has no product"),
        (
            lambda c: item(c)["price"]["recurring"].update(interval="fortnight"),
            'is no interval that is known: .*"fortnight"',
        ),
        (
            lambda c: item(c)["price"]["recurring"].update(interval_count=0),
            'is no interval that is known: .*"interval_count": 0',
        ),
        (
            lambda c: item(c)["price"]["recurring"].update(usage_type="felt"),
            "is no type of usage that is known",
        ),
        (
            lambda c: item(c)["price"]["transform_quantity"].update(round="nearest"),
            'is no rounding that is known: .*"nearest"',
        ),
        (
            lambda c: item(c)["price"]["transform_quantity"].update(divide_by=0),
            'is no rounding that is known: .*"divide_by": 0',
        ),
        (lambda c: coupon(c).update(duration="a while"), "lasts for a time that is not known"),
        (lambda c: coupon(c).update(currency="eur"), "has no usd"),
        (lambda c: coupon(c).update(amount_off=None), "has no amount_off"),
        (lambda c: coupon(c).update(amount_off=-500), "takes off less than nothing"),
        (lambda c: coupon(c).update(percent_off=101), "takes off what no percentage is"),
        (
            lambda c: sub(c)["discounts"][0]["source"].update(type="favour"),
            "is not what was expected, coupon",
        ),
        (
            lambda c: sub(c)["discounts"][0]["source"].update(coupon="GONE"),
            "is of a coupon that was not read",
        ),
        (lambda c: c[0].update(url="/v1/invoices"), "is a list of something else"),
        (lambda c: c[0].pop("object"), "has no object"),
    ],
)
def test_a_subscription_that_is_not_understood_is_refused(edit: Edit, text: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=text):
        list(parse(edited(edit)))


def last_tiers(content: Any) -> Any:
    return content[-1]["tiers"]


@pytest.mark.parametrize(
    ("edit", "text"),
    [
        (lambda c: c[-1].update(tiers_mode="package"), "is no mode of tiers that is known"),
        (lambda c: c[-1].update(tiers=None), "has no tiers"),
        (lambda c: last_tiers(c).pop(), "has no tier for a quantity"),
        (lambda c: last_tiers(c)[0].update(unit_amount_decimal=None), "has no price"),
        (lambda c: c[-1].update(billing_scheme="auction"), "is no billing scheme that is known"),
    ],
)
@pytest.mark.parametrize("mode", ["graduated", "volume"])
def test_tiers_that_are_not_understood_are_refused(mode: str, edit: Edit, text: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=text):
        list(parse(edited(edit, tiered(mode, 12, BY_SLICE[0], BY_SLICE[2]))))


def test_a_snapshot_is_of_the_day_on_which_it_was_read() -> None:
    (answer,) = asked(made(discounted))

    rows = [row for _, row in parse(answer) if isinstance(row, Revenue)]
    assert {row.charge_period for row in rows} == {Period.of_day(NOW.date())}
    with pytest.raises(UnexpectedAnswer, match="is not of a day"):
        list(parse(Answer(feed="subscriptions", endpoint="", body=answer.body)))


def test_a_subscription_with_a_field_that_nobody_knows_is_the_same() -> None:
    def unknown(content: Any) -> None:
        for part in (sub(content), item(content), item(content)["price"], coupon(content)):
            part["carbon_grams"] = 7

    assert list(parse(edited(unknown))) == list(parse(edited(lambda content: content)))


def test_customers_and_products_may_be_written_out() -> None:
    def written_out(content: Any) -> None:
        sub(content)["customer"] = {"object": "customer", "id": sub(content)["customer"]}
        item(content)["price"]["product"] = {"object": "product", "id": "prod_app"}

    assert list(parse(edited(written_out))) == list(parse(edited(lambda content: content)))


def test_an_account_may_stand_for_a_customer() -> None:
    def accounts(the: StripeTruth) -> None:
        for _ in range(2):
            row = the.subscribe(the.item(the.price()), customer_account="acct_1")
            row["customer"] = None

    rows = revenues(made(accounts))
    assert by_currency(rows) == {"USD": Decimal(40)}
    assert [row.counts["subscribers"] for row in rows if "subscribers" in row.counts] == [1]


# --- asking --------------------------------------------------------------------------------------


def test_a_snapshot_is_one_answer_of_all_that_was_said() -> None:
    def make(the: StripeTruth) -> None:
        discounted(the)
        tiered("volume", 3, *BY_SLICE)(the)
        the.subscribe(the.item(the.price(), 1, the.coupon(10)))

    (answer,) = asked(made(make))

    parts = json.loads(answer.body)
    assert [part.get("url", part["object"]) for part in parts] == [
        "/v1/subscriptions",
        "/v1/subscription_items",
        "price",
        "/v1/coupons",
    ]
    assert answer.day == NOW.date()
    assert answer.endpoint == (
        "GET /v1/subscriptions?expand%5B%5D=data.discounts.source.coupon&limit=100"
    )


def test_the_version_is_pinned() -> None:
    headers = STRIPE.headers(KEY, STRIPE.options())

    assert headers == {"Authorization": f"Bearer {KEY}", "Stripe-Version": VERSION}
    assert VERSION == "2026-10-28.endive"


@pytest.mark.parametrize("secret", [KEY, "sk_live_51Lumen0000000000", "anything"])
def test_a_key_that_may_be_right_is_tried(secret: str) -> None:
    assert recognise(secret) is None


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        ("sk_test_51Lumen", "Stripe's test mode, where no money is real"),
        ("rk_test_51Lumen", "Stripe's test mode, where no money is real"),
        ("pk_live_51Lumen", "a publishable key, which reads nothing"),
        ("whsec_51Lumen", "the secret of a webhook"),
        ("sk_org_live_51Lumen", "a key of an organization"),
        ("sk-proj-51Lumen", "a key of another supplier"),
    ],
)
def test_a_key_of_the_wrong_kind_is_known_by_its_look(secret: str, what: str) -> None:
    remedy = recognise(secret)

    assert remedy is not None
    assert what in remedy
    assert remedy.endswith("with Read on Balance, Coupons, Prices and Subscriptions.")
    assert secret not in remedy


# --- what a person is told -----------------------------------------------------------------------


def examined(response: httpx.Response) -> Outcome:
    """What the doctor says where everything is answered like this."""

    def client() -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(lambda _request: response))

    round_ = replace(Clock(datetime(2026, 11, 21, 6, tzinfo=UTC)).round(), open_client=client)
    return around.examined(around.source(STRIPE, STRIPE.base_url, KEY), round_)


def error(message: str, **more: str) -> dict[str, Any]:
    return {"error": {"type": "invalid_request_error", "message": message, **more}}


@pytest.mark.parametrize(
    ("status", "content", "remedy"),
    [
        (401, error("Invalid API Key provided: rk_live_****Zk3Q"), "access_denied"),
        (401, error(f"Expired API Key provided: {KEY}"), "access_denied"),
        (403, error("The provided key 'rk_live_****' lacks permissions."), "access_denied"),
        (429, error("Too many requests", code="rate_limit"), "rate_limited"),
        (400, error("Received unknown parameter: colour"), "unexpected_answer"),
        (404, error("No such subscription: 'sub_x'"), "unexpected_answer"),
        (409, error("Keys for idempotent requests"), "unexpected_answer"),
        (500, error("An error occurred with our connection"), "unavailable"),
    ],
)
def test_a_refusal_is_said_in_its_own_words_with_what_to_do(
    status: int, content: Any, remedy: Trouble
) -> None:
    outcome = examined(httpx.Response(status, json=content))

    assert outcome.state == "failed"
    own_words, _, _ = content["error"]["message"].partition("rk_live_")  # a part of a key is none
    assert own_words in str(outcome.message)
    assert str(outcome.remedy) == remedies.told(STRIPE)[remedy]
    assert KEY[8:] not in f"{outcome.message} {outcome.remedy}"


def test_without_a_key_it_is_not_configured_and_says_why() -> None:
    source = around.source(STRIPE, STRIPE.base_url, None)

    outcome = around.examined(source, Clock(NOW).round())

    assert outcome.state == "not_configured"
    assert str(outcome.message) == "stripe/lumen: STRIPE_ADMIN_KEY is not set"
    assert "STRIPE_ADMIN_KEY=…" in str(outcome.remedy)


def test_the_record_is_complete() -> None:
    assert STRIPE.variables == ("STRIPE_ADMIN_KEY", "STRIPE_API_KEY", "STRIPE_SECRET_KEY")
    assert (STRIPE.feeds, STRIPE.snapshots) == (("balance",), ("subscriptions",))
    assert STRIPE.category == "other"
    assert STRIPE.oldest(date(2026, 11, 21), Options()) == date.min
