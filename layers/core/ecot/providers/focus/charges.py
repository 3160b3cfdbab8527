"""FOCUS rows: how the columns of one line become a charge, whether a file or an interface has it.

What is wrong with a line is told with its number and column. Of a file it is told to the person who
exported it; of an interface (`answered`) with the whole row, for nobody else has it.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.money import currency, exact
from ecot.model.period import Period
from ecot.model.rows import Charge, ChargeCategory, Name
from ecot.providers.focus import own
from ecot.providers.focus.columns import (
    AMOUNTS,
    CHARGE_CATEGORIES,
    REQUIRED,
    TEXTS,
    category_of,
    tags_of,
)
from ecot.providers.focus.lines import Line, json_lines
from ecot.providers.redaction import quotable

CORRECT = "correct the line or export the file again; nothing was imported"


def answered(answer: Answer) -> Iterator[tuple[str, Charge]]:
    """Every charge of an interface that answers in FOCUS's JSON lines, and its place. Raises
    UnexpectedAnswer, without a remedy, at the first line that is not understood."""
    try:
        for line in json_lines(answer):
            yield f"line {line.number}", _quoting(line)
    except UnexpectedAnswer as error:
        raise UnexpectedAnswer(error.text, **error.values) from None


def _quoting(line: Line) -> Charge:
    try:
        return charge(line)
    except UnexpectedAnswer as error:
        row = _quoted(line, error.values["column"], "ServiceName")
        raise UnexpectedAnswer(error.text, **{**error.values, "value": row}) from None


def _quoted(line: Line, *telling: str) -> str:
    """The row, its telling columns first: a quotation is short."""
    first = {name: line.cells[name] for name in telling if name in line.cells}
    return quotable(json.dumps(first | dict(line.cells), ensure_ascii=False))


def sub_account_name(line: Line, place: str) -> Parsed | None:
    """What the line calls its sub account."""
    number, name = line.cells.get("SubAccountId"), line.cells.get("SubAccountName")
    return Parsed(place, Name("sub_account_id", number, name)) if number and name else None


def charge(line: Line) -> Charge:
    """What the line bills."""
    _require(line)
    stated = {
        "charge_period": _period(line, "ChargePeriod"),
        "billing_period": _period_if_stated(line, "BillingPeriod"),
        "charge_category": _charge_category(line),
        "currency": _currency(line),
        "billed_cost": _amount(line, "BilledCost"),
        **_named(line),
    }
    return Charge(**stated | (_own(line) if own.FORMAT in line.cells else _foreign(line)))


def _foreign(line: Line) -> dict[str, Any]:
    """What a supplier's row says by being one."""
    category = category_of(line.cells.get("ServiceCategory"))
    return {"basis": "billed", "category": category, "tags": tags_of(line.cells)}


def _own(line: Line) -> dict[str, Any]:
    """What a row that we exported says of itself."""
    if (column := own.wrong_column(line)) is not None:
        text = "{file}, line {line}: {column} is nothing that this Ecot exports: {value}"
        raise _unreadable(text, line, column)
    return own.fields(line) | {"spread_from": _period_if_stated(line, own.SPREAD)}


def _named(line: Line) -> dict[str, Any]:
    """The fields that are one column each."""
    texts = {field: line.cells.get(column) for column, field in TEXTS.items()}
    amounts = {
        field: _amount(line, column) for column, field in AMOUNTS.items() if column in line.cells
    }
    return texts | amounts


def _require(line: Line) -> None:
    for column in REQUIRED:
        if column not in line.cells:
            raise UnexpectedAnswer(
                "{file}, line {line}: {column} is empty: {value}",
                remedy=CORRECT,
                file=line.file,
                line=line.number,
                column=column,
                value=_quoted(line),
            )


def _amount(line: Line, column: str) -> Decimal:
    try:
        return exact(line.cells[column].strip())
    except ValueError:
        raise _unreadable(
            "{file}, line {line}: {column} is no amount: {value}", line, column
        ) from None


def _currency(line: Line) -> str:
    column = "BillingCurrency"
    try:
        return currency(line.cells[column])
    except ValueError:
        text = "{file}, line {line}: {column} is no ISO 4217 currency code: {value}"
        raise _unreadable(text, line, column) from None


def _charge_category(line: Line) -> ChargeCategory:
    column = "ChargeCategory"
    known = CHARGE_CATEGORIES.get(line.cells[column].strip().lower())
    if known is None:
        text = (
            "{file}, line {line}: {column} is none of Usage, Purchase, Tax, Credit, Adjustment:"
            " {value}"
        )
        raise _unreadable(text, line, column)
    return known


def _period(line: Line, columns: str) -> Period:
    start, end = _time(line, f"{columns}Start"), _time(line, f"{columns}End")
    if start >= end:
        text = "{file}, line {line}: {column} is not after the period's start: {value}"
        raise _unreadable(text, line, f"{columns}End")
    return Period(start, end)


def _period_if_stated(line: Line, columns: str) -> Period | None:
    is_stated = f"{columns}Start" in line.cells and f"{columns}End" in line.cells
    return _period(line, columns) if is_stated else None


def _time(line: Line, column: str) -> datetime:
    try:
        return _instant(line.cells[column].strip())
    except (ValueError, OverflowError):
        text = "{file}, line {line}: {column} is no date and time of ISO 8601: {value}"
        raise _unreadable(text, line, column) from None


@lru_cache(maxsize=10_000)
def _instant(text: str) -> datetime:
    """A time with its offset, in UTC; one without an offset is in UTC already, says FOCUS."""
    stated = datetime.fromisoformat(text.removesuffix(" UTC"))
    instant = stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    if not 1970 <= instant.year < 9998:
        raise ValueError(text)
    return instant


def _unreadable(text: str, line: Line, column: str) -> UnexpectedAnswer:
    value = line.cells.get(column, "")
    return UnexpectedAnswer(
        text,
        remedy=CORRECT,
        file=line.file,
        line=line.number,
        column=column,
        value=value if len(value) <= 60 else f"{value[:60]}…",
    )
