"""Cursor over a real socket and into a ledger: exact, whole, and honest about what it refuses."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from ecot.errors import ProviderError
from ecot.jobs.balances import latest_balances
from ecot.jobs.collect import collect
from ecot.jobs.round import Round
from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.period import DAY, Period
from ecot.model.rows import Activity, Charge, Usage
from ecot.pricing.book import PriceBook
from ecot.providers.cursor import CURSOR
from ecot.providers.cursor.asking import milliseconds
from ecot.providers.http import client
from ecot.providers.transport import Patient
from ecot.sandbox import troubles
from ecot.sandbox.cursor import CursorSite
from ecot.sandbox.cursor.query import refusal
from ecot.sandbox.cursor.truth import MEMBERS, CursorTruth, Event
from ecot.sandbox.edits import edited
from ecot.sandbox.faults import Fault
from ecot.sandbox.messages import Request
from ecot.store.protocol import Place
from tests.jobs.pieces import everything
from tests.jobs.resuming import ledger, resumed
from tests.jobs.world import dump, figures
from tests.kept import kept_answers
from tests.plans import plan, seat_price
from tests.providers.around import OCTOBER, collected, of_october, source
from tests.providers.cursor_around import (
    KEY,
    NOW,
    Around,
    a_cursor,
    activity_of,
    costs_of,
    expected_activity,
    expected_costs,
    expected_usage,
    pseudonyms,
    usage_of,
)
from tests.store.faulty import Killed

QUESTION = of_october(NOW)
DAYS = Period.of_days(date(2026, 10, 28), date(2026, 10, 31))
TODAY = Period.of_day(NOW.date())
AUGUST = date(2026, 8, 1)  # as far back as a first collection reads: 94 days
EVENTS = "/teams/filtered-usage-events"
BUSY = {"error": "Too Many Requests", "message": "Rate limit exceeded"}


@pytest.fixture
def around() -> Iterator[Around]:
    with a_cursor() as site:
        yield site


def few(size: int) -> Fault:
    """Pages of a few rows, whatever is asked."""

    def effect(request: Any, rest: Any) -> Any:
        asked = json.loads(request.body or b"{}")
        if "pageSize" not in asked:
            return rest(request)
        return rest(replace(request, body=json.dumps({**asked, "pageSize": size}).encode()))

    return Fault("small pages", effect, times=None)


def asked_of(answers: list[Any]) -> list[dict[str, Any]]:
    return [
        json.loads(answer.endpoint.partition(" /teams/")[2].partition(" ")[2]) for answer in answers
    ]


# What is asked


def test_at_most_thirty_days_are_asked_at_once(around: Around) -> None:
    for stream in CURSOR.feeds:
        spans = [(asked["startDate"], asked["endDate"]) for asked in asked_of(around.read(stream))]
        assert len(spans) == 2
        assert spans[0][0] == int(OCTOBER.start.timestamp()) * 1000
        assert spans[0][1] in (spans[1][0], spans[1][0] - 1)
        assert all(end - start <= 30 * 86_400_000 for start, end in spans)


@pytest.mark.parametrize("end_is_inside", [True, False])
def test_a_month_is_the_truth_whether_the_end_is_inside_or_not(
    around: Around, end_is_inside: bool
) -> None:
    """The first event of every day is at midnight: at the end of what was asked for before it."""
    around.site.end_is_inside = end_is_inside
    found = around.rows()

    assert costs_of(found) == expected_costs(around.truth)
    assert usage_of(found) == expected_usage(around.truth)
    assert activity_of(around.rows("daily")) == expected_activity(around.truth)


@pytest.mark.parametrize("size", [1, 7])
def test_pages_of_a_few_are_read_to_the_last(around: Around, size: int) -> None:
    around.server.faults.add(few(size))

    found = around.rows(period=DAYS)
    assert costs_of(found) == expected_costs(around.truth, DAYS)
    assert activity_of(around.rows("daily", DAYS)) == expected_activity(around.truth, DAYS)
    answers = around.read("spend", TODAY)
    assert len(answers) == -(-len(MEMBERS) // size)
    assert {asked["sortBy"] for asked in asked_of(answers)} == {"user"}


def turning_up(around: Around, moments: Iterable[int]) -> None:
    """Each time that events are asked for there is one more, of the next of the moments (ms)."""
    left = iter(moments)

    def happens() -> None:
        if (moment := next(left, None)) is not None:
            about = (MEMBERS[0].email, "gpt-5", "Usage-based", True, Decimal(7), Decimal(7))
            around.truth.more.append(Event(moment, *about))

    around.site.happens = happens


def happening(around: Around, often: int) -> Iterator[int]:
    """So often, the moment is just before: a second has gone by."""
    for _ in range(often):
        around.clock.moment += timedelta(seconds=1)
        yield int(around.clock.moment.timestamp() * 1000)


def test_what_happens_while_the_running_day_is_read_is_read_the_next_time(around: Around) -> None:
    """Pages are numbered from the newest event on: each new one would move all that follow."""
    around.server.faults.add(few(1))
    until_now = expected_costs(around.truth, TODAY)
    assert until_now
    turning_up(around, happening(around, often=1000))

    assert costs_of(around.rows(period=TODAY)) == until_now


def late(often: int) -> Iterator[int]:
    """So often, a moment of yesterday, each before the last."""
    yesterday = int(NOW.timestamp() * 1000) - 86_400_000
    return (yesterday + left for left in reversed(range(often)))


def test_an_event_that_turns_up_late_moves_the_pages_and_is_counted_once(around: Around) -> None:
    around.server.faults.add(few(2))
    yesterday = Period.of_day(NOW.date() - DAY)
    turning_up(around, late(often=2))

    assert costs_of(around.rows(period=yesterday)) == expected_costs(around.truth, yesterday)
    assert len(around.truth.more) == 2


def test_days_that_never_come_to_rest_are_not_read_wrongly(around: Around, place: Place) -> None:
    around.server.faults.add(few(2))
    turning_up(around, late(often=10_000))

    outcome = around.collected(place, [NOW.date() - DAY])

    assert (outcome.state, outcome.unread) == ("partial", ("events",))
    assert "changed events while they were read" in str(outcome.message)
    question = replace(QUESTION, after=NOW.date() + DAY)
    assert not list(rows(place, question, Charge))


# Into a ledger


def test_a_month_in_the_ledger_is_the_truth(around: Around, place: Place) -> None:
    outcome = around.collected(place)

    assert (outcome.state, outcome.message) == ("ok", None)
    assert costs_of(found.row for found in rows(place, QUESTION, Charge)) == expected_costs(
        around.truth
    )
    assert usage_of(found.row for found in rows(place, QUESTION, Usage)) == expected_usage(
        around.truth
    )
    assert activity_of(found.row for found in rows(place, QUESTION, Activity)) == (
        expected_activity(around.truth)
    )


def test_a_second_night_changes_nothing(around: Around, place: Place) -> None:
    around.collected(place)
    before = figures(place)

    assert around.collected(place).state == "ok"
    assert figures(place) == before


def test_a_day_is_replaced_and_never_added_to(around: Around, place: Place) -> None:
    """Events have no id: what is read again stands in the place of what was read before."""
    around.collected(place)
    moment = int(datetime(2026, 10, 30, 12, tzinfo=UTC).timestamp()) * 1000
    more = Event(
        moment, MEMBERS[1].email, "gpt-5", "Usage-based", True, Decimal("0.5"), Decimal("0.5")
    )
    around.truth.more += [more, more]  # two that are equal in everything

    outcome = around.collected(place)

    assert [str(each.day) for each in outcome.restatements] == ["2026-10-30"]
    assert costs_of(found.row for found in rows(place, QUESTION, Charge)) == expected_costs(
        around.truth
    )


def test_the_last_seven_days_are_read_again_every_night(around: Around, place: Place) -> None:
    """A window of seven days that rolls with the clock has all of them, and no eighth."""
    around.collected(place)
    around.clock.at(date(2026, 11, 3))
    first = milliseconds(datetime(2026, 10, 28, tzinfo=UTC))

    source = replace(around.source, since=OCTOBER.start.date())
    collected(source, around.clock.round(), place)
    asked: list[int] = []
    watch = Fault("watch", lambda request, rest: _watched(asked, request, rest), times=None)
    around.server.faults.add(watch)
    collected(source, around.clock.round(), place)

    assert min(asked) == first


def _watched(asked: list[int], request: Any, rest: Any) -> Any:
    asked += [json.loads(request.body or b"{}").get("startDate", 10**15)]
    return rest(request)


def test_what_comes_within_a_day_of_the_days_end_is_no_restatement(
    around: Around, place: Place
) -> None:
    """Figures are put together once an hour, and how late is not said."""
    yesterday = NOW.date() - DAY
    around.collected(place, [yesterday])
    moment = milliseconds(NOW) - 86_400_000
    around.truth.more.append(
        Event(moment, MEMBERS[0].email, "gpt-5", "Usage-based", True, Decimal(7), Decimal(7))
    )
    around.clock.at(NOW.date(), hour=20)

    assert around.collected(place, [yesterday]).restatements == ()
    assert costs_of(
        found.row for found in rows(place, replace(QUESTION, after=NOW.date()), Charge)
    ) == expected_costs(around.truth, Period.of_day(yesterday))


def test_every_figure_walks_back_to_the_events_that_state_it(around: Around, place: Place) -> None:
    around.collected(place, tuple(DAYS.days()))
    walk = Walk(place.files)

    for found in rows(place, QUESTION, Charge):
        stated = [trace.raw for trace in walk.traces(found)]
        assert {each["kind"] for each in stated} == {found.row.service}
        worth = sum(Decimal(each["chargedCents"]) for each in stated) / 100
        assert worth == found.row.list_cost


def test_nobody_is_named_in_the_ledger(around: Around, place: Place) -> None:
    around.collected(place, [NOW.date(), *DAYS.days()])
    kept = dump(place) + b"".join(kept_answers(place.files, at_least=4))

    for member in MEMBERS:
        assert member.email.lower().encode() not in kept.lower()
        assert member.name.encode() not in kept
    users = {found.row.user for found in rows(place, QUESTION, Charge)}
    assert all(user is not None and user.startswith("user-") for user in users)
    assert len(users) == 3


def test_people_are_the_same_persons_in_every_feed(around: Around) -> None:
    known = set(pseudonyms(member.email for member in MEMBERS[:3]).values())

    assert {row.user for row in around.rows()} == known
    assert {row.user for row in around.rows("daily")} == known


def test_spend_is_what_the_events_of_the_cycle_add_up_to(around: Around, place: Place) -> None:
    around.collected(place, [NOW.date()])
    since = int(around.truth.cycle_start().timestamp()) * 1000
    every = around.truth.events(date(2026, 10, 1), NOW.date())
    events = [event for event in every if event.moment >= since]
    question = replace(QUESTION, first=NOW.date(), after=NOW.date() + DAY)
    balances = {kept.row.name: kept.row for kept in latest_balances(place, question)}

    assert {name: row.used for name, row in balances.items()} == {
        "spend": sum(event.owed for event in events) / 100,
        "value of use": sum(event.cents for event in events) / 100,
    }
    charged = costs_of(
        found.row for found in rows(place, question, Charge) if found.row.service != "seats"
    )
    assert charged == expected_costs(around.truth, TODAY)  # and the gauge is in no charge


# Seats


def seats(place: Place) -> list[Charge]:
    question = replace(QUESTION, first=NOW.date(), after=NOW.date() + DAY)
    return [found.row for found in rows(place, question, Charge) if found.row.service == "seats"]


def test_seats_cost_what_nobody_knows_until_somebody_says_it(around: Around, place: Place) -> None:
    around.collected(place, [NOW.date()])

    (charge,) = seats(place)
    assert (charge.basis, charge.billed_cost) == ("unknown", None)


def test_a_price_of_a_seat_is_for_those_who_have_one(around: Around, place: Place) -> None:
    price = seat_price("cursor", "32")
    round_ = replace(around.clock.round([NOW.date()]), prices=PriceBook([price]))
    asyncio.run(collect(place, [around.source], round_))

    (charge,) = seats(place)
    assert charge.basis == "estimated"
    assert charge.billed_cost is not None
    assert abs(charge.billed_cost - Decimal(3 * 32) / 30) < Decimal("1e-20")


def test_a_plan_pays_for_the_seats(around: Around, place: Place) -> None:
    pays = plan(account="cursor/lumen", category="developer tools")
    outcome = collected(
        replace(around.source, plans=(pays,)), around.clock.round([NOW.date()]), place
    )

    assert outcome.state == "ok"
    assert seats(place) == []


# Keys and plans


def test_the_key_is_proved_by_members_and_events(around: Around) -> None:
    assert around.examined().state == "ok"
    assert {asked.path for asked in around.server.requests} == {"/teams/members", EVENTS}


def test_a_plan_without_the_interface_is_not_offered(around: Around, place: Place) -> None:
    around.site.keys[KEY] = "teams"

    for outcome in (around.collected(place, tuple(DAYS.days())), around.examined()):
        assert outcome.state == "not_configured"
        assert "available to Enterprise teams only" in str(outcome.message)
        assert "[[plan]]" in str(outcome.remedy)


def test_a_wrong_key_fails(around: Around, place: Place) -> None:
    around.site.keys.clear()

    for outcome in (around.collected(place, tuple(DAYS.days())), around.examined()):
        assert outcome.state == "failed"
        assert "key of the Admin API" in str(outcome.remedy)


@pytest.mark.parametrize(
    ("status", "state", "says"),
    [
        (400, "failed", "400"),
        (401, "failed", "key of the Admin API"),
        (403, "not_configured", "[[plan]]"),
        (429, "failed", "few minutes"),
        (500, "failed", "status.cursor.com"),
    ],
)
def test_every_documented_refusal_says_what_to_do(
    around: Around, place: Place, status: int, state: str, says: str
) -> None:
    body = json.loads(refusal(status, "...").body)
    around.server.faults.add(troubles.refused(status, body).repeated(None))

    outcome = around.collected(place, tuple(DAYS.days()))

    assert outcome.state == state
    assert says in str(outcome.message) + str(outcome.remedy)


def test_neither_the_key_nor_what_it_is_sent_as_is_ever_shown(around: Around, place: Place) -> None:
    sent = b64encode(f"{KEY}:".encode()).decode()
    echo = {"error": "Forbidden", "message": f"{KEY} and {sent}, Basic {sent}"}
    around.server.faults.add(troubles.refused(500, echo).on(EVENTS).repeated(5))
    around.server.faults.add(
        edited("echo", lambda content: {**content, "echo": echo["message"]}).repeated(None)
    )
    outcome = around.collected(place, [NOW.date(), *DAYS.days()])
    assert outcome.state == "partial"  # what the events say is a refusal, all else is kept
    around.server.faults.clear()
    around.server.faults.add(
        edited("echo", lambda content: {**content, "echo": echo["message"]}).repeated(None)
    )
    assert around.collected(place, [NOW.date(), *DAYS.days()]).state == "ok"

    shown = f"{outcome}" + str(outcome.message) + repr(around.source)
    kept = dump(place) + b"".join(kept_answers(place.files, at_least=4))
    assert b'"echo"' in kept
    for secret in (KEY, sent, sent.rstrip("="), KEY[4:], sent[8:-4]):
        assert secret not in shown
        assert secret.encode() not in kept


# Faults


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(content=BUSY),
        troubles.server_error(500, content=BUSY),
        troubles.server_error(503),
        troubles.cut_off(),
        troubles.connection_reset(),
    ],
    ids=lambda fault: fault.name,
)
@pytest.mark.parametrize("first", [1, 2, 3])
def test_what_passes_loses_nothing(around: Around, place: Place, fault: Fault, first: int) -> None:
    around.server.faults.add(fault.on("/teams", first=first).repeated(2), few(6))

    assert around.collected(place, tuple(DAYS.days())).state == "ok"
    assert around.server.faults.struck == (fault.name,) * 2
    assert costs_of(found.row for found in rows(place, QUESTION, Charge)) == expected_costs(
        around.truth, DAYS
    )


@pytest.mark.parametrize(
    "fault", [troubles.not_json(), troubles.truncated_json()], ids=lambda fault: fault.name
)
def test_a_page_that_is_none_loses_no_figure_that_was_there(
    around: Around, place: Place, fault: Fault
) -> None:
    around.collected(place, tuple(DAYS.days()))
    before = figures(place)
    around.server.faults.add(fault.on("/teams").repeated(None))

    outcome = around.collected(place, tuple(DAYS.days()))

    assert outcome.state == "failed"
    assert figures(place) == before


def first_page_for_ever(request: Any, rest: Any) -> Any:
    asked = json.loads(request.body or b"{}")
    return rest(replace(request, body=json.dumps({**asked, "page": 1}).encode()))


def always_more(content: Any) -> Any:
    content["pagination"] = {"hasNextPage": True}
    return content


@pytest.mark.parametrize(
    "faults",
    [
        (few(2), Fault("the first page again", first_page_for_ever, times=None)),
        (edited("always more", always_more).repeated(None),),
    ],
    ids=["the first page again", "always more"],
)
@pytest.mark.parametrize("stream", CURSOR.feeds)
def test_pages_that_lead_nowhere_are_noticed_at_once(
    around: Around, stream: str, faults: tuple[Fault, ...]
) -> None:
    around.server.faults.add(*faults)

    with pytest.raises(ProviderError, match="has no end"):
        around.read(stream, DAYS)
    assert len(around.server.requests) <= 3


def test_members_who_are_told_twice_have_not_spent_twice(around: Around) -> None:
    """Pages of spend do not say which one they are."""
    around.server.faults.add(few(2), Fault("the first page", first_page_for_ever, times=None))

    with pytest.raises(ProviderError, match="leads back to the page"):
        around.read("spend", TODAY)


def test_a_page_of_events_that_does_not_say_whether_one_follows_is_refused(around: Around) -> None:
    def silent(content: Any) -> Any:
        del content["pagination"]
        return content

    around.server.faults.add(edited("silent", silent).repeated(None))

    with pytest.raises(ProviderError, match="has no pagination"):
        around.read("events", DAYS)


def test_days_that_are_forgotten_are_not_days_without_cost(around: Around, place: Place) -> None:
    around.site.remembered = timedelta(days=20)

    outcome = around.collected(place)

    assert (outcome.state, outcome.unread) == ("partial", ("events",))
    assert "its answer begins after 2026-10-01 does" in str(outcome.message)
    assert "set since in ecot.toml" in str(outcome.remedy)
    assert not list(rows(place, QUESTION, Charge))


def test_a_day_of_which_a_part_is_forgotten_is_not_a_day_that_cost_less(
    around: Around, place: Place
) -> None:
    """The window rolls with the clock: at six, the first day in it has lost its night."""
    day = NOW.date() - 20 * DAY
    around.site.remembered = timedelta(days=20)

    outcome = around.collected(place, Period.of_days(day, NOW.date()).days())

    assert (outcome.state, outcome.unread) == ("partial", ("events",))
    assert f"its answer begins after {day} does" in str(outcome.message)
    assert not list(rows(place, QUESTION, Charge))
    assert around.collected(place, Period.of_days(day + DAY, NOW.date()).days()).unread == ()


@pytest.mark.parametrize("remembered", [7, 30])
def test_days_that_are_forgotten_without_a_word_keep_their_figures(
    around: Around, place: Place, remembered: int
) -> None:
    """Night after night, until the month is closed and beyond."""

    def silent(content: Any) -> Any:
        return {name: part for name, part in content.items() if name != "period"}

    source = replace(around.source, since=OCTOBER.start.date())
    around.server.faults.add(edited("no period", silent).repeated(None))
    collected(source, around.clock.round(), place)
    before = costs_of(found.row for found in rows(place, QUESTION, Charge))
    assert before == expected_costs(around.truth)
    around.site.remembered = timedelta(days=remembered)

    for day in (3, 4, 8, 9, 20, 29, 30):
        around.clock.at(date(2026, 11, day))
        outcome = collected(source, around.clock.round(), place)
        assert outcome.state == "ok", (day, outcome)
    around.clock.at(date(2026, 12, 2))
    assert collected(source, around.clock.round(), place).state == "ok"

    assert costs_of(found.row for found in rows(place, QUESTION, Charge)) == before


# Ninety days, twenty requests a minute


@dataclass
class Supplier:
    """A Cursor that allows 20 requests a minute, asked with a clock that only sleeping moves; the
    run is killed at one of its requests."""

    site: CursorSite
    rows: int
    seconds: float = 0.0
    dies_at: int | None = None
    sent: int = 0
    refused: int = 0

    def monotonic(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def answered(self, request: httpx.Request) -> httpx.Response:
        self.sent += 1
        self.seconds += 0.25
        if self.sent == self.dies_at:
            raise Killed
        asked = json.loads(request.content or b"{}")
        body = json.dumps({**asked, "pageSize": self.rows}).encode()
        answer = self.site.answer(
            Request(request.method, request.url.path, (), dict(request.headers), body)
        )
        self.refused += answer.status == 429
        return httpx.Response(answer.status, headers=answer.headers, content=answer.body)

    def collect(self, place: Place, budget: float = 600.0) -> Any:
        def open_client() -> httpx.AsyncClient:
            transport = httpx.MockTransport(self.answered)
            return client(Patient(transport, sleep=self.sleep, now=lambda: NOW, jitter=lambda: 1.0))

        round_ = Round(
            run="run",
            today=NOW.date(),
            now=lambda: NOW,
            monotonic=self.monotonic,
            budget_seconds=budget,
            open_client=open_client,
        )
        (outcome,) = asyncio.run(
            collect(place, [source(CURSOR, "https://cursor.example", KEY)], round_)
        )
        return outcome


def limited(rows: int = 1000, people: int = 5) -> Supplier:
    truth = CursorTruth(lambda: NOW, members=MEMBERS[:people], most_a_day=2 * people + 1)
    supplier = Supplier(CursorSite(truth, {KEY: "enterprise"}), rows)
    supplier.site.monotonic = supplier.monotonic
    return supplier


def test_ninety_days_are_read_without_being_refused_once() -> None:
    place, supplier = ledger(), limited(10)

    outcome = supplier.collect(place)

    assert outcome.state == "ok"
    assert supplier.sent > 60
    assert supplier.refused == 0
    assert 60 * (supplier.sent // 20 - 1) <= supplier.seconds < 60 * (supplier.sent // 20 + 1)
    days = Period.of_days(AUGUST, NOW.date() + DAY)
    question = replace(QUESTION, first=days.start.date(), after=NOW.date() + DAY)
    charges = (one.row for one in rows(place, question, Charge) if one.row.service != "seats")
    assert costs_of(charges) == expected_costs(supplier.site.truth, days)


def test_a_time_that_is_too_short_is_gone_on_with() -> None:
    whole = ledger()
    limited(10).collect(whole)
    place = ledger()

    runs = [limited(10).collect(place, budget=100.0).state for _ in range(5)]

    assert runs[0] == "partial"
    assert runs[-1] == "ok"
    question = replace(QUESTION, first=AUGUST, after=NOW.date() + DAY)
    assert [one.row for one in rows(place, question, Charge)] == [
        one.row for one in rows(whole, question, Charge)
    ]


def test_killed_at_any_request_and_resumed_it_ends_the_same() -> None:
    whole, never_killed = ledger(), limited(people=1)
    never_killed.collect(whole)
    expected = everything(whole)

    for dies_at in range(1, never_killed.sent + 1):
        killed = limited(people=1)
        killed.dies_at = dies_at
        assert resumed(killed, limited(people=1)) == expected, dies_at
