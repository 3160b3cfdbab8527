"""A file of bills: CSV as spreadsheets write it, checked as a whole. No store and no clock."""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from ecot.errors import LedgerError
from ecot.jobs.accounts import refusal
from ecot.jobs.bill_forms import COLUMNS, NEEDED, NONE_KNOWN, read_bill
from ecot.jobs.written import DecimalSign
from ecot.model.bill import Bill
from ecot.model.rows import Category
from ecot.model.sentence import Sentence

MOST = 20  # problems that are told at once


class Problem(NamedTuple):
    """What is wrong in a line (the header is line 1) and column, and what to do."""

    line: int
    column: str
    problem: Sentence
    remedy: Sentence


class Read(NamedTuple):
    """The bills of a file, or the first problems of it: never both."""

    bills: list[Bill]
    problems: list[Problem]


class _Strangers:
    """The accounts of a file that are not known, each told once."""

    def __init__(self, known: Collection[str] | None) -> None:
        self._known, self._told = known, {""}

    def found(self, line: int, account: str) -> Iterator[Problem]:
        if self._known is None or account in self._told:
            return
        self._told.add(account)
        if refused := refusal(account, self._known):
            yield Problem(line, "account", *refused)


def read_bills(
    body: bytes,
    name: str,
    today: date,
    *,
    account: str | None = None,
    known: Collection[str] | None = None,
    categories: Mapping[str, Category] = NONE_KNOWN,
) -> Read:
    """The file's bills. `account` is that of lines which name none; `known` are the accounts that
    they may be for (None: any), `categories` those of accounts, where a line has none.

    Raises LedgerError where the file as a whole is no such table: not UTF-8, an unknown column.
    """
    text = _decoded(body, name)
    separator = ";" if ";" in text.partition("\n")[0] else ","
    sign: DecimalSign = "comma, or dot" if separator == ";" else "dot"
    lines = _cells(text, separator, name)
    _, header = next(lines, (1, []))
    columns = _columns(header, name, needed=NEEDED[bool(account) :])
    bills: dict[tuple[str, str], tuple[int, Bill]] = {}
    problems: list[Problem] = []
    strangers = _Strangers(known)
    for line, cells in lines:
        if len(cells) != len(columns):
            problems.append(_uneven(line, len(cells), len(columns)))
            continue
        written = dict(zip(columns, cells, strict=True))
        if account and not written.get("account", "").strip():
            written["account"] = account
        bill, faults = read_bill(written, today, decimal_sign=sign, categories=categories)
        problems += (Problem(line, *fault) for fault in faults)
        problems += strangers.found(line, written.get("account", "").strip())
        if bill is not None:
            before, _ = bills.setdefault((bill.account, bill.number), (line, bill))
            problems += [_twice(line, bill.number, before)] if before != line else []
    return Read([], problems[:MOST]) if problems else Read([one for _, one in bills.values()], [])


def _decoded(body: bytes, name: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LedgerError(
            "{file} is not UTF-8",
            remedy="Save it from your spreadsheet as “CSV UTF-8”. Nothing was imported.",
            file=name,
        ) from None


def _cells(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that holds something, with the number of the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        raise LedgerError(
            "{file}, line {line}: {why}",
            remedy="Check the quotes of that line. Nothing was imported.",
            file=name,
            line=begins,
            why=error,
        ) from None


def _columns(header: Sequence[str], name: str, needed: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in header]
    for column in columns:
        if column not in COLUMNS or columns.count(column) > 1:
            raise LedgerError(
                "{file}: the header has a column {column} that is unknown, or there twice",
                remedy="The first line has some of these names, once each: {known}. "
                "Nothing was imported.",
                file=name,
                column=column or "(empty)",
                known=", ".join(COLUMNS),
            )
    if not columns:
        raise LedgerError(
            "{file} is empty", remedy="Its first line has the names of the columns.", file=name
        )
    if lacking := [column for column in needed if column not in columns]:
        raise LedgerError(
            "{file}: the header has no column {columns}",
            remedy="Every bill needs it. Nothing was imported.",
            file=name,
            columns=", ".join(lacking),
        )
    return columns


def _uneven(line: int, cells: int, columns: int) -> Problem:
    values = {"cells": str(cells), "columns": str(columns)}
    return Problem(
        line,
        "",
        Sentence("{cells} cells under {columns} columns", values),
        Sentence("A cell that holds the separator needs quotes; so does an amount with a comma."),
    )


def _twice(line: int, number: str, before: int) -> Problem:
    values = {"number": number, "line": str(before)}
    return Problem(
        line,
        "number",
        Sentence("{number} of the same account is in line {line} already", values),
        Sentence("Keep one line for each bill."),
    )
