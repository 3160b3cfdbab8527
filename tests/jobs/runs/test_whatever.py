"""The protocol of runs, whatever happens in whichever order: events that come twice, late or never,
at any call of somebody else's invocation; invocations that are killed at any call, or outlive their
time; clocks that differ. At no moment do two do what one alone may; and once nothing more happens,
checks bring every run to its end, with one mail.

The steps are the real ones, over SQLite and a folder, with the rights of their functions. What they
are given to do is as little as possible: an outcome, a site, a mail into the outbox.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ecot.errors import EcotError, StoreUnavailable, TooMany
from ecot.jobs.cycle.mailing import Read
from ecot.jobs.mail.send import send_once
from ecot.jobs.place import open_outbox, open_place
from ecot.jobs.runs.asking import ask
from ecot.jobs.runs.check import check
from ecot.jobs.runs.collect import collect
from ecot.jobs.runs.dispatch import dispatch
from ecot.jobs.runs.events import (
    Check,
    Collect,
    Dispatch,
    Event,
    Hand,
    Publish,
    Send,
    Step,
)
from ecot.jobs.runs.publish import noted_at, publish
from ecot.jobs.runs.send import send
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month
from ecot.model.run import Run, Waiting, Wanted
from ecot.sinks.mail.message import Message
from ecot.sinks.mail.outbox import OutboxPost
from ecot.store.protocol import Place
from ecot.store.records import outcomes_of, put_outcome
from ecot.store.runs import accounts_of, latest_runs
from tests.cloud.limited import limited
from tests.store.faulty import Fuse, Killed, faulty

BEGINS = datetime(2026, 11, 22, 1, tzinfo=UTC)
ACCOUNTS = ("openai/a", "openai/b", "stripe/c")
LASTS = {"dispatch": 300, "collect": 900, "publish": 900, "send": 300, "check": 300}
MESSAGE = Message(sender="a@b.example", to=(), subject="October", html="<p>1</p>", text="1")
MOST_KEPT = 12
MOST_PASSED = timedelta(hours=40)  # runs are looked after for three days
Handed = tuple[Step, Event]
Happens = Literal["nothing", "killed before", "killed after", "half", "meanwhile"]
HAPPENS: tuple[Happens, ...] = get_args(Happens)


@dataclass
class Invocation(Fuse):
    """What happens at one of an invocation's calls, and whether it has time left for any."""

    world: "Runs"
    ends: datetime
    happens: Happens
    number: int
    meanwhile: Callable[[], None]
    done: int = 0

    def before(self, parts: int) -> int:
        self.done += 1
        is_now = self.done == self.number
        if is_now and self.happens == "meanwhile":
            self.meanwhile()
        if self.is_over or (is_now and self.happens == "killed before"):
            raise Killed
        return parts // 2 if is_now and self.happens == "half" else parts

    def work(self) -> None:
        """What no call of the store is: a supplier's answer, the site. It is call 0 as well."""
        self.number = self.number or self.done + 1
        self.before(1)

    def after(self) -> None:
        if self.done == self.number and self.happens in ("killed after", "half"):
            raise Killed

    @property
    def is_over(self) -> bool:
        return self.world.moment >= self.ends

    def left(self) -> float:
        return (self.ends - self.world.moment).total_seconds()


class Delivery(NamedTuple):
    """Which event comes, what happens at which call of its invocation, and what comes meanwhile;
    whether it may come again, and whether what it hands on is taken."""

    which: int
    happens: Happens
    number: int
    is_twin: bool
    other: int
    minutes: int
    skew: int
    is_kept: bool
    is_handed: bool


DELIVERIES = st.builds(
    Delivery,
    which=st.sampled_from(range(10)),
    happens=st.sampled_from(HAPPENS),
    number=st.sampled_from((0, 0, 0, *range(1, 13))),
    is_twin=st.booleans(),
    other=st.sampled_from(range(10)),
    minutes=st.sampled_from((0, 0, 4, 14, 16)),
    skew=st.integers(-10, 10),
    is_kept=st.booleans(),
    is_handed=st.sampled_from((True, True, True, False)),
)


