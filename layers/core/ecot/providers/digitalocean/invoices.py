"""Invoices: which months have one, and what each of them bills.

"Generated on the first of each month", for the month before; "if your team does not use any
resources, you do not receive an invoice" (docs.digitalocean.com/platform/billing/invoices, 2025).
Payments are no part of it: they are in the billing history, which is not read.
"""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import quote

from msgspec.structs import replace

from ecot.model.answer import Answer, Parsed
from ecot.model.money import text, total
from ecot.model.period import Month, Period
from ecot.model.rows import Charge, ChargeCategory
from ecot.providers.digitalocean.pages import entries, listed, whole
from ecot.providers.http import Http
from ecot.providers.reading import Node, opened

INVOICES = "/v2/customers/my/invoices"
LIST, ITEMS = "invoices", "invoice_items"
STATED = "items"  # beside a summary: what the items that it is about came to
TAXES = "Taxes"  # the product of a tax, in the CSV of an invoice (specification, 2026-08)


async def fetch_list(http: Http) -> list[Answer]:
    """Every page of the list of invoices."""
    return await whole(http, INVOICES, LIST)


def by_month(http: Http, pages: Sequence[Answer]) -> dict[Month, list[Node]]:
    """The invoices of each month that is over; the preview of the running one is none, and one that
    came before its month's end would be taken for all of it."""
    found: dict[Month, list[Node]] = {}
    for page in pages:
        for invoice in listed(opened(page, f"{http.account}: costs"), LIST):
            month = month_of(invoice["invoice_period"])
            if http.today is None or month.after <= http.today:
                found.setdefault(month, []).append(invoice)
    return found


async def fetch_invoice(http: Http, invoice: Node, urn: str) -> AsyncIterator[Answer]:
    """The pages of one invoice's items, then its summary, which is told what the items came to."""
    uuid = invoice["invoice_uuid"].text()
    path = f"{INVOICES}/{quote(uuid, safe='')}"
    asked = {
        "month": invoice["invoice_period"].text(),
        "invoice_id": invoice.optional("invoice_id") or uuid,
    }
    pages = await whole(http, path, ITEMS)
    for page in pages:
        yield replace(page, sub_account_id=urn, asked=asked)
    stated = {"amount": text(invoice["amount"].amount()), **_came_to(pages)}
    summary = await http.answer("costs", f"{path}/summary", sub_account_id=urn)
    yield replace(summary, asked=asked | stated)


def _came_to(pages: Sequence[Answer]) -> dict[str, str]:
    """What all items come to, the taxes among them apart, and how many they are."""
    items = list(entries(pages, ITEMS))
    taxes = [item["amount"].amount() for item in items if _is_tax(item)]
    others = [item["amount"].amount() for item in items if not _is_tax(item)]
    return {
        STATED: text(total(others)),
        "taxes": text(total(taxes)),
        "count": str(len(items)),
    }


def invoiced(page: Node, answer: Answer) -> Iterator[Parsed]:
    """The charges that one page of an invoice's items states."""
    for item in listed(page, ITEMS):
        yield Parsed(item.place, _charge(item, answer))


def _charge(item: Node, answer: Answer) -> Charge:
    names = {"project": "project_name", "group": "group_description"}
    tags = {tag: words for tag, name in names.items() if (words := item.optional(name))}
    amount = item["amount"].amount()
    quantity = item.get("duration") if item.optional("duration") else None
    return Charge(
        charge_period=_period(item, answer),
        category="infrastructure",
        service=item.optional("product"),
        sub_account_id=answer.sub_account_id,
        resource_id=item.optional("resource_uuid") or item.optional("resource_id"),
        tags=tags,
        charge_category=_category(item),
        charge_description=item.optional("description"),
        billing_period=billing_period(answer),
        invoice_id=answer.asked.get("invoice_id"),
        consumed_unit=item.optional("duration_unit"),
        currency="USD",  # "billed in USD"; no answer names a currency
        basis="billed",
        billed_cost=amount,
        consumed_quantity=None if quantity is None else quantity.amount(),
    )


def _category(item: Node) -> ChargeCategory:
    if _is_tax(item):
        return "Tax"
    return "Credit" if item["amount"].amount() < 0 else "Usage"


def _is_tax(item: Node) -> bool:
    return item.optional("product") == TAXES


def billing_period(answer: Answer) -> Period | None:
    """The month that the answer's invoice is about."""
    month = answer.asked.get("month")
    return Month.parse(month).period if month else None


def _period(item: Node, answer: Answer) -> Period:
    """The item's own time, as far as it is in the month that is billed; else all of that month."""
    month = billing_period(answer)
    start, end = _moment(item, "start_time"), _moment(item, "end_time")
    if start and end and month:
        start, end = max(start, month.start), min(end, month.end)
    if start and end and start < end:
        return Period(start, end)
    return month or item.refuse("{source}: {place} is of no known time: {part}")


def _moment(item: Node, name: str) -> datetime | None:
    """A time with its zone, in UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(item.optional(name) or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None


def month_of(node: Node) -> Month:
    """A month as invoices name it, 2026-01."""
    try:
        return Month.parse(node.text())
    except ValueError:
        pass  # refused below, where it is quoted
    return node.refuse("{source}: {place} is not a month: {part}")
