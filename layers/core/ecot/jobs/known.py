"""The providers as the edges need to know them: to read settings, and to write their names."""

from collections.abc import Mapping

from ecot.providers import PROVIDERS
from ecot.providers.contract import Provider


def providers() -> tuple[Provider, ...]:
    """Every supplier that can be collected."""
    return PROVIDERS


def provider(name: str) -> Provider:
    """The supplier of this name. Raises KeyError for one that is unknown."""
    return {one.name: one for one in PROVIDERS}[name]


def titles() -> Mapping[str, str]:
    """How people write each provider's name."""
    return {one.name: one.title for one in PROVIDERS}
