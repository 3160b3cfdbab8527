"""How an organisation's Copilot seats stand today: how many, how many of them used, whose are not.

`/orgs/{org}/copilot/billing` counts the seats, `/orgs/{org}/copilot/billing/seats` lists them, both
in public preview (@octokit/openapi 23.0.2). A seat without use is one that was given more than 30
days ago and has no activity since: `last_activity_at` comes up to a day late, needs telemetry in
the editor, and is emptied after 90 days (docs.github.com/copilot/reference/metrics-data, 2026).

No interface tells what a seat costs. Where the usage report has no lines of seats
(`providers/copilot/licences.py`) they are a quantity that a plan or a price of the settings pays
for, else their cost is unknown.
"""

from collections.abc import AsyncIterator, Awaitable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from ecot.errors import AccessDenied
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Month, Period
from ecot.model.rows import Balance, Usage
from ecot.providers.copilot.ai_credits import CATEGORY, TOOL
from ecot.providers.copilot.licences import are_billed
from ecot.providers.github.access import permitted
from ecot.providers.github.items import utc_day
from ecot.providers.http import Http
from ecot.providers.pages import MOST_PAGES
from ecot.providers.reading import Node, opened

SEATS = "seats"
SEAT_DAYS = "seat_days"
WITHOUT_USE = "seat without use"
IDLE = timedelta(days=30)
PAGE = 100
BILLED = "billed"  # asked["seats"]: whether the usage report tells what they cost
DENIED = (
    "GitHub answers so where the token may not read Copilot's seats, and where the organization "
    "has none: an owner of the organization gives the token the organization permission GitHub "
    "Copilot Business: read."
)


async def seats_of(http: Http, stream: str, owner: str, day: date) -> AsyncIterator[Answer]:
    """The count, then every page of the list."""
    billed = await are_billed(http, owner, Month.of(day))
    yield await counted(http, stream, owner, day, BILLED if billed else "not billed")
    before, came = b"", 0
    for number in range(1, MOST_PAGES):
        page = await _page(http, stream, owner, day, number)
        listed = opened(page, f"{http.account}: {stream}")
        if page.body == before:
            listed.refuse(
                "{source}: the page {number} is the one before: {part}", number=str(number)
            )
        yield page
        seats = list(listed[SEATS])
        before, came = page.body, came + len(seats)
        if not seats or came >= listed["total_seats"].whole():
            return


async def counted(http: Http, stream: str, owner: str, day: date, billed: str) -> Answer:
    """How many seats there are."""
    path, asked = f"/orgs/{owner}/copilot/billing", {SEATS: billed}
    return await _allowed(http.answer(stream, path, sub_account_id=owner, day=day, asked=asked))


async def _page(http: Http, stream: str, owner: str, day: date, number: int) -> Answer:
    path = f"/orgs/{owner}/copilot/billing/seats"
    params = [("page", str(number)), ("per_page", str(PAGE))]
    return await _allowed(http.answer(stream, path, params, sub_account_id=owner, day=day))


async def _allowed(asking: Awaitable[Answer]) -> Answer:
    """A token that reads the billing may still not read seats: 403, like 404, is about these."""
    try:
        return await permitted(asking, remedy=DENIED)
    except AccessDenied as error:
        if error.values.get("status") != "403":
            raise
        raise AccessDenied(error.text, remedy=DENIED, **error.values) from None


def parse(answer: Answer) -> Iterator[Parsed]:
    """The seats of the answer: their number, or those without use by whose they are."""
    told = opened(answer)
    if answer.day is None:
        told.refuse("{source}: {place} is not of a day: {part}")
    if (breakdown := told.get("seat_breakdown")) is not None:
        yield from _count(told, breakdown, answer, answer.day)
        return
    for seat in told[SEATS]:
        if (idle := _idle(seat, answer, answer.day)) is not None:
            yield Parsed(seat.place, idle)


def are_told(answer: Answer) -> bool:
    """Whether the usage report tells what seats cost."""
    return answer.asked.get(SEATS) == BILLED


def _count(told: Node, breakdown: Node, answer: Answer, day: date) -> Iterator[Parsed]:
    total = breakdown["total"].amount()
    stands = Balance(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        service=TOOL,
        sub_account_id=answer.sub_account_id,
        name=SEATS,
        unit=SEATS,
        used=breakdown["active_this_cycle"].amount(),
        limit=total,
    )
    yield Parsed(breakdown.place, stands)
    if not are_told(answer) and total:
        plan = told.optional("plan_type")
        usage = Usage(
            charge_period=Period.of_day(day),
            category=CATEGORY,
            service=TOOL,
            sub_account_id=answer.sub_account_id,
            model=None if plan is None else f"copilot {plan}",
            quantities={SEAT_DAYS: total},
        )
        yield Parsed(breakdown.place, usage)


def _idle(seat: Node, answer: Answer, day: date) -> Balance | None:
    """That nobody uses a seat; None where somebody does, or has had too little time to."""
    used = seat.get("last_activity_at")
    last = None if used is None else utc_day(used)
    if day - max(filter(None, (last, utc_day(seat["created_at"])))) <= IDLE:
        return None
    assignee = seat.get("assignee")
    return Balance(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        service=TOOL,
        sub_account_id=answer.sub_account_id,
        user=None if assignee is None else assignee.optional("login"),
        tags={} if last is None else {"last_activity": str(last)},
        name=WITHOUT_USE,
        unit=SEATS,
        used=Decimal(0),
        limit=Decimal(1),
    )
