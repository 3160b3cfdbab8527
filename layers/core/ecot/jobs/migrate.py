"""Bringing an older ledger to this Ecot's schema: copied first, then migrated step by step.

Each step ends with the ledger's mark, by a conditional put: a step that is killed is taken again,
and of two who open the ledger at once both come to the same end.
"""

from collections.abc import Callable
from itertools import count

from ecot.errors import Conflict, LedgerError
from ecot.jobs.recut import check_documents, recut
from ecot.jobs.round import Told, nothing_to_tell
from ecot.store.copies import put_manifest, put_parts, read_manifest
from ecot.store.protocol import Place, Store
from ecot.store.schema import COPIED, FILLING, VERSION, Mark, Marked, put_mark, read_mark, unknown
from ecot.store.whole import all_items, whole_of_items

MIGRATIONS: tuple[Callable[[Place, Told], None], ...] = (recut,)
"""The first leads from schema 1 to 2. Each may be run again, and then writes only what it lacks."""

_TRIES = 20  # each lost race means that somebody else took the step, so this ends


def prepare(place: Place, told: Told = nothing_to_tell) -> str | None:
    """Marks a new ledger, and migrates an older one; then returns where its copy is kept.

    Raises LedgerError, and changes nothing, for a ledger that a later Ecot wrote, for one that is
    still being moved here, and for one whose documents are damaged.
    """
    name = None
    for _ in range(_TRIES):
        marked = read_mark(place.store)
        if marked.mark == Mark(VERSION):
            return name
        refuse_unusable(marked.mark)
        try:
            name = _step(place, marked, told)
        except Conflict:
            continue  # somebody else has opened it too, and was faster
    raise Conflict(
        "Somebody else keeps migrating this ledger",
        remedy="Wait until the other Ecot has ended, then start again.",
    )


def check_usable(store: Store) -> None:
    """Raises LedgerError for a ledger that `prepare` would refuse; reads the mark only."""
    refuse_unusable(read_mark(store).mark)


def refuse_unusable(mark: Mark | None) -> None:
    """Raises LedgerError for a ledger that is newer, or not all here yet."""
    if mark is not None and mark.state == FILLING:
        raise LedgerError(
            "This place is still being filled with a ledger from another place",
            remedy="Run the same `ecot move` again: it goes on where it stopped, "
            "and the place is ready when it is done.",
        )
    if mark is not None and (mark.version > VERSION or _is_leaving(mark)):
        raise unknown(mark)


def _is_leaving(mark: Mark) -> bool:
    """Whether a later Ecot is migrating the ledger from this very schema, which ours has no step
    from."""
    return mark.state == COPIED and mark.version == VERSION


def _step(place: Place, marked: Marked, told: Told) -> str | None:
    """Takes the next step towards this schema. Raises Conflict where somebody else took it."""
    mark = marked.mark
    if mark is None:
        put_mark(place.store, Mark(VERSION), marked.version)
        return None
    if mark.state != COPIED:
        check_documents(place, told)
        name = _copied(place, marked, mark.version, told)
        put_mark(place.store, Mark(mark.version, COPIED, name), marked.version)
        return name
    MIGRATIONS[mark.version - 1](place, told)
    is_last = mark.version + 1 == VERSION
    after = Mark(VERSION) if is_last else mark._replace(version=mark.version + 1)
    put_mark(place.store, after, marked.version)
    return mark.name


def _copied(place: Place, marked: Marked, schema: int, told: Told) -> str:
    """The name of a finished copy of the ledger as it is. One of an earlier migration, to which
    somebody went back, stays; only where there is one the ledger is read for it, and once."""
    told("copies", f"schema-{schema}")
    _refuse_overtaken(place, marked)
    digest = ""
    for number in count(1):
        name = f"schema-{schema}" + (f"-{number}" if number > 1 else "")
        manifest = read_manifest(place.files, name)
        if manifest is None:
            _make_copy(place, marked, schema, name)
            return name
        digest = digest or whole_of_items(all_items(place.store)).digest
        if manifest.digest == digest:
            return name
    raise AssertionError  # there is always another number


def _make_copy(place: Place, marked: Marked, schema: int, name: str) -> None:
    manifest = put_parts(place.files, name, schema, all_items(place.store))
    _refuse_overtaken(place, marked)
    put_manifest(place.files, name, manifest)


def _refuse_overtaken(place: Place, marked: Marked) -> None:
    """A copy that was read while somebody else migrates would be of neither schema."""
    if read_mark(place.store) != marked:
        raise Conflict("Somebody else has begun to migrate this ledger")
