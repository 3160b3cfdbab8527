"""A made-up organisation at Anthropic, collected over a real socket: figures, refusals, faults.

What is expected is added up here from what was used and from the prices of the sandbox's catalogue,
in dollars, and not from anything that goes over the wire.
"""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.cli.notes import notes
from ecot.jobs.collect import collect, open_http
from ecot.jobs.place import open_place
from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Charge, Usage
from ecot.providers.anthropic import ANTHROPIC, fetch, parse
from ecot.providers.anthropic.reports import AnthropicOptions
from ecot.providers.contract import Options
from ecot.sandbox import edits, troubles
from ecot.sandbox.anthropic import ADMIN_KEY, AnthropicSite, rate_limited_until
from ecot.sandbox.anthropic.truth import (
    CONTEXTS,
    FACTORS,
    HOUR_PRICE,
    INPUT_PRICES,
    KEYS,
    SEARCH_PRICE,
    SEARCHES,
    SESSION_PRICE,
    TIERS,
    WORKSPACES,
    AnthropicTruth,
    Use,
)
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.jobs.world import ENGLISH, Clock, dump, totals
from tests.kept import kept_answers
from tests.providers import around
from tests.specifications import specification_file

NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
OCTOBER = Month(2026, 10)
DAYS = OCTOBER.days()
YEAR = list(Period.of_days(date(2025, 11, 1), NOW.date() + DAY).days())
CANARY = "sk-ant-admin01-Can4ryBird-Tw33tTweet_9Zk3QwLmNoPq7"
BY_ANALYTICS = AnthropicOptions(source="analytics")


@dataclass
class Lumen:
    """The organisation, its Anthropic on loopback, a ledger, and a clock that stands."""

    home: Path
    clock: Clock = field(default_factory=lambda: Clock(NOW))

    def __post_init__(self) -> None:
        self.place: Place = open_place(self.home)
        self.truth = AnthropicTruth(self.clock)
        self.site = AnthropicSite(self.truth, entries_a_page=2, rows_a_page=40)
        self.server = LoopbackServer(self.site)

    def source(
        self, key: str = ADMIN_KEY, options: Options | None = None, since: date | None = None
    ) -> Source:
        options = options or AnthropicOptions()
        return around.source(ANTHROPIC, self.server.url, key, options=options, since=since)

    def collect(self, source: Source | None = None, days: Iterable[date] | None = DAYS) -> Outcome:
        """Collects October, unless told."""
        return around.collected(source or self.source(), self.clock.round(days), self.place)

    def examine(self, source: Source | None = None) -> Outcome:
        return around.examined(source or self.source(), self.clock.round())

    def charges(self, first: date = DAYS[0], after: date = OCTOBER.after) -> list[Charge]:
        return [found.row for found in rows(self.place, self._question(first, after), Charge)]

    def usages(self) -> list[Usage]:
        asked = self._question(DAYS[0], OCTOBER.after)
        return [found.row for found in rows(self.place, asked, Usage)]

    def _question(self, first: date, after: date) -> Question:
        return Question(first=first, after=after, today=self.clock.today, currency="USD")


@pytest.fixture
def lumen(tmp_path: Path) -> Iterator[Lumen]:
    company = Lumen(tmp_path)
    with company.server:
        yield company
    company.place.store.close()


Key = tuple[date, str, str | None, str | None]  # day, sub account, service, model
Sums = dict[Key, Decimal]


def sums(charges: Iterable[Charge]) -> Sums:
    """The billed money of each day, sub account, service and model."""
    found: Sums = defaultdict(Decimal)
    for row in charges:
        if row.billed_cost is not None:
            found[row.day, str(row.sub_account_id), row.service, row.model] += row.billed_cost
    return found


