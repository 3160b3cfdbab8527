"""The pages of where figures come from: one a month, read from the rows themselves.

They are the only pages that read rows, and they do so again only when the month has changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from ecot.analysis.sums import converted
from ecot.jobs.site.history import History
from ecot.jobs.site.shelf import Page, Stamped, stamp_of
from ecot.model.figure import Figure
from ecot.model.head import Head
from ecot.model.money import total
from ecot.model.period import Month
from ecot.model.rows import AnyRow, Basis, Charge
from ecot.report.frame import in_both
from ecot.report.shell import Shell
from ecot.report.sources import Feed, Source, SourcesFacts, Stated, sources_stem, sources_view
from ecot.store.documents import Header, stream_documents
from ecot.store.evidence import read_evidence


def pages(history: History, shell: Shell) -> Iterator[Stamped]:
    """Each month's page in both languages."""
    for month in history.months:
        yield _page(history, shell, month)


def _page(history: History, shell: Shell, month: Month) -> Stamped:
    read_at = {one.account: one.at for one in history.outcomes}
    confirmed = {head.account: _confirmed(head, read_at) for head in history.heads(month)}
    stem = sources_stem(month)

    def make() -> Iterator[Page]:
        view = sources_view(sources_facts(history, month, confirmed))
        return in_both(shell, stem, "sources.html", ("sources.css",), view=view, is_settled=True)

    return Stamped(stem, stamp_of(history.content(month), shell.around, confirmed), make)


def sources_facts(
    history: History, month: Month, confirmed: Mapping[str, datetime | None]
) -> SourcesFacts:
    """Everything that the page may show."""
    settled = history.month(month, "service")
    by_account: dict[str, list[Figure]] = {}
    for figure in settled.figures:
        by_account.setdefault(figure.account, []).append(figure)
    found = []
    for head in history.heads(month):
        own = by_account.get(head.account, [])
        found.append(
            Source(
                account=head.account,
                feeds=tuple(_feeds(history, head)),
                confirmed=confirmed[head.account],
                models=tuple(sorted({one.cell.model for one in own if one.cell.model})),
                converted=converted(own),
                bills=tuple(one for one in settled.bills if one.account == head.account),
            )
        )
    return SourcesFacts(
        month=month,
        currency=history.edition.currency,
        sources=tuple(sorted(found, key=lambda one: one.account)),
        titles=history.names,
    )


def _confirmed(head: Head, read_at: Mapping[str, datetime]) -> datetime | None:
    """When the month was last read: a closed one is only read once more, late."""
    if head.closed_at is not None:
        return head.reread_at or head.closed_at
    return read_at.get(head.account)


def _feeds(history: History, head: Head) -> Iterator[Feed]:
    """The feeds that told rows of the month. Rows are streamed, never gathered."""
    tallies: dict[str, _Tally] = {}
    for header, lines in stream_documents(history.store, head.account, head.documents()):
        for feed, row in lines:
            tallies.setdefault(feed, _Tally()).add(header, row)
    for feed in sorted(tallies):
        tally = tallies[feed]
        read = [header.first_read for header in tally.headers.values()]
        yield Feed(
            name=feed,
            days=len(tally.headers),
            rows=tally.rows,
            first_read=min(read),
            newest_read=max(read),
            endpoint=_endpoint(history, feed, tally.headers[max(tally.headers)]),
            stated=tuple(tally.stated()),
        )


@dataclass
class _Sum:
    cost: Decimal = Decimal(0)
    charges: int = 0
    price_lists: set[str] = field(default_factory=set)


@dataclass
class _Tally:
    """What a feed told of a month, as its rows go by."""

    rows: int = 0
    headers: dict[date, Header] = field(default_factory=dict)
    sums: dict[tuple[Basis, str, bool, bool], _Sum] = field(default_factory=dict)

    def add(self, header: Header, row: AnyRow) -> None:
        self.rows += 1
        self.headers[header.day] = header
        if isinstance(row, Charge):
            key = row.basis, row.currency, row.is_tax, row.role == "breakdown"
            one = self.sums.setdefault(key, _Sum())
            one.cost = total((one.cost, row.billed_cost or Decimal(0)))
            one.charges += 1
            if row.price_list:
                one.price_lists.add(row.price_list)

    def stated(self) -> Iterator[Stated]:
        for (basis, currency, is_tax, is_detail), one in sorted(self.sums.items()):
            yield Stated(
                basis=basis,
                currency=currency,
                cost=None if basis == "unknown" else one.cost,
                charges=one.charges,
                price_lists=tuple(sorted(one.price_lists)),
                is_tax=is_tax,
                is_detail=is_detail,
            )


def _endpoint(history: History, feed: str, header: Header) -> str | None:
    """Of the newest day's answers, the first: they differ in their pages only."""
    for name in header.evidence.get(feed, ()):
        evidence = read_evidence(history.place.files, name)
        return evidence.answer.endpoint.partition("?")[0] if evidence else None
    return None
