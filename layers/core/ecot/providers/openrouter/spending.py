"""OpenRouter's rows of spending: credits, what another provider bills beside them, and quantities.

Money is USD: "Total cost in USD (OpenRouter credits spent)"; "BYOK inference cost in USD (external
credits spent)" (specification, 2026-08-22). Neither is stated with a currency.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from ecot.model.answer import Parsed
from ecot.model.period import Period
from ecot.model.rows import Charge, Usage
from ecot.providers.billers import biller
from ecot.providers.reading import Node

MARKET_PRICES = "OpenRouter's market prices, as stated with the usage"
# A day of the activity is "2025-08-24" in the specification, and came as "2026-08-23 00:00:00"
# (seen 2026-08-25, CodexBar pull request 3184); in analytics it is "2025-01-01T00:00:00.000Z".
UTC_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]00:00:00(?:\.0+)?Z?)?")


@dataclass(frozen=True)
class Measures:
    """What an answer calls the credits spent, the estimate beside them, and our quantities."""

    spent: str
    beside: str
    quantities: Mapping[str, str]


ACTIVITY = Measures(
    spent="usage",
    beside="byok_usage_inference",
    quantities={
        "requests": "requests",
        "input_tokens": "prompt_tokens",
        "output_tokens": "completion_tokens",
        # May exceed what they should be a part of (seen 2026, Win-CodexBar pull request 557).
        "reasoning_tokens": "reasoning_tokens",
    },
)


def activity(row: Node) -> Iterator[Parsed]:
    """One row of the activity: a day, workspace, model and endpoint.

    The model is the permaslug ("openai/gpt-4.1-2025-04-14"): the slug beside it ("openai/gpt-4.1")
    is an alias that may come to mean another model."""
    server = row["provider_name"].text()
    dimensions = {
        "service": server,
        "sub_account_id": row.optional("workspace_id"),
        "model": row["model_permaslug"].text(),
        "resource_id": row.optional("endpoint_id"),
    }
    return spending(row, day_of(row["date"]), ACTIVITY, dimensions, parent=biller(server))


def spending(
    row: Node, day: date, measures: Measures, dimensions: Mapping[str, Any], parent: str | None
) -> Iterator[Parsed]:
    """The charge, the breakdown of what `parent` bills, and the usage that one row states."""
    common = {"charge_period": Period.of_day(day), "category": "ai", **dimensions}
    if (currency := row.get("currency")) is not None and currency.currency() != "USD":
        row.refuse("{source}: {place} is not what was expected, {text}: {part}", text="USD")
    spent, beside = row[measures.spent].amount(), row[measures.beside].amount()
    billed = Charge(
        **common,
        charge_category="Credit" if spent < 0 else "Usage",
        currency="USD",
        basis="billed",
        billed_cost=spent,
    )
    yield Parsed(row.place, billed)
    if beside:
        yield Parsed(row.place, _breakdown(common, beside, parent))
    yield Parsed(row.place, Usage(**common, quantities=_quantities(row, measures)))


def _breakdown(common: Mapping[str, Any], beside: Decimal, parent: str | None) -> Charge:
    return Charge(
        **common,
        role="breakdown",
        parent=parent,
        currency="USD",
        basis="estimated",
        price_list=MARKET_PRICES,
        billed_cost=beside,
    )


def _quantities(row: Node, measures: Measures) -> dict[str, Decimal]:
    """The measures that the row states: one that is missing is unknown, not zero."""
    stated = {ours: row.get(theirs) for ours, theirs in measures.quantities.items()}
    known = {name: measure.amount() for name, measure in stated.items() if measure is not None}
    return known or row.refuse("{source}: {place} has none of its measures: {part}")


def day_of(stated: Node) -> date:
    """The UTC day that a row is about."""
    found = UTC_DAY.fullmatch(stated.text())
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        return stated.refuse("{source}: {place} is not a UTC day: {part}")
