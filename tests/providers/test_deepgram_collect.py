"""Deepgram, collected into a ledger: exact, whole, and honest about what a key may not read."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from ecot.jobs.balances import latest_balances
from ecot.jobs.collect import collect
from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.period import DAY, Period
from ecot.model.rows import Balance, Charge, Usage
from ecot.sandbox import troubles
from ecot.sandbox.deepgram.query import PROJECT, USAGE, Access
from ecot.sandbox.deepgram.truth import FIRST_DAY, LABO, STUDIO
from ecot.sandbox.edits import edited
from ecot.store.protocol import Place
from tests.jobs.world import dump, figures
from tests.kept import kept_answers
from tests.providers.around import OCTOBER, of_october
from tests.providers.deepgram_around import (
    KEY,
    NOW,
    Around,
    Split,
    a_deepgram,
    costs_of,
    expected_costs,
    expected_usage,
    usage_of,
)

QUESTION = of_october(NOW)


@pytest.fixture
def around() -> Iterator[Around]:
    with a_deepgram() as site:
        yield site


def charges(place: Place) -> Split:
    return costs_of([found.row for found in rows(place, QUESTION, Charge)])


def usages(place: Place) -> Split:
    return usage_of([found.row for found in rows(place, QUESTION, Usage)])


@pytest.mark.parametrize("end_is_inside", [True, False])
def test_a_month_is_the_truth_by_day_project_key_line_item_and_model(
    around: Around, place: Place, end_is_inside: bool
) -> None:
    around.site.end_is_inside = end_is_inside

    outcome = around.collected(place)

    assert (outcome.state, outcome.message) == ("ok", None)
    assert charges(place) == expected_costs(around.truth, OCTOBER)
    assert usages(place) == expected_usage(around.truth, OCTOBER)


def test_a_first_night_and_the_next_read_every_day_once(around: Around, place: Place) -> None:
    assert around.collected(place, None).state == "ok"
    first = figures(place)
    assert charges(place) == expected_costs(around.truth, OCTOBER)

    assert around.collected(place, None).state == "ok"
    assert figures(place) == first


def test_a_first_night_reaches_back_to_the_first_day_of_use(around: Around, place: Place) -> None:
    around.collected(place, None)
    used = Period.of_days(FIRST_DAY, NOW.date() + DAY)
    question = replace(QUESTION, first=date(2025, 11, 1), after=NOW.date() + DAY)

    found = costs_of([found.row for found in rows(place, question, Charge)])

    assert found == expected_costs(around.truth, used)
    assert len({where[0] for where in found}) == len(list(used.days()))


def test_balances_are_kept_by_day_and_never_back_filled(around: Around, place: Place) -> None:
    around.collected(place, None)
    question = replace(QUESTION, first=date(2025, 11, 1), after=NOW.date() + DAY)
    assert {found.row.day for found in rows(place, question, Balance)} == {NOW.date()}

    kept = {found.row.resource_id: found.row for found in latest_balances(place, question)}
    assert {id_: (row.unit, row.remaining) for id_, row in kept.items()} == {
        credit.id: ({"usd": "USD", "hour": "hours"}[credit.units], left)
        for project in around.truth.projects
        for credit, left in around.truth.left(project)
    }


def test_a_unit_that_nobody_understands_is_partial_and_quoted(around: Around, place: Place) -> None:
    def strange(content: Any) -> Any:
        for row in content.get("balances", []):
            row["units"] = "euros"
        return content

    around.server.faults.add(edited("strange", strange).repeated(None))
    outcome = around.collected(place, None)

    assert (outcome.state, outcome.unread) == ("partial", ("balances",))
    assert '"units": "euros"' in str(outcome.message)
    assert str(outcome.remedy).startswith("Deepgram may have changed its answers")
    assert charges(place) == expected_costs(around.truth, OCTOBER)


def test_every_figure_walks_back_to_the_row_that_states_it(around: Around, place: Place) -> None:
    around.site.most_days = 7
    around.collected(place)
    walk = Walk(place.files)

    for found in rows(place, QUESTION, Charge):
        (trace,) = walk.traces(found)
        assert trace.raw["dollars"] == found.row.billed_cost
        assert trace.raw["grouping"]["start"] == str(found.row.day)
        assert f"/v1/projects/{found.row.sub_account_id}/billing" in trace.endpoint


def test_a_correction_is_a_restatement(around: Around, place: Place) -> None:
    around.collected(place)
    around.truth.factors[date(2026, 10, 30)] = Decimal("0.5")

    outcome = around.collected(place)

    assert [str(each.day) for each in outcome.restatements] == ["2026-10-30"]
    assert charges(place) == expected_costs(around.truth, OCTOBER)


def test_a_key_with_usage_alone_is_partial_and_says_what_to_do(
    around: Around, place: Place
) -> None:
    around.site.keys[KEY] = Access((STUDIO.id, LABO.id), frozenset({PROJECT, USAGE}))

    outcome = around.collected(place, None)

    assert outcome.state == "partial"
    assert set(outcome.unread) == {"billing", "balances"}
    assert "User does not have sufficient permissions." in str(outcome.message)
    assert str(outcome.remedy).startswith("Costs need a key that may read billing: an admin or ")
    assert usages(place) == expected_usage(around.truth, OCTOBER)
    assert not list(rows(place, QUESTION, Charge))


def test_two_keys_of_one_project_count_it_once(around: Around, place: Place) -> None:
    twin = KEY[::-1]
    around.site.keys[twin] = Access((LABO.id,))
    other = replace(around.source, account="deepgram/twin", secret=SecretStr(twin))

    outcomes = asyncio.run(
        collect(place, [around.source, other], around.clock.round(tuple(OCTOBER.days())))
    )

    assert [outcome.state for outcome in outcomes] == ["ok", "failed"]
    assert charges(place) == expected_costs(around.truth, OCTOBER)


def test_a_failure_in_the_second_project_leaves_the_ledger_as_it_was(
    around: Around, place: Place
) -> None:
    around.collected(place)
    before = figures(place)
    fault = troubles.server_error(500).on(f"{LABO.id}/(billing|usage)").repeated(None)
    around.server.faults.add(fault)
    around.truth.factors[date(2026, 10, 30)] = Decimal(2)

    assert around.collected(place).state == "failed"
    assert figures(place) == before


def test_the_key_is_in_no_ledger_and_no_evidence(around: Around, place: Place) -> None:
    def gossip(content: Any) -> Any:
        return {**content, "your_key": KEY}

    around.server.faults.add(edited("gossip", gossip).repeated(None))

    assert around.collected(place).state == "ok"
    assert KEY.encode() not in dump(place)
    assert not [answer for answer in kept_answers(place.files) if KEY.encode() in answer]


@pytest.mark.parametrize("stream", ["usage", "billing", "balances"])
def test_a_project_that_is_removed_while_it_is_read_is_told_as_such(
    around: Around, place: Place, stream: str
) -> None:
    gone = troubles.refused(404, {"err_code": "PROJECT_NOT_FOUND", "err_msg": "Project not found."})
    around.server.faults.add(gone.on(f"{LABO.id}/{stream}"))

    outcome = around.collected(place, None)
    assert outcome.state == "partial"
    assert str(outcome.message).endswith(
        f"Deepgram listed {LABO.id}, and did not find it when asked about it (404): "
        "Project not found."
    )
    assert str(outcome.remedy).startswith("It was probably removed while it was read: collect")
    assert around.collected(place, None).state == "ok"
    assert charges(place) == expected_costs(around.truth, OCTOBER)
