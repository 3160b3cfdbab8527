"""What of Anthropic's Messages API was used: tokens and web searches, and what nobody prices.

The parts of the input are disjoint at Anthropic, and `input_tokens` is no field of the reports.
Here it is all input, as it is with every other provider: the sum of its parts. What a quantity
contains is told in docs/providers/anthropic.md.
"""

from collections.abc import Iterator
from decimal import Decimal

from ecot.model.period import Period
from ecot.model.rows import Charge, Usage
from ecot.providers.anthropic.rows import dimensions
from ecot.providers.reading import Node

SERVICE = "messages"

# "Priority Tier costs use a different billing model and are not included in the cost endpoint"
# (usage-cost-api, 2026-08); `priority_on_demand` is what goes beyond the commitment.
PRIORITY = ("priority", "priority_on_demand")


def usages(day: Period, group: Node, measures: Node) -> Iterator[Usage | Charge]:
    """The usage of a result; beside it, where the cost report leaves it out, an unknown cost."""
    about, used = dimensions(group), quantities(measures)
    if about["model"] is not None and (requests := measures.get("requests")) is not None:
        # Analytics only. Without a model it counts executions of code (its reference, 2026-11).
        used["requests"] = Decimal(requests.whole())
    yield Usage(charge_period=day, service=SERVICE, quantities=used, **about)
    if about["tags"].get("service_tier") in PRIORITY and any(used.values()):
        yield Charge(
            charge_period=day,
            service="priority tier",
            currency="USD",
            basis="unknown",
            billed_cost=None,
            **about,
        )


def quantities(measures: Node) -> dict[str, Decimal]:
    """The measures under our names. All of them are always stated: one that is missing would make
    the sum of the input too small without a word, and is refused."""
    written = measures["cache_creation"]  # nested: read flat, it was zero (langwatch issue 6977)
    for_minutes = written["ephemeral_5m_input_tokens"].whole()
    for_an_hour = written["ephemeral_1h_input_tokens"].whole()
    uncached = measures["uncached_input_tokens"].whole()
    cached = measures["cache_read_input_tokens"].whole()
    counted = {
        "input_tokens": uncached + cached + for_minutes + for_an_hour,
        "input_uncached_tokens": uncached,
        "input_cached_tokens": cached,
        "input_cache_write_tokens": for_minutes + for_an_hour,
        "input_cache_write_5m_tokens": for_minutes,
        "input_cache_write_1h_tokens": for_an_hour,
        "output_tokens": measures["output_tokens"].whole(),
        "web_search_calls": measures["server_tool_use"]["web_search_requests"].whole(),
    }
    return {name: Decimal(count) for name, count in counted.items()}
