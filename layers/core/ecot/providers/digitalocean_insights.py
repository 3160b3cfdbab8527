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
from ecot.providers.digitalocean_access import CONFIGURE, confirm
from ecot.providers.digitalocean_pages import NUMBERED, listed, whole
from ecot.providers.digitalocean_products import product
from ecot.providers.http import Http
from ecot.providers.reading import Node

# "The report and API provide spend data starting on 1 December 2025" (docs, spend by date range).
# An earlier start is refused with 400 (third party, 2026).
FIRST_DAY = date(2025, 12, 1)


async def fetch_insights(http: Http, urn: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of the period's days, which are of one month: both dates are inside, as in the
    specification's example of a month, and no more than 31 days may lie between them."""
    path = f"/v2/billing/{quote(urn, safe=':')}/insights/{period.start.date()}/{period.last}"
    try:
        answers = await whole(http, path, NUMBERED)
    except UnexpectedAnswer as error:
        if error.values.get("status") != "404":
            raise
        raise UnexpectedAnswer(error.text, remedy=CONFIGURE, **error.values) from None
    confirm(answers, urn, http)
    for answer in answers:
        yield replace(answer, sub_account_id=urn)


def insights(page: Node, answer: Answer) -> Iterator[Parsed]:
    """The charges that one page states."""
    for point in listed(page, NUMBERED):
        yield Parsed(point.place, _charge(point, answer))


def _charge(point: Node, answer: Answer) -> Charge:
    sku, description = point.optional("sku"), point.optional("description")
    group = point.optional("group_description")
    return Charge(
        charge_period=Period.of_day(_day(point["start_date"])),
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


def _day(node: Node) -> date:
    try:
        return date.fromisoformat(node.text().removesuffix("T00:00:00Z"))
    except ValueError:
        pass  # refused below, where it is quoted
    return node.refuse("{source}: {place} is not a UTC day: {part}")
