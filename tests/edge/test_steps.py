"""The steps over the settings: the whole chain, with each secret read only by whoever needs it,
told in the log without any, and with figures for alarms."""

import logging
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecot.edge.setup import Setup
from ecot.edge.steps import run_step
from ecot.errors import EcotError, SettingsError, SinkUnavailable, StoreUnavailable
from ecot.jobs.place import place_at, site_at
from ecot.jobs.query import Question, answer
from ecot.jobs.runs.asking import ask
from ecot.jobs.runs.events import Event, Step
from ecot.jobs.runs.look import latest_runs, run_state
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.run import Wanted
from ecot.sandbox.resend.refusals import DAILY as QUOTA
from ecot.sandbox.resend.troubles import said
from ecot.store.records import all_progress, latest_outcomes, put_outcome
from tests.edge.stack import LABO, RESEND, STUDIO, Stack, stack_over
from tests.jobs.conftest import world
from tests.jobs.world import World

__all__ = ["world"]  # a fixture, found by its name

DAILY = {"kind": "daily", "time": "2026-11-08T06:00:00Z"}
RUN = "20261108T060000Z-daily"
NOVEMBER = Month(2026, 11)


@pytest.fixture
def stack(world: World) -> Iterator[Stack]:
    with stack_over(world, world.home) as one:
        yield one


def total(stack: Stack, address: str) -> Any:
    place = place_at(address)
    question = Question(
        first=NOVEMBER.first, after=NOVEMBER.after, today=stack.world.clock.today, currency="USD"
    )
    found = answer(place.store, question, "account", {})
    place.store.close()
    return found


def test_the_chain_collects_publishes_and_mails(stack: Stack) -> None:
    assert stack.step("dispatch", DAILY) == {"run": RUN, "accounts": 2, "begun": True}
    assert stack.step("dispatch", DAILY) == {"run": RUN, "accounts": 0, "begun": False}
    came = stack.all()
    assert [one.get("outcome") or one["state"] for one in came] == ["ok", "ok", "published", "sent"]
    found = total(stack, stack.home)
    assert {one.key for one in found.groups} == {"openai/studio", "openai/labo"}
    assert found.coverage.missing == ()
    site = site_at(stack.home)
    assert {"index.html", "2026-11.en.html", "health.en.html"} <= set(site.names())
    assert stack.counted == [("AccountsCollected", 1), ("AccountsCollected", 1)]
    place = place_at(stack.home)
    state = run_state(place.store, RUN, stack.world.clock())
    place.store.close()
    assert state is not None
    assert state.sent_at is not None
    assert (state.finished, [one.state for one in state.accounts]) == (True, ["ok", "ok"])


@pytest.mark.tools
def test_the_chain_on_aws_leaves_what_a_laptop_leaves(
    world: World, on_moto: str, stack: Stack
) -> None:
    address = f"dynamodb:{on_moto}@{on_moto}/ledger"
    with stack_over(world, address) as cloud:
        for one in (stack, cloud):
            world.clock.moment = world.clock.moment.replace(second=0)
            one.step("dispatch", DAILY)
            assert [came["state"] for came in one.all()][-2:] == ["published", "sent"]
        assert total(cloud, address) == total(stack, stack.home)
        here, there = site_at(stack.home), site_at(address)
        assert list(here.names()) == list(there.names())
        different = [name for name in here.names() if here.get(name) != there.get(name)]
        assert all("stamps" in name or "health" in name for name in different), different


def test_the_key_of_pseudonyms_is_there_before_any_collector_begins(stack: Stack) -> None:
    """Two that begin at once would each make one, and the same person be two."""
    stack.step("dispatch", DAILY)
    made = (Path(stack.home) / "people" / "key").read_bytes()
    stack.all()
    assert (Path(stack.home) / "people" / "key").read_bytes() == made


def test_each_step_reads_only_the_secrets_that_it_needs(stack: Stack) -> None:
    stack.step("dispatch", DAILY)
    stack.deliver()
    stack.deliver()
    stack.step("check", {"time": "2026-11-08T06:30:00Z"})
    everything, nothing = None, ()  # dispatch knows who tells what beside whom
    assert stack.asked == [everything, nothing, (STUDIO,), nothing, (LABO,), nothing]


