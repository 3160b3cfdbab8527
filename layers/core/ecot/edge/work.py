"""What the steps of a run work with: settings that hold the keys they need, somebody who takes what
is next, and the time that is left."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from ecot.edge.setup import Setup
from ecot.edge.telling import Count, discreet
from ecot.errors import EcotError
from ecot.jobs.round import Round
from ecot.jobs.runs.events import Hand
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.model.run import Run
from ecot.settings import Account

logger = logging.getLogger(__name__)

Raw = Mapping[str, Any]
Left = Callable[[], float]
NOTHING: Collection[str] = ()


class Opens(Protocol):
    """Whoever gives the settings as they are now. Each Setup is another one; whoever asked closes
    it."""

    def __call__(self, variables: Collection[str] | None = None, /) -> Setup:
        """With the values of these variables (None: of all that there are), so that a step reads no
        key that it does not need."""


@dataclass(frozen=True)
class Work:
    """What a step works with; `run` is what its event names, where it names one."""

    opens: Opens
    hand: Hand
    left: Left
    count: Count
    run: str | None = None

    @contextmanager
    def setup(self, variables: Collection[str] | None = None) -> Iterator[Setup]:
        """The settings, closed again afterwards; meanwhile no line of the log has a key in it."""
        with ExitStack() as at_the_end:
            setup = at_the_end.enter_context(self.opens(variables))
            at_the_end.enter_context(discreet(setup.settings.secrets(), self.run))
            try:
                yield setup
            except EcotError:
                raise
            except Exception:
                logger.exception("Ecot itself failed")
                raise


def account_of(setup: Setup, key: str) -> Account | None:
    """The account of the settings; None where it has left them since the run began."""
    return next((one for one in setup.settings.accounts if one.key == key and one.active), None)


def round_of(setup: Setup, run: Run, seconds: float | None = None) -> Round:
    round_ = replace(setup.round(_days(run.wanted.month, setup)), run=run.id)
    return round_ if seconds is None else replace(round_, budget_seconds=seconds)


def _days(month: Month | None, setup: Setup) -> tuple[date, ...] | None:
    """The month's elapsed days, where somebody asked for one."""
    if month is None:
        return None
    return tuple(Period.of_days(month.first, min(month.after, setup.today + DAY)).days())


def outcome_fields(outcome: Outcome) -> dict[str, Any]:
    """What a line of the log says of an account's outcome."""
    said = {"outcome": outcome.state, "charges": outcome.charges, "seconds": outcome.seconds}
    return said | ({"message": str(outcome.message)} if outcome.message else {})


def extra_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """As a record of the log may have it: `message` is its own."""
    return {("said" if name == "message" else name): value for name, value in said.items()}
