"""GitHub, collected into a ledger: exact, whole, and honest about what a token may not read."""

import asyncio
from collections.abc import Iterable, Iterator
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
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.model.rows import Charge
from ecot.providers.contract import Options
from ecot.providers.github import GITHUB, GitHubOptions
from ecot.sandbox import troubles
from ecot.sandbox.edits import edited, unknown_field
from ecot.sandbox.faults import Fault
from ecot.sandbox.github import Access, GitHubSite
from ecot.sandbox.github.truth import FIRST_DAY, ORGANIZATION, USER, GitHubTruth
from ecot.sandbox.messages import Request
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.jobs.world import Clock, dump, figures
from tests.kept import kept_answers
from tests.providers import around
from tests.providers.around import OCTOBER, of_october
from tests.providers.github_refusals import message
from tests.providers.remedies import told

TOKEN = "github_pat_11Can4ryBirdTw33tTweet_9Zk3QwLmNo7Hs2PxYb5Vd8Rf1GjKe6"
NOW = datetime(2026, 11, 8, 6, tzinfo=UTC)
QUESTION = of_october(NOW)
ORGANIZATIONS = GitHubOptions(organization=ORGANIZATION)
USERS = GitHubOptions(user=USER)
Split = dict[tuple[object, ...], tuple[Decimal, ...]]


class Around(around.Accounts[GitHubTruth, GitHubSite]):
    """A GitHub on loopback, and an account of it."""

    def source(self, options: Options | None = None) -> Source:
        chosen = options or ORGANIZATIONS
        return around.source(GITHUB, self.server.url, TOKEN, options=chosen, since=FIRST_DAY)

    def collected(
        self,
        place: Place,
        days: Iterable[date] | None = tuple(OCTOBER.days()),
        options: Options | None = None,
        beside: frozenset[str] = frozenset(),
    ) -> Outcome:
        """October's, unless told."""
        source = replace(self.source(options), beside=beside)
        return around.collected(source, self.clock.round(days), place)


@pytest.fixture
def github() -> Iterator[Around]:
    clock = Clock(NOW)
    truth = GitHubTruth(clock)
    site = GitHubSite(truth, {TOKEN: Access()})
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server)


def expected(
    truth: GitHubTruth, period: Period = OCTOBER, account: str = ORGANIZATION, copilot: bool = True
) -> Split:
    """The truth by what a charge is about: net, gross, quantity."""
    return {
        (day, item.sku.product, item.sku.sku, item.sku.unit, item.repository or account): (
            item.net,
            item.gross,
            item.quantity,
        )
        for day in period.days()
        for item in truth.items(account, day)
        if copilot or item.sku.product.lower() != "copilot"
    }


def charges(place: Place, question: Question = QUESTION) -> Split:
    """The ledger, by what its charges are about; no two are about the same."""
    found: Split = {}
    for row in (each.row for each in rows(place, question, Charge)):
        where = (row.day, row.service, row.sku_id, row.consumed_unit, row.sub_account_id)
        assert where not in found
        assert (row.currency, row.basis) == ("USD", "billed")
        assert row.billed_cost is not None
        assert row.list_cost is not None
        assert row.consumed_quantity is not None
        found[where] = (row.billed_cost, row.list_cost, row.consumed_quantity)
    return found


# What is collected


@pytest.mark.parametrize("with_time", [True, False])
def test_a_month_is_the_truth_to_the_last_digit(
    github: Around, place: Place, with_time: bool
) -> None:
    github.site.with_time = with_time

    outcome = github.collected(place)

    assert (outcome.state, outcome.message) == ("ok", None)
    assert charges(place) == expected(github.truth)
    assert len(charges(place)) > 300


def test_a_person_is_read_by_name(github: Around, place: Place) -> None:
    outcome = github.collected(place, options=USERS)

    assert outcome.state == "ok"
    assert charges(place) == expected(github.truth, account=USER)
    (asked,) = github.server.requests
    assert asked.path == "/users/mona/settings/billing/usage"


def test_one_question_a_month_is_enough(github: Around, place: Place) -> None:
    days = [date(2026, 10, 3), date(2026, 10, 20)]

    assert github.collected(place, days).state == "ok"

    (asked,) = github.server.requests
    assert dict(asked.query) == {"year": "2026", "month": "10"}
    found = charges(place)
    assert found == {
        where: amounts
        for where, amounts in expected(github.truth).items()
        if where[0] in (date(2026, 10, 3), date(2026, 10, 20))
    }


def test_a_first_night_and_the_next_read_every_day_once(github: Around, place: Place) -> None:
    assert github.collected(place, None).state == "ok"
    first = figures(place)
    whole = Period.of_days(FIRST_DAY, NOW.date() + DAY)
    question = replace(QUESTION, first=FIRST_DAY, after=NOW.date() + DAY)
    assert charges(place, question) == expected(github.truth, whole)

    assert github.collected(place, None).state == "ok"
    assert figures(place) == first