def test_an_account_without_a_key_is_not_configured_and_misses_nothing_of_the_others(
    stack: Stack,
) -> None:
    del stack.values[LABO]
    stack.step("dispatch", DAILY)
    came = stack.all()
    assert [one.get("outcome") for one in came[:2]] == ["ok", "not_configured"]
    assert stack.counted == [("AccountsCollected", 1)]


def test_an_account_that_left_the_settings_meanwhile_holds_nobody_up(stack: Stack) -> None:
    stack.step("dispatch", DAILY)
    stack.body = stack.body[: stack.body.rindex("[[account]]")]
    del stack.values[LABO]
    came = stack.all()
    assert [one["state"] for one in came[2:]] == ["published", "sent"]
    place = place_at(stack.home)
    assert [one.account for one in latest_outcomes(place.store)] == ["openai/studio"]
    place.store.close()


def test_an_account_that_never_had_a_key_leaves_the_settings_and_the_night_goes_on(
    stack: Stack,
) -> None:
    del stack.values[LABO]
    stack.step("dispatch", DAILY)
    stack.all()
    stack.body = stack.body[: stack.body.rindex("[[account]]")]
    stack.world.clock.moment += timedelta(days=1)
    assert stack.step("dispatch", {**DAILY, "time": "2026-11-09T06:00:00Z"})["begun"]
    assert [one["state"] for one in stack.all()] == ["collected", "published", "sent"]
    place = place_at(stack.home)
    assert [one.account for one in latest_outcomes(place.store)] == ["openai/studio"]
    place.store.close()


