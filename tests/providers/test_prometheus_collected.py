"""Prometheus, collected into a ledger: exact, entry by entry, and beside every total."""

import asyncio
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ecot.jobs.collect import collect
from ecot.jobs.month_states import month_states
from ecot.jobs.query import Question
from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.period import Period
from ecot.model.rows import Charge, Usage
from ecot.providers.people import People
from ecot.providers.prometheus import PROMETHEUS
from ecot.providers.prometheus.entries import Entry, Labels
from ecot.providers.prometheus.options import PrometheusOptions
from ecot.sandbox import troubles
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.edits import edited
from ecot.sandbox.faults import Fault
from ecot.sandbox.prometheus import trouble
from ecot.store.people import people_key
from ecot.store.protocol import Place
from tests.jobs.world import dump, figures, totals, world_of
from tests.kept import kept_answers
from tests.providers.around import OCTOBER
from tests.providers.prometheus_around import (
    DAYS,
    NOW,
    TOKEN,
    Around,
    a_prometheus,
    expected,
    found_in,
)

SPEND = "litellm_spend"
EACH = ("cost", "input-tokens", "output-tokens", "requests", "errors")


@pytest.fixture
def around() -> Iterator[Around]:
    with a_prometheus() as site:
        yield site


def test_a_month_is_the_truth_by_user_team_key_model_and_biller(place: Place) -> None:
    with a_prometheus(keeps=90) as around:
        around.options = PrometheusOptions(set=("litellm",), history_days=60)

        outcome = around.collected(place, tuple(OCTOBER.days()))

        assert (outcome.state, outcome.message) == ("ok", None)
        assert found_in(place, OCTOBER) == expected(around.truth, OCTOBER)
        assert len(around.server.requests) == 5 * 31


def test_of_today_is_read_what_has_happened(around: Around, place: Place) -> None:
    around.clock.at(NOW.date(), hour=11)
    today = Period.of_day(NOW.date())

    around.collected(place, today.days())
    before_noon = found_in(place, today)
    assert before_noon == expected(around.truth, today)

    around.clock.at(NOW.date(), hour=16)
    around.collected(place, today.days())
    assert found_in(place, today) == expected(around.truth, today)
    assert sum(before_noon.values()) < sum(found_in(place, today).values())
    assert {time for _, time in around.asked()} == {str(int(today.end.timestamp()))}


def test_the_same_again_changes_nothing_and_a_change_is_taken_without_a_word(
    around: Around, place: Place
) -> None:
    """Sums of floats differ in the last digit from night to night: nobody revised anything."""
    around.collected(place)
    before = figures(place)
    assert around.collected(place).restatements == ()
    assert figures(place) == before

    around.truth.factors[date(2026, 11, 6)] = Decimal("0.5")
    outcome = around.collected(place)
    assert (outcome.state, outcome.restatements) == ("ok", ())
    assert found_in(place) == expected(around.truth, DAYS)


def test_a_first_night_reads_no_day_that_the_server_may_have_forgotten(
    around: Around, place: Place
) -> None:
    collect_all = replace(around.source, since=None)
    (outcome,) = asyncio.run(collect(place, [collect_all], around.clock.round()))

    assert outcome.state == "ok"
    asked = {int(time) for _, time in around.asked()}
    assert min(asked) == int(Period.of_day(date(2026, 10, 25)).end.timestamp())
    whole = Period.of_days(date(2026, 10, 25), date(2026, 11, 9))
    assert found_in(place, whole) == expected(around.truth, whole)


def test_what_the_server_has_forgotten_stays_in_the_ledger(around: Around, place: Place) -> None:
    asyncio.run(collect(place, [around.source], around.clock.round()))
    kept = found_in(place)

    around.clock.at(date(2026, 11, 26))
    for _ in range(2):
        (outcome,) = asyncio.run(collect(place, [around.source], around.clock.round()))
        assert outcome.state == "ok"

    assert found_in(place) == kept


def test_every_figure_walks_back_to_the_series_that_states_it(around: Around, place: Place) -> None:
    around.collected(place)
    walk = Walk(place.files)
    question = Question(
        first=DAYS.start.date(), after=DAYS.end.date(), today=NOW.date(), currency="USD"
    )

    for found in rows(place, question, Charge):
        (trace,) = walk.traces(found)
        assert Decimal(trace.raw["value"][1]) == found.row.billed_cost
        assert trace.raw["metric"]["model"] == found.row.model
        assert "GET /api/v1/query?query=sum+by" in trace.endpoint


