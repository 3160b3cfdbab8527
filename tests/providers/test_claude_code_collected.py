"""A made-up team's Claude Code, collected over a real socket: exact, whole, and never a cost.

What is expected is added up here from what was done and from the prices of the sandbox, and not
from anything that goes over the wire.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr

from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Activity, AnyRow, Charge, Usage
from ecot.providers.claude_code import CLAUDE_CODE
from ecot.providers.people import People
from ecot.sandbox import edits, troubles
from ecot.sandbox.anthropic import rate_limited_until
from ecot.sandbox.claude_code import ADMIN_KEY, PATH, ClaudeCodeSite
from ecot.sandbox.claude_code.truth import (
    ACTORS,
    CENTS,
    FACTORS,
    FIRST_DAY,
    ORGANIZATION,
    ClaudeCodeTruth,
    Record,
)
from ecot.sandbox.faults import Fault
from ecot.sandbox.messages import Request
from ecot.sandbox.server import LoopbackServer
from ecot.store.people import people_key
from ecot.store.protocol import Place
from ecot.store.records import all_names
from tests.jobs.world import Clock, dump, figures, totals
from tests.kept import kept_answers
from tests.providers import around
from tests.providers.remedies import told
from tests.specifications import refusals

CANARY = "sk-ant-admin01-Can4ryBird-Tw33tTweet_9Zk3QwLmNoPq7"
NOW = datetime(2026, 11, 21, 6, tzinfo=UTC)
OCTOBER = Month(2026, 10)
DAYS = OCTOBER.days()
WEEK = DAYS[:7]
Key = tuple[object, ...]


@dataclass
class Around(around.Supplier[ClaudeCodeTruth, ClaudeCodeSite]):
    """A Claude Code on loopback, and an account of it."""

    place: Place

    def source(self, key: str = ADMIN_KEY) -> Source:
        return around.source(CLAUDE_CODE, self.server.url, key, since=DAYS[0])

    def collected(self, days: Iterable[date] | None = DAYS, key: str = ADMIN_KEY) -> Outcome:
        """October's, unless told."""
        return around.collected(self.source(key), self.clock.round(days), self.place)

    def examined(self, key: str = ADMIN_KEY) -> Outcome:
        return around.examined(self.source(key), self.clock.round())

    def rows(self, kind: Any) -> list[Any]:
        """The rows of exactly this kind."""
        asked = Question(
            first=DAYS[0], after=self.clock.today + DAY, today=self.clock.today, currency="USD"
        )
        return [one.row for one in rows(self.place, asked, kind) if type(one.row) is kind]

    def who(self, record: Record) -> Key:
        """What a record is about, with the ledger's pseudonym of the person."""
        people = People(partial(people_key, self.place.files))
        email = record.actor.email
        user = None if email is None else people.pseudonym(email)
        remote = str(record.is_remote).lower()
        customer = record.actor.customer_type
        return record.day, user, record.actor.key, record.terminal, customer, remote

    def records(self, days: Iterable[date] = DAYS) -> list[Record]:
        return [record for day in days for record in self.truth.records(day)]


@pytest.fixture
def code(place: Place) -> Iterator[Around]:
    clock = Clock(NOW)
    truth = ClaudeCodeTruth(clock)
    site = ClaudeCodeSite(truth, records_a_page=3)
    with LoopbackServer(site) as server:
        yield Around(clock, truth, site, server, place)


def who(row: AnyRow) -> Key:
    assert (row.category, row.service, row.sub_account_id) == (
        "developer tools",
        "Claude Code",
        ORGANIZATION,
    )
    tags = [row.tags[name] for name in ("terminal_type", "customer_type", "is_remote")]
    return row.day, row.user, row.api_key_id, *tags


def done(code: Around, days: Iterable[date] = DAYS) -> dict[Key, dict[str, int]]:
    """The truth, by what it is about."""
    return {
        code.who(one): {
            "sessions": one.sessions,
            "lines_added": one.added,
            "lines_removed": one.removed,
            "commits": one.commits,
            "pull_requests": one.pull_requests,
        }
        | (
            {
                "acceptances": sum(yes for yes, _ in one.decided.values()),
                "rejections": sum(no for _, no in one.decided.values()),
            }
            if one.decided
            else {}
        )
        for one in code.records(days)
    }


