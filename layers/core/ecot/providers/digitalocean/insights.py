"""What each resource cost day by day, as far as DigitalOcean knows it before the invoice.

"Day-over-day changes in billing resource usage based on nightly invoice items" that "may not
reflect month-end billing totals" (specification, 2026-08): an amount can be negative, where an
estimate of the days before was too high.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from urllib.parse import quote

from msgspec.structs import replace

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import Charge
from ecot.providers.digitalocean.access import CONFIGURE, confirm
from ecot.providers.digitalocean.pages import NUMBERED, listed, whole
from ecot.providers.digitalocean.products import product
from ecot.providers.http import Http
from ecot.providers.reading import Node

# "The report and API provide spend data starting on 1 December 2025" (docs, spend by date range).
# An earlier start is refused with 400 (third party, 2026).
FIRST_DAY = date(2025, 12, 1)


async def fetch_insights(http: Http, urn: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of the period's days, which are of one month: both dates are inside, as in the
    specification's example of a month, and no more than 31 days may lie between them."""
    first, last = str(period.start.date()), str(period.last)
    path = f"/v2/billing/{quote(urn, safe=':')}/insights/{first}/{last}"
    try:
        answers = await whole(http, path, NUMBERED)
    except UnexpectedAnswer as error:
        if error.values.get("status") != "404":
            raise
        raise UnexpectedAnswer(error.text, remedy=CONFIGURE, **error.values) from None
    confirm(answers, urn, http)
    for answer in answers:
        yield replace(answer, sub_account_id=urn, asked={"first": first, "last": last})


def insights(page: Node, answer: Answer) -> Iterator[Parsed]:
    """The charges that one page states."""
    for point in listed(page, NUMBERED):
        yield Parsed(point.place, _charge(point, answer))


def _charge(point: Node, answer: Answer) -> Charge:
    sku, description = point.optional("sku"), point.optional("description")
    group = point.optional("group_description")
    return Charge(
        charge_period=Period.of_day(_day(point, answer)),
        category="infrastructure",
        service=product(sku, description),
        sub_account_id=point.optional("usage_team_urn") or answer.sub_account_id,
        region_id=point.optional("region"),
        tags={"group": group} if group else {},
        charge_description=description,
        sku_id=sku,
        currency="USD",  # "total amount for this data point in USD"; no answer names a currency
        basis="billed",
        billed_cost=point["total_amount"].amount(),
    )


def _day(point: Node, answer: Answer) -> date:
    """The point's day, one of those that were asked for: another would be left out like those of an
    invoice that are not wanted, and its money with it."""
    stated = point["start_date"]
    try:
        day = date.fromisoformat(stated.text().removesuffix("T00:00:00Z"))
    except ValueError:
        day = None
    if day is None:
        stated.refuse("{source}: {place} is not a UTC day: {part}")
    if not answer.asked.get("first", "") <= str(day) <= answer.asked.get("last", "9999"):
        point.refuse("{source}: {place} is about {day}, which was not asked for", day=str(day))
    return day