def expected(truth: AnthropicTruth, days: Iterable[date]) -> Sums:
    """The same, from what was used times the prices, in dollars."""
    found: Sums = defaultdict(Decimal)
    for day in days:
        for use in truth.uses(day):
            home = use.key.workspace.id or "default"
            found[day, home, "tokens", use.model] += price(use)
            searches = use.measures[SEARCHES] * SEARCH_PRICE
            found[day, home, "web_search", None] += searches
        extras = truth.extras(day)
        studio = str(WORKSPACES[1].id)
        for kind, unit in (("code_execution", HOUR_PRICE), ("session_usage", SESSION_PRICE)):
            found[day, studio, kind, None] += extras.get(kind, 0) * unit
        found[day, "default", "courtesy", None] -= extras.get("credit", 0)
    return {key: amount for key, amount in found.items() if amount}


def price(use: Use) -> Decimal:
    """What the tokens of a use cost; nothing that a report states on the Priority Tier."""
    unit = INPUT_PRICES[use.model] * (TIERS[use.service_tier] or 0) * CONTEXTS[use.context_window]
    return sum((use.measures[kind] * unit * FACTORS[kind] for kind in FACTORS), Decimal(0))


# A month, to the last digit


def test_a_month_of_costs_is_the_truth_to_the_last_digit(lumen: Lumen) -> None:
    outcome = lumen.collect()
    charges = lumen.charges()

    assert outcome.state == "ok", outcome.message
    assert sums(charges) == expected(lumen.truth, DAYS)
    assert {row.service for row in charges} == {
        *("tokens", "web_search", "code_execution", "session_usage", "courtesy", "priority tier")
    }
    assert [row.billed_cost for row in charges if row.charge_category == "Credit"] == [-3]
    assert {row.sub_account_id for row in charges} == {one.id or "default" for one in WORKSPACES}


def test_a_month_of_usage_is_the_truth_by_key_and_model(lumen: Lumen) -> None:
    lumen.collect()
    found: Counter[tuple[object, ...]] = Counter()
    for row in lumen.usages():
        for name in ("input_tokens", "output_tokens", "input_cached_tokens", "web_search_calls"):
            place = (row.day, row.sub_account_id, row.api_key_id, row.model, name)
            found[place] += int(row.quantities[name])
    wanted: Counter[tuple[object, ...]] = Counter()
    for day in DAYS:
        for use in lumen.truth.uses(day):
            home = (day, use.key.workspace.id or "default", use.key.id, use.model)
            every = sum(use.measures[kind] for kind in FACTORS)
            output = use.measures["output_tokens"]
            wanted[*home, "input_tokens"] += every - output
            wanted[*home, "output_tokens"] += output
            wanted[*home, "input_cached_tokens"] += use.measures["cache_read_input_tokens"]
            wanted[*home, "web_search_calls"] += use.measures[SEARCHES]
    assert found
    assert found == wanted


def test_each_use_of_the_priority_tier_has_a_cost_that_is_unknown(lumen: Lumen) -> None:
    lumen.collect()
    wanted = {
        (day, use.key.workspace.id or "default", use.key.id, use.model)
        for day in DAYS
        for use in lumen.truth.uses(day)
        if use.service_tier == "priority"
    }
    unknown = [row for row in lumen.charges() if row.basis == "unknown"]

    assert wanted
    assert {(r.day, r.sub_account_id, r.api_key_id, r.model) for r in unknown} == wanted
    assert {row.billed_cost for row in unknown} == {None}
    told = totals(lumen.place, "service", OCTOBER.first, OCTOBER.after, lumen.clock.today)
    assert told.coverage.unknown == len(unknown)
    assert told.total == sum(expected(lumen.truth, DAYS).values())
    (origin, lacking, *_) = notes(ENGLISH, told, {})
    assert origin == "Origin of the figures: billed 100%"
    assert lacking.startswith("Not in the total: ")
    assert lacking.endswith(f", {len(unknown)} charges of unknown cost")


def test_workspaces_and_keys_have_names_archived_ones_and_the_default_one_too(
    lumen: Lumen,
) -> None:
    lumen.collect()
    names = {(one["dimension"], one["id"]): one["name"] for one in _names(lumen.place)}

    assert names == {
        ("sub_account_id", "default"): "Default workspace",
        **{("sub_account_id", one.id): one.name for one in WORKSPACES if one.id},
        **{("api_key_id", one.id): one.name for one in KEYS if one.id},
    }


