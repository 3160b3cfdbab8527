"""The book of an account's bills: what may be said next, and what stands after all of it.

Different numbers add; the same number supersedes; nothing is edited (ledger rule 16).
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ecot.errors import LedgerError
from ecot.ledger.settle import grouped
from ecot.model.bill import Entry, Standing


def standing(book: Iterable[Entry]) -> list[Standing]:
    """The bills that stand, voided ones left out, by first day and number.

    A booking is of all bills about the same charges, whichever number it was said of: it is taken
    back from all, and stays with the others when a bill is voided.
    """
    found: dict[str, Standing] = {}
    for entry in book:
        if entry.action == "voided":
            _keep_booking(found, entry.number)
            found.pop(entry.number, None)
        elif entry.bill is not None:
            before = found.get(entry.number)
            found[entry.number] = (
                Standing(entry.bill, before.is_booked, before.entered + 1)
                if before
                else Standing(entry.bill)
            )
        elif entry.action == "booked" and entry.number in found:
            _book(found, [entry.number], is_booked=True)
        else:
            _book(found, _together(found, entry.number), is_booked=False)
    return sorted(found.values(), key=lambda one: (one.bill.first, one.bill.number))


def _keep_booking(found: dict[str, Standing], number: str) -> None:
    if number in found and found[number].is_booked:
        _book(found, _together(found, number), is_booked=True)


def _together(found: Mapping[str, Standing], number: str) -> list[str]:
    """The numbers of the bills that are compared together with this one, itself among them."""
    groups = ([one.bill.number for one in group] for group in grouped(found.values()))
    return next((numbers for numbers in groups if number in numbers), [])


def _book(found: dict[str, Standing], numbers: Iterable[str], *, is_booked: bool) -> None:
    for number in numbers:
        found[number] = msgspec.structs.replace(found[number], is_booked=is_booked)


def said(book: Sequence[Entry], entry: Entry) -> tuple[Entry, ...]:
    """The book with the entry. What stands already is not said again: the book is then as it was.

    Raises LedgerError for a bill that is not there, and for a top-up that is to be booked.
    """
    stand = {one.bill.number: one for one in standing(book)}
    known = stand.get(entry.number)
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
    is_booked = any(stand[number].is_booked for number in _together(stand, entry.number))
    is_so = entry.action != "voided" and is_booked == (entry.action == "booked")
    return tuple(book) if is_so else (*book, entry)
