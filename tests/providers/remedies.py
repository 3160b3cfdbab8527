"""What a person is told to do about each kind of trouble of a provider."""

from collections.abc import Mapping

from pydantic import SecretStr

from ecot.errors import (
    AccessDenied,
    NotOffered,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from ecot.jobs.outcomes import remedy_of
from ecot.jobs.round import Source
from ecot.providers.contract import Provider, Trouble

KINDS: Mapping[Trouble, type[ProviderError]] = {
    "access_denied": AccessDenied,
    "not_offered": NotOffered,
    "rate_limited": RateLimited,
    "unavailable": Unavailable,
    "unexpected_answer": UnexpectedAnswer,
}


def told(provider: Provider) -> dict[Trouble, str]:
    """The remedies that there are."""
    source = Source(provider=provider, account="a/b", secret=SecretStr("key"), secret_name="KEY")
    found = {kind: remedy_of(source, error("no")) for kind, error in KINDS.items()}
    return {kind: str(remedy) for kind, remedy in found.items() if remedy is not None}
