"""Cursor's money: what each request was worth, and whether anything is owed for it.

`chargedCents` is the whole value of a request, Cursor's fee inside; its sum over all events is what
`/teams/spend` calls overall, and only a part of that is owed. Which part is told by two fields that
do not always agree: the documentation's example of included use has `kind` "Included in Business"
and `isChargeable` false (2026-03), while others have seen included use with `isChargeable` true and
a value above zero (USAGE_EVENT_KIND_INCLUDED_IN_BUSINESS and _IN_PRO_PLUS, 2026-06). So:

* what its kind calls included costs nothing, and its value is kept as the list cost;
* what its kind calls usage-based or on-demand is owed, unless it is not chargeable, or is called
  included too;
* any other kind costs nothing where it is not chargeable, or is worth nothing;
* what is left contradicts itself or is new: its cost is unknown, neither owed nor free.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from ecot.model.answer import Parsed
from ecot.model.money import times, total
from ecot.model.period import Period
from ecot.model.rows import Category, Charge, Usage
from ecot.providers.reading import Node

CATEGORY: Category = "developer tools"
CENT = Decimal("0.01")
INCLUDED = re.compile(r"(?<!no[nt])(?<!no[nt][-_ ])included", re.IGNORECASE)
OWED = re.compile(r"(usage|on)[-_ ]?(based|demand)", re.IGNORECASE)
LAST_MILLISECOND = 253_402_300_799_999  # of the year 9999

# Side by side, none inside another: more is read from the cache than the input has (the
# documentation's example, 2026-03). A part of zero may be left out (others' answers, 2026-06).
INPUT = {
    "inputTokens": "input_uncached_tokens",
    "cacheWriteTokens": "input_cache_write_tokens",
    "cacheReadTokens": "input_cached_tokens",
}


def usage_events(content: Node, asked: Mapping[str, str]) -> Iterator[Parsed]:
    """A charge and a usage an event; `asked` says between which milliseconds they are ("from" is
    inside, "to" is not)."""
    for event in content["usageEvents"]:
        moment = _moment(event["timestamp"])
        if asked and moment == int(asked["to"]):
            continue  # the next reading's; whether the end is inside is not documented
        if asked and not int(asked["from"]) <= moment < int(asked["to"]):
            event.refuse("{source}: {place} is of a time that was not asked for: {part}")
        dimensions = _dimensions(event, moment)
        yield Parsed(event.place, Charge(currency="USD", **_cost(event), **dimensions))
        yield Parsed(event.place, Usage(quantities=_quantities(event), **dimensions))


def _moment(stamp: Node) -> int:
    moment = stamp.amount()
    if moment != int(moment) or not 0 < moment <= LAST_MILLISECOND:
        stamp.refuse("{source}: {place} is no moment in milliseconds: {part}")
    return int(moment)


def _dimensions(event: Node, moment: int) -> dict[str, Any]:
    return {
        "charge_period": Period.of_day(datetime.fromtimestamp(moment // 1000, UTC).date()),
        "category": CATEGORY,
        "service": event["kind"].text(),
        "model": event["model"].text(),
        "user": event.optional("userEmail"),
    }


def _cost(event: Node) -> dict[str, Any]:
    """What is owed for an event, and what it was worth."""
    kind = event["kind"].text()
    chargeable = event.get("isChargeable")
    is_free = chargeable is not None and not chargeable.flag()
    is_included, is_owed = (words.search(kind) is not None for words in (INCLUDED, OWED))
    is_worth_something = event.get("chargedCents") is not None
    if (is_included or is_free) and not (is_owed and is_worth_something):
        return _billed(Decimal(0), event)
    cost = _dollars(event["chargedCents"])
    if (is_owed and not is_free and not is_included) or not cost:
        return _billed(cost, event)
    return {"basis": "unknown", "billed_cost": None, "list_cost": cost}


def _billed(cost: Decimal, event: Node) -> dict[str, Any]:
    worth = event.get("chargedCents")
    return {
        "basis": "billed",
        "billed_cost": cost,
        "list_cost": None if worth is None else _dollars(worth),
        "charge_category": "Credit" if cost < 0 else "Usage",
    }


def _dollars(cents: Node) -> Decimal:
    return times(cents.amount(), CENT)


def _quantities(event: Node) -> dict[str, Decimal]:
    """One request, and its tokens where they are told."""
    found = {"requests": Decimal(1)}
    tokens = event.get("tokenUsage")
    if tokens is None:
        return found
    parts = {name: part.amount() for field, name in INPUT.items() if (part := tokens.get(field))}
    if parts:
        found |= parts | {"input_tokens": total(parts.values())}
    if output := tokens.get("outputTokens"):
        found["output_tokens"] = output.amount()
    return found
