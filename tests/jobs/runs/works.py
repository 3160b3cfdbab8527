"""The functions of a stack over a town: what a step hands on waits until a test delivers it, once,
twice, later or never."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from ecot.errors import EcotError, LedgerError
from ecot.jobs.collect import collect as collect_sources
from ecot.jobs.cycle.mailing import Alerted, Mailed, Read
from ecot.jobs.cycle.night import Night
from ecot.jobs.publish import publish as publish_site
from ecot.jobs.retire import retire
from ecot.jobs.round import Round
from ecot.jobs.run import settle
from ecot.jobs.runs.check import check
from ecot.jobs.runs.collect import collect
from ecot.jobs.runs.dispatch import dispatch
from ecot.jobs.runs.events import (
    Check,
    Collect,
    Dispatch,
    Event,
    Publish,
    Send,
    Step,
    read_event,
)
from ecot.jobs.runs.publish import publish
from ecot.jobs.runs.send import send
from ecot.jobs.site.edition import Edition
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.run import Run, Waiting
from ecot.store.protocol import Files, Place
from tests.cloud.limited import limited
from tests.jobs.cycle.town import ACCOUNTS, Town, no_site, town

SECONDS = 900.0
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
Handed = tuple[Step, Event]


@dataclass
class Works:
    """Events that were handed on and not delivered yet, what came of those that were, which
    suppliers were asked, and how often Notion and the site were brought up to date. `has_site`
    renders the site, too, and `is_refused` says that its bucket does not let it."""

    town: Town
    waiting: list[Handed] = field(default_factory=list)
    came: list[tuple[Step, Any]] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    shows: int = 0
    has_site: bool = False
    is_refused: bool = False
    expect: Callable[[Waiting], None] = lambda _: None
    _lock: Lock = field(default_factory=Lock)

    def hand(self, step: Step, event: Event) -> None:
        with self._lock:
            self.waiting.append((step, event))

    def deliver(self, handed: Handed, place: Place | None = None) -> Any:
        """Does the step with the event as it comes over the wire, a second later."""
        step, event = handed
        self.town.clock.moment += timedelta(seconds=1)
        raw = msgspec.json.decode(msgspec.json.encode(event))
        done = _STEPS[step](
            self, limited(place or self.town.place, step), read_event(type(event), raw)
        )
        self.came.append((step, done))
        return done

    def all(self, place: Place | None = None) -> None:
        """Delivers everything, in order, also what that hands on. As Lambda does it tries what
        fails twice more."""
        while self.waiting:
            self.tried(self.waiting.pop(0), place)

    def tried(self, handed: Handed, place: Place | None = None) -> None:
        for _ in range(3):
            try:
                self.deliver(handed, place)
            except (EcotError, BaseExceptionGroup):
                self.town.clock.moment += timedelta(minutes=1)
                continue
            return

    def begin(self) -> None:
        """The schedule of the night, which names the moment; several at the same one are one."""
        self.hand("dispatch", Dispatch(time=self.town.clock.moment.replace(microsecond=0)))

    def check(self, place: Place | None = None) -> Any:
        """The hourly schedule, and what it hands on."""
        self.waiting.append(("check", Check(time=self.town.clock.moment)))
        self.all(place)

    def look_after(self, hours: int = 4) -> None:
        """The checks that follow a dispatch: after half an hour, and then hourly."""
        self.town.clock.moment += HOUR / 2
        for _ in range(hours):
            self.check()
            self.town.clock.moment += HOUR

    # what the steps do

    def round(self, run: str) -> Round:
        clock = self.town.clock
        return Round(
            run=run, today=clock.today, now=clock, open_client=clock.client, sleep=clock.sleep
        )

    def accounts(self, place: Place) -> Callable[[Run], Sequence[Waiting]]:
        def found(run: Run) -> list[Waiting]:
            retire(place.store, ACCOUNTS, self.town.clock.today)
            provider = [name.partition("/")[0] for name in self.town.shops]
            return [
                Waiting(account=account, provider=name, handed_at=self.town.clock())
                for account, name in zip(self.town.shops, provider, strict=True)
                if run.kind != "close" and run.wanted.account in (None, account)
            ]

        return found

    def read(self, place: Place) -> Callable[[Run, Waiting], Outcome]:
        def read(run: Run, waiting: Waiting) -> Outcome:
            self.reads.append(waiting.account)
            source = self.town.shops[waiting.account].source(waiting.account)
            (outcome,) = asyncio.run(collect_sources(place, [source], self.round(run.id)))
            return outcome

        return read

    def settle(self, place: Place) -> Callable[[Run, Sequence[Outcome]], None]:
        def settled(run: Run, outcomes: Sequence[Outcome]) -> None:
            known = {one.account for one in outcomes}
            sources = [shop.source(name) for name, shop in self.town.shops.items() if name in known]
            asyncio.run(settle(place, sources, outcomes, [], self.round(run.id)))

        return settled

    def night(self, place: Place) -> Night:
        night = self.town.night(place)
        return replace(night, publish=self.publish if self.has_site else no_site)

    def publish(
        self, place: Place, site: Files, edition: Edition, month: Month | None
    ) -> list[str]:
        """Renders the site, unless its bucket refuses."""
        if self.is_refused:
            raise LedgerError("the bucket refuses")
        return publish_site(place, site, edition, month)

    def show(self, place: Place) -> Callable[[], None]:
        def show() -> None:
            for _ in self.night(place).show():
                pass
            self.shows += 1

        return show

    def mail(self, place: Place) -> Callable[[Read, Month | None], bool]:
        def mail(read: Read, _: Month | None) -> bool:
            night = self.night(place)
            assert night.mailing is not None
            sendings = [
                one.sending
                for one in night.mail(read, night.mailing)
                if isinstance(one, Mailed | Alerted)
            ]
            return all(one is None or one.state in ("sent", "already") for one in sendings)

        return mail

    def left(self) -> float:
        return SECONDS


def _dispatch(works: Works, place: Place, event: Dispatch) -> object:
    accounts = works.accounts(place)
    return dispatch(place.store, event, accounts, works.town.clock, works.left, works.hand)


def _collect(works: Works, place: Place, event: Collect) -> object:
    return collect(place.store, event, works.read(place), works.town.clock, works.left, works.hand)


def _publish(works: Works, place: Place, event: Publish) -> object:
    return publish(
        place.store, event, works.settle(place), works.show(place), works.town.clock, works.left,
        works.hand,
    )  # fmt: skip


def _send(works: Works, place: Place, event: Send) -> object:
    return send(place.store, event, works.mail(place), works.town.clock)


def _check(works: Works, place: Place, event: Check) -> object:
    return check(place.store, event, works.expect, works.town.clock, works.left, works.hand)


_STEPS: dict[Step, Callable[[Works, Place, Any], object]] = {
    "dispatch": _dispatch,
    "collect": _collect,
    "publish": _publish,
    "send": _send,
    "check": _check,
}


@contextmanager
def works(
    home: Path,
    begins: datetime,
    prices: dict[str, Callable[[Any], Any]],
    opens: Callable[[Path], Place],
) -> Iterator[Works]:
    """A town with a stack of functions."""
    with town(home, begins, prices, opens=opens) as here:
        yield Works(here)
