"""Vercel: what the lines mean, and what is refused rather than guessed."""

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.model.rows import Charge, Name
from ecot.providers.contract import Options
from ecot.providers.http import Http
from ecot.providers.patience import Budget
from ecot.providers.vercel import VERCEL, VercelOptions, fetch, parse, recognise
from ecot.sandbox import exact_json
from tests.providers.remedies import told

DAY = date(2026, 10, 5)
ABSENT = object()


def line(**columns: object) -> dict[str, object]:
    stated: dict[str, object] = {
        "BilledCost": Decimal("0.4217"),
        "BillingCurrency": "USD",
        "ChargeCategory": "Usage",
        "ChargePeriodStart": "2026-10-05T00:00:00.000Z",
        "ChargePeriodEnd": "2026-10-06T00:00:00.000Z",
        "ConsumedQuantity": Decimal("703.0"),
        "ConsumedUnit": "GB-Hours",
        "EffectiveCost": Decimal("0.4217"),
        "ServiceName": "Fluid Provisioned Memory",
        "ServiceCategory": "Compute",
        "ServiceProviderName": "Vercel",
        "Tags": {"ProjectId": "prj_1", "ProjectName": "web"},
        "PricingCategory": "Standard",
        "PricingCurrency": "USD",
        "PricingQuantity": Decimal("703.0"),
        "PricingUnit": "GB-Hours",
    } | columns
    return {name: value for name, value in stated.items() if value is not ABSENT}


def answer(*lines: object) -> Answer:
    body = b"".join(exact_json.dumps(each) + b"\n" for each in lines)
    return Answer(feed="charges", endpoint="GET /v1/billing/charges", body=body)


def charge(**columns: object) -> Charge:
    (found,) = [row for _, row in parse(answer(line(**columns))) if isinstance(row, Charge)]
    return found


def names(*lines: object) -> list[str]:
    return [row.name for _, row in parse(answer(*lines)) if isinstance(row, Name)]


# What a line means


def test_a_line_is_a_charge_of_one_day_service_and_project() -> None:
    row = charge(RegionId="iad1")

    assert row == Charge(
        charge_period=Period.of_day(DAY),
        category="infrastructure",
        service="Fluid Provisioned Memory",
        sub_account_id="prj_1",
        region_id="iad1",
        tags={
            "column:ServiceCategory": "Compute",
            "column:PricingCategory": "Standard",
            "column:PricingCurrency": "USD",
        },
        consumed_unit="GB-Hours",
        pricing_unit="GB-Hours",
        currency="USD",
        basis="billed",
        billed_cost=Decimal("0.4217"),
        effective_cost=Decimal("0.4217"),
        consumed_quantity=Decimal("703.0"),
        pricing_quantity=Decimal("703.0"),
    )


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=15))
def test_costs_are_exact(cost: Decimal) -> None:
    assert charge(BilledCost=cost).billed_cost == cost


def test_a_cost_with_an_exponent_keeps_its_digits() -> None:
    body = answer(line()).body.replace(b'"BilledCost":0.4217', b'"BilledCost":4.080e-5')
    (_, found) = parse(Answer(feed="charges", endpoint="", body=body))

    assert isinstance(found.row, Charge)
    assert str(found.row.billed_cost) == "0.00004080"


def test_included_credit_is_negative_and_inside_the_total() -> None:
    row = charge(ChargeCategory="Credit", BilledCost=Decimal("-0.4217"), Tags={})

    assert (row.charge_category, row.billed_cost) == ("Credit", Decimal("-0.4217"))
    assert (row.is_credit, row.is_tax, row.sub_account_id) == (True, False, None)


@pytest.mark.parametrize(
    ("stated", "category"),
    [
        ("Compute", "infrastructure"),
        ("Networking", "infrastructure"),
        ("AI and Machine Learning", "ai"),
        ("Developer Tools", "developer tools"),
        ("Other", "infrastructure"),
        (None, "infrastructure"),
        (ABSENT, "infrastructure"),
    ],
)
def test_what_has_no_category_of_its_own_is_infrastructure(stated: object, category: str) -> None:
    assert charge(ServiceCategory=stated).category == category


def test_a_renamed_project_is_the_same_project() -> None:
    before, after = line(), line(Tags={"ProjectId": "prj_1", "ProjectName": "site"})
    first, second = (charge(Tags=each["Tags"]) for each in (before, after))

    assert first.key() == second.key()
    assert names(before, before, after) == ["web", "site"]


@pytest.mark.parametrize("tags", [{}, None, ABSENT, {"ProjectId": ""}, {"ProjectName": "web"}])
def test_a_line_without_a_project_is_the_whole_teams(tags: object) -> None:
    assert not charge(Tags=tags).sub_account_id
    assert names(line(Tags=tags)) == []


def test_without_a_project_the_sub_account_is_the_one_that_is_named() -> None:
    assert charge(Tags={}, SubAccountId="team_1").sub_account_id == "team_1"


def test_other_tags_and_unknown_columns_are_kept() -> None:
    row = charge(Tags={"ProjectId": "prj_1", "team": "core"}, AllocatedMethodId="even")

    assert row.tags["team"] == "core"
    assert row.tags["column:AllocatedMethodId"] == "even"


def test_an_answer_without_lines_states_nothing() -> None:
    assert list(parse(answer())) == []
    assert list(parse(Answer(feed="charges", endpoint="", body=b"\n\n"))) == []


