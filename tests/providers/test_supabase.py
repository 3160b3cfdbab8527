"""Supabase: what is asked, what the answers mean, and what is refused rather than guessed."""

import json
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.jobs.round import Round
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import Month, Period
from ecot.model.quantities import INSIDE
from ecot.model.rows import Activity, AnyRow, Charge, Name, Usage
from ecot.providers.contract import Options
from ecot.providers.http import client
from ecot.providers.supabase import SUPABASE, parse, recognise
from ecot.sandbox import exact_json
from tests.providers import around
from tests.providers.asking import NOW, Waiting, patient
from tests.providers.remedies import told

CANARY = "sbp_c4n4ryc4n4ryc4n4ryc4n4ryc4n4ryc4n4ry0001"
DAY = date(2026, 11, 21)
REF, SLUG = "abcdefghijklmnopqrst", "tsrqponmlkjihgfedcba"
ORGANIZATION = {"id": SLUG, "name": "Lumen", "opt_in_tags": [], "allowed_release_channels": []}
COUNTED = {
    "timestamp": "2026-11-20T00:00:00",
    "total_auth_requests": 1,
    "total_realtime_requests": 20,
    "total_rest_requests": 300,
    "total_storage_requests": 4000,
}
PROJECT = {"ref": REF, "name": "École", "organization_slug": SLUG, "status": "ACTIVE_HEALTHY"}


def answer(content: object, feed: str = "subscription", day: date | None = DAY) -> Answer:
    return Answer(
        feed=feed,
        endpoint="GET",
        body=exact_json.dumps(content),
        sub_account_id=SLUG if feed == "subscription" else REF,
        day=day,
        asked={"organization": SLUG},
    )


def rows(answered: Answer) -> list[AnyRow | Name]:
    return [row for _, row in parse(answered)]


def addon(day: date = DAY, kind: str = "compute_instance", **price: Any) -> list[Any]:
    """What an add-on by the hour means, where its price is not another."""
    priced = {"description": "$0.01344/hour", "type": "usage", "interval": "hourly"}
    variant = {"id": "ci_micro", "name": "Micro", "price": {**priced, "amount": 0, **price}}
    content = {"selected_addons": [{"type": kind, "variant": variant}], "available_addons": []}
    return rows(answer(content, day=day))


# Plans


@pytest.mark.parametrize("plan", ["pro", "team", "enterprise", "platform", "scale"])
def test_a_paid_plan_has_a_price_that_nobody_knows_and_that_is_never_zero(plan: str) -> None:
    assert rows(answer({**ORGANIZATION, "plan": plan})) == [
        Charge(
            charge_period=Period.of_day(DAY),
            category="infrastructure",
            service=f"plan {plan}",
            sub_account_id=SLUG,
            charge_category="Purchase",
            currency="USD",
            basis="unknown",
            billed_cost=None,
        )
    ]


def test_a_free_plan_costs_nothing_and_has_no_charge() -> None:
    assert rows(answer({**ORGANIZATION, "plan": "free"})) == []


@pytest.mark.parametrize("plan", [{}, {"plan": None}, {"plan": ""}])
def test_a_plan_that_is_not_named_is_not_taken_for_a_free_one(plan: dict[str, object]) -> None:
    (row,) = rows(answer({**ORGANIZATION, **plan}))

    assert isinstance(row, Charge)
    assert (row.service, row.basis) == ("plan", "unknown")


# Add-ons


@pytest.mark.parametrize("kind", ["usage", "fixed"])
def test_an_hourly_price_is_that_of_the_24_hours_of_the_day(kind: str) -> None:
    (row,) = addon(type=kind, amount=Decimal("0.01344"))

    assert (row.basis, row.billed_cost, row.currency) == ("estimated", Decimal("0.32256"), "USD")
    assert row.price_list == "Supabase's add-on prices as read on 2026-11-21"
    assert (row.service, row.sku_id) == ("compute_instance", "ci_micro")
    assert row.tags == {"organization": SLUG}
    assert row.charge_category == "Purchase", "a plan of the settings stands in its place"


