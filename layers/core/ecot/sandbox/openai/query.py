"""How OpenAI reads a query: which parameters each operation knows, and what it refuses.

Source: the costs and usage operations of OpenAI's specification of 2026-08-21. Arrays are repeated
names; `group_by[]` is accepted too, as the SDKs send it (seen 2026).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ecot.sandbox.messages import Request

MINUTES = {"1m": 1, "1h": 60, "1d": 1440}
USAGE_LIMITS = {"1m": (60, 1440), "1h": (24, 168), "1d": (7, 31)}
FILTER_VALUES: dict[str, tuple[str, ...]] = {
    "batch": ("true", "false"),
    "sources": ("image.generation", "image.edit", "image.variation"),
    "sizes": ("256x256", "512x512", "1024x1024", "1792x1792", "1024x1792"),
    "context_levels": ("low", "medium", "high"),
}
KEYED = ("project_id", "user_id", "api_key_id")
MODELLED = (*KEYED, "model")


class Refused(Exception):
    """A request that OpenAI refuses, with what its error body says."""

    def __init__(
        self, message: str, code: str | None = None, param: str | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {
            "message": message,
            "type": "invalid_request_error",
            "param": param,
            "code": code,
        }


@dataclass(frozen=True, slots=True)
class Feed:
    """One bucketed operation: what its rows are called, grouped by and filtered by.

    `limits` gives the default and the largest number of buckets of each bucket width.
    """

    result: str
    group_by: tuple[str, ...]
    limits: Mapping[str, tuple[int, int]] = field(default_factory=lambda: USAGE_LIMITS)
    unfiltered: tuple[str, ...] = ("service_tier", "line_item")

    @property
    def filters(self) -> dict[str, str]:
        """From the name of a filter parameter to the dimension that it narrows."""
        names = {name: f"{name}s" for name in self.group_by if name not in self.unfiltered}
        return {("batch" if name == "batch" else plural): name for name, plural in names.items()}


COSTS = Feed(
    "organization.costs.result", ("project_id", "line_item", "api_key_id"), {"1d": (7, 180)}
)
USAGE = {
    "completions": Feed(
        "organization.usage.completions.result", (*MODELLED, "batch", "service_tier")
    ),
    "embeddings": Feed("organization.usage.embeddings.result", MODELLED),
    "moderations": Feed("organization.usage.moderations.result", MODELLED),
    "images": Feed("organization.usage.images.result", (*MODELLED, "size", "source")),
    "audio_speeches": Feed("organization.usage.audio_speeches.result", MODELLED),
    "audio_transcriptions": Feed("organization.usage.audio_transcriptions.result", MODELLED),
    "vector_stores": Feed("organization.usage.vector_stores.result", ("project_id",)),
    "code_interpreter_sessions": Feed(
        "organization.usage.code_interpreter_sessions.result", ("project_id",)
    ),
    "file_search_calls": Feed(
        "organization.usage.file_searches.result", (*KEYED, "vector_store_id")
    ),
    "web_search_calls": Feed(
        "organization.usage.web_searches.result", (*MODELLED, "context_level")
    ),
}


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of one request, read with OpenAI's own complaints."""

    request: Request

    def known(self, *names: str) -> None:
        """Refuse any parameter that is not one of these."""
        for name, _ in self.request.query:
            if name.removesuffix("[]") not in names:
                raise Refused(f"Unknown parameter: '{name}'.", "unknown_parameter", name)

    def text(self, name: str) -> str | None:
        """The last value sent, None if the parameter is absent."""
        return next(reversed(self.request.values(name)), None)

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value of an array, once, in order; `name[]` is the same array."""
        values = self.request.values(name) + self.request.values(f"{name}[]")
        return tuple(dict.fromkeys(values))

    def number(self, name: str) -> int | None:
        """A whole number, None if the parameter is absent."""
        text = self.text(name)
        if text is None:
            return None
        if not text.isascii() or not text.removeprefix("-").isdigit():
            message = f"Invalid type for '{name}': expected an integer, but got a string instead."
            raise Refused(message, "invalid_type", name)
        return int(text)

    def limit(self, default: int, largest: int) -> int:
        """The page size, refused outside 1 to `largest`."""
        limit = self.number("limit")
        if limit is not None and limit < 1:
            raise Refused(
                _beyond("below minimum", ">= 1", limit), "integer_below_min_value", "limit"
            )
        if limit is not None and limit > largest:
            message = _beyond("above maximum", f"<= {largest}", limit)
            raise Refused(message, "integer_above_max_value", "limit")
        return default if limit is None else limit

    def one_of(self, name: str, values: tuple[str, ...], default: str) -> str:
        """One of the documented values, the default if the parameter is absent."""
        return self._allowed(name, self.text(name) or default, values)

    def some_of(self, name: str, values: tuple[str, ...] | None) -> tuple[str, ...]:
        """Any of the documented values; None where any text will do."""
        texts = self.texts(name)
        return texts if values is None else tuple(self._allowed(name, it, values) for it in texts)

    def _allowed(self, name: str, value: str, values: tuple[str, ...]) -> str:
        if value not in values:
            known = ", ".join(f"'{each}'" for each in values)
            message = f"Invalid value: '{value}'. Supported values are: {known}."
            raise Refused(message, "invalid_value", name)
        return value


def _beyond(what: str, expected: str, limit: int) -> str:
    expectation = f"Expected a value {expected}, but got {limit} instead."
    return f"Invalid 'limit': integer {what} value. {expectation}"
