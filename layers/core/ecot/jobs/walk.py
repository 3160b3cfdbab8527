"""Walking a figure back: from a row of the ledger to the place in the answer that stated it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from ecot.jobs.focus_files import BY_BILLING_ACCOUNT
from ecot.jobs.known import provider
from ecot.jobs.rows import Found
from ecot.ledger.accruals import counter, counter_of
from ecot.ledger.reading import by_day
from ecot.model.answer import Answer, Evidence, Parsed
from ecot.model.rows import AnyRow, Balance, Charge, Name, Row, Usage, provider_of
from ecot.providers import focus
from ecot.providers.focus.lines import json_lines, lines
from ecot.providers.reading import decoded
from ecot.store.evidence import read_evidence
from ecot.store.protocol import Files

LINE = "line "  # so begins a place in a file or in JSON lines; in JSON it is a pointer


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """One place in one kept answer that states (a part of) a row, and what stands there."""

    evidence: str
    endpoint: str
    read_at: datetime
    run: str
    place: str
    raw: Any


class Kept(NamedTuple):
    """A kept answer taken apart: the places that state each row (by its key), those of what
    charges are worked out from (usage that is priced, counters of money owed), and what stands at
    them."""

    evidence: Evidence
    places: Mapping[bytes, Sequence[str]]
    behind: Mapping[object, Sequence[str]]
    content: Any

    def places_of(self, row: Any) -> Sequence[str]:
        """Where the row is stated, else what it was worked out from."""
        stated = self.places.get(row.key())
        if stated is not None or not isinstance(row, Charge):
            return stated or ()
        return self.behind.get(_dimensions(row)) or self.behind.get(counter_of(row)) or ()


class Walk:
    """Traces rows back through the kept answers, each of which is read and taken apart once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._opened = lru_cache(maxsize=8)(self._open)

    def traces(self, found: Found[Any]) -> list[Trace]:
        """Every place that states the row. Empty for what nobody answered (a plan), and for
        answers that were swept after 400 days."""
        names = found.header.evidence.get(found.feed, ())
        return [trace for name in names for trace in self._traces(name, found)]

    def _traces(self, name: str, found: Found[Any]) -> Iterator[Trace]:
        kept = self._opened(name, found.account)
        if kept is None:
            return
        for place in kept.places_of(found.row):
            yield Trace(
                evidence=name,
                endpoint=kept.evidence.answer.endpoint,
                read_at=kept.evidence.read_at,
                run=kept.evidence.run,
                place=place,
                raw=_raw(kept.content, place),
            )

    def _open(self, name: str, account: str) -> Kept | None:
        evidence = read_evidence(self._files, name)
        if evidence is None:
            return None
        places: dict[bytes, list[str]] = {}
        in_lines = False
        behind: dict[object, list[str]] = {}
        for parsed in _parsed(evidence, account):
            in_lines = in_lines or parsed.place.startswith(LINE)
            for part in by_day(parsed.row) if not isinstance(parsed.row, Name) else ():
                places.setdefault(part.key(), []).append(parsed.place)
                if (whole := _charged_as(part)) is not None:
                    behind.setdefault(whole, []).append(parsed.place)
        return Kept(evidence, places, behind, _content(evidence.answer, in_lines))


def _charged_as(row: AnyRow) -> object:
    """What charges that are worked out from the row have in common with it; None: there are
    none."""
    if isinstance(row, Usage):
        return _dimensions(row)
    return counter(row) if isinstance(row, Balance) and row.accrues else None


def _dimensions(row: Row) -> bytes:
    """The dimensions that a charge has of the usage that it prices."""
    return msgspec.json.encode(
        [getattr(row, name) for name in Row.__struct_fields__], order="sorted"
    )


def _parsed(evidence: Evidence, account: str) -> Iterator[Parsed]:
    """What the answer says about the account, understood as it was when it was read: parsing has
    no clock and no network. A file may hold several accounts, with rows of equal keys."""
    if evidence.account == BY_BILLING_ACCOUNT:
        return (row.parsed for row in focus.rows(evidence.answer) if row.account == account)
    if evidence.answer.feed == focus.FEED:
        return focus.parse(evidence.answer)
    return provider(provider_of(evidence.account)).parse(evidence.answer)


def _content(answer: Answer, in_lines: bool) -> Any:
    """The answer decoded: JSON, or the columns of each line of a file or of JSON lines."""
    if not in_lines:
        return decoded(answer.body)
    read = lines if answer.feed == focus.FEED else json_lines
    return {f"{LINE}{line.number}": dict(line.cells) for line in read(answer)}


def _raw(content: Any, place: str) -> Any:
    """What stands at a line, or at the end of a JSON pointer."""
    if not place.startswith("/"):
        return content[place]
    for escaped in place.removeprefix("/").split("/"):
        step = escaped.replace("~1", "/").replace("~0", "~")
        content = content[int(step)] if isinstance(content, list) else content[step]
    return content
