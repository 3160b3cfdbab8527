"""The accounts of the settings as a collection wants them."""

from collections.abc import Sequence

from ecot.edge.setup import Setup
from ecot.jobs.beside import beside
from ecot.jobs.known import provider
from ecot.jobs.query import expected
from ecot.jobs.round import Source
from ecot.settings import Account


def sources_of(setup: Setup, accounts: Sequence[Account]) -> list[Source]:
    """The accounts as a collection wants them, knowing of all that are collected, now or at other
    times: a key that merely happens to be there is none of those."""
    known = expected(setup.place.store)
    others = [
        source_of(one)
        for one in setup.settings.accounts
        if one.active and (one.origin != "environment" or one.key in known)
    ]
    return beside(setup.place.store, [source_of(one) for one in accounts], others)


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