def _names(place: Place) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []

    def look(part: Any) -> None:
        if isinstance(part, dict) and part.keys() == {"dimension", "id", "name"}:
            found.append(part)
        for each in part.values() if isinstance(part, dict) else part:
            if isinstance(each, dict | list):
                look(each)

    look(json.loads(dump(place)))
    return found


def test_a_first_run_reads_twelve_months_and_the_hours_of_today(lumen: Lumen) -> None:
    outcome = lumen.collect(days=None)
    charges = lumen.charges(YEAR[0], YEAR[-1] + DAY)

    assert outcome.state == "ok", outcome.message
    assert NOW.date() in {row.day for row in charges}
    assert sums(charges) == expected(lumen.truth, YEAR)


def test_more_days_than_a_page_holds_are_read_page_after_page(lumen: Lumen) -> None:
    source, asked = lumen.source(), Period.of_days(date(2026, 8, 1), OCTOBER.after)
    answers = asyncio.run(_read(lumen, source, "cost_report", asked))
    charges = [row for one in answers for _, row in parse(one) if isinstance(row, Charge)]

    assert len(answers) == 3
    assert sums(charges) == expected(lumen.truth, asked.days())


async def _read(lumen: Lumen, source: Source, stream: str, asked: Period) -> list[Answer]:
    assert source.secret is not None
    round_ = lumen.clock.round()
    async with round_.open_client() as shared:
        http = open_http(source, round_, shared)
        return [answer async for answer in fetch(http, stream, asked)]


# The analytics interface


def test_analytics_gives_the_same_money_and_that_of_each_key(lumen: Lumen) -> None:
    outcome = lumen.collect(lumen.source(options=BY_ANALYTICS))
    found: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in lumen.charges():
        if row.service == "tokens" and row.billed_cost is not None:
            found[row.api_key_id] += row.billed_cost
    wanted: dict[str | None, Decimal] = defaultdict(Decimal)
    for day in DAYS:
        for use in lumen.truth.uses(day):
            wanted[use.key.id] += price(use)

    assert outcome.state == "ok", outcome.message
    assert sums(lumen.charges()) == expected(lumen.truth, DAYS)
    assert found == wanted
    asked = {request.path for request in lumen.server.requests}
    assert asked >= {"/v1/organizations/analytics/cost", "/v1/organizations/analytics/usage"}
    assert "/v1/organizations/cost_report" not in asked


def test_what_analytics_does_not_reach_is_read_from_the_reports(lumen: Lumen) -> None:
    lumen.clock.at(date(2026, 1, 20))
    days = list(Period.of_days(date(2025, 12, 1), date(2026, 1, 21)).days())
    outcome = lumen.collect(lumen.source(options=BY_ANALYTICS, since=days[0]), days=None)

    assert outcome.state == "ok", outcome.message
    assert sums(lumen.charges(days[0], days[-1] + DAY)) == expected(lumen.truth, days)
    assert max(_starts(lumen, "cost_report")) < "2026-01-01"
    assert min(_starts(lumen, "analytics/cost")) == "2026-01-01"


def _starts(lumen: Lumen, operation: str) -> set[str]:
    """The first days that an operation was asked for."""
    return {
        dict(asked.query)["starting_at"][:10]
        for asked in lumen.server.requests
        if asked.path == f"/v1/organizations/{operation}"
    }


def test_changing_over_to_analytics_and_back_counts_nothing_twice(lumen: Lumen) -> None:
    lumen.collect()
    by_reports = lumen.charges()
    outcome = lumen.collect(lumen.source(options=BY_ANALYTICS))

    assert outcome.state == "ok", outcome.message
    assert sums(lumen.charges()) == sums(by_reports)
    assert {row.api_key_id for row in lumen.charges()} > {None}

    assert lumen.collect().state == "ok"
    assert lumen.charges() == by_reports


def test_analytics_is_not_asked_further_back_than_a_year(lumen: Lumen) -> None:
    lumen.clock.at(date(2027, 3, 15))
    days = list(Period.of_days(date(2026, 3, 1), date(2026, 4, 8)).days())
    outcome = lumen.collect(lumen.source(options=BY_ANALYTICS), days=days)

    assert outcome.state == "ok", outcome.message
    found = sums(lumen.charges(days[0], days[-1] + DAY))
    assert found == expected(lumen.truth, days)
    assert max(_starts(lumen, "cost_report")) == "2026-03-01"
    assert min(_starts(lumen, "analytics/cost")) == "2026-04-01"


