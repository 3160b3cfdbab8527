"""A laptop's functions: one thread that does the steps of runs, one after another."""

import logging
from collections.abc import Callable
from datetime import datetime
from queue import Empty, Queue
from threading import Thread
from types import TracebackType
from typing import Any, Self

import msgspec

from ecot.edge.steps import run_step
from ecot.edge.work import Opens
from ecot.errors import EcotError
from ecot.jobs.runs.events import Check, Event, Step

logger = logging.getLogger(__name__)

STEP_SECONDS = 900.0
"""How long a step may take, as on Lambda."""
IDLE_SECONDS = 600.0
"""After so long without an event it looks whether a step that failed is still to be done."""


class Worker:
    """A `Hand`: it takes an event at once, and does its step when all before are done. Use it in a
    `with`.

    There is no schedule beside it. So by the clock `now` (UTC) it looks itself after runs: when it
    begins, since whoever was stopped has left what was waiting, and whenever it is idle, since a
    step may have failed. Without a clock it does what it is told.
    """

    def __init__(
        self,
        opens: Opens,
        monotonic: Callable[[], float],
        now: Callable[[], datetime] | None = None,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._opens, self._monotonic, self._now = opens, monotonic, now
        self._idle = None if now is None else idle_seconds
        self._events: Queue[tuple[Step, Event] | None] = Queue()
        self._is_stopping = False
        self._thread = Thread(target=self._work, name="ecot-steps", daemon=True)

    def __enter__(self) -> Self:
        self._look()
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def __call__(self, step: Step, event: Event) -> None:
        self._events.put((step, event))

    def stop(self) -> None:
        """Returns once the step that it is at is done; those that wait are left."""
        self._is_stopping = True
        self._events.put(None)
        self._thread.join()

    def finish(self) -> None:
        """Returns once everything is done, also what steps hand on."""
        self._events.join()

    def _look(self) -> None:
        if self._now is not None:
            self("check", Check(time=self._now(), is_resumed=True))

    def _work(self) -> None:
        while True:
            try:
                taken = self._events.get(timeout=self._idle)
            except Empty:
                self._look()
                continue
            try:
                if taken is None or self._is_stopping:
                    return
                self._step(*taken)
            finally:
                self._events.task_done()

    def _step(self, step: Step, event: Event) -> None:
        ends = self._monotonic() + STEP_SECONDS
        raw: dict[str, Any] = msgspec.to_builtins(event)
        try:
            run_step(step, raw, self._opens, self, lambda: ends - self._monotonic())
        except EcotError as error:  # a check hands it on again
            logger.warning("%s: %s", step, error)
