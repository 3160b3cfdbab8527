"""What the routes are given: settings, ledger, site, and somebody to hand work to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ecot.edge.setup import Setup
from ecot.jobs.runs.events import Hand


@dataclass(frozen=True, kw_only=True)
class World:
    """`open_setup` gives the settings as they are now, for one request, which closes them. `hand`
    takes events to the other functions. `signing_key` is the key that signs cookies and links.
    An answer has at most `most_bytes` (None: as many as it likes); `lend` keeps a file that has
    more (its name, bytes and media type) and gives the address at which it is for a minute."""

    open_setup: Callable[[], Setup]
    hand: Hand
    signing_key: Callable[[], bytes]
    now: Callable[[], datetime]
    most_bytes: int | None = None
    lend: Callable[[Setup, str, bytes, str], str] | None = None
