"""Opening a ledger, and the site beside it: in a folder, or in a table and a bucket of AWS."""

import re
from pathlib import Path

from ecot.errors import SettingsError
from ecot.store.folder import Folder as Folder
from ecot.store.heads import all_heads
from ecot.store.protocol import Place as Place
from ecot.store.schema import check_schema
from ecot.store.sqlite import SqliteStore

LEDGER = "ledger.sqlite"
SITE = "site"
_ON_AWS = re.compile(
    r"dynamodb:(?P<table>[A-Za-z0-9_.-]{3,255})"
    r"@(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(?P<prefix>\w[\w.-]*(?:/\w[\w.-]*)*))?"
)
_OTHER = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")  # two letters and more: one is a drive


def open_place(home: Path) -> Place:
    """The ledger in `home`, created where there is none. Raises LedgerError for one that is not
    ours or that a later Ecot wrote."""
    store = SqliteStore(home / LEDGER)
    check_schema(store)
    return Place(store, Folder(home, mode=0o600))


def place_at(address: str) -> Place:
    """The ledger at an address: a folder's path, or `dynamodb:TABLE@BUCKET` (`BUCKET/PREFIX` where
    it shares one); region and credentials are those that boto3 finds. Raises SettingsError for an
    address that is neither."""
    if found := _ON_AWS.fullmatch(address):
        return _on_aws(found["table"], found["bucket"], found["prefix"] or "")
    if not address.strip() or _OTHER.match(address):
        raise SettingsError(
            "{address} is no place for a ledger",
            remedy="Name a folder, or a table and a bucket: dynamodb:TABLE@BUCKET",
            address=repr(address),
        )
    return open_place(Path(address))


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
    store = open_table(table)
    check_schema(store)
    return Place(store, open_bucket(bucket, prefix))


def open_site(home: Path) -> Folder:
    """Where the report is rendered."""
    return Folder(home / SITE)


def is_empty(place: Place) -> bool:
    """Whether the ledger holds no figure at all."""
    return next(all_heads(place.store), None) is None
