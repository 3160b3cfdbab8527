"""A laptop's functions: one thread that does the steps of runs, one after another."""

import logging
from collections.abc import Callable
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
CHECK_SECONDS = 600.0
"""How long nothing is to be done before runs are looked after."""


class Worker:
    """A `Hand`: it takes an event at once, and does its step when all before are done. When there
    is nothing to do it looks after runs: what stayed undone when one of it stopped is done by the
    next. No night is ever missed here, for nothing is scheduled. Use it in a `with`."""

    def __init__(
        self,
        opens: Opens,
        monotonic: Callable[[], float],
        check_seconds: float = CHECK_SECONDS,
    ) -> None:
        self._opens, self._monotonic = opens, monotonic
        self._check_seconds = check_seconds
        self._events: Queue[tuple[Step, Event] | None] = Queue()
        self._is_stopping = False
        self._thread = Thread(target=self._work, name="ecot-steps", daemon=True)

    def __enter__(self) -> Self:
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

    def _work(self) -> None:
        while True:
            try:
                taken = self._events.get(timeout=self._check_seconds)
            except Empty:
                self._step("check", Check())
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
