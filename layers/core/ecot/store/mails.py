"""Mails in the store: one item a subject, which is the lock under which it is sent, and the bytes
of each mail in a file, for 400 days.

A subject is a kind and a day or a month: "report/2026-10", "alert/2026-11-22". The item is kept for
good: it is small, and whoever asks years later is still told that the mail went out.
"""

import gzip
import zlib
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec

from ecot.model.mail import Mails
from ecot.store.packs import damaged
from ecot.store.protocol import Files, Item, Key, Store

FOLDER = "mail/"
KEPT = timedelta(days=400)
_KIND = "mail#"
_MAILS = msgspec.json.Decoder(Mails)


def mails_key(subject: str) -> Key:
    """Where the mails of a subject lie."""
    kind, _, when = subject.partition("/")
    return Key(f"{_KIND}{kind}", when)


def read_mails(store: Store, subject: str) -> tuple[Mails, int]:
    """The mails of the subject, and their version (0: none yet)."""
    key = mails_key(subject)
    item = store.get([key]).get(key)
    return (_mails(item), item.version) if item else (Mails(subject), 0)


def put_mails(store: Store, mails: Mails, version: int) -> None:
    """Writes the mails. Raises Conflict where somebody else has written since `version`."""
    body = msgspec.json.encode(mails, order="sorted")
    store.put(mails_key(mails.subject), body, if_version=version)


def latest_mails(store: Store, kind: str, most: int) -> list[Mails]:
    """The mails of the kind's last subjects, at most so many, the last first: one query."""
    return [_mails(item) for item in store.latest(f"{_KIND}{kind}", most)]


def all_mails(store: Store) -> Iterator[Mails]:
    """The mails of every subject, by kind and subject."""
    for partition in store.partitions():
        if partition.startswith(_KIND):
            yield from map(_mails, store.query(partition))


def mail_file(day: date, digest: str) -> str:
    """The name under which a mail's bytes are kept: by the day on which it was rendered."""
    return f"{FOLDER}{day}/{digest}.json.gz"


def put_mail_file(files: Files, name: str, body: bytes) -> None:
    """Keeps the bytes."""
    files.put(name, gzip.compress(body, mtime=0))


def read_mail_file(files: Files, name: str) -> bytes | None:
    """The bytes, or None where they are not there any more, or damaged."""
    packed = files.get(name)
    if packed is None:
        return None
    try:
        return gzip.decompress(packed)
    except (OSError, EOFError, zlib.error):
        return None


def expired_mail_files(files: Files, today: date) -> list[str]:
    """The names of the mails that were rendered more than 400 days ago."""
    oldest = str(today - KEPT)
    found = ((name, name.split("/")) for name in files.names(FOLDER))
    return [name for name, parts in found if len(parts) == 3 and parts[1] < oldest]


def _mails(item: Item) -> Mails:
    try:
        return _MAILS.decode(item.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise damaged(item.key) from None
