"""Waiting for a store on the network: how long, and how much longer after each failure."""

import random
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import NamedTuple

FIRST_SECONDS = 0.05
LONGEST_SECONDS = 5.0


class Patience(NamedTuple):
    """How long one call may be repeated, and the clock, the sleep and the dice it is done with."""

    seconds: float = 30.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    jitter: Callable[[], float] = random.random

    def attempts(self) -> Iterator[int]:
        """Numbers the attempts: the first at once, each further one after a pause, until the time
        is used up.

        The pauses are drawn between nothing and a bound that doubles ("full jitter"): of many
        collectors that were turned away together no two come back together.
        """
        end = self.clock() + self.seconds
        for number in count():
            yield number
            bound = min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** min(number, 30))
            pause = bound * self.jitter()
            if self.clock() + pause >= end:
                return
            self.sleep(pause)
