"""The accounts of the settings as a collection wants them."""

from collections.abc import Mapping, Sequence

from ecot.edge.setup import Setup
from ecot.jobs.beside import Neighbours, beside, neighbours_of
from ecot.jobs.known import provider, variables_beside
from ecot.jobs.query import expected
from ecot.jobs.round import Source
from ecot.settings import Account
from ecot.settings.environment import MONTHLY_COSTS


def sources_of(setup: Setup, accounts: Sequence[Account]) -> list[Source]:
    """The accounts as a collection wants them, knowing of all that are collected, now or at other
    times: a key that merely happens to be there is none of those."""
    sources = [source_of(one) for one in accounts]
    return beside(setup.place.store, sources, [source_of(one) for one in collected_by(setup)])


def neighbours(setup: Setup, accounts: Sequence[Account]) -> Mapping[str, Neighbours]:
    """What each account must know of all that are collected."""
    sources = [source_of(one) for one in accounts]
    others = [source_of(one) for one in collected_by(setup)]
    return neighbours_of(setup.place.store, sources, others)


def collected_by(setup: Setup) -> list[Account]:
    """The accounts that are collected at all: of keys that nobody named those that were collected
    before."""
    active = [one for one in setup.settings.accounts if one.active]
    if setup.names_every_key:
        return active
    known = expected(setup.place.store)
    return [one for one in active if one.origin != "environment" or one.key in known]


def variables_of(account: Account) -> tuple[str, ...]:
    """The variables of the settings that collecting the account needs: of its key, of what it needs
    beside that, and of a plan that pays for it."""
    beside_key = variables_beside(account.provider, account.name)
    plans = [name for name, planned in MONTHLY_COSTS.items() if planned == account.provider]
    return (account.secret_name, *beside_key, *plans)


def source_of(account: Account) -> Source:
    """The account as a collection wants it."""
    return Source(
        provider=provider(account.provider),
        account=account.key,
        secret=account.secret,
        secret_name=account.secret_name,
        fault=account.fault,
        base_url=account.base_url,
        options=account.options,
        since=account.since,
    )
