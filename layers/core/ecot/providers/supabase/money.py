"""What there is to pay for at Supabase: plans of unknown price, add-ons at their price of the day.

Prices of add-ons have no currency; their descriptions, meant for people, are in dollars
("$0.01344/hour (~$10/month)", Supabase's dashboard, 2026). One in another currency is refused.
Compute is of the type `usage` and by the hour (the same): the hours are the day's 24.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from unicodedata import category

from ecot.model.answer import Answer, Parsed
from ecot.model.money import spread, times
from ecot.model.period import Period
from ecot.model.rows import Charge
from ecot.providers.reading import Node
from ecot.providers.supabase.projects import CATEGORY, FREE, UNTOLD, tags

CURRENCY = "USD"
HOURS_A_DAY = Decimal(24)
STRANGE = "{source}: {place} has a price of a form that is not known: {part}"


def subscription(whole: Node, answer: Answer, day: date) -> Iterator[Parsed]:
    """What there is to pay for: of an organisation its plan, of a project its add-ons, and of
    projects that did not tell any that nobody knows."""
    if UNTOLD in answer.asked:
        refs = answer.asked[UNTOLD].split()
        yield from (_untold(entry, day) for entry in whole if entry["ref"].text() in refs)
    elif whole.get("selected_addons") is not None:
        for addon in whole["selected_addons"]:
            if (row := _addon(addon, answer, day)) is not None:
                yield Parsed(addon.place, row)
    else:
        yield from _plan(whole, answer, day)


def _plan(organization: Node, answer: Answer, day: date) -> Iterator[Parsed]:
    """A plan that is not free has a price, which nobody tells. So may one that is not named."""
    organization["name"].text()  # without it, it is another answer, and would look like no plan
    plan = organization.optional("plan")
    if plan != FREE:
        called, place = ("plan", "/name") if plan is None else (f"plan {plan}", "/plan")
        yield Parsed(place, _unknown(answer.sub_account_id, called, day))


def _untold(project: Node, day: date) -> Parsed:
    described = f"not told while the project is {project['status'].text()}"
    return Parsed(project.place, _unknown(project["ref"].text(), "add-ons", day, described))


def _unknown(
    sub_account: str | None, service: str, day: date, described: str | None = None
) -> Charge:
    """That there is something to pay for whose price is told by nobody: it is not zero."""
    return Charge(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        service=service,
        sub_account_id=sub_account,
        charge_category="Purchase",
        charge_description=described,
        currency=CURRENCY,
        basis="unknown",
        billed_cost=None,
    )


def _addon(addon: Node, answer: Answer, day: date) -> Charge | None:
    """What the add-on costs on the day, at its price of that day. One whose price is 0 comes with
    the plan, and has no charge."""
    variant = addon["variant"]
    price, described = variant["price"], variant["price"]["description"].text()
    amount = price["amount"].amount()
    if amount < 0 or any(category(sign) == "Sc" and sign != "$" for sign in described):
        addon.refuse(STRANGE)
    cost = _of_day(addon, price, amount, day)
    if not amount:
        return None
    return Charge(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        service=addon["type"].text(),
        sub_account_id=answer.sub_account_id,
        tags=tags(answer),
        sku_id=variant["id"].text(),
        charge_category="Purchase",
        charge_description=f"{variant['name'].text()}, {described}",
        currency=CURRENCY,
        basis="unknown" if cost is None else "estimated",
        price_list=None if cost is None else f"Supabase's add-on prices as read on {day}",
        billed_cost=cost,
    )


def _of_day(addon: Node, price: Node, amount: Decimal, day: date) -> Decimal | None:
    """A day's part of the price: 24 hours of it, or its share of the month, so that the days of a
    month add up to the price exactly. A price a month for what is used says nothing of a day."""
    match price["type"].text(), price["interval"].text():
        case "fixed" | "usage", "hourly":
            return times(amount, HOURS_A_DAY)
        case "fixed", "monthly":
            return spread(amount, [1] * monthrange(day.year, day.month)[1])[day.day - 1]
        case "usage", "monthly":
            return None
    return addon.refuse(STRANGE)
