"""Mistral's rows of usage, wherever they stand in an answer, and what each of them cost.

The specification (2026-08-21) leaves a row as a free object. Its fields, and that a cost is
`value_paid` times the price of the same event type, metric, group, zone and tier, are what
independent clients of the same answer found (steipete/CodexBar, a516f57, 2026; one reproduces the
console to the cent).
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from ecot.model.money import times
from ecot.model.period import Period
from ecot.model.rows import Charge, Usage
from ecot.providers.mistral.prices import PRICE_LIST, Prices
from ecot.providers.mistral.sections import day_of, expect_usage, lists, month_of, service_of
from ecot.providers.mistral.units import counted, quantities
from ecot.providers.reading import Node

Measured = Charge | Usage


class Stated(NamedTuple):
    """A row, and the place in the answer that states it."""

    place: str
    row: Measured


def rows(document: Node, workspace: str | None) -> Iterator[Stated]:
    """A charge and a usage for every row of an answer, whatever section it stands in."""
    expect_usage(document)
    prices = Prices.of(document)
    for path, listed in lists(document):
        for row in listed:
            service = service_of(path)
            yield Stated(row.place, _charge(row, document, service, workspace, prices))
            yield Stated(row.place, _usage(row, document, service, workspace))
    yield from _storage(document, workspace)


def _charge(
    row: Node, document: Node, service: str, workspace: str | None, prices: Prices
) -> Charge:
    """What was paid at the one price that fits; unknown, and never zero, where none does."""
    paid, metric = row["value_paid"].amount(), row["billing_metric"].text()
    price = prices.fitting(row) if paid else Decimal(0)  # what is free needs no price
    group, unit = row.optional("billing_group"), counted(row)
    cost = None if price is None else times(paid, price)
    return Charge(
        charge_period=day_of(row, document),
        category="ai",
        service=service,
        sub_account_id=workspace,
        model=metric,
        region_id=row.optional("api_zone"),
        tags=_tags(row),
        charge_category="Credit" if paid < 0 else "Usage",
        charge_description=", ".join(
            filter(None, (row.optional("billing_display_name") or metric, group))
        ),
        consumed_unit=unit,
        pricing_unit=unit,
        currency=document["currency"].currency(),
        basis="unknown" if cost is None else "estimated",
        price_list=None if cost is None else PRICE_LIST,
        billed_cost=cost,
        consumed_quantity=row["value"].amount(),
        pricing_quantity=paid,
    )


def _usage(row: Node, document: Node, service: str, workspace: str | None) -> Usage:
    return Usage(
        charge_period=day_of(row, document),
        category="ai",
        service=service,
        sub_account_id=workspace,
        model=row["billing_metric"].text(),
        region_id=row.optional("api_zone"),
        tags=_tags(row),
        quantities=quantities(row),
    )


def _tags(row: Node) -> dict[str, str]:
    stated = {name: row.optional(name) for name in ("service_tier", "usage_type")}
    return {name: text for name, text in stated.items() if text is not None}


def _storage(document: Node, workspace: str | None) -> Iterator[Stated]:
    """What keeping fine-tuned models cost is not known: there is a whole number by model, without
    unit, price or day. It is said on the first of the month, and is the same on every reading."""
    fine_tuning = document.get("fine_tuning")
    storage = fine_tuning.get("storage") if fine_tuning else None
    if storage is None or not isinstance(storage.value, dict):
        return
    for model in storage.value:
        kept = storage.get(model)
        if kept is not None and not isinstance(kept.value, dict | list) and kept.amount():
            yield Stated(kept.place, _unpriced(document, workspace, model))


def _unpriced(document: Node, workspace: str | None, model: str) -> Charge:
    return Charge(
        charge_period=Period.of_day(month_of(document).first),
        category="ai",
        service="fine_tuning.storage",
        sub_account_id=workspace,
        model=model,
        currency=document["currency"].currency(),
        basis="unknown",
        billed_cost=None,
    )
