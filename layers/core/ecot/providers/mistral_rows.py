"""Mistral's rows of usage, wherever they stand in an answer, and what each of them cost.

The specification (2026-08-21) leaves a row as a free object. Its fields, and that a cost is
`value_paid` times the price of the same event type, metric, group, zone and tier, are what
independent clients of the same answer found (steipete/CodexBar, a516f57, 2026; one reproduces the
console to the cent).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from ecot.model.money import times
from ecot.model.period import Month, Period
from ecot.model.rows import Charge, Usage
from ecot.providers.mistral_prices import PRICE_LIST, Prices
from ecot.providers.mistral_units import counted, quantities
from ecot.providers.reading import Node

Measured = Charge | Usage


class Stated(NamedTuple):
    """A row, and the place in the answer that states it."""

    place: str
    row: Measured


def rows(document: Node, workspace: str | None) -> Iterator[Stated]:
    """A charge and a usage for every row of an answer, whatever section it stands in."""
    _expect_usage(document)
    prices = Prices.of(document)
    for path, listed in _lists(document, ()):
        for row in listed:
            service = _service(path)
            yield Stated(row.place, _charge(row, document, service, workspace, prices))
            yield Stated(row.place, _usage(row, document, service, workspace))
    yield from _storage(document, workspace)


def month_of(document: Node) -> Month:
    """The calendar month that an answer is about."""
    return Month.of(_day(document["start_date"]))


def _expect_usage(document: Node) -> None:
    """Refuse what is no answer about usage: it would pass for a month without any."""
    for name in ("start_date", "completion"):
        document[name]
    legacy = document.get("vibe_usage")  # "Legacy … Always 0" (specification, 2026-08-21)
    if legacy is not None and legacy.amount() != 0:
        legacy.refuse("{source}: {place} was always 0 and is {part}, which may be money")


def _lists(part: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Node]]:
    """Every list of an answer but the prices, and the names that lead to it: sections are not known
    by name, since a new one may hold money. A list of mere texts holds none."""
    for name in part.value:
        found = part.get(name)
        if found is None or (*path, name) == ("prices",):
            continue
        if isinstance(found.value, dict):
            yield from _lists(found, (*path, name))
        elif isinstance(found.value, list) and not _are_texts(found.value):
            yield (*path, name), found


def _are_texts(entries: Sequence[object]) -> bool:
    return all(isinstance(entry, str) for entry in entries)


def _service(path: tuple[str, ...]) -> str:
    """ "vibe_code.completion": the section, without the model and the group that end the path."""
    return ".".join(name for name in path[:-2] if name != "models") or path[0]


def _charge(
    row: Node, document: Node, service: str, workspace: str | None, prices: Prices
) -> Charge:
    """What was paid at the one price that fits; unknown, and never zero, where none does."""
    paid, metric = row["value_paid"].amount(), row["billing_metric"].text()
    price = prices.fitting(row) if paid else Decimal(0)  # what is free needs no price
    group, unit = row.optional("billing_group"), counted(row)
    cost = None if price is None else times(paid, price)
    return Charge(
        charge_period=_day_of(row, document),
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
        charge_period=_day_of(row, document),
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


def _day_of(row: Node, document: Node) -> Period:
    """The row's day. One of another month would be left out without a word: it is refused."""
    day = _day(row["timestamp"])
    if Month.of(day) != month_of(document):
        row.refuse("{source}: {place} is not about the month of its answer: {part}")
    return Period.of_day(day)


def _day(stated: Node) -> date:
    """A day, or the UTC moment at which it begins or ends."""
    try:
        moment = datetime.fromisoformat(stated.text())
    except ValueError:
        return stated.refuse("{source}: {place} is no date: {part}")
    if moment.utcoffset() not in (None, timedelta(0)):
        stated.refuse("{source}: {place} is not in UTC: {part}")
    return moment.date()
