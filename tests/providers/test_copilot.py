"""Copilot: what items, lines and seats mean, and what is refused rather than guessed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.quantities import QUANTITIES
from ecot.model.rows import Activity, AnyRow, Balance, Charge, Name, Usage
from ecot.providers.copilot import COPILOT, parse, reports
from ecot.providers.copilot.reports import links
from ecot.providers.github import elsewhere, items
from ecot.providers.reading import Node
from ecot.sandbox import exact_json
from tests.specifications import examples

DAY = date(2026, 10, 5)
CANARY = "github_pat_11Can4ryBirdTw33tTweet"
REPORT = "GET /orgs/{org}/copilot/metrics/reports/users-1-day"


def item(**fields: object) -> dict[str, object]:
    return {
        "product": "Copilot",
        "sku": "Copilot AI Credits",
        "model": "GPT-5",
        "unitType": "ai-credits",
        "pricePerUnit": Decimal("0.01"),
        "grossQuantity": Decimal("100.5"),
        "grossAmount": Decimal("1.005"),
        "discountQuantity": Decimal(100),
        "discountAmount": Decimal(1),
        "netQuantity": Decimal("0.5"),
        "netAmount": Decimal("0.005"),
    } | fields


def credits_answer(*items: object, **period: object) -> Answer:
    stated = {"year": 2026, "month": 10, "day": 5} | period
    stated = {name: part for name, part in stated.items() if part is not None}
    body = {"timePeriod": stated, "organization": "lumen-lab", "usageItems": items}
    return answer("credits", body, asked={"day": str(DAY)})


def answer(feed: str, content: Any, **further: Any) -> Answer:
    body = content if isinstance(content, bytes) else exact_json.dumps(content)
    return Answer(feed=feed, endpoint="", body=body, sub_account_id="lumen-lab", **further)


def rows(one: Answer) -> list[AnyRow | Name]:
    return [row for _, row in parse(one)]


def line(**fields: object) -> dict[str, object]:
    return {"day": "2026-10-05", "user_login": "user-abcdefgh", "loc_added_sum": 3} | fields


def report(*lines: object) -> Answer:
    body = b"\n".join(exact_json.dumps(one) for one in lines)
    return answer("users", body, asked={"day": str(DAY), "organization": "lumen-lab"})


def seat(**fields: object) -> dict[str, object]:
    return {
        "created_at": "2026-01-01T09:00:00Z",
        "last_activity_at": None,
        "assignee": {"login": "user-abcdefgh"},
    } | fields


def seats(*listed: object) -> Answer:
    return answer("seats", {"total_seats": len(listed), "seats": listed}, day=DAY)


# AI credits


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=15))
def test_amounts_are_exact(net: Decimal) -> None:
    charge, usage = rows(credits_answer(item(netAmount=net)))

    assert isinstance(charge, Charge)
    assert isinstance(usage, Usage)
    assert (charge.billed_cost, charge.list_cost) == (net, Decimal("1.005"))
    assert charge.charge_category == ("Credit" if net < 0 else "Usage")
    assert (charge.day, charge.model, charge.currency) == (DAY, "GPT-5", "USD")
    assert usage.quantities == {"credits": Decimal("100.5")}


@pytest.mark.parametrize("label", ["Copilot", "copilot", "Copilot AI Credits", "GitHub Copilot"])
@pytest.mark.parametrize("unit", ["credits", "ai-credits", "AI Credits", "credit"])
def test_labels_are_matched_loosely(label: str, unit: str) -> None:
    charge, _ = rows(credits_answer(item(product=label, unitType=unit)))

    assert isinstance(charge, Charge)
    assert charge.service == "Copilot"


@pytest.mark.parametrize(
    ("fields", "period", "said"),
    [
        ({"unitType": "requests"}, {}, "is not counted in credits"),
        ({"netAmount": None}, {}, "has no netAmount"),
        ({"netAmount": {"value": 3}}, {}, "is no amount"),
        ({"netAmount": "three"}, {}, "is no amount"),
        ({"grossAmount": None}, {}, "has no grossAmount"),
        ({}, {"day": None}, "is not one day"),
        ({}, {"day": 31, "month": 2}, "is not one day"),
        ({}, {"day": 6}, "is not the day 2026-10-05, which was asked for"),
        ({}, {"month": None}, "is not one day"),
    ],
)
def test_what_is_not_understood_is_refused(
    fields: dict[str, object], period: dict[str, object], said: str
) -> None:
    with pytest.raises(UnexpectedAnswer, match=said) as told:
        rows(credits_answer(item(note=CANARY, **fields), **period))
    assert CANARY not in str(told.value)


# What people did


def test_a_line_is_what_a_person_did_and_the_command_line_a_tool_of_its_own() -> None:
    cli = {"session_count": 2, "request_count": 5, "token_usage": {"prompt_tokens_sum": 70}}
    editor, terminal = rows(report(line(totals_by_cli=cli, ai_credits_used=Decimal("12.5"))))

    assert isinstance(editor, Activity)
    assert isinstance(terminal, Activity)
    assert (editor.user, editor.service, editor.day) == ("user-abcdefgh", "Copilot", DAY)
    assert editor.quantities == {"lines_added": Decimal(3), "ai_credits": Decimal("12.5")}
    assert terminal.service == "Copilot CLI"
    assert terminal.quantities == {
        "sessions": Decimal(2),
        "requests": Decimal(5),
        "input_tokens": Decimal(70),
    }


def test_every_quantity_is_one_that_has_a_name() -> None:
    named = (reports.PERSONS, reports.COMMAND_LINE, reports.TOKENS)
    assert {name for names in named for name in names.values()} | {"seat_days"} <= QUANTITIES


def test_what_a_line_does_not_state_is_no_zero() -> None:
    (row,) = rows(report(line(loc_added_sum=None, code_generation_activity_count=0)))

    assert isinstance(row, Activity)
    assert row.quantities == {"suggestions": Decimal(0)}


@pytest.mark.parametrize("body", [b"", b"\n\n", b"[]"])
def test_an_empty_file_is_nobody(body: bytes) -> None:
    assert rows(answer("users", body)) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"day": "2026-10-06"}, "line 1 is not the day 2026-10-05, which was asked for"),
        ({"day": "yesterday"}, "is not a UTC day"),
        ({"day": None}, "has no day"),
        ({"loc_added_sum": None}, "line 1 counts nothing that is known"),
        ({"loc_added_sum": "many"}, "is no amount"),
        ({"totals_by_cli": {"clicks": 1}}, "counts nothing that is known"),
    ],
)
def test_a_line_that_is_not_understood_is_refused(fields: dict[str, object], said: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=said):
        rows(report(line(**fields)))


def test_half_a_file_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="this is not JSON"):
        rows(answer("users", report(line(), line()).body[:-9]))


def test_the_official_list_of_links_is_read() -> None:
    (listing,) = (
        value
        for operation, _, value in examples("github-copilot.openapi.json")
        if operation == REPORT
    )

    found = links(Node(listing, "copilot"), date(2025, 7, 1))
    assert [link.rpartition("/")[2] for link in found] == [
        "copilot-usage-report-1.ndjson",
        "copilot-usage-report-2.ndjson",
    ]
    with pytest.raises(UnexpectedAnswer, match="which was asked for"):
        links(Node(listing, "copilot"), DAY)


# Seats


@pytest.mark.parametrize(
    ("created", "used", "is_idle"),
    [
        ("2026-01-01T09:00:00Z", None, True),
        ("2026-09-05T00:00:00Z", None, False),  # 30 days ago
        ("2026-09-04T23:59:59Z", None, True),
        ("2026-01-01T09:00:00Z", "2026-09-05T00:00:00Z", False),
        ("2026-01-01T09:00:00Z", "2026-09-05T01:00:00+02:00", True),
        ("2026-10-01T09:00:00Z", "2026-03-01T00:00:00Z", False),  # given again
    ],
)
def test_a_seat_without_use_is_thirty_days_idle(
    created: str, used: str | None, is_idle: bool
) -> None:
    found = rows(seats(seat(created_at=created, last_activity_at=used)))

    assert [isinstance(row, Balance) for row in found] == [True] * is_idle


@pytest.mark.parametrize("fields", [{"created_at": None}, {"last_activity_at": "lately"}])
def test_a_seat_that_is_not_understood_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(UnexpectedAnswer):
        rows(seats(seat(**fields)))


@pytest.mark.parametrize(("billed", "kinds"), [("billed", 1), ("not billed", 2)])
def test_seats_are_a_quantity_only_where_nobody_bills_them(billed: str, kinds: int) -> None:
    told = {"seat_breakdown": {"total": 12, "active_this_cycle": 9}, "plan_type": "enterprise"}
    found = rows(answer("seats", told, day=DAY, asked={"seats": billed}))

    assert len(found) == kinds
    assert [row.quantities for row in found if isinstance(row, Usage)] == [
        {"seat_days": Decimal(12)}
    ] * (kinds - 1)


# Beside GitHub's account


def test_what_github_leaves_to_copilot_copilot_reads() -> None:
    usage = {"date": "2026-10-05", "organizationName": "lumen-lab", "quantity": 1}
    money = {"grossAmount": 19, "netAmount": 19}
    listed = [
        usage | money | {"product": product, "sku": sku, "unitType": unit}
        for product, sku, unit in [
            ("Copilot", "Copilot Business", "user-months"),
            ("copilot", "copilot_premium_request", "requests"),
            ("Copilot", "Copilot AI Credits", "credits"),
            ("Actions", "Actions Linux", "minutes"),
        ]
    ]
    found = rows(answer("licences", {"usageItems": listed}))

    assert [row.sku_id for row in found if isinstance(row, Charge)] == [
        "Copilot Business",
        "copilot_premium_request",
    ]
    assert {elsewhere(row) for row in found if isinstance(row, Charge)} == {"copilot"}


@pytest.mark.parametrize(
    ("sku", "unit", "is_told"),
    [
        ("Spark AI Credits", "ai-credits", False),
        ("spark_ai_credit", "requests", False),
        ("Copilot Business promotional credit", "user-months", True),
    ],
)
def test_what_is_paid_with_ai_credits_counts_in_their_own_report(
    sku: str, unit: str, is_told: bool
) -> None:
    """Whatever product they were spent on: GitHub's account leaves it to Copilot's."""
    line = {"date": "2026-10-05", "quantity": 1, "grossAmount": 1, "netAmount": -1}
    product = "Copilot" if is_told else "Spark"
    listed = answer(
        "licences", {"usageItems": [line | {"product": product, "sku": sku, "unitType": unit}]}
    )
    ((_, row),) = items.parse(listed)

    assert isinstance(row, Charge)
    assert elsewhere(row) == "copilot"
    assert bool(rows(listed)) is is_told


@pytest.mark.parametrize(
    ("key", "is_wrong"),
    [
        ("sk-ant-admin01-x", True),
        ("ghr_x", True),
        ("github_pat_11A", False),
        ("ghp_x", False),
        ("gho_x", False),
    ],
)
def test_a_key_of_the_wrong_kind_is_recognised(key: str, is_wrong: bool) -> None:
    assert (COPILOT.recognise(key) is not None) is is_wrong
