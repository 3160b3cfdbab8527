"""Vercel, collected into a ledger: exact, whole, and honest about what a token may not see."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import SecretStr

from ecot.jobs.collect import collect
from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.period import DAY, Period
from ecot.model.rows import Charge, Name
from ecot.providers.contract import Options
from ecot.providers.vercel import VERCEL, VercelOptions
from ecot.sandbox import troubles
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.vercel import Access, VercelSite
from ecot.sandbox.vercel.truth import DOCS, FIRST_DAY, WEB, VercelTruth
from ecot.store.protocol import Place
from ecot.store.records import read_standing
from tests.jobs.world import Clock, dump, figures
from tests.kept import kept_answers
from tests.providers import around
from tests.providers.around import OCTOBER, of_october
from tests.providers.remedies import told
from tests.specifications import operations_of

TOKEN = "vcp_Can4ryBirdTw33tTweet9Zk3QwLmNo7Hs2PxYb5Vd8Rf1GjKe6"
NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
QUESTION = of_october(NOW)
Split = dict[tuple[object, ...], Decimal]


class Around(around.Accounts[VercelTruth, VercelSite]):
    """A Vercel on loopback, and an account of it."""

    def source(self, options: Options | None = None, token: str = TOKEN) -> Source:
        chosen = options or VercelOptions()
        return around.source(VERCEL, self.server.url, token, options=chosen, since=FIRST_DAY)


@pytest.fixture
def vercel() -> Iterator[Around]:
    clock = Clock(NOW)
    truth = VercelTruth(clock)
    site = VercelSite(truth, {TOKEN: Access()})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def expected(truth: VercelTruth, period: Period = OCTOBER) -> Split:
    """The truth, added up by what a charge is about."""
    found: Split = {}
    for day in period.days():
        for line in truth.charged(day):
            project = line.project.id if line.project else None
            where = (day, line.charge_category, line.service.name, line.region, project)
            found[where] = found.get(where, Decimal(0)) + line.cost
    return found


def charges(place: Place, question: Question = QUESTION) -> Split:
    """The ledger, by what its charges are about; no two are about the same."""
    found: Split = {}
    for row in (each.row for each in rows(place, question, Charge)):
        where = (row.day, row.charge_category, row.service, row.region_id, row.sub_account_id)
        assert where not in found
        assert (row.currency, row.basis) == ("USD", "billed")
        assert row.billed_cost is not None
        found[where] = row.billed_cost
    return found


def rewritten(name: str, edit: Callable[[bytes], bytes]) -> Fault:
    """True answers whose lines go through a function."""

    def effect(request: Request, rest: Next) -> Response:
        plain = {"authorization": request.headers["authorization"]}
        answer = rest(replace(request, headers=plain))
        return replace(answer, body=edit(answer.body)) if answer.status == 200 else answer

    return Fault(name, effect)


# What is collected


def test_a_month_is_the_truth_to_the_last_digit(vercel: Around, place: Place) -> None:
    outcome = vercel.collected(place)

    assert (outcome.state, outcome.message) == ("ok", None)
    assert charges(place) == expected(vercel.truth)
    assert len(charges(place)) > 350


def test_the_month_has_credit_seats_and_a_cost_of_ai(vercel: Around, place: Place) -> None:
    vercel.collected(place)
    found = [each.row for each in rows(place, QUESTION, Charge)]

    credit = sum(row.billed_cost or 0 for row in found if row.charge_category == "Credit")
    assert credit == -20
    assert [row.billed_cost for row in found if row.charge_category == "Purchase"] == [60]
    assert {row.category for row in found if row.service == "AI Gateway"} == {"ai"}
    assert {row.category for row in found if row.service != "AI Gateway"} == {"infrastructure"}


def test_a_first_night_and_the_next_read_every_day_once(vercel: Around, place: Place) -> None:
    assert vercel.collected(place, None).state == "ok"
    first = figures(place)
    question = replace(QUESTION, first=FIRST_DAY, after=NOW.date() + DAY)
    assert charges(place, question) == expected(
        vercel.truth, Period.of_days(FIRST_DAY, NOW.date() + DAY)
    )

    assert vercel.collected(place, None).state == "ok"
    assert figures(place) == first


@pytest.mark.parametrize(
    "options", [VercelOptions(team_id=VercelTruth.team_id), VercelOptions(slug="lumen")]
)
def test_a_team_is_named_by_its_id_or_its_slug(
    vercel: Around, place: Place, options: Options
) -> None:
    days = [date(2026, 10, 5)]

    assert vercel.collected(place, days, options).state == "ok"
    (asked,) = vercel.server.requests
    assert dict(asked.query).keys() == {"from", "to"} | {
        "teamId" if options == VercelOptions(team_id=VercelTruth.team_id) else "slug"
    }


def test_a_month_that_begins_empty_has_no_cost_and_no_zero(vercel: Around, place: Place) -> None:
    vercel.clock.at(date(2026, 11, 1))
    assert vercel.truth.charged(date(2026, 11, 1)) == []
    november = replace(QUESTION, first=date(2026, 11, 1), after=date(2026, 11, 2))

    outcome = vercel.collected(place, [date(2026, 11, 1)])

    assert (outcome.state, outcome.charges) == ("no_data", 0)
    assert charges(place, november) == {}


def test_projects_are_called_as_on_their_last_day(vercel: Around, place: Place) -> None:
    vercel.collected(place, None)

    assert read_standing(place.store, "vercel/lumen").names == {
        Name("sub_account_id", WEB.id, "web"),
        Name("sub_account_id", DOCS.id, "handbook"),
    }


def test_a_name_of_an_older_month_does_not_take_the_place_of_a_newer_one(
    vercel: Around, place: Place
) -> None:
    days = [date(2026, 9, 20), date(2026, 11, 2)]

    vercel.collected(place, days)

    names = {name.id: name.name for name in read_standing(place.store, "vercel/lumen").names}
    assert names[DOCS.id] == "handbook"


def test_every_figure_walks_back_to_its_line(vercel: Around, place: Place) -> None:
    vercel.collected(place)
    walk = Walk(place.files)

    for found in rows(place, QUESTION, Charge):
        (trace,) = walk.traces(found)
        assert trace.place.startswith("line ")
        assert trace.endpoint.startswith("GET /v1/billing/charges?from=2026-10-01T00")
        assert Decimal(trace.raw["BilledCost"]) == found.row.billed_cost
        assert trace.raw["ServiceName"] == found.row.service


def test_a_correction_is_a_restatement(vercel: Around, place: Place) -> None:
    vercel.collected(place)
    vercel.truth.factors[date(2026, 10, 30)] = Decimal("0.5")

    outcome = vercel.collected(place)

    assert [str(each.day) for each in outcome.restatements] == ["2026-10-30"]
    assert charges(place) == expected(vercel.truth)


def test_two_tokens_of_one_team_count_it_once(vercel: Around, place: Place) -> None:
    twin = TOKEN[:4] + TOKEN[:3:-1]
    vercel.site.tokens[twin] = Access("Owner")
    other = replace(vercel.source(), account="vercel/twin", secret=SecretStr(twin))
    round_ = vercel.clock.round(list(OCTOBER.days())[:3])

    outcomes = asyncio.run(collect(place, [vercel.source(), other], round_))

    assert [outcome.state for outcome in outcomes] == ["ok", "failed"]


# What goes wrong


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(3, {"error": {"code": "rate_limited", "message": "Try again."}}),
        troubles.server_error(500, {"error": {"code": "internal_server_error", "message": "Oh"}}),
        troubles.cut_off(),
        troubles.connection_reset(),
        troubles.server_error(503, {"error": {"code": "unavailable", "message": "Oh"}}),
    ],
    ids=["429", "500", "cut off", "reset", "503"],
)
def test_what_passes_loses_nothing(vercel: Around, place: Place, fault: Fault) -> None:
    vercel.server.faults.add(fault.repeated(2))

    assert vercel.collected(place).state == "ok"
    assert charges(place) == expected(vercel.truth)
    assert len(vercel.server.faults.struck) == 2


def test_a_limit_is_waited_for_until_it_is_reset(vercel: Around, place: Place) -> None:
    reset = int(NOW.timestamp()) + 31
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
    limit = {"error": {"code": "rate_limited", "message": "The rate limit is exceeded."}}
    vercel.server.faults.add(troubles.refused(429, limit, headers))

    assert vercel.collected(place).state == "ok"
    assert vercel.clock.slept == [30.0]  # a second after NOW


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (troubles.not_json(), "charges, line 1: not a JSON object"),
        (troubles.not_json(503), "a web page instead of an answer"),
        (rewritten("half", lambda body: body[: len(body) * 2 // 3]), "not a JSON object"),
        (
            rewritten("coins", lambda body: body.replace(b'"USD"', b'"coins"', 1)),
            "BillingCurrency is no ISO 4217 currency code: {",
        ),
        (
            rewritten("no cost", lambda body: body.replace(b'"BilledCost"', b'"Charged"', 1)),
            "charges, line 1: BilledCost is empty: {",
        ),
        (
            rewritten("late", lambda body: body.replace(b"2026-10-01T", b"2026-09-30T")),
            "2026-09-30, which was not asked for",
        ),
    ],
    ids=["page", "page of an outage", "half", "coins", "no cost", "another day"],
)
def test_an_answer_that_is_not_understood_leaves_the_ledger_as_it_was(
    vercel: Around, place: Place, fault: Fault, said: str
) -> None:
    vercel.collected(place)
    before = figures(place)
    vercel.truth.factors[date(2026, 10, 30)] = Decimal(2)
    vercel.server.faults.add(fault.repeated(None))

    outcome = vercel.collected(place)

    assert outcome.state == "failed"
    assert said in str(outcome.message)
    assert figures(place) == before


def test_a_month_that_comes_back_empty_is_kept_once(vercel: Around, place: Place) -> None:
    vercel.collected(place)
    vercel.server.faults.add(rewritten("empty", lambda _: b"").repeated(None))

    assert vercel.collected(place).state == "partial"
    assert charges(place) == expected(vercel.truth)


def test_a_line_that_goes_on_after_the_days_that_were_asked_for_is_refused(
    vercel: Around, place: Place
) -> None:
    def for_a_month(body: bytes) -> bytes:
        return body.replace(b'End":"2026-11-02', b'End":"2026-12-01')

    vercel.server.faults.add(rewritten("for a month", for_a_month).repeated(None))

    outcome = vercel.collected(place, list(Period.of_days(date(2026, 11, 1), NOW.date()).days()))

    assert outcome.state == "failed"
    assert "ends on 2026-11-30, which was not asked for" in str(outcome.message)


def test_an_unknown_column_changes_no_figure(vercel: Around, place: Place) -> None:
    def more(body: bytes) -> bytes:
        return body.replace(b'{"BilledCost"', b'{"x_Carbon":7,"BilledCost"')

    vercel.server.faults.add(rewritten("more", more).repeated(None))

    assert vercel.collected(place).state == "ok"
    assert charges(place) == expected(vercel.truth)


# What is refused


ERRORS: dict[int, Any] = {
    400: {"error": {"code": "bad_request", "message": "Invalid request: `to` is wrong."}},
    401: {"error": {"code": "unauthorized", "message": "The request is missing a token."}},
    403: {"error": {"code": "forbidden", "message": "Not authorized"}},
    404: {"error": {"code": "not_found", "message": "Team not found"}},
    429: {"error": {"code": "rate_limited", "message": "The rate limit of 6 is exceeded."}},
    500: {"error": {"code": "internal_server_error", "message": "An unexpected error."}},
}


def test_every_documented_refusal_has_a_remedy(vercel: Around) -> None:
    remedies = {
        401: told(VERCEL)["access_denied"],
        403: told(VERCEL)["access_denied"],
        404: "Look at the account's team_id or slug",
        429: told(VERCEL)["rate_limited"],
        500: told(VERCEL)["unavailable"],
    }
    for status, body in ERRORS.items():
        vercel.server.faults.clear()
        vercel.server.faults.add(troubles.refused(status, body).repeated(None))
        outcome = vercel.examined()
        assert outcome.state == "failed"
        assert body["error"]["message"] in str(outcome.message)
        expected_remedy = remedies.get(status, told(VERCEL)["unexpected_answer"])
        assert str(outcome.remedy).startswith(expected_remedy)


def test_a_sufficient_token_is_well(vercel: Around) -> None:
    assert vercel.examined().state == "ok"


def test_a_token_without_the_role_and_an_unknown_one_are_refused(vercel: Around) -> None:
    vercel.site.tokens[TOKEN] = Access("Viewer")

    assert "You don't have permission" in str(vercel.examined().message)
    unknown = around.examined(vercel.source(token="vcp_another"), vercel.clock.round())
    assert "Not authorized" in str(unknown.message)
    assert str(unknown.remedy) == told(VERCEL)["access_denied"]


def test_a_wrong_team_is_told_as_such(vercel: Around, place: Place) -> None:
    outcome = vercel.collected(place, [date(2026, 10, 5)], VercelOptions(slug="lumiere"))

    assert outcome.state == "failed"
    assert "Team not found" in str(outcome.message)
    assert str(outcome.remedy).startswith("Look at the account's team_id or slug")


def test_without_a_token_nothing_is_asked(vercel: Around, place: Place) -> None:
    source = replace(vercel.source(), secret=None)

    assert around.collected(source, vercel.clock.round(), place).state == "not_configured"
    assert vercel.server.requests == ()


@pytest.mark.parametrize("packed", [True, False])
def test_the_token_is_in_no_ledger_evidence_or_message(
    vercel: Around, place: Place, packed: bool
) -> None:
    def gossip(body: bytes) -> bytes:
        return body.replace(b'"Standard"', f'"{TOKEN}"'.encode())

    def compressed(request: Request, rest: Next) -> Response:
        answer = rest(request)
        headers = {**answer.headers, "content-encoding": "gzip"}
        return replace(answer, headers=headers, body=gzip.compress(answer.body))

    if packed:
        vercel.server.faults.add(Fault("packed", compressed).repeated(None))
    vercel.server.faults.add(rewritten("gossip", gossip).repeated(None))

    assert vercel.collected(place).state == "ok"
    assert TOKEN.encode() not in dump(place)
    assert not [answer for answer in kept_answers(place.files) if TOKEN.encode() in answer]

    words = {"error": {"code": "forbidden", "message": f"{TOKEN} may not"}}
    vercel.server.faults.add(troubles.refused(403, words).repeated(None))
    assert TOKEN[8:20] not in str(vercel.examined())


# What the made-up Vercel refuses


def test_the_made_up_vercel_answers_what_the_specification_describes() -> None:
    assert "GET /v1/billing/charges" in operations_of("vercel-billing.openapi.json")


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 400),
        ({"from": "2026-10-01T00:00:00.000Z"}, 400),
        ({"from": "monday", "to": "2026-10-02T00:00:00.000Z"}, 400),
        ({"from": "2026-10-01T00:00:00", "to": "2026-10-02T00:00:00"}, 400),
        ({"from": "2026-10-02T00:00:00Z", "to": "2026-10-02T00:00:00Z"}, 400),
        ({"from": "2024-10-02T00:00:00Z", "to": "2026-10-02T00:00:00Z"}, 400),
        ({"from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z", "team": "x"}, 400),
        ({"from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z", "slug": "x"}, 404),
        ({"from": "2026-10-01T00:00:00Z", "to": "2026-10-02T00:00:00Z"}, 200),
    ],
)
def test_a_wrong_question_is_refused(vercel: Around, query: dict[str, str], status: int) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    request = Request("GET", "/v1/billing/charges", tuple(query.items()), headers)

    assert vercel.site.answer(request).status == status


def test_a_question_without_a_token_is_refused(vercel: Around) -> None:
    assert vercel.site.answer(Request("GET", "/v1/billing/charges")).status == 401