def dollars(code: Around, days: Iterable[date] = DAYS) -> dict[Key, Decimal]:
    """What the tokens of each model come to, in dollars."""
    return {
        (*code.who(one), used.model): sum(
            (
                count * FACTORS[kind] * CENTS[used.model] / 100
                for kind, count in used.tokens.items()
            ),
            Decimal(0),
        )
        for one in code.records(days)
        for used in one.models
    }


def stated(code: Around) -> dict[Key, Decimal | None]:
    """The same out of the ledger: what an estimate of money or of a list price says."""
    return {
        (*who(row), row.model): row.list_cost if row.billed_cost is None else row.billed_cost
        for row in code.rows(Charge)
    }


def is_exact(code: Around, days: Iterable[date] = DAYS) -> bool:
    """Whether the ledger is the truth of these days to the last digit."""
    did = {who(row): row.quantities for row in code.rows(Activity)}
    return did == done(code, days) and stated(code) == dollars(code, days)


# What is collected


def test_a_month_is_the_truth_to_the_last_digit(code: Around) -> None:
    outcome = code.collected()

    assert (outcome.state, outcome.message) == ("ok", None)
    assert is_exact(code)
    assert len(code.rows(Activity)) == len(done(code)) > 80
    assert {where[4] for where in done(code)} == {"api", "subscription"}


def test_all_tokens_are_a_detail_of_anthropic(code: Around) -> None:
    code.collected()

    found = {(*who(row), row.model): row for row in code.rows(Usage)}
    assert len(found) == len(code.rows(Usage))
    for one in code.records():
        for used in one.models:
            row = found.pop((*code.who(one), used.model))
            parts = [used.tokens[kind] for kind in ("input", "cache_read", "cache_creation")]
            assert (row.role, row.parent) == ("breakdown", "anthropic")
            assert list(row.quantities.values()) == [
                parts[2],
                parts[1],
                sum(parts),
                parts[0],
                used.tokens["output"],
            ]
    assert not found


