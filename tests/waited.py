"""A clock for what waits: it goes on by being waited for, and at no other time."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class Waited:
    """The moment `start`, and the seconds that somebody has waited since."""

    start: datetime
    seconds: float = 0.0

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
