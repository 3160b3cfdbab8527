"""Trouble is told once, then once a week, then that it is over, and never twice a day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.alerts.facts import AccountRuns, AlertFacts, Bounce, Memory, Notice
from ecot.alerts.judge import AGAIN_AFTER, judge
from ecot.model.budget import MARKS, Budget, Spent
from ecot.model.outcome import Outcome, Restatement, State
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
WELL: tuple[State, ...] = ("ok", "no_data")
NO_FAILURE: tuple[State, ...] = ("ok", "no_data", "partial", "not_configured")
STATES: tuple[State, ...] = (*NO_FAILURE, "failed")
ACCOUNTS = ("openai/studio", "twilio/voice")


class Evening(NamedTuple):
    """A run: how long after the one before, and what each account came to."""

    pause: timedelta
    states: tuple[State, ...]


def outcome(account: str, state: State, at: datetime) -> Outcome:
    return Outcome(
        provider=account.partition("/")[0],
        account=account,
        run=at.isoformat(),
        at=at,
        state=state,
        message=Sentence("It said no.") if state == "failed" else None,
    )


class Company:
    """Accounts, what happened to them, and who was told of it. The user lives in UTC."""

    def __init__(self, accounts: Sequence[str] = ACCOUNTS) -> None:
        self.now, self.collected_at = START, START
        self.runs: dict[str, list[Outcome]] = {account: [] for account in accounts}
        self.restated: list[Restatement] = []
        self.bounced: list[Bounce] = []
        self.spent: tuple[Spent, ...] = ()
        self.memory: Memory | None = None
        self.notices: list[tuple[datetime, Notice]] = []

    @property
    def facts(self) -> AlertFacts:
        return AlertFacts(
            now=self.now,
            today=self.now.date(),
            accounts=tuple(
                AccountRuns(account=account, runs=tuple(runs[:2]))
                for account, runs in self.runs.items()
            ),
            collected_at=self.collected_at,
            restated=tuple(self.restated),
            bounced=tuple(self.bounced),
            spent=self.spent,
        )

    def judge(self) -> Notice | None:
        """Who is told what at this moment."""
        judged = judge(self.facts, self.memory)
        self.memory = judged.memory
        if judged.notice is not None:
            self.notices.append((self.now, judged.notice))
        return judged.notice

    def evening(self, *states: State, pause: timedelta = DAY) -> Notice | None:
        """A run later, everybody's outcome, and who is told what."""
        self.now += pause
        for (account, runs), state in zip(self.runs.items(), states, strict=True):
            runs.insert(0, outcome(account, state, self.now))
        if any(state in ("ok", "no_data", "partial") for state in states):
            self.collected_at = self.now
        return self.judge()

    def failing(self) -> list[str]:
        """The accounts that have failed twice in a row."""
        return [
            account
            for account, runs in self.runs.items()
            if [run.state for run in runs[:2]] == ["failed", "failed"]
        ]

    def restate(self) -> None:
        """A closed month changes."""
        self.restated.append(
            Restatement(
                account=ACCOUNTS[0],
                day=date(2025, 1, 1) + len(self.restated) * DAY,
                feeds=("costs",),
                old="a",
                new="b",
                old_cost={"USD": Decimal(1)},
                new_cost={"USD": Decimal(2)},
                seen_at=self.now,
                run="r",
            )
        )

    def bounce(self) -> None:
        """A monthly mail comes back."""
        self.bounced.append(
            Bounce(
                id=f"mail-{len(self.bounced)}",
                month=Month(2025, 12),
                to=("a@example.org",),
                state="bounced",
                at=self.now,
            )
        )


ALL = Budget(amount=Decimal(100), currency="USD")


def spent(cost: str, budget: Budget = ALL, month: int = 1) -> Spent:
    return Spent(budget=budget, month=Month(2026, month), cost=Decimal(cost))


def marks(notice: Notice | None) -> list[int]:
    """The highest mark of each budget that the mail tells of."""
    return [max(mark for mark, _ in one.marks) for one in (notice.spent if notice else ())]


def names(notice: Notice | None, *, new: bool | None = None) -> list[str]:
    found = notice.failing if notice else ()
    return [one.account for one in found if new is None or one.is_new is new]


PAUSES = st.sampled_from([timedelta(hours=1), timedelta(hours=11), DAY, 3 * DAY])
EVENINGS = st.lists(
    st.builds(Evening, PAUSES, st.tuples(*[st.sampled_from(STATES)] * len(ACCOUNTS))),
    max_size=40,
)


@given(EVENINGS, st.data())
def test_there_is_one_mail_a_day_at_most(evenings: list[Evening], data: st.DataObject) -> None:
    company = Company()
    for evening in evenings:
        if data.draw(st.booleans()):
            company.restate()
        if data.draw(st.booleans()):
            company.bounce()
        company.evening(*evening.states, pause=evening.pause)

    days = [at.date() for at, _ in company.notices]
    assert len(days) == len(set(days))
    assert [notice.on for _, notice in company.notices] == days


