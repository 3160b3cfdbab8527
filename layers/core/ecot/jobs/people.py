"""Product users that suppliers know by an id only, under the e-mail address that the company's own
Supabase project has for them: asked once a run, and kept like every other name of a person."""

import logging
from collections.abc import Collection
from hashlib import sha256

from ecot.errors import EcotError
from ecot.jobs.round import Round
from ecot.model.rows import Name
from ecot.model.sentence import Sentence
from ecot.providers import supabase_auth
from ecot.providers.patience import Budget
from ecot.providers.supabase_auth import Project
from ecot.store.people import people_key
from ecot.store.protocol import Place, Store
from ecot.store.records import all_names, put_names

NAME = supabase_auth.NAME
MOST = 500  # questions a run
_BUDGET_SECONDS = 60.0

logger = logging.getLogger(__name__)


def make_key(place: Place) -> None:
    """Makes the key of pseudonyms where there is none yet. Of collectors in processes of their own
    that begin at once, each would otherwise make one, and the same person be two."""
    people_key(place.files)


async def name_people(place: Place, project: Project, round_: Round) -> None:
    """Asks who the users are whom the ledger knows by an id, and keeps their addresses; of who is
    no longer there, or has none, it keeps none. Whoever listens to the round is told what went
    wrong; what was known then stays, and the run goes on."""
    try:
        await _name_people(place.store, project, round_)
    except EcotError as error:
        remedy = Sentence(error.remedy, error.values) if error.remedy else None
        round_.warned(Sentence(error.text, error.values), remedy)


async def try_project(project: Project, round_: Round) -> None:
    """The smallest call that proves address and key. Raises ProviderError."""
    async with round_.open_client() as shared:
        http = supabase_auth.opened(shared, project, _budget(round_))
        await supabase_auth.check(http)


async def _name_people(store: Store, project: Project, round_: Round) -> None:
    known, ids = _known(store)
    if not ids:
        return
    addresses: dict[str, str | None] = {**known}
    try:
        async with round_.open_client() as shared:
            http = supabase_auth.opened(shared, project, _budget(round_))
            for one in _in_turn(ids, round_.run):
                addresses[one] = await supabase_auth.email(http, one)
    finally:
        kept = {one: address for one, address in addresses.items() if address}
        if kept != known:
            named = [Name("user", one, address) for one, address in kept.items()]
            put_names(store, NAME, named)


def _known(store: Store) -> tuple[dict[str, str], set[str]]:
    """The addresses that are kept, by id, and all ids that the ledger knows people by."""
    told = all_names(store)
    known = {name.id: name.name for name in told.pop(NAME, [])}
    names = (name for names in told.values() for name in names if name.dimension == "user")
    return known, {name.name.casefold() for name in names if supabase_auth.is_id(name.name)}


def _in_turn(ids: Collection[str], run: str) -> list[str]:
    """As many as a run asks for, in another order each run: ids that nobody has keep none
    waiting for good, and an address that changed is seen as well."""
    order = sorted(ids, key=lambda one: sha256(f"{run} {one}".encode()).digest())
    if len(order) > MOST:
        logger.info("%s: %s of %s people are asked for", NAME, MOST, len(order))
    return order[:MOST]


def _budget(round_: Round) -> Budget:
    return Budget(min(_BUDGET_SECONDS, round_.budget_seconds), round_.monotonic)
