"""The made-up company is the same every time, adds up, grows late and can be restated."""

import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.sandbox import exact_json
from ecot.sandbox.activity import HOURS, activities
from ecot.sandbox.catalogue import INPUT
from ecot.sandbox.companies import atelier_lumen, large_company
from ecot.sandbox.company import Company, Organisation
from ecot.sandbox.truth import Truth
from tests.sandbox.conftest import Clock

THURSDAY = date(2026, 11, 12)
DAYS = [date(2026, 9, 1) + timedelta(number) for number in range(60)]


def total(truth: Truth, organisation: Organisation, day: date) -> Decimal:
    """The day's money."""
    return sum((row.amount for row in truth.costs(organisation, day)), Decimal(0))


def test_same_seed_same_days_in_any_order(clock: Clock) -> None:
    forwards, backwards = Truth(atelier_lumen(), clock), Truth(atelier_lumen(), clock)
    organisation = forwards.company.organisations[0]
    there = {day: forwards.costs(organisation, day) for day in DAYS}
    back = {day: backwards.costs(organisation, day) for day in reversed(DAYS)}
    assert there == back


def test_another_seed_is_another_company(truth: Truth, labo: Organisation, clock: Clock) -> None:
    other = Truth(atelier_lumen(seed=8), clock)
    assert total(other, other.company.organisations[1], THURSDAY) != total(truth, labo, THURSDAY)


def test_same_figures_in_another_process(truth: Truth, labo: Organisation) -> None:
    program = (
        "from datetime import *; from ecot.sandbox.companies import *;"
        "from ecot.sandbox.truth import *; c = atelier_lumen();"
        "t = Truth(c, lambda: datetime(2026, 12, 1, tzinfo=UTC));"
        "print(sum(r.amount for r in t.costs(c.organisations[1], date(2026, 11, 12))))"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "99", "PYTHONPATH": ":".join(sys.path)},
    )
    assert Decimal(printed.stdout) == total(truth, labo, THURSDAY)


def test_small_amounts_zero_amounts_and_days_without_cost(truth: Truth) -> None:
    rows = [
        row
        for each in truth.company.organisations
        for day in DAYS
        for row in truth.costs(each, day)
    ]
    amounts = sorted(row.amount for row in rows)
    assert amounts[0] == 0
    assert 0 < next(amount for amount in amounts if amount) < Decimal("0.00001")
    assert any(not truth.costs(each, day) for each in truth.company.organisations for day in DAYS)


def test_weekends_are_smaller(truth: Truth, labo: Organisation) -> None:
    days = Counter[bool]()
    for day in DAYS:
        days[day.weekday() < 5] += total(truth, labo, day)  # type: ignore[assignment]
    assert days[False] / 2 < days[True] / 5 / 2


def test_rows_are_unique_by_project_line_item_and_key(truth: Truth, labo: Organisation) -> None:
    keys = [(row.project_id, row.line_item, row.api_key_id) for row in truth.costs(labo, THURSDAY)]
    assert len(set(keys)) == len(keys) > 20


def test_usage_and_costs_agree_on_tokens(truth: Truth, labo: Organisation) -> None:
    for day in DAYS[:14]:
        used, billed = Counter[str](), Counter[str]()
        for row in truth.usage(labo, "completions", day):
            used[str(row.dimensions["model"])] += (
                row.measures[INPUT] + row.measures["output_tokens"]
            )
        for cost in truth.costs(labo, day):
            if ", " in cost.line_item and cost.quantity:
                billed[cost.line_item.split(",")[0]] += int(cost.quantity)
        assert used == billed


def test_input_tokens_contain_cached_and_cache_writes(truth: Truth, labo: Organisation) -> None:
    rows = [row.measures for row in truth.usage(labo, "completions", THURSDAY)]
    for row in rows:
        parts = ("input_uncached_tokens", "input_cached_tokens", "input_cache_write_tokens")
        assert row[INPUT] == sum(row[part] for part in parts)
        for name, prefix in (("input_uncached_tokens", "input"), ("output_tokens", "output")):
            assert row[name] == sum(
                row[f"{prefix}_{of}_tokens"] for of in ("text", "audio", "image")
            )
    assert any(row["input_audio_tokens"] for row in rows)
    assert all(row["num_model_requests"] for row in rows)


def test_days_after_now_have_nothing(truth: Truth, labo: Organisation) -> None:
    tomorrow = date(2026, 11, 22)
    assert truth.costs(labo, tomorrow) == []
    assert truth.usage(labo, "completions", tomorrow) == []


