"""Deepgram against the sandbox: a whole month to the last digit, refusals, faults, and days."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from ecot.errors import AccessDenied, ProviderError, UnexpectedAnswer
from ecot.model.money import total
from ecot.model.period import Period
from ecot.model.rows import Balance, Charge, Name
from ecot.providers.deepgram import DEEPGRAM, parse
from ecot.sandbox import troubles
from ecot.sandbox.deepgram.query import ADMIN, PROJECT, REQUEST_ID, USAGE, Access
from ecot.sandbox.deepgram.truth import LABO, STUDIO
from ecot.sandbox.edits import edited
from ecot.sandbox.faults import Fault
from ecot.sandbox.messages import Response
from tests.providers.around import OCTOBER
from tests.providers.deepgram_around import (
    KEY,
    NOW,
    Around,
    a_deepgram,
    costs_of,
    expected_costs,
    expected_usage,
    usage_of,
)
from tests.specifications import refusals

ROLE = "https://console.deepgram.com (Settings, API Keys)"


@pytest.fixture
def around() -> Iterator[Around]:
    with a_deepgram() as site:
        yield site


# Figures


@pytest.mark.parametrize("end_is_inside", [True, False])
@pytest.mark.parametrize("most_days", [None, 31, 7])
def test_a_month_of_costs_is_the_truth_to_the_last_digit(
    around: Around, end_is_inside: bool, most_days: int | None
) -> None:
    around.site.end_is_inside, around.site.most_days = end_is_inside, most_days

    found = costs_of(around.rows("billing"))

    assert found == expected_costs(around.truth, OCTOBER)
    assert len(found) > 100


@pytest.mark.parametrize("most_days", [None, 7])
def test_a_month_of_usage_is_the_truth(around: Around, most_days: int | None) -> None:
    around.site.most_days = most_days
    found = usage_of(around.rows("usage"))

    assert found == expected_usage(around.truth, OCTOBER)
    assert found


def test_days_are_asked_for_at_once_where_that_tells_days(around: Around) -> None:
    around.read("billing")

    assert [asked.path for asked in around.server.requests] == [
        "/v1/projects",
        f"/v1/projects/{STUDIO.id}/billing/breakdown",
        f"/v1/projects/{LABO.id}/billing/breakdown",
    ]
    assert around.server.requests[1].query == (
        ("start", "2026-10-01"),
        ("end", "2026-11-01"),
        ("grouping", "accessor"),
        ("grouping", "deployment"),
        ("grouping", "line_item"),
    )


def test_days_are_asked_for_one_by_one_where_it_does_not(around: Around) -> None:
    around.site.most_days = 7
    answers = around.read("usage")

    assert len(answers) == 2 * 31
    assert {answer.day for answer in answers} == set(OCTOBER.days())


def test_a_day_that_is_coarse_by_itself_is_refused(around: Around) -> None:
    around.site.most_days = 0

    for period in (OCTOBER, Period.of_day(date(2026, 10, 3))):
        with pytest.raises(UnexpectedAnswer, match=r"^billing: /resolution is not a UTC day"):
            around.rows("billing", period)


def test_balances_are_those_of_the_day_and_kept_apart(around: Around) -> None:
    today = Period.of_day(NOW.date())
    found = {row.resource_id: row for row in around.rows("balances", today)}

    assert len(found) == 3
    for project in around.truth.projects:
        for credit, left in around.truth.left(project):
            row = found[credit.id]
            assert isinstance(row, Balance)
            assert (row.sub_account_id, row.remaining) == (project.id, left)
            assert row.unit == {"usd": "USD", "hour": "hours"}[credit.units]
            assert row.charge_period == today


def test_projects_have_the_names_of_today(around: Around) -> None:
    (listed,) = around.read("projects")

    assert [row for _, row in parse(listed)] == [
        Name("sub_account_id", STUDIO.id, "Studio"),
        Name("sub_account_id", LABO.id, "Labo « écho »"),
    ]


def test_a_key_of_one_project_reads_that_project(around: Around) -> None:
    around.site.keys[KEY] = Access((LABO.id,))

    found = costs_of(around.rows("billing"))

    expected = expected_costs(around.truth, OCTOBER)
    assert found == {where: cost for where, cost in expected.items() if where[1] == LABO.id}


def test_a_project_that_is_listed_twice_counts_once(around: Around) -> None:
    def twice(content: Any) -> Any:
        return {name: rows * 2 if name == "projects" else rows for name, rows in content.items()}

    around.server.faults.add(edited("twice", twice).repeated(None))

    assert costs_of(around.rows("billing")) == expected_costs(around.truth, OCTOBER)


def test_a_key_that_sees_no_project_is_no_empty_month(around: Around) -> None:
    around.site.keys[KEY] = Access(())

    with pytest.raises(AccessDenied, match=r"^deepgram/lumen: the key sees no project$"):
        around.read("billing")
    outcome = around.examined()
    assert outcome.state == "failed"
    assert ROLE in str(outcome.remedy)


def other_times(content: Any) -> Any:
    """Deepgram tells of other days than were asked for."""
    if "results" in content:
        content |= {"start": "2026-10-31", "end": "2026-11-07"}
    return content


def test_an_answer_about_other_days_is_refused_and_not_taken_for_none(around: Around) -> None:
    september = Period.of_days(date(2026, 9, 1), date(2026, 10, 1))
    around.server.faults.add(edited("other times", other_times).repeated(None))

    with pytest.raises(UnexpectedAnswer, match="2026-10-31 / 2026-11-07, which was not asked for"):
        around.read("usage", september)


def test_a_single_day_that_is_answered_with_another_is_refused(around: Around) -> None:
    def other_day(content: Any) -> Any:
        if content.get("resolution") == {"units": "day", "amount": 1}:
            content |= {"start": "2026-11-07", "end": "2026-11-08"}
        return content

    around.site.most_days = 7
    around.server.faults.add(edited("another day", other_day).repeated(None))

    with pytest.raises(UnexpectedAnswer, match="2026-11-07 / 2026-11-08, which was not asked for"):
        around.read("billing")


def a_week_at_most(first: bool) -> Callable[[Any], Any]:
    """Deepgram tells of a week of what was asked for, the first one or the last, and says so."""

    def cut(content: Any) -> Any:
        if "results" not in content:
            return content
        start, end = (date.fromisoformat(content[name]) for name in ("start", "end"))
        if first:
            end = min(end, start + timedelta(6))
        else:
            start = max(start, end - timedelta(6))
        rows = [
            row for row in content["results"] if str(start) <= row["grouping"]["start"] <= str(end)
        ]
        return content | {"start": str(start), "end": str(end), "results": rows}

    return cut


@pytest.mark.parametrize("first", [True, False])
def test_days_that_an_answer_leaves_out_are_asked_for_and_not_taken_for_none(
    around: Around, first: bool
) -> None:
    around.server.faults.add(edited("a week at most", a_week_at_most(first)).repeated(None))

    assert costs_of(around.rows("billing")) == expected_costs(around.truth, OCTOBER)


# Refusals


def coded(code: str, message: str) -> dict[str, str]:
    return {"err_code": code, "err_msg": message, "request_id": REQUEST_ID}


def categorised(category: str, message: str) -> dict[str, str]:
    return {"category": category, "message": message, "details": "…", "request_id": REQUEST_ID}


@dataclass
class Refusal:
    status: int
    content: object
    says: str
    remedy: str


NEWER = "Deepgram may have changed its answers: look for a newer Ecot, else report this message."
WAIT = "Collect again in a few minutes; nothing is lost."
STATUS = (
    "Look at https://status.deepgram.com and at the network on your side, then try again; "
    "nothing is lost."
)
COSTS = f"Costs need a key that may read billing: an admin or owner of the project creates one with the role Admin in {ROLE}."  # noqa: E501
REFUSALS = [
    Refusal(401, coded("INVALID_AUTH", "Invalid credentials."), "Invalid credentials.", COSTS),
    Refusal(
        401,
        "User does not have sufficient permissions.",
        "User does not have sufficient permissions.",
        COSTS,
    ),
    Refusal(
        403,
        coded("INSUFFICIENT_PERMISSIONS", "User does not have sufficient permissions."),
        "User does not have sufficient permissions.",
        COSTS,
    ),
    Refusal(
        401,
        coded("INSUFFICIENT_PERMISSIONS", "User does not have sufficient permissions."),
        "User does not have sufficient permissions.",
        COSTS,
    ),
    Refusal(
        403,
        categorised("UNAUTHORIZED", "Authentication failed."),
        "Authentication failed.",
        COSTS,
    ),
    Refusal(404, coded("PROJECT_NOT_FOUND", "Project not found."), "Project not found.", NEWER),
    Refusal(
        404,
        categorised("NOT_FOUND", "A project with the submitted ID cannot be found."),
        "A project with the submitted ID cannot be found.",
        NEWER,
    ),
    Refusal(
        404, "UUID parsing failed: invalid length", "UUID parsing failed: invalid length", NEWER
    ),
    Refusal(
        400,
        categorised("INVALID_JSON", "Invalid JSON submitted."),
        "Invalid JSON submitted.",
        NEWER,
    ),
    Refusal(400, coded("Bad Request", "Bad start."), "Bad start.", NEWER),
    Refusal(429, coded("TOO_MANY_REQUESTS", "Too many requests."), "Too many requests.", WAIT),
    Refusal(500, coded("INTERNAL", "Internal server error."), "Internal server error.", STATUS),
    Refusal(503, "upstream connect error", "upstream connect error", STATUS),
]


def refused(refusal: Refusal) -> Fault:
    if not isinstance(refusal.content, str):
        return troubles.refused(refusal.status, refusal.content)
    headers = {"content-type": "text/plain; charset=utf-8"}
    response = Response(refusal.status, headers, refusal.content.encode())
    return Fault("refused in plain text", lambda _request, _rest: response)


@pytest.mark.parametrize("refusal", REFUSALS, ids=range(len(REFUSALS)))
def test_a_refusal_is_said_in_its_own_words_with_a_remedy(around: Around, refusal: Refusal) -> None:
    around.server.faults.add(refused(refusal).on("billing").repeated(None))

    outcome = around.examined()

    assert outcome.state == "failed"
    assert str(outcome.message).startswith("deepgram/lumen: Deepgram ")
    assert str(outcome.message).endswith(f"({refusal.status}): {refusal.says}")
    assert str(outcome.remedy) == refusal.remedy


def test_every_documented_refusal_of_what_is_read_is_among_them() -> None:
    documented = {
        (status, body if isinstance(body, str) else body["message"])
        for operation, status, body in refusals("deepgram.openapi.json")
        if operation.endswith(("/v1/projects", "/breakdown", "/balances"))
    }

    assert {status for status, _ in documented} == {400, 401, 403, 404}
    assert documented <= {(refusal.status, refusal.says) for refusal in REFUSALS}


def test_a_key_is_proved_by_the_money_it_may_read(around: Around) -> None:
    assert around.examined().state == "ok"
    assert len(around.server.requests) == 2

    around.site.keys[KEY] = Access((STUDIO.id,), ADMIN - {"billing:read"})
    outcome = around.examined()
    assert outcome.state == "failed"
    assert "User does not have sufficient permissions." in str(outcome.message)
    assert str(outcome.remedy) == COSTS


def test_a_key_that_deepgram_does_not_know_is_refused(around: Around) -> None:
    around.key = KEY[::-1]

    outcome = around.examined()

    assert outcome.state == "failed"
    assert "refused the key for GET /v1/projects (401): Invalid credentials." in str(
        outcome.message
    )


def test_a_key_is_a_token_and_no_bearer(around: Around) -> None:
    headers = {"authorization": f"Bearer {KEY}"}
    bearer = httpx.get(f"{around.server.url}/v1/projects", headers=headers)

    assert (bearer.status_code, bearer.json()["err_code"]) == (401, "INVALID_AUTH")


# Faults


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(2, coded("TOO_MANY_REQUESTS", "Too many requests.")),
        troubles.rate_limited(None, coded("TOO_MANY_REQUESTS", "Too many requests.")),
        troubles.rate_limited_until(30, lambda: NOW),
        troubles.server_error(500),
        troubles.server_error(503),
        troubles.cut_off(),
        troubles.connection_reset(),
        troubles.not_json(502),
    ],
)
@pytest.mark.parametrize("path", ["projects$", "breakdown"])
def test_trouble_that_passes_changes_no_figure(around: Around, fault: Fault, path: str) -> None:
    around.server.faults.add(fault.on(path))

    found = costs_of(around.rows("billing"))

    assert found == expected_costs(around.truth, OCTOBER)
    assert around.server.faults.struck


@pytest.mark.parametrize(
    "fault",
    [troubles.not_json(), troubles.truncated_json(), troubles.server_error().repeated(None)],
)
@pytest.mark.parametrize("path", ["projects$", "breakdown"])
@pytest.mark.parametrize("stream", DEEPGRAM.feeds)
def test_trouble_that_stays_stops_the_stream(
    around: Around, fault: Fault, path: str, stream: str
) -> None:
    around.server.faults.add(fault.on(path))

    with pytest.raises(ProviderError):
        around.rows(stream)


def test_the_second_project_failing_is_no_short_answer(around: Around) -> None:
    around.server.faults.add(troubles.server_error().on(f"{LABO.id}/billing").repeated(None))

    with pytest.raises(ProviderError):
        around.rows("billing")


# Secrets


def test_the_key_is_in_no_answer_and_no_message(around: Around) -> None:
    def gossip(content: Any) -> Any:
        return {**content, "your_key": KEY}

    around.server.faults.add(edited("gossip", gossip).repeated(None))
    for stream in DEEPGRAM.streams:
        for answer in around.read(stream, Period.of_day(date(2026, 10, 3))):
            assert KEY not in answer.body.decode() + answer.endpoint + repr(answer)
    around.server.faults.clear()
    quoting = coded("INVALID_AUTH", f"Invalid credentials: {KEY}, Token {KEY[:20]}")
    around.server.faults.add(troubles.refused(401, quoting).repeated(None))
    said = repr(around.examined())
    assert "Invalid credentials: " in said
    assert not [at for at in range(len(KEY) - 8) if KEY[at : at + 8] in said]


def test_a_row_is_quoted_without_the_key(around: Around) -> None:
    def strange(content: Any) -> Any:
        for row in content.get("results", []):
            row["dollars"] = {"seen_with": KEY}
        return content

    around.server.faults.add(edited("strange", strange).repeated(None))
    with pytest.raises(UnexpectedAnswer, match=r"/results/0/dollars is no amount") as caught:
        around.rows("billing")
    assert KEY not in str(caught.value)
    assert "[redacted]" in str(caught.value)


def test_the_site_refuses_what_deepgram_refuses(around: Around) -> None:
    def ask(path: str, **params: str | list[str]) -> httpx.Response:
        headers = {"authorization": f"Token {KEY}"}
        return httpx.get(f"{around.server.url}/v1/projects{path}", params=params, headers=headers)

    assert ask("/nonsense/balances").text.startswith("UUID parsing failed")
    assert ask(f"/{STUDIO.id[:-1]}0/balances").json()["err_code"] == "PROJECT_NOT_FOUND"
    wrong = ask(f"/{STUDIO.id}/billing/breakdown", grouping=json.dumps(["line_item"]))
    assert (wrong.status_code, wrong.json()["category"]) == (400, "INVALID_QUERY_PARAMETER")
    assert ask(f"/{STUDIO.id}/usage/breakdown", grouping=["models", "tags"]).status_code == 400
    assert ask(f"/{STUDIO.id}/usage/breakdown", start="2026-1-1").status_code == 400


def test_a_key_with_usage_alone_reads_usage(around: Around) -> None:
    around.site.keys[KEY] = Access((STUDIO.id, LABO.id), frozenset({PROJECT, USAGE}))

    assert around.rows("usage")
    for stream in ("billing", "balances"):
        with pytest.raises(AccessDenied, match="sufficient permissions"):
            around.rows(stream)


def test_a_month_of_a_cent_and_four_requests_is_exact(around: Around) -> None:
    """An earlier system's month was 0.01 with 4 requests: it was rounded, and nothing here is."""

    def tiny(content: Any) -> Any:
        for row in content.get("results", []):
            row["dollars"] = Decimal("0.0123") / 4
        content["results"] = content.get("results", [])[:4]
        return content

    around.site.keys[KEY] = Access((STUDIO.id,))
    around.server.faults.add(edited("tiny", tiny).on("breakdown").repeated(None))
    costs = [row.billed_cost for row in around.rows("billing") if isinstance(row, Charge)]
    assert total(cost for cost in costs if cost is not None) == Decimal("0.0123")