@given(
    st.dates(date(2021, 1, 1), date(2099, 12, 31)),
    st.decimals("0.01", 10**6, allow_nan=False, places=4),
)
def test_the_days_of_a_month_add_up_to_the_monthly_price_exactly(
    day: date, amount: Decimal
) -> None:
    found = [
        row.billed_cost
        for each in Month.of(day).days()
        for row in addon(each, type="fixed", interval="monthly", amount=amount)
    ]

    assert sum(found) == amount
    assert len(found) == monthrange(day.year, day.month)[1]
    assert max(found) - min(found) <= Decimal("0.01")


def test_a_price_a_month_for_what_is_used_says_nothing_of_a_day() -> None:
    (row,) = addon(type="usage", interval="monthly", amount=60)

    assert (row.basis, row.billed_cost, row.price_list) == ("unknown", None, None)


def test_what_comes_with_the_plan_has_no_charge_of_zero() -> None:
    assert addon(amount=0) == []
    assert addon(amount="0.00", type="fixed", interval="monthly") == []


def test_an_add_on_that_nobody_knew_is_kept_under_its_own_name() -> None:
    (row,) = addon(kind="quantum_drive", amount="0.5")

    assert (row.service, row.billed_cost) == ("quantum_drive", Decimal("12.0"))


def test_equal_add_ons_are_both_there() -> None:
    price = {"description": "$4", "type": "fixed", "interval": "hourly", "amount": 1}
    one = {"type": "ipv4", "variant": {"id": "ipv4_default", "name": "IPv4", "price": price}}

    assert len(rows(answer({"selected_addons": [one, one], "available_addons": []}))) == 2


@pytest.mark.parametrize(
    "price",
    [
        {"type": "tiered", "amount": 1},
        {"type": "tiered"},
        {"interval": "yearly", "amount": 1},
        {"interval": "daily"},
        {"amount": -1},
        {"amount": "-0.5", "type": "fixed", "interval": "monthly"},
        {"description": "€0.01/hour", "amount": 1},
        {"description": "£1 ($1.30)", "amount": 1},
    ],
)
def test_a_price_of_another_form_is_refused_with_its_row(price: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer, match="price of a form that is not known") as caught:
        addon(**price)

    assert "/selected_addons/0" in str(caught.value)
    assert '"id": "ci_micro"' in str(caught.value)


@pytest.mark.parametrize("amount", [None, "ten", "1,5", True, {"usd": 1}, [], float("nan")])
def test_an_amount_that_is_none_is_refused(amount: object) -> None:
    price = {"description": "$1", "type": "fixed", "interval": "hourly", "amount": amount}
    variant = {"id": "x", "name": "X", "price": price}
    content = {"selected_addons": [{"type": "x", "variant": variant}], "available_addons": []}
    body = json.dumps(content).encode()
    with pytest.raises(UnexpectedAnswer, match="/selected_addons/0/variant/price"):
        list(parse(Answer(feed="subscription", endpoint="", body=body, day=DAY)))


def test_add_ons_that_a_project_did_not_tell_are_unknown_and_not_none() -> None:
    waking = {**PROJECT, "ref": "b" * 20, "status": "COMING_UP"}
    answered = Answer(
        feed="subscription",
        endpoint="GET /v1/projects",
        body=exact_json.dumps([PROJECT, waking]),
        day=DAY,
        asked={"untold": "b" * 20},
    )
    ((place, row),) = parse(answered)

    assert place == "/1"
    assert isinstance(row, Charge)
    assert (row.sub_account_id, row.service, row.basis) == ("b" * 20, "add-ons", "unknown")
    assert row.charge_description == "not told while the project is COMING_UP"


# Requests


def counted(**fields: object) -> Usage:
    (row,) = rows(answer({"result": [{**COUNTED, **fields}]}, "requests", None))
    assert isinstance(row, Usage)
    return row


