"""Waiting ends, grows, and is drawn at random."""

from ecot.store.patience import LONGEST_SECONDS, Patience
from tests.store.wire import Clock


def patience(clock: Clock, seconds: float, jitter: float = 1.0) -> Patience:
    return Patience(seconds, sleep=clock.sleep, clock=clock, jitter=lambda: jitter)


def test_pauses_double_up_to_a_bound_and_end_with_the_time() -> None:
    clock = Clock()
    attempts = list(patience(clock, 30).attempts())
    assert clock.slept[:4] == [0.05, 0.1, 0.2, 0.4]
    assert max(clock.slept) == LONGEST_SECONDS
    assert sum(clock.slept) < 30
    assert attempts == list(range(len(clock.slept) + 1))


def test_a_pause_may_be_drawn_down_to_nothing_and_time_still_ends_it() -> None:
    clock = Clock()
    numbers = patience(clock, 1, jitter=0.0).attempts()
    assert [next(numbers) for _ in range(50)] == list(range(50))
    clock.now += 2
    assert list(numbers) == []


def test_without_time_there_is_one_attempt() -> None:
    clock = Clock()
    assert list(patience(clock, 0).attempts()) == [0]
    assert clock.slept == []
