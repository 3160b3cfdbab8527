"""A pack: a header and many lines under one stem, cut into items small enough for any store.

Lines are cut before they are compressed, so that a pack of the same lines has the same parts
whoever writes it and with whatever version of zlib: two writers of one pack can only agree.
"""

import gzip
import zlib
from collections.abc import Iterable, Iterator, Sequence

from ecot.errors import LedgerError
from ecot.store.protocol import Item, Key, Store, Write

PART_BYTES = 330_000  # before compression; an item must stay under 350 KB even if nothing shrinks


def pack(stem: Key, header: bytes, lines: Iterable[bytes]) -> Iterator[Write]:
    """What to write for a pack: its parts, and its header.

    The header says how many parts there are, so that a lost one is an error and not a smaller sum.
    A store may write it before a part, and die between them. That is safe, because nothing points
    to the pack yet: its head moves after everything is written, and whoever comes to the same
    content later writes all of it again.
    """
    count = 0
    for part in _parts(lines):
        yield _part_key(stem, count), gzip.compress(part, 6, mtime=0)
        count += 1
    yield stem, b"%d\n" % count + header


def read_pack(store: Store, stem: Key) -> tuple[bytes, Iterator[bytes]]:
    """The header and the lines. Raises LedgerError where the pack, or a part of it, is not there.

    The lines are read as they are asked for, one part in memory at a time.
    """
    items = store.query(stem.partition, stem.sort, stem.sort + "$")
    item = next(items, None)
    if item is None or item.key != stem:
        raise damaged(stem)
    count, _, header = item.body.partition(b"\n")
    return header, _lines(stem, items, int(count))


def read_packs(store: Store, stems: Sequence[Key]) -> Iterator[tuple[Key, bytes, Iterator[bytes]]]:
    """Each pack's stem, header and lines, by one query from the first stem to the last: stems are
    of one partition, in order. Other packs between them are passed over. Raises LedgerError where
    one, or a part of it, is not there.

    Lines are read as they are asked for, and those of a pack before the next pack's.
    """
    if not stems:
        return
    items = store.query(stems[0].partition, stems[0].sort, stems[-1].sort + "$")
    for stem in stems:
        item = next((one for one in items if one.key.sort >= stem.sort), None)
        if item is None or item.key != stem:
            raise damaged(stem)
        count, _, header = item.body.partition(b"\n")
        lines = _lines(stem, items, int(count))
        yield stem, header, lines
        for _ in lines:
            pass  # whoever did not want them all


def _parts(lines: Iterable[bytes]) -> Iterator[bytes]:
    part = bytearray()
    for line in lines:
        if part and len(part) + len(line) >= PART_BYTES:
            yield bytes(part)
            part.clear()
        part += line + b"\n"
    if part:
        yield bytes(part)


def _part_key(stem: Key, number: int) -> Key:
    return Key(stem.partition, f"{stem.sort}#{number:05}")


def _lines(stem: Key, items: Iterator[Item], count: int) -> Iterator[bytes]:
    for number in range(count):
        item = next(items, None)
        if item is None or item.key != _part_key(stem, number):
            raise damaged(_part_key(stem, number))
        yield from unpacked(item.key, item.body).splitlines()


def unpacked(key: Key, body: bytes) -> bytes:
    """What was compressed. Raises LedgerError where the bytes are no longer what they were."""
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        raise damaged(key) from None


def damaged(key: Key) -> LedgerError:
    """The item is missing, or no longer what was written."""
    return LedgerError(
        "The ledger is damaged: {partition} {sort} is missing or was changed",
        remedy="Restore the ledger from an export (ecot import json FILE).",
        partition=key.partition,
        sort=key.sort,
    )
