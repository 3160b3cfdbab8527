"""A run whose steps are handed from one invocation to the next: what was wanted of it, how far it
has come, and the accounts that it still waits for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from ecot.model.period import Month

Step = Literal["dispatch", "collect", "publish", "send", "check"]
Kind = Literal["daily", "close", "asked", "missed"]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is to collect: everything that is due, or one provider's, or one account; or all
    days of a `month`. `send_email`: what is owed is mailed at the end of it."""

    provider: str | None = None
    account: str | None = None
    month: Month | None = None
    send_email: bool = True

    def covers(self, other: "Wanted") -> bool:
        """Whether whoever wants the other gets it of a run for this one."""
        asks = (self.provider, self.account, self.month)
        is_same = asks == (other.provider, other.account, other.month)
        return is_same and (self.send_email or not other.send_email)


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run. `time` is the moment for which it was scheduled or asked for, `made_at` when it was
    written down; all moments are UTC.

    `begun_at`: its accounts are written down, so many of them. `complete_at`: each has its outcome.
    `published_at` and `sent_at`: these steps are done. `handed_at`: when the step that is due was
    last handed on. `held_until`: somebody is writing its accounts down.
    """

    id: str
    kind: Kind
    time: datetime
    made_at: datetime
    wanted: Wanted = Wanted()
    held_until: datetime | None = None
    begun_at: datetime | None = None
    accounts: int = 0
    complete_at: datetime | None = None
    published_at: datetime | None = None
    sent_at: datetime | None = None
    handed_at: datetime

    @property
    def due(self) -> Step | None:
        """The step that is to be done next; None where all are."""
        if self.begun_at is None:
            return "dispatch"
        if self.complete_at is None:
            return "collect"
        if self.published_at is None:
            return "publish"
        return "send" if self.sent_at is None and self.wanted.send_email else None

    @property
    def is_of_the_night(self) -> bool:
        """Whether it is the one that collects everything that is due, once a day."""
        return self.kind in ("daily", "missed")


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """An account that a run waits for, and what its collector needs to know of the others, whose
    keys it cannot read.

    `variables` are those of the settings that it needs; `beside` are the providers of collected
    accounts, `gone`, by provider, the accounts that are not collected any more and whose days are
    kept; `is_able` says whether it can be asked at all. It was handed on `tries` times, last at
    `handed_at`; until `held_until` somebody is at it.
    """

    account: str
    provider: str
    variables: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    gone: Mapping[str, tuple[str, ...]] = {}
    is_able: bool = True
    tries: int = 1
    handed_at: datetime
    held_until: datetime | None = None

    def is_held(self, now: datetime) -> bool:
        """Whether somebody is at it."""
        return self.held_until is not None and now < self.held_until