def test_labels_that_are_named_anew_are_read_anew(around: Around, place: Place) -> None:
    """The bytes of the answer are the same, and mean other rows."""
    promql = "sum by (user) (increase(litellm_requests_metric_total[{window}])) > 0"
    question = Question(
        first=DAYS.start.date(), after=DAYS.end.date(), today=NOW.date(), currency="USD"
    )
    for labels in (Labels(user="user"), Labels(service="user")):
        entry = Entry(name="mine", promql=promql, measures="requests", labels=labels)
        around.options = PrometheusOptions(query=(entry,))
        around.collected(place)

        walk = Walk(place.files)
        found = list(rows(place, question, Usage))
        anna = People(partial(people_key, place.files)).pseudonym("anna@lumen.example")
        assert anna in {one.row.service or one.row.user for one in found}
        assert all(bool(one.row.service) <= bool(labels.service) for one in found)
        assert all(len(list(walk.traces(one))) == 1 for one in found)


def test_an_entry_of_another_name_takes_the_place_of_the_one_before(
    around: Around, place: Place
) -> None:
    """The same money under two names would be told twice below the total, for good."""
    promql = "sum by (model) (increase(litellm_spend_metric_total[{window}])) > 0"
    broken = refused(422, "execution", "found duplicate series").on(query={"query": SPEND})
    told = []
    for name in ("mine", "gateway", "gateway-2"):
        entry = Entry(name=name, promql=promql, measures="cost", parent="openai")
        around.options = PrometheusOptions(query=(entry,))
        if name == "gateway-2":  # as long as the new one gives nothing, the old one stays
            around.server.faults.add(broken)
        around.collected(place)
        told.append(_told_beside(place))
    around.collected(place)

    assert told == [told[0]] * 3 == [_told_beside(place)] * 3
    assert told[0]


def test_an_entry_of_another_name_restates_nothing(place: Place) -> None:
    """Not even on days that were settled when they were read: settings changed, and no figure."""
    with a_prometheus(keeps=120) as around:
        promql = "sum by (model) (increase(litellm_spend_metric_total[{window}])) > 0"
        days = tuple(Period.of_days(date(2026, 9, 1), date(2026, 9, 4)).days())
        for name in ("mine", "gateway"):
            entry = Entry(name=name, promql=promql, measures="cost", parent="openai")
            around.options = PrometheusOptions(query=(entry,), history_days=100)
            outcome = around.collected(place, days)
            assert (outcome.state, outcome.charges > 0) == ("ok", True)
            assert outcome.restatements == ()


def _told_beside(place: Place) -> dict[str, Decimal]:
    found = totals(place, "provider", DAYS.start.date(), DAYS.end.date(), NOW.date())
    return dict(found.coverage.breakdowns)


def test_of_days_that_are_not_read_again_a_removed_entry_keeps_what_it_said(
    around: Around, place: Place
) -> None:
    around.collected(place)
    before = found_in(place)
    promql = "sum by (model) (increase(litellm_requests_metric_total[{window}])) > 0"
    around.options = PrometheusOptions(
        query=(Entry(name="all", promql=promql, measures="requests"),)
    )
    last = date(2026, 11, 7)

    assert around.collected(place, [last]).state == "ok"

    now = found_in(place)
    assert {where[1] for where in now if where[0] == last} == {"requests"}
    assert {where: now[where] for where in now if where[0] != last} == {
        where: before[where] for where in before if where[0] != last
    }


# The same money once


