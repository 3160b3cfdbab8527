"""The clock and waiting: read here, handed in everywhere else."""

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def wait(seconds: float) -> None:
    """Waits."""
    time.sleep(seconds)
