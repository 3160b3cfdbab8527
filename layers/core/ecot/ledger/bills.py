"""The book of an account's bills: what may be said next, and what stands after all of it.

Different numbers add; the same number supersedes; nothing is edited (ledger rule 16).
"""

from collections.abc import Iterable, Sequence

import msgspec

from ecot.errors import LedgerError
from ecot.model.bill import Entry, Standing


def standing(book: Iterable[Entry]) -> list[Standing]:
    """The bills that stand, voided ones left out, by first day and number."""
    found: dict[str, Standing] = {}
    for entry in book:
        if entry.action == "voided":
            found.pop(entry.number, None)
        elif entry.bill is not None:
            before = found.get(entry.number)
            found[entry.number] = (
                Standing(entry.bill, before.is_booked, before.entered + 1)
                if before
                else Standing(entry.bill)
            )
        elif entry.number in found:
            booked = entry.action == "booked"
            found[entry.number] = msgspec.structs.replace(found[entry.number], is_booked=booked)
    return sorted(found.values(), key=lambda one: (one.bill.first, one.bill.number))


def said(book: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """The book with the entry. What stands already is not said again: the book is then as it was.

    Raises LedgerError for a bill that is not there, and for a top-up that is to be booked.
    """
    known = {one.bill.number: one for one in standing(book)}.get(entry.number)
    if entry.bill is not None:
        return tuple(book) if known and known.bill == entry.bill else (*book, entry)
    if known is None:
        raise LedgerError(
            "There is no bill {number} that stands",
            remedy="`ecot bill list` shows those that do.",
            number=entry.number,
        )
    if entry.action != "voided" and known.bill.kind == "top-up":
        raise LedgerError(
            "{number} is a top-up: it moves a balance and has no gap that could be booked",
            remedy="Enter the invoice of what was used, and book that.",
            number=entry.number,
        )
    is_so = entry.action != "voided" and known.is_booked == (entry.action == "booked")
    return tuple(book) if is_so else (*book, entry)
