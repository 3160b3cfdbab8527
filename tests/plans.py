"""A made-up plan, and a price of seats; shared by many tests."""

from datetime import date
from decimal import Decimal
from typing import Any

from ecot.ledger.plans import Plan
from ecot.model.period import Month
from ecot.model.prices import OwnPrice


def plan(amount: str = "25.00", **more: Any) -> Plan:
    """Supabase's Pro, 25 dollars a month since January 2026, less what is said otherwise."""
    fields: dict[str, Any] = {
        "account": "supabase/supabase",
        "name": "pro",
        "category": "infrastructure",
        "amount": Decimal(amount),
        "currency": "USD",
        "every": "month",
        "since": Month(2026, 1),
    }
    return Plan(**(fields | more))


def seat_price(provider: str, dollars: str, model: str = "*") -> OwnPrice:
    """So many dollars a month for each seat, since January 2026."""
    return OwnPrice(
        provider=provider,
        model=model,
        unit="seat_days",
        price=Decimal(dollars),
        currency="USD",
        every="month",
        since=date(2026, 1, 1),
        source="the order",
    )
