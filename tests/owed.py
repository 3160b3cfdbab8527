"""What the suppliers of a made-up company bill, added up from their truths and from nothing that
goes over the wire."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ecot.model.money import total
from ecot.model.period import Month
from ecot.sandbox.copilot.truth import SEAT_PRICE
from ecot.sandbox.github import truth as github_truth
from ecot.sandbox.supplier import Supplier
from tests.providers.test_anthropic_collected import expected as of_anthropic

Days = Callable[[Any, date], Iterable[Decimal]]

# By provider, what a day comes to without tax: Mistral's in euros, the others' in dollars.
ON_A_DAY: Mapping[str, Days] = {
    "anthropic": lambda truth, day: of_anthropic(truth, [day]).values(),
    "openrouter": lambda truth, day: [each.usage for each in truth.on(day)],
    "mistral": lambda truth, day: [each.cost for each in truth.of_day(day)],
    "deepgram": lambda truth, day: [
        each.dollars for project in truth.projects for each in truth.used(project, day)
    ],
    "aws": lambda truth, day: [
        one.amount for one in truth.lines(day) if "Tax" not in (one.kind, one.service)
    ],
    "twilio": lambda truth, day: [
        each.price for one in truth.accounts for each in truth.used(one, day)
    ],
    "vercel": lambda truth, day: [line.cost for line in truth.charged(day)],
    "github": lambda truth, day: [
        item.net
        for item in truth.items(github_truth.ORGANIZATION, day)
        if item.sku.product.lower() != "copilot"
    ],
    "copilot": lambda truth, day: [
        *(line.net for line in truth.credits(day)),
        (truth.seat_months(day) or 0) * SEAT_PRICE,
    ],
    "cursor": lambda truth, day: [event.owed / 100 for event in truth.events(day, day)],
}


def bills_itself(supplier: Supplier) -> bool:
    """Whether what the account tells is money that the supplier bills."""
    return supplier.provider in {*ON_A_DAY, "openai", "digitalocean"}


def owed(supplier: Supplier, month: Month, until: date = date.max) -> Decimal:
    """What the account bills of the month's days before `until`, in the supplier's currency."""
    if supplier.provider == "openai":
        return _of_openai(supplier, month, until)
    if supplier.provider == "digitalocean" and supplier.truth.today >= month.after:
        return Decimal(supplier.truth.invoice(month.first).net)
    if supplier.provider == "digitalocean":
        return total(one.amount for one in supplier.truth.between(month.first, until))
    amounts = ON_A_DAY[supplier.provider]
    days = [day for day in month.days() if day < until]
    return total(amount for day in days for amount in amounts(supplier.truth, day))


def _of_openai(supplier: Supplier, month: Month, until: date) -> Decimal:
    (own,) = [
        one
        for one in supplier.truth.company.organisations
        if supplier.account == f"openai/{one.name}"
    ]
    days = [day for day in month.days() if day < until]
    return total(row.amount for day in days for row in supplier.truth.costs(own, day))