def test_a_failed_account_is_counted_and_told(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    stack.values |= {STUDIO: "sk-admin-revoked", LABO: "sk-admin-revoked-too"}
    with caplog.at_level(logging.INFO, logger="ecot"):
        stack.step("dispatch", DAILY)
        stack.all()
    assert stack.counted == [("Errors", 1), ("Errors", 1)]
    lines = [one for one in caplog.records if getattr(one, "step", "") == "collect"]
    told = [(vars(one)["run"], vars(one)["account"], vars(one)["outcome"]) for one in lines]
    assert told == [(RUN, "openai/studio", "failed"), (RUN, "openai/labo", "failed")]
    assert "openai/studio: " in vars(lines[0])["said"]
    for secret in stack.values.values():
        assert not any(secret in str(vars(one)) for one in caplog.records)


def test_every_account_of_a_run_has_a_line_with_its_outcome(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    """Also one whose collector was killed once its outcome was in the ledger, and one whose
    collectors were all lost."""
    place = place_at(stack.home)
    with caplog.at_level(logging.INFO, logger="ecot"):
        stack.step("dispatch", DAILY)
        lost = next(one for one in stack.waiting if "labo" in str(one))
        stack.waiting.remove(lost)
        before = Outcome(
            provider="openai", account="openai/studio", run=RUN, at=stack.world.clock(), state="ok"
        )
        put_outcome(place.store, before)
        stack.all()
        for hour in range(3):
            stack.world.clock.moment += timedelta(hours=1)
            stack.step("check", {"time": f"2026-11-08T{7 + hour:02}:00:00Z"})
            stack.waiting = [one for one in stack.waiting if one != lost]
    place.store.close()
    told = [vars(one) for one in caplog.records if hasattr(one, "outcome")]
    assert [(one["run"], one["account"], one["state"], one["outcome"]) for one in told] == [
        (RUN, "openai/studio", "already", "ok"),
        (RUN, "openai/labo", "lost", "failed"),
    ]
    assert "never came to its end" in told[1]["said"]


@pytest.mark.parametrize(
    ("step", "event", "named"),
    [
        ("dispatch", DAILY, {"run": RUN}),
        ("dispatch", {**DAILY, "kind": "asked", "run": "r-asked"}, {"run": "r-asked"}),
        ("dispatch", {"time": "yesterday"}, {}),
        ("collect", {"run": RUN, "account": "openai/labo"}, {"run": RUN, "account": "openai/labo"}),
        ("publish", {"run": RUN}, {"run": RUN}),
        ("publish", {}, {}),
        ("send", {"run": RUN}, {"run": RUN}),
    ],
)
@pytest.mark.parametrize("mistake", [StoreUnavailable("no answer"), ValueError("odd")])
def test_a_step_that_fails_says_of_which_run(
    step: Step,
    event: dict[str, Any],
    named: dict[str, str],
    mistake: Exception,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def opens(_: Collection[str] | None = None, /) -> Setup:
        raise mistake

    with pytest.raises(EcotError):
        run_step(step, event, opens, lambda *_: None, lambda: 900.0)
    (line,) = [vars(one) for one in caplog.records]
    assert {name: line[name] for name in ("step", "run", "account") if name in line} == {
        "step": step,
        **named,
    }


def test_a_month_that_was_asked_for_is_read_and_mailed(stack: Stack) -> None:
    place = place_at(stack.home)
    wanted = Wanted(account="openai/studio", month=Month(2026, 10))
    asked = ask(place.store, wanted, stack.world.clock())
    event = {"time": "2026-11-08T06:00:00Z", "kind": "asked", "run": asked.run}
    assert stack.step("dispatch", event)["accounts"] == 1
    came = stack.all()
    assert [one["state"] for one in came] == ["collected", "published", "sent"]
    (progress,) = all_progress(place.store)
    assert str(progress.since) == "2026-10-01"  # before the day that the settings begin with
    assert [run.kind for run in latest_runs(place.store, 9)] == ["asked"]
    (mail,) = stack.resend.mails
    assert "October 2026" in str(mail.body["subject"])
    place.store.close()


def test_a_collector_that_is_lost_for_good_leaves_its_days_missing(stack: Stack) -> None:
    stack.step("dispatch", DAILY)
    lost = next(one for one in stack.waiting if "labo" in str(one))
    stack.waiting.remove(lost)
    stack.all()
    told = []
    for hour in range(3):
        stack.world.clock.moment += timedelta(hours=1)
        told.append(stack.step("check", {"time": f"2026-11-08T{7 + hour:02}:00:00Z"}))
        stack.waiting = [one for one in stack.waiting if one != lost]
    assert [one["lost"] for one in told] == [[], [], ["openai/labo"]]
    assert ("Errors", 1) in stack.counted
    assert [one["state"] for one in stack.all()] == ["published", "sent"]
    assert "never came to its end" in (site_at(stack.home).get("health.en.html") or b"").decode()
    place = place_at(stack.home)
    assert {one.account for one in all_progress(place.store)} == {"openai/labo", "openai/studio"}
    place.store.close()


def test_the_hours_since_a_night_was_published_are_counted(stack: Stack) -> None:
    came = stack.step("check", {"time": "2026-11-08T05:30:00Z"})
    assert (came["handed"], came["hours_since_published"]) == ([], 0)
    stack.world.clock.moment += timedelta(hours=27)
    came = stack.step("check", {"time": "2026-11-09T08:30:00Z"})
    assert came["handed"] == ["a missed run"]
    assert stack.all()[-1]["state"] == "sent"
    stack.world.clock.moment += timedelta(hours=2)
    stack.step("check", {"time": "2026-11-09T10:30:00Z"})
    counted = [value for name, value in stack.counted if name == "HoursSincePublished"]
    assert counted == pytest.approx([0, 27, 2], abs=0.01)


def at_night(stack: Stack, day: datetime, kind: str = "daily") -> int:
    """A run at that moment, and how many mails there are after it."""
    stack.world.clock.moment = day
    stack.step("dispatch", {"kind": kind, "time": f"{day:%Y-%m-%dT%H:%M:%SZ}"})
    stack.all()
    return len(stack.resend.mails)


def test_the_months_mail_comes_at_its_hour_and_not_in_the_night(stack: Stack) -> None:
    stack.is_report_scheduled = True
    for day in (datetime(2026, 10, 31, 2, tzinfo=UTC), datetime(2026, 11, 2, 2, tzinfo=UTC)):
        assert at_night(stack, day) == 0
    stack.world.clock.moment = datetime(2026, 11, 2, 8, tzinfo=UTC)
    stack.trouble.add(said(QUOTA))
    with pytest.raises(SinkUnavailable, match="has not gone out yet"):
        stack.step("send", {})
    stack.trouble.clear()
    stack.world.clock.moment = datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert stack.step("send", {})["state"] == "sent"
    assert len(stack.resend.mails) == 1
    assert at_night(stack, datetime(2026, 11, 3, 2, tzinfo=UTC)) == 1


@pytest.mark.parametrize(
    ("is_scheduled", "kind", "day"),
    [(False, "daily", 2), (True, "asked", 2), (True, "daily", 3), (True, "missed", 3)],
)
def test_without_an_hour_it_goes_with_whoever_comes_first(
    stack: Stack, *, is_scheduled: bool, kind: str, day: int
) -> None:
    """Also where somebody asked for a run, and in the night after a schedule that never came."""
    stack.is_report_scheduled = is_scheduled
    assert at_night(stack, datetime(2026, 10, 31, 2, tzinfo=UTC)) == 0
    assert at_night(stack, datetime(2026, 11, day, 2, tzinfo=UTC), kind) == 1


def test_what_was_typed_is_published_without_a_run(stack: Stack) -> None:
    assert stack.step("publish", {})["state"] == "published"
    assert "index.html" in set(site_at(stack.home).names())
    assert stack.step("send", {})["state"] == "sent"
    assert stack.resend.mails == []


def test_a_month_that_is_asked_for_goes_once_however_often_the_event_comes(stack: Stack) -> None:
    stack.step("dispatch", DAILY)
    stack.all()
    first = {"month": "2026-11", "asked_at": "2026-11-08T06:10:00Z"}
    again = {**first, "again": True, "asked_at": "2026-11-08T07:00:00Z"}
    stack.world.clock.moment = datetime(2026, 11, 8, 6, 10, tzinfo=UTC)
    states = [stack.step("send", first)["state"] for _ in range(2)]
    stack.world.clock.moment = datetime(2026, 11, 8, 7, tzinfo=UTC)
    states += [stack.step("send", again)["state"] for _ in range(2)]
    assert states == ["sent", "already", "sent", "already"]
    assert len(stack.resend.mails) == 2


def test_a_month_that_cannot_go_now_is_for_another_try(stack: Stack) -> None:
    stack.step("dispatch", DAILY)
    stack.all()
    event = {"month": "2026-11", "asked_at": "2026-11-08T06:10:00Z", "again": True}
    stack.trouble.add(said(QUOTA))
    with pytest.raises(SinkUnavailable, match="2026-11 has not gone out yet: later"):
        stack.step("send", event)
    stack.world.clock.moment += timedelta(days=1)
    assert stack.step("send", event)["state"] == "sent"
    assert len(stack.resend.mails) == 1
    with pytest.raises(SettingsError, match="The event is no send"):
        stack.step("send", {"month": "2026-13"})


@pytest.mark.parametrize("raw", [{}, {"time": "yesterday"}, {**DAILY, "more": 1}, {"kind": "x"}])
def test_an_event_that_is_none_is_refused_and_counted(stack: Stack, raw: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="The event is no dispatch"):
        stack.step("dispatch", raw)
    assert stack.counted == [("Errors", 1)]
    assert stack.waiting == []


def test_a_mistake_of_ecots_own_tells_no_secret(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    def hand(step: Step, event: Event) -> None:
        raise ValueError(f"odd: {stack.values[STUDIO]}")

    with pytest.raises(EcotError, match=r"dispatch: Ecot itself failed \(ValueError\)") as caught:
        run_step("dispatch", DAILY, stack.opens, hand, lambda: 900.0)
    assert stack.values[STUDIO] not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert "odd: [secret]" in caplog.text
    assert not any(secret in caplog.text for secret in (*stack.values.values(), RESEND))


def test_a_key_that_merely_happens_to_be_there_is_not_collected_unless_all_are_named(
    stack: Stack,
) -> None:
    stack.values["MISTRAL_ADMIN_KEY"] = "stray"
    stack.step("dispatch", DAILY)
    assert "mistral" not in str(stack.waiting)
    stack.names_every_key = True
    stack.step("dispatch", {**DAILY, "time": "2026-11-09T06:00:00Z"})
    assert "mistral" in str(stack.waiting)
