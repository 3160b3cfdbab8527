"""Whatever fails on the way, somebody is told of trouble once, and of all that is wrong."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial

import pytest

from ecot.alerts.facts import Notice
from ecot.errors import LedgerError, SinkUnavailable
from ecot.jobs.cycle.alerting import tell
from ecot.jobs.cycle.troubles import alert_facts
from ecot.model.head import Head
from ecot.model.outcome import Outcome, Restatement, State
from ecot.model.period import DAY, Month, midnight
from ecot.model.sentence import Sentence
from ecot.store.heads import put_head
from ecot.store.protocol import Key, Place
from ecot.store.records import put_outcome, restatement_write
from tests.ledger.book import in_memory
from tests.store.faulty import FAULTS, Fault, Fuse, Killed, faulty
from tests.store.watched import AtCall, watched

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
NIGHTS: Sequence[tuple[State, State]] = (
    ("failed", "ok"),
    ("failed", "ok"),  # told
    ("failed", "failed"),
    ("failed", "failed"),  # told
    ("ok", "failed"),  # told
    ("ok", "ok"),  # told
    ("ok", "ok"),
)
TOLD = [1, 3, 4, 5]
ACCOUNTS = ("openai/studio", "twilio/voice")


class Letters:
    """Takes one mail a day to the user; at some calls it fails, before or after that."""

    def __init__(self) -> None:
        self.mails: dict[date, Notice] = {}
        self.is_down = False
        self.loses_answer = False

    def send(self, notice: Notice) -> bool:
        if self.is_down:
            return False
        self.mails.setdefault(notice.on, notice)
        if self.loses_answer:
            raise SinkUnavailable("no answer")
        return True

    def went(self, notice: Notice) -> bool:
        return notice.on in self.mails


def run(place: Place, account: str, state: State, at: datetime) -> None:
    outcome = Outcome(
        provider=account.partition("/")[0],
        account=account,
        run=at.strftime("%Y%m%dT%H%M%S"),
        at=at,
        state=state,
        message=Sentence("It said no.") if state == "failed" else None,
    )
    put_outcome(place.store, outcome)


def night(place: Place, number: int) -> datetime:
    """What the accounts came to that night."""
    now = START + number * DAY
    for account, state in zip(ACCOUNTS, NIGHTS[number], strict=True):
        run(place, account, state, now)
    return now


def told(place: Place, letters: Letters, now: datetime) -> Notice | None:
    facts = alert_facts(place.store, ACCOUNTS, now, now.date(), START.date())
    return tell(place.store, facts, letters)


def say(place: Place, letters: Letters, now: datetime) -> None:
    """The same, whatever comes of it."""
    told(place, letters, now)


def nights(place: Place, letters: Letters, numbers: Sequence[int]) -> None:
    for number in numbers:
        told(place, letters, night(place, number))


def days(letters: Letters) -> list[int]:
    """The nights after which somebody was written to."""
    return [(day - START.date()).days for day in sorted(letters.mails)]


def undisturbed() -> Letters:
    place, letters = in_memory(), Letters()
    nights(place, letters, range(len(NIGHTS)))
    return letters


def test_the_user_is_told_of_each_trouble_and_its_end() -> None:
    letters = undisturbed()

    assert days(letters) == TOLD
    first, second, third, last = (letters.mails[day] for day in sorted(letters.mails))
    assert [one.account for one in first.failing] == [ACCOUNTS[0]]
    assert [(one.account, one.is_new) for one in second.failing] == [
        (ACCOUNTS[0], False),
        (ACCOUNTS[1], True),
    ]
    assert [one.account for one in third.recovered] == [ACCOUNTS[0]]
    assert [one.account for one in third.failing] == [ACCOUNTS[1]]
    assert last.is_all_well


def calls_of(number: int) -> int:
    """The calls to the store that the night's telling takes."""
    place, letters, fuse = in_memory(), Letters(), Fuse()
    nights(place, letters, range(number))
    told(faulty(place, fuse), letters, night(place, number))
    return fuse.calls


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("number", range(len(NIGHTS)))
def test_a_fault_at_any_call_costs_no_mail_and_doubles_none(fault: Fault, number: int) -> None:
    calm = undisturbed()
    for call in range(1, calls_of(number) + 1):
        place, letters, fuse = in_memory(), Letters(), Fuse(fault, call)
        nights(place, letters, range(number))
        now = night(place, number)
        with suppress(LedgerError, Killed):
            told(faulty(place, fuse), letters, now)
        assert fuse.is_blown
        told(place, letters, now)
        nights(place, letters, range(number + 1, len(NIGHTS)))
        assert letters.mails == calm.mails, f"at call {call}"


