"""Work in a thread that waits for its turn before every call to the store."""

from collections.abc import Callable
from threading import Semaphore, Thread
from typing import Generic, TypeVar

from ecot.store.protocol import Place
from tests.store.watched import watched

T = TypeVar("T")


class Stepped(Generic[T]):
    """Work that stops before every call until it is told to go on."""

    def __init__(self, place: Place, work: Callable[[Place], T]) -> None:
        self._place, self._work = place, work
        self._stopped, self._go = Semaphore(0), Semaphore(0)
        self.value: T | None = None
        self.error: BaseException | None = None
        self.is_done = False
        self._thread = Thread(target=self._run)
        self._thread.start()
        self._stopped.acquire()

    def step(self) -> None:
        """Lets it run until its next call, or to its end."""
        self._go.release()
        self._stopped.acquire()

    def finish(self) -> None:
        """Lets it run to its end."""
        while not self.is_done:
            self.step()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._stop()
            self.value = self._work(watched(self._place, before=self._stop))
        except BaseException as error:
            self.error = error
        self.is_done = True
        self._stopped.release()

    def _stop(self) -> None:
        self._stopped.release()
        self._go.acquire()