# The running day


FUTURE = {"type": "error", "error": {"type": "invalid_request_error", "message": "Invalid range"}}


def _finished_days_only(clock: Clock) -> Fault:
    """Refuses every window that ends after this day's first moment."""

    def effect(request: Request, rest: Next) -> Response:
        if dict(request.query).get("ending_at", "") > f"{clock.today}T00:00:00Z":
            return troubles.refused(400, FUTURE).effect(request, rest)
        return rest(request)

    return Fault("finished days only", effect, times=None)


@pytest.mark.parametrize("options", [AnthropicOptions(), BY_ANALYTICS], ids=str)
def test_a_running_day_that_is_refused_keeps_no_finished_day_from_being_read(
    lumen: Lumen, options: AnthropicOptions
) -> None:
    lumen.server.faults.add(_finished_days_only(lumen.clock))
    days = YEAR[-30:]
    outcome = lumen.collect(lumen.source(options=options, since=days[0]), days=None)

    assert outcome.state == "ok", outcome.message
    assert lumen.server.faults.struck
    assert sums(lumen.charges(days[0], days[-1] + DAY)) == expected(lumen.truth, days[:-1])


def test_a_refusal_on_the_first_of_a_month_takes_nothing_along(lumen: Lumen) -> None:
    lumen.clock.at(date(2026, 12, 1))
    lumen.server.faults.add(_finished_days_only(lumen.clock))
    november = Period.of_days(date(2026, 11, 1), date(2026, 12, 1)).days()
    outcome = lumen.collect(lumen.source(since=date(2026, 11, 1)), days=None)

    assert outcome.state == "ok", outcome.message
    assert sums(lumen.charges(date(2026, 11, 1), date(2026, 12, 2))) == expected(
        lumen.truth, november
    )


def test_the_running_day_is_asked_for_by_itself_from_midnight_to_midnight(lumen: Lumen) -> None:
    lumen.collect(days=YEAR[-7:])
    asked = [dict(each.query) for each in lumen.server.requests if "cost_report" in each.path]

    assert [(each["starting_at"][:10], each["ending_at"][:10]) for each in asked] == [
        ("2026-11-15", "2026-11-21"),
        ("2026-11-21", "2026-11-22"),
    ]


def test_another_refusal_of_the_running_day_is_told(lumen: Lumen) -> None:
    refused = troubles.refused(404, FUTURE).on("/cost_report", query={"starting_at": "11-21"})
    lumen.server.faults.add(refused.repeated(None))
    outcome = lumen.collect(days=YEAR[-7:])

    assert outcome.state == "partial"
    assert "(404)" in str(outcome.message)


# Keys and refusals


def test_two_keys_of_one_organisation_are_counted_once(lumen: Lumen) -> None:
    lumen.site.keys.add(CANARY)
    twin = replace(lumen.source(CANARY), account="anthropic/twin")
    work = collect(lumen.place, [lumen.source(), twin], lumen.clock.round(DAYS))
    outcomes = asyncio.run(work)

    assert [one.state for one in outcomes] == ["ok", "failed"]
    assert sums(lumen.charges()) == expected(lumen.truth, DAYS)


def test_two_organisations_both_have_a_default_workspace(lumen: Lumen) -> None:
    def renamed(request: Request, rest: Next) -> Response:
        answer = rest(request)
        body = answer.body.replace(b"wrkspc_01", b"wrkspc_02")
        return Response(answer.status, answer.headers, body)

    second = LoopbackServer(lumen.site)
    second.faults.add(Fault("other workspaces", renamed, times=None))
    with second:
        other = replace(lumen.source(), account="anthropic/other", base_url=second.url)
        work = collect(lumen.place, [lumen.source(), other], lumen.clock.round(DAYS))
        outcomes = asyncio.run(work)

    assert [one.state for one in outcomes] == ["ok", "ok"]


