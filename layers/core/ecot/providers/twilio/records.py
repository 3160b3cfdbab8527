"""What Twilio's usage records and its balance mean: charges by category, and the difference.

Categories are a tree with overlaps (`totalprice` > `calls` > `calls-inbound` > …), so the money of
a day is `totalprice` alone. The fixed CATEGORIES split it: a record of one adds its price to its
own line and takes it from "other", to which `totalprice` adds the whole. Equal rows of a reading
are summed, so "other" comes out as the exact difference, and a day as exactly its `totalprice`.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.model.rows import Balance, Charge, Usage
from ecot.providers.reading import Node, opened

TOTAL, OTHER = "totalprice", "other"

# None is inside another. Both directions stand in the place of `sms` and `mms`, since nobody says
# whether these hold the carriers' fees; the directions do not, and the fees are records of their
# own (third-party collector, 2026). `channels` is WhatsApp and the like, with Twilio's own fee for
# it: `channels-whatsapp` + `channels-messaging` (recorded answer of another, 2026).
CATEGORIES = (
    "calls",
    *("sms-inbound", "sms-outbound", "sms-messages-carrierfees"),
    *("mms-inbound", "mms-outbound", "mms-messages-carrierfees"),
    *("channels", "phonenumbers"),
)
METERED = ("calls", "sms-inbound", "sms-outbound", "mms-inbound", "mms-outbound")
UNITS = {
    "calls": "calls",
    "minutes": "minutes",
    "messages": "messages",
    "segments": "message_segments",
}


def usage(answer: Answer) -> Iterator[Parsed]:
    """The charges and quantities of one page of daily records."""
    asked = answer.asked.get("category")
    for record in opened(answer)["usage_records"]:
        category = record["category"].text()
        if category not in ((asked,) if asked else (*CATEGORIES, TOTAL)):
            record.refuse("{source}: {place} is of a category that was not asked for: {part}")
        day = Period.of_day(day_of(record))
        for row in _rows(record, category, day):
            yield Parsed(record.place, row)


def _rows(record: Node, category: str, day: Period) -> Iterator[Charge | Usage]:
    price = record["price"].amount()
    if price and category == TOTAL:
        yield _other(record, day, price)
    elif price:
        yield _charge(record, category, day, price)
        yield _other(record, day, price.copy_negate())
    if category in METERED and (quantities := _quantities(record)):
        yield Usage(
            charge_period=day,
            category="infrastructure",
            service=category,
            sub_account_id=record["account_sid"].text(),
            quantities=quantities,
        )


def _charge(record: Node, category: str, day: Period, price: Decimal) -> Charge:
    """The price as it stands: positive is a cost here, though `price` of a single message or call
    is negative (api.twilio.com, 2010-04-01)."""
    used = record.get("usage")
    return Charge(
        charge_period=day,
        category="infrastructure",
        service=category,
        sub_account_id=record["account_sid"].text(),
        charge_category="Credit" if price < 0 else "Usage",
        charge_description=record.optional("description"),
        consumed_unit=record.optional("usage_unit"),
        consumed_quantity=None if used is None else used.amount(),
        currency=record["price_unit"].currency(),
        basis="billed",
        billed_cost=price,
    )


def _other(record: Node, day: Period, part: Decimal) -> Charge:
    """A part of what no category of ours tells; nothing in it but the price may differ."""
    return Charge(
        charge_period=day,
        category="infrastructure",
        service=OTHER,
        sub_account_id=record["account_sid"].text(),
        currency=record["price_unit"].currency(),
        basis="billed",
        billed_cost=part,
    )


def _quantities(record: Node) -> dict[str, Decimal]:
    """What was counted, and what was billed where that has another unit: calls and minutes,
    messages and segments. A day without any has no row."""
    found: dict[str, Decimal] = {}
    for name in ("count", "usage"):
        if (measure := record.get(name)) is not None and (amount := measure.amount()):
            found.setdefault(_quantity(record, f"{name}_unit"), amount)
    return found


def _quantity(record: Node, field: str) -> str:
    unit = record[field].text()
    return UNITS.get(unit) or record.refuse(
        "{source}: {place} is measured in {unit}, which is not known: {part}", unit=unit
    )


def day_of(record: Node) -> date:
    """The one GMT day of a record: both of its dates are inside."""
    start, end = record["start_date"].text(), record["end_date"].text()
    try:
        day = date.fromisoformat(start)
    except ValueError:
        day = None
    if day is None or start != end:
        record.refuse("{source}: {place} is not about one day: {part}")
    return day


def balance(answer: Answer) -> Iterator[Parsed]:
    """What is left of the prepaid money; below zero where the account is billed afterwards. A
    subaccount has none ("child accounts do not contain balance information", 2026-04)."""
    content = opened(answer)
    if content.get("balance") is None and "balance" in content.value:
        return
    if answer.day is None:
        content.refuse("{source}: nobody knows of which day this balance is: {part}")
    left = Balance(
        charge_period=Period.of_day(answer.day),
        category="infrastructure",
        sub_account_id=content["account_sid"].text(),
        name="credit",
        unit=content["currency"].currency(),
        remaining=content["balance"].amount(),
    )
    yield Parsed(content.place, left)
