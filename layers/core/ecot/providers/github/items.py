"""The items of GitHub's usage reports: one a day, product, SKU and repository.

`providers/github` says where each surprise was seen.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Month, Period
from ecot.model.rows import Charge
from ecot.providers.github.access import permitted
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened

CURRENCY = "USD"
COPILOT = re.compile(r"(github[ _-])?copilot", re.IGNORECASE)
OF_CREDITS = re.compile(r"credit", re.IGNORECASE)
AI_CREDIT = re.compile(r"ai[ _-]?credit", re.IGNORECASE)


async def month_of(http: Http, stream: str, owner: str, path: str, month: Month) -> Answer:
    """A month's items, beside the month and the account that they are asked for."""
    params = [("year", str(month.year)), ("month", str(month.number))]
    asked = {"month": str(month)}
    return await permitted(http.answer(stream, path, params, sub_account_id=owner, asked=asked))


def parse(answer: Answer) -> Iterator[Parsed]:
    """The charges of the answer, each of the month that was asked for."""
    asked = answer.asked.get("month")
    for item in opened(answer)["usageItems"]:
        charge = _charge(item, answer.sub_account_id)
        if asked not in (None, str(Month.of(charge.day))):
            item.refuse(
                "{source}: {place} is not of {month}, which was asked for: {part}", month=asked
            )
        yield Parsed(item.place, charge)


def _charge(item: Node, account: str | None) -> Charge:
    net = item["netAmount"].amount()
    return Charge(
        charge_period=Period.of_day(utc_day(item["date"])),
        category="developer tools",
        service=item["product"].text(),
        sub_account_id=_sub_account(item, account),
        sku_id=item["sku"].text(),
        charge_category="Credit" if net < 0 else "Usage",
        consumed_unit=item["unitType"].text(),
        currency=CURRENCY,
        basis="billed",
        billed_cost=net,
        list_cost=item["grossAmount"].amount(),
        consumed_quantity=item["quantity"].amount(),
    )


def _sub_account(item: Node, account: str | None) -> str | None:
    """The whole name of the item's repository, or, of what is of none, such as licences, whose it
    is. A name alone may be one of several owners': it is taken for the account's own."""
    name, owner = item.optional("repositoryName"), item.optional("organizationName") or account
    if not name or owner is None:
        return name or owner
    return name if "/" in name else f"{owner}/{name}"


def is_of_credits(charge: Charge) -> bool:
    """Whether it is paid with AI credits, of which another report tells by model: by its unit, or
    by its SKU. A credit that GitHub grants is none."""
    unit, sku = charge.consumed_unit or "", charge.sku_id or ""
    return bool(OF_CREDITS.search(unit) or AI_CREDIT.search(sku))


def utc_day(stated: Node) -> date:
    """The UTC day of a date or a time: "2023-08-01" or "2023-08-01T00:00:00Z"."""
    try:
        moment = datetime.fromisoformat(stated.text())
    except ValueError:
        moment = None
    if moment is None or not 1970 <= moment.year < 9998:
        stated.refuse("{source}: {place} is not a UTC day: {part}")
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()
