"""Moving a whole ledger to another place: marked, carried, compared, and only then ready.

The source is migrated first where it is older, and copied before that as ever. A move itself never
changes it, but for a name that it is given once, by which one that was cut off recognises what it
had begun.
"""

import secrets
from functools import partial

import msgspec

from ecot.errors import Conflict, LedgerError
from ecot.jobs.carry import Carried, carry_files, carry_items
from ecot.jobs.migrate import prepare
from ecot.jobs.round import Told, nothing_to_tell
from ecot.store.protocol import Key, Place, Store
from ecot.store.schema import FILLING, VERSION, Mark, put_mark, read_mark
from ecot.store.whole import Whole, all_items, is_bare, whole_of_files, whole_of_items

_ID = Key("ledger", "id")


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """What is at the target now, equal to the source, and what this run had to do for it."""

    items: int
    items_written: int
    items_removed: int
    items_digest: str
    files: int
    files_written: int
    files_removed: int
    files_digest: str


def move(source: Place, target: Place, told: Told = nothing_to_tell) -> Moved:
    """Makes the target the same ledger as the source, which is migrated first where it is older.

    A move that was cut off goes on, and one that was finished is only compared. Raises LedgerError
    where there is nothing to move, where the target holds anything else, and where the two differ
    in the end; until they are equal nobody can open the target. Raises Conflict where the same
    move, run elsewhere, has finished first (`jobs/carry.py` says what is still written then).
    """
    _refuse_nothing(source)
    prepare(source, told)
    name = _identity(source.store)
    if _was_moved(target.store, name):
        return _moved(_again(source, target, told), Carried(0, 0), Carried(0, 0))
    version = begin_filling(target, Mark(VERSION, FILLING, name))
    check = partial(refuse_finished, target.store, version)
    items = carry_items(source.store, target.store, told, check)
    files = carry_files(source.files, target.files, told, check)
    check()
    wholes = _compared(source, target, told)
    put_mark(target.store, Mark(VERSION), version)
    return _moved(wholes, items, files)


def begin_filling(target: Place, mark: Mark) -> int:
    """Marks the target as being filled, and returns the mark's version. Raises LedgerError where
    anything is there that was not begun under the same name, and Conflict where somebody else has
    filled it meanwhile."""
    there, version = read_mark(target.store)
    if there == mark:
        return version
    is_ours = there is not None and there[1:] == mark[1:]
    is_free = there is None or not there.state
    if not is_ours and not (is_free and is_bare(target)):
        raise _occupied()
    put_mark(target.store, mark, version)
    there, version = read_mark(target.store)
    if there != mark:
        raise _finished()
    return version


def _refuse_nothing(source: Place) -> None:
    if read_mark(source.store).mark is None:
        raise LedgerError(
            "There is no ledger to move",
            remedy="Say with --from where the ledger is; nothing was moved.",
        )


def refuse_finished(store: Store, version: int) -> None:
    """Raises Conflict where the same move, run twice, has been finished by the other one: what was
    written there since is not to be taken for a leftover."""
    if read_mark(store).version != version:
        raise _finished()


def _finished() -> Conflict:
    return Conflict(
        "Somebody else has just moved this ledger there",
        remedy="Go on with the ledger there: it is complete.",
    )


def _occupied() -> LedgerError:
    return LedgerError(
        "There is already something else where the ledger is to go",
        remedy="Give an empty place; nothing was moved.",
    )


def _identity(store: Store) -> str:
    """The ledger's own name, given to it where it has none yet."""
    if (name := _name_of(store)) is None:
        try:
            store.put(_ID, secrets.token_hex(8).encode(), if_version=0)
        except Conflict:
            pass  # somebody else has just named it
        name = _name_of(store)
    if name is None:
        raise Conflict(
            "Somebody else is emptying the ledger that is to move",
            remedy="Look whether it is still there, then start again; nothing was moved.",
        )
    return name


def _name_of(store: Store) -> str | None:
    item = store.get([_ID]).get(_ID)
    return None if item is None else item.body.decode()


def _was_moved(store: Store, name: str) -> bool:
    return read_mark(store).mark == Mark(VERSION) and _name_of(store) == name


def _again(source: Place, target: Place, told: Told) -> tuple[Whole, Whole]:
    """The wholes of a target that was finished earlier, if nobody has written to either since."""
    ours, theirs = (_wholes(place, told) for place in (source, target))
    if ours != theirs:
        raise LedgerError(
            "This ledger was moved there before, and one of the two has changed since",
            remedy="Go on with the one that you collect into, or give an empty place; "
            "nothing was moved.",
        )
    return ours


def _compared(source: Place, target: Place, told: Told) -> tuple[Whole, Whole]:
    """The wholes of items and files that both places share. Raises LedgerError where they do
    not."""
    ours, theirs = (_wholes(place, told) for place in (source, target))
    if ours != theirs:
        raise LedgerError(
            "What arrived is not what is at the source: it was written to meanwhile",
            remedy="Run the same `ecot move` again while nothing collects; "
            "only what differs is copied, and the source is as it was.",
        )
    return ours


def _wholes(place: Place, told: Told) -> tuple[Whole, Whole]:
    told("move", "comparing")
    return whole_of_items(all_items(place.store)), whole_of_files(place.files)


def _moved(wholes: tuple[Whole, Whole], items: Carried, files: Carried) -> Moved:
    of_items, of_files = wholes
    return Moved(
        items=of_items.size,
        items_written=items.written,
        items_removed=items.removed,
        items_digest=of_items.digest,
        files=of_files.size,
        files_written=files.written,
        files_removed=files.removed,
        files_digest=of_files.digest,
    )
