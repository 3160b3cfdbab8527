"""Cursor: what is owed of what is told, what the answers mean, and what is refused."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.model.rows import Activity, AnyRow, Balance, Charge, Name, Usage, merged
from ecot.providers.contract import Options
from ecot.providers.cursor import CURSOR, headers, parse, recognise
from tests.providers.remedies import told

DAY = date(2026, 10, 26)
MIDNIGHT = 1_792_972_800_000
SOMEBODY = "user-aaaaaaaa"


def event(**fields: object) -> dict[str, Any]:
    known = {
        "timestamp": str(MIDNIGHT + 1),
        "userEmail": SOMEBODY,
        "model": "gpt-5",
        "kind": "Usage-based",
        "isChargeable": True,
        "tokenUsage": {
            "inputTokens": 10,
            "outputTokens": 2,
            "cacheWriteTokens": 5,
            "cacheReadTokens": 100,
            "totalCents": "!1.5!",
        },
        "chargedCents": "!1.75!",
    }
    return {name: value for name, value in {**known, **fields}.items() if value != "absent"}


def answer(stream: str, content: object, asked: Mapping[str, str] | None = None) -> Answer:
    exact = json.dumps(content).replace('"!', "").replace('!"', "")
    return Answer(feed=stream, endpoint="", body=exact.encode(), day=DAY, asked=asked or {})


def read(stream: str, content: object, asked: Mapping[str, str] | None = None) -> list[AnyRow]:
    found = [row for _, row in parse(answer(stream, content, asked))]
    return merged(row for row in found if not isinstance(row, Name))


def events(*found: object, asked: Mapping[str, str] | None = None) -> list[AnyRow]:
    return read("events", {"usageEvents": found}, asked)


def cost(**fields: object) -> Charge:
    (charge,) = [row for row in events(event(**fields)) if isinstance(row, Charge)]
    return charge


def quantities(**fields: object) -> Mapping[str, Decimal]:
    (usage,) = [row for row in events(event(**fields)) if isinstance(row, Usage)]
    return usage.quantities


# What is owed


def test_an_event_is_a_charge_and_a_usage_of_its_utc_day() -> None:
    dimensions: dict[str, Any] = {
        "charge_period": Period.of_day(DAY),
        "category": "developer tools",
        "service": "Usage-based",
        "model": "gpt-5",
        "user": SOMEBODY,
    }
    money: dict[str, Any] = {"billed_cost": Decimal("0.0175"), "list_cost": Decimal("0.0175")}
    assert events(event()) == merged(
        [
            Charge(currency="USD", basis="billed", **money, **dimensions),
            Usage(
                quantities={
                    "requests": Decimal(1),
                    "input_tokens": Decimal(115),
                    "input_uncached_tokens": Decimal(10),
                    "input_cache_write_tokens": Decimal(5),
                    "input_cached_tokens": Decimal(100),
                    "output_tokens": Decimal(2),
                },
                **dimensions,
            ),
        ]
    )


INCLUDED = ["Included in Business", "USAGE_EVENT_KIND_INCLUDED_IN_PRO_PLUS", "included in Pro"]
OWED = ["Usage-based", "USAGE_EVENT_KIND_USAGE_BASED", "On-demand", "ON_DEMAND"]
FREE = ["Errored, Not Charged", "USAGE_EVENT_KIND_ABORTED_NOT_CHARGED", "Something new"]


@pytest.mark.parametrize("kind", INCLUDED)
@pytest.mark.parametrize("chargeable", [True, False, "absent"])
def test_what_the_plan_includes_is_never_owed(kind: str, chargeable: object) -> None:
    charge = cost(kind=kind, isChargeable=chargeable, chargedCents=8)

    assert (charge.basis, charge.billed_cost) == ("billed", Decimal(0))
    assert charge.list_cost == Decimal("0.08")


@pytest.mark.parametrize("kind", OWED)
@pytest.mark.parametrize("chargeable", [True, "absent"])
def test_what_is_on_demand_is_owed_to_the_last_digit(kind: str, chargeable: object) -> None:
    charge = cost(kind=kind, isChargeable=chargeable, chargedCents="!21.36232000000000001!")

    assert charge.billed_cost == Decimal("0.2136232000000000001")
    assert charge.basis == "billed"


@pytest.mark.parametrize("kind", FREE)
def test_what_is_not_chargeable_is_free(kind: str) -> None:
    charge = cost(kind=kind, isChargeable=False)
    assert (charge.basis, charge.billed_cost) == ("billed", Decimal(0))
    assert charge.list_cost == Decimal("0.0175")

    nothing = cost(kind=kind, isChargeable=False, chargedCents="absent")
    assert (nothing.billed_cost, nothing.list_cost) == (Decimal(0), None)


@pytest.mark.parametrize(
    ("kind", "chargeable"),
    [
        ("Usage-based", False),
        ("USAGE_EVENT_KIND_USAGE_BASED", False),
        ("Something new", True),
        ("Something new", "absent"),
    ],
)
def test_what_contradicts_itself_is_neither_owed_nor_free(kind: str, chargeable: object) -> None:
    charge = cost(kind=kind, isChargeable=chargeable)

    assert (charge.basis, charge.billed_cost) == ("unknown", None)
    assert charge.list_cost == Decimal("0.0175")
    assert cost(kind=kind, isChargeable=chargeable, chargedCents=0).billed_cost == 0


@pytest.mark.parametrize("kind", ["Not included in Pro", "X_NOT_INCLUDED", "NonIncluded"])
def test_what_the_plan_does_not_include_is_not_free(kind: str) -> None:
    assert (cost(kind=kind).basis, cost(kind=kind).billed_cost) == ("unknown", None)
    assert cost(kind=f"{kind}, usage-based").billed_cost == Decimal("0.0175")


@pytest.mark.parametrize("chargeable", [True, False, "absent"])
def test_a_kind_that_says_both_is_neither_owed_nor_free(chargeable: object) -> None:
    charge = cost(kind="Included usage exceeded, on-demand", isChargeable=chargeable)

    assert (charge.basis, charge.billed_cost) == ("unknown", None)
    assert charge.list_cost == Decimal("0.0175")


@given(
    st.sampled_from([*INCLUDED, *OWED, *FREE]),
    st.sampled_from([True, False, "absent"]),
    st.integers(1, 10**9),
)
def test_no_money_is_invented_and_none_is_lost(kind: str, chargeable: object, cents: int) -> None:
    charge = cost(kind=kind, isChargeable=chargeable, chargedCents=f"!{cents}.5!")
    worth = Decimal(f"{cents}.5") / 100

    assert charge.list_cost == worth
    assert charge.billed_cost in (None, 0, worth)
    if charge.billed_cost == 0:
        assert kind in INCLUDED or chargeable is False


def test_what_is_given_back_is_a_credit() -> None:
    charge = cost(chargedCents="!-12.5!")

    assert (charge.billed_cost, charge.charge_category) == (Decimal("-0.125"), "Credit")


def test_equal_events_are_two_requests() -> None:
    rows = events(event(), event())

    (charge,) = [row for row in rows if isinstance(row, Charge)]
    (usage,) = [row for row in rows if isinstance(row, Usage)]
    assert charge.billed_cost == Decimal("0.035")
    assert usage.quantities["requests"] == 2


# What is counted


def test_a_request_without_tokens_is_counted_all_the_same() -> None:
    assert quantities(tokenUsage="absent") == {"requests": 1}
    assert quantities(tokenUsage={}) == {"requests": 1}


def test_parts_that_are_left_out_are_not_stated() -> None:
    found = quantities(tokenUsage={"inputTokens": "3438", "cacheReadTokens": 2})

    assert found == {
        "requests": 1,
        "input_uncached_tokens": 3438,
        "input_cached_tokens": 2,
        "input_tokens": 3440,
    }


def test_unknown_fields_change_nothing() -> None:
    assert events(event(conversationId="x", carbon={"a": [1]})) == events(event())


# Which moments


@pytest.mark.parametrize("stamp", [str(MIDNIGHT), MIDNIGHT, "1793059199999"], ids=repr)
def test_a_moment_is_milliseconds_as_text_or_number(stamp: object) -> None:
    assert cost(timestamp=stamp).day == DAY


LIMITS = {"from": str(MIDNIGHT), "to": str(MIDNIGHT + 1000)}


def test_an_event_at_the_very_end_is_left_to_the_next_reading() -> None:
    first, last, after = (event(timestamp=str(MIDNIGHT + each)) for each in (0, 999, 1000))

    assert events(first, last, after, asked=LIMITS) == events(first, last)


@pytest.mark.parametrize("offset", [-1, 1001, 86_400_000])
def test_an_event_that_was_not_asked_for_is_refused(offset: int) -> None:
    with pytest.raises(UnexpectedAnswer, match="/usageEvents/0 is of a time that was not asked"):
        events(event(timestamp=str(MIDNIGHT + offset)), asked=LIMITS)


# What is refused


@pytest.mark.parametrize(
    "strange",
    [
        {"timestamp": None},
        {"timestamp": "monday"},
        {"timestamp": "!1792972800000.5!"},
        {"timestamp": "0"},
        {"timestamp": "9" * 18},
        {"model": None},
        {"kind": None},
        {"kind": 7},
        {"isChargeable": "yes"},
        {"chargedCents": None},
        {"chargedCents": "absent"},
        {"chargedCents": "a lot"},
        {"chargedCents": {"amount": 1}},
        {"chargedCents": True},
        {"chargedCents": "NaN"},
        {"tokenUsage": []},
        {"tokenUsage": {"inputTokens": "many"}},
        {"tokenUsage": {"outputTokens": {}}},
    ],
    ids=str,
)
def test_what_is_not_understood_is_refused_with_its_place(strange: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^events: /usageEvents/0"):
        events(event(**strange))


def test_strange_money_is_shown_with_its_row() -> None:
    with pytest.raises(UnexpectedAnswer, match=r'"model": "gpt-5"'):
        events(event(chargedCents="a lot"))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'{"usageEvents": null}', b"[7]"])
@pytest.mark.parametrize("stream", CURSOR.streams)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=DAY)))


@pytest.mark.parametrize("stream", CURSOR.snapshots)
def test_a_standing_of_no_day_is_refused(stream: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="nobody says of which day"):
        list(parse(Answer(feed=stream, endpoint="", body=b"{}")))


# What people did


def did(**fields: object) -> list[AnyRow]:
    row = {"day": str(DAY), "date": MIDNIGHT, "email": SOMEBODY, **fields}
    return read("daily", {"data": [row], "period": {}})


def test_what_somebody_did_is_an_activity_of_the_day() -> None:
    assert did(acceptedLinesAdded=5, acceptedLinesDeleted=0, totalLinesAdded=50) == [
        Activity(
            charge_period=Period.of_day(DAY),
            category="developer tools",
            service="Cursor",
            user=SOMEBODY,
            quantities={"lines_added": Decimal(5), "lines_removed": Decimal(0)},
        )
    ]


def test_requests_that_are_no_billable_units_are_not_kept() -> None:
    assert did(subscriptionIncludedReqs=180, usageBasedReqs=5, apiKeyReqs=2, isActive=True) == []


@pytest.mark.parametrize(
    "strange",
    [
        {"day": "monday"},
        {"day": None},
        {"date": None},
        {"date": MIDNIGHT + 3_600_000},
        {"chatRequests": "many"},
    ],
    ids=str,
)
def test_a_strange_day_is_refused(strange: dict[str, object]) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^daily: /data/0"):
        did(**strange)


# How the team stands


def spend(*members: object, start: object = MIDNIGHT - 86_400_000) -> list[Balance]:
    content = {"teamMemberSpend": members, "subscriptionCycleStart": start, "totalPages": 1}
    return [row for row in read("spend", content) if isinstance(row, Balance)]


def test_spend_is_a_gauge_of_the_team_and_no_charge() -> None:
    ada = {"email": SOMEBODY, "spendCents": "!12.345!", "overallSpendCents": 100, "name": "Ada"}
    bo = {"email": "user-bbbbbbbb", "spendCents": 1, "overallSpendCents": 2}
    found = spend(ada, bo)

    assert {row.name: row.used for row in found} == {
        "spend": Decimal("0.13345"),
        "value of use": Decimal("1.02"),
    }
    assert not any(row.accrues or row.user or row.limit for row in found)
    cycle = Period(datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC))
    assert {row.cycle for row in found} == {cycle}


def test_a_value_that_is_told_of_some_only_is_not_known_of_the_team() -> None:
    found = spend({"spendCents": 5}, {"spendCents": 1, "overallSpendCents": 2})

    assert {row.name: row.used for row in found} == {
        "spend": Decimal("0.06"),
        "value of use": None,
    }


@pytest.mark.parametrize(
    "member", [{}, {"spendCents": None}, {"spendCents": "a lot"}, {"overallSpendCents": 3}]
)
def test_spend_without_money_is_refused(member: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^spend: /teamMemberSpend/0"):
        spend(member)


@pytest.mark.parametrize("start", [None, 0, "monday", MIDNIGHT + 86_400_000, 10**17])
def test_a_cycle_that_begins_at_no_moment_is_refused(start: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="subscriptionCycleStart"):
        spend({"spendCents": 1}, start=start)


def test_a_seat_is_of_the_team_and_names_nobody() -> None:
    members = [
        {"id": 1, "name": "Ada", "email": "ada@lumen.example", "role": "owner"},
        {"id": 2, "name": "Bo", "email": "bo@lumen.example", "role": "member", "isRemoved": False},
        {"id": 3, "role": "free-owner", "email": "c@lumen.example"},
        {"id": 4, "role": "removed", "email": "d@lumen.example"},
        {"id": 5, "role": "member", "email": "e@lumen.example", "isRemoved": True},
    ]
    assert read("members", {"teamMembers": members}) == [
        Usage(
            charge_period=Period.of_day(DAY),
            category="developer tools",
            service="seats",
            quantities={"seat_days": Decimal(2)},
        )
    ]


# Keys


def test_the_key_is_the_users_name_and_there_is_no_password() -> None:
    assert headers("key_abc", Options()) == {"Authorization": "Basic a2V5X2FiYzo="}


def test_a_key_of_another_supplier_is_recognised() -> None:
    for key in ("sk-ant-admin01-x", "sk_x", "ghp_x", "gho_x", "github_pat_x"):
        remedy = str(recognise(key))
        assert remedy.startswith("This is a key of another supplier. For Cursor an admin of the")
        assert key not in remedy
    assert recognise("key_0123") is None
    assert recognise("crsr_0123") is None


def test_every_trouble_has_a_remedy() -> None:
    remedies = told(CURSOR)

    assert "[[plan]]" in remedies["not_offered"]
    assert "key of the Admin API" in remedies["access_denied"]
    assert set(remedies) == {
        "access_denied",
        "not_offered",
        "rate_limited",
        "unavailable",
        "unexpected_answer",
    }
