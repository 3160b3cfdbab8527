"""A ledger taken apart into what readers can see, each piece to the letter; and its soundness."""

from ecot.model.cube import DIMENSIONS
from ecot.model.head import Head
from ecot.store.bills import all_books
from ecot.store.documents import read_cube, read_document
from ecot.store.heads import Elsewhere, all_heads, billed_elsewhere
from ecot.store.protocol import Key, Place
from ecot.store.rates import all_rates
from ecot.store.records import all_claims, all_names, all_progress, latest_outcomes, restatements
from tests.ledger.book import cut
from tests.rows import to_the_letter


def months(place: Place) -> dict[str, bytes]:
    """Each account's month: its head, the rows and cubes it points to, and its restatements.

    Fails where a pointer leads nowhere, where the head, the cubes and the rows disagree, and where
    it is not noted that charges are billed in another month.
    """
    heads = list(all_heads(place.store))
    noted = set(billed_elsewhere(place.store))
    for head in heads:
        elsewhere = head.billed_in() - {head.month}
        assert {Elsewhere(head.account, head.month, month) for month in elsewhere} <= noted
    return {f"{head.account} {head.month}": _month(place, head) for head in heads}


def _month(place: Place, head: Head) -> bytes:
    documents = [
        read_document(place.store, head.account, day, name) for day, name in head.documents()
    ]
    assert [one.name for one in documents] == [name for _, name in head.documents()]
    assert to_the_letter(head.cells) == to_the_letter(cut(documents, (), lambda one: one.charges()))
    cubes = []
    names = {"service": head.service_cube, "person": head.person_cube}
    for kind, dimensions in DIMENSIONS.items():
        cells = cut(documents, dimensions, lambda one: one.rows())
        assert (names[kind] is None) == (not cells)
        if (name := names[kind]) is not None:
            cube = read_cube(place.store, head.account, head.month, kind, name)
            assert to_the_letter(cube.cells) == to_the_letter(cells)
            cubes.append(cube)
    evidence = {name for one in documents for kept in one.evidence.values() for name in kept}
    assert all(place.files.get(name) is not None for name in evidence)
    found = [one for one in restatements(place.store, head.account) if one.id in head.restated]
    assert {one.id for one in found} == set(head.restated)
    return to_the_letter([head, [one.feeds for one in documents], cubes, found])


def records(place: Place) -> dict[str, bytes]:
    """Whatever else is committed by one put: books of bills, rates of a month."""
    books = {f"bills {account}": to_the_letter(book) for account, book in all_books(place.store)}
    rates = {f"rates {month}": to_the_letter(rates) for month, rates in all_rates(place.store)}
    return books | rates


def everything(place: Place) -> dict[str, bytes]:
    """All of it, also what is derived and follows later."""
    store = place.store
    outcomes = [(one.account, one.run, one.state) for one in latest_outcomes(store)]
    names = {account: sorted(names, key=str) for account, names in all_names(store).items()}
    return {
        **months(place),
        **records(place),
        "claims": to_the_letter(dict(all_claims(store))),
        "names": to_the_letter(names),
        "progress": to_the_letter(list(all_progress(store))),
        "billed": to_the_letter(list(billed_elsewhere(store))),
        "outcomes": to_the_letter(outcomes),
    }


def rubbish(place: Place) -> set[Key]:
    """Where there is anything that a head could name and none does."""
    named: set[str | None] = set()
    for head in all_heads(place.store):
        named |= {name for _, name in head.documents()} | set(head.restated)
        named |= {head.service_cube, head.person_cube}
    return {
        item.key
        for partition in place.store.partitions()
        if partition.startswith(("day#", "cube#", "restatement#"))
        for item in place.store.query(partition)
        if named.isdisjoint([item.key.sort.partition("#")[2], *item.key.sort.split("#")])
    }
