"""FOCUS files: what any supplier bills, in the FinOps Foundation's open format, 1.0 to 1.4.

A file needs no key: a person exports it from AWS, Azure, Google Cloud, Oracle, Vercel, Databricks…
and imports it. It states money (`BilledCost`), so every charge is `billed`. It does not say whether
it is complete, and it has no tokens: the model of an AI charge is known only where the file carries
the extension column `x_Model`. docs/providers/focus.md says what becomes of every column.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from ecot.errors import SettingsError, UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.money import currency, exact
from ecot.model.period import Period
from ecot.model.rows import Charge, ChargeCategory, Name
from ecot.providers.focus_columns import (
    AMOUNTS,
    CHARGE_CATEGORIES,
    PROVIDER_COLUMNS,
    REQUIRED,
    TEXTS,
    category_of,
    slug,
    tags_of,
)
from ecot.providers.focus_lines import Line, lines

FEED = "focus"
CORRECT = "correct the line or export the file again; nothing was imported"


class FocusRow(NamedTuple):
    """A charge of a file, and whose it is. None: the file does not say.

    `provider` is the supplier as the ledger writes it (aws), `provider_title` as the file does.
    `name` is what the file calls the charge's sub account.
    """

    provider: str | None
    provider_title: str | None
    billing_account_id: str | None
    billing_account_name: str | None
    parsed: Parsed
    name: Parsed | None

    @property
    def account(self) -> str | None:
        """The ledger account that the row belongs to where nobody says otherwise."""
        if self.provider is None or self.billing_account_id is None:
            return None
        return f"{self.provider}/{self.billing_account_id}"


def read(path: Path) -> Answer:
    """The file as an answer: its bytes as they are on disk, under its name."""
    try:
        return Answer(feed=FEED, endpoint=path.name, body=path.read_bytes())
    except OSError as error:
        raise SettingsError(
            "{file} cannot be read: {problem}",
            remedy="check the path and the file's permissions",
            file=path,
            problem=error.strerror,
        ) from None


def parse(answer: Answer) -> Iterator[Parsed]:
    """The charges of the file, each sub account's name before its first charge."""
    seen: set[object] = set()
    for row in rows(answer):
        if row.name is not None and row.name.row not in seen:
            seen.add(row.name.row)
            yield row.name
        yield row.parsed


def rows(answer: Answer) -> Iterator[FocusRow]:
    """The charges of the file with the provider and the billing account of each, in its order.

    Raises UnexpectedAnswer at the first row that is not understood: what came before it is then
    no whole file and must not be kept.
    """
    for line in lines(answer):
        place = f"line {line.number}"
        cells = line.cells
        title = next((cells[name] for name in PROVIDER_COLUMNS if name in cells), None)
        yield FocusRow(
            provider=None if title is None else slug(title),
            provider_title=title,
            billing_account_id=cells.get("BillingAccountId"),
            billing_account_name=cells.get("BillingAccountName"),
            parsed=Parsed(place, _charge(line)),
            name=_sub_account_name(line, place),
        )


def _sub_account_name(line: Line, place: str) -> Parsed | None:
    number, name = line.cells.get("SubAccountId"), line.cells.get("SubAccountName")
    return Parsed(place, Name("sub_account_id", number, name)) if number and name else None


def _charge(line: Line) -> Charge:
    _require(line)
    billing_period = None
    if "BillingPeriodStart" in line.cells and "BillingPeriodEnd" in line.cells:
        billing_period = _period(line, "BillingPeriod")
    return Charge(
        charge_period=_period(line, "ChargePeriod"),
        billing_period=billing_period,
        category=category_of(line.cells.get("ServiceCategory")),
        charge_category=_charge_category(line),
        currency=_currency(line),
        basis="billed",
        billed_cost=_amount(line, "BilledCost"),
        tags=tags_of(line.cells),
        **_named(line),
    )


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
                "{file}, line {line}: {column} is empty",
                remedy=CORRECT,
                file=line.file,
                line=line.number,
                column=column,
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
    value = line.cells[column]
    return UnexpectedAnswer(
        text,
        remedy=CORRECT,
        file=line.file,
        line=line.number,
        column=column,
        value=value if len(value) <= 60 else f"{value[:60]}…",
    )
