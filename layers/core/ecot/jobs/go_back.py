"""Going back: a copy that was made before a migration, put into an empty place as it was.

The place then holds a ledger of the older schema with its kept answers, for the Ecot that wrote it;
this Ecot, opening it, would migrate it again.
"""

from functools import partial

from ecot.errors import LedgerError
from ecot.jobs.carry import carry_files, checked
from ecot.jobs.move import begin_filling, refuse_finished
from ecot.jobs.round import Told, nothing_to_tell
from ecot.store.copies import Manifest, finished_copies, read_copy, read_manifest
from ecot.store.protocol import Files, Place
from ecot.store.schema import FILLING, Mark, put_mark, read_mark
from ecot.store.whole import all_items, whole_of_items


def go_back(source: Files, name: str, target: Place, told: Told = nothing_to_tell) -> Manifest:
    """Puts the copy, and the kept files beside it, into the target; what was cut off goes on, and
    where all of it is there already nothing is done.

    Raises LedgerError where there is no such finished copy, where it is damaged, and where the
    target holds anything else; Conflict where somebody else, going back too, has finished first
    (`jobs/carry.py` says what is still written then).
    """
    manifest = _manifest(source, name)
    if read_mark(target.store).mark == Mark(manifest.schema) and _is_there(target, manifest):
        return manifest
    mark = Mark(manifest.schema, FILLING, f"copy-{manifest.digest}")
    version = begin_filling(target, mark)
    check = partial(refuse_finished, target.store, version)
    told("copies", name)
    for batch in checked(read_copy(source, name, manifest), check):
        target.store.put_all(batch)
    carry_files(source, target.files, told, check)
    if not _is_there(target, manifest):
        check()
        raise _otherwise(name)
    put_mark(target.store, Mark(manifest.schema), version)
    return manifest


def _is_there(target: Place, manifest: Manifest) -> bool:
    return whole_of_items(all_items(target.store)).digest == manifest.digest


def _otherwise(name: str) -> LedgerError:
    return LedgerError(
        "What arrived is not what is in the copy {name}",
        remedy="Give another, empty place. The copy is as it was.",
        name=name,
    )


def _manifest(files: Files, name: str) -> Manifest:
    known = finished_copies(files)
    manifest = read_manifest(files, name) if name in known else None
    if manifest is None:
        raise LedgerError(
            "There is no finished copy {name}; there are: {known}",
            remedy="Copies are made before a ledger is migrated, and lie in the folder copies.",
            name=name,
            known=", ".join(known) or "—",
        )
    return manifest
