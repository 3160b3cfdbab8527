"""What the served pages say of accounts: when each was read, and whether its key is there."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from ecot.jobs.accounts import known_accounts
from ecot.jobs.known import providers
from ecot.model.outcome import Outcome
from ecot.model.rows import provider_of
from ecot.report.desk.collecting import AccountRead
from ecot.report.desk.connecting import Connection, Key, Offer
from ecot.store.protocol import Store
from ecot.store.records import all_progress, latest_outcomes, outcomes_of

_RUNS = 30  # in which the last good one is looked for
_GOOD = ("ok", "no_data")


class Stated(NamedTuple):
    """An account as the settings name it. `has_key` is None where whoever asks cannot know: keys
    are not given to the function that serves pages."""

    account: str
    is_active: bool
    variable: str
    has_key: bool | None


def accounts_read(store: Store, wanted: Collection[str]) -> tuple[AccountRead, ...]:
    """What was read of every account that is wanted, or that was ever read: two queries."""
    latest = {one.account: one for one in latest_outcomes(store)}
    progress = {one.account: one for one in all_progress(store)}
    return tuple(
        AccountRead(
            account=account,
            outcome=latest.get(account),
            unread_from=progress[account].unread_from if account in progress else None,
        )
        for account in sorted({*wanted, *latest, *progress})
    )


def connections(store: Store, stated: Sequence[Stated]) -> tuple[Connection, ...]:
    """Every account of the settings, and those that the ledger has read in earlier ones."""
    latest = {one.account: one for one in latest_outcomes(store)}
    named = {one.account: one for one in stated}
    return tuple(
        _connection(store, account, named.get(account), latest.get(account))
        for account in sorted({*named, *latest})
    )


def _connection(
    store: Store, account: str, stated: Stated | None, latest: Outcome | None
) -> Connection:
    return Connection(
        account=account,
        key=_key(account, stated, latest),
        is_active=stated.is_active if stated else None,
        outcome=latest,
        good=next(
            (one.at for one in outcomes_of(store, account, _RUNS) if one.state in _GOOD), None
        )
        if latest
        else None,
        variable=stated.variable if stated else None,
    )


def _key(account: str, stated: Stated | None, latest: Outcome | None) -> Key:
    """What is known of the key: what the settings hold, else what the last reading came to."""
    if stated is not None and stated.has_key is not None:
        is_lacking = latest is not None and latest.state == "not_configured"
        return "there" if stated.has_key and not is_lacking else "lacking"
    if latest is None:
        return "none" if provider_of(account) in _keyless() else "not told"
    return "lacking" if latest.state == "not_configured" else "there"


def _keyless() -> frozenset[str]:
    return frozenset(one.name for one in providers() if one.keyless)


def offers(accounts: Collection[str]) -> tuple[Offer, ...]:
    """The providers that none of the accounts is of."""
    taken = {provider_of(one) for one in accounts}
    return tuple(
        Offer(name=one.name, title=one.title, permission=one.facts.permission)
        for one in sorted(providers(), key=lambda one: one.title.lower())
        if one.name not in taken
    )


def accounts_to_bill(store: Store, stated: Mapping[str, bool] | Collection[str]) -> tuple[str, ...]:
    """The accounts that a bill may be typed for without further ado."""
    return tuple(sorted({*known_accounts(store), *stated}))
