"""`GET /health`: is all well? To somebody without a token it says that, and no more."""

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.event_handler import Response

from ecot.api.answers import json_answer, newest
from ecot.api.asked import Asked, asked
from ecot.api.routes.routers import new_router
from ecot.api.shapes.base import described_as
from ecot.api.shapes.health import Health
from ecot.api.standing import standing_of
from ecot.edge.documents import said
from ecot.jobs.query import outcomes
from ecot.jobs.runs.check import LATE
from ecot.model.outcome import Outcome
from ecot.model.trouble import Trouble

router = new_router()
_HOUR = timedelta(hours=1)


@router.get(
    "/health", summary="Whether all is well", tags=["about"], responses={200: described_as(Health)}
)
def health() -> Response[str]:
    """Says whether the accounts are read, and what was read is shown: `ok` is true where one was
    read within 26 hours, the last reading of none failed, no run stands still, a night's results
    were published within 26 hours, and neither Notion nor a mail is behind. With a token it also
    says which, since when, and what to do."""
    one = asked()
    latest = outcomes(one.place.store)
    last = newest(one)  # an account without its key has an outcome, and was not read
    is_late = last is None or one.now - last > LATE
    has_failed = any(outcome.state == "failed" for outcome in latest)
    now = standing_of(one)
    is_ok = not (is_late or has_failed or now.troubles)
    if one.grant is None:
        return json_answer({"ok": is_ok})
    return json_answer(
        {
            "ok": is_ok,
            "collected_at": last,
            "hours": None if last is None else _hours(one.now - last),
            "reason": None if last else one.language.say("No account was ever read."),
            "published_at": now.published_at,
            "unfinished": [run.id for run in now.unfinished],
            "troubles": [_trouble(one, trouble) for trouble in now.troubles],
            "accounts": [_account(one, outcome) for outcome in latest],
        }
    )


def _trouble(one: Asked, trouble: Trouble) -> dict[str, Any]:
    return {
        "about": trouble.about,
        "since": trouble.since,
        "run": trouble.run,
        "message": said(trouble.message, one.language),
        "remedy": said(trouble.remedy, one.language),
    }


def _account(one: Asked, outcome: Outcome) -> dict[str, Any]:
    return {
        "provider": outcome.provider,
        "account": outcome.account,
        "state": outcome.state,
        "run": outcome.run,
        "at": outcome.at,
        "hours": _hours(one.now - outcome.at),
        "message": said(outcome.message, one.language),
        "remedy": said(outcome.remedy, one.language),
    }


def _hours(time: timedelta) -> str:
    """With one decimal, as text like every figure."""
    return f"{max(time, timedelta(0)) / _HOUR:.1f}"
