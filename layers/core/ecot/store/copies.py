"""Copies of a whole ledger as files: its items as they are, for going back after a migration.

`copies/NAME/00000-<digest>.jsonl.gz` holds `[partition, sort, body]` a line, the body in base64.
The manifest is written last: a copy without one was never finished. Parts are named by their
content, so that whoever writes the same copy a second time spoils nothing of the first.
"""

import gzip
from collections.abc import Iterable, Iterator
from hashlib import blake2b

import msgspec

from ecot.errors import LedgerError
from ecot.store.protocol import Files, Item, Key
from ecot.store.whole import whole_of_items

FOLDER = "copies/"
PART_BYTES = 4_000_000  # before compression: what a reader holds in memory
_MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A finished copy: of a ledger of which schema, how many items, their digest, its parts."""

    schema: int
    items: int
    digest: str
    parts: tuple[str, ...]


class _Line(msgspec.Struct, frozen=True, array_like=True):
    partition: str
    sort: str
    body: bytes


_READ_MANIFEST = msgspec.json.Decoder(Manifest)
_READ_LINE = msgspec.json.Decoder(_Line)


def put_parts(files: Files, name: str, schema: int, items: Iterable[Item]) -> Manifest:
    """Writes the items, one part in memory at a time, and returns the manifest to put last."""
    parts: list[str] = []

    def written() -> Iterator[Item]:
        lines = bytearray()
        for item in items:
            lines += msgspec.json.encode(_Line(*item.key, item.body)) + b"\n"
            if len(lines) >= PART_BYTES:
                parts.append(_put_part(files, name, len(parts), bytes(lines)))
                lines.clear()
            yield item
        if lines:
            parts.append(_put_part(files, name, len(parts), bytes(lines)))

    whole = whole_of_items(written())
    return Manifest(schema=schema, items=whole.size, digest=whole.digest, parts=tuple(parts))


def put_manifest(files: Files, name: str, manifest: Manifest) -> None:
    """Finishes the copy."""
    files.put(f"{FOLDER}{name}/{_MANIFEST}", msgspec.json.format(msgspec.json.encode(manifest)))


def read_manifest(files: Files, name: str) -> Manifest | None:
    """The copy's manifest; None where there is no such copy, or it was never finished. Raises
    LedgerError for one that cannot be read."""
    body = files.get(f"{FOLDER}{name}/{_MANIFEST}")
    try:
        return None if body is None else _READ_MANIFEST.decode(body)
    except msgspec.DecodeError:
        raise _unreadable(name) from None


def read_copy(files: Files, name: str, manifest: Manifest) -> Iterator[tuple[Key, bytes]]:
    """The items of the copy, one part in memory at a time. Raises LedgerError for a part that is
    missing or was changed."""
    for part in manifest.parts:
        packed = files.get(f"{FOLDER}{name}/{part}")
        if packed is None or _part_name(part.partition("-")[0], packed) != part:
            raise _spoilt(name)
        for text in gzip.decompress(packed).splitlines():
            line = _READ_LINE.decode(text)
            yield Key(line.partition, line.sort), line.body


def finished_copies(files: Files) -> list[str]:
    """The names of the copies that a person can go back to."""
    found = (name.removeprefix(FOLDER).partition("/") for name in files.names(FOLDER))
    return sorted(name for name, _, file in found if file == _MANIFEST)


def _put_part(files: Files, name: str, number: int, lines: bytes) -> str:
    packed = gzip.compress(lines, 6, mtime=0)
    part = _part_name(f"{number:05}", packed)
    files.put(f"{FOLDER}{name}/{part}", packed)
    return part


def _part_name(number: str, packed: bytes) -> str:
    return f"{number}-{blake2b(packed, digest_size=8).hexdigest()}.jsonl.gz"


def _spoilt(name: str) -> LedgerError:
    return LedgerError(
        "The copy {name} is damaged: a part of it is missing or was changed",
        remedy="Use another copy, or an export; what arrived is no ledger.",
        name=name,
    )


def _unreadable(name: str) -> LedgerError:
    """Asked for it was by somebody who goes back, or by a migration that looks for its copy."""
    return LedgerError(
        "The copy {name} is damaged: its manifest cannot be read",
        remedy="Nothing was changed. To migrate, first put the folder copies/{name} elsewhere; "
        "to go back, use another copy, or an export.",
        name=name,
    )