def test_a_mail_that_did_not_go_is_written_anew_the_next_day() -> None:
    place, letters = in_memory(), Letters()
    letters.is_down = True
    nights(place, letters, [0, 1, 2])
    assert letters.mails == {}
    letters.is_down = False
    nights(place, letters, [3])

    (mail,) = letters.mails.values()
    assert [(one.account, one.is_new) for one in mail.failing] == [(a, True) for a in ACCOUNTS]
    nights(place, letters, [4, 5, 6])
    assert days(letters) == [3, 4, 5]


def test_a_mail_that_went_although_nobody_was_told_so_is_not_told_again() -> None:
    place, letters = in_memory(), Letters()
    nights(place, letters, [0])
    letters.loses_answer = True
    with pytest.raises(SinkUnavailable):
        nights(place, letters, [1])
    letters.loses_answer = False
    nights(place, letters, range(2, len(NIGHTS)))
    assert days(letters) == TOLD


def test_of_two_runs_at_once_one_writes() -> None:
    calls: list[None] = []
    place = in_memory()
    nights(place, Letters(), [0])
    told(watched(place, before=lambda: calls.append(None)), Letters(), night(place, 1))
    for call in range(1, len(calls) + 1):
        place, letters = in_memory(), Letters()
        nights(place, letters, [0])
        now = night(place, 1)
        told(watched(place, before=AtCall(call, partial(say, place, letters, now))), letters, now)
        nights(place, letters, range(2, len(NIGHTS)))
        assert days(letters) == TOLD


def test_a_damaged_note_is_said() -> None:
    place = in_memory()
    place.store.put(Key("cycle", "alerts"), b"{")
    with pytest.raises(LedgerError, match="damaged"):
        nights(place, Letters(), [0])


# --- what the ledger knows -----------------------------------------------------------------------

DECEMBER = Month(2025, 12)
CLOSED = datetime(2026, 1, 10, 6, tzinfo=UTC)


def restate(place: Place, seen_at: datetime, closed_at: datetime | None = CLOSED) -> Restatement:
    """The only change of December's first day."""
    record = Restatement(
        account=ACCOUNTS[0],
        day=DECEMBER.first,
        feeds=("costs",),
        old="a",
        new="b",
        old_cost={},
        new_cost={},
        seen_at=seen_at,
        run="r",
    )
    place.store.put(*restatement_write(record))
    head = Head(account=ACCOUNTS[0], month=DECEMBER, restated=(record.id,), closed_at=closed_at)
    put_head(place.store, head, 0)
    return record


@pytest.mark.parametrize(
    ("seen_at", "closed_at", "is_told"),
    [
        (CLOSED + DAY, CLOSED, True),
        (CLOSED, CLOSED, False),  # it closed as it was read
        (CLOSED - DAY, CLOSED, False),
        (CLOSED + DAY, None, False),
    ],
)
def test_a_change_is_late_after_its_month_was_closed(
    seen_at: datetime, closed_at: datetime | None, is_told: bool
) -> None:
    place = in_memory()
    record = restate(place, seen_at, closed_at)

    now = CLOSED + 2 * DAY
    facts = alert_facts(place.store, ACCOUNTS, now, now.date(), START.date())
    assert facts.restated == ((record,) if is_told else ())


def test_a_change_of_long_ago_is_forgotten() -> None:
    place = in_memory()
    restate(place, CLOSED + DAY)

    now = CLOSED + 70 * DAY
    assert alert_facts(place.store, ACCOUNTS, now, now.date(), START.date()).restated == ()


def test_silence_lasts_since_the_last_reading_of_any_account() -> None:
    place = in_memory()
    run(place, ACCOUNTS[0], "partial", START)
    run(place, ACCOUNTS[1], "ok", START - 3 * DAY)
    for number in range(1, 6):
        for account in ACCOUNTS:
            run(place, account, "failed", START + number * DAY)

    now = START + 5 * DAY
    assert (
        alert_facts(place.store, ACCOUNTS, now, now.date(), date(2025, 1, 1)).collected_at == START
    )
    only = alert_facts(place.store, ACCOUNTS[1:], now, now.date(), date(2025, 1, 1))
    assert only.collected_at == START - 3 * DAY


def test_where_no_run_ever_read_anything_silence_lasts_since_the_first() -> None:
    place = in_memory()
    for number in range(3):
        run(place, ACCOUNTS[0], "failed", START + number * DAY)
    facts = alert_facts(place.store, ACCOUNTS, START + 3 * DAY, START.date(), date(2025, 1, 1))
    assert facts.collected_at == START

    empty = alert_facts(in_memory().store, ACCOUNTS, START, START.date(), START.date())
    assert empty.collected_at == midnight(START.date())
    assert empty.accounts == ()
