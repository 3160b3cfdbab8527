"""Collecting: every account at once, each with its own outcome, none stopping another."""

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from ecot.errors import AccessDenied, EcotError
from ecot.jobs.account import open_collection
from ecot.jobs.expecting import expect
from ecot.jobs.outcomes import failed, own_mistake, read, without_key
from ecot.jobs.round import Round, Source, Turn
from ecot.model.outcome import Outcome
from ecot.providers.http import Http
from ecot.providers.patience import Budget, Pace
from ecot.providers.people import People
from ecot.store.people import people_key
from ecot.store.protocol import Place
from ecot.store.records import put_outcome

if TYPE_CHECKING:  # 30 ms, which a function that asks no provider starts without
    import httpx

logger = logging.getLogger(__name__)


async def collect(place: Place, sources: Sequence[Source], round_: Round) -> list[Outcome]:
    """Collects every source into the ledger and returns their outcomes, in order.

    Raises LedgerError where the ledger cannot even keep an outcome.
    """
    try:
        async with round_.open_client() as shared, asyncio.TaskGroup() as tasks:
            running = [
                tasks.create_task(_outcome(place, source, round_, shared, turn))
                for source, turn in zip(sources, _turns(sources), strict=True)
            ]
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    return [task.result() for task in running]


def _turns(sources: Sequence[Source]) -> list[Turn]:
    """Accounts of one provider put in their claims in the order of the settings, so that of two
    keys of one organisation it is always the first that counts."""
    last: dict[str, asyncio.Event] = {}
    turns = []
    for source in sources:
        mine = asyncio.Event()
        turns.append(Turn(last.get(source.provider.name), mine))
        last[source.provider.name] = mine
    return turns


async def _outcome(
    place: Place, source: Source, round_: Round, shared: "httpx.AsyncClient", turn: Turn
) -> Outcome:
    """The account's outcome, which is also kept. Whatever happens to one account is its outcome."""
    started = round_.now()
    try:
        outcome = await _collected(place, source, round_, shared, turn)
    except asyncio.CancelledError:  # Ctrl-C: what has not come yet is missing from here on
        if source.lacking is None:
            expect(place.store, source, round_)
        raise
    except EcotError as error:
        outcome = failed(source, round_, error)
    except Exception as error:
        logger.exception("%s: collection failed", source.account)
        outcome = failed(source, round_, own_mistake(source, error))
    finally:
        turn.mine.set()
    seconds = round((round_.now() - started).total_seconds(), 3)
    outcome = msgspec.structs.replace(outcome, seconds=seconds)
    put_outcome(place.store, outcome)
    round_.told(source.account, outcome.state)
    return outcome


async def _collected(
    place: Place, source: Source, round_: Round, shared: "httpx.AsyncClient", turn: Turn
) -> Outcome:
    if source.lacking:
        if source.fault:
            expect(place.store, source, round_)
        return without_key(source, round_)
    try:
        people = People(partial(people_key, place.files))
        http = open_http(source, round_, shared, people)
    except AccessDenied:
        expect(place.store, source, round_)
        raise
    collection = open_collection(place, source, round_, http, turn)
    await collection.run()
    return read(
        source,
        round_,
        collection.streams,
        tuple(one for commit in collection.months.commits for one in commit.restatements),
        has_rows=collection.has_rows,
        doubted=collection.doubted,
        forgotten=collection.forgotten,
        note=http.note,
    )


def open_http(
    source: Source, round_: Round, shared: "httpx.AsyncClient", people: People | None = None
) -> Http:
    """The account's way to its provider. Raises AccessDenied for a key of a wrong kind."""
    provider = source.provider
    key = source.secret.get_secret_value() if source.secret else ""
    if key and (remedy := provider.recognise(key)):
        raise AccessDenied(
            "{account}: the key in {variable} is not of the kind that is needed",
            remedy=remedy,
            account=source.account,
            variable=source.secret_name,
        )
    return Http(
        shared,
        base_url=source.base_url or provider.base_url,
        headers=provider.headers(key, source.options),
        secrets=[key] if key else [],
        provider=provider.title,
        account=source.account,
        budget=Budget(round_.budget_seconds, round_.monotonic),
        pace=Pace(provider.per_minute) if provider.per_minute else None,
        options=source.options,
        today=round_.today,
        now=round_.now(),
        key=source.secret,
        people=people,
        personal=provider.personal(source.options),
        sleep=round_.sleep,
    )
