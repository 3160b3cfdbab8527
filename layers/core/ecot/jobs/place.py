"""Opening a ledger, and the site beside it: in a folder, or in a table and a bucket of AWS."""

import re
from pathlib import Path, PurePath, PurePosixPath
from secrets import token_hex

from ecot.errors import SettingsError
from ecot.jobs.migrate import prepare
from ecot.jobs.round import Told, nothing_to_tell
from ecot.store import made_up
from ecot.store.folder import Folder as Folder
from ecot.store.heads import all_heads
from ecot.store.protocol import Files as Files
from ecot.store.protocol import Place as Place
from ecot.store.schema import read_mark
from ecot.store.sqlite import SqliteStore
from ecot.store.whole import KEPT

LEDGER = "ledger.sqlite"
SITE = "site"
LENT = "lent"
OUTBOX = "outbox"
_ON_AWS = re.compile(
    r"dynamodb:(?P<table>[A-Za-z0-9_.-]{3,255})"
    r"@(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>\w[\w.-]*(?:/\w[\w.-]*)*))?"
)
_OTHER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters and more: one is a drive


def open_place(home: Path, told: Told = nothing_to_tell) -> Place:
    """The ledger in `home`, created where there is none and migrated where it is older. Raises
    LedgerError for one that is not ours, not all there yet, or written by a later Ecot."""
    place = _in_folder(home)
    try:
        prepare(place, told)
    except BaseException:
        place.store.close()
        raise
    return place


def place_at(address: str) -> Place:
    """The place at an address, as it is: nothing is read, marked or migrated.

    An address is a folder's path, or `dynamodb:TABLE@BUCKET` (`BUCKET/PREFIX` where it shares one);
    region and credentials are those that boto3 finds. Raises SettingsError for any other.
    """
    if found := _ON_AWS.fullmatch(address):
        return _on_aws(found["table"], found["bucket"], found["prefix"] or "")
    if not address.strip() or _OTHER.match(address):
        raise SettingsError(
            "{address} is no place for a ledger",
            remedy="Name a folder, or a table and a bucket: dynamodb:TABLE@BUCKET",
            address=repr(address),
        )
    return _in_folder(Path(address))


def has_ledger(address: str) -> bool:
    """Whether a ledger was ever begun there; looking makes none."""
    if not _ON_AWS.fullmatch(address):
        return (Path(address) / LEDGER).exists()
    place = place_at(address)
    try:
        return read_mark(place.store).mark is not None
    finally:
        place.store.close()


def shares(source: str, target: str) -> bool:
    """Whether two addresses have the same table, or the same folder of files: two ledgers there
    would take each other's items or kept answers for their own."""
    tables = [found and found["table"] for found in map(_ON_AWS.fullmatch, (source, target))]
    is_one_table = tables[0] is not None and tables[0] == tables[1]
    return is_one_table or _files_at(source) == _files_at(target)


def is_inside(source: str, target: str) -> bool:
    """Whether the target lies among the source's own files: what is put there would be carried
    along."""
    bucket, folder = _files_at(target)
    kept = [_files_at(f"{source}/{name.rstrip('/')}") for name in KEPT]
    return any(bucket == one and folder.is_relative_to(other) for one, other in kept)


def is_on_aws(address: str) -> bool:
    """Whether the address is one of a table and a bucket."""
    return _ON_AWS.fullmatch(address) is not None


def _files_at(address: str) -> tuple[str, PurePath]:
    """The bucket (none on a disk) and the folder in it."""
    if found := _ON_AWS.fullmatch(address):
        return found["bucket"], PurePosixPath(found["prefix"] or "")
    return "", Path(address).resolve()


def _in_folder(home: Path) -> Place:
    return Place(SqliteStore(home / LEDGER), Folder(home, mode=0o600))


def _on_aws(table: str, bucket: str, prefix: str) -> Place:
    try:
        from ecot.store.dynamodb import open_table
        from ecot.store.s3 import open_bucket
    except ModuleNotFoundError as error:
        if error.name not in ("boto3", "botocore"):
            raise
        raise SettingsError(
            "A ledger on AWS needs boto3, which is not installed here",
            remedy="Install it: pip install 'ecot[aws]'",
        ) from None
    return Place(open_table(table), open_bucket(bucket, prefix))


def open_site(home: Path) -> Folder:
    """Where the report is rendered."""
    return Folder(home / SITE)


def site_at(address: str) -> Files:
    """Where the report of the ledger at the address is rendered: a folder in the ledger's, or
    `site` in its bucket, beside the ledger's own prefix."""
    found = _ON_AWS.fullmatch(address)
    if found is None:
        return open_site(Path(address))
    from ecot.store.s3 import open_bucket

    return open_bucket(found["bucket"], SITE)


def site_link(address: str, name: str, seconds: int, media_type: str) -> str | None:
    """An address under which the file of the site at `address` can be read for so long; None where
    the site is a folder."""
    found = _ON_AWS.fullmatch(address)
    if found is None:
        return None
    from ecot.cloud.presign import presigned

    return presigned(found["bucket"], f"{SITE}/{name}", seconds, media_type)


def lent(address: str, name: str, body: bytes, seconds: int, media_type: str) -> str:
    """Puts a file beside the ledger at `address`, which is on AWS, and gives an address under which
    it can be read for so long. The bucket throws it away by itself within two days."""
    found = _ON_AWS.fullmatch(address)
    if found is None:
        raise ValueError(f"{address} is not on AWS")
    from ecot.cloud.presign import presigned
    from ecot.store.s3 import open_bucket

    place = f"{token_hex(16)}/{name}"
    open_bucket(found["bucket"], LENT).put(place, body)
    return presigned(found["bucket"], f"{LENT}/{place}", seconds, media_type)


def open_outbox(home: Path) -> Folder:
    """Where mails are written that nobody sends: for the owner's eyes alone."""
    return Folder(home / OUTBOX, mode=0o600)


def is_made_up(place: Place) -> bool:
    """Whether the ledger is the demo's."""
    return made_up.is_made_up(place.store)


def is_empty(place: Place) -> bool:
    """Whether the ledger holds no figure at all."""
    return next(all_heads(place.store), None) is None