def test_requests_are_of_a_utc_day_and_the_whole_contains_its_parts() -> None:
    row = counted()

    assert row == Usage(
        charge_period=Period.of_day(date(2026, 11, 20)),
        category="infrastructure",
        sub_account_id=REF,
        tags={"organization": SLUG},
        quantities={
            "requests": Decimal(4321),
            "auth_requests": Decimal(1),
            "realtime_requests": Decimal(20),
            "rest_requests": Decimal(300),
            "storage_requests": Decimal(4000),
        },
    )
    parts = set(row.quantities) - {"requests"}
    assert {INSIDE[part] for part in parts} == {"requests"}, "parts are never added to the whole"


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-20T00:00:00",
        "2026-11-20T23:00:00",
        "2026-11-20T23:59:59.999Z",
        "2026-11-20T13:00:00+00:00",
        "2026-11-20",
    ],
)
def test_a_bucket_is_of_the_utc_day_that_it_begins_in(moment: str) -> None:
    assert counted(timestamp=moment).day == date(2026, 11, 20)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-20T00:00:00+01:00",
        "yesterday",
        "",
        None,
        1670457600000,
        "9999-12-31T00:00:00",
        "0001-01-01T00:00:00Z",
    ],
)
def test_a_time_that_is_none_in_utc_is_refused(moment: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="/result/0"):
        counted(timestamp=moment)


@pytest.mark.parametrize("name", [name for name in COUNTED if name != "timestamp"])
@pytest.mark.parametrize("count", [None, "many", {}])
def test_a_part_that_is_missing_would_make_the_whole_too_small(name: str, count: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"/result/0.*{name}"):
        counted(**{name: count})


def test_no_requests_are_zero_where_it_is_said() -> None:
    zeros = {name: 0 for name in COUNTED if name != "timestamp"}

    assert set(counted(**zeros).quantities.values()) == {0}
    assert rows(answer({"result": []}, "requests", None)) == []


@pytest.mark.parametrize(
    "error",
    ["the warehouse is closed", {"code": 500, "errors": [], "message": "no", "status": "x"}],
)
def test_an_error_beside_the_figures_is_refused(error: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="stands beside the figures"):
        rows(answer({"result": [COUNTED], "error": error}, "requests", None))


# Disks, names, shapes


def test_a_disk_is_what_it_holds_on_the_day() -> None:
    metrics = {"fs_size_bytes": 800, "fs_avail_bytes": 500, "fs_used_bytes": 300}
    (row,) = rows(answer({"timestamp": "2026-11-21T04:00:00Z", "metrics": metrics}, "disk"))

    assert row == Activity(
        charge_period=Period.of_day(DAY),
        category="infrastructure",
        sub_account_id=REF,
        tags={"organization": SLUG},
        quantities={"disk_byte_days": Decimal(800), "disk_used_byte_days": Decimal(300)},
    )


def test_organizations_and_projects_have_their_names() -> None:
    organizations = answer([{"id": "7", "slug": SLUG, "name": "Lumen"}], "organizations", None)

    assert rows(organizations) == [Name("sub_account_id", SLUG, "Lumen")]
    assert rows(answer([PROJECT], "projects", None)) == [Name("sub_account_id", REF, "École")]


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"{}", b"[1]", b"<html>", b'{"result": null}', b'{"message": "x"}', b'"pro"'],
)
@pytest.mark.parametrize("stream", SUPABASE.streams)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=DAY)))


@pytest.mark.parametrize("stream", SUPABASE.snapshots)
def test_a_snapshot_without_its_day_is_refused(stream: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="is not of a day"):
        rows(answer(ORGANIZATION, stream, None))


def test_an_unknown_field_changes_nothing() -> None:
    assert counted(total_functions_requests=7) == counted()
    assert rows(answer({**ORGANIZATION, "plan": "free", "mood": 1})) == []
    assert addon(amount=1, tiers=[]) == addon(amount=1)