@pytest.mark.parametrize("options", [AnthropicOptions(), BY_ANALYTICS], ids=str)
def test_a_sufficient_key_passes_its_check_with_one_request(
    lumen: Lumen, options: AnthropicOptions
) -> None:
    assert lumen.examine(lumen.source(options=options)).state == "ok"
    (asked,) = lumen.server.requests
    assert asked.path.endswith("analytics/cost" if options == BY_ANALYTICS else "/cost_report")


@pytest.mark.parametrize(
    ("key", "message", "remedy", "asked"),
    [
        (
            "sk-ant-admin01-nobody-Knows-This-0ne",
            "(401): invalid x-api-key",
            "an Admin key, wh",
            True,
        ),
        (
            "sk-ant-admin01-limited-4nd-Valid-0ne",
            "(403): Permission denied",
            "an Admin key, wh",
            True,
        ),
        ("sk-ant-api03-Just-Calls-M0dels", "is not of the kind", "an ordinary API key", False),
    ],
)
def test_a_wrong_key_is_told_with_its_remedy(
    lumen: Lumen, key: str, message: str, remedy: str, asked: bool
) -> None:
    lumen.site.limited.add("sk-ant-admin01-limited-4nd-Valid-0ne")
    for outcome in (lumen.examine(lumen.source(key)), lumen.collect(lumen.source(key))):
        assert outcome.state == "failed"
        assert message in str(outcome.message)
        assert remedy in str(outcome.remedy)
        assert key not in f"{outcome}"
    assert lumen.charges() == []
    assert bool(lumen.server.requests) == asked


STATUS = {
    "official": (400, "Anthropic may have changed its answers"),
    "authentication_error": (401, "Costs need an Admin key"),
    "permission_error": (403, "Costs need an Admin key"),
    "rate_limit_error": (429, "Collect again in a few minutes"),
    "observed_too_many_dimensions": (400, "Anthropic may have changed its answers"),
}


@pytest.mark.parametrize("name", STATUS)
def test_every_documented_error_is_told_in_its_own_words(lumen: Lumen, name: str) -> None:
    status, remedy = STATUS[name]
    examples = _errors()
    assert examples.keys() == STATUS.keys()
    lumen.server.faults.add(troubles.refused(status, examples[name]).repeated(None))

    for outcome in (lumen.examine(), lumen.collect()):
        assert outcome.state == "failed"
        assert f"({status}): {examples[name]['error']['message']}" in str(outcome.message)
        assert str(outcome.remedy).startswith(remedy)
    assert lumen.charges() == []


@pytest.mark.parametrize(("status", "kind"), [(500, "api_error"), (529, "overloaded_error")])
def test_an_outage_is_told_as_one(lumen: Lumen, status: int, kind: str) -> None:
    body = {"type": "error", "error": {"type": kind, "message": "Overloaded"}, "request_id": None}
    lumen.server.faults.add(troubles.server_error(status, body).repeated(None))
    outcome = lumen.collect()

    assert outcome.state == "failed"
    assert f"({status}): Overloaded" in str(outcome.message)
    assert "https://status.claude.com" in str(outcome.remedy)


def _errors() -> dict[str, Any]:
    document = json.loads(specification_file("anthropic.openapi.json").read_text())
    report = document["paths"]["/v1/organizations/cost_report"]["get"]["responses"]["4XX"]
    examples = report["content"]["application/json"]["examples"]
    return {name: example["value"] for name, example in examples.items()}


# Limits


def test_a_limit_is_waited_for_until_its_reset(lumen: Lumen) -> None:
    lumen.server.faults.add(rate_limited_until(42, lumen.clock))
    outcome = lumen.collect()

    assert outcome.state == "ok", outcome.message
    assert lumen.clock.slept == [42.0]
    assert sums(lumen.charges()) == expected(lumen.truth, DAYS)


def test_a_reset_in_an_hour_is_not_waited_for(lumen: Lumen) -> None:
    lumen.server.faults.add(rate_limited_until(3600, lumen.clock).repeated(None))
    outcome = lumen.collect()

    assert outcome.state == "failed"
    assert "asks to wait 3600 s, longer than the time left (429)" in str(outcome.message)
    assert lumen.clock.slept == []


