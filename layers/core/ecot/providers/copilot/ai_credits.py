"""Copilot's AI credits: what is billed for them, by day, model and SKU.

`/organizations/{org}/settings/billing/ai_credit/usage`, one day a call: without `day` the answer is
the month's sum, and `timePeriod` says which of the two it is (@octokit/openapi 23.0.2). AI credits
are what Copilot's use is billed in since 1 June 2026; days before are not asked for. An amount is a
JSON number of US dollars, which the answer does not say; a credit is a cent. `netAmount` is what is
billed, `grossAmount` is before the credits that the seats include. The official examples disagree
on labels ("Copilot" and "Copilot AI Credits", "credits" and "ai-credits"): they are matched
loosely, and anything else than credits is refused.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.quantities import CREDITS
from ecot.model.rows import Category, Charge, Usage
from ecot.providers.github.access import permitted
from ecot.providers.github.items import COPILOT, CURRENCY, OF_CREDITS
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened

CATEGORY: Category = "developer tools"
TOOL = "Copilot"
SINCE = date(2026, 6, 1)


async def credits_of(http: Http, stream: str, owner: str, period: Period) -> AsyncIterator[Answer]:
    """One answer a day."""
    path = f"/organizations/{owner}/settings/billing/ai_credit/usage"
    for day in period.days():
        if day >= SINCE:
            params = [(part, str(getattr(day, part))) for part in ("year", "month", "day")]
            asking = http.answer(
                stream, path, params, sub_account_id=owner, asked={"day": str(day)}
            )
            yield await permitted(asking)


def parse(answer: Answer) -> Iterator[Parsed]:
    """A charge of each item, and beside it how many credits it was."""
    report = opened(answer)
    day = _day(report["timePeriod"], answer.asked.get("day"))
    for item in report["usageItems"]:
        yield Parsed(item.place, _charge(item, day, answer.sub_account_id))
        yield Parsed(item.place, _usage(item, day, answer.sub_account_id))


def _day(stated: Node, asked: str | None) -> date:
    """The day that the answer is of: the one that was asked for, and not a month's sum."""
    parts = [stated[part].whole() for part in ("year", "month", "day") if stated.get(part)]
    try:
        day = date(*parts)
    except (TypeError, ValueError):  # a year alone, or a day that is none
        stated.refuse("{source}: {place} is not one day: {part}")
    if asked not in (None, str(day)):
        stated.refuse(
            "{source}: {place} is not the day {day}, which was asked for: {part}", day=asked
        )
    return day


def _charge(item: Node, day: date, owner: str | None) -> Charge:
    net = item["netAmount"].amount()
    return Charge(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        service=_service(item),
        sub_account_id=owner,
        model=item.optional("model"),
        sku_id=item["sku"].text(),
        charge_category="Credit" if net < 0 else "Usage",
        consumed_unit=_unit(item),
        currency=CURRENCY,
        basis="billed",
        billed_cost=net,
        list_cost=item["grossAmount"].amount(),
        consumed_quantity=item["grossQuantity"].amount(),
    )


def _usage(item: Node, day: date, owner: str | None) -> Usage:
    return Usage(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        service=_service(item),
        sub_account_id=owner,
        model=item.optional("model"),
        quantities={CREDITS: item["grossQuantity"].amount()},
    )


def _service(item: Node) -> str:
    """ "Copilot" in all its spellings; what else is paid with AI credits keeps its own name."""
    product = item["product"].text()
    return TOOL if COPILOT.match(product) else product


def _unit(item: Node) -> str:
    unit = item["unitType"].text()
    if not OF_CREDITS.search(unit):
        item.refuse("{source}: {place} is not counted in credits: {part}")
    return unit