def test_each_day_is_asked_for_alone_and_to_its_last_page(code: Around) -> None:
    code.collected()

    asked = Counter(dict(one.query)["starting_at"] for one in code.server.requests)
    sizes = {day: len(code.truth.records(day)) for day in DAYS}
    assert asked == {str(day): max(1, -(-size // 3)) for day, size in sizes.items()}
    assert {dict(one.query)["limit"] for one in code.server.requests} == {"1000"}
    assert {one.path for one in code.server.requests} == {PATH}
    assert max(asked.values()) >= 3


def test_one_person_with_two_kinds_of_customer_has_both(code: Around) -> None:
    code.collected()

    by_user = defaultdict(set)
    for row in code.rows(Activity):
        by_user[row.user].add(row.tags["customer_type"])
    assert sorted(map(len, by_user.values())) == [1, 1, 1, 2]


def test_a_first_night_and_the_next_read_every_day_once(code: Around) -> None:
    assert code.collected(None).state == "ok"
    days = list(Period.of_days(DAYS[0], NOW.date() + DAY).days())
    assert is_exact(code, days)
    first = figures(code.place)

    assert code.collected(None).state == "ok"
    assert figures(code.place) == first


def test_the_running_day_has_what_is_an_hour_old(code: Around) -> None:
    code.clock.at(date(2026, 10, 7), hour=12)

    assert code.collected(DAYS[:7]).state == "ok"

    assert is_exact(code, DAYS[:7])
    code.clock.at(date(2026, 10, 8))
    assert code.collected(DAYS[:7]).restatements == ()
    assert is_exact(code, DAYS[:7])


def test_a_change_of_an_older_day_is_a_restatement(code: Around) -> None:
    code.collected()
    code.truth.factors[DAYS[28]] = 2

    outcome = code.collected()

    assert is_exact(code)
    assert [str(one.day) for one in outcome.restatements] == ["2026-10-29"]


def test_every_figure_walks_back_to_its_record(code: Around) -> None:
    code.collected(WEEK)
    walk = Walk(code.place.files)
    asked = Question(first=WEEK[0], after=WEEK[-1] + DAY, today=NOW.date(), currency="USD")

    for found in rows(code.place, asked, Charge):
        (trace,) = walk.traces(found)
        assert f"{PATH}?starting_at={found.row.day}" in trace.endpoint
        cents = 100 * Decimal(str(found.row.billed_cost or found.row.list_cost))
        assert trace.raw["estimated_cost"]["amount"] == cents


# What it never is


def test_nothing_of_it_is_in_a_total_and_nothing_is_called_unknown(code: Around) -> None:
    code.collected()

    found = totals(code.place, "user", DAYS[0], OCTOBER.after, NOW.date())

    assert (found.total, found.coverage.unknown, found.coverage.without_cost) == (None, 0, ())
    assert not found.coverage.is_part
    assert {group.only for group in found.groups} == {"activity"}
    commits = sum(group.quantities["commits"] for group in found.groups)
    assert commits == sum(one.commits for one in code.records())


def test_what_is_paid_by_use_is_missing_without_an_account_of_anthropic(code: Around) -> None:
    code.collected()

    found = totals(code.place, "provider", DAYS[0], OCTOBER.after, NOW.date())

    paid = sum(cost for where, cost in dollars(code).items() if where[4] == "api")
    assert found.coverage.breakdowns == {"claude-code/lumen": paid}
    assert [(gap.provider, gap.reason) for gap in found.coverage.missing] == [
        ("anthropic", "told by another")
    ]


def test_subscriptions_alone_make_nothing_missing(code: Around) -> None:
    only = edits.edited("subscriptions", lambda page: page | {"data": _of_subscriptions(page)})
    code.server.faults.add(only.repeated(None))
    code.collected()

    found = totals(code.place, "provider", DAYS[0], OCTOBER.after, NOW.date())

    assert {row.tags["customer_type"] for row in code.rows(Charge)} == {"subscription"}
    assert (found.coverage.missing, found.coverage.breakdowns) == ((), {})
    assert (found.total, found.coverage.is_part) == (None, False)


def _of_subscriptions(page: Any) -> list[Any]:
    return [one for one in page["data"] if one["customer_type"] == "subscription"]


def test_where_subscriptions_are_left_out_nobody_is_said_to_have_done_nothing(
    code: Around,
) -> None:
    code.site.has_subscriptions = False

    assert code.collected().state == "ok"

    users = {row.user for row in code.rows(Activity)}
    assert len(users) == 3  # two people, and the key without one
    assert not [row for row in code.rows(Activity) if not any(row.quantities.values())]


def test_no_total_lacks_what_is_a_detail_of_it(code: Around) -> None:
    code.server.faults.add(troubles.server_error(500).repeated(None))

    assert code.collected().state == "failed"
    found = totals(code.place, "provider", DAYS[0], OCTOBER.after, NOW.date())
    assert found.coverage.missing == ()


def test_a_team_that_is_answered_with_nothing_has_no_data(code: Around) -> None:
    code.server.faults.add(edits.edited("empty", lambda page: page | EMPTY).repeated(None))

    outcome = code.collected()

    assert (outcome.state, outcome.message) == ("no_data", None)
    assert not code.rows(Activity)
    assert totals(code.place, "user", DAYS[0], OCTOBER.after, NOW.date()).groups == ()


EMPTY = {"data": [], "has_more": False, "next_page": None}


def test_a_day_that_comes_back_empty_is_kept_once(code: Around) -> None:
    code.collected()
    empty = edits.edited("empty", lambda page: page | EMPTY)
    code.server.faults.add(empty.on(query={"starting_at": str(DAYS[4])}).repeated(None))

    assert code.collected().state == "partial"
    assert is_exact(code)


# Who people are


def test_nobody_is_in_the_ledger_or_in_what_is_kept_by_their_address(code: Around) -> None:
    code.collected()

    kept = kept_answers(code.place.files, at_least=31)
    told_of = b"".join(kept) + b"".join(
        row.user.encode() for row in code.rows(Activity) if row.user
    )
    emails = {one.email for one in ACTORS if one.email}
    assert not [email for email in emails if email.lower().encode() in told_of.lower()]
    named = {one.name for names in all_names(code.place.store).values() for one in names}
    assert emails <= named


def acted(code: Around, **actor: str) -> None:
    """Collects a week in which everything was done by one actor."""

    def edit(page: Any) -> Any:
        for one in page["data"]:
            one["actor"] = actor
        return page

    code.server.faults.add(edits.edited("actor", edit).repeated(None))
    code.collected(WEEK)


def test_an_address_that_is_none_is_a_person_too(code: Around) -> None:
    acted(code, type="user_actor", email_address="root at build-7")

    (user,) = {row.user for row in code.rows(Activity)}
    assert user.startswith("user-")
    assert not [answer for answer in kept_answers(code.place.files) if b"build-7" in answer]


def test_a_key_that_claude_code_named_after_its_owner_names_nobody(code: Around) -> None:
    acted(code, type="api_actor", api_key_name="claude_code_key_ana.pereira_pcvf")

    (key,) = {row.api_key_id for row in code.rows(Activity)}
    assert re.fullmatch("claude_code_key_user-[a-z2-7]{8}_pcvf", key)
    kept = dump(code.place) + b"".join(kept_answers(code.place.files))
    assert b"pereira" not in kept


# What goes wrong


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(3),
        rate_limited_until(20, lambda: NOW),
        troubles.server_error(500),
        troubles.server_error(529),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
    ids=["429", "429 until", "500", "529", "cut off", "reset"],
)
def test_what_passes_loses_nothing(code: Around, fault: Fault) -> None:
    code.server.faults.add(fault.on(first=4).repeated(2))

    assert code.collected(WEEK).state == "ok"
    assert is_exact(code, WEEK)
    assert len(code.server.faults.struck) == 2


def test_a_limit_is_waited_for_until_it_is_reset(code: Around) -> None:
    code.server.faults.add(rate_limited_until(31, lambda: NOW))

    assert code.collected(WEEK).state == "ok"
    assert code.clock.slept == [30.0]  # a second after NOW
    assert is_exact(code, WEEK)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (troubles.not_json(), "this is not JSON"),
        (troubles.truncated_json(), "this is not JSON"),
        (edits.repeated_cursor(), "leads back to the page"),
        (
            edits.edited("no cursor", lambda page: page | {"has_more": True, "next_page": None}),
            "has no next_page",
        ),
        (
            edits.edited("text", lambda page: json.loads(json.dumps(page, default=str))),
            "does not state its money as a number of cents",
        ),
        (
            edits.edited(
                "another day",
                lambda page: (
                    page
                    | {"data": [one | {"date": "2025-01-01T00:00:00Z"} for one in page["data"]]}
                ),
            ),
            "which was asked for",
        ),
    ],
    ids=["page", "half", "circle", "no cursor", "text", "another day"],
)
def test_an_answer_that_is_not_understood_leaves_the_ledger_as_it_was(
    code: Around, fault: Fault, said: str
) -> None:
    code.collected(WEEK)
    before = figures(code.place)
    code.truth.factors[WEEK[2]] = 3
    code.server.faults.add(fault.repeated(None))

    outcome = code.collected(WEEK)

    assert outcome.state == "failed"
    assert said in str(outcome.message)
    assert str(outcome.remedy) == told(CLAUDE_CODE)["unexpected_answer"]
    assert figures(code.place) == before


