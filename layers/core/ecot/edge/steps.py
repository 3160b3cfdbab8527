"""The steps of a run over the settings: what a function does with its event, and what a laptop's
worker does with the same."""

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ecot.edge.telling import Count, count_nothing
from ecot.edge.work import Left, Opens, Raw, Work
from ecot.errors import EcotError
from ecot.jobs.runs.events import Dispatch, Hand, Step, read_event

logger = logging.getLogger(__name__)


def step_of(step: Step) -> Callable[[Raw, Work], dict[str, Any]]:
    """What does the step. Each function of the cloud imports its own alone: publishing brings
    templates and Notion with it, which is half of the time that a start takes."""
    match step:
        case "dispatch" | "collect":
            from ecot.edge.collecting import collect_step, dispatch_step

            return dispatch_step if step == "dispatch" else collect_step
        case "publish":
            from ecot.edge.publishing import publish_step

            return publish_step
        case "send":
            from ecot.edge.sending import send_step

            return send_step
        case "check":
            from ecot.edge.checking import check_step

            return check_step


def run_step(
    step: Step,
    raw: Raw,
    opens: Opens,
    hand: Hand,
    left: Left,
    count: Count = count_nothing,
) -> dict[str, Any]:
    """Does the step with the event that came, and returns what came of it, as JSON has it. `left`
    are the seconds that the invocation still has.

    Raises EcotError where it could not be done, for whoever started it to start it again. A mistake
    of Ecot's own is told in the log alone, which hides secrets.
    """
    told = _told(step, raw)
    try:
        return step_of(step)(raw, Work(opens, hand, left, count, told.get("run")))
    except EcotError as error:
        count("Errors", 1)
        logger.error("%s failed: %s", step, error, extra=told)
        raise
    except Exception as error:  # noqa: BLE001 - told by `Work.setup`, without a secret
        count("Errors", 1)
        logger.error("%s: Ecot itself failed", step, extra=told)
        raise EcotError(
            "{step}: Ecot itself failed ({kind})", step=step, kind=type(error).__name__
        ) from None


def _told(step: Step, raw: Raw) -> dict[str, str]:
    """What every line about the step names: whatever of a run its event is about."""
    named = {name: raw[name] for name in ("run", "account") if isinstance(raw.get(name), str)}
    if step == "dispatch" and "run" not in named:
        from ecot.jobs.runs.dispatch import run_of

        with suppress(EcotError):  # an event that is none: the step says so
            named["run"] = run_of(read_event(Dispatch, raw))
    return {"step": step, **named}
