"""What Supabase's answers mean: plans and add-ons as money, requests, and the disk.

Prices of add-ons have no currency; their descriptions, meant for people, are in dollars
("$0.01344/hour (~$10/month)", Supabase's dashboard, 2026). One in another currency is refused.
Compute is of the type `usage` and by the hour (the same): the hours are the day's 24.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from unicodedata import category

from ecot.model.answer import Answer, Parsed
from ecot.model.money import spread, times, total
from ecot.model.period import Period
from ecot.model.rows import Activity, Category, Charge, Name, Usage
from ecot.providers.reading import Node
from ecot.providers.supabase_projects import FREE, UNTOLD

CATEGORY: Category = "infrastructure"
CURRENCY = "USD"
HOURS_A_DAY = Decimal(24)
STRANGE = "{source}: {place} has a price of a form that is not known: {part}"
REQUESTS = {
    "total_auth_requests": "auth_requests",
    "total_realtime_requests": "realtime_requests",
    "total_rest_requests": "rest_requests",
    "total_storage_requests": "storage_requests",
}
YEARS = range(2020, 2100)  # of an answer that can be meant: Supabase began in 2020
DISK = {"fs_size_bytes": "disk_byte_days", "fs_used_bytes": "disk_used_byte_days"}


def name(entry: Node, stream: str) -> Parsed:
    """What an organisation or a project is called. Both are sub accounts: the plan is paid by the
    one, add-ons are the other's."""
    id_ = entry["slug" if stream == "organizations" else "ref"].text()
    return Parsed(entry.place, Name("sub_account_id", id_, entry["name"].text()))


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
        tags=_tags(answer),
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


def requests(whole: Node, answer: Answer) -> Iterator[Parsed]:
    """The requests of each bucket, on the UTC day that it begins in."""
    if (error := whole.get("error")) is not None:
        error.refuse("{source}: {place} stands beside the figures, which may lack some: {part}")
    for bucket in whole["result"]:
        parts = {ours: bucket[theirs].amount() for theirs, ours in REQUESTS.items()}
        row = Usage(
            charge_period=Period.of_day(_day(bucket["timestamp"])),
            category=CATEGORY,
            sub_account_id=answer.sub_account_id,
            tags=_tags(answer),
            quantities={"requests": total(parts.values()), **parts},
        )
        yield Parsed(bucket.place, row)


def _day(moment: Node) -> date:
    """The UTC day of a time, which bears a zone in the reference and none in answers (seen
    2026-09): Supabase's own query writes UTC."""
    try:
        found = datetime.fromisoformat(moment.text())
    except ValueError:
        found = None
    if found is None or found.utcoffset() or found.year not in YEARS:
        moment.refuse("{source}: {place} is no time in UTC: {part}")
    return found.date()


def disk(whole: Node, answer: Answer, day: date) -> Parsed:
    """The bytes of the database's disk on the day: bytes of many days cannot be added up, byte days
    can."""
    metrics = whole["metrics"]
    row = Activity(
        charge_period=Period.of_day(day),
        category=CATEGORY,
        service="disk",
        sub_account_id=answer.sub_account_id,
        tags=_tags(answer),
        quantities={ours: metrics[theirs].amount() for theirs, ours in DISK.items()},
    )
    return Parsed(metrics.place, row)


def _tags(answer: Answer) -> dict[str, str]:
    """The organisation, which the answer about a project does not name."""
    return {name: answer.asked[name] for name in ("organization",) if name in answer.asked}
