"""OpenRouter: what its answers mean, and what is refused rather than guessed."""

import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Month, Period
from ecot.model.rows import Balance, Charge, Usage
from ecot.providers.openrouter import OPENROUTER, parse, recognise
from tests.providers.asking import NOW
from tests.providers.openrouter_account import INFERENCE, MANAGEMENT, recorded
from tests.providers.remedies import told

TODAY = NOW.date()
ROW = {
    "date": "2026-11-20",
    "model": "openai/gpt-4.1",
    "model_permaslug": "openai/gpt-4.1-2025-04-14",
    "endpoint_id": "e1",
    "provider_name": "OpenAI",
    "usage": Decimal("0.015"),
    "byok_usage_inference": Decimal(0),
    "requests": 5,
    "prompt_tokens": 50,
    "completion_tokens": 125,
    "reasoning_tokens": 250,
}
ARCHIVED = {
    "date__day": "2026-05-19T00:00:00.000Z",
    "model": "openai/gpt-4.1-2025-04-14",
    "credits_usage": Decimal("1.5"),
    "byok_usage": Decimal(0),
    "request_count": "6",
}
WHOLE = {"query_time_ms": 1, "row_count": 1, "truncated": False}


def encoded(content: object) -> bytes:
    body = json.dumps(content, default=lambda number: f"!{number}!")
    return body.replace('"!', "").replace('!"', "").encode()


def page(stream: str, content: object, *, day: date | None = TODAY) -> Answer:
    return Answer(feed=stream, endpoint="", body=encoded({"data": content}), day=day)


def active(**fields: object) -> list[Parsed]:
    return list(parse(page("activity", [ROW | fields])))


def archived(metadata: object = WHOLE, **fields: object) -> list[Parsed]:
    answer = {"data": [ARCHIVED | fields], "metadata": metadata}
    return list(parse(page("analytics", answer, day=None)))


def spent(rows: list[Parsed]) -> Charge:
    (charge,) = (row for _, row in rows if isinstance(row, Charge) and row.role == "counted")
    return charge


def used(rows: list[Parsed]) -> Usage:
    (usage,) = (row for _, row in rows if isinstance(row, Usage))
    return usage


def breakdowns(rows: list[Parsed]) -> list[Charge]:
    return [row for _, row in rows if isinstance(row, Charge) and row.role == "breakdown"]


# What activity means


def test_credits_spent_are_billed_dollars_of_one_utc_day() -> None:
    assert spent(active(workspace_id="w1")) == Charge(
        charge_period=Period.of_day(date(2026, 11, 20)),
        category="ai",
        service="OpenAI",
        sub_account_id="w1",
        model="openai/gpt-4.1-2025-04-14",
        resource_id="e1",
        currency="USD",
        basis="billed",
        billed_cost=Decimal("0.015"),
    )


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=15), st.booleans())
def test_an_amount_is_exact_as_a_number_and_as_a_text(amount: Decimal, as_text: bool) -> None:
    charge = spent(active(usage=format(amount, "f") if as_text else amount))

    assert charge.billed_cost == amount
    assert charge.charge_category == ("Credit" if amount < 0 else "Usage")


@pytest.mark.parametrize(
    ("server", "parent"),
    [
        ("OpenAI", "openai"),
        ("Mistral", "mistral"),
        ("Azure", "microsoft"),
        ("Amazon Bedrock", "aws"),
        ("Google Vertex", "google-cloud"),
        ("Google AI Studio", "google-cloud"),
    ],
)
def test_what_another_provider_bills_is_its_breakdown_and_never_counted(
    server: str, parent: str
) -> None:
    rows = active(provider_name=server, byok_usage_inference=Decimal("0.012"))
    (beside,) = breakdowns(rows)

    assert (beside.parent, beside.basis, beside.billed_cost) == (
        parent,
        "estimated",
        Decimal("0.012"),
    )
    assert beside.price_list == "OpenRouter's market prices, as stated with the usage"
    assert spent(rows).billed_cost == Decimal("0.015")


def test_what_another_provider_gives_back_is_a_breakdown_too() -> None:
    (beside,) = breakdowns(active(byok_usage_inference=Decimal("-0.5")))

    assert beside.billed_cost == Decimal("-0.5")


def test_nothing_is_said_of_another_provider_where_it_bills_nothing() -> None:
    assert breakdowns(active(byok_usage_inference=0)) == []


