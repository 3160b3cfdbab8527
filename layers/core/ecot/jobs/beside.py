"""What accounts must know of each other, so that money that two of them tell counts once.

A row that another account tells too is left to it: to one that is collected, on every day; to one
that is not collected any more, on the days that the ledger has of it, for those figures are kept.
An account of another organisation tells nothing of this one's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import NamedTuple

from ecot.jobs.round import Source
from ecot.store.heads import all_heads
from ecot.store.protocol import Store
from ecot.store.records import read_claims


class Neighbours(NamedTuple):
    """What an account must know of the others: the providers of those that are `beside` it, and by
    provider the accounts that are `gone`, whose days are kept."""

    beside: frozenset[str] = frozenset()
    gone: Mapping[str, tuple[str, ...]] = {}


def beside(store: Store, sources: Sequence[Source], others: Sequence[Source]) -> list[Source]:
    """The sources, knowing of each other, and of `others` that are collected at other times."""
    neighbours = neighbours_of(store, sources, others)
    return [knowing(store, source, neighbours[source.account]) for source in sources]


def neighbours_of(
    store: Store, sources: Sequence[Source], others: Sequence[Source]
) -> dict[str, Neighbours]:
    """Of each source's account, what it must know of the rest. The claims of a provider are read
    once, however many accounts leave something to it."""
    able = [one for one in (*sources, *others) if one.lacking is None]
    collected = {one.account for one in able}
    claiming, names = cache(partial(_claiming, store)), cache(partial(_names, able))
    return {
        source.account: Neighbours(
            names(_whose(source)),
            {
                name: tuple(sorted(gone))
                for name in source.provider.leaves_to(source.options)
                if (gone := claiming(name, _whose(source)) - collected)
            },
        )
        for source in sources
    }


def knowing(store: Store, source: Source, neighbours: Neighbours) -> Source:
    """The source, knowing that, and the days that the ledger has of accounts that are gone."""
    kept = {
        name: frozenset(_days(store, frozenset(accounts)))
        for name, accounts in neighbours.gone.items()
    }
    return replace(source, beside=neighbours.beside, kept=kept)


def _names(able: Sequence[Source], whose: str | None) -> frozenset[str]:
    return frozenset(one.provider.name for one in able if _may_be_one(_whose(one), whose))


def _whose(source: Source) -> str | None:
    """The organisation that the account's settings name."""
    named: str | None = getattr(source.options, "organization", None)
    return named


def _may_be_one(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one.casefold() == other.casefold()


def _claiming(store: Store, provider: str, organization: str | None) -> frozenset[str]:
    """The provider's accounts that have told of the organisation."""
    claims, _ = read_claims(store, provider)
    return frozenset(
        account for owner, account in claims.items() if _may_be_one(owner, organization)
    )


def _days(store: Store, accounts: frozenset[str]) -> Iterator[date]:
    """The days of which the ledger has what these were billed."""
    for head in all_heads(store):
        if head.account in accounts:
            yield from (cell.day for cell in head.cells if cell.basis == "billed")
