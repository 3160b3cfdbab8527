"""The rows of revenue, out of the documents of the accounts that earn and of no others."""

from collections.abc import Iterator
from datetime import date

from ecot.jobs.known import earning
from ecot.model.head import Head
from ecot.model.rows import Revenue, provider_of
from ecot.store.documents import stream_document
from ecot.store.protocol import Store


def earns(head: Head) -> bool:
    """Whether the account tells of revenue."""
    return provider_of(head.account) in earning()


def revenue_of(store: Store, head: Head) -> Iterator[tuple[str, Revenue]]:
    """Every row of revenue of the account's month, with its feed, by day."""
    for day, name in head.documents() if earns(head) else ():
        yield from revenue_on(store, head.account, day, name)


def revenue_on(store: Store, account: str, day: date, name: str) -> Iterator[tuple[str, Revenue]]:
    """The rows of revenue of one document, with their feeds."""
    _, lines = stream_document(store, account, day, name)
    return ((feed, row) for feed, row in lines if isinstance(row, Revenue))