@given(EVENINGS)
def test_each_failure_is_told_once_and_so_is_its_end(evenings: list[Evening]) -> None:
    company = Company()
    told: set[str] = set()  # of whose failing somebody was told, and not of its end
    for evening in evenings:
        day = (company.now + evening.pause).date()
        is_free = not company.notices or company.notices[-1][0].date() < day
        notice = company.evening(*evening.states, pause=evening.pause)

        failing = set(company.failing())
        well = {account for account, runs in company.runs.items() if runs[0].state in WELL}
        new, over = (
            set(names(notice, new=True)),
            {one.account for one in (notice.recovered if notice else ())},
        )
        assert new == (failing - told if is_free else set())
        assert over == (told & well if is_free else set())
        assert notice is None or set(names(notice)) == failing  # all that is wrong, each time
        told = (told | new) - over


@given(st.lists(st.tuples(*[st.sampled_from(NO_FAILURE)] * len(ACCOUNTS)), max_size=40))
def test_what_is_no_failure_is_never_told(evenings: list[tuple[State, ...]]) -> None:
    company = Company()
    for states in evenings:
        notice = company.evening(*states)
        assert names(notice) == []
        assert notice is None or notice.silent or notice.silence_over  # two days without a key


@given(st.lists(st.integers(0, 3), max_size=30), st.sampled_from(["restate", "bounce"]))
def test_what_happens_once_is_told_once(counts: list[int], what: str) -> None:
    company = Company()
    company.judge()
    for count in counts:
        for _ in range(count):
            getattr(company, what)()
        company.evening("ok", "ok", pause=timedelta(hours=11))
    company.evening("ok", "ok")

    notices = [notice for _, notice in company.notices]
    told = [one.id for notice in notices for one in notice.restated]
    assert sorted(told) == sorted(one.id for one in company.restated)
    came_back = [one.id for notice in notices for one in notice.bounced]
    assert came_back == [one.id for one in company.bounced]


def test_what_changed_before_anybody_was_told_is_no_news() -> None:
    company = Company()
    company.restate()
    company.bounce()

    assert company.evening("ok", "ok") is None
    company.restate()
    notice = company.evening("ok", "ok")
    assert notice is not None
    assert [one.day for one in notice.restated] == [date(2025, 1, 2)]


@pytest.mark.parametrize("state", NO_FAILURE)
def test_one_failure_is_none(state: State) -> None:
    company = Company()
    for _ in range(10):
        assert company.evening("failed", "ok") is None
        assert company.evening(state, "ok") is None


def test_trouble_that_lasts_is_told_at_once_and_then_once_a_week() -> None:
    company = Company()
    for _ in range(30):
        company.evening("failed", "ok")

    days = [at.date() for at, _ in company.notices]
    assert days[0] == (START + 2 * DAY).date()
    assert [after - before for before, after in pairwise(days)] == [AGAIN_AFTER] * (len(days) - 1)
    assert len(days) == 5
    assert [names(notice, new=True) for _, notice in company.notices] == [[ACCOUNTS[0]]] + [[]] * 4
    assert {one.since for _, notice in company.notices for one in notice.failing} == {START + DAY}


def test_a_mail_for_another_reason_counts_as_the_week_s() -> None:
    company = Company()
    for _ in range(4):
        company.evening("failed", "ok")
    company.restate()
    notice = company.evening("failed", "ok")
    assert notice is not None
    assert names(notice, new=False) == [ACCOUNTS[0]]

    quiet = [company.evening("failed", "ok") for _ in range(6)]
    assert quiet == [None] * 6
    assert names(company.evening("failed", "ok")) == [ACCOUNTS[0]]


def test_who_recovers_is_named_beside_who_does_not() -> None:
    company = Company()
    company.evening("failed", "failed")
    company.evening("failed", "failed")
    notice = company.evening("ok", "failed")

    assert notice is not None
    assert [(one.account, one.since, one.well_at) for one in notice.recovered] == [
        (ACCOUNTS[0], START + DAY, company.now)
    ]
    assert names(notice) == [ACCOUNTS[1]]
    assert not notice.is_all_well
    last = company.evening("ok", "ok")
    assert last is not None
    assert last.is_all_well
    assert company.evening("ok", "ok") is None


def test_what_is_over_the_same_day_is_told_on_the_next() -> None:
    company = Company()
    company.evening("failed", "ok")
    assert company.evening("failed", "ok") is not None
    assert company.evening("ok", "ok", pause=timedelta(hours=2)) is None
    notice = company.evening("ok", "ok")
    assert notice is not None
    assert [one.account for one in notice.recovered] == [ACCOUNTS[0]]


