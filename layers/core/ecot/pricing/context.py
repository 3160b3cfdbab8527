"""The way in which usage was worked off, as far as it changes the price: read from a row's tags."""

from typing import NamedTuple

from ecot.model.prices import STANDARD


class Special(NamedTuple):
    """The tags of a row that prices may depend on. `context_window` is how long its requests were:
    Anthropic says "0-200k" or "200k-1M"."""

    batch: str | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    context_window: str | None = None


# What tags say where nothing is special. OpenAI calls it "default", Anthropic "standard", and
# "not_available" where a model cannot be told a place.
_NOTHING = {
    "batch": {"false"},
    "service_tier": {"default", "standard"},
    "speed": {"standard"},
    "inference_geo": {"global", "not_available"},
}
Context = tuple[tuple[str, str], ...]


def context_of(special: Special) -> Context:
    """What is special, in the words of the public table; empty where nothing is.

    A way of working that the table does not know stays in: such a row has no public price.
    """
    stated = {name: getattr(special, name) for name in _NOTHING}
    found = {name: text for name, text in stated.items() if text and text not in _NOTHING[name]}
    if "batch" in found or found.get("service_tier") == "batch":
        found.pop("batch", None)
        if found.get("service_tier") == "batch":
            del found["service_tier"]
        found["processing"] = "batch"
    return tuple(sorted(found.items()))


def tier_of(context: Context) -> str:
    """What `tier` says in a price of one's own: "standard", "batch", "fast", "batch+us"."""
    return "+".join(sorted(text for _, text in context)) or STANDARD


def says_long(special: Special) -> bool:
    """Whether the row holds only requests beyond the shortest contexts."""
    return special.context_window is not None and not special.context_window.startswith("0-")
