"""AWS, collected into a ledger: exact, whole, paid for page by page, and honest about each page."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.period import Period
from ecot.model.rows import Charge
from ecot.sandbox import troubles
from ecot.sandbox.aws import aws_response
from ecot.sandbox.aws.truth import Line
from ecot.sandbox.edits import edited
from ecot.sandbox.faults import Fault
from ecot.store.protocol import Place
from tests.jobs.world import dump, figures
from tests.kept import kept_answers
from tests.providers.around import OCTOBER, collected, of_october
from tests.providers.aws_around import (
    KEY_ID,
    NOW,
    SECRET,
    Around,
    Where,
    an_aws,
    expected_costs,
)

QUESTION = of_october(NOW)
WEEK = Period.of_days(date(2026, 10, 1), date(2026, 10, 8))
DAYS = tuple(WEEK.days())


@pytest.fixture
def around() -> Iterator[Around]:
    with an_aws() as site:
        yield site


def charges(place: Place) -> list[Charge]:
    return [found.row for found in rows(place, QUESTION, Charge)]


def costs(place: Place) -> dict[Where, Decimal | None]:
    """What the ledger says, by what it is about; no two rows are about the same."""
    kept = charges(place)
    found: dict[Where, Decimal | None] = {
        (row.day, row.charge_category, row.service or "", row.charge_description or ""): (
            row.billed_cost
        )
        for row in kept
    }
    assert len(found) == len(kept)
    assert {(row.basis, row.currency) for row in kept} == {("billed", "USD")}
    return found


def refusal(code: str, message: str = "", status: int = 400, times: int | None = None) -> Fault:
    """AWS's own refusal, as often as told (None: always)."""
    response = aws_response({"__type": code, "message": message}, status)
    return Fault(code, lambda _request, _rest: response).repeated(times)


# The month


def test_a_month_is_the_truth_to_the_last_digit(around: Around, place: Place) -> None:
    outcome = around.collected(place)

    assert outcome.state == "ok"
    assert costs(place) == expected_costs(around.truth, OCTOBER)
    assert outcome.charges == len(charges(place))


def test_credits_and_refunds_are_told_apart_and_tax_stands_outside(
    around: Around, place: Place
) -> None:
    around.collected(place)
    sums: dict[str, Decimal] = {}
    for row in charges(place):
        sums[row.charge_category] = sums.get(row.charge_category, Decimal(0)) + (
            row.billed_cost or 0
        )
    lines = [line for day in OCTOBER.days() for line in around.truth.lines(day)]

    def total(*kinds: str, tax: bool = False) -> Decimal:
        wanted = [one for one in lines if one.kind in kinds and (one.service == "Tax") == tax]
        return sum((one.amount for one in wanted), Decimal(0))

    assert sums["Usage"] == total("Usage") > 0
    assert sums["Credit"] == total("Credit", "Refund") < 0
    assert sums["Tax"] == total("Tax", "Refund", tax=True) == Decimal("40.62")


def test_bedrock_is_ai_and_everything_else_infrastructure(around: Around, place: Place) -> None:
    around.collected(place, DAYS)
    found = {(row.category, row.model) for row in charges(place)}

    assert found == {
        ("ai", "Claude4.5Sonnet"),
        ("ai", "Nova2.0Lite"),
        ("ai", "Claude Opus 5.5"),
        ("ai", None),
        ("infrastructure", None),
    }
    bedrock = {row.category for row in charges(place) if "Bedrock" in (row.service or "")}
    assert bedrock == {"ai"}


def test_many_pages_are_the_same_month(around: Around, place: Place) -> None:
    around.site.page_size = 3
    around.options = {"max_pages": 100}
    around.collected(place, DAYS)

    assert around.site.pages > 10
    assert costs(place) == expected_costs(around.truth, WEEK)


def test_the_same_days_read_again_are_the_same_ledger(around: Around, place: Place) -> None:
    around.collected(place, DAYS)
    first = figures(place)
    around.collected(place, DAYS)

    assert figures(place) == first


def test_a_figure_leads_back_to_the_group_that_states_it(around: Around, place: Place) -> None:
    around.collected(place, DAYS)
    walk = Walk(place.files)
    for found in rows(place, QUESTION, Charge):
        (trace,) = walk.traces(found)
        amount = trace.raw["Metrics"]["UnblendedCost"]["Amount"]
        assert Decimal(amount) == found.row.billed_cost
        assert trace.endpoint.startswith("POST GetCostAndUsage {")
        assert found.row.service in trace.raw["Keys"]


def test_a_credit_that_comes_late_is_taken_in_and_told(around: Around, place: Place) -> None:
    around.collected(place, DAYS)
    late = Line("Credit", "EC2 - Other", "", Decimal("-2.5"))
    around.truth.more[DAYS[3]] = [late]
    outcome = around.collected(place, DAYS)

    assert costs(place)[DAYS[3], "Credit", "EC2 - Other", "Credit"] == Decimal("-2.5")
    (restated,) = outcome.restatements
    assert restated.day == DAYS[3]
    assert restated.new_cost["USD"] - restated.old_cost["USD"] == Decimal("-2.5")


def test_a_bill_in_yuan_stays_in_yuan(around: Around, place: Place) -> None:
    around.truth.currency = "CNY"
    around.collected(place, DAYS)

    assert {row.currency for row in charges(place)} == {"CNY"}


def test_the_running_day_has_no_figure_and_is_no_failure(around: Around, place: Place) -> None:
    outcome = around.collected(place, [NOW.date()])

    assert outcome.state == "no_data"


# What it costs