def test_a_free_model_is_a_stated_zero() -> None:
    assert spent(active(usage=0)).billed_cost == 0


def test_thinking_may_exceed_the_completion_that_should_contain_it() -> None:
    assert used(active()).quantities == {
        "requests": 5,
        "input_tokens": 50,
        "output_tokens": 125,
        "reasoning_tokens": 250,
    }


def test_a_measure_that_is_left_out_is_not_zero() -> None:
    assert "reasoning_tokens" not in used(active(reasoning_tokens=None)).quantities


@pytest.mark.parametrize("field", ["usage", "byok_usage_inference"])
@pytest.mark.parametrize("amount", [None, "a lot", True, {}, {"value": 1}, [1], ""])
def test_money_of_another_shape_is_refused_and_never_zero(field: str, amount: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^activity: /data/0") as caught:
        active(**{field: amount})
    assert MANAGEMENT not in str(caught.value)


@pytest.mark.parametrize(
    "fields", [{"usage": None}, {"usage": "1,5"}, {"currency": "EUR"}, {"currency": "credits"}]
)
def test_a_refused_row_is_quoted(fields: dict[str, object]) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"openai/gpt-4\.1-2025-04-14"):
        active(**fields)
    assert active(currency="USD") == active()


@pytest.mark.parametrize("field", ["date", "model_permaslug", "provider_name"])
@pytest.mark.parametrize("value", [None, 7])
def test_a_row_that_does_not_say_what_it_is_about_is_refused(field: str, value: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^activity: /data/0"):
        active(**{field: value})


@pytest.mark.parametrize("day", ["2026-11", "2026-11-31", "20.11.2026", "2026-11-20T07:00:00Z", ""])
def test_a_day_that_is_none_is_refused(day: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="/data/0"):
        active(date=day)


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-20 00:00:00", "2026-11-20T00:00:00.000Z"])
def test_a_day_may_be_written_with_its_midnight(day: str) -> None:
    assert spent(active(date=day)).day == date(2026, 11, 20)


def test_unknown_fields_change_nothing() -> None:
    assert active(carbon_grams=7, quantum={"a": [1]}) == active()


# What analytics mean


def test_older_days_have_the_same_model_and_no_server() -> None:
    recent, old = spent(active()), spent(archived())

    assert old.model == recent.model
    assert (old.service, old.resource_id, old.sub_account_id) == (None, None, None)
    assert (old.day, old.billed_cost) == (date(2026, 5, 19), Decimal("1.5"))
    assert used(archived()).quantities == {"requests": 6}


def test_an_older_estimate_has_no_parent_because_nobody_names_it() -> None:
    (beside,) = breakdowns(archived(byok_usage=Decimal("2.15")))

    assert (beside.parent, beside.basis) == (None, "estimated")


def test_an_answer_about_one_older_day_counts_for_that_day_alone() -> None:
    rows = [ARCHIVED, ARCHIVED | {"date__day": "2026-05-20T00:00:00.000Z"}]
    answer = page("analytics", {"data": rows, "metadata": WHOLE}, day=date(2026, 5, 20))

    assert {row.day for _, row in parse(answer) if isinstance(row, Charge)} == {date(2026, 5, 20)}


@pytest.mark.parametrize(
    "metadata", [WHOLE | {"truncated": True}, None, {}, WHOLE | {"truncated": None}]
)
def test_an_answer_that_was_cut_short_is_refused(metadata: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^analytics: (OpenRouter left rows out|/data)"):
        archived(metadata)


def test_an_answer_that_did_not_understand_a_filter_is_refused() -> None:
    answer = {"data": [], "metadata": WHOLE, "warnings": ["unresolvable workspace"]}

    with pytest.raises(UnexpectedAnswer, match="did not understand what was asked"):
        list(parse(page("analytics", answer)))
    assert list(parse(page("analytics", answer | {"warnings": []}))) == []


@pytest.mark.parametrize("field", ["credits_usage", "byok_usage", "date__day"])
def test_a_row_of_analytics_without_money_or_day_is_refused(field: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^analytics: /data/data/0"):
        archived(**{field: None})


# What credit and limits mean


def test_credit_is_what_was_bought_less_what_was_used() -> None:
    ((_, balance),) = parse(
        page("credits", {"total_credits": Decimal("100.5"), "total_usage": Decimal("25.75")})
    )
    assert balance == Balance(
        charge_period=Period.of_day(TODAY),
        category="ai",
        name="credit",
        unit="USD",
        limit=Decimal("100.5"),
        used=Decimal("25.75"),
        remaining=Decimal("74.75"),
    )


def test_credit_and_limits_keep_every_digit() -> None:
    large, small = Decimal(12345678901234567890), Decimal("0.00000000000000000123")
    (sample,) = json.loads(recorded("official.keys"))["data"]
    counted = {"usage_monthly": large, "byok_usage_monthly": small, "include_byok_in_limit": True}
    ((_, credit),) = parse(page("credits", {"total_credits": large, "total_usage": small}))
    ((_, limit),) = parse(page("keys", [sample | counted]))

    assert isinstance(credit, Balance)
    assert isinstance(limit, Balance)
    assert str(credit.remaining) == "12345678901234567889.99999999999999999877"
    assert str(limit.used) == "12345678901234567890.00000000000000000123"


@pytest.mark.parametrize("field", ["total_credits", "total_usage"])
@pytest.mark.parametrize("amount", [None, "a lot", {}])
def test_credit_that_is_not_stated_is_refused(field: str, amount: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^credits: /data"):
        list(parse(page("credits", {"total_credits": 1, "total_usage": 1} | {field: amount})))


@pytest.mark.parametrize("stream", ["credits", "keys"])
def test_a_snapshot_of_no_day_is_refused(stream: str) -> None:
    name = {"credits": "official.credits", "keys": "official.keys"}[stream]
    with pytest.raises(UnexpectedAnswer, match="nobody noted the day"):
        list(parse(Answer(feed=stream, endpoint="", body=recorded(name))))


def test_a_limit_is_about_its_own_cycle() -> None:
    (sample,) = json.loads(recorded("official.keys"))["data"]
    cycles = {
        "daily": Period.of_day(TODAY),
        "weekly": Period.of_days(date(2026, 11, 16), date(2026, 11, 23)),
        "monthly": Month(2026, 11).period,
        None: None,
        "yearly": None,
    }
    counters = {"usage": 1, "usage_daily": 2, "usage_weekly": 3, "usage_monthly": 4}
    for (reset, cycle), used_in_it in zip(cycles.items(), (2, 3, 4, 1, None), strict=True):
        key = sample | counters | {"limit_reset": reset}
        ((_, limit),) = parse(page("keys", [key]))
        assert isinstance(limit, Balance)
        assert (limit.cycle, limit.used) == (cycle, used_in_it)


@pytest.mark.parametrize("fields", [{"limit": None, "limit_remaining": None}, {"disabled": True}])
def test_a_key_that_nothing_limits_has_no_balance(fields: dict[str, object]) -> None:
    (sample,) = json.loads(recorded("official.keys"))["data"]

    assert list(parse(page("keys", [sample | fields]))) == []


@pytest.mark.parametrize("stream", OPENROUTER.streams)
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'{"data": null}', b'{"data": 7}', b'{"data": [7]}']
)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=TODAY)))


# Keys


@pytest.mark.parametrize(
    ("key", "owner"),
    [
        ("sk-ant-admin01-abc", "Anthropic"),
        ("sk-admin-abc", "OpenAI"),
        ("sk-proj-abc", "OpenAI"),
        ("sk-svcacct-abc", "OpenAI"),
        ("sk_abc", "ElevenLabs"),
    ],
)
def test_another_providers_key_is_recognised_without_asking(key: str, owner: str) -> None:
    remedy = recognise(key)

    assert remedy is not None
    assert remedy.startswith(f"This is a key of {owner}; ")
    assert key not in remedy


@pytest.mark.parametrize("key", [MANAGEMENT, INFERENCE, "sk-or-v1-abc", "abc"])
def test_both_kinds_of_key_look_alike_and_are_tried(key: str) -> None:
    assert recognise(key) is None


def test_the_record_is_complete() -> None:
    assert OPENROUTER.history_days == 29
    assert OPENROUTER.archives == {"activity": "analytics"}
    assert OPENROUTER.check_first
    assert set(told(OPENROUTER)) == {
        *("access_denied", "rate_limited", "unavailable", "unexpected_answer"),
    }
