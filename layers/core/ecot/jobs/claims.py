"""Putting in an account's claim to its sub accounts, so that the same money counts once."""

from collections.abc import Iterable

from ecot.errors import AccessDenied, Conflict
from ecot.ledger.claims import claimed
from ecot.model.rows import provider_of
from ecot.store.protocol import Store
from ecot.store.records import Standing, put_claims, read_claims


def claim(store: Store, account: str, sub_accounts: Iterable[str], standing: Standing) -> None:
    """Claims every sub account for `account`; `standing` holds the claims as last read.

    Raises AccessDenied where another account already counts one of them (ledger rule 13).
    """
    claims, version = dict(standing.claims), standing.versions.get("claims", 0)
    wanted = set(sub_accounts)
    while True:
        after = claimed(claims, account, wanted)
        if after.taken is not None:
            raise _overlap(account, *after.taken)
        if after.claims == claims:
            return
        try:
            put_claims(store, provider_of(account), after.claims, version)
            return
        except Conflict:
            claims, version = read_claims(store, provider_of(account))


def _overlap(account: str, sub_account: str, counted_by: str) -> AccessDenied:
    return AccessDenied(
        "{account} shows {sub_account}, which {counted_by} already counts: "
        "two keys of one organisation",
        remedy="Remove {account}, or put its key in the place of the key of {counted_by}, "
        "which keeps the figures and goes on counting.",
        account=account,
        sub_account=sub_account,
        counted_by=counted_by,
    )
