"""The whole ledger as one JSON document: written as a stream, one part a line, and read back.

Export, reset, import and export again give the same bytes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ecot.errors import LedgerError
from ecot.jobs.plain_json import plain_json
from ecot.ledger.commit import cut_anew
from ecot.model.answer import Evidence
from ecot.model.bill import Entry
from ecot.model.document import Document
from ecot.model.head import Head
from ecot.model.mail import Mails
from ecot.model.outcome import Outcome, Progress, Restatement
from ecot.model.period import Month
from ecot.model.rows import Name
from ecot.store.bills import all_books
from ecot.store.documents import read_documents
from ecot.store.evidence import read_evidence
from ecot.store.heads import all_heads
from ecot.store.made_up import is_made_up
from ecot.store.mails import all_mails
from ecot.store.protocol import Place
from ecot.store.rates import RatesOfMonth, all_rates
from ecot.store.records import (
    all_claims,
    all_names,
    all_outcomes,
    all_progress,
    restatements_of,
)
from ecot.store.schema import VERSION

FORMAT = "ecot-ledger"


class KeptAnswer(msgspec.Struct, frozen=True):
    """A kept answer under its name."""

    name: str
    evidence: Evidence


class NamesOf(msgspec.Struct, frozen=True):
    """What an account's provider calls its ids."""

    account: str
    names: list[Name]


class BookOf(msgspec.Struct, frozen=True):
    """An account's book of bills."""

    account: str
    entries: tuple[Entry, ...]


class RatesIn(msgspec.Struct, frozen=True):
    """The exchange rates of a month."""

    month: Month
    rates: RatesOfMonth


class Dump(msgspec.Struct, frozen=True, kw_only=True):
    """A whole ledger; `demo` says that it is made up. Cubes are left out: they are made anew from
    the documents. Exports of before there were exchange rates or mails have none. Of mails it has
    that they were sent, and not what they said."""

    format: str
    schema: int
    claims: Mapping[str, Mapping[str, str]]
    names: list[NamesOf]
    progress: list[Progress]
    outcomes: list[Outcome]
    heads: list[Head]
    documents: list[Document]
    restatements: list[Restatement]
    evidence: list[KeptAnswer]
    bills: list[BookOf] = []
    rates: list[RatesIn] = []
    mails: list[Mails] = []
    demo: bool = False


def write_dump(
    place: Place,
    first: Month | None = None,
    last: Month | None = None,
    *,
    people: bool = False,
    runs: bool = True,
) -> Iterator[bytes]:
    """The ledger as JSON, part by part. `first` and `last` (inside) choose whole months of figures;
    what belongs to no month comes along, but how far accounts were read only with all months.
    Persons are under their pseudonyms; with `people` their names are written beside. Without `runs`
    it has neither their outcomes nor the answers that they kept, and no mail."""
    heads = [
        head
        for head in all_heads(place.store)
        if (first is None or first <= head.month) and (last is None or head.month <= last)
    ]
    yield b'{"format":"%s","schema":%d' % (FORMAT.encode(), VERSION)
    if is_made_up(place.store):
        yield b',"demo":true'
    yield b',\n"claims":' + plain_json(dict(all_claims(place.store)))
    yield from _list("names", _names(place, people=people))
    is_whole = first is None and last is None
    yield from _list("progress", all_progress(place.store) if is_whole else ())
    yield from _list("outcomes", all_outcomes(place.store) if runs else ())
    yield from _list("heads", heads)
    yield from _list("documents", _documents(place, heads))
    yield from _list("restatements", _restatements(place, heads))
    yield from _list("evidence", _evidence(place, heads) if runs else ())
    books = (BookOf(account, book) for account, book in all_books(place.store))
    yield from _list("bills", books)
    yield from _list("rates", _rates(place, first, last))
    yield from _list("mails", all_mails(place.store) if runs else ())
    yield b"}\n"


def read_dump(text: bytes, file: str) -> Dump:
    """The ledger that the JSON holds, its heads cut anew where an earlier Ecot wrote them. Raises
    LedgerError where it is not one, or a newer one."""
    remedy = "Give a file that `ecot export --format json` wrote; nothing was imported."
    try:
        dump = msgspec.json.decode(text, type=Dump)
    except (msgspec.DecodeError, ValueError) as error:
        raise LedgerError(
            "{file} is not an exported ledger: {why}", remedy=remedy, file=file, why=error
        ) from None
    if dump.format != FORMAT or not 0 < dump.schema <= VERSION:
        raise LedgerError(
            "{file} is in format {format} {schema}; this Ecot reads {known}",
            remedy=remedy,
            file=file,
            format=dump.format,
            schema=dump.schema,
            known=VERSION,
        )
    return dump if dump.schema == VERSION else _cut_anew(dump)


def _cut_anew(dump: Dump) -> Dump:
    """A dump of an older schema as this one would have written it. A head without its documents
    stays as it is: it is refused where it would be imported."""
    documents = {(one.account, one.day, one.name): one for one in dump.documents}
    heads = []
    for head in dump.heads:
        named = [documents.get((head.account, *one)) for one in head.documents()]
        found = [document for document in named if document is not None]
        heads.append(cut_anew(head, found).head if len(found) == len(named) else head)
    return msgspec.structs.replace(dump, schema=VERSION, heads=heads)


def _names(place: Place, *, people: bool) -> Iterator[NamesOf]:
    for account, found in all_names(place.store).items():
        told = [name for name in found if people or name.dimension != "user"]
        if told:
            yield NamesOf(account, told)


def _documents(place: Place, heads: Iterable[Head]) -> Iterator[Document]:
    for head in heads:
        yield from read_documents(place.store, head.account, head.documents())


def _restatements(place: Place, heads: Iterable[Head]) -> Iterator[Restatement]:
    for head in heads:
        yield from restatements_of(place.store, head)


def _evidence(place: Place, heads: Iterable[Head]) -> Iterator[KeptAnswer]:
    names = {
        name
        for document in _documents(place, heads)
        for of_feed in document.evidence.values()
        for name in of_feed
    }
    for name in sorted(names):
        if (evidence := read_evidence(place.files, name)) is not None:
            yield KeptAnswer(name, evidence)


def _rates(place: Place, first: Month | None, last: Month | None) -> Iterator[RatesIn]:
    """Those of the chosen months, and of the month before: its last ones are used on their first
    days."""
    for month, rates in all_rates(place.store):
        is_early = first is not None and month.next() < first
        if not is_early and (last is None or month <= last):
            yield RatesIn(month, rates)


def _list(name: str, parts: Iterable[Any]) -> Iterator[bytes]:
    yield b',\n"%s":[' % name.encode()
    for number, part in enumerate(parts):
        yield (b",\n" if number else b"\n") + plain_json(part)
    yield b"]"
