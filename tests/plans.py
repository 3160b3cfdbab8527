"""A made-up plan; shared by many tests."""

from decimal import Decimal
from typing import Any

from ecot.ledger.plans import Plan
from ecot.model.period import Month


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