# Trouble on the way


@pytest.mark.parametrize(
    "fault",
    [
        troubles.cut_off(),
        troubles.connection_reset(),
        troubles.server_error(500),
        troubles.server_error(529),
        troubles.rate_limited(),
        edits.unknown_field(),
        edits.unknown_value("service_tier", "tomorrows_tier").on("/cost_report"),
    ],
    ids=lambda fault: str(fault.name),
)
def test_trouble_that_passes_changes_no_figure(lumen: Lumen, fault: Fault) -> None:
    lumen.server.faults.add(fault)
    outcome = lumen.collect()

    assert lumen.server.faults.struck
    assert outcome.state == "ok", outcome.message
    assert sums(lumen.charges()) == expected(lumen.truth, DAYS)


def _edited(name: str, **fields: object) -> Fault:
    """The first cost of the month has these fields."""

    def edit(content: Any) -> Any:
        results = [row for bucket in content["data"] for row in bucket.get("results", [])]
        for row in results[:1]:
            row.update(fields)
        return content

    return edits.edited(name, edit)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (troubles.not_json(), "this is not JSON"),
        (troubles.truncated_json(), "this is not JSON"),
        (edits.repeated_cursor(), "leads back to the page"),
        (edits.amount_missing(), "has no amount"),
        (_edited("number", amount=12), "does not state its money as a text of cents"),
        (_edited("yen", currency="JPY"), "has a currency that is not counted in cents"),
        (_edited("hour", amount=None), "has no amount"),
    ],
    ids=lambda value: str(getattr(value, "name", "")),
)
def test_a_strange_answer_loses_nothing_and_is_told(
    lumen: Lumen, fault: Fault, message: str
) -> None:
    lumen.collect()
    before = lumen.charges()
    lumen.server.faults.add(fault.on("/cost_report"))
    outcome = lumen.collect()

    assert outcome.state == "partial"
    assert outcome.unread == ("cost_report",)
    assert message in str(outcome.message)
    assert str(outcome.remedy).startswith("Anthropic may have changed its answers")
    assert lumen.charges() == before

    lumen.server.faults.clear()
    assert lumen.collect().state == "ok"
    assert lumen.charges() == before


def test_a_list_in_circles_takes_no_figure_away(lumen: Lumen) -> None:
    lumen.server.faults.add(edits.repeated_cursor("after_id", "last_id").on("/workspaces"))
    outcome = lumen.collect()

    assert outcome.state == "ok"
    assert "leads back to the page" in str(outcome.message)
    assert sums(lumen.charges()) == expected(lumen.truth, DAYS)


# Secrets


def _echo(status: int) -> Fault:
    def effect(request: Request, rest: Next) -> Response:
        sent = request.headers["x-api-key"]
        return Response(status, {"x-echo": sent}, f'{{"error": {{"message": "{sent}"}}}}'.encode())

    return Fault(f"echo {status}", effect).repeated(None)


def _in_rows(request: Request, rest: Next) -> Response:
    answer = rest(request)
    body = answer.body.replace(b'"description":"', b'"description":"' + CANARY.encode())
    return Response(answer.status, answer.headers, body)


@pytest.mark.parametrize(
    "fault",
    [
        *(_echo(status) for status in (200, 302, 400, 401, 403, 429, 500)),
        Fault("in the rows", _in_rows, times=None),
    ],
    ids=lambda fault: str(fault.name),
)
def test_a_key_is_found_nowhere_after_a_run(lumen: Lumen, fault: Fault) -> None:
    lumen.site.keys.add(CANARY)
    lumen.server.faults.add(fault)
    outcomes = [lumen.examine(lumen.source(CANARY)), lumen.collect(lumen.source(CANARY))]
    files = [path.read_bytes() for path in lumen.home.rglob("*") if path.is_file()]

    kept = kept_answers(lumen.place.files, at_least=0)
    everything = (*files, dump(lumen.place), *kept)
    for text in (repr(outcomes), *(content.decode("utf-8", "replace") for content in everything)):
        assert CANARY not in text
        assert "Tw33tTweet" not in text
