"""Claude Code: what a record means, and what is refused rather than guessed."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.money import times
from ecot.model.period import Period
from ecot.model.rows import Activity, Charge, Name, Usage, merged
from ecot.providers.claude_code import CLAUDE_CODE, PATH, headers
from ecot.providers.claude_code.rows import ESTIMATE, parse
from ecot.providers.contract import Options
from tests.golden import FOLDER
from tests.specifications import examples

ABOUT: dict[str, Any] = {
    "charge_period": Period.of_day(date(2026, 10, 5)),
    "category": "developer tools",
    "service": "Claude Code",
    "sub_account_id": "org-1",
    "user": "user-mq3kz7ab",
    "tags": {"customer_type": "api", "terminal_type": "vscode"},
}
DETAILS: dict[str, Any] = {**ABOUT, "role": "breakdown", "parent": "anthropic"}
TOKENS = {"input": 100, "output": 30, "cache_read": 2000, "cache_creation": 400}


def model(name: str = "claude-opus-5", amount: object = 1025, **more: object) -> dict[str, Any]:
    cost = {"currency": "USD", "amount": amount}
    return {"model": name, "tokens": TOKENS, "estimated_cost": cost, **more}


def record(**more: object) -> dict[str, Any]:
    """What somebody did on 5 October, with one model."""
    return {
        "date": "2026-10-05T00:00:00Z",
        "actor": {"type": "user_actor", "email_address": "user-mq3kz7ab"},
        "organization_id": "org-1",
        "customer_type": "api",
        "terminal_type": "vscode",
        "core_metrics": {
            "num_sessions": 5,
            "lines_of_code": {"added": 1543, "removed": 892},
            "commits_by_claude_code": 12,
            "pull_requests_by_claude_code": 2,
        },
        "tool_actions": {
            "edit_tool": {"accepted": 45, "rejected": 5},
            "write_tool": {"accepted": 8, "rejected": 1},
        },
        "model_breakdown": [model()],
        **more,
    }


def answered(*records: object, day: str | None = "2026-10-05") -> Answer:
    body = json.dumps({"data": records, "has_more": False, "next_page": None})
    asked = {} if day is None else {"day": day}
    return Answer(feed="analytics", endpoint="GET /v1", body=body.encode(), asked=asked)


def rows(*records: object) -> list[Any]:
    found = [row for _, row in parse(answered(*records))]
    assert not [row for row in found if isinstance(row, Name)]
    return found


def charge(**more: object) -> Charge:
    (found,) = (row for row in rows(record(**more)) if isinstance(row, Charge))
    return found


def activity(**more: object) -> Activity:
    (found,) = (row for row in rows(record(**more)) if isinstance(row, Activity))
    return found


# What a record means


def test_a_record_is_what_was_done_and_each_models_tokens_and_estimate() -> None:
    did, used, cost = rows(record())

    assert did == Activity(
        **ABOUT,
        quantities={
            "sessions": Decimal(5),
            "lines_added": Decimal(1543),
            "lines_removed": Decimal(892),
            "commits": Decimal(12),
            "pull_requests": Decimal(2),
            "acceptances": Decimal(53),
            "rejections": Decimal(6),
        },
    )
    assert used == Usage(
        **DETAILS,
        model="claude-opus-5",
        quantities={
            "input_tokens": Decimal(2500),
            "input_uncached_tokens": Decimal(100),
            "input_cached_tokens": Decimal(2000),
            "input_cache_write_tokens": Decimal(400),
            "output_tokens": Decimal(30),
        },
    )
    assert cost == Charge(
        **DETAILS,
        model="claude-opus-5",
        currency="USD",
        basis="estimated",
        price_list=ESTIMATE,
        billed_cost=Decimal("10.25"),
    )


def test_every_model_of_a_record_is_read() -> None:
    found = rows(record(model_breakdown=[model("a", 1), model("b", 2), model("c", 0)]))

    charges = [row for row in found if isinstance(row, Charge)]
    assert [(row.model, row.billed_cost) for row in charges] == [
        ("a", Decimal("0.01")),
        ("b", Decimal("0.02")),
        ("c", Decimal(0)),
    ]


def test_records_of_a_day_are_told_apart_and_equal_ones_added() -> None:
    other = {"type": "api_actor", "api_key_name": "nightly-review"}
    different = [
        record(),
        record(actor=other),
        record(terminal_type="tmux"),
        record(customer_type="subscription"),
        record(is_remote=True),
    ]
    found = merged(rows(*different, record()))

    did = [row for row in found if isinstance(row, Activity)]
    assert len(did) == 5
    assert sorted(int(row.quantities["sessions"]) for row in did) == [5, 5, 5, 5, 10]
    (twice,) = (row for row in did if row.quantities["sessions"] == 10)
    assert (twice.user, twice.tags) == ("user-mq3kz7ab", ABOUT["tags"])


@pytest.mark.parametrize(("stated", "kept"), [(True, "true"), (False, "false")])
def test_remote_sessions_are_told_from_local_ones(stated: bool, kept: str) -> None:
    assert activity(is_remote=stated).tags["is_remote"] == kept
    assert "is_remote" not in activity().tags


def test_the_sample_of_the_reference_is_a_recorded_answer_too() -> None:
    """It stands in Anthropic's own description, and states more than the guide's."""
    samples = [
        value
        for operation, _, value in examples("anthropic.openapi.json")
        if operation == f"GET {PATH}"
    ]
    recorded = json.loads((FOLDER / "claude-code" / "official.analytics.answer.json").read_bytes())
    assert samples == [recorded]


def test_a_key_is_no_person() -> None:
    did = activity(actor={"type": "api_actor", "api_key_name": "nightly-review"})

    assert (did.user, did.api_key_id) == (None, "nightly-review")


@pytest.mark.parametrize("actor", [{"type": "federated_actor", "user_id": "user_01"}, {}])
def test_another_kind_of_actor_is_kept_without_a_name(actor: dict[str, str]) -> None:
    did = activity(actor=actor)

    assert did.user is did.api_key_id is None
    assert did.quantities["commits"] == 12


@pytest.mark.parametrize("customer", ["subscription", "marketplace"])
def test_what_nobody_owes_is_a_list_cost_and_no_cost(customer: str) -> None:
    row = charge(customer_type=customer, subscription_type="team")

    assert (row.basis, row.billed_cost, row.price_list) == ("unknown", None, None)
    assert (row.list_cost, row.role, row.parent) == (Decimal("10.25"), "breakdown", "anthropic")
    assert row.tags == {
        "customer_type": customer,
        "subscription_type": "team",
        "terminal_type": "vscode",
    }


@pytest.mark.parametrize(
    ("cents", "dollars"),
    [("1025", "10.25"), ("0", "0"), ("0.0175", "0.000175"), ("186.123456789", "1.86123456789")],
)
def test_cents_become_dollars_to_the_last_digit(cents: str, dollars: str) -> None:
    body = json.dumps({"data": [record(model_breakdown=[model(amount=-99)])]})
    exact = body.replace("-99", cents).encode()
    *_, last = parse(Answer(feed="analytics", endpoint="", body=exact))

    assert isinstance(last.row, Charge)
    assert last.row.billed_cost == Decimal(dollars)


@given(st.integers(0, 10**15))
def test_every_estimate_is_exactly_a_hundredth(cents: int) -> None:
    row = charge(model_breakdown=[model(amount=cents)])

    assert row.billed_cost is not None
    assert times(row.billed_cost, Decimal(100)) == cents


def test_tools_that_are_not_named_accepted_and_rejected_nothing_known() -> None:
    assert {"acceptances", "rejections"}.isdisjoint(activity(tool_actions={}).quantities)


def test_whatever_tools_there_are_are_counted() -> None:
    did = activity(
        tool_actions={
            "patch_tool": {"accepted": 3, "rejected": 1, "partly": 2},
            "acceptance_rate": 0.75,
            "notes": {"since": "v3"},
        }
    )

    assert did.quantities["acceptances"] == 3
    assert did.quantities["rejections"] == 1


def test_a_day_without_records_says_nothing() -> None:
    assert rows() == []


def test_unknown_fields_change_nothing() -> None:
    assert rows(record(carbon={"grams": 7}, model_breakdown=[model(speed="fast")])) == rows(
        record()
    )


def test_a_place_leads_to_the_record_and_to_the_model() -> None:
    places = [place for place, _ in parse(answered(record(), record()))]

    assert places[:3] == ["/data/0", "/data/0/model_breakdown/0", "/data/0/model_breakdown/0"]
    assert places[3] == "/data/1"


# What is refused


def without(record: dict[str, Any], *path: str) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(record))
    part = changed
    for name in path[:-1]:
        part = part[name]
    del part[path[-1]]
    return changed


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("date", "/data/0 has no date: {"),
        ("actor", "/data/0 has no actor"),
        ("customer_type", "/data/0 has no customer_type"),
        ("core_metrics", "/data/0 has no core_metrics"),
        ("core_metrics.num_sessions", "/data/0/core_metrics has no num_sessions"),
        ("core_metrics.lines_of_code.removed", "lines_of_code has no removed"),
        ("tool_actions", "/data/0 has no tool_actions"),
        ("tool_actions.edit_tool.rejected", "/data/0/tool_actions/edit_tool has no rejected"),
        ("model_breakdown", "/data/0 has no model_breakdown"),
    ],
)
def test_what_is_missing_is_never_zero(path: str, said: str) -> None:
    with pytest.raises(UnexpectedAnswer) as told:
        rows(without(record(), *path.split(".")))

    assert said in str(told.value)


@pytest.mark.parametrize("kind", [*TOKENS])
def test_tokens_that_are_missing_are_never_zero(kind: str) -> None:
    cut = model(tokens={name: count for name, count in TOKENS.items() if name != kind})

    with pytest.raises(UnexpectedAnswer, match=f"model_breakdown/0/tokens has no {kind}"):
        rows(record(model_breakdown=[cut]))


@pytest.mark.parametrize("customer", ["api", "subscription"])
@pytest.mark.parametrize(
    ("cost", "said"),
    [
        ({"currency": "USD"}, "has no amount"),
        ({"currency": "USD", "amount": None}, "has no amount"),
        ({"amount": 1025}, "has no currency"),
        ({"currency": "USD", "amount": "1025"}, "does not state its money as a number of cents"),
        ({"currency": "USD", "amount": True}, "is no amount"),
        ({"currency": "USD", "amount": {"value": 1}}, "is no amount"),
        ({"currency": "JPY", "amount": 1025}, "is not counted in cents"),
        ({"currency": "credits", "amount": 1025}, "is no currency"),
    ],
)
def test_money_of_another_shape_is_refused_with_its_row(
    customer: str, cost: dict[str, object], said: str
) -> None:
    with pytest.raises(UnexpectedAnswer) as told:
        rows(record(customer_type=customer, model_breakdown=[model(estimated_cost=cost)]))

    assert said in str(told.value)
    assert json.dumps(cost) in str(told.value)


@pytest.mark.parametrize(
    "day", ["yesterday", "2026-10-05", "2026-10-05T00:00:00", "0001-01-01T00:00:00Z", 1791158400]
)
def test_what_is_no_day_is_refused(day: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="/data/0/date is not a"):
        rows(record(date=day))


def test_a_record_of_another_day_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="is not of 2026-10-06, which was asked for"):
        list(parse(answered(record(), day="2026-10-06")))


@pytest.mark.parametrize(
    "content", [[], {}, {"data": None}, {"data": {}}, {"data": [7]}, {"data": [{}]}]
)
def test_what_is_no_list_of_records_is_refused(content: object) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed="analytics", endpoint="", body=json.dumps(content).encode())))


# The record of the provider


def test_the_key_is_the_one_of_anthropic_and_its_variable_is_not() -> None:
    assert headers("key", Options()) == {"x-api-key": "key", "anthropic-version": "2023-06-01"}
    assert CLAUDE_CODE.variables == ("CLAUDE_CODE_ADMIN_KEY", "CLAUDE_CODE_API_KEY")
    assert (CLAUDE_CODE.lateness, CLAUDE_CODE.backfill_months) == (timedelta(hours=1), 3)


@pytest.mark.parametrize(
    ("key", "beginning"),
    [
        ("sk-ant-api03-abc", "This is an ordinary API key"),
        ("sk-ant-oat01-abc", "This is a sign-in token of Claude Code"),
        ("sk-proj-abc", "This is a key of OpenAI"),
        ("sk-or-v1-abc", "This is a key of another supplier"),
    ],
)
def test_a_key_of_another_kind_is_recognised(key: str, beginning: str) -> None:
    assert str(CLAUDE_CODE.recognise(key)).startswith(beginning)


def test_an_admin_key_is_not_refused() -> None:
    assert CLAUDE_CODE.recognise("sk-ant-admin01-abc") is None
