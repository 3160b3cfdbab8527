"""What Lambda calls for a step of a run: the settings of the deployed stack with the keys that the
step needs, and the time that is left."""

import os
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from ecot.edge.cloud import Choice, Wanted, nothing, of_mailing, of_publishing, open_setup
from ecot.edge.cloud import variables_of as key_variables
from ecot.edge.deployed import read_deployed
from ecot.edge.setup import Setup
from ecot.edge.steps import run_step, step_of
from ecot.edge.telling import emf
from ecot.edge.waiting import utc_now
from ecot.jobs.runs.events import Step
from ecot.jobs.stacks import hand_of
from ecot.settings import Settings


class Context(Protocol):
    """What of Lambda's context is read."""

    def get_remaining_time_in_millis(self) -> int:
        """Until the invocation is cut off."""


Handler = Callable[[Mapping[str, Any], Context], Mapping[str, Any]]


def of_dispatching(settings: Settings) -> Wanted:
    """No key: only whose are there, for whoever has none is not collected."""
    accounts = (key_variables(one) for one in settings.accounts)
    return Wanted(others=frozenset().union(*accounts))


def of_showing(settings: Settings) -> Wanted:
    """Those of publishing, and whether Resend's is there: the health page tells where it lacks."""
    return of_publishing(settings)._replace(others=frozenset({settings.mail.secret_name}))


_WHOLE: Mapping[Step, Choice] = {
    "dispatch": of_dispatching,
    "collect": nothing,
    "publish": of_showing,
    "send": of_mailing,
    "check": nothing,
}
"""The keys of a step that names none: what its role in template.yaml may read."""


def handler_of(step: Step, now: Callable[[], datetime] = utc_now) -> Handler:
    """The handler of a step, by the clock `now` (UTC). What it raises, Lambda tries again, and
    keeps among the dead letters in the end."""
    step_of(step)  # imported while the function starts, and not in its first invocation

    def handler(raw: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
        deployed = read_deployed(os.environ)

        def opens(variables: Collection[str] | None = None, /) -> Setup:
            if variables is None:
                return open_setup(deployed, now, _WHOLE[step])
            return open_setup(deployed, now, lambda _: Wanted(frozenset(variables)))

        def seconds_left() -> float:
            return context.get_remaining_time_in_millis() / 1000

        with hand_of(deployed.stack) as hand:
            return run_step(step, raw, opens, hand, seconds_left, emf(deployed.stack))

    return handler