class Runs(RuleBasedStateMachine):
    """A stack, its events, and everything that may befall both."""

    def __init__(self) -> None:
        super().__init__()
        self.around = ExitStack()
        self.home = Path(self.around.enter_context(TemporaryDirectory()))
        self.place = open_place(self.home)
        self.around.callback(self.place.store.close)
        self.moment = BEGINS
        self.events: list[Handed] = []
        self.come: list[Handed] = []
        self.busy: list[tuple[str, Invocation]] = []
        self.ended: dict[tuple[str, str], str] = {}
        self.runs: dict[str, Run] = {}
        self.depth = 0

    def teardown(self) -> None:
        try:
            self.comes_to_its_end()
        finally:
            self.around.close()

    # what happens

    @initialize(is_begun=st.booleans())
    def night(self, is_begun: bool) -> None:
        handed: Handed = ("dispatch", Dispatch(time=BEGINS))
        self.events.append(handed)
        if is_begun:
            self.deliver(handed, self.undisturbed("dispatch"))

    @rule(what=st.sampled_from(("the next night", "somebody asks", "somebody types")))
    def begin(self, what: str) -> None:
        if what == "somebody asks":
            self.ask()
        elif what == "somebody types":
            self.events.append(("publish", Publish()))
        elif self.moment >= BEGINS + DAY:
            self.events.append(("dispatch", Dispatch(time=BEGINS + DAY)))

    def ask(self) -> None:
        try:
            asked = ask(self.place.store, Wanted(account=ACCOUNTS[0]), self.moment)
        except TooMany:
            return
        if asked.is_new:
            event = Dispatch(time=self.moment, kind="asked", run=asked.run)
            self.events.append(("dispatch", event))

    @precondition(lambda self: self.moment < BEGINS + MOST_PASSED)
    @rule(minutes=st.sampled_from((1, 6, 17, 61)))
    def time_passes(self, minutes: int) -> None:
        self.moment += timedelta(minutes=minutes)

    @rule(several=st.lists(DELIVERIES, min_size=1, max_size=8))
    def deliver_some(self, several: list[Delivery]) -> None:
        """One event after another, or a check; each may come again."""
        for one in several:
            self.deliver_one(one)

    def deliver_one(self, one: Delivery) -> None:
        handed = self.one_of(one.which)
        if not one.is_kept and handed in self.events:
            self.events.remove(handed)

        def meanwhile() -> None:
            self.moment += timedelta(minutes=one.minutes)
            other = handed if one.is_twin else self.one_of(one.other)
            self.deliver(other, self.undisturbed(other[0]))

        invocation = self.undisturbed(handed[0])
        invocation.happens, invocation.number = one.happens, one.number
        invocation.meanwhile = meanwhile
        self.deliver(handed, invocation, timedelta(seconds=one.skew), is_handed=one.is_handed)

    # how it is done

    def one_of(self, number: int) -> Handed:
        """A check, or an event that is on its way; where none is, one that has come already."""
        found = self.events or self.come
        return found[number % len(found)] if number else ("check", Check(time=self.moment))

    def undisturbed(self, step: Step) -> Invocation:
        ends = self.moment + timedelta(seconds=LASTS[step])
        return Invocation(self, ends, "nothing", 0, lambda: None)

    def deliver(
        self,
        handed: Handed,
        invocation: Invocation,
        skew: timedelta = timedelta(0),
        *,
        is_handed: bool = True,
    ) -> None:
        self.moment += timedelta(seconds=1)
        self.come = [*self.come, handed][-MOST_KEPT:]
        step, event = handed
        place = faulty(limited(self.place, step), invocation)

        def now() -> datetime:
            return self.moment + skew

        def hand(step: Step, event: Event) -> None:
            invocation.before(1)
            if not is_handed:
                self.events.append((step, event))  # the answer was lost, and perhaps not even that
                raise StoreUnavailable("Lambda does not answer")
            self.events.append((step, event))

        try:
            self.act(event, place, invocation, now, hand)
        except Killed:
            pass
        except (EcotError, ExceptionGroup):
            self.events.append(handed)

    def act(
        self,
        event: Event,
        place: Place,
        invocation: Invocation,
        now: Callable[[], datetime],
        hand: Hand,
    ) -> None:
        store, left = place.store, invocation.left

        def waiting(run: Run) -> Sequence[Waiting]:
            invocation.work()
            wanted = (one for one in ACCOUNTS if run.wanted.account in (None, one))
            return [
                Waiting(account=one, provider=one.partition("/")[0], handed_at=now())
                for one in wanted
            ]

        def read(run: Run, one: Waiting) -> Outcome:
            before = [known.run for known in outcomes_of(self.place.store, one.account, 99)]
            assert run.id not in before, "asked again although there is an outcome"
            with self.alone(f"{one.account} in {run.id}", invocation):
                invocation.work()
                outcome = Outcome(
                    provider=one.provider, account=one.account, run=run.id, at=now(), state="ok"
                )
                put_outcome(store, outcome)
                return outcome

        def settle(run: Run, outcomes: Sequence[Outcome]) -> None:
            assert len({one.account for one in outcomes}) == run.accounts
            with self.alone("publish", invocation):
                invocation.work()

        def show() -> None:
            with self.alone("publish", invocation):
                invocation.work()

        def mail(_read: Read, _month: Month | None) -> bool:
            post = OutboxPost(open_outbox(self.home), now)
            to = ("camille@lumen.example",)
            sending = send_once(place, post, "report/2026-10", to, lambda: MESSAGE, now)
            return sending.state in ("sent", "already")

        def expect(_waiting: Waiting) -> None:
            invocation.work()

        match event:
            case Dispatch():
                dispatch(store, event, waiting, now, left, hand)
            case Collect():
                collect(store, event, read, now, left, hand)
            case Publish():
                publish(store, event, settle, show, now, left, hand)
            case Send():
                send(store, event, mail, now)
            case Check():
                check(store, event, expect, now, left, hand)

    @contextmanager
    def alone(self, what: str, invocation: Invocation) -> Iterator[None]:
        """Nobody else does it whose time is not over."""
        others = [one for name, one in self.busy if name == what and not one.is_over]
        assert not others, f"two at {what}"
        self.busy.append((what, invocation))
        try:
            yield
        finally:
            self.busy.remove((what, invocation))

    # what holds

    @invariant()
    def no_outcome_becomes_another(self) -> None:
        for run in latest_runs(self.place.store, 99):
            for one in accounts_of(self.place.store, run.id).outcomes:
                assert self.ended.setdefault((run.id, one.account), one.state) == one.state
        for account in ACCOUNTS:
            for one in outcomes_of(self.place.store, account, 99):
                key = (f"{one.run} in the ledger", account)
                assert self.ended.setdefault(key, one.state) == one.state

    @invariant()
    def no_run_goes_back(self) -> None:
        for run in latest_runs(self.place.store, 99):
            was = self.runs.get(run.id)
            for name in ("begun_at", "complete_at", "published_at", "sent_at"):
                before = was and getattr(was, name)
                assert before is None or before == getattr(run, name), (run.id, name)
            self.runs[run.id] = run

    @invariant()
    def nobody_has_two_mails(self) -> None:
        assert len(self.mails()) <= 1

    def mails(self) -> list[str]:
        return [name for name in open_outbox(self.home).names() if name.endswith(".eml")]

    def comes_to_its_end(self) -> None:
        """All that is on its way is lost; but for that nothing more goes wrong."""
        self.events.clear()
        for _ in range(10):
            self.moment += timedelta(hours=1)
            self.events.append(("check", Check(time=self.moment)))
            while self.events:
                handed = self.events.pop(0)
                self.deliver(handed, self.undisturbed(handed[0]))
            self.no_outcome_becomes_another()
            self.no_run_goes_back()
        runs = latest_runs(self.place.store, 99)
        assert [(run.id, run.due) for run in runs if run.due is not None] == []
        for run in runs:
            found = accounts_of(self.place.store, run.id)
            assert (len(found.outcomes), found.waiting) == (run.accounts, [])
        assert noted_at(self.place.store) is None
        assert len(self.mails()) == (1 if runs else 0)


TestRuns = Runs.TestCase
TestRuns.settings = settings(max_examples=200, stateful_step_count=15)