# What is refused


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"BilledCost": None}, "charges, line 2: BilledCost is empty: {"),
        ({"BilledCost": ABSENT}, "charges, line 2: BilledCost is empty: {"),
        ({"BilledCost": ""}, "charges, line 2: BilledCost is empty: {"),
        ({"BilledCost": {"amount": 1}}, "line 2: BilledCost is no amount: {"),
        ({"BilledCost": True}, "line 2: BilledCost is no amount: {"),
        ({"BilledCost": "free"}, "line 2: BilledCost is no amount: {"),
        ({"BilledCost": "NaN"}, "line 2: BilledCost is no amount: {"),
        ({"BilledCost": "1 USD"}, "line 2: BilledCost is no amount: {"),
        ({"EffectiveCost": "some"}, "line 2: EffectiveCost is no amount: {"),
        ({"ConsumedQuantity": []}, "line 2: ConsumedQuantity is no amount: {"),
        ({"BillingCurrency": "credits"}, "BillingCurrency is no ISO 4217 currency code: {"),
        ({"BillingCurrency": None}, "charges, line 2: BillingCurrency is empty: {"),
        ({"ChargeCategory": "Gift"}, "ChargeCategory is none of Usage, Purchase, Tax, Credit"),
        ({"ChargePeriodStart": "Monday"}, "ChargePeriodStart is no date and time of ISO 8601: {"),
        (
            {"ChargePeriodEnd": "2026-10-05T00:00:00.000Z"},
            "ChargePeriodEnd is not after the period's start: {",
        ),
    ],
)
def test_a_line_that_is_not_understood_is_quoted(columns: Any, said: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        list(parse(answer(line(), line(ServiceName="Canary", **columns))))

    assert said in str(caught.value)
    assert '"ServiceName": "Canary"' in str(caught.value)
    assert not caught.value.remedy  # no file that a person could correct: the provider's own


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html>\n<html></html>", "charges, line 1: not a JSON object"),
        (b'[{"BilledCost": 1}]', "charges, line 1: not a JSON object"),
        (exact_json.dumps(line())[:-30], "charges, line 1: not a JSON object"),
        (b"BilledCost,BillingCurrency\n1,USD\n", "charges, line 1: not a JSON object"),
        (b'{"error": {"code": "x"}}', "BilledCost is empty: {"),
        (b"\xff\xfe", "charges is not text in UTF-8"),
        (b"\x1f\x8b\x08 no more of it", "charges is damaged"),
    ],
)
def test_what_is_no_json_lines_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        list(parse(Answer(feed="charges", endpoint="", body=body)))
    assert said in str(caught.value)
    assert not caught.value.remedy


def test_a_key_in_a_line_is_not_quoted() -> None:
    key = "sk-admin-Can4ryBird-Tw33tTweet9Zk3Qw"
    with pytest.raises(UnexpectedAnswer) as caught:
        list(parse(answer(line(BilledCost=key))))
    assert "Tw33t" not in str(caught.value)


# What is asked, and keys


@pytest.mark.parametrize(
    ("options", "team"),
    [
        (VercelOptions(), {}),
        (Options(), {}),
        (VercelOptions(team_id="team_1"), {"teamId": "team_1"}),
        (VercelOptions(slug="lumen"), {"slug": "lumen"}),
        (VercelOptions(team_id="team_1", slug="lumen"), {"teamId": "team_1"}),
    ],
)
def test_whole_days_of_a_team_are_asked_for(options: Options, team: dict[str, str]) -> None:
    asked: list[httpx.URL] = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(200)

    async def reading() -> None:
        async with httpx.AsyncClient(transport=httpx.MockTransport(answering)) as shared:
            http = Http(
                shared,
                base_url=VERCEL.base_url,
                headers=VERCEL.headers("token", options),
                secrets=("token",),
                provider="Vercel",
                account="vercel/lumen",
                budget=Budget(60),
                options=options,
            )
            days = Period.of_days(date(2026, 10, 1), date(2026, 11, 1))
            assert [answer.feed async for answer in fetch(http, "charges", days)] == ["charges"]

    asyncio.run(reading())
    (url,) = asked
    window = {"from": "2026-10-01T00:00:00.000Z", "to": "2026-11-01T00:00:00.000Z"}
    assert dict(url.params) == window | team
    assert url.path == "/v1/billing/charges"


@pytest.mark.parametrize(
    ("secret", "remedy"),
    [
        ("vck_" + "a" * 56, "another kind of Vercel's keys"),
        ("vcr_" + "a" * 56, "another kind of Vercel's keys"),
        ("sk-proj-abcdef", "a key of another supplier"),
        ("ghp_abcdef", "a key of another supplier"),
    ],
)
def test_keys_of_the_wrong_kind_are_recognised(secret: str, remedy: str) -> None:
    assert remedy in str(recognise(secret))
    assert secret not in str(recognise(secret))


@pytest.mark.parametrize("secret", ["vcp_" + "a" * 56, "vca_x", "DdZV6ZDZW6Vpl7n7JqtrCE5i"])
def test_keys_that_may_be_right_are_tried(secret: str) -> None:
    assert recognise(secret) is None


def test_the_remedy_names_the_page_and_the_roles() -> None:
    remedy = told(VERCEL)["access_denied"]

    assert "https://vercel.com/account/settings/tokens" in remedy
    assert "Billing" in remedy


def test_a_place_is_a_line() -> None:
    places = [place for place, _ in parse(answer(line(), line(Tags={})))]

    assert places == ["line 1", "line 1", "line 2"]  # the project's name and its charge; a charge
