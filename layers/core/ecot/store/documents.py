"""Day documents and cubes in the store: immutable packs, named by their content."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

import msgspec

from ecot.model.cells import Cell
from ecot.model.cube import Cube, CubeKind
from ecot.model.document import Document
from ecot.model.period import Month
from ecot.model.rows import AnyRow
from ecot.store.packs import pack, read_pack, read_packs
from ecot.store.protocol import Key, Store, Write
from ecot.store.writes import put_stream


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a document says about itself beside its rows."""

    account: str
    day: date
    first_read: datetime
    run: str
    evidence: Mapping[str, tuple[str, ...]] = {}


class _Line(msgspec.Struct, frozen=True, array_like=True):
    feed: str
    row: AnyRow


_HEADER = msgspec.json.Decoder(Header)
_LINE = msgspec.json.Decoder(_Line)
_CELL = msgspec.json.Decoder(Cell)


def put_document(store: Store, document: Document) -> None:
    """Writes the document under its name; writing it again changes nothing but when it was read."""
    put_stream(store, document_writes(document))


def document_writes(document: Document) -> Iterator[Write]:
    """What to write for the document."""
    header = Header(
        account=document.account,
        day=document.day,
        first_read=document.first_read,
        run=document.run,
        evidence=document.evidence,
    )
    lines = (
        msgspec.json.encode(_Line(feed, row), order="sorted")
        for feed in sorted(document.feeds)
        for row in document.feeds[feed]
    )
    stem = document_key(document.account, document.day, document.name)
    return pack(stem, msgspec.json.encode(header, order="sorted"), lines)


def read_document(store: Store, account: str, day: date, name: str) -> Document:
    """The whole document. Raises LedgerError where it is missing."""
    return _whole(*stream_document(store, account, day, name))


def read_documents(
    store: Store, account: str, named: Iterable[tuple[date, str]]
) -> Iterator[Document]:
    """The whole documents of an account, by day: one query for all of them."""
    return (_whole(*found) for found in stream_documents(store, account, named))


def _whole(header: Header, lines: Iterable[tuple[str, AnyRow]]) -> Document:
    feeds: dict[str, list[AnyRow]] = {}
    for feed, row in lines:
        feeds.setdefault(feed, []).append(row)
    return Document(
        account=header.account,
        day=header.day,
        feeds={feed: tuple(rows) for feed, rows in feeds.items()},
        first_read=header.first_read,
        run=header.run,
        evidence=header.evidence,
    )


def stream_document(
    store: Store, account: str, day: date, name: str
) -> tuple[Header, Iterator[tuple[str, AnyRow]]]:
    """The document's header, and its rows with their feeds, one part in memory at a time."""
    return _decoded(*read_pack(store, document_key(account, day, name)))


def stream_documents(
    store: Store, account: str, named: Iterable[tuple[date, str]]
) -> Iterator[tuple[Header, Iterator[tuple[str, AnyRow]]]]:
    """The same of many documents of an account, by day: one query for all of them. The rows of one
    are to be read before the next."""
    stems = [document_key(account, day, name) for day, name in sorted(named)]
    return (_decoded(header, lines) for _, header, lines in read_packs(store, stems))


def _decoded(
    header: bytes, lines: Iterable[bytes]
) -> tuple[Header, Iterator[tuple[str, AnyRow]]]:
    decoded = (_LINE.decode(line) for line in lines)
    return _HEADER.decode(header), ((line.feed, line.row) for line in decoded)


def document_key(account: str, day: date, name: str) -> Key:
    """Where a document's header lies; its parts follow it."""
    return Key(f"day#{account}", f"{day}#{name}")


def put_cube(store: Store, cube: Cube) -> None:
    """Writes the cube under its name."""
    put_stream(store, cube_writes(cube))


def cube_writes(cube: Cube) -> Iterator[Write]:
    """What to write for the cube."""
    lines = (msgspec.json.encode(cell, order="sorted") for cell in cube.cells)
    return pack(cube_key(cube.account, cube.month, cube.kind, cube.name), b"{}", lines)


def read_cube(store: Store, account: str, month: Month, kind: CubeKind, name: str) -> Cube:
    """The cube. Raises LedgerError where it is missing."""
    _, lines = read_pack(store, cube_key(account, month, kind, name))
    cells = tuple(_CELL.decode(line) for line in lines)
    return Cube(account=account, month=month, kind=kind, cells=cells)


def cube_key(account: str, month: Month, kind: CubeKind, name: str) -> Key:
    """Where a cube's header lies."""
    return Key(f"cube#{account}", f"{month}#{kind}#{name}")
