"""OpenRouter collected night by night: what the ledger then holds is the truth, and no more."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from ecot.jobs.balances import latest_balances
from ecot.jobs.place import Place, open_place
from ecot.jobs.query import By, Question
from ecot.jobs.rows import Found, rows
from ecot.jobs.walk import Walk
from ecot.model.period import Month, Period
from ecot.model.rows import Charge, Usage
from ecot.sandbox import troubles
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.faults import Fault
from ecot.sandbox.openrouter.truth import FIRST_DAY, KEYS, LABO, STUDIO, Activity
from ecot.store.evidence import read_evidence
from tests.jobs.world import dump, totals, world_of
from tests.providers.asking import NOW
from tests.providers.openrouter_account import INFERENCE, MANAGEMENT, Account, account

TODAY = NOW.date()
OLDEST = TODAY - timedelta(days=29)  # the first day that is taken from the activity
OCTOBER = Month(2026, 10)  # in parts of the archive, in parts of the activity
RECENT = tuple(Period.of_days(OCTOBER.first, TODAY + timedelta(days=1)).days())
LIMITED = {"error": {"code": 429, "message": "Rate limit exceeded"}}


@pytest.fixture
def lumen() -> Iterator[Account]:
    with account() as running:
        yield running


def charges(place: Place, first: date, after: date) -> list[Found[Charge]]:
    return list(rows(place, _question(first, after), Charge))


def _question(first: date, after: date) -> Question:
    return Question(first=first, after=after, today=TODAY, currency="USD")


def done_in(lumen: Account, first: date, after: date) -> list[Activity]:
    return [each for day in Period.of_days(first, after).days() for each in lumen.truth.on(day)]


def test_a_year_is_the_truth_by_day_model_and_workspace(lumen: Account, place: Place) -> None:
    outcome = lumen.collected(place)
    expected: dict[object, Decimal] = defaultdict(Decimal)
    for each in done_in(lumen, FIRST_DAY, TODAY):
        workspace = each.key.workspace
        listed = None if workspace.deleted and each.day < OLDEST else workspace.id
        expected[each.day, each.endpoint.permaslug, listed] += each.usage
    found: dict[object, Decimal] = defaultdict(Decimal)
    for _, _, row, _ in charges(place, FIRST_DAY, TODAY):
        if row.role == "counted":
            assert row.billed_cost is not None
            found[row.day, row.model, row.sub_account_id] += row.billed_cost

    assert outcome.state == "ok", outcome.message
    assert found == expected


def test_a_month_between_archive_and_activity_has_every_token_once(
    lumen: Account, place: Place
) -> None:
    lumen.collected(place, days=RECENT)
    truth = done_in(lumen, OCTOBER.first, OCTOBER.after)
    found: dict[str, Decimal] = defaultdict(Decimal)
    for _, _, row, _ in rows(place, _question(OCTOBER.first, OCTOBER.after), Usage):
        for name, amount in row.quantities.items():
            found[name] += amount

    assert found == {
        "requests": sum(each.requests for each in truth),
        "input_tokens": sum(each.prompt_tokens for each in truth),
        "output_tokens": sum(each.completion_tokens for each in truth),
        "reasoning_tokens": sum(each.reasoning_tokens for each in truth),
    }


def test_what_others_bill_is_in_the_ledger_and_in_no_total(lumen: Account, place: Place) -> None:
    lumen.collected(place, days=RECENT)
    truth = done_in(lumen, OCTOBER.first, OCTOBER.after)
    beside = [
        row.billed_cost or 0
        for _, _, row, _ in charges(place, OCTOBER.first, OCTOBER.after)
        if row.role == "breakdown"
    ]
    told = totals(place, "month", OCTOBER.first, OCTOBER.after, TODAY)

    assert sum(beside) == sum(each.beside for each in truth) > 0
    assert told.total == sum(each.usage for each in truth)


def test_what_others_bill_adds_nothing_where_they_are_collected_too(
    lumen: Account, tmp_path: Path
) -> None:
    span, days = (OCTOBER.first, OCTOBER.after), tuple(OCTOBER.period.days())
    with world_of(atelier_lumen(), NOW, tmp_path) as world:
        world.collect(days=days)
        billed_itself = world.totals("provider", *span).total
        lumen.collected(world.place, days=days)
        found = charges(world.place, *span)
        told = [world.totals(by, *span) for by in get_args(By)]

    assert "openai" in {each.row.parent for each in found if each.row.role == "breakdown"}
    assert billed_itself is not None
    spent = sum(each.usage for each in done_in(lumen, *span))
    for each in told:
        assert each.total == billed_itself + spent
        assert each.total == sum(group.billed_cost or 0 for group in each.groups)
        assert each.coverage.estimated == 0


def test_only_days_that_were_never_read_are_asked_of_the_archive(
    lumen: Account, place: Place
) -> None:
    lumen.collected(place)
    first = dump(place)
    asked = len(lumen.server.requests)
    lumen.collected(place)
    again = lumen.server.requests[asked:]

    assert "/api/v1/analytics/query" not in {request.path for request in again}
    assert _heads(dump(place)) == _heads(first)


def _heads(exported: bytes) -> bytes:
    return exported[exported.index(b',\n"heads":[') :]


def test_a_run_that_midnight_overtakes_loses_no_day(lumen: Account, place: Place) -> None:
    lumen.site.truth = replace(lumen.truth, now=lambda: NOW + timedelta(days=1))
    lumen.collected(place, days=RECENT)

    found: dict[date, Decimal] = defaultdict(Decimal)
    for _, _, row, _ in charges(place, OCTOBER.first, TODAY):
        if row.role == "counted":
            found[row.day] += row.billed_cost or 0
    expected = {
        day: sum(each.usage for each in lumen.truth.on(day))
        for day in Period.of_days(OCTOBER.first, TODAY).days()
    }
    assert found == expected


def test_today_has_no_figures_before_it_is_over(lumen: Account, place: Place) -> None:
    lumen.collected(place)
    assert charges(place, TODAY, TODAY + timedelta(days=1)) == []

    lumen.clock.at(TODAY + timedelta(days=1))
    lumen.collected(place)
    assert sum(
        row.billed_cost or 0
        for _, _, row, _ in charges(place, TODAY, TODAY + timedelta(days=1))
        if row.role == "counted"
    ) == sum(each.usage for each in lumen.truth.on(TODAY))


def test_a_key_that_calls_models_leaves_nothing_in_the_ledger(lumen: Account, place: Place) -> None:
    outcome = lumen.collected(place, INFERENCE)

    assert outcome.state == "failed"
    assert "may not read what they cost" in str(outcome.message)
    assert [request.path for request in lumen.server.requests] == ["/api/v1/key"]
    assert b"total_credits" not in dump(place)
    assert b'"balance"' not in dump(place)


def test_credit_and_limits_are_as_of_the_day_they_were_read(lumen: Account, place: Place) -> None:
    lumen.collected(place, days=RECENT)
    question = _question(OCTOBER.first, TODAY + timedelta(days=1))
    spent_ever = sum(
        (each.usage for each in done_in(lumen, FIRST_DAY, TODAY + timedelta(days=1))), Decimal(0)
    )
    credit, *limits = [one.row for one in latest_balances(place, question)]

    assert (credit.name, credit.day, credit.unit) == ("credit", TODAY, "USD")
    assert (credit.limit, credit.used) == (lumen.truth.bought, spent_ever)
    assert credit.remaining == lumen.truth.bought - spent_ever
    assert {limit.api_key_id: limit.limit for limit in limits} == {
        key.hash: key.limit for key in KEYS[:2]
    }


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(1, LIMITED),
        troubles.rate_limited_until(2, lambda: NOW, LIMITED),
        troubles.server_error(500),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
)
def test_trouble_that_passes_loses_nothing(
    lumen: Account, place: Place, tmp_path: Path, fault: Fault
) -> None:
    lumen.server.faults.add(*(fault.on(path) for path in ("activity", "query", "credits", "keys")))
    assert lumen.collected(place, days=RECENT).state == "ok"
    assert len(lumen.server.faults.struck) == 4

    calm = open_place(tmp_path / "calm")
    lumen.collected(calm, days=RECENT)
    found, expected = (
        [(one.feed, one.row) for one in charges(here, OCTOBER.first, TODAY)]
        for here in (place, calm)
    )
    calm.store.close()
    assert found == expected


@pytest.mark.parametrize(
    "fault", [troubles.not_json(), troubles.truncated_json(), troubles.refused(400, LIMITED)]
)
def test_trouble_that_stays_is_told_and_made_good_by_the_next_run(
    lumen: Account, place: Place, fault: Fault
) -> None:
    lumen.server.faults.add(fault.on("activity").repeated(None))
    outcome = lumen.collected(place, days=RECENT)
    lumen.server.faults.clear()

    assert outcome.state in ("partial", "failed")
    assert outcome.remedy is not None
    assert lumen.collected(place, days=RECENT).state == "ok"
    found = sum(
        row.billed_cost or 0
        for _, _, row, _ in charges(place, OCTOBER.first, TODAY)
        if row.role == "counted"
    )
    assert found == sum(each.usage for each in done_in(lumen, OCTOBER.first, TODAY))


def test_every_figure_leads_to_the_answer_that_states_it(lumen: Account, place: Place) -> None:
    lumen.collected(place, days=RECENT)
    walk = Walk(place.files)
    for one in charges(place, OCTOBER.first, OCTOBER.after):
        (trace,) = walk.traces(one)
        recent = one.row.day >= OLDEST
        counted = one.row.role == "counted"
        names = ("usage", "byok_usage_inference") if recent else ("credits_usage", "byok_usage")
        assert trace.raw[names[0 if counted else 1]] == one.row.billed_cost
        assert trace.endpoint.startswith("GET /activity" if recent else "POST /analytics/query")


def test_names_stand_beside_the_rows_and_the_key_nowhere(
    lumen: Account, place: Place, tmp_path: Path
) -> None:
    lumen.collected(place, days=RECENT)

    exported = dump(place)
    assert STUDIO.name.encode() in exported
    assert LABO.name.encode() in exported
    answers = [read_evidence(place.files, name) for name in place.files.names("evidence/")]
    bodies = [one.answer.body for one in answers if one is not None]
    assert any(b"total_credits" in body for body in bodies)
    kept = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    for secret in (MANAGEMENT, MANAGEMENT.removeprefix("sk-or-v1-")):
        assert not any(secret.encode() in body for body in (exported, *bodies, *kept))


@pytest.mark.parametrize("asked", [("/keys", {"workspace_id": LABO.id}), ("/analytics/query", {})])
def test_a_workspace_that_is_removed_while_it_is_read_is_told_as_such(
    lumen: Account, place: Place, asked: tuple[str, dict[str, str]]
) -> None:
    gone = troubles.refused(404, {"error": {"code": 404, "message": "Resource not found"}})
    fault = gone.on(asked[0], query=asked[1]).repeated(2)  # names of keys come before limits
    lumen.server.faults.add(fault)

    outcome = lumen.collected(place)
    assert outcome.state == "partial"
    assert "and did not find it when asked about it (404): Resource not found" in str(
        outcome.message
    )
    assert str(outcome.remedy).startswith("It was probably removed while it was read: collect")
    assert lumen.collected(place).state == "ok"
