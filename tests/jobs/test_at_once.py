"""Collectors, people and the closing of months, all at once on one account.

A state machine starts them, lets each run call by call in any order, and looks after every step:
each month is one of the collectors' whole answers, or what was there before; no bill is lost; in
the end everything still fits together.
"""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from ecot.jobs.bills import say
from ecot.jobs.commit import commit_month
from ecot.jobs.months import close_months
from ecot.jobs.round import Round
from ecot.ledger.bills import standing
from ecot.model.period import Month
from ecot.store.bills import read_book
from ecot.store.protocol import Place
from tests.bills import bill, entered
from tests.jobs.pieces import months
from tests.jobs.stepping import Stepped
from tests.ledger.book import Book, in_memory, writing
from tests.rows import ACCOUNT, MUCH_LATER, charge, said, usage

FEEDS = ("costs", "usage")
MONTHS = (Month(2026, 1), Month(2026, 2))
DAYS = {month: month.days()[:2] for month in MONTHS}
MOST = 3  # at work at once
CENTS = st.lists(st.integers(1, 3), min_size=4, max_size=4)
Answer = dict[date, int]


class AtOnce(RuleBasedStateMachine):
    """One account, and everybody who writes to it."""

    place: Place

    def __init__(self) -> None:
        super().__init__()
        self.place = in_memory()
        self.answers: list[Answer] = [{}]
        self.at_work: list[Stepped[object]] = []
        self.typed: set[str] = set()

    @initialize(cents=CENTS)
    def settle(self, cents: list[int]) -> None:
        """What was there before."""
        self.answers = [answer_of(cents)]
        collect(self.place, self.answers[0], "run-0")

    @precondition(lambda self: len(self.at_work) < MOST)
    @rule(cents=CENTS)
    def start_collecting(self, cents: list[int]) -> None:
        answer, run = answer_of(cents), f"run-{len(self.answers)}"
        self.answers.append(answer)
        self._start(lambda place: collect(place, answer, run))

    @precondition(lambda self: len(self.at_work) < MOST)
    @rule()
    def start_typing(self) -> None:
        number = f"INV-{len(self.typed)}"
        self.typed.add(number)
        self._start(lambda place: say(place, ACCOUNT, [entered(bill(number=number))]))

    @precondition(lambda self: len(self.at_work) < MOST)
    @rule()
    def start_closing(self) -> None:
        round_ = Round(run="closing", today=MUCH_LATER.date(), now=lambda: MUCH_LATER)
        self._start(lambda place: close_months(place, round_))

    @precondition(lambda self: self.at_work)
    @rule(which=st.integers(0, MOST - 1), steps=st.integers(1, 6))
    def go_on(self, which: int, steps: int) -> None:
        one = self.at_work[which % len(self.at_work)]
        for _ in range(steps):
            if not one.is_done:
                one.step()
        if one.is_done:
            self._end(one)

    @invariant()
    def every_month_is_one_whole_answer(self) -> None:
        book = Book(self.place)
        for month in MONTHS:
            held = {day: cents_of(book, day) for day in DAYS[month]}
            whole = [{day: one.get(day) for day in DAYS[month]} for one in self.answers]
            assert held in whole

    def teardown(self) -> None:
        for one in list(self.at_work):
            self._end(one)
        assert {one.bill.number for one in standing(read_book(self.place.store, ACCOUNT)[0])} == (
            self.typed
        )
        self.every_month_is_one_whole_answer()
        assert len(months(self.place)) == len(MONTHS)
        self.place.store.close()

    def _start(self, work: Callable[[Place], object]) -> None:
        self.at_work.append(Stepped(self.place, work))

    def _end(self, one: Stepped[object]) -> None:
        one.finish()
        self.at_work.remove(one)
        assert one.error is None


def answer_of(cents: Iterable[int]) -> Answer:
    """An amount in cents for each of the days."""
    days = [day for month in MONTHS for day in DAYS[month]]
    return dict(zip(days, cents, strict=True))


def collect(place: Place, answer: Answer, run: str) -> None:
    """As `jobs.account` does: month by month, each from its own reading of the ledger."""
    for month in MONTHS:
        costs = {day: [charge(f"0.0{answer[day]}", day)] for day in DAYS[month]}
        used = {day: [usage({"requests": str(answer[day])}, day)] for day in DAYS[month]}
        readings = [said("costs", costs), said("usage", used)]
        commit_month(place, month, readings, {}, writing(run, feeds=FEEDS))


def cents_of(book: Book, day: date) -> int | None:
    """The amount that all rows of the day state; they are never of two answers."""
    rows = book.rows(day)
    stated = {int(book.cost(day) * 100)} if rows else set()
    for row in rows.get("usage", ()):
        stated.add(int(getattr(row, "quantities", {"requests": Decimal(-1)})["requests"]))
    assert len(stated) <= 1
    return next(iter(stated), None)


TestAtOnce = AtOnce.TestCase
TestAtOnce.settings = settings(max_examples=60, stateful_step_count=40)
