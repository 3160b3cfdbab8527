"""Anthropic: what the answers mean, and what is refused rather than guessed."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.money import times
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Charge, Name, Usage
from ecot.providers.anthropic import ANTHROPIC, headers, parse, recognise
from ecot.providers.anthropic.reports import ANALYTICS, GROUPS, AnthropicOptions
from ecot.providers.contract import Options
from tests.specifications import specification_file

DAY = Period.of_day(date(2026, 10, 3))
SPAN = {"starting_at": "2026-10-03T00:00:00Z", "ending_at": "2026-10-04T00:00:00Z"}
FLAT = {
    "uncached_input_tokens": 1500,
    "cache_creation": {"ephemeral_1h_input_tokens": 1000, "ephemeral_5m_input_tokens": 500},
    "cache_read_input_tokens": 200,
    "output_tokens": 500,
    "server_tool_use": {"web_search_requests": 10},
}


def answered(feed: str, *results: object, **span: object) -> Answer:
    """A page of one bucket, or of one row of the analytics interface each."""
    part = feed.removeprefix("analytics.")
    data = (
        [SPAN | span | {"group": result, part: result} for result in results]
        if feed in ANALYTICS.values()
        else [SPAN | span | {"results": results}]
    )
    body = json.dumps({"data": data, "has_more": False, "next_page": None})
    return Answer(feed=feed, endpoint="GET /v1/organizations", body=body.encode())


def rows(feed: str, *results: object, **span: object) -> list[AnyRow | Name]:
    return [row for _, row in parse(answered(feed, *results, **span))]


def cost(**fields: object) -> dict[str, object]:
    return {"currency": "USD", "amount": "123.45", **fields}


def charge(feed: str = "cost_report", **fields: object) -> Charge:
    (row,) = rows(feed, cost(**fields))
    assert isinstance(row, Charge)
    return row


def used(feed: str = "usage.messages", **fields: object) -> list[AnyRow | Name]:
    return rows(feed, FLAT | fields)


# What a cost means


def test_a_cost_is_billed_money_of_one_utc_day() -> None:
    row = charge(
        workspace_id="wrkspc_abc",
        description="Claude Opus 5 Usage - Input Tokens",
        cost_type="tokens",
        context_window="0-200k",
        model="claude-opus-5",
        service_tier="batch",
        token_type="uncached_input_tokens",
        inference_geo="global",
    )
    assert row == Charge(
        charge_period=DAY,
        category="ai",
        service="tokens",
        sub_account_id="wrkspc_abc",
        model="claude-opus-5",
        charge_description="Claude Opus 5 Usage - Input Tokens",
        tags={
            "context_window": "0-200k",
            "inference_geo": "global",
            "service_tier": "batch",
            "token_type": "uncached_input_tokens",
        },
        currency="USD",
        basis="billed",
        billed_cost=Decimal("1.2345"),
    )


@pytest.mark.parametrize(
    ("cents", "dollars"),
    [
        ("123.78912", "1.2378912"),
        ("0.1", "0.001"),
        ("1500", "15.00"),
        ("0.00008", "0.0000008"),
        ("0", "0"),
        ("1234567890.123456789012345678901234567", "12345678.90123456789012345678901234567"),
    ],
)
def test_cents_become_dollars_to_the_last_digit(cents: str, dollars: str) -> None:
    assert charge(amount=cents).billed_cost == Decimal(dollars)


@given(st.decimals(-(10**9), 10**9, allow_nan=False, places=18))
def test_every_amount_is_exactly_a_hundredth(cents: Decimal) -> None:
    row = charge(amount=format(cents, "f"))

    assert row.billed_cost is not None
    assert times(row.billed_cost, Decimal(100)) == cents
    assert row.charge_category == ("Credit" if cents < 0 else "Usage")


@pytest.mark.parametrize("feed", ["cost_report", "analytics.cost"])
@pytest.mark.parametrize(
    "fields",
    [
        {"amount": 123.45},
        {"amount": 12345},
        {"amount": None},
        {"amount": {"value": "1", "currency": "USD"}},
        {"amount": ""},
        {"amount": "a lot"},
        {"amount": "$1.23"},
        {"amount": True},
        {"currency": None},
        {"currency": "credits"},
        {"currency": "JPY"},
        {"currency": "KWD"},
    ],
    ids=str,
)
def test_money_of_an_unknown_shape_is_refused_with_its_row(
    feed: str, fields: dict[str, object]
) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        charge(feed, **fields)

    place = "/data/0/results/0" if feed == "cost_report" else "/data/0/cost"
    assert str(caught.value).startswith(f"{feed}: {place}")
    (value,) = fields.values()
    assert value is None or json.dumps(value) in str(caught.value)


def test_an_amount_that_is_absent_is_never_zero() -> None:
    with pytest.raises(UnexpectedAnswer, match="/data/0/results/0 has no amount"):
        rows("cost_report", {"currency": "USD", "description": "Claude Opus 5"})


def test_any_currency_that_is_counted_in_cents_is_taken() -> None:
    assert charge(currency="EUR", amount="250").billed_cost == Decimal("2.50")


@pytest.mark.parametrize("kind", ["tokens", "web_search", "session_usage", "time_travel"])
def test_every_cost_type_is_kept_as_it_is(kind: str) -> None:
    row = charge(cost_type=kind, description="Some Usage")

    assert (row.service, row.charge_description) == (kind, "Some Usage")


def test_the_workspace_without_an_id_is_the_default_one() -> None:
    assert charge(workspace_id=None).sub_account_id == "default"
    assert ANTHROPIC.unclaimed == ("default",)


def test_a_list_price_stands_beside_what_is_billed() -> None:
    row = charge("analytics.cost", list_amount="200", api_key_id="apikey_abc")

    assert (row.billed_cost, row.list_cost) == (Decimal("1.2345"), Decimal(2))
    assert row.api_key_id == "apikey_abc"
    assert charge("analytics.cost", list_amount=None).list_cost is None
    with pytest.raises(UnexpectedAnswer, match="as a text of cents"):
        charge("analytics.cost", list_amount=200)


# What usage means


def test_the_parts_of_the_input_are_added_up_and_stated_beside_their_sum() -> None:
    (row,) = used(
        workspace_id="wrkspc_abc",
        api_key_id="apikey_abc",
        model="claude-opus-5",
        service_tier="standard",
        context_window="200k-1M",
    )
    assert row == Usage(
        charge_period=DAY,
        category="ai",
        service="messages",
        sub_account_id="wrkspc_abc",
        api_key_id="apikey_abc",
        model="claude-opus-5",
        tags={"context_window": "200k-1M", "service_tier": "standard"},
        quantities={
            "input_tokens": Decimal(3200),
            "input_uncached_tokens": Decimal(1500),
            "input_cached_tokens": Decimal(200),
            "input_cache_write_tokens": Decimal(1500),
            "input_cache_write_5m_tokens": Decimal(500),
            "input_cache_write_1h_tokens": Decimal(1000),
            "output_tokens": Decimal(500),
            "web_search_calls": Decimal(10),
        },
    )


@pytest.mark.parametrize("feed", ["usage.messages", "analytics.usage"])
@pytest.mark.parametrize("name", FLAT)
@pytest.mark.parametrize("value", [None, "many", 1.5, {}])
def test_a_measure_that_is_missing_is_refused_and_never_zero(
    feed: str, name: str, value: object
) -> None:
    with pytest.raises(UnexpectedAnswer, match=rf"^{feed}: /data/0"):
        used(feed, **{name: value})


def test_cache_writes_that_are_not_nested_are_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="has no cache_creation"):
        used(cache_creation=None, cache_creation_input_tokens=1500)


def test_the_reports_have_no_requests_and_none_are_made_up() -> None:
    (row,) = used(model="claude-opus-5")
    assert isinstance(row, Usage)
    assert "requests" not in row.quantities


@pytest.mark.parametrize(("model", "requests"), [("claude-opus-5", 12), (None, None)])
def test_requests_of_analytics_are_those_to_a_model(
    model: str | None, requests: int | None
) -> None:
    (row,) = used("analytics.usage", model=model, requests=12)
    assert isinstance(row, Usage)
    assert row.quantities.get("requests") == requests


@pytest.mark.parametrize("feed", ["usage.messages", "analytics.usage"])
@pytest.mark.parametrize("tier", ["priority", "priority_on_demand"])
def test_the_priority_tier_costs_what_nobody_knows(feed: str, tier: str) -> None:
    usage, unknown = used(feed, service_tier=tier, model="claude-opus-5", api_key_id="apikey_abc")

    assert isinstance(usage, Usage)
    assert unknown == Charge(
        charge_period=DAY,
        category="ai",
        service="priority tier",
        sub_account_id="default",
        model="claude-opus-5",
        api_key_id="apikey_abc",
        tags={"service_tier": tier},
        currency="USD",
        basis="unknown",
        billed_cost=None,
    )


def test_where_nothing_was_used_no_cost_is_missing() -> None:
    nothing = dict.fromkeys(FLAT, 0) | {
        "cache_creation": {"ephemeral_1h_input_tokens": 0, "ephemeral_5m_input_tokens": 0},
        "server_tool_use": {"web_search_requests": 0},
    }
    (row,) = rows("usage.messages", nothing | {"service_tier": "priority"})
    assert isinstance(row, Usage)


@pytest.mark.parametrize("tier", ["standard", "batch", "flex", "tomorrows_tier", None])
def test_other_tiers_are_in_the_cost_report(tier: str | None) -> None:
    (row,) = used(service_tier=tier)
    assert isinstance(row, Usage)
    assert row.tags == ({"service_tier": tier} if tier else {})


# What is tolerated, and what is not


def test_unknown_fields_change_nothing() -> None:
    assert charge(carbon_grams=7, quantum={"a": [1]}) == charge()
    assert used(carbon_grams=7, quantum={"a": [1]}) == used()


@pytest.mark.parametrize("feed", GROUPS)
@pytest.mark.parametrize(
    "span",
    [
        {"ending_at": "2026-10-03T01:00:00Z"},
        {"ending_at": "2026-10-05T00:00:00Z"},
        {"starting_at": "2026-10-03T00:01:00Z", "ending_at": "2026-10-04T00:01:00Z"},
        {"starting_at": "2026-10-03T00:00:00+02:00", "ending_at": "2026-10-04T00:00:00+02:00"},
        {"starting_at": "2026-10-03T00:00:00", "ending_at": "2026-10-04T00:00:00"},
        {"starting_at": "yesterday"},
        {"starting_at": 1790985600},
        {"starting_at": None},
        {"ending_at": None},
    ],
    ids=str,
)
def test_what_is_not_one_utc_day_is_refused(feed: str, span: dict[str, object]) -> None:
    with pytest.raises(UnexpectedAnswer, match="/data/0"):
        rows(feed, cost() | FLAT, **span)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"[]", b"null", b"{}", b'{"data": null}', b'{"data": {}}', b'{"data": [{}]}'),
        *(b'{"data": [7]}', b"<html>"),
    ],
)
@pytest.mark.parametrize("stream", ANTHROPIC.streams)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body)))


def test_days_without_results_yield_nothing() -> None:
    assert rows("cost_report") == rows("usage.messages") == []


def test_a_place_leads_back_to_the_result() -> None:
    two = answered("cost_report", cost(), cost())
    flat = answered("analytics.cost", cost(), cost())

    assert [place for place, _ in parse(two)] == ["/data/0/results/0", "/data/0/results/1"]
    assert [place for place, _ in parse(flat)] == ["/data/0", "/data/1"]


@pytest.mark.parametrize(("stream", "kind"), [("workspaces", "workspace"), ("api_keys", "api_key")])
def test_an_entry_without_a_name_has_none_and_one_of_another_kind_is_refused(
    stream: str, kind: str
) -> None:
    def ids(entry: dict[str, Any]) -> list[str]:
        body = json.dumps({"data": [entry]}).encode()
        parsed = parse(Answer(feed=stream, endpoint="", body=body))
        return [row.id for _, row in parsed if isinstance(row, Name) and row.id != "default"]

    assert ids({"type": kind, "id": "a", "name": None}) == []
    assert ids({"type": kind, "id": "a", "name": "Atelier"}) == ["a"]
    with pytest.raises(UnexpectedAnswer):
        ids({"type": "invoice", "id": "a", "name": "Atelier"})


# What is asked


def test_at_most_five_groups_are_asked_for_and_all_of_them_are_known() -> None:
    assert all(len(groups) <= 5 for groups in GROUPS.values())
    paths = json.loads(specification_file("anthropic.openapi.json").read_text())["paths"]
    for feed, path in (("cost_report", "cost_report"), ("usage.messages", "usage_report/messages")):
        parameters = paths[f"/v1/organizations/{path}"]["get"]["parameters"]
        (known,) = (one for one in parameters if one["name"] == "group_by[]")
        assert set(GROUPS[feed]) <= set(known["schema"]["items"]["enum"])


def test_only_who_asks_for_the_beta_gets_it() -> None:
    always = {"x-api-key": "secret", "anthropic-version": "2023-06-01"}

    assert headers("secret", Options()) == headers("secret", AnthropicOptions()) == always
    assert headers("secret", AnthropicOptions(source="analytics")) == always | {
        "anthropic-beta": "analytics-usage-cost-2026-08-24"
    }


# Keys


@pytest.mark.parametrize(
    ("key", "beginning"),
    [
        ("sk-ant-api03-abc", "This is an ordinary API key; "),
        ("sk-ant-oat01-abc", "This is a sign-in token of Claude Code; "),
        ("sk-admin-abc", "This is a key of OpenAI; "),
        ("sk-proj-abc", "This is a key of OpenAI; "),
        ("sk-svcacct-abc", "This is a key of OpenAI; "),
        ("sk-or-v1-abc", "This is a key of another supplier; "),
        ("sk_abc", "This is a key of another supplier; "),
    ],
)
def test_a_key_of_the_wrong_kind_is_recognised_without_asking(key: str, beginning: str) -> None:
    remedy = str(recognise(key))

    assert remedy.startswith(beginning)
    assert "https://platform.claude.com/settings/admin-keys" in remedy
    assert key not in remedy


@pytest.mark.parametrize("key", ["sk-ant-admin01-abc", "sk-ant-abc", "abc"])
def test_other_keys_are_tried(key: str) -> None:
    assert recognise(key) is None
