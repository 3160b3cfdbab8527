"""A run says which step is due, whom it answers, and who is at an account."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from ecot.model.period import Month
from ecot.model.run import Run, Step, Waiting, Wanted

NOW = datetime(2026, 3, 5, 1, tzinfo=UTC)
OCTOBER = Month(2026, 10)
RUN = Run(id="r", kind="daily", time=NOW, made_at=NOW, handed_at=NOW)


@pytest.mark.parametrize(
    ("done", "due"),
    [
        ((), "dispatch"),
        (("begun_at",), "collect"),
        (("begun_at", "complete_at"), "publish"),
        (("begun_at", "complete_at", "published_at"), "send"),
        (("begun_at", "complete_at", "published_at", "sent_at"), None),
    ],
)
def test_the_first_step_that_is_not_done_is_due(done: tuple[str, ...], due: Step | None) -> None:
    run = replace(RUN, **dict.fromkeys(done, NOW))

    assert run.due == due


def test_who_wants_no_mail_gets_none() -> None:
    moments = dict.fromkeys(("begun_at", "complete_at", "published_at"), NOW)
    wanted = Wanted(send_email=False)
    run = replace(RUN, kind="asked", wanted=wanted, **moments)

    assert run.due is None


@pytest.mark.parametrize(
    ("kind", "is_of_the_night"),
    [("daily", True), ("missed", True), ("close", False), ("asked", False)],
)
def test_a_missed_run_stands_for_one_of_the_night(kind: str, is_of_the_night: bool) -> None:
    assert replace(RUN, kind=kind).is_of_the_night is is_of_the_night


@pytest.mark.parametrize(
    ("one", "other", "covers"),
    [
        (Wanted(), Wanted(), True),
        (Wanted(), Wanted(send_email=False), True),
        (Wanted(send_email=False), Wanted(), False),
        (Wanted(provider="openai"), Wanted(), False),
        (Wanted(month=OCTOBER), Wanted(month=OCTOBER.next()), False),
        (Wanted(account="openai/a"), Wanted(account="openai/b"), False),
    ],
)
def test_a_run_answers_whoever_wants_no_more(one: Wanted, other: Wanted, covers: bool) -> None:
    assert one.covers(other) is covers


def test_an_account_is_held_until_its_moment_and_not_at_it() -> None:
    waiting = Waiting(account="openai/a", provider="openai", handed_at=NOW)
    held = Waiting(account="openai/a", provider="openai", handed_at=NOW, held_until=NOW)

    assert not waiting.is_held(NOW)
    assert held.is_held(NOW - timedelta(microseconds=1))
    assert not held.is_held(NOW)