def test_a_day_is_whole_or_not_there(code: Around) -> None:
    """A second page that fails leaves nothing of the first."""
    error = troubles.server_error(500).on(query={"page": "page_"})
    code.server.faults.add(error.repeated(None))

    assert code.collected(WEEK).state == "failed"
    assert not code.rows(Activity)


def test_unknown_fields_and_kinds_change_no_figure(code: Around) -> None:
    code.server.faults.add(edits.unknown_field())

    assert code.collected(WEEK).state == "ok"
    assert is_exact(code, WEEK)


def test_an_unknown_kind_of_customer_is_no_money(code: Around) -> None:
    code.server.faults.add(edits.unknown_value("customer_type", "marketplace"))

    assert code.collected(WEEK).state == "ok"

    assert {row.basis for row in code.rows(Charge)} == {"unknown"}
    found = totals(code.place, "provider", WEEK[0], WEEK[-1] + DAY, NOW.date())
    assert (found.coverage.breakdowns, found.coverage.missing) == ({}, ())


# What is refused


STATES = {
    400: "unexpected_answer",
    401: "access_denied",
    403: "access_denied",
    404: "unexpected_answer",
    429: "rate_limited",
    500: "unavailable",
}
REFUSED = {
    status: body
    for operation, status, body in refusals("claude-code.openapi.json")
    if operation == f"GET {PATH}"
}


@pytest.mark.parametrize("status", STATES)
def test_every_documented_refusal_has_a_remedy(code: Around, status: int) -> None:
    assert REFUSED.keys() == STATES.keys()
    body = REFUSED[status]
    code.server.faults.add(troubles.refused(status, body).repeated(None))

    for outcome in (code.examined(), code.collected(WEEK)):
        assert outcome.state == "failed"
        assert body["error"]["message"] in str(outcome.message)
        assert str(outcome.remedy) == told(CLAUDE_CODE)[STATES[status]]  # type: ignore[index]


