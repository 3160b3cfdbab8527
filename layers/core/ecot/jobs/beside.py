"""What accounts must know of each other, so that money that two of them tell counts once.

A row that another account tells too is left to it: to one that is collected, on every day; to one
that is not collected any more, on the days that the ledger has of it, for those figures are kept.
An account of another organisation tells nothing of this one's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from ecot.jobs.round import Source
from ecot.store.heads import all_heads
from ecot.store.protocol import Store
from ecot.store.records import read_claims


def beside(store: Store, sources: Sequence[Source], others: Sequence[Source]) -> list[Source]:
    """The sources, knowing of each other, and of `others` that are collected at other times."""
    able = [one for one in (*sources, *others) if one.lacking is None]
    return [_knowing(store, source, able) for source in sources]


def _knowing(store: Store, source: Source, able: Sequence[Source]) -> Source:
    names = frozenset(one.provider.name for one in able if _may_be_one(_whose(one), _whose(source)))
    collected = {one.account for one in able}
    kept = {
        name: frozenset(_days(store, gone))
        for name in source.provider.leaves_to(source.options)
        if (gone := _claiming(store, name, _whose(source)) - collected)
    }
    return replace(source, beside=names, kept=kept)


def _whose(source: Source) -> str | None:
    """The organisation that the account's settings name."""
    named: str | None = getattr(source.options, "organization", None)
    return named


def _may_be_one(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one.casefold() == other.casefold()


def _claiming(store: Store, provider: str, organization: str | None) -> set[str]:
    """The provider's accounts that have told of the organisation."""
    claims, _ = read_claims(store, provider)
    return {account for owner, account in claims.items() if _may_be_one(owner, organization)}


def _days(store: Store, accounts: set[str]) -> Iterator[date]:
    """The days of which the ledger has what these were billed."""
    for head in all_heads(store):
        if head.account in accounts:
            yield from (cell.day for cell in head.cells if cell.basis == "billed")
