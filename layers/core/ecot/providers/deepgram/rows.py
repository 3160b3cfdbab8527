"""What Deepgram's rows mean: money by line item, usage by model, and what is left of a credit.

Fields are those of the reference pages "Get Project Billing Breakdown", "Get Project Usage
Breakdown" and "Get Project Balances" (developers.deepgram.com, 2026). What a quantity contains is
told in docs/providers/deepgram.md.
"""

import re
from datetime import date

from ecot.model.period import DAY, Period
from ecot.model.rows import Balance, Charge, Usage
from ecot.providers.reading import Node

ISO_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")

QUANTITIES = {
    "hours": "audio_hours",
    "total_hours": "total_hours",
    "agent_hours": "agent_hours",
    "tokens_in": "input_tokens",
    "tokens_out": "output_tokens",
    "tts_characters": "characters",
    "requests": "requests",
}
# "The units of the balance, such as USD" (specification, 2025-07), written "usd" in its sample.
# Hours are what contracts of earlier years were sold in; anything else is not understood.
UNITS = {"usd": "USD", "hour": "hours", "hours": "hours"}


def charge(row: Node, project_id: str | None) -> Charge:
    """One row of the billing breakdown: `dollars` are US dollars used, whoever pays for them."""
    grouping, dollars = row["grouping"], row["dollars"].amount()
    line_item = grouping.optional("line_item")
    service, model = service_and_model(line_item)
    return Charge(
        charge_period=_day(grouping),
        category="ai",
        service=service,
        sub_account_id=project_id,
        model=model,
        api_key_id=grouping.optional("accessor"),
        tags=_tags(grouping),
        charge_category="Credit" if dollars < 0 else "Usage",
        charge_description=line_item,
        sku_id=line_item,
        currency="USD",
        basis="billed",
        billed_cost=dollars,
    )


def service_and_model(line_item: str | None) -> tuple[str | None, str | None]:
    """ "streaming::nova-3" is how it was used, and the model; any other form is a service."""
    match (line_item or "").split("::"):
        case [service, model] if service and model:
            return service, model
    return line_item, None


def usage(row: Node, project_id: str | None) -> Usage:
    """One row of the usage breakdown: a measure that it does not state is unknown, not zero."""
    grouping = row["grouping"]
    stated = {ours: row.get(theirs) for theirs, ours in QUANTITIES.items()}
    known = {name: measure.amount() for name, measure in stated.items() if measure is not None}
    return Usage(
        charge_period=_day(grouping),
        category="ai",
        service=grouping.optional("endpoint"),
        sub_account_id=project_id,
        model=_words(grouping, "models"),
        api_key_id=grouping.optional("accessor"),
        tags=_tags(grouping),
        quantities=known or row.refuse("{source}: {place} has none of its measures: {part}"),
    )


def balance(row: Node, project_id: str | None, day: date) -> Balance:
    """What is left of one credit on the day it was read; a project may have several."""
    unit = UNITS.get(row["units"].text().lower())
    if unit is None:
        row.refuse("{source}: {place} is in a unit that is not understood: {part}")
    return Balance(
        charge_period=Period.of_day(day),
        category="ai",
        sub_account_id=project_id,
        resource_id=row["balance_id"].text(),
        name="credit",
        unit=unit,
        remaining=row["amount"].amount(),
    )


def day_of(node: Node) -> date:
    """A date as Deepgram writes it, 2025-01-16."""
    text = node.text()
    try:
        return date.fromisoformat(text if ISO_DAY.fullmatch(text) else "")
    except ValueError:
        pass  # refused below, where the row is quoted
    return node.refuse("{source}: {place} is not a UTC day: {part}")


def _day(grouping: Node) -> Period:
    """The day of a row. The last day of the sample's row is its first (specification, 2025-07);
    the day after would be the same, half-open."""
    start, end = day_of(grouping["start"]), day_of(grouping["end"])
    if end not in (start, start + DAY):
        grouping.refuse("{source}: {place} is not a UTC day: {part}")
    return Period.of_day(start)


def _tags(grouping: Node) -> dict[str, str]:
    """Dimensions that the ledger has no name for."""
    names = ("deployment", "feature_set", "method", "tags")
    found = {name: _words(grouping, name) for name in names}
    return {name: text for name, text in found.items() if text is not None}


def _words(grouping: Node, name: str) -> str | None:
    """A text, or a list of them as one text: the reference has both for `models` and `tags`."""
    field = grouping.get(name)
    if field is None or not isinstance(field.value, list):
        return grouping.optional(name)
    return ", ".join(word.text() for word in field) or None
