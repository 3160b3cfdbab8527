"""What the demo's company pays beside what suppliers tell: its plans, and the bills it has typed.

Bills of a month come on the second day of the next one. Of the month before the running one: one
differs from what the supplier states, one is what it states, one takes the place of estimates. One
supplier is known by its bills alone.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ecot.jobs.demo.company import DemoCompany
from ecot.ledger.plans import Plan
from ecot.model.bill import Bill
from ecot.model.money import total
from ecot.model.period import DAY, Month
from ecot.model.rows import Category

GAP = Decimal("4.30")  # what OpenAI's bill has that its interface does not
FEE = Decimal("2.15")  # what Mistral's bill has that no usage explains
HOSTING, VAT = Decimal("64.50"), Decimal("5.22")
_CENT = Decimal("0.01")


def plans(since: Month) -> list[Plan]:
    """What is paid every month whatever is used."""
    return [
        _plan("supabase/supabase", "pro", "infrastructure", "25.00", "USD", since),
        _plan("penpot/penpot", "équipe", "developer tools", "18.00", "EUR", since),
        _plan("cursor/lumen", "teams", "developer tools", "120.00", "USD", since),
    ]


def bills(company: DemoCompany, first: Month, today: date) -> list[Bill]:
    """The bills that have come."""
    months = [
        first.shifted(number) for number in range(12) if _issued(first.shifted(number)) <= today
    ]
    return [bill for month in months for bill in _of(company, month, month == months[-1])]


def _plan(
    account: str, name: str, category: Category, amount: str, currency: str, since: Month
) -> Plan:
    return Plan(
        account=account,
        name=name,
        category=category,
        amount=Decimal(amount),
        currency=currency,
        every="month",
        since=since,
    )


def _of(company: DemoCompany, month: Month, is_last: bool) -> Iterator[Bill]:
    """The bills of a month. Those that are checked against figures are of the last one."""
    yield _bill("infomaniak/infomaniak", month, HOSTING, "CHF", "infrastructure", VAT)
    if not is_last:
        return
    studio = company.openai.company.organisations[0]
    stated = total(row.amount for day in month.days() for row in company.openai.costs(studio, day))
    yield _bill("openai/studio", month, stated + GAP, "USD", "ai")
    invoice = company.supplier("digitalocean").truth.invoice(month.first)
    yield _bill("digitalocean/lumen", month, invoice.net, "USD", "infrastructure")
    used = company.supplier("mistral").truth.between(month.first, month.after)
    yield _bill("mistral/lumen", month, total(one.cost for one in used) + FEE, "EUR", "ai")


def _bill(
    account: str,
    month: Month,
    net: Decimal,
    currency: str,
    category: Category,
    tax: Decimal | None = None,
) -> Bill:
    provider = account.partition("/")[0]
    return Bill(
        account=account,
        number=f"{provider[:3].upper()}-{month}",
        issued=_issued(month),
        first=month.first,
        after=month.after,
        net=net.quantize(_CENT),
        tax=tax,
        currency=currency,
        category=category,
    )


def _issued(month: Month) -> date:
    return month.after + DAY