def test_each_page_is_counted_and_said(
    around: Around, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "ecot.providers.aws.asking"):
        outcome = around.collected(place, DAYS)

    said = "aws/lumen: pages of Cost Explorer asked for: 2, which cost 0.02 USD"
    assert str(outcome.message) == said
    assert said in caplog.messages
    assert around.site.pages == len(around.server.requests) == 2


def test_a_nightly_run_after_the_month_has_closed_costs_two_pages(
    around: Around, place: Place
) -> None:
    source = replace(around.source, since=date(2026, 11, 12))
    for _ in range(2):
        before = around.site.pages
        outcome = collected(source, around.clock.round(), place)
        assert outcome.state == "ok"
        assert around.site.pages - before == 2


def test_a_run_stops_at_its_cap_and_the_next_goes_on(around: Around, place: Place) -> None:
    around.options = {"max_pages": 4}
    source = replace(around.source, since=date(2026, 8, 1))
    outcome = collected(source, around.clock.round(), place)

    assert (outcome.state, outcome.unread) == ("partial", ("costs",))
    assert str(outcome.message) == (
        "aws/lumen: max_pages is reached with 4 asked for in this run, 0.04 USD; 2026-09-01 to "
        "2026-09-30 is left, and what was to be read after it"
    )
    assert "raise max_pages" in str(outcome.remedy)
    assert around.site.pages == 4
    assert costs(place) == expected_costs(around.truth, OCTOBER)
    around.clock.at(date(2026, 11, 22))
    collected(source, around.clock.round(), place)
    # Two pages are November's, whose running day is unread each night; two go on with September.
    months = {row.day.month for row in _all(place)}
    assert months == {9, 10, 11}


def test_a_month_that_is_larger_than_the_cap_says_so_and_takes_nothing(
    around: Around, place: Place
) -> None:
    around.site.page_size = 5
    around.options = {"max_pages": 3}
    outcome = around.collected(place)

    assert outcome.state == "failed"
    assert "max_pages is reached with 3 asked for in this run, 0.03 USD" in str(outcome.message)
    assert charges(place) == []


# Troubles


@pytest.mark.parametrize(
    "fault",
    [
        refusal("ThrottlingException", "Rate exceeded", times=2),
        refusal("LimitExceededException", "You made too many calls", times=1),
        troubles.rate_limited(),
        troubles.server_error(500, {"__type": "InternalFailure"}),
        troubles.server_error(503, {"__type": "ServiceUnavailable"}),
        troubles.not_json(),
        troubles.truncated_json(),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
    ids=lambda fault: fault.name,
)
def test_what_passes_is_asked_again_and_loses_nothing(
    around: Around, place: Place, fault: Fault
) -> None:
    around.server.faults.add(fault)
    outcome = around.collected(place, DAYS)

    struck = len(around.server.faults.struck)
    assert outcome.state == "ok"
    assert costs(place) == expected_costs(around.truth, WEEK)
    assert around.clock.slept == [2.0, 4.0][:struck]
    assert str(outcome.message).endswith(f"asked for: {2 + struck}, which cost 0.0{2 + struck} USD")


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (troubles.not_json().repeated(None), "was cut off, or is no JSON"),
        (troubles.truncated_json().repeated(None), "was cut off, or is no JSON"),
        (
            refusal("ThrottlingException", "Rate exceeded"),
            "AWS still allows no question for costs (ThrottlingException): Rate exceeded",
        ),
        (refusal("InternalFailure", "", 500), "AWS could not answer the question for costs"),
        (
            troubles.connection_reset().repeated(None),
            "AWS gave no answer to the question for costs (ConnectionClosedError)",
        ),
        (
            refusal("BillExpirationException", "The requested report expired."),
            "AWS does not accept the question for costs (BillExpirationException): The requested",
        ),
        (refusal("RequestChangedException"), "(RequestChangedException): no reason given"),
    ],
)
def test_a_day_that_was_read_survives_what_does_not_pass(
    around: Around, place: Place, fault: Fault, message: str
) -> None:
    around.collected(place, DAYS)
    before = figures(place)
    around.server.faults.add(fault)
    outcome = around.collected(place, DAYS)

    assert outcome.state == "failed"
    assert message in str(outcome.message)
    assert outcome.remedy is not None
    assert figures(place) == before


def test_a_page_that_leads_back_is_refused(around: Around, place: Place) -> None:
    groups = [{"Type": "DIMENSION", "Key": key} for key in ("SERVICE", "USAGE_TYPE")]
    page = {"GroupDefinitions": groups, "ResultsByTime": [], "NextPageToken": "ROUND"}
    circle = Fault("circle", lambda _request, _rest: aws_response(page))
    around.server.faults.add(circle.repeated(None))
    outcome = around.collected(place, DAYS)

    assert "leads back to the page ROUND" in str(outcome.message)
    assert len(around.server.requests) == 2
    assert charges(place) == []


def test_no_secret_is_in_the_ledger_or_in_a_kept_answer(around: Around, place: Place) -> None:
    def gossip(content: Any) -> Any:
        told = {"Value": KEY_ID, "Attributes": {"secret": SECRET, "both": f"{KEY_ID}:{SECRET}"}}
        return {**content, "DimensionValueAttributes": [told]}

    around.server.faults.add(edited("gossip", gossip).repeated(None))
    around.collected(place, DAYS)
    kept = kept_answers(place.files)

    assert around.server.faults.struck == ("gossip", "gossip")
    assert len(kept) == 2
    for content in (*kept, dump(place)):
        assert SECRET.encode() not in content
        assert KEY_ID.encode() not in content


def _all(place: Place) -> list[Charge]:
    question = replace(QUESTION, first=date(2026, 1, 1), after=date(2026, 12, 31))
    return [found.row for found in rows(place, question, Charge)]