def test_the_total_of_a_company_does_not_change_by_what_prometheus_says(
    around: Around, tmp_path: Path
) -> None:
    with world_of(atelier_lumen(), NOW, tmp_path) as world:
        days = tuple(DAYS.days())
        world.collect(days=days)
        first, after = DAYS.start.date(), DAYS.end.date()
        before = world.totals("user", first, after)

        (outcome,) = asyncio.run(collect(world.place, [around.source], world.clock.round(days)))

        now = world.totals("user", first, after)
        assert outcome.state == "ok"
        assert now.total == before.total is not None
        assert now.groups == before.groups
        cost = sum(
            value for where, value in expected(around.truth, DAYS).items() if where[1] == "cost"
        )
        assert now.coverage.breakdowns == {"prometheus/lumen": cost}
        assert now.coverage.without_cost == before.coverage.without_cost
        assert now.coverage.unknown == before.coverage.unknown
        told = {gap.provider for gap in now.coverage.missing if gap.reason == "told by another"}
        assert told == {"anthropic", "mistral", "google-cloud"}  # nobody collects these here


def test_two_prometheus_with_teams_of_one_name_are_no_twins(around: Around, place: Place) -> None:
    other = replace(around.source, account="prometheus/staging")

    outcomes = asyncio.run(
        collect(place, [around.source, other], around.clock.round(tuple(DAYS.days())))
    )

    assert [one.state for one in outcomes] == ["ok", "ok"]


def test_alone_it_makes_no_total(around: Around, place: Place) -> None:
    around.collected(place)

    found = totals(place, "provider", DAYS.start.date(), DAYS.end.date(), NOW.date())

    assert found.total is None
    assert found.groups == ()


def test_no_total_lacks_what_it_did_not_tell(around: Around, place: Place) -> None:
    """Neither the days before the server's memory, nor those of an entry that was added since, nor
    those on which it did not answer; the account's own outcome says that."""
    asyncio.run(collect(place, [around.source], around.clock.round()))
    around.clock.at(date(2026, 11, 30))
    around.options = PrometheusOptions(set=("litellm", "openlit"))
    around.server.faults.add(troubles.server_error(502).repeated(None))
    (outcome,) = asyncio.run(collect(place, [around.source], around.clock.round()))

    found = totals(place, "provider", date(2026, 10, 1), date(2026, 11, 30), date(2026, 11, 30))

    assert outcome.state == "failed"
    assert {gap.reason for gap in found.coverage.missing} == {"told by another"}


def test_a_month_closes_without_the_days_that_nobody_can_read_any_more(
    around: Around, place: Place
) -> None:
    asyncio.run(collect(place, [around.source], around.clock.round()))
    around.options = PrometheusOptions(set=("litellm", "otel-genai"))  # these lack October's days
    around.clock.at(date(2026, 11, 10))
    asyncio.run(collect(place, [around.source], around.clock.round()))

    question = Question(
        first=OCTOBER.start.date(),
        after=OCTOBER.end.date(),
        today=around.clock.today,
        currency="USD",
    )
    (october,) = month_states(place.store, question)

    assert (october.state, october.unread) == ("closed", ())


# Each entry alone


def refused(status: int, kind: str, text: str) -> Fault:
    response = trouble(status, kind, text)
    return Fault(f"{status}", lambda _request, _rest: response)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            refused(400, "bad_data", 'invalid parameter "query": 1:9: parse error: unclosed'),
            'query.litellm-cost (400): invalid parameter "query": 1:9: parse error: unclosed',
        ),
        (
            refused(422, "execution", "found duplicate series for the match group {model=…}"),
            "query.litellm-cost (422): found duplicate series",
        ),
        (
            refused(503, "timeout", "query timed out in expression evaluation").repeated(None),
            "query.litellm-cost (503): query timed out in expression evaluation",
        ),
    ],
)
def test_a_wrong_expression_is_that_entrys_trouble_alone(
    around: Around, place: Place, fault: Fault, said: str
) -> None:
    around.server.faults.add(fault.on(query={"query": SPEND}))

    outcome = around.collected(place)

    assert (outcome.state, outcome.unread) == ("partial", ("query.litellm-cost",))
    assert said in str(outcome.message)
    assert str(outcome.remedy) == (
        "Correct the expression of query.litellm-cost in the settings; Prometheus' own page shows "
        "what it gives."
    )
    truth = expected(around.truth, DAYS)
    assert found_in(place) == {where: truth[where] for where in truth if where[1] != "cost"}