@pytest.mark.parametrize("between", ["partial", "not_configured", "failed"])
def test_an_account_is_well_again_only_when_it_is_read_whole(between: State) -> None:
    company = Company()
    company.evening("failed", "ok")
    company.evening("failed", "ok")
    assert company.evening(between, "ok") is None
    notice = company.evening("no_data", "ok")
    assert notice is not None
    assert notice.is_all_well


def test_of_an_account_that_left_the_settings_nothing_more_is_said() -> None:
    company = Company()
    company.evening("failed", "ok")
    company.evening("failed", "ok")
    del company.runs[ACCOUNTS[0]]

    assert [company.evening("ok") for _ in range(20)] == [None] * 20
    assert company.memory is not None
    assert company.memory.troubles == ()


def test_two_days_without_any_reading_are_told_and_their_end() -> None:
    company = Company()
    company.evening("ok", "not_configured")
    company.now += timedelta(hours=47)
    assert company.judge() is None
    company.now += timedelta(hours=1)
    notice = company.judge()
    assert notice is not None
    assert notice.silent is not None
    assert notice.silent.since == START + DAY
    assert notice.silent.is_new
    company.now += DAY
    assert company.judge() is None
    last = company.evening("ok", "not_configured")
    assert last is not None
    assert last.silence_over == START + DAY
    assert last.is_all_well


def test_a_partial_reading_breaks_the_silence() -> None:
    company = Company()
    for _ in range(3):
        company.evening("partial", "failed", pause=timedelta(hours=40))

    assert [names(notice) for _, notice in company.notices] == [[ACCOUNTS[1]]]
    assert company.notices[0][1].silent is None


@pytest.mark.parametrize("states", [(), ("not_configured",)])
def test_where_nothing_is_to_be_collected_silence_is_no_trouble(states: tuple[State, ...]) -> None:
    company = Company(ACCOUNTS[: len(states)])
    assert [company.evening(*states) for _ in range(10)] == [None] * 10


def test_an_account_that_was_never_read_is_silent_since_the_ledger_began() -> None:
    company = Company(ACCOUNTS[:1])
    company.now += 2 * DAY
    notice = company.judge()
    assert notice is not None
    assert notice.silent is not None
    assert notice.silent.since == START
    assert notice.failing == ()


def test_a_clock_that_went_back_mails_nothing() -> None:
    company = Company()
    company.evening("failed", "ok")
    company.evening("failed", "failed")
    company.evening("failed", "failed", pause=-3 * DAY)
    assert len(company.notices) == 1


def test_each_mark_of_a_budget_is_told_once_from_the_first_evening_on() -> None:
    company, told = Company(), []
    for cost in ("79.99", "80", "80.01", "99.999", "100", "250"):
        company.spent = (spent(cost),)
        told.append(marks(company.evening("ok", "ok")))

    assert told == [[], [80], [], [], [100], []]
    first = Company()
    first.spent = (spent("100"),)
    notice = first.evening("ok", "ok")
    assert marks(notice) == [100]
    assert notice is not None
    assert not notice.is_all_well


@given(st.lists(st.decimals(0, 200, places=2), max_size=30))
def test_a_mark_that_was_told_is_never_told_again(costs: list[Decimal]) -> None:
    """Figures are corrected, and a cost may fall below a mark and reach it once more."""
    company, told = Company(), list[int]()
    for cost in costs:
        company.spent = (spent(str(cost)),)
        told += marks(company.evening("ok", "ok"))

    highest = max(costs, default=Decimal(0))
    assert told == sorted(set(told))
    assert not told or told[-1] == max(mark for mark in MARKS if mark <= highest)
    assert bool(told) is (highest >= MARKS[0])


def test_another_month_or_another_amount_is_another_budget() -> None:
    company = Company()
    of_openai = Budget(amount=Decimal(20), currency="USD", provider="openai")
    larger = Budget(amount=Decimal(150), currency="USD")
    told = []
    for now in (
        [spent("150")],
        [spent("150"), spent("16", of_openai)],
        [spent("150", larger), spent("16", of_openai)],
        [spent("90", larger, 2), spent("3", of_openai, 2)],
        [spent("120", larger, 2), spent("20", of_openai, 2)],
    ):
        company.spent = tuple(now)
        told.append(marks(company.evening("ok", "ok")))

    assert told == [[100], [80], [100], [], [80, 100]]
    assert company.memory is not None
    assert all("2026-02" in one for one in company.memory.told)


def test_a_budget_waits_for_the_next_day_s_mail_like_everything_else() -> None:
    company = Company()
    company.evening("failed", "ok")
    assert company.evening("failed", "ok") is not None
    company.spent = (spent("100"),)
    assert company.evening("failed", "ok", pause=timedelta(hours=2)) is None
    notice = company.evening("failed", "ok")
    assert marks(notice) == [100]
    assert names(notice) == [ACCOUNTS[0]]