def test_what_the_plan_pays_is_kept_with_what_it_was_worth(github: Around, place: Place) -> None:
    github.collected(place)

    zeros = [gross for net, gross, _ in charges(place).values() if net == 0]
    assert zeros
    assert all(gross > 0 for gross in zeros)


def test_lines_of_copilot_count_where_nobody_else_tells_them(github: Around, place: Place) -> None:
    github.collected(place, beside=frozenset({"openai"}))

    assert charges(place) == expected(github.truth)
    assert {"Copilot", "copilot"} <= {where[1] for where in charges(place)}


def test_lines_of_copilot_are_left_to_its_own_account(github: Around, place: Place) -> None:
    outcome = github.collected(place, beside=frozenset({"github", "copilot"}))

    assert outcome.state == "ok"
    assert charges(place) == expected(github.truth, copilot=False)


def test_what_a_person_pays_for_copilot_is_told_by_nobody_else(
    github: Around, place: Place
) -> None:
    github.server.faults.add(edited("of Copilot", of_copilot).repeated(None))
    outcome = github.collected(place, options=USERS, beside=frozenset({"copilot"}))

    assert outcome.state == "ok"
    assert {where[1] for where in charges(place)} == {"Copilot"}


def test_every_figure_walks_back_to_its_item(github: Around, place: Place) -> None:
    github.collected(place)
    walk = Walk(place.files)

    for found in rows(place, QUESTION, Charge):
        (trace,) = walk.traces(found)
        assert trace.endpoint.startswith(f"GET /organizations/{ORGANIZATION}/settings/billing")
        assert trace.raw["netAmount"] == found.row.billed_cost
        assert trace.raw["sku"] == found.row.sku_id


def test_a_correction_is_a_restatement(github: Around, place: Place) -> None:
    github.collected(place)
    github.truth.factors[date(2026, 10, 30)] = Decimal("0.5")

    outcome = github.collected(place)

    assert [str(each.day) for each in outcome.restatements] == ["2026-10-30"]
    assert charges(place) == expected(github.truth)


def test_two_tokens_of_one_organization_count_it_once(github: Around, place: Place) -> None:
    twin = "ghp_" + TOKEN[:10:-1]
    github.site.tokens[twin] = Access()
    other = replace(github.source(), account="github/twin", secret=SecretStr(twin))
    round_ = github.clock.round(list(OCTOBER.days())[:3])

    outcomes = asyncio.run(collect(place, [github.source(), other], round_))

    assert [outcome.state for outcome in outcomes] == ["ok", "failed"]


# What goes wrong


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(3, message("You have exceeded a secondary rate limit.")),
        troubles.refused(403, message("secondary rate limit"), {"retry-after": "60"}),
        troubles.server_error(500, message("Server Error")),
        troubles.server_error(503, {"code": "503", "message": "Service unavailable"}),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
    ids=["429", "403 with Retry-After", "500", "503", "cut off", "reset"],
)
def test_what_passes_loses_nothing(github: Around, place: Place, fault: Fault) -> None:
    github.server.faults.add(fault.repeated(2))

    assert github.collected(place).state == "ok"
    assert charges(place) == expected(github.truth)
    assert len(github.server.faults.struck) == 2


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_is_waited_for_until_it_is_reset(github: Around, place: Place, status: int) -> None:
    reset = int(NOW.timestamp()) + 31
    counted = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
    limit = troubles.refused(status, message("API rate limit exceeded for user ID 1."), counted)
    github.server.faults.add(limit)

    assert github.collected(place).state == "ok"
    assert github.clock.slept == [30.0]  # a second after NOW
    assert charges(place) == expected(github.truth)


def test_a_limit_of_an_hour_is_no_wrong_token(github: Around, place: Place) -> None:
    reset = int(NOW.timestamp()) + 3000
    counted = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
    limit = troubles.refused(403, message("API rate limit exceeded for user ID 1."), counted)
    github.server.faults.add(limit.repeated(None))

    outcome = github.collected(place)

    assert outcome.state == "failed"
    assert "asks to wait 2999 s" in str(outcome.message)
    assert str(outcome.remedy) == told(GITHUB)["rate_limited"]


def of_copilot(content: Any) -> Any:
    return {"usageItems": [{**item, "product": "Copilot"} for item in content["usageItems"]]}


def another_year(content: Any) -> Any:
    for item in content["usageItems"]:
        item["date"] = item["date"].replace("2026", "2025")
    return content


def without_money(content: Any) -> Any:
    content["usageItems"][3].pop("netAmount")
    return content


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (troubles.not_json(), "this is not JSON"),
        (troubles.truncated_json(), "this is not JSON"),
        (edited("another year", another_year), "is not of 2026-10, which was asked for"),
        (edited("without money", without_money), "/usageItems/3 has no netAmount: {"),
    ],
    ids=["page", "half", "another year", "without money"],
)
def test_an_answer_that_is_not_understood_leaves_the_ledger_as_it_was(
    github: Around, place: Place, fault: Fault, said: str
) -> None:
    github.collected(place)
    before = figures(place)
    github.truth.factors[date(2026, 10, 30)] = Decimal(2)
    github.server.faults.add(fault.repeated(None))

    outcome = github.collected(place)

    assert outcome.state == "failed"
    assert said in str(outcome.message)
    assert figures(place) == before