def test_a_warning_is_no_quiet_gap(around: Around, place: Place) -> None:
    def warned(content: Any) -> Any:
        return {**content, "warnings": ["partial response: store 10.0.0.7 is down"]}

    around.collected(place)
    before = found_in(place)
    around.server.faults.add(edited("warned", warned).on(query={"query": SPEND}))
    around.truth.factors[date(2026, 11, 6)] = Decimal(2)

    outcome = around.collected(place)

    assert (outcome.state, outcome.unread) == ("partial", ("query.litellm-cost",))
    assert "Prometheus warns that the answer is not whole" in str(outcome.message)
    assert "store 10.0.0.7 is down" in str(outcome.message)
    costs = {where: value for where, value in before.items() if where[1] == "cost"}
    assert costs.items() <= found_in(place).items()


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(2),
        troubles.rate_limited(None),
        troubles.rate_limited_until(30, lambda: NOW),
        troubles.server_error(500),
        troubles.server_error(503),
        troubles.cut_off(),
        troubles.connection_reset(),
        troubles.not_json(502),
    ],
)
def test_trouble_that_passes_changes_no_figure(around: Around, place: Place, fault: Fault) -> None:
    around.server.faults.add(fault.on(first=2))

    assert around.collected(place).state == "ok"
    assert around.server.faults.struck
    assert found_in(place) == expected(around.truth, DAYS)


@pytest.mark.parametrize("fault", [troubles.not_json(), troubles.truncated_json()])
def test_trouble_that_stays_leaves_the_ledger_as_it_was(
    around: Around, place: Place, fault: Fault
) -> None:
    around.collected(place)
    before = figures(place)
    around.truth.factors[date(2026, 11, 6)] = Decimal(2)
    around.server.faults.add(fault.on(first=2).repeated(None))

    assert around.collected(place).state == "failed"
    assert figures(place) == before


@pytest.mark.parametrize(
    "fault", [troubles.not_json(502), refused(503, "internal", "TSDB not ready")]
)
def test_a_server_that_is_down_is_failed_and_says_where_to_look(
    around: Around, place: Place, fault: Fault
) -> None:
    around.server.faults.add(fault.repeated(None))

    outcome = around.collected(place)

    assert outcome.state == "failed"
    assert str(outcome.remedy).startswith("Look whether Prometheus runs, and whether its address")


# Who may ask


def test_without_a_token_it_is_asked_without_one(around: Around, place: Place) -> None:
    assert PROMETHEUS.headers("", around.options) == {}
    around.token = None
    around.site.authorization.clear()

    assert around.collected(place).state == "ok"
    assert found_in(place) == expected(around.truth, DAYS)


def test_a_password_and_a_tenant_are_sent(around: Around, place: Place) -> None:
    pair = b64encode(f"410712:{TOKEN}".encode()).decode()
    around.site.authorization = {f"Basic {pair}"}
    around.site.tenant = "lumen"
    around.options = PrometheusOptions(set=("litellm",), username="410712", tenant="lumen")

    assert around.collected(place).state == "ok"
    around.options = PrometheusOptions(set=("litellm",), username="410712")
    outcome = around.collected(place)
    assert outcome.state == "failed"
    assert "no org id" in str(outcome.message)


def test_a_wrong_token_is_refused_with_the_remedy(around: Around) -> None:
    around.token = TOKEN[::-1]

    outcome = around.examined()

    assert outcome.state == "failed"
    assert "refused the key for GET /api/v1/query (401): a web page instead of an answer" in str(
        outcome.message
    )
    assert str(outcome.remedy).startswith("Give what stands in front of Prometheus what it asks")


@pytest.mark.parametrize("options", [PrometheusOptions(), PrometheusOptions(set=("litellm",))])
def test_without_an_address_or_an_entry_it_is_not_configured(
    around: Around, place: Place, options: PrometheusOptions
) -> None:
    around.options = options
    url = around.server.url if options.set is None else None
    unset = replace(around.source, base_url=url)

    (outcome,) = asyncio.run(collect(place, [unset], around.clock.round()))

    assert outcome.state == "not_configured"
    variable = "PROMETHEUS_URL" if options.set else "PROMETHEUS_SET"
    assert str(outcome.message) == f"prometheus/lumen: {variable}_LUMEN is not set"
    assert around.asked() == []


