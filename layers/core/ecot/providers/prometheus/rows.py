"""What a series of an answer means: a cost that another provider bills, or a quantity.

The values are texts, and of numbers that are no counts: `increase` extrapolates to the ends of the
day (prometheus.io/docs/prometheus/latest/querying/functions, 2026). They are kept as they are.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from ecot.model.period import Period
from ecot.model.rows import Charge, Usage
from ecot.providers.billers import biller
from ecot.providers.prometheus.entries import COST, LABEL
from ecot.providers.reading import Node

ABSENT = ("", "None")  # LiteLLM writes the second for what a request does not have (2026)


def row(series: Node, asked: Mapping[str, str], day: Period) -> Charge | Usage:
    """The row of one series; series of the same dimensions are summed later."""
    told = _dimensions(series["metric"], asked)
    common: dict[str, Any] = {
        "charge_period": day,
        "category": "ai",
        "role": "breakdown",
        **told,
        "parent": biller(told.get("parent", "")) or asked.get("parent"),
    }
    value, measures = _value(series, told, day.end), asked["measures"]
    if measures != COST:
        return Usage(**common, quantities={measures: value})
    return Charge(
        **common,
        charge_category="Credit" if value < 0 else "Usage",
        currency=asked["currency"],
        basis="estimated",
        price_list=asked["price_list"],
        billed_cost=value,
    )


def _dimensions(metric: Node, asked: Mapping[str, str]) -> dict[str, str]:
    labels = {
        name.removeprefix(LABEL): label for name, label in asked.items() if name.startswith(LABEL)
    }
    found = {dimension: metric.optional(label) for dimension, label in labels.items()}
    return {name: text for name, text in found.items() if text and text not in ABSENT}


def _value(series: Node, told: Mapping[str, str], asked_at: datetime) -> Decimal:
    """The number of a series. A complaint quotes what it is about, but no user."""
    shown = {name: text for name, text in told.items() if name != "user"}
    if series.get("histogram") is not None:
        text = "{source}: {place} is a histogram, where one number was expected: {part}"
        replace(series, value=shown).refuse(text)
    pair = [replace(part, row=shown | {"value": part.value}) for part in series["value"]]
    if len(pair) != 2:
        series["value"].refuse("{source}: {place} is not a time and a value: {part}")
    moment, value = pair
    if moment.amount() != int(asked_at.timestamp()):
        moment.refuse("{source}: {place} is about another time than was asked for: {part}")
    return value.amount()
