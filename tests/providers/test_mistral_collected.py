"""Mistral collected into a ledger: exact, nothing lost, and nothing unknown shown as zero."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.jobs.place import Place, open_place
from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.money import times, total
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.rows import Balance, Charge, Usage
from ecot.providers.contract import Options
from ecot.providers.mistral import MISTRAL
from ecot.providers.mistral.access import MistralOptions
from ecot.sandbox import edits, troubles
from ecot.sandbox.faults import Fault
from ecot.sandbox.mistral import ADMIN_KEY, MistralSite
from ecot.sandbox.mistral.truth import WORKSPACES, MistralTruth, Used
from ecot.sandbox.server import LoopbackServer
from ecot.store.evidence import read_evidence
from tests.jobs.world import Clock, dump, figures
from tests.providers import around
from tests.providers.asking import NOW
from tests.providers.remedies import told

CANARY = "Can4ryBirdTw33tTw33t9Zk3QwLmNo01"  # as long as a key of Mistral, which has no prefix
OCTOBER = Month(2026, 10)
WEEK = [day for day in OCTOBER.days() if 12 <= day.day < 19]


@dataclass
class Lumen:
    """A made-up company's account, its truth, and its ledger."""

    clock: Clock
    place: Place
    site: MistralSite
    server: LoopbackServer
    options: Options = field(default_factory=MistralOptions)

    def source(self, key: str | None = ADMIN_KEY) -> Source:
        return around.source(MISTRAL, f"{self.server.url}/v1/admin", key, options=self.options)

    def collect(self, days: list[date] | None = None, key: str = ADMIN_KEY) -> Outcome:
        return around.collected(self.source(key), self.clock.round(days), self.place)

    def examine(self, key: str = ADMIN_KEY) -> Outcome:
        return around.examined(self.source(key), self.clock.round())

    def question(self, first: date, after: date) -> Question:
        return Question(first=first, after=after, today=self.clock.today, currency="EUR")

    def costs(self, days: list[date]) -> dict[tuple[Any, ...], Decimal]:
        """By day, workspace and model, without what comes to nothing."""
        found: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
        asked = self.question(min(days), date(2026, 12, 1))
        for _, _, row, _ in rows(self.place, asked, Charge):
            assert row.billed_cost is not None
            assert (row.currency, row.basis) == ("EUR", "estimated")
            if row.day in days:
                found[row.day, row.sub_account_id, row.model] += row.billed_cost
        return {place: cost for place, cost in found.items() if cost}

    def truth(self, days: list[date]) -> dict[tuple[Any, ...], Decimal]:
        found: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
        for each in self.used(days):
            workspace = None if each.workspace.deleted else each.workspace.id
            found[each.day, workspace, each.line.metric] += each.cost
        return {place: cost for place, cost in found.items() if cost}

    def used(self, days: list[date]) -> list[Used]:
        return [each for day in days for each in self.site.truth.of_day(day)]


@pytest.fixture
def lumen(tmp_path: Path) -> Iterator[Lumen]:
    clock = Clock(NOW)
    site = MistralSite(MistralTruth(clock))
    with LoopbackServer(site) as server:
        company = Lumen(clock, open_place(tmp_path), site, server)
        yield company
        company.place.store.close()


def test_a_month_in_the_ledger_is_the_truth_to_the_last_digit(lumen: Lumen) -> None:
    outcome = lumen.collect(OCTOBER.days())

    assert outcome.state == "ok", outcome.message
    assert lumen.costs(OCTOBER.days()) == lumen.truth(OCTOBER.days())
    expected = total(each.cost for each in lumen.used(OCTOBER.days()))
    assert total(lumen.costs(OCTOBER.days()).values()) == expected > 0


def test_what_was_used_is_in_the_ledger_once(lumen: Lumen) -> None:
    lumen.collect(OCTOBER.days())
    found: dict[str, Decimal] = defaultdict(Decimal)
    for _, _, row, _ in rows(lumen.place, lumen.question(OCTOBER.first, OCTOBER.after), Usage):
        for name, amount in row.quantities.items():
            found[name] += amount

    used = lumen.used(OCTOBER.days())
    tokens = [each for each in used if each.line.event_type.endswith("_tokens")]
    assert found["output_tokens"] == sum(u.value for u in tokens if u.line.group == "output")
    assert found["input_tokens"] == sum(u.value for u in tokens if u.line.group != "output")
    assert found["pages"] == sum(u.value for u in used if u.line.event_type.endswith("_pages"))


