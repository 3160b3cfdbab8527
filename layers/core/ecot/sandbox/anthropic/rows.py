"""Anthropic's rows: use and cost summed by what was asked for; what was not asked for is null."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeVar

from ecot.model.period import DAY
from ecot.sandbox.anthropic.truth import (
    CONTEXTS,
    FACTORS,
    HOUR_PRICE,
    INPUT_PRICES,
    OUTPUT,
    READ,
    SEARCH_PRICE,
    SEARCHES,
    SESSION_PRICE,
    STUDIO,
    TIERS,
    UNCACHED,
    WRITE_1H,
    WRITE_5M,
    AnthropicTruth,
    Use,
)
from ecot.sandbox.exact_json import plain

Row = dict[str, object]
Dimensions = dict[str, str | None]
Item = TypeVar("Item")

# What a row of costs says of itself when it is grouped by description; else all of it is null.
DESCRIBED = ("cost_type", "context_window", "inference_geo", "model", "service_tier", "token_type")
USAGE_GROUPS = (
    *("account_id", "api_key_id", "context_window", "inference_geo", "model"),
    *("service_account_id", "service_tier", "workspace_id"),
)
KINDS = {UNCACHED: "Input Tokens", READ: "Input Tokens, Cache Hit", OUTPUT: "Output Tokens"}
Cost = tuple[Dimensions, Decimal]


def costs(truth: AnthropicTruth, day: date) -> Iterator[Cost]:
    """Every cost of a day in dollars, with all its dimensions; the Priority Tier has none."""
    for use in truth.uses(day):
        where: Dimensions = {"workspace_id": use.key.workspace.id, "api_key_id": use.key.id}
        yield from ((where | what, cost) for what, cost in _tokens(use) if cost)
        if searches := use.measures[SEARCHES]:
            searching: Dimensions = {"cost_type": "web_search", "description": "Web Search Usage"}
            yield where | searching, searches * SEARCH_PRICE
    extras = truth.extras(day)
    for kind, price in (("code_execution", HOUR_PRICE), ("session_usage", SESSION_PRICE)):
        if units := extras.get(kind, 0):
            words = f"{kind.replace('_', ' ').title()} Usage"
            yield (
                {"cost_type": kind, "description": words, "workspace_id": STUDIO.id},
                units * price,
            )
    if dollars := extras.get("credit", 0):
        yield {"cost_type": "courtesy", "description": "Courtesy credit"}, Decimal(-dollars)


def _tokens(use: Use) -> Iterator[Cost]:
    factor = TIERS[use.service_tier]
    for kind in FACTORS if factor is not None else ():
        unit = INPUT_PRICES[use.model] * FACTORS[kind] * CONTEXTS[use.context_window]
        what: Dimensions = {
            "cost_type": "tokens",
            "context_window": use.context_window,
            "inference_geo": "global",
            "model": use.model,
            "service_tier": use.service_tier,
            "token_type": kind,
            "description": f"{use.model} Usage - {KINDS.get(kind, 'Input Tokens, Cache Write')}",
        }
        yield what, use.measures[kind] * unit * (factor or 0)


def cost_rows(truth: AnthropicTruth, day: date, groups: tuple[str, ...]) -> Iterator[Row]:
    """The results of a day of the cost report, in cents."""
    detailed = (*groups, *(DESCRIBED if "description" in groups else ()))
    names = ("workspace_id", "description", *DESCRIBED)
    for about, parts in grouped(costs(truth, day), names, detailed, lambda cost: cost[0]):
        yield {"currency": "USD", "amount": cents(part[1] for part in parts), **about}


def usage_rows(truth: AnthropicTruth, day: date, groups: tuple[str, ...]) -> Iterator[Row]:
    """The results of a day of the usage report."""
    for about, parts in grouped(truth.uses(day), USAGE_GROUPS, groups, used_by):
        yield measured(parts) | about


def used_by(use: Use) -> Dimensions:
    """The dimensions of a use."""
    return {
        "api_key_id": use.key.id,
        "context_window": use.context_window,
        "inference_geo": "global",
        "model": use.model,
        "service_tier": use.service_tier,
        "workspace_id": use.key.workspace.id,
    }


def measured(uses: Iterable[Use]) -> Row:
    """The measures of several uses, added up, nested as the reports nest them."""
    parts = [use.measures for use in uses]
    total = {name: sum(part[name] for part in parts) for name in (*FACTORS, SEARCHES)}
    return {
        UNCACHED: total[UNCACHED],
        "cache_creation": {
            "ephemeral_1h_input_tokens": total[WRITE_1H],
            "ephemeral_5m_input_tokens": total[WRITE_5M],
        },
        READ: total[READ],
        OUTPUT: total[OUTPUT],
        "server_tool_use": {SEARCHES: total[SEARCHES]},
    }


def span(day: date) -> Row:
    """The two ends of a UTC day."""
    return {"starting_at": f"{day}T00:00:00Z", "ending_at": f"{day + DAY}T00:00:00Z"}


def cents(dollars: Iterable[Decimal]) -> str:
    """Their sum, as a text of cents with every digit."""
    return plain(sum(dollars, Decimal(0)) * 100)


def grouped(
    items: Iterable[Item],
    names: tuple[str, ...],
    groups: tuple[str, ...],
    dimensions: Callable[[Item], Dimensions],
) -> Iterator[tuple[dict[str, str | None], list[Item]]]:
    found: dict[tuple[str | None, ...], list[Item]] = {}
    for item in items:
        about = dimensions(item)
        key = tuple(about.get(name) if name in groups else None for name in names)
        found.setdefault(key, []).append(item)
    for key, parts in found.items():
        yield dict(zip(names, key, strict=True)), parts
