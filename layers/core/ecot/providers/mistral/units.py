"""What Mistral's rows count: tokens, pages, seconds of sound, characters, calls, hours.

Event types are those of `LagoEventType` (specification, 2026-08-21). One that is not among them
keeps its own name: it is not added to anything that is known.
"""

from collections.abc import Mapping
from decimal import Decimal

from ecot.providers.reading import Node

TOKENS = "tokens"
UNITS = {
    "api_tokens": TOKENS,
    "api_libraries_tokens": TOKENS,
    "deployment_tokens": TOKENS,
    "vibe_tokens": TOKENS,
    "api_pages": "pages",
    "api_libraries_pages": "pages",
    "vibe_pages": "pages",
    "api_audio_seconds": "audio_seconds",
    "api_libraries_audio": "audio_seconds",
    "vibe_audio_seconds": "audio_seconds",
    "api_audio_characters": "characters",
    "vibe_audio_characters": "characters",
    "api_connectors": "connector_calls",
    "vibe_connectors": "connector_calls",
    "gpu_hour": "gpu_hours",
}

# Whether input holds what came from the cache is not documented. Each is paid at its own price, so
# it does not. `input_tokens` is both together, as it is of the other providers.
OF_TOKENS: Mapping[str, tuple[str, ...]] = {
    "input": ("input_tokens", "input_uncached_tokens"),
    "cached": ("input_tokens", "input_cached_tokens"),
}


def counted(row: Node) -> str:
    """The unit of a row; where there is no event type, what it is billed by."""
    event = row.optional("event_type") or row["billing_metric"].text()
    return UNITS.get(event, event)


def quantities(row: Node) -> dict[str, Decimal]:
    """What was used, paid or not, by the names of its unit and group."""
    unit, group, value = counted(row), row.optional("billing_group"), row["value"].amount()
    if unit == TOKENS and group is not None:
        return dict.fromkeys(OF_TOKENS.get(group, (f"{group}_tokens",)), value)
    return {unit if group in (None, "input") else f"{group}_{unit}": value}
