"""Rows as CSV for spreadsheets: one line a charge, and one a measured quantity."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ecot.jobs.charge_marks import Marks
from ecot.jobs.export_bills import Line, bill_lines
from ecot.jobs.known import titles
from ecot.jobs.query import Question, names
from ecot.jobs.rows import Found, rows
from ecot.model.money import text
from ecot.model.rows import Charge, Usage, provider_of
from ecot.report.spreadsheet import ISO, Form, inert, line, number, opening
from ecot.store.protocol import Place

COLUMNS = [
    *("kind", "provider", "account", "feed", "day", "start", "end", "category", "role"),
    *("service", "project_id", "project", "model", "api_key_id", "api_key", "user"),
    *("description", "charge_category", "cost", "currency", "basis", "quantity", "unit"),
    *("first_read", "bill", "replaced_by", "counts", "user_name"),
]
_NUMBERS = {"cost", "quantity"}


def write_csv(place: Place, question: Question, form: Form = ISO) -> Iterator[bytes]:
    """The rows of the question's days as CSV in UTF-8: exact numbers, ISO dates, and no text that a
    spreadsheet would run as a formula. A cost that is not known is an empty cell. Columns have the
    same names in every form.

    Bills follow the charges, so that the file adds up: the costs that `counts` says "yes" of are
    the total, currency by currency."""
    yield opening(form) + line(COLUMNS, form)
    for values in _lines(place, question):
        yield line(_cells(values, form), form)


def csv_files(place: Place, question: Question, forms: Sequence[Form]) -> list[bytes]:
    """The same whole, in several forms: the rows are read once for all of them."""
    bodies = [bytearray(opening(form) + line(COLUMNS, form)) for form in forms]
    for values in _lines(place, question):
        for body, form in zip(bodies, forms, strict=True):
            body.extend(line(_cells(values, form), form))
    return [bytes(body) for body in bodies]


def _lines(place: Place, question: Question) -> Iterator[Line]:
    known = names(place.store, titles(), people=question.people)
    marks = Marks(place.store, question)
    for found in rows(place, question, Charge):
        replaced_by = marks.of(found.account, found.row).replaced_by
        yield _common(found, known) | _charge(found.row, replaced_by)
    yield from bill_lines(question, marks.bills, marks.top_ups)
    for of_usage in rows(place, question, Usage):
        for unit, quantity in of_usage.row.quantities.items():
            measured: Line = {"kind": "usage", "quantity": text(quantity), "unit": unit}
            yield _common(of_usage, known) | measured


def _common(found: Found[Any], known: Mapping[str, str]) -> Line:
    row, provider = found.row, provider_of(found.account)
    return {
        "provider": provider,
        "account": found.account,
        "feed": found.feed,
        "day": str(row.day),
        "start": row.charge_period.start.isoformat(),
        "end": row.charge_period.end.isoformat(),
        "category": row.category,
        "role": row.role,
        "service": row.service,
        "project_id": row.sub_account_id,
        "project": known.get(f"{provider}/{row.sub_account_id}"),
        "model": row.model,
        "api_key_id": row.api_key_id,
        "api_key": known.get(f"{provider}/{row.api_key_id}"),
        "user": row.user,
        "user_name": known.get(f"{provider}/{row.user}"),
        "first_read": found.header.first_read.isoformat(),
    }


def _charge(row: Charge, replaced_by: Sequence[str]) -> Line:
    counts = row.role == "counted" and not (row.is_tax or replaced_by) and row.basis != "unknown"
    return {
        "kind": "charge",
        "description": row.charge_description,
        "charge_category": row.charge_category,
        "cost": _number(row.billed_cost),
        "currency": row.currency,
        "basis": row.basis,
        "quantity": _number(row.consumed_quantity),
        "unit": row.consumed_unit,
        "replaced_by": ", ".join(replaced_by),
        "counts": "yes" if counts else "no",
    }


def _number(amount: Decimal | None) -> str | None:
    return None if amount is None else text(amount)


def _cells(values: Line, form: Form) -> list[str]:
    known = ((column, values.get(column)) for column in COLUMNS)
    return [_cell(column, value, form) if value else "" for column, value in known]


def _cell(column: str, value: str, form: Form) -> str:
    return number(value, form) if column in _NUMBERS else inert(value, form)
