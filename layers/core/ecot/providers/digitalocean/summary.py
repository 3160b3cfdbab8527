"""The summary of an invoice: what its items leave out, so that all of it adds up to the invoice.

The parts of a summary add up to its amount (example of the specification, 2026-08: 12.34 + 3.45 +
4.56 + 6.78 = 27.13). Which of them stand among the items as well is not documented: others have
seen credits there (2026), and the CSV of an invoice has its taxes as a row. So what the items came
to is told by whoever read them, and only the rest is a charge.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NoReturn

from ecot.model.answer import Answer, Parsed
from ecot.model.money import exact, minus, text, times, total
from ecot.model.rows import Charge, ChargeCategory
from ecot.providers.digitalocean.invoices import month_of
from ecot.providers.reading import Node

PRODUCTS, OVERAGES, TAXES, CREDITS = (
    *("product_charges", "overages"),
    *("taxes", "credits_and_adjustments"),
)
PARTS = (PRODUCTS, OVERAGES, TAXES, CREDITS)
# What beside the products may be missing from the items, most likely first.
UNTOLD: tuple[tuple[str, ...], ...] = ((OVERAGES, CREDITS), (CREDITS,), (OVERAGES,), ())
CENT = Decimal("0.01")
NOTHING = Decimal(0)


def remainder(summary: Node, answer: Answer) -> Iterator[Parsed]:
    """The charges that the invoice's items do not state."""
    stated = _stated(summary, answer.asked)
    for part, amount in _untold(summary, stated, answer.asked).items():
        if amount:
            place = f"/{part}" if part in PARTS else ""
            yield Parsed(place, _charge(summary, part, amount, answer))


def _stated(summary: Node, asked: Mapping[str, str]) -> dict[str, Decimal]:
    """The amount of each part; they must add up to the invoice, as the list of invoices has it."""
    stated = {
        name: part["amount"].amount() if (part := summary.get(name)) else NOTHING for name in PARTS
    }
    amount, listed = summary["amount"].amount(), asked.get("amount")
    if total(stated.values()) != amount or (listed is not None and exact(listed) != amount):
        _refuse(summary, stated, listed=listed or text(amount))
    return stated


def _untold(
    summary: Node, stated: Mapping[str, Decimal], asked: Mapping[str, str]
) -> dict[str, Decimal]:
    """What the items leave out, by part. A difference of less than a cent an item is rounding, and
    a line of its own; a larger one is money that nobody understands."""
    items = exact(asked.get("items", text(stated[PRODUCTS])))
    rest = minus(total(stated[name] for name in (PRODUCTS, OVERAGES, CREDITS)), items)
    gaps = {names: minus(rest, total(stated[name] for name in names)) for names in UNTOLD}
    names = min(UNTOLD, key=lambda names: abs(gaps[names]))
    if abs(gaps[names]) > times(CENT, exact(asked.get("count", "0"))):
        _refuse(summary, stated, items=text(items))
    return {
        TAXES: minus(stated[TAXES], exact(asked.get("taxes", "0"))),
        **{name: stated[name] for name in names},
        "rounding": gaps[names],
    }


def _charge(summary: Node, part: str, amount: Decimal, answer: Answer) -> Charge:
    month = month_of(summary["billing_period"])
    if answer.asked.get("month", str(month)) != str(month):
        summary["billing_period"].refuse("{source}: {place} is not the month of the list: {part}")
    named = summary.get(part)
    return Charge(
        charge_period=month.period,
        category="infrastructure",
        service=(named.optional("name") if named else None) or part,
        sub_account_id=answer.sub_account_id,
        charge_category=_category(part, amount),
        charge_description=None if named else "The invoice less its items",
        billing_period=month.period,
        invoice_id=summary.optional("invoice_id") or answer.asked.get("invoice_id"),
        currency="USD",
        basis="billed",
        billed_cost=amount,
    )


def _category(part: str, amount: Decimal) -> ChargeCategory:
    if part == TAXES:
        return "Tax"
    if part == OVERAGES:
        return "Usage"
    return "Credit" if part == CREDITS and amount < 0 else "Adjustment"


def _refuse(summary: Node, stated: Mapping[str, Decimal], **others: str) -> NoReturn:
    """Quotes the figures only: a summary has the customer's name and address too."""
    figures = {name: text(amount) for name, amount in stated.items()} | others
    amounts = Node({"amount": summary["amount"].value, **figures}, summary.source, summary.place)
    amounts.refuse("{source}: an invoice, its parts and its items do not add up: {part}")
