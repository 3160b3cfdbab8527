"""OpenRouter over a real socket: what is asked, and that what is read is the truth."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from ecot.errors import AccessDenied, ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Balance, Charge, Name, Usage
from ecot.providers.openrouter import OPENROUTER, check, fetch, parse
from ecot.providers.reading import decoded
from ecot.sandbox import edits, troubles
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.openrouter.truth import KEYS, LABO, OLD, STUDIO, Activity
from tests.providers.asking import NOW, all_of, run
from tests.providers.openrouter_account import (
    INFERENCE,
    MANAGEMENT,
    Account,
    account,
    asked,
    recorded,
    rows_of,
)

TODAY = NOW.date()
TOMORROW = TODAY + timedelta(days=1)
OLDEST = TODAY - timedelta(days=30)
MAY = Month(2026, 5)
LIMITED = {"error": {"code": 429, "message": "Rate limit exceeded"}}
TOO_LONG = {"error": {"code": 408, "message": "Operation timed out. Please try again later."}}


@pytest.fixture
def lumen() -> Iterator[Account]:
    with account() as running:
        yield running


def done_in(lumen: Account, first: date, after: date) -> list[Activity]:
    return [each for day in Period.of_days(first, after).days() for each in lumen.truth.on(day)]


@pytest.mark.parametrize("midnights", [True, False])
def test_thirty_days_are_the_truth_to_the_last_digit(lumen: Account, midnights: bool) -> None:
    lumen.site.midnights = midnights
    answers = lumen.read("activity", OLDEST, TODAY)
    rows = rows_of(answers)
    truth = done_in(lumen, OLDEST, TODAY)
    spent_on: dict[object, Decimal] = defaultdict(Decimal)
    beside_on: dict[object, Decimal] = defaultdict(Decimal)
    for each in truth:
        place = (each.day, each.endpoint.id, each.key.workspace.id)
        spent_on[place] += each.usage
        if each.beside:
            beside_on[place] += each.beside
    found = [
        ((row.day, row.resource_id, row.sub_account_id), row.role, row.billed_cost)
        for row in rows
        if isinstance(row, Charge)
    ]

    assert len(answers) == 1
    assert {place: cost for place, role, cost in found if role == "counted"} == spent_on
    assert {place: cost for place, role, cost in found if role == "breakdown"} == beside_on
    assert beside_on
    assert quantities(rows) == {
        "requests": sum(each.requests for each in truth),
        "input_tokens": sum(each.prompt_tokens for each in truth),
        "output_tokens": sum(each.completion_tokens for each in truth),
        "reasoning_tokens": sum(each.reasoning_tokens for each in truth),
    }


def quantities(rows: Iterable[AnyRow]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        for name, amount in row.quantities.items() if isinstance(row, Usage) else ():
            sums[name] += amount
    return sums


@pytest.mark.parametrize(
    ("most_rows", "end_is_inside"),
    [(10_000, False), (10_000, True), (20, False), (20, True), (3, False)],
)
def test_an_older_month_is_the_truth_however_often_it_is_cut_short(
    lumen: Account, most_rows: int, end_is_inside: bool
) -> None:
    lumen.site.most_rows, lumen.site.end_is_inside = most_rows, end_is_inside
    parsed = rows_of(lumen.read("analytics", MAY.first, MAY.after))
    rows = [row for row in parsed if row.day < MAY.after]
    expected: dict[object, Decimal] = defaultdict(Decimal)
    for each in done_in(lumen, MAY.first, MAY.after):
        workspace = each.key.workspace
        listed = None if workspace.deleted else workspace.id
        expected[each.day, each.endpoint.permaslug, listed] += each.usage
    found: dict[object, Decimal] = defaultdict(Decimal)
    for row in rows:  # equal rows of one reading are added up
        if isinstance(row, Charge) and row.role == "counted":
            found[row.day, row.model, row.sub_account_id] += row.billed_cost or 0

    assert found == expected
    assert quantities(rows)["requests"] == sum(
        each.requests for each in done_in(lumen, MAY.first, MAY.after)
    )
    assert sum(row.billed_cost or 0 for row in rows if isinstance(row, Charge)) == sum(
        each.usage + each.beside for each in done_in(lumen, MAY.first, MAY.after)
    )


def test_a_single_day_that_is_cut_short_is_refused(lumen: Account) -> None:
    lumen.site.most_rows = 1

    with pytest.raises(UnexpectedAnswer, match="left rows out, and money with them"):
        lumen.read("analytics", MAY.first, MAY.after)


def test_analytics_are_asked_by_the_id_of_each_workspace_and_then_for_the_rest(
    lumen: Account,
) -> None:
    answers = lumen.read("analytics", MAY.first, MAY.after)

    assert [answer.sub_account_id for answer in answers] == [STUDIO.id, LABO.id, None]
    assert '"include_unset": true, "operator": "not_in"' in answers[-1].endpoint
    assert '"start": "2026-05-01T00:00:00Z"' in answers[0].endpoint
    assert '"end": "2026-06-01T00:00:00Z"' in answers[0].endpoint


def test_a_workspace_that_is_listed_twice_is_asked_for_once(lumen: Account) -> None:
    def twice(content: Any) -> Any:
        if "total_count" in content:
            content["data"] += content["data"][:1]
        return content

    lumen.server.faults.add(edits.edited("twice", twice).repeated(None))
    answers = lumen.read("analytics", MAY.first, MAY.after)

    assert [answer.sub_account_id for answer in answers] == [STUDIO.id, LABO.id, None]


def test_analytics_of_an_account_without_workspaces_are_asked_for_whole(lumen: Account) -> None:
    lumen.site.truth = replace(lumen.truth, workspaces=())
    (answer,) = lumen.read("analytics", MAY.first, MAY.after)

    assert '"filters": []' in answer.endpoint
    assert '"limit": 10000' in answer.endpoint


def test_credit_and_limits_are_those_of_today(lumen: Account) -> None:
    (credit,) = rows_of(lumen.read("credits", TODAY, TODAY + timedelta(days=1)))
    limits = rows_of(lumen.read("keys", TODAY, TODAY + timedelta(days=1)))
    spent_ever = sum(
        (each.usage for each in done_in(lumen, date(2026, 1, 1), TODAY + timedelta(days=1))),
        Decimal(0),
    )

    assert isinstance(credit, Balance)
    assert (credit.used, credit.remaining) == (spent_ever, lumen.truth.bought - spent_ever)
    named = {row.api_key_id: row for row in limits if isinstance(row, Balance)}
    website, editor = (named[key.hash] for key in KEYS[:2])
    assert len(named) == len(limits) == 2
    for limit in (website, editor):
        assert limit.used is not None
        assert limit.limit is not None
        assert limit.remaining == limit.limit - limit.used
        assert limit.day == TODAY
    assert (website.cycle, editor.cycle) == (Month(2026, 11).period, None)


@pytest.mark.parametrize("keys_a_page", [100, 2, 1])
def test_names_of_workspaces_and_keys_are_read_page_by_page(
    lumen: Account, keys_a_page: int
) -> None:
    lumen.site.keys_a_page = keys_a_page
    named = {
        (row.dimension, row.id): row.name
        for stream in OPENROUTER.directories
        for answer in lumen.read(stream, TODAY, TODAY + timedelta(days=1))
        for _, row in parse(answer)
        if isinstance(row, Name)
    }
    living = [key for key in KEYS if key.workspace != OLD]
    assert named == {
        **{("sub_account_id", one.id): one.name for one in (STUDIO, LABO)},
        **{("api_key_id", key.hash): key.name for key in living},
    }


def test_a_key_that_a_new_one_moves_to_two_pages_is_refused_and_not_added_up(
    lumen: Account,
) -> None:
    def earlier(request: Request, rest: Next) -> Response:
        query = tuple(
            (name, str(int(value) - 1)) if name == "offset" else (name, value)
            for name, value in request.query
        )
        return rest(replace(request, query=query))

    lumen.site.keys_a_page = 2
    lumen.server.faults.add(Fault("a new key", earlier, times=None).on("keys"))

    with pytest.raises(UnexpectedAnswer, match="the list changed while it was read"):
        lumen.read("keys", TODAY, TOMORROW)


def _first_page(request: Request, rest: Next) -> Response:
    query = tuple(pair for pair in request.query if pair[0] != "offset")
    return rest(replace(request, query=query))


SAME_PAGE = Fault("the first page again and again", _first_page, times=None)


@pytest.mark.parametrize(
    ("stream", "fault", "kind"),
    [
        ("activity", troubles.not_json(), UnexpectedAnswer),
        ("activity", troubles.truncated_json(), UnexpectedAnswer),
        ("activity", troubles.rate_limited(3600, LIMITED).repeated(None), RateLimited),
        ("activity", troubles.server_error(500).repeated(None), Unavailable),
        ("analytics", troubles.refused(408, TOO_LONG).on("query").repeated(None), Unavailable),
        ("keys", SAME_PAGE, UnexpectedAnswer),
    ],
)
def test_a_strange_answer_stops_the_stream(
    lumen: Account, stream: str, fault: Fault, kind: type[ProviderError]
) -> None:
    lumen.server.faults.add(fault)

    with pytest.raises(kind) as caught:
        rows_of(lumen.read(stream, MAY.first, MAY.after))
    assert MANAGEMENT not in str(caught.value)


@pytest.mark.parametrize("stream", ["activity", "analytics"])
@pytest.mark.parametrize(
    "fault",
    [
        troubles.cut_off(),
        troubles.connection_reset(),
        troubles.server_error(503),
        troubles.refused(408, TOO_LONG),
        troubles.rate_limited(1, LIMITED),
        troubles.rate_limited(None, LIMITED),
        edits.unknown_field(),
    ],
)
def test_trouble_that_passes_changes_no_figure(lumen: Account, stream: str, fault: Fault) -> None:
    expected = rows_of(lumen.read(stream, MAY.first, MAY.after))
    lumen.server.faults.add(fault)

    assert rows_of(lumen.read(stream, MAY.first, MAY.after)) == expected
    assert lumen.server.faults.struck


def test_a_management_key_passes_its_check(lumen: Account) -> None:
    http = lumen.http()

    run(http, check(http))
    assert [request.path for request in lumen.server.requests] == ["/api/v1/key"]


def test_a_key_that_calls_models_is_refused_with_the_remedy(lumen: Account) -> None:
    http = lumen.http(INFERENCE)

    with pytest.raises(AccessDenied, match="may not read what they cost") as caught:
        run(http, check(http))
    assert caught.value.remedy.startswith("Costs need a management key: create one")
    assert INFERENCE not in str(caught.value)


def test_an_unknown_key_fails_its_check(lumen: Account) -> None:
    http = lumen.http("sk-or-v1-n0bodyKnowsThisOne0123456789abcdef")

    with pytest.raises(AccessDenied, match="OpenRouter refused the key for GET /key"):
        run(http, check(http))


def test_without_the_check_an_ordinary_key_would_have_a_credit_of_zero(lumen: Account) -> None:
    """What was seen on 2026-09-07 is what the made-up OpenRouter does, and the recorded answer."""
    http = lumen.http(INFERENCE)
    (answer,) = run(http, all_of(fetch(http, "credits", Period.of_day(TODAY))))

    seen = decoded(recorded("observed_zero_with_inference_key.credits"))
    assert decoded(answer.body) == seen


def test_an_answer_of_no_kind_of_key_proves_nothing() -> None:
    http = asked(lambda _request: httpx.Response(200, json={"data": {"label": "x"}}))

    with pytest.raises(UnexpectedAnswer, match="has no is_management_key"):
        run(http, check(http))


def test_activity_is_asked_for_whole_and_split_by_workspace(lumen: Account) -> None:
    lumen.read("activity", MAY.first, MAY.after)

    ((method, path, query),) = [
        (request.method, request.path, request.query) for request in lumen.server.requests
    ]
    assert (method, path, query) == ("GET", "/api/v1/activity", (("group_by", "workspace"),))
