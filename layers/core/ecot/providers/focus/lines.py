"""FOCUS files, from the bytes on disk to one mapping of column to text a row.

Nothing here knows what a column means. An absent value (empty, NULL, null) is left out of the
mapping, so that it can never be mistaken for a zero. Lines are read one by one: a file of any
length takes the memory of its longest line.
"""

import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from io import BytesIO, TextIOWrapper
from itertools import chain
from typing import IO, NamedTuple, cast

import msgspec

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.providers.focus.columns import REQUIRED, canonical, object_texts
from ecot.providers.people import People

GZIP = b"\x1f\x8b"
LONGEST = (
    8 * 1024 * 1024
)  # characters of a line or field: tags of a cluster are long, not this long
FORMAT = "give a FOCUS 1.0 to 1.4 cost and usage file: CSV with commas or JSONL, in UTF-8, or .gz"
AGAIN = "export or download the file again; nothing was imported"


class Line(NamedTuple):
    """One row of the file: the line on which it starts, and what its columns say."""

    file: str
    number: int
    cells: Mapping[str, str]


def lines(answer: Answer) -> Iterator[Line]:
    """Every row of the file, in order. Raises UnexpectedAnswer where the file is not readable."""
    file = answer.endpoint
    with _readable(file):
        texts = _texts(answer.body, file)
        first = next(texts, "")
        read = _json_lines if first.lstrip().startswith("{") else _csv_lines
        yield from read(chain([first], texts), file)


def json_lines(answer: Answer) -> Iterator[Line]:
    """Every row of an answer that is one JSON object a line; an empty one has none."""
    with _readable(answer.feed):
        yield from _json_lines(_texts(answer.body, answer.feed), answer.feed)


def without_people(answer: Answer, people: People) -> Answer:
    """The file without who people are, compressed as it was; its very bytes where it names
    nobody."""
    file, body = people.hidden(answer.endpoint), answer.body
    with _readable(file):
        if any(people.hidden(text) != text for text in _texts(body, file)):
            body = _rewritten(body, map(people.hidden, _texts(body, file)))
    return msgspec.structs.replace(answer, endpoint=file, body=body)


def _rewritten(body: bytes, texts: Iterable[str]) -> bytes:
    """The lines in the place of the file's, which is compressed or not."""
    kept = BytesIO()
    if not body.startswith(GZIP):
        kept.writelines(text.encode() for text in texts)
        return kept.getvalue()
    with gzip.GzipFile(fileobj=kept, mode="wb", mtime=0) as packed:
        packed.writelines(text.encode() for text in texts)
    return kept.getvalue()


@contextmanager
def _readable(file: str) -> Iterator[None]:
    """What goes wrong with the bytes themselves, as a sentence."""
    try:
        yield
    except UnicodeDecodeError:
        raise UnexpectedAnswer("{file} is not text in UTF-8", remedy=FORMAT, file=file) from None
    except (EOFError, OSError, zlib.error):
        raise UnexpectedAnswer(
            "{file} is damaged: it ends too early or was changed after it was compressed",
            remedy=AGAIN,
            file=file,
        ) from None


def _texts(body: bytes, file: str) -> Iterator[str]:
    """The lines of the file, decompressed and decoded, with their line ends."""
    stored = BytesIO(body)
    packed = body.startswith(GZIP)
    stream = cast(IO[bytes], gzip.GzipFile(fileobj=stored)) if packed else stored
    with TextIOWrapper(stream, encoding="utf-8-sig", newline="") as text:
        for number, line in enumerate(iter(partial(text.readline, LONGEST), ""), start=1):
            if len(line) == LONGEST:
                raise UnexpectedAnswer(
                    "{file}, line {line}: longer than {limit} characters",
                    remedy=FORMAT,
                    file=file,
                    line=number,
                    limit=LONGEST,
                )
            yield line


def _csv_lines(texts: Iterable[str], file: str) -> Iterator[Line]:
    """CSV as in RFC 4180; strict, so that a lost quote is an error and not a shifted column."""
    csv.field_size_limit(LONGEST)
    rows = csv.reader(texts, strict=True)
    try:
        header = _header(next(rows, []), file)
        before = rows.line_num
        for values in rows:
            if values:
                yield Line(file, before + 1, _cells(header, values, file, before + 1))
            before = rows.line_num
    except csv.Error as error:
        raise UnexpectedAnswer(
            "{file}, line {line}: not CSV ({problem})",
            remedy=AGAIN,
            file=file,
            line=rows.line_num,
            problem=error,
        ) from None


def _header(names: list[str], file: str) -> list[str]:
    header = [
        canonical(name.strip() or str(position)) for position, name in enumerate(names, start=1)
    ]
    for name in header:
        if header.count(name) > 1:
            raise _twice(file, 1, name)
    for name in REQUIRED:
        if name not in header:
            raise UnexpectedAnswer(
                "{file} has no column {column}", remedy=FORMAT, file=file, column=name
            )
    return header


def _cells(header: list[str], values: list[str], file: str, line: int) -> dict[str, str]:
    if len(values) != len(header):
        raise UnexpectedAnswer(
            "{file}, line {line}: {values} values for {columns} columns",
            remedy=AGAIN,
            file=file,
            line=line,
            values=len(values),
            columns=len(header),
        )
    return {
        name: value
        for name, value in zip(header, values, strict=True)
        if value.strip().lower() not in ("", "null")
    }


def _json_lines(texts: Iterable[str], file: str) -> Iterator[Line]:
    """One JSON object a line; numbers stay as they are written, and never become floats."""
    for number, text in enumerate(texts, start=1):
        if not text.strip():
            continue
        try:
            members = object_texts(text)
        except (msgspec.DecodeError, RecursionError):
            raise UnexpectedAnswer(
                "{file}, line {line}: not a JSON object", remedy=AGAIN, file=file, line=number
            ) from None
        names = [canonical(name) for name in members]
        for name in names:
            if names.count(name) > 1:
                raise _twice(file, number, name)
        yield Line(file, number, _cells(names, list(members.values()), file, number))


def _twice(file: str, line: int, column: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        "{file}, line {line}: the column {column} is there twice",
        remedy="remove one of the two; nothing was imported",
        file=file,
        line=line,
        column=column,
    )
