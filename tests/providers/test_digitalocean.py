"""DigitalOcean: what an answer means, what is refused rather than guessed, and which keys fit."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ecot.errors import (
    AccessDenied,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from ecot.model.answer import Answer
from ecot.model.period import Month, Period
from ecot.model.rows import Balance, Charge
from ecot.providers.contract import Options
from ecot.providers.digitalocean import DIGITALOCEAN, check, parse
from ecot.providers.digitalocean.access import DigitalOceanOptions, headers, recognise
from ecot.providers.digitalocean.products import product
from ecot.providers.http import Http, client
from ecot.providers.patience import Budget
from ecot.sandbox.digitalocean import BILLING_KEY
from tests.providers.asking import NOW, Answering, Waiting, patient, run, sequence
from tests.specifications import refusals

TEAM = "do:team:12345678-1234-1234-1234-123456789012"
OCTOBER = Month(2026, 10)
ASKED = {"month": "2026-10", "invoice_id": "5202610"}
CANARY = "dop_v1_Can4ryBirdTw33tTw33t9Zk3QwLmNo01cAnAryBiRd"


def answered(content: object, feed: str = "costs", **asked: str) -> Answer:
    body = json.dumps(content).encode()
    return Answer(feed=feed, endpoint="", body=body, sub_account_id=TEAM, asked=asked)


def point(**fields: object) -> Charge:
    row = {"usage_team_urn": TEAM, "start_date": "2026-11-02", "total_amount": "0.86"} | fields
    (found,) = charges({"data_points": [row]})
    return found


def item(month: Mapping[str, str] = ASKED, **fields: object) -> Charge:
    row = {"product": "Droplets", "amount": "3.11"} | fields
    (found,) = charges({"invoice_items": [row]}, **month)
    return found


def charges(content: object, **asked: str) -> list[Charge]:
    return [row for _, row in parse(answered(content, **asked)) if isinstance(row, Charge)]


def summary(**fields: str) -> dict[str, Any]:
    parts = {"product_charges": "10", "overages": "0", "taxes": "0", "credits_and_adjustments": "0"}
    parts |= {name: amount for name, amount in fields.items() if name in parts}
    amount = str(sum(map(Decimal, parts.values())))
    head = {"invoice_id": "5202610", "billing_period": "2026-10", "amount": amount}
    named = {name: {"name": name.title(), "amount": amount} for name, amount in parts.items()}
    return named | head | {name: text for name, text in fields.items() if name not in parts}


def rest(content: object, **asked: str) -> dict[str, Decimal | None]:
    """What the summary adds to the items, by service."""
    return {row.service or "": row.billed_cost for row in charges(content, **ASKED, **asked)}


# Insights


def test_a_point_is_a_charge_of_its_day_and_product() -> None:
    found = point(sku="1-DO-DROP-0109", region="nyc3", description="web", group_description="")

    assert found == Charge(
        charge_period=Period.of_day(date(2026, 11, 2)),
        category="infrastructure",
        service="Droplets",
        sub_account_id=TEAM,
        region_id="nyc3",
        charge_description="web",
        sku_id="1-DO-DROP-0109",
        currency="USD",
        basis="billed",
        billed_cost=Decimal("0.86"),
    )


@given(st.decimals(-(10**9), 10**9, places=10))
def test_an_amount_keeps_every_digit_also_below_zero(amount: Decimal) -> None:
    found = point(total_amount=f"{amount:f}")

    assert str(found.billed_cost) == str(Decimal(f"{amount:f}"))
    assert found.charge_category == "Usage"


@pytest.mark.parametrize(
    ("sku", "description", "expected"),
    [
        ("1-DO-DROP-0109", "web (c-2-4GiB)", "Droplets"),
        ("1-KS-K8SWN-00109", "3 nodes", "Kubernetes Clusters"),
        ("1-APP-PROF-00003", "web", "App Platform"),
        ("1-DBAAS-PG-00042", "1 node", "Database Clusters"),
        ("1-DOCR-BASIC-1", "x", "Container Registry"),
        ("1-XY-0001", "Container Registry (basic)", "Container Registry"),
        ("1-SPACES-1", "x", "Spaces Subscription"),
        ("1-XY-0001", "Spaces ($5/mo 250GB storage & 1TB bandwidth)", "Spaces Subscription"),
        ("1-QU-ANTUM-00001", "x", "QU-ANTUM"),
        ("2-APPLE-PIE-00001", "x", "APPLE-PIE"),
        ("quantum", "x", "quantum"),
        ("1-", "x", "1-"),
        (None, "Floating IP", "Floating IP"),
        (None, None, None),
    ],
)
def test_a_sku_tells_the_product_and_one_that_nobody_knows_is_kept(
    sku: str | None, description: str | None, expected: str | None
) -> None:
    assert product(sku, description) == expected


@pytest.mark.parametrize("day", ["2026-11-02", "2026-11-02T00:00:00Z"])
def test_a_day_is_a_utc_day(day: str) -> None:
    assert point(start_date=day).day == date(2026, 11, 2)


@pytest.mark.parametrize(
    "fields",
    [
        {"total_amount": None},
        {"total_amount": "$0.86"},
        {"total_amount": "NaN"},
        {"total_amount": True},
        {"total_amount": {"value": 1, "currency": "EUR"}},
        {"start_date": None},
        {"start_date": "Monday"},
        {"start_date": "2026-11-02T00:00:00+02:00"},
        {"start_date": "2026-11-02T13:00:00Z"},
        {"sku": 7},
    ],
    ids=str,
)
def test_a_point_that_lacks_what_money_needs_is_refused_and_quoted(fields: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^costs: /data_points/0"):
        point(**fields)


@pytest.mark.parametrize("day", ["2026-11-01", "2026-11-03", "2025-11-02"])
def test_a_day_that_was_not_asked_for_is_refused_and_not_left_out(day: str) -> None:
    content = {"data_points": [{"start_date": day, "total_amount": "0.86"}]}
    asked = {"first": "2026-11-02", "last": "2026-11-02"}

    with pytest.raises(UnexpectedAnswer, match=f"is about {day}, which was not asked for"):
        charges(content, **asked)


# Items of an invoice


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        ("2026-10-05T06:30:00Z", "2026-10-09T00:00:00Z", 5, 8),
        ("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", 1, 31),
        ("2026-09-28T00:00:00Z", "2026-11-05T00:00:00Z", 1, 31),
        ("2026-10-31T23:00:00-02:00", "2026-11-05T00:00:00Z", 1, 31),
        ("2026-10-05T23:30:00+00:00", "2026-10-06T00:30:00Z", 5, 6),
        ("2026-08-01T00:00:00Z", "2026-08-09T00:00:00Z", 1, 31),
        ("2026-10-05T06:30:00Z", "2026-10-05T06:30:00Z", 1, 31),
        ("2026-10-05T06:30:00", "2026-10-09T00:00:00", 1, 31),
        ("", "2026-10-09T00:00:00Z", 1, 31),
        (None, None, 1, 31),
        ("some day", "2026-10-09T00:00:00Z", 1, 31),
    ],
)
def test_an_item_is_of_its_own_time_within_its_month_else_of_the_month(
    start: str | None, end: str | None, first: int, last: int
) -> None:
    found = item(start_time=start, end_time=end).charge_period

    assert (found.start.date(), found.last) == (date(2026, 10, first), date(2026, 10, last))


def test_an_item_names_its_resource_its_project_its_group_and_its_invoice() -> None:
    found = item(
        resource_uuid="",
        resource_id="2353624",
        project_name="web",
        group_description="lumen-db",
        duration="744",
        duration_unit="Hours",
    )

    assert (found.resource_id, found.invoice_id) == ("2353624", "5202610")
    assert found.tags == {"project": "web", "group": "lumen-db"}
    assert (found.consumed_quantity, found.consumed_unit) == (Decimal(744), "Hours")
    assert found.billing_period == OCTOBER.period


@pytest.mark.parametrize(
    ("fields", "category"),
    [
        ({}, "Usage"),
        ({"amount": "-3.11"}, "Credit"),
        ({"product": "Taxes"}, "Tax"),
        ({"product": "Taxes", "amount": "-0.10"}, "Tax"),
        ({"product": None}, "Usage"),
    ],
)
def test_an_item_is_usage_unless_it_gives_back_or_is_tax(
    fields: dict[str, Any], category: str
) -> None:
    assert item(**fields).charge_category == category


@pytest.mark.parametrize("amount", [None, "", "$3.11", "3,11", "3.11 EUR", False])
def test_an_item_whose_amount_is_none_is_refused_and_quoted(amount: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"/invoice_items/0.*Droplets"):
        item(amount=amount)


def test_unknown_fields_change_nothing() -> None:
    odd: dict[str, Any] = {"carbon_grams": 7, "quantum": {"a": "b"}}

    assert item(**odd) == item()
    assert point(**odd) == point()
    assert rest(summary(taxes="1") | odd) == {"Taxes": 1}


# The summary: what the items leave out


@pytest.mark.parametrize(
    ("parts", "items", "expected"),
    [
        ({}, {"items": "10"}, {}),
        ({"taxes": "0.77"}, {"items": "10"}, {"Taxes": "0.77"}),
        ({"taxes": "0.77"}, {"items": "10", "taxes": "0.77"}, {}),
        ({"taxes": "0.77"}, {"items": "10", "taxes": "0.70"}, {"Taxes": "0.07"}),
        (
            {"credits_and_adjustments": "-4"},
            {"items": "10"},
            {"Credits_And_Adjustments": "-4"},
        ),
        ({"credits_and_adjustments": "-4"}, {"items": "6"}, {}),
        ({"overages": "3"}, {"items": "10"}, {"Overages": "3"}),
        ({"overages": "3"}, {"items": "13"}, {}),
        (
            {"overages": "3", "credits_and_adjustments": "-4"},
            {"items": "13"},
            {"Credits_And_Adjustments": "-4"},
        ),
        (
            {"overages": "3", "credits_and_adjustments": "-4"},
            {"items": "6"},
            {"Overages": "3"},
        ),
        ({}, {"items": "9.98", "count": "2"}, {"rounding": "0.02"}),
        ({"overages": "3"}, {"items": "10.01", "count": "4"}, {"Overages": 3, "rounding": "-0.01"}),
    ],
    ids=str,
)
def test_items_and_what_they_leave_out_add_up_to_the_invoice(
    parts: dict[str, str], items: dict[str, str], expected: dict[str, Any]
) -> None:
    content = summary(**parts)
    found = rest(content, **items)

    assert found == {name: Decimal(amount) for name, amount in expected.items()}
    told = Decimal(items["items"]) + Decimal(items.get("taxes", "0"))
    assert told + sum(filter(None, found.values())) == Decimal(content["amount"])


@pytest.mark.parametrize(
    ("content", "asked"),
    [
        (summary(amount="11"), {"items": "10"}),
        (summary(), {"items": "10", "amount": "10.01"}),
        (summary(), {"items": "9.97", "count": "2"}),
        (summary(), {"items": "0", "count": "5"}),
        (summary(overages="3"), {"items": "11", "count": "3"}),
        (summary(taxes="1", billing_period="2026-09"), {"items": "10"}),
    ],
    ids=["parts", "list", "rounding", "nothing", "overages", "month"],
)
def test_an_invoice_that_does_not_add_up_is_refused_without_the_customers_name(
    content: dict[str, Any], asked: dict[str, str]
) -> None:
    content |= {"user_name": "Ana Lumen", "user_email": "ana@lumen.example"}

    with pytest.raises(UnexpectedAnswer) as caught:
        rest(content, **asked)
    assert "Ana" not in str(caught.value)
    assert "ana@" not in str(caught.value)


@pytest.mark.parametrize(
    ("part", "amount", "category"),
    [
        ("taxes", "1", "Tax"),
        ("taxes", "-1", "Tax"),
        ("overages", "1", "Usage"),
        ("credits_and_adjustments", "-1", "Credit"),
        ("credits_and_adjustments", "1", "Adjustment"),
    ],
)
def test_what_the_items_leave_out_is_called_what_it_is(
    part: str, amount: str, category: str
) -> None:
    (found,) = charges(summary(**{part: amount}), **ASKED)

    assert found.charge_category == category
    assert found.charge_period == found.billing_period == OCTOBER.period


# The balance


def balance(**fields: object) -> list[Balance]:
    stated = {
        "month_to_date_balance": "23.44",
        "account_balance": "12.23",
        "month_to_date_usage": "11.21",
        "generated_at": "2026-11-21T04:01:12Z",
    }
    body = json.dumps(stated | fields).encode()
    answer = Answer(feed="balance", endpoint="", body=body, day=date(2026, 11, 21))
    return [row for _, row in parse(answer) if isinstance(row, Balance)]


def test_this_months_usage_is_not_the_balance_that_holds_the_earlier_one() -> None:
    usage, owed = balance()

    assert (usage.name, usage.used) == ("month to date usage", Decimal("11.21"))
    assert usage.cycle == Month(2026, 11).period
    assert (owed.name, owed.used, owed.remaining) == ("owed", Decimal("12.23"), None)
    assert not usage.accrues


def test_a_balance_below_zero_is_credit() -> None:
    _, credit = balance(account_balance="-100.00")

    assert (credit.name, credit.used, credit.remaining) == ("credit", None, Decimal("100.00"))


def test_a_balance_made_before_midnight_is_of_the_month_before() -> None:
    usage, _ = balance(generated_at="2026-10-31T23:58:00Z")

    assert usage.cycle == OCTOBER.period


@pytest.mark.parametrize(
    "fields",
    [
        {"account_balance": None},
        {"month_to_date_usage": "a lot"},
        {"generated_at": None},
        {"generated_at": "today"},
        {"generated_at": "2026-11-21T04:01:12"},
    ],
    ids=str,
)
def test_a_balance_of_another_shape_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^balance: "):
        balance(**fields)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"null", b"[7]", b'{"account": null}', b'{"invoice_items": 7}']
)
@pytest.mark.parametrize("stream", DIGITALOCEAN.streams)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=NOW.date())))


# Keys, options, and refusals


@pytest.mark.parametrize(
    ("secret", "words"),
    [
        (BILLING_KEY, None),
        ("doo_v1_0123456789abcdef", None),
        ("0123456789abcdef" * 4, None),
        ("dor_v1_0123456789abcdef", "only renews others"),
        ("DO00ABCDEFGHIJKLMNOP", "a key of Spaces"),
        ("DO801ABCDEFGHIJKLMNO", "a key of Spaces"),
        ("sk-ant-admin01-x", "another supplier"),
        ("sk_live_x", "another supplier"),
    ],
)
def test_a_key_of_the_wrong_kind_is_recognised(secret: str, words: str | None) -> None:
    remedy = recognise(secret)

    assert (remedy is None) if words is None else (words in str(remedy))
    assert secret not in str(remedy)


def test_the_token_is_sent_as_a_bearer_token() -> None:
    assert headers("dop_v1_x", Options()) == {"Authorization": "Bearer dop_v1_x"}


@pytest.mark.parametrize("urn", ["do:teamgroup:12345678-1234", "12345678-1234", "do:team:", "a/b"])
def test_a_urn_that_is_no_teams_is_refused_when_the_settings_are_read(urn: str) -> None:
    assert DigitalOceanOptions(team_urn=TEAM).team_urn == TEAM
    with pytest.raises(ValidationError):
        DigitalOceanOptions(team_urn=urn)


def asking(answering: Answering) -> Http:
    waiting = Waiting()
    return Http(
        client(patient(httpx.MockTransport(answering), waiting)),
        base_url=DIGITALOCEAN.base_url,
        headers=headers(CANARY, Options()),
        secrets=(CANARY,),
        provider="DigitalOcean",
        account="digitalocean/lumen",
        budget=Budget(300.0, waiting.monotonic),
        options=DigitalOceanOptions(team_urn=TEAM),
    )


KINDS: dict[int, type[ProviderError]] = {
    401: AccessDenied,
    404: UnexpectedAnswer,
    429: RateLimited,
    500: Unavailable,
}


def test_every_documented_refusal_is_told_in_its_own_words() -> None:
    told: set[int] = set()
    for operation, status, body in refusals("digitalocean.openapi.json"):
        if "/customers/my/" not in operation and "/billing/" not in operation:
            continue
        response = httpx.Response(status, json={**body, "note": CANARY})
        asked = asking(sequence(response))
        with pytest.raises(KINDS[status]) as caught:
            run(asked, check(asked))
        assert body["message"] in str(caught.value)
        assert CANARY not in f"{caught.value!r} {caught.value.values}"
        told.add(status)
    assert told == KINDS.keys()


def test_the_refusal_of_early_days_is_told_in_its_own_words() -> None:
    body = {
        "error": "Bad Request",
        "messages": {"base": ["Start date cannot be before December 1, 2025."]},
    }
    asked = asking(sequence(httpx.Response(400, json=body)))

    with pytest.raises(UnexpectedAnswer, match=r"\(400\): Bad Request"):
        run(asked, check(asked))


def test_what_the_record_promises() -> None:
    assert DIGITALOCEAN.whole_months
    assert DIGITALOCEAN.wider == DIGITALOCEAN.feeds == ("costs",)
    assert DIGITALOCEAN.variables[-1] == "DO_API_TOKEN"
