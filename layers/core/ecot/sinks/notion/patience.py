"""When the next request may go to Notion: one pace, one hold for all, one deadline.

Since 2026 a connection has a budget for a window of 60 seconds, and the workspace has another; 429
and 529 say how long to wait (developers.notion.com, request limits, read 2026-11).
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from ecot.sinks.notion.errors import OutOfTime
from ecot.sinks.notion.failure import Failure

PER_SECOND = 2.5  # of the 180 a minute that a workspace on a small plan has
FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 1.0, 60.0
CONFLICT_TRIES = 3
TRIES = 4
LIMITED_TRIES = 8  # their waits alone come to two minutes: a whole window is over by then
LONGEST_WAIT_SECONDS = 600.0  # that of a workspace may be any (request limits, read 2026-11)
LIMITED = frozenset({429, 529})
BLOCKED = "public_api_request_blocked"


class Patience:
    """Keeps the pace, holds every request back where one was told to wait, and knows the deadline
    (on the monotonic clock; None: none)."""

    def __init__(
        self,
        *,
        per_second: float | None,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        deadline: float | None,
    ) -> None:
        self._spacing = 1 / per_second if per_second else 0.0
        self._monotonic, self._sleep = monotonic, sleep
        self._deadline = deadline
        self._next = self._held_until = float("-inf")

    def take_turn(self) -> float | None:
        """Waits until a request may go. The seconds that are left then, None where there is no
        deadline. Raises OutOfTime, without a wait, where the turn would come after it."""
        now = self._monotonic()
        turn = max(now, self._next, self._held_until)
        if self._deadline is not None and turn >= self._deadline:
            raise OutOfTime(
                "The time for Notion is used up",
                remedy="Run it again: it goes on where it stopped.",
            )
        if turn > now:
            self._sleep(turn - now)
        self._next = turn + self._spacing
        return None if self._deadline is None else self._deadline - turn

    def hold(self, seconds: float) -> None:
        """Nothing goes out for so long."""
        self._held_until = max(self._held_until, self._monotonic() + seconds)


def usual_pace(base_url: str | None) -> float | None:
    """The requests a second where nobody says otherwise; None, as fast as they go, to a server on
    this machine, which alone may be asked without https."""
    is_ours = base_url is not None and urlsplit(base_url).scheme == "http"
    return None if is_ours else PER_SECOND


def pause(failure: Failure, tries: int, *, is_repeatable: bool, jitter: float) -> float | None:
    """The seconds after which the same request may go out again, after so many tries; None where
    that is of no use or might do a thing twice. `jitter` is between 0 and 1."""
    is_made = failure.committed is not None and not is_repeatable
    if failure.is_full or failure.limit == BLOCKED or is_made:
        return None
    backoff = min(FIRST_BACKOFF_SECONDS * 2 ** (tries - 1), LONGEST_BACKOFF_SECONDS)
    wait = max(failure.wait or 0.0, backoff * (1 + jitter) / 2)
    is_worth_it = tries < _most_tries(failure, is_repeatable) and wait <= LONGEST_WAIT_SECONDS
    return wait if is_worth_it else None


def _most_tries(failure: Failure, is_repeatable: bool) -> int:
    if failure.status in LIMITED:
        return LIMITED_TRIES
    if failure.status == 409:
        return CONFLICT_TRIES
    may_be_done_twice = failure.arrived and not is_repeatable
    return TRIES if is_passing(failure) and not may_be_done_twice else 1


def is_passing(failure: Failure) -> bool:
    """Whether it is no answer to what was asked: silence, a server error, a cut-off body."""
    return failure.status is None or failure.status >= 500 or failure.status in (200, 408)