def test_a_sufficient_key_is_well_and_one_small_question_shows_it(code: Around) -> None:
    assert code.examined().state == "ok"

    (asked,) = code.server.requests
    assert dict(asked.query) == {"starting_at": "2026-11-14", "limit": "1"}


@pytest.mark.parametrize(
    ("key", "said", "asked"),
    [
        ("sk-ant-api03-abc", "ordinary API key", False),
        ("sk-ant-oat01-abc", "sign-in token of Claude Code", False),
        ("sk-ant-admin01-unknown", "individual accounts do not have", True),
        (CANARY, "individual accounts do not have", True),
    ],
)
def test_a_wrong_key_is_told_with_its_remedy(
    code: Around, key: str, said: str, asked: bool
) -> None:
    code.site.limited.add(CANARY)

    outcome = code.examined(key)

    assert outcome.state == "failed"
    assert said in str(outcome.remedy)
    assert bool(code.server.requests) is asked


def test_without_a_key_nothing_is_asked(code: Around) -> None:
    source = replace(code.source(), secret=None)

    outcome = around.collected(source, code.clock.round(WEEK), code.place)

    assert outcome.state == "not_configured"
    assert str(outcome.message) == "claude-code/lumen: CLAUDE_CODE_ADMIN_KEY is not set"
    assert code.server.requests == ()


def test_two_keys_of_one_organization_count_it_once(code: Around) -> None:
    code.collected(WEEK)
    code.site.keys.add(CANARY)
    twin = replace(code.source(), account="claude-code/twin", secret=SecretStr(CANARY))

    outcome = around.collected(twin, code.clock.round(WEEK), code.place)

    assert outcome.state == "failed"
    assert "which claude-code/lumen already counts" in str(outcome.message)


def test_the_key_is_in_no_ledger_evidence_or_message(code: Around) -> None:
    code.site.keys.add(CANARY)
    gossip = edits.edited("gossip", lambda page: page | {"your_key": CANARY})
    code.server.faults.add(gossip.repeated(None))

    assert code.collected(WEEK, CANARY).state == "ok"
    assert CANARY.encode() not in dump(code.place)
    assert not [answer for answer in kept_answers(code.place.files) if CANARY.encode() in answer]

    code.server.faults.clear()
    words = {"type": "error", "error": {"type": "permission_error", "message": f"no {CANARY}"}}
    code.server.faults.add(troubles.refused(403, words).repeated(None))
    outcome = code.examined(CANARY)
    assert outcome.state == "failed"
    assert CANARY[15:27] not in str(outcome)


# What the made-up Claude Code refuses


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"starting_at": "2026-10-05"}, 200),
        ({"starting_at": "2026-10-05", "limit": "1"}, 200),
        ({}, 400),
        ({"start_date": "2026-10-05"}, 400),
        ({"starting_at": "2026-10-05", "ending_at": "2026-10-06"}, 400),
        ({"starting_at": "2026-10-05T00:00:00Z"}, 400),
        ({"starting_at": "20261005"}, 400),
        ({"starting_at": "2026-10-05", "limit": "0"}, 400),
        ({"starting_at": "2026-10-05", "limit": "1001"}, 400),
        ({"starting_at": "2026-10-05", "page": "page_MjAyNi0xMC0wNi8z"}, 400),
        ({"starting_at": "2026-10-05", "page": "page_é"}, 400),
    ],
)
def test_a_wrong_question_is_refused(code: Around, query: dict[str, str], status: int) -> None:
    headers = {"x-api-key": ADMIN_KEY, "anthropic-version": "2023-06-01"}
    asked = Request("GET", PATH, tuple(query.items()), headers)

    assert code.site.answer(asked).status == status


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"x-api-key": "sk-ant-admin01-unknown", "anthropic-version": "2023-06-01"}, 401),
        ({"x-api-key": ADMIN_KEY}, 400),
    ],
)
def test_a_question_without_a_key_or_a_version_is_refused(
    code: Around, headers: dict[str, str], status: int
) -> None:
    query = (("starting_at", "2026-10-05"),)

    assert code.site.answer(Request("GET", PATH, query, headers)).status == status


def test_the_made_up_team_begins_on_a_day_and_rests_on_sundays(code: Around) -> None:
    assert code.truth.records(FIRST_DAY - timedelta(1)) == []
    assert code.truth.records(date(2026, 10, 4)) == []
    assert code.truth.records(NOW.date() + DAY) == []
