"""GitHub: what the items mean, and what is refused rather than guessed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.jobs.round import Source
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.model.rows import Charge
from ecot.providers.github import GITHUB, GitHubOptions, elsewhere
from ecot.providers.github.access import headers, recognise
from ecot.providers.github.items import parse
from ecot.sandbox import exact_json
from tests.providers.around import source
from tests.providers.remedies import told

DAY = date(2026, 10, 5)
ABSENT = object()


def item(**fields: object) -> dict[str, object]:
    stated: dict[str, object] = {
        "date": "2026-10-05T00:00:00Z",
        "product": "Actions",
        "sku": "Actions Linux",
        "quantity": Decimal("100.5"),
        "unitType": "minutes",
        "pricePerUnit": Decimal("0.006"),
        "grossAmount": Decimal("0.603"),
        "discountAmount": Decimal("0.2"),
        "netAmount": Decimal("0.403"),
        "organizationName": "lumen-lab",
        "repositoryName": "lumen-lab/web",
    } | fields
    return {name: value for name, value in stated.items() if value is not ABSENT}


def answer(*items: object, month: str | None = None) -> Answer:
    asked = {} if month is None else {"month": month}
    body = exact_json.dumps({"usageItems": items})
    return Answer(feed="billing", endpoint="", body=body, sub_account_id="lumen-lab", asked=asked)


def charge(**fields: object) -> Charge:
    ((_, found),) = parse(answer(item(**fields)))
    assert isinstance(found, Charge)
    return found


# What an item means


def test_an_item_is_a_charge_of_one_day_product_sku_and_repository() -> None:
    assert charge() == Charge(
        charge_period=Period.of_day(DAY),
        category="developer tools",
        service="Actions",
        sub_account_id="lumen-lab/web",
        sku_id="Actions Linux",
        consumed_unit="minutes",
        currency="USD",
        basis="billed",
        billed_cost=Decimal("0.403"),
        list_cost=Decimal("0.603"),
        consumed_quantity=Decimal("100.5"),
    )


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=15))
def test_amounts_are_exact(net: Decimal) -> None:
    row = charge(netAmount=net)

    assert row.billed_cost == net
    assert row.charge_category == ("Credit" if net < 0 else "Usage")


def test_an_amount_with_an_exponent_keeps_its_digits() -> None:
    body = answer(item()).body.replace(b'"netAmount":0.403', b'"netAmount":2.73846e-4')
    ((_, row),) = parse(Answer(feed="billing", endpoint="", body=body))

    assert isinstance(row, Charge)
    assert str(row.billed_cost) == "0.000273846"


def test_what_the_plan_pays_whole_is_a_zero_that_github_states() -> None:
    row = charge(discountAmount=Decimal("0.603"), netAmount=0)

    assert (row.billed_cost, row.list_cost) == (Decimal(0), Decimal("0.603"))
    assert row.basis == "billed"


@pytest.mark.parametrize(
    "stated", ["2026-10-05", "2026-10-05T00:00:00Z", "2026-10-05T00:00:00.000Z", "2026-10-05T02:00"]
)
def test_a_date_has_a_time_or_none(stated: str) -> None:
    assert charge(date=stated).day == DAY


@pytest.mark.parametrize(
    ("fields", "sub_account"),
    [
        ({}, "lumen-lab/web"),
        ({"repositoryName": "web"}, "lumen-lab/web"),
        ({"repositoryName": "web", "organizationName": ABSENT}, "lumen-lab/web"),
        ({"repositoryName": ""}, "lumen-lab"),
        ({"repositoryName": None}, "lumen-lab"),
        ({"repositoryName": ABSENT}, "lumen-lab"),
        ({"repositoryName": ABSENT, "organizationName": "Lumen"}, "Lumen"),
        ({"repositoryName": ABSENT, "organizationName": ABSENT}, "lumen-lab"),
        ({"repositoryName": "mona/notes", "organizationName": ABSENT}, "mona/notes"),
    ],
)
def test_what_is_of_no_repository_is_the_accounts(
    fields: dict[str, object], sub_account: str
) -> None:
    assert charge(**fields).sub_account_id == sub_account


def test_unknown_products_units_and_fields_are_kept_or_passed_over() -> None:
    row = charge(product="Spark", unitType="lightyears", costCenterName="lab")

    assert (row.service, row.consumed_unit) == ("Spark", "lightyears")


@pytest.mark.parametrize(
    "product",
    [
        *("Copilot", "copilot", "COPILOT", "Copilot AI Credits", "Copilot Premium Request"),
        *("copilot_premium_request", "GitHub Copilot"),
    ],
)
def test_lines_of_copilot_are_told_by_its_own_account_too(product: str) -> None:
    assert elsewhere(charge(product=product)) == "copilot"


@pytest.mark.parametrize(
    "product", ["Actions", "Packages", "Git LFS", "Models", "pilot", "Autopilot"]
)
def test_other_lines_are_githubs_alone(product: str) -> None:
    assert elsewhere(charge(product=product)) is None


# What is refused


@pytest.mark.parametrize("name", ["netAmount", "grossAmount", "quantity"])
@pytest.mark.parametrize("value", [ABSENT, None, {}, [], True, "much", "", "NaN", "1 USD"])
def test_an_item_without_money_is_refused_and_quoted(name: str, value: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^billing: /usageItems/0") as caught:
        charge(sku="Canary", **{name: value})
    assert name in str(caught.value)
    assert "Canary" in str(caught.value)


@pytest.mark.parametrize("name", ["date", "product", "sku", "unitType"])
def test_an_item_that_does_not_say_what_it_is_is_refused(name: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"/usageItems/0 has no {name}: "):
        charge(**{name: ABSENT})


@pytest.mark.parametrize("stated", ["", "Monday", "2026-10", "0001-01-01", "05/10/2026"])
def test_a_date_that_is_no_day_is_refused(stated: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="/usageItems/0/date is not a UTC day"):
        charge(date=stated)


def test_items_of_another_month_than_was_asked_for_are_refused() -> None:
    assert len(list(parse(answer(item(), month="2026-10")))) == 1

    with pytest.raises(UnexpectedAnswer, match="/usageItems/0 is not of 2026-09, which was asked"):
        list(parse(answer(item(), month="2026-09")))


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"usageItems": {}}', b'{"message": "?"}', b"<"])
def test_what_has_no_items_is_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed="billing", endpoint="", body=body)))


def test_a_key_in_an_item_is_not_quoted() -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        charge(netAmount="sk-admin-Can4ryBird-Tw33tTweet9Zk3Qw")
    assert "Tw33t" not in str(caught.value)


# Keys and settings


@pytest.mark.parametrize(
    ("secret", "remedy"),
    [
        ("sk-ant-admin01-abc", "a key of another supplier"),
        ("sk_live_abc", "a key of another supplier"),
        ("vcp_abc", "a key of another supplier"),
        ("ghr_abc", "only renews a token of an app"),
    ],
)
def test_keys_of_the_wrong_kind_are_recognised(secret: str, remedy: str) -> None:
    assert remedy in str(recognise(secret))
    assert secret not in str(recognise(secret))


@pytest.mark.parametrize("prefix", ["ghp_", "github_pat_", "gho_", "ghu_", "ghs_"])
def test_tokens_that_may_be_right_are_tried(prefix: str) -> None:
    assert recognise(f"{prefix}abcdef0123456789") is None


def test_the_version_of_the_interface_is_said() -> None:
    assert headers("ghp_x", GitHubOptions()) == {
        "Authorization": "Bearer ghp_x",
        "Accept": "application/vnd.github+json, application/json",
        "X-GitHub-Api-Version": "2022-11-28",
    }


@pytest.mark.parametrize(
    ("options", "lacking"),
    [
        (GitHubOptions(), "GITHUB_ORGANIZATION_LUMEN"),
        (GitHubOptions(organization="lumen-lab"), None),
        (GitHubOptions(user="mona"), None),
    ],
)
def test_an_organization_or_a_user_is_needed(options: GitHubOptions, lacking: str | None) -> None:
    asked: Source = source(GITHUB, "http://127.0.0.1", "ghp_x", options=options)

    assert asked.lacking == lacking


def test_without_a_token_that_is_what_is_lacking() -> None:
    options: Any = GitHubOptions(organization="lumen-lab")

    assert source(GITHUB, "", None, options=options).lacking == "GITHUB_ADMIN_KEY"


def test_the_remedy_names_the_page_and_the_permission() -> None:
    remedy = told(GITHUB)["access_denied"]

    assert "https://github.com/settings/personal-access-tokens" in remedy
    assert "Administration: read" in remedy
