"""What is asked of Notion, and what it means that it says no."""

from typing import NamedTuple

from ecot.errors import SinkError, SinkRefused, SinkUnavailable
from ecot.sinks.notion.answers import Body, Shape, checked, strange
from ecot.sinks.notion.errors import (
    Blocked,
    Denied,
    Full,
    NotFound,
    RowRefused,
    StrangeAnswer,
    Uncertain,
)
from ecot.sinks.notion.failure import Failure
from ecot.sinks.notion.patience import BLOCKED, LIMITED, is_passing


class Ask(NamedTuple):
    """One question: the `endpoint`, as sentences name it; the shape of its answer; whether asking
    twice does the same as asking once; whether a refusal is about one row alone."""

    endpoint: str
    shape: Shape
    is_repeatable: bool = True
    of_row: bool = False


_AGAIN = "Run it again later: it goes on where it stopped."
_SHARE = (
    "Open the page or the database in Notion, choose Connections in its menu and add the"
    " integration; if it was deleted, take its id out of [notion]."
)
_TOKEN = "Copy the secret of the integration again from Notion: Settings, Connections."  # noqa: S105
_MAY = "Allow the integration in Notion to read, to insert and to update content."
_FULL = (
    "Rows that are there are still kept up to date. A free workspace with several members has 1,000"
    " blocks for good: take a paid plan, or another workspace."
)


def error_of(ask: Ask, failure: Failure) -> SinkError:
    """The error that a failure is, after the last try."""
    if not ask.is_repeatable and (failure.committed or (is_passing(failure) and failure.arrived)):
        return uncertain(ask, failure.message, failure.committed)
    if failure.is_full:
        return Full("Notion takes no new row ({detail})", remedy=_FULL, detail=failure.message)
    if failure.status in LIMITED:
        return _limited(failure)
    if failure.status == 200:
        return strange(ask.endpoint, failure.message)
    if is_passing(failure):
        text = "Notion gave no answer to {endpoint} ({reason})"
        why = _with_status(failure)
        return SinkUnavailable(text, remedy=_AGAIN, endpoint=ask.endpoint, reason=why)
    return _refusal(ask, failure)


def uncertain(ask: Ask, reason: str, committed: str | None = None) -> Uncertain:
    """Nobody knows what came of it."""
    return Uncertain(
        "Notion did not say whether it has done {endpoint} ({reason})",
        remedy=_AGAIN,
        committed=committed,
        endpoint=ask.endpoint,
        reason=reason,
    )


def _limited(failure: Failure) -> SinkUnavailable:
    if failure.limit == BLOCKED:
        text = "Notion has shut this integration out for a while: {detail}"
        return Blocked(text, remedy=_AGAIN, detail=failure.message)
    text = "Notion still allows no request: {detail}"
    return SinkUnavailable(text, remedy=_AGAIN, detail=failure.message)


def _refusal(ask: Ask, failure: Failure) -> SinkError:
    told = {"endpoint": ask.endpoint, "detail": _with_status(failure)}
    match failure.status:
        case 401:
            return Denied("Notion does not accept the token: {detail}", remedy=_TOKEN, **told)
        case 403:
            return Denied("Notion denies {endpoint}: {detail}", remedy=_MAY, **told)
        case 404:
            return NotFound("Notion does not find {endpoint}: {detail}", remedy=_SHARE, **told)
        case 409 if not ask.of_row:
            text = "Notion could not save {endpoint}, for others were writing too: {detail}"
            return SinkUnavailable(text, remedy=_AGAIN, **told)
    kind = RowRefused if ask.of_row else SinkRefused
    return kind("Notion does not take {endpoint}: {detail}", **told)


def _with_status(failure: Failure) -> str:
    return f"{failure.status}, {failure.message}" if failure.status else failure.message


def understood(ask: Ask, answer: object) -> Body:
    """The answer, checked. Of what was made, an answer that cannot be read does not say where."""
    try:
        return checked(answer, ask.shape, ask.endpoint)
    except StrangeAnswer as error:
        if ask.is_repeatable:
            raise
        raise uncertain(ask, str(error)) from None
