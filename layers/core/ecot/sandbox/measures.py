"""How usage is published: the dimensions and measures of each kind, as OpenAI names them.

Source: the usage operations of OpenAI's specification of 2026-08-21. `input_tokens` contains the
cached and the cache-write tokens.
"""

from collections.abc import Iterable, Mapping

from ecot.sandbox.activity import Activity
from ecot.sandbox.catalogue import (
    CACHE_WRITE,
    CACHED,
    COMPONENTS,
    INPUT,
    MEBIBYTES,
    OUTPUT,
    REQUESTS,
    TOOL_REQUESTS,
    UNCACHED,
)

Dimension = str | bool | None

MEASURES: dict[str, tuple[str, ...]] = {
    "embeddings": (INPUT, REQUESTS),
    "moderations": (INPUT, REQUESTS),
    "images": ("images", REQUESTS),
    "audio_speeches": ("characters", REQUESTS),
    "audio_transcriptions": ("seconds", REQUESTS),
    "code_interpreter_sessions": ("num_sessions",),
    "file_search_calls": (TOOL_REQUESTS,),
    "web_search_calls": (REQUESTS, TOOL_REQUESTS),
}


def published(
    activity: Activity, measures: Mapping[str, int]
) -> tuple[dict[str, Dimension], dict[str, int]]:
    """The dimensions and measures under which the provider shows an activity's measures."""
    key, kind = activity.api_key, activity.product.kind
    dimensions: dict[str, Dimension] = {
        "project_id": activity.project.id,
        "user_id": key.user.id if key and key.user else None,
        "api_key_id": key.id if key else None,
        "model": activity.product.name,
        **activity.dimensions,
    }
    return dimensions, _named(kind, measures)


def _named(kind: str, measures: Mapping[str, int]) -> dict[str, int]:
    if kind == "completions":
        return _tokens(measures)
    if kind == "vector_stores":
        return {"usage_bytes": measures[MEBIBYTES] * 2**20}
    return {name: measures[name] for name in MEASURES[kind]}


def _tokens(measures: Mapping[str, int]) -> dict[str, int]:
    def total(names: Iterable[str]) -> int:
        return sum(measures.get(name, 0) for name in names)

    return {
        INPUT: total((*UNCACHED, *CACHED, CACHE_WRITE)),
        "input_cached_tokens": total(CACHED),
        "input_uncached_tokens": total(UNCACHED),
        "output_tokens": total(OUTPUT),
        **{name: measures.get(name, 0) for name in COMPONENTS},
        REQUESTS: measures[REQUESTS],
    }
