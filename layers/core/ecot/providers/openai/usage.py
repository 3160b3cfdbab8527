"""OpenAI's ten kinds of usage: how each is grouped, and what its measures are called here.

Names and groups are those of the specification of 2026-08-21. What a quantity contains is told in
docs/providers/openai.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ecot.model.period import Period
from ecot.model.rows import Usage
from ecot.providers.reading import Node

KEYED = ("project_id", "user_id", "api_key_id")
MODELLED = (*KEYED, "model")


@dataclass(frozen=True)
class Meter:
    """One kind of usage: its row's `object`, its groups, and from its measures to our quantities.

    Groups that the ledger has no dimension for (`batch`, `size`, …) become tags.
    """

    result: str
    group_by: tuple[str, ...]
    quantities: Mapping[str, str]


REQUESTS = {"num_model_requests": "requests"}
INPUT = {"input_tokens": "input_tokens"}
TOKENS = {
    f"{part}_tokens": f"{part}_tokens"
    for part in (
        *("input", "input_cached", "input_cache_write", "input_uncached", "output"),
        *("input_text", "input_cached_text", "output_text"),
        *("input_audio", "input_cached_audio", "output_audio"),
        *("input_image", "input_cached_image", "output_image"),
    )
}

METERS = {
    "completions": Meter(
        "organization.usage.completions.result",
        (*MODELLED, "batch", "service_tier"),
        TOKENS | REQUESTS,
    ),
    "embeddings": Meter("organization.usage.embeddings.result", MODELLED, INPUT | REQUESTS),
    "moderations": Meter("organization.usage.moderations.result", MODELLED, INPUT | REQUESTS),
    "images": Meter(
        "organization.usage.images.result",
        (*MODELLED, "size", "source"),
        {"images": "images"} | REQUESTS,
    ),
    "audio_speeches": Meter(
        "organization.usage.audio_speeches.result",
        MODELLED,
        {"characters": "characters"} | REQUESTS,
    ),
    "audio_transcriptions": Meter(
        "organization.usage.audio_transcriptions.result",
        MODELLED,
        {"seconds": "seconds"} | REQUESTS,
    ),
    # The bytes kept on one day: bytes of many days cannot be added up, byte days can.
    "vector_stores": Meter(
        "organization.usage.vector_stores.result",
        ("project_id",),
        {"usage_bytes": "vector_store_byte_days"},
    ),
    "code_interpreter_sessions": Meter(
        "organization.usage.code_interpreter_sessions.result",
        ("project_id",),
        {"num_sessions": "sessions"},
    ),
    "file_search_calls": Meter(
        "organization.usage.file_searches.result",
        (*KEYED, "vector_store_id"),
        {"num_requests": "file_search_calls"},
    ),
    # Its model requests have a name of their own: they must not be added to the completions'.
    "web_search_calls": Meter(
        "organization.usage.web_searches.result",
        (*MODELLED, "context_level"),
        {"num_requests": "web_search_calls", "num_model_requests": "web_search_model_requests"},
    ),
}


def usage(row: Node, day: Period, service: str) -> Usage:
    """One row of the usage of a service."""
    meter = METERS[service]
    row.expect("object", meter.result)
    tags = {name: row.optional(name) for name in meter.group_by if name not in MODELLED}
    return Usage(
        charge_period=day,
        category="ai",
        service=service,
        sub_account_id=row.optional("project_id"),
        model=row.optional("model"),
        api_key_id=row.optional("api_key_id"),
        user=row.optional("user_id"),
        tags={name: text for name, text in tags.items() if text is not None},
        quantities=_quantities(row, meter),
    )


def _quantities(row: Node, meter: Meter) -> dict[str, Decimal]:
    """The measures that the row states: one that is missing is unknown, not zero."""
    stated = {ours: row.get(theirs) for theirs, ours in meter.quantities.items()}
    known = {name: measure.amount() for name, measure in stated.items() if measure is not None}
    return known or row.refuse("{source}: {place} has none of its measures: {part}")
