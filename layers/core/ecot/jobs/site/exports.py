"""The files beside each month's page: its rows for spreadsheets, for other programs and for Ecot.

They are made of the rows themselves, and only where what they hold has changed.
"""

from collections.abc import Iterable, Iterator

from ecot.jobs.dump import write_dump
from ecot.jobs.export import csv_files
from ecot.jobs.focus_export import write_focus
from ecot.jobs.site.history import History
from ecot.jobs.site.shelf import Page, Stamped, stamp_of
from ecot.model.head import Head
from ecot.model.period import Month
from ecot.report.exports import CSV, EXCEL, FOCUS, JSON, Export
from ecot.report.shell import Shell
from ecot.report.spreadsheet import FRENCH, ISO
from ecot.store.bills import all_books
from ecot.store.rates import all_rates
from ecot.store.records import all_claims, all_names


def pages(history: History, _: Shell) -> Iterator[Stamped]:
    """Each month's tables, and the month as `ecot import json` reads it."""
    around = _around_all_months(history)
    rates = dict(all_rates(history.store))
    for month in history.months:
        yield _tables(history, month)
        of_month = rates.get(month.previous()), rates.get(month)
        yield _ledger(history, month, stamp_of(around, of_month, _by_account(history, month)))


def _tables(history: History, month: Month) -> Stamped:
    """What counts of the month: rows and bills, on the days that have elapsed."""
    place, question = history.place, history.edition.question(month.first, month.after)
    stamp = stamp_of(history.content(month), history.books.top_ups, question.until, question.people)

    def make() -> Iterator[Page]:
        table, excel = csv_files(place, question, (ISO, FRENCH))
        yield _page(CSV, month, [table])
        yield _page(EXCEL, month, [excel])
        yield _page(FOCUS, month, write_focus(place, question))

    return Stamped(f"{month} tables", stamp, make)


def _ledger(history: History, month: Month, stamp: str) -> Stamped:
    """The month's figures without what was said of runs: that changes every night."""

    def make() -> Iterator[Page]:
        people = history.edition.people
        parts = write_dump(history.place, month, month, people=people, runs=False)
        yield _page(JSON, month, parts)

    return Stamped(f"{month} ledger", stamp, make)


def _around_all_months(history: History) -> tuple[object, ...]:
    """What the ledger's JSON of every month holds, and whether it names persons."""
    store = history.store
    books, claims = dict(all_books(store)), dict(all_claims(store))
    return books, claims, all_names(store), history.edition.people


def _by_account(history: History, month: Month) -> list[Head]:
    return sorted(history.heads(month), key=lambda head: head.account)


def _page(export: Export, month: Month, parts: Iterable[bytes]) -> Page:
    return export.name(month), b"".join(parts)
