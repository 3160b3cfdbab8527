"""The way in which usage was worked off, as far as it changes the price: read from a row's tags."""

from ecot.model.prices import STANDARD

# What a row's tags say when nothing is special. OpenAI calls it "default", Anthropic "standard";
# "not_available" is what Anthropic says of the place of models that have none.
_ORDINARY = {
    "batch": {"false"},
    "service_tier": {"default", "standard"},
    "speed": {"standard"},
    "inference_geo": {"global", "not_available"},
}
TAGS = (*_ORDINARY, "context_window")

Context = tuple[tuple[str, str], ...]


def context_of(batch: str | None, tier: str | None, speed: str | None, geo: str | None) -> Context:
    """What is not ordinary about the row, in the words of the public table; empty: nothing.

    A way of working that the table does not know stays in: such a row has no public price.
    """
    stated = {"batch": batch, "service_tier": tier, "speed": speed, "inference_geo": geo}
    special = {
        name: value for name, value in stated.items() if value and value not in _ORDINARY[name]
    }
    if "batch" in special or special.get("service_tier") == "batch":
        special.pop("batch", None)
        if special.get("service_tier") == "batch":
            del special["service_tier"]
        special["processing"] = "batch"
    return tuple(sorted(special.items()))


def tier_of(context: Context) -> str:
    """What `tier` says in a price of one's own: "standard", "batch", "fast", "batch+us"."""
    return "+".join(sorted(value for _, value in context)) or STANDARD