# Keys


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x", "This is a key of one project"),
        ("sb_secret_abc", "This is a key of one project"),
        ("sb_publishable_abc", "This is a key of one project"),
        ("https://abcdefghijklmnopqrst.supabase.co", "This is an address of a project"),
        ("postgresql://postgres:x@db.supabase.co:5432", "This is an address of a project"),
        ("sk-proj-abc", "This is a key of another supplier"),
        ("sk_live_abc", "This is a key of another supplier"),
    ],
)
def test_what_is_no_token_is_recognised_without_asking(key: str, said: str) -> None:
    remedy = str(recognise(key))

    assert remedy.startswith(said)
    assert "https://supabase.com/dashboard/account/tokens" in remedy
    assert "infra_add_ons_read" in remedy
    assert key not in remedy


@pytest.mark.parametrize("key", [CANARY, "sbp_fc_abc", "sbp_oauth_abc", "something"])
def test_other_tokens_are_tried(key: str) -> None:
    assert recognise(key) is None


def test_the_record_is_complete() -> None:
    assert SUPABASE.variables[0] == "SUPABASE_ADMIN_KEY"
    assert SUPABASE.oldest(DAY, Options()) == DAY - timedelta(days=5)
    assert set(told(SUPABASE)) == {
        *("access_denied", "rate_limited", "unavailable", "unexpected_answer"),
    }


# Refusals


def said_of(answering: Callable[[httpx.Request], httpx.Response]) -> Outcome:
    """What the doctor says where Supabase answers like this; no time passes."""

    def opened() -> httpx.AsyncClient:
        return client(patient(httpx.MockTransport(answering), Waiting()))

    round_ = Round(run="r", today=DAY, now=lambda: NOW, open_client=opened)
    return around.examined(around.source(SUPABASE, "https://supabase.test", CANARY), round_)


@pytest.mark.parametrize(
    ("status", "content", "state", "message", "remedy"),
    [
        (401, {"message": "Unauthorized"}, "failed", "refused the key", "Plans, add-ons and"),
        (401, {"message": "JWT failed verification"}, "failed", "JWT failed", "Plans, add-ons"),
        (
            403,
            {"message": "Forbidden resource", "missing_permissions": ["projects_read"]},
            "failed",
            "Forbidden resource",
            "Plans, add-ons and requests each need a permission: create a personal access token",
        ),
        (
            404,
            {"message": "Organization not found"},
            "failed",
            "Organization not found",
            "Supabase",
        ),
        (429, {"message": "Too Many Requests"}, "failed", "Too Many Requests", "Collect again"),
        (500, {"message": "Failed to list"}, "failed", "could not answer", "https://status."),
        (503, None, "failed", "no reason given", "https://status."),
        (302, {"message": "x"}, "failed", "sends GET /v1/organizations elsewhere", "Supabase"),
    ],
)
def test_a_refusal_says_what_happened_and_what_to_do(
    status: int, content: object, state: str, message: str, remedy: str
) -> None:
    outcome = said_of(lambda _: httpx.Response(status, json=content))

    assert outcome.state == state
    assert message in str(outcome.message)
    assert remedy in str(outcome.remedy)
    assert CANARY not in f"{outcome.message} {outcome.remedy}"


def test_a_token_that_sees_no_organization_is_refused() -> None:
    outcome = said_of(lambda _: httpx.Response(200, json=[]))

    assert outcome.state == "failed"
    assert str(outcome.message) == "supabase/lumen: the token sees no organization"
    assert "as a member of the organization" in str(outcome.remedy)


def test_a_token_that_is_quoted_by_its_answer_is_shown_nowhere() -> None:
    outcome = said_of(lambda _: httpx.Response(200, json={"token": CANARY}))

    assert outcome.state == "failed"
    assert CANARY not in f"{outcome.message} {outcome.remedy}"