def test_days_of_a_month_that_were_not_asked_for_are_left_out(lumen: Lumen) -> None:
    outcome = lumen.collect(WEEK)

    assert outcome.state == "ok", outcome.message
    assert lumen.costs(OCTOBER.days()) == lumen.truth(WEEK)
    months = [each for each in lumen.server.requests if each.path.endswith("/usage")]
    assert len(months) == 1 + len(WORKSPACES) - 1


def test_a_first_collection_reads_twelve_months_and_the_balance(lumen: Lumen) -> None:
    outcome = lumen.collect()
    asked = [dict(each.query) for each in lumen.server.requests if each.path.endswith("/usage")]
    months = [(each["year"], each["month"]) for each in asked if "workspace_id" not in each]
    (balance,) = rows(lumen.place, lumen.question(lumen.clock.today, date(2026, 11, 22)), Balance)
    november = [date(2026, 11, number) for number in range(1, 22)]

    assert outcome.state == "ok", outcome.message
    assert len(months) == len(set(months)) == 13
    assert balance.row.used == total(lumen.costs(november).values())
    assert balance.row.cycle == Month(2026, 11).period


def test_collecting_again_changes_nothing_and_a_revision_one_day(lumen: Lumen) -> None:
    lumen.collect(WEEK)
    before = figures(lumen.place)
    lumen.collect(WEEK)
    assert figures(lumen.place) == before

    lumen.site.truth.restated[WEEK[3]] = 3
    outcome = lumen.collect(WEEK)
    assert [each.day for each in outcome.restatements] == [WEEK[3]]
    assert lumen.costs(WEEK) == lumen.truth(WEEK)


def test_a_figure_leads_back_to_the_rows_that_it_comes_of(lumen: Lumen) -> None:
    lumen.collect(WEEK)
    walk, prices = Walk(lumen.place.files), _prices(lumen)
    found = list(rows(lumen.place, lumen.question(WEEK[0], WEEK[-1]), Charge))

    assert any(each.row.sub_account_id is None for each in found)
    for each in found:
        traces = walk.traces(each)
        paid = [(trace.raw["value_paid"], prices[_priced_by(trace.raw)]) for trace in traces]
        assert traces
        if each.row.sub_account_id is not None:
            parts = (times(Decimal(amount), price) for amount, price in paid)
            assert each.row.billed_cost == total(parts)


PRICED_BY = ("event_type", "billing_metric", "billing_group", "api_zone", "service_tier")


def _priced_by(raw: Any) -> tuple[str, ...]:
    return tuple(raw[name] for name in PRICED_BY)


def _prices(lumen: Lumen) -> dict[tuple[str, ...], Decimal]:
    return {
        (line.event_type, line.metric, line.group, line.zone, line.tier): line.price
        for line in lumen.site.truth.lines
    }


def test_a_metric_without_a_price_is_unknown_and_takes_no_other_figure_along(
    lumen: Lumen,
) -> None:
    lumen.site.unpriced = {"mistral-ocr-latest"}
    outcome = lumen.collect(WEEK)
    found = [row for _, _, row, _ in rows(lumen.place, lumen.question(WEEK[0], WEEK[-1]), Charge)]
    unknown = [row for row in found if row.basis == "unknown"]

    assert outcome.state == "ok"
    assert {row.model for row in unknown} == {"mistral-ocr-latest"}
    assert all(row.billed_cost is None for row in unknown)
    assert any(row.billed_cost for row in found)


@pytest.mark.parametrize(("kind", "status"), [("standard", 401), ("no enterprise", 403)])
def test_a_plan_without_the_interface_is_not_configured_and_never_zero(
    lumen: Lumen, kind: Any, status: int
) -> None:
    lumen.site.keys = {CANARY: kind}

    for outcome in (lumen.collect(WEEK, CANARY), lumen.examine(CANARY)):
        assert outcome.state == "not_configured"
        assert f"({status})" in str(outcome.message)
        for way in ("ecot bill add", "[[plan]]", "ecot import focus", "backoffice.mistral.ai"):
            assert way in str(outcome.remedy)
        assert CANARY not in f"{outcome}"
    assert lumen.costs(OCTOBER.days()) == {}
    assert CANARY.encode() not in dump(lumen.place)


