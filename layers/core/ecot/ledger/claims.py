"""The same money once: a sub account seen through two keys counts through the first one only."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Claim(NamedTuple):
    """The claims after an account has put in its own; `taken` is (sub account, its account) of
    one that somebody else already counts, or None."""

    claims: dict[str, str]
    taken: tuple[str, str] | None


def claimed(claims: Mapping[str, str], account: str, sub_accounts: Iterable[str]) -> Claim:
    """Puts in the account's claim for each of its sub accounts; a claim taken changes nothing."""
    wanted = sorted(set(sub_accounts))
    for sub_account in wanted:
        if claims.get(sub_account, account) != account:
            return Claim(dict(claims), (sub_account, claims[sub_account]))
    return Claim({**claims, **dict.fromkeys(wanted, account)}, None)
