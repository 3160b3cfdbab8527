"""What one step of a run hands to the next, and what schedules hand to the first.

An event may come twice, late, out of order or never: every step asks the store what is still to be
done, and does only that.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Protocol, TypeVar

import msgspec

from ecot.errors import SettingsError
from ecot.model.run import Kind as Kind
from ecot.model.run import Step as Step

Moment = Annotated[datetime, msgspec.Meta(tz=True)]
"""With its zone, whichever that is: a moment without one would be another one elsewhere."""
MonthText = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class Dispatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Begin a run. Its id derives from `time`, the moment (UTC) for which it was scheduled, or is
    `run` where the run is written down already: somebody asked for it."""

    time: Moment
    kind: Kind = "daily"
    run: str | None = None


class Collect(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Collect one account of a run."""

    run: str
    account: str


class Publish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settle the ledger after a run and publish it. Without a `run`: publish what the ledger holds,
    for somebody has typed something."""

    run: str | None = None


class Send(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mail what is owed, after a `run` or on its own day. With a `month` ("2026-10") only its
    report, which somebody asked for at `asked_at`, to those who have not had it; with `again` to
    all, once however often the event comes."""

    run: str | None = None
    month: MonthText | None = None
    again: bool = False
    asked_at: Moment | None = None


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Look after runs that got stuck. `time` is the moment (UTC) of the schedule; None where there
    is none, as on a laptop, and so no night that could be missed."""

    time: Moment | None = None


Event = Dispatch | Collect | Publish | Send | Check
_E = TypeVar("_E", bound=msgspec.Struct)


class Hand(Protocol):
    """Whoever takes an event to the function of a step: it returns once the event is taken, and the
    step happens by itself, perhaps later, perhaps twice."""

    def __call__(self, step: Step, event: Event) -> None:
        """Raises StoreUnavailable where the event could not be handed on."""


def read_event(kind: type[_E], raw: Mapping[str, Any]) -> _E:
    """The event that a function was started with. Raises SettingsError for what is none."""
    try:
        return msgspec.convert(raw, kind)
    except msgspec.ValidationError as error:
        raise SettingsError(
            "The event is no {kind}: {problem}",
            remedy="Look at the examples in `events/`.",
            kind=kind.__name__.lower(),
            problem=str(error),
        ) from None
