"""The names of measured quantities, and which of them are inside which.

A name says its unit. `docs/providers/*.md` say what each provider measures; here is what the names
mean wherever they stand, so that a part is never added to, or paid beside, what contains it.
"""

from collections.abc import Collection, Mapping

# Each part, and the smallest quantity that contains it. Where a row does not state the container,
# the part stands beside the others: OpenAI states `input_tokens` with everything in it, Anthropic
# what was read anew, read from the cache and written to it, side by side.
INSIDE: Mapping[str, str] = {
    "input_uncached_tokens": "input_tokens",
    "input_cached_tokens": "input_tokens",
    "input_cache_write_tokens": "input_tokens",
    "input_cache_write_5m_tokens": "input_cache_write_tokens",
    "input_cache_write_1h_tokens": "input_cache_write_tokens",
    "input_text_tokens": "input_uncached_tokens",
    "input_audio_tokens": "input_uncached_tokens",
    "input_image_tokens": "input_uncached_tokens",
    "input_cached_text_tokens": "input_cached_tokens",
    "input_cached_audio_tokens": "input_cached_tokens",
    "input_cached_image_tokens": "input_cached_tokens",
    "output_text_tokens": "output_tokens",
    "output_audio_tokens": "output_tokens",
    "output_image_tokens": "output_tokens",
    "output_reasoning_tokens": "output_text_tokens",
    "auth_requests": "requests",
    "realtime_requests": "requests",
    "rest_requests": "requests",
    "storage_requests": "requests",
    "disk_used_byte_days": "disk_byte_days",
}

# Counts that are measured beside what is paid for. They cost something only where a price says so.
COUNTS = frozenset({"requests", "errors", "web_search_model_requests"})

# The unit that some suppliers sell everything in: what it was spent on is measured beside it.
CREDITS = "credits"

QUANTITIES = frozenset(
    {
        *INSIDE,
        *INSIDE.values(),
        *COUNTS,
        CREDITS,
        # Beside the output: they can be more than it (OpenRouter, 2026).
        "reasoning_tokens",
        *("audio_hours", "agent_hours", "total_hours", "gpu_hours", "audio_seconds"),
        *("characters", "seconds", "minutes", "hours", "images", "pages", "messages"),
        *(
            "emails",
            "objects",
            "sessions",
            "web_search_calls",
            "file_search_calls",
            "connector_calls",
            "vector_store_byte_days",
        ),
        *("calls", "message_segments"),
        # What is kept on a day: objects, shards and tenants of several days cannot be added up.
        *("object_days", "shard_days", "tenant_days"),
        # What people did with a tool (`sessions` too), and how many of them had a seat.
        *("acceptances", "commits", "interactions", "lines_added", "lines_removed"),
        *("lines_suggested", "pull_requests", "rejections", "suggestions"),
        *("merged_pull_requests", "merge_commits"),
        *("ai_credits", "seat_days", "seats"),
    }
)


def container(name: str, stated: Collection[str]) -> str | None:
    """The smallest of the `stated` quantities that contains `name`, if one does."""
    outer = INSIDE.get(name)
    while outer is not None and outer not in stated:
        outer = INSIDE.get(outer)
    return outer