def test_the_token_is_in_no_ledger_no_evidence_and_no_message(around: Around, place: Place) -> None:
    def gossip(content: Any) -> Any:
        return {**content, "your_token": TOKEN}

    around.server.faults.add(edited("gossip", gossip).repeated(None))
    assert around.collected(place).state == "ok"
    assert TOKEN.encode() not in dump(place)
    assert not [answer for answer in kept_answers(place.files) if TOKEN.encode() in answer]

    around.server.faults.clear()
    around.server.faults.add(refused(400, "bad_data", f"not with {TOKEN}"))
    assert TOKEN not in str(around.collected(place).message)


# The doctor


def test_the_doctor_asks_every_entry_once_about_yesterday(around: Around) -> None:
    assert around.examined().state == "ok"

    asked = around.asked()
    assert len(asked) == len(EACH)
    midnight = str(int(Period.of_day(NOW.date() - timedelta(1)).end.timestamp()))
    assert {time for _, time in asked} == {midnight}


def test_the_doctor_says_which_entries_gave_nothing(around: Around) -> None:
    """To Prometheus a metric that does not exist is one that nothing happened to."""
    assert around.examined().message is None
    promql = "sum by (model) (increase(litelm_requests_metric_total[{window}])) > 0"
    entry = Entry(name="mine", promql=promql, measures="requests")
    around.options = PrometheusOptions(set=("litellm",), query=(entry,))

    outcome = around.examined()

    assert outcome.state == "ok"
    assert str(outcome.message) == (
        "2026-11-07 has nothing for query.mine: either nothing happened, or a metric or a label is "
        "called otherwise there"
    )


def test_the_doctor_names_the_entry_that_is_wrong(around: Around) -> None:
    entry = Entry(name="mine", promql="sum by (model (x[{window}])", measures="requests")
    around.options = PrometheusOptions(set=("litellm",), query=(entry,))

    outcome = around.examined()

    assert outcome.state == "failed"
    assert "does not accept the expression of query.mine (400): invalid parameter" in str(
        outcome.message
    )


def test_the_doctor_tells_a_result_that_is_no_figure(around: Around) -> None:
    def divided(content: Any) -> Any:
        content["data"]["result"][0]["value"][1] = "NaN"
        return content

    around.server.faults.add(edited("NaN", divided).on(query={"query": SPEND}))
    outcome = around.examined()

    assert outcome.state == "failed"
    assert "query.litellm-cost: /data/result/0/value/1 is no amount" in str(outcome.message)
    assert "a division by zero gives NaN" in str(outcome.remedy)
    assert "@lumen.example" not in str(outcome.message)


# OpenTelemetry and OpenLIT


def test_the_genai_conventions_are_read_under_both_names_of_the_provider(
    around: Around, place: Place
) -> None:
    around.options = PrometheusOptions(set=("openlit", "otel-genai"))

    assert around.collected(place).state == "ok"

    question = Question(
        first=DAYS.start.date(), after=DAYS.end.date(), today=NOW.date(), currency="USD"
    )
    usage = [one.row for one in rows(place, question, Usage)]
    costs = [one.row for one in rows(place, question, Charge)]
    assert {(row.model, row.parent, row.service) for row in (*usage, *costs)} == {
        ("gpt-5.2", "openai", "chat"),
        ("mistral-large-3", "mistral", "chat"),
    }
    for measure, metric, wanted in (
        ("input_tokens", "gen_ai_client_token_usage_sum", ("gen_ai_token_type", "input")),
        ("output_tokens", "gen_ai_client_token_usage_sum", ("gen_ai_token_type", "output")),
        ("errors", "gen_ai_client_operation_duration_seconds_count", ("error_type", "timeout")),
        ("requests", "gen_ai_client_operation_duration_seconds_count", None),
    ):
        told = sum(row.quantities.get(measure, Decimal(0)) for row in usage)
        truth = sum(
            around.truth.grown(one, DAYS.start, DAYS.end) or Decimal(0)
            for one in around.truth.series
            if one.metric == metric and (wanted is None or wanted in one.labels.items())
        )
        assert told == truth > 0
    money = sum(row.billed_cost or Decimal(0) for row in costs)
    assert money == sum(
        around.truth.grown(one, DAYS.start, DAYS.end) or Decimal(0)
        for one in around.truth.series
        if one.metric == "gen_ai_usage_cost_USD_sum"
    )
