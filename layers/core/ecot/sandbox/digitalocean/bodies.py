"""The bodies of DigitalOcean's answers, as its API words them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ecot.sandbox.digitalocean.resources import Invoice, Item, Point
from ecot.sandbox.digitalocean.truth import after

Content = dict[str, Any]
SECONDS = "%Y-%m-%dT%H:%M:%SZ"


def point(each: Point, urn: str) -> Content:
    """A data point of the insights."""
    return {
        "usage_team_urn": urn,
        "start_date": each.day.isoformat(),
        "total_amount": str(each.amount),
        "region": each.resource.region,
        "sku": each.resource.sku,
        "description": each.resource.description,
        "group_description": each.resource.group,
    }


def item(each: Item) -> Content:
    """A line of an invoice; times and hours are left out where it has none."""
    resource = each.resource
    body: Content = {"product": each.product, "description": each.description}
    if resource is not None:
        body |= {
            "resource_uuid": resource.uuid,
            "resource_id": resource.number,
            "group_description": resource.group,
            "project_name": resource.project,
        }
    body["amount"] = str(each.amount)
    if each.start is None or each.end is None:
        return body
    hours = int((each.end - each.start).total_seconds()) // 3600
    times = {"start_time": each.start.strftime(SECONDS), "end_time": each.end.strftime(SECONDS)}
    return {**body, "duration": str(hours), "duration_unit": "Hours", **times}


def entry(invoice: Invoice) -> Content:
    """An invoice in the list."""
    return {
        "invoice_uuid": invoice.uuid,
        "invoice_id": invoice.number,
        "amount": str(invoice.amount),
        "invoice_period": f"{invoice.month:%Y-%m}",
    }


def preview(month: date, amount: Decimal, now: datetime) -> Content:
    """The running month, as if it were invoiced now."""
    return {
        "invoice_uuid": "1afe95e6-0958-4eb0-8d9a-9c5060d3ef03",
        "invoice_id": "34567890",
        "amount": str(amount),
        "invoice_period": f"{month:%Y-%m}",
        "updated_at": now.astimezone(UTC).strftime(SECONDS),
    }


def summary(invoice: Invoice) -> Content:
    """What an invoice is made of."""
    products: dict[str, list[Decimal]] = {}
    for each in invoice.items:
        products.setdefault(each.product, []).append(each.amount)
    by_product = [
        {"name": name, "amount": str(sum(amounts)), "count": str(len(amounts))}
        for name, amounts in products.items()
    ]
    charged = {"name": "Product usage charges", "amount": str(invoice.products)}
    address = {"address_line1": "Rue du Lac 1", "city": "Lausanne", "country_iso2_code": "CH"}
    return {
        "invoice_uuid": invoice.uuid,
        "invoice_id": invoice.number,
        "billing_period": f"{invoice.month:%Y-%m}",
        "amount": str(invoice.amount),
        "user_name": "Ana Lumen",
        "user_billing_address": address,
        "user_company": "Atelier Lumen",
        "user_email": "ana@lumen.example",
        "product_charges": {**charged, "items": by_product},
        "overages": {"name": "Overages", "amount": str(invoice.overages)},
        "taxes": {"name": "Taxes", "amount": str(invoice.taxes)},
        "credits_and_adjustments": {
            "name": "Credits & adjustments",
            "amount": str(invoice.credits),
        },
    }


def history(invoice: Invoice) -> Iterator[Content]:
    """The invoice, positive, and its payment, negative."""
    issued = after(invoice.month)
    named = {"invoice_id": invoice.number, "invoice_uuid": invoice.uuid}
    yield {
        "description": f"Invoice for {invoice.month:%B %Y}",
        "amount": str(invoice.amount),
        **named,
        "date": f"{issued}T08:00:00Z",
        "type": "Invoice",
    }
    yield {
        "description": "Payment (MC 2018)",
        "amount": str(-invoice.amount),
        "date": f"{issued.replace(day=2)}T12:00:00Z",
        "type": "Payment",
    }
