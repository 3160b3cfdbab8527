"""What the routes are given: settings, ledger, site, and somebody to hand work to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ecot.edge.setup import Setup
from ecot.jobs.runs.events import Hand


@dataclass(frozen=True, kw_only=True)
class World:
    """`open_setup` gives the settings as they are now, for one request, which closes them. `hand`
    takes events to the other functions. `signing_key` is the key that signs cookies and links."""

    open_setup: Callable[[], Setup]
    hand: Hand
    signing_key: Callable[[], bytes]
    now: Callable[[], datetime]
