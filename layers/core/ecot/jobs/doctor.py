"""The doctor: one smallest call an account, and a sentence with a remedy for what is wrong."""

import asyncio
from collections.abc import Sequence

import httpx

from ecot.errors import EcotError
from ecot.jobs.collect import open_http
from ecot.jobs.outcomes import failed, outcome, own_mistake, without_key
from ecot.jobs.round import Round, Source
from ecot.model.outcome import Outcome


async def examine(sources: Sequence[Source], round_: Round) -> list[Outcome]:
    """Tries every account's key with its provider's smallest call. Nothing is written."""
    async with round_.open_client() as shared:
        return await asyncio.gather(*(_examined(source, round_, shared) for source in sources))


async def _examined(source: Source, round_: Round, shared: httpx.AsyncClient) -> Outcome:
    if source.lacking:
        return without_key(source, round_)
    try:
        http = open_http(source, round_, shared)
        await source.provider.check(http)
    except EcotError as error:
        return failed(source, round_, error)
    except Exception as error:  # noqa: BLE001 - one account's fault of ours must not hide the others
        return failed(source, round_, own_mistake(source, error))
    return outcome(source, round_, "ok", message=http.note)
