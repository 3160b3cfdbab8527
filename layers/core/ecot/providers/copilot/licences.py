"""What Copilot's seats are billed, and whatever else of Copilot is not paid with AI credits.

They are lines of the organisation's usage report, which `providers/github` reads too, and leaves
to Copilot's account. Lines of AI credits are left out here: their own report tells them by model.
Not every organisation has lines of seats (they may be billed to its enterprise): then nobody tells
what its seats cost.
"""

import re
from collections.abc import AsyncIterator, Iterator

import msgspec

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Charge, Name
from ecot.providers.copilot.ai_credits import TOOL
from ecot.providers.github import items
from ecot.providers.github.items import COPILOT, is_of_credits, month_of
from ecot.providers.http import Http

# "user-months" and "UserMonths" were seen; a request is none.
OF_SEATS = re.compile(r"user|seat|licen[cs]e", re.IGNORECASE)


async def licences_of(http: Http, stream: str, owner: str, period: Period) -> AsyncIterator[Answer]:
    """One answer a month that the period touches; it holds the month's other days too."""
    for month in period.months():
        yield await _month(http, stream, owner, month)


async def are_billed(http: Http, owner: str, month: Month) -> bool:
    """Whether the month, or (early in it) the one before, has lines of seats."""
    for each in (month, month.previous()):
        answer = await _month(http, "licences", owner, each)
        if any(_is_of_seats(charge) for _, charge in parse(answer)):
            return True
    return False


async def _month(http: Http, stream: str, owner: str, month: Month) -> Answer:
    path = f"/organizations/{owner}/settings/billing/usage"
    return await month_of(http, stream, owner, path, month)


def _is_of_seats(charge: AnyRow | Name) -> bool:
    return isinstance(charge, Charge) and bool(OF_SEATS.search(charge.consumed_unit or ""))


def parse(answer: Answer) -> Iterator[Parsed]:
    """The charges of Copilot, less those of AI credits."""
    for place, charge in items.parse(answer):
        if isinstance(charge, Charge) and _is_ours(charge):
            ours = msgspec.structs.replace(
                charge, service=TOOL, sub_account_id=answer.sub_account_id
            )
            yield Parsed(place, ours)


def _is_ours(charge: Charge) -> bool:
    return bool(COPILOT.match(charge.service or "")) and not is_of_credits(charge)