def test_running_day_grows_by_the_hour(truth: Truth, labo: Organisation, clock: Clock) -> None:
    grown = []
    for hour in (0, 9, 10, 15):
        clock.moment = datetime(2026, 11, 12, hour, 59, tzinfo=UTC)
        grown.append(total(truth, labo, THURSDAY))
    assert grown[0] == 0
    assert grown == sorted(set(grown))
    assert truth.known_minutes(THURSDAY) == 15 * 60


def test_last_part_of_a_day_arrives_late(
    company: Company, labo: Organisation, clock: Clock
) -> None:
    truth = Truth(company, clock, lateness=timedelta(hours=6))
    clock.moment = datetime(2026, 11, 13, 5, 59, tzinfo=UTC)
    early = total(truth, labo, THURSDAY)
    clock.moment = datetime(2026, 11, 13, 6, tzinfo=UTC)
    settled = total(truth, labo, THURSDAY)
    assert 0 < early < settled
    clock.moment += timedelta(days=300)
    assert total(truth, labo, THURSDAY) == settled


def test_usage_of_hours_adds_up_to_the_day(truth: Truth, labo: Organisation) -> None:
    whole, parts = Counter[str](), Counter[str]()
    for row in truth.usage(labo, "completions", THURSDAY):
        whole.update(row.measures)
    for hour in range(24):
        for row in truth.usage_between(labo, "completions", THURSDAY, hour * 60, hour * 60 + 60):
            parts.update(row.measures)
    assert parts == whole


@given(st.lists(st.integers(0, 1440), max_size=8))
def test_activity_splits_exactly(cuts: list[int]) -> None:
    company = large_company(projects=1, models=2)
    activity = next(activities(company, company.organisations[0], THURSDAY))
    edges = [0, *sorted(cuts), 1440]
    parts = Counter[str]()
    for start, end in pairwise(edges):
        parts.update(activity.between(start, end))
    assert len(HOURS) == 24
    assert dict(parts) == activity.measures


def test_archived_project_has_costs_only_before(truth: Truth, labo: Organisation) -> None:
    archived = labo.projects[-1]
    assert archived.archived == date(2026, 10, 16)
    before = [date(2026, 10, 15) - timedelta(number) for number in range(30)]
    assert any(row.project_id == archived.id for day in before for row in truth.costs(labo, day))
    after = [date(2026, 10, 16) + timedelta(number) for number in range(30)]
    assert not any(row.project_id == archived.id for day in after for row in truth.costs(labo, day))


def test_restated_by_a_factor_for_one_project(truth: Truth, labo: Organisation) -> None:
    project = labo.projects[0].id
    before = truth.costs(labo, THURSDAY)
    usage = truth.usage(labo, "completions", THURSDAY)
    truth.restate(labo, THURSDAY, factor=Decimal("1.07"), project=project)
    for old, new in zip(before, truth.costs(labo, THURSDAY), strict=True):
        assert new.amount == old.amount * (Decimal("1.07") if old.project_id == project else 1)
    assert truth.usage(labo, "completions", THURSDAY) == usage


def test_restated_line_item_and_a_credit(truth: Truth, labo: Organisation) -> None:
    amounts = {"web search tool calls": Decimal("3.21"), "credit": Decimal("-1.5")}
    truth.restate(labo, THURSDAY, amounts=amounts)
    rows = truth.costs(labo, THURSDAY)
    for line_item, amount in amounts.items():
        assert sum(row.amount for row in rows if row.line_item == line_item) == amount


def test_withdrawn_rows_are_gone(truth: Truth, labo: Organisation) -> None:
    lines = {row.line_item for row in truth.costs(labo, THURSDAY)}
    truth.withdraw(labo, THURSDAY, "code interpreter sessions")
    left = {row.line_item for row in truth.costs(labo, THURSDAY)}
    assert lines - left == {"code interpreter sessions"}
    truth.withdraw(labo, THURSDAY)
    assert truth.costs(labo, THURSDAY) == []


def test_large_company_uses_every_model(clock: Clock) -> None:
    truth = Truth(large_company(projects=3, models=40), clock)
    rows = truth.costs(truth.company.organisations[0], THURSDAY)
    assert len({row.line_item for row in rows}) > 100
    assert len({row.project_id for row in rows}) == 3


@pytest.mark.parametrize("digits", ["0.0000008", "12.345678901", "1E-7", "100", "-0.10", "1E+3"])
def test_json_keeps_every_digit(digits: str) -> None:
    written = exact_json.dumps({"é": [Decimal(digits), None, True, 3, "\n"]})
    assert b"E" not in written
    assert exact_json.loads(written) == {"é": [Decimal(digits), None, True, 3, "\n"]}
