"""What surrounds a supplier in a test: an account of it, and what the jobs make of that account."""

import asyncio
from typing import Any

from pydantic import SecretStr

from ecot.jobs.collect import collect
from ecot.jobs.doctor import examine
from ecot.jobs.round import Round, Source
from ecot.model.outcome import Outcome
from ecot.providers.contract import Provider
from ecot.store.protocol import Place


def source(
    provider: Provider, url: str, secret: str | None, name: str = "lumen", **further: Any
) -> Source:
    """The account "<provider>/lumen" at an address; `further` are more fields of a Source."""
    return Source(
        provider=provider,
        account=f"{provider.name}/{name}",
        secret=None if secret is None else SecretStr(secret),
        secret_name=provider.variables[0],
        base_url=url,
        **further,
    )


def collected(source: Source, round_: Round, place: Place) -> Outcome:
    """What came of collecting one account."""
    (outcome,) = asyncio.run(collect(place, [source], round_))
    return outcome


def examined(source: Source, round_: Round) -> Outcome:
    """What the doctor says of one account."""
    (outcome,) = asyncio.run(examine([source], round_))
    return outcome