def test_a_wrong_address_is_told_as_one(lumen: Lumen) -> None:
    source = replace(lumen.source(), base_url=lumen.server.url)

    outcome = around.examined(source, lumen.clock.round())

    assert outcome.state == "failed"
    assert "(404)" in str(outcome.message)
    assert "https://console.mistral.ai/api/admin" in str(outcome.remedy)


def test_a_workspace_that_is_not_found_says_nothing_of_the_address(lumen: Lumen) -> None:
    gone = troubles.refused(404, {"detail": "Workspace not found"})
    lumen.server.faults.add(gone.on("/usage", query={"workspace_id": "2$"}))

    outcome = lumen.collect(WEEK)

    assert "Workspace not found" in str(outcome.message)
    assert str(outcome.remedy).startswith("It was probably removed while it was read: collect")
    assert lumen.collect(WEEK).state == "ok"


def test_a_sufficient_key_passes_the_doctor(lumen: Lumen) -> None:
    assert lumen.examine().state == "ok"


@pytest.mark.parametrize(
    ("fault", "state", "remedy"),
    [
        (troubles.rate_limited(3600).repeated(None), "failed", "rate_limited"),
        (troubles.server_error(500).repeated(None), "failed", "unavailable"),
        (troubles.not_json().repeated(None), "failed", "unexpected_answer"),
        (troubles.truncated_json().repeated(None), "failed", "unexpected_answer"),
        (
            troubles.refused(422, {"detail": [{"loc": ["query"], "msg": "no"}]}).repeated(None),
            "failed",
            "unexpected_answer",
        ),
    ],
)
def test_trouble_is_said_with_its_remedy_and_keeps_the_figures(
    lumen: Lumen, fault: Fault, state: str, remedy: Any
) -> None:
    lumen.collect(WEEK)
    before = lumen.costs(WEEK)
    lumen.server.faults.add(fault)

    for outcome in (lumen.collect(WEEK), lumen.examine()):
        assert outcome.state == state
        assert str(outcome.remedy) == told(MISTRAL)[remedy]
        assert str(outcome.message).startswith("mistral/lumen")
    assert lumen.costs(WEEK) == before


def test_one_workspace_that_fails_keeps_the_whole_month_as_it_was(lumen: Lumen) -> None:
    lumen.collect(WEEK)
    before = lumen.costs(WEEK)
    lumen.site.truth.restated[WEEK[0]] = 2
    strange = edits.edited("strange", lambda _: {"detail": "?"})
    lumen.server.faults.add(strange.on("/usage", query={"workspace_id": "2$"}))

    outcome = lumen.collect(WEEK)

    assert outcome.state == "failed"
    assert str(outcome.message).startswith("mistral/lumen: usage: ")
    assert lumen.costs(WEEK) == before


def test_workspaces_that_may_not_be_read_are_a_failure_with_its_own_remedy(lumen: Lumen) -> None:
    denied = troubles.refused(403, {"detail": "Forbidden"}).on("/workspaces").repeated(None)
    lumen.server.faults.add(denied)

    outcome = lumen.collect(WEEK)

    assert outcome.state == "failed"
    assert str(outcome.remedy) == told(MISTRAL)["access_denied"]


def test_the_spend_limit_alone_takes_no_cost_along(lumen: Lumen) -> None:
    lumen.server.faults.add(troubles.server_error(500).on("/spend-limit").repeated(None))

    today = [date(2026, 11, number) for number in range(15, 22)]

    outcome = lumen.collect(today)

    assert outcome.state == "partial"
    assert outcome.unread == ("spend_limit",)
    assert lumen.costs(today) == lumen.truth(today)


def test_every_canary_stays_inside(lumen: Lumen) -> None:
    lumen.site.keys = {CANARY: "admin"}
    leak = edits.edited("leak", lambda content: {**content, "note": f"key {CANARY}"})
    lumen.server.faults.add(leak.on("/usage").repeated(None))

    outcome = lumen.collect(WEEK, CANARY)

    assert outcome.state == "ok", outcome.message
    kept = [
        evidence.answer
        for name in lumen.place.files.names("evidence/")
        if (evidence := read_evidence(lumen.place.files, name)) is not None
    ]
    assert any(b'"note":"key ' in answer.body for answer in kept)
    assert all(CANARY not in f"{answer}" for answer in kept)
    assert CANARY.encode() not in dump(lumen.place)