def test_an_unknown_field_changes_no_figure(github: Around, place: Place) -> None:
    github.server.faults.add(unknown_field())

    assert github.collected(place).state == "ok"
    assert charges(place) == expected(github.truth)


def test_a_month_that_comes_back_empty_is_kept_once(github: Around, place: Place) -> None:
    github.collected(place)
    empty = edited("empty", lambda _: {"usageItems": []})
    github.server.faults.add(empty.repeated(None))

    assert github.collected(place).state == "partial"
    assert charges(place) == expected(github.truth)


# What is refused


@pytest.mark.parametrize(
    ("status", "content", "remedy"),
    [
        (400, message("Bad Request"), told(GITHUB)["unexpected_answer"]),
        (401, message("Bad credentials"), told(GITHUB)["access_denied"]),
        (403, message("Resource not accessible"), told(GITHUB)["access_denied"]),
        (404, message("Not Found"), "GitHub answers so where the token may not read billing"),
        (429, message("Too many"), told(GITHUB)["rate_limited"]),
        (500, message("Server Error"), told(GITHUB)["unavailable"]),
        (503, {"code": "x", "message": "Unavailable"}, told(GITHUB)["unavailable"]),
    ],
)
def test_every_documented_refusal_has_a_remedy(
    github: Around, status: int, content: dict[str, str], remedy: str
) -> None:
    github.server.faults.add(troubles.refused(status, content).repeated(None))

    outcome = github.examined()

    assert outcome.state == "failed"
    assert content["message"] in str(outcome.message)
    assert str(outcome.remedy).startswith(remedy)


def test_a_sufficient_token_is_well(github: Around) -> None:
    assert github.examined().state == "ok"
    assert github.examined(USERS).state == "ok"


@pytest.mark.parametrize(
    ("access", "options", "said"),
    [
        (Access(has_permission=False), ORGANIZATIONS, "Resource not accessible by personal"),
        (Access(frozenset({USER})), ORGANIZATIONS, "Not Found"),
        (Access(), GitHubOptions(organization="lumen-labo"), "Not Found"),
        (Access(), GitHubOptions(organization=USER), "Not Found"),
        (Access(), GitHubOptions(organization="../../user"), "Not Found"),
    ],
)
def test_a_token_or_a_name_that_does_not_suffice_is_told(
    github: Around, access: Access, options: GitHubOptions, said: str
) -> None:
    github.site.tokens[TOKEN] = access

    outcome = github.examined(options)

    assert outcome.state == "failed"
    assert said in str(outcome.message)
    assert "Administration: read" in str(outcome.remedy)


def test_without_an_organization_nothing_is_asked(github: Around, place: Place) -> None:
    outcome = github.collected(place, options=GitHubOptions())

    assert outcome.state == "not_configured"
    assert str(outcome.message) == "github/lumen: GITHUB_ORGANIZATION_LUMEN is not set"
    assert github.server.requests == ()


def test_the_token_is_in_no_ledger_evidence_or_message(github: Around, place: Place) -> None:
    def gossip(content: Any) -> Any:
        return {**content, "your_token": TOKEN}

    github.server.faults.add(edited("gossip", gossip).repeated(None))

    assert github.collected(place).state == "ok"
    assert TOKEN.encode() not in dump(place)
    assert not [answer for answer in kept_answers(place.files) if TOKEN.encode() in answer]

    words = message(f"{TOKEN} may not")
    github.server.faults.add(troubles.refused(403, words).repeated(None))
    outcome = github.examined()
    assert outcome.state == "failed"
    assert TOKEN[16:28] not in str(outcome)


# What the made-up GitHub refuses


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 200),
        ({"year": "2026"}, 200),
        ({"year": "2026", "month": "10", "day": "5"}, 200),
        ({"year": "26"}, 400),
        ({"month": "13"}, 400),
        ({"month": "october"}, 400),
        ({"day": "0"}, 400),
        ({"months": "10"}, 400),
    ],
)
def test_a_wrong_question_is_refused(github: Around, query: dict[str, str], status: int) -> None:
    headers = {"authorization": f"Bearer {TOKEN}", "user-agent": "tests"}
    path = f"/organizations/{ORGANIZATION}/settings/billing/usage"

    assert github.site.answer(Request("GET", path, tuple(query.items()), headers)).status == status


def test_a_question_without_a_token_is_refused(github: Around) -> None:
    path = f"/organizations/{ORGANIZATION}/settings/billing/usage"

    assert github.site.answer(Request("GET", path, (), {"user-agent": "tests"})).status == 401
