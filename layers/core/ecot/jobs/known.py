"""The providers as the edges need to know them: to read settings, and to write their names."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from ecot.providers.contract import Provider as Provider
from ecot.providers.contract import variable_of


def providers() -> tuple[Provider, ...]:
    """Every supplier that can be collected. They are imported by whoever first asks: a function
    starts without them."""
    from ecot.providers.suppliers import PROVIDERS

    return PROVIDERS


def provider(name: str) -> Provider:
    """The supplier of this name. Raises KeyError for one that is unknown."""
    return {one.name: one for one in providers()}[name]


def variables_beside(name: str, account: str) -> list[str]:
    """The variables that an account of the provider may need beside that of its key."""
    return [variable_of(prefix, name, account) for prefix in provider(name).needs.values()]


def titles() -> Mapping[str, str]:
    """How people write each provider's name."""
    return {one.name: one.title for one in providers()}


def priced() -> frozenset[str]:
    """The providers whose usage arrives without money, so that a price can be asked for it."""
    return frozenset(one.name for one in providers() if one.estimated)


def shared() -> frozenset[str]:
    """The sub accounts whose id is the same at every customer, by provider: "anthropic/default"."""
    return frozenset(f"{one.name}/{each}" for one in providers() for each in one.unclaimed)


def counts(name: str) -> bool:
    """Whether anything that the provider of this name tells may be in a total."""
    return name not in {one.name for one in providers() if one.tells != "costs"}


def snapshots_of(name: str) -> tuple[str, ...]:
    """The snapshots of the provider of this name; none of one that is not collected."""
    return next((one.snapshots for one in providers() if one.name == name), ())


def lateness_of(name: str) -> timedelta:
    """How long after a day's end the provider of this name may still tell more of it; nothing for
    one that is not collected."""
    return next((one.lateness for one in providers() if one.name == name), timedelta(0))


def earning() -> frozenset[str]:
    """The providers that tell of revenue and of no cost: no total misses them."""
    return frozenset(one.name for one in providers() if one.tells == "revenue")


def facts(provider: Provider) -> dict[str, Any]:
    """What a provider can say of itself, and what is read of it when."""
    return asdict(provider.facts) | {
        "feeds": provider.feeds,
        "snapshots": provider.snapshots,
        "lateness_hours": provider.lateness // timedelta(hours=1),
        "restatement_days": provider.restatement_days,
        "history_days": provider.history_days,
        "backfill_months": provider.backfill_months,
    }
