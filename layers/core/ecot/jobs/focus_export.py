"""Charges as a FOCUS file: what the totals count, and their tax, in columns that others read."""

from collections.abc import Iterator, Mapping

from ecot.jobs.bill_charges import bill_charges
from ecot.jobs.charge_marks import Marks
from ecot.jobs.known import titles
from ecot.jobs.query import Question, answer, names
from ecot.jobs.rows import Found, rows
from ecot.model.rows import Charge, provider_of
from ecot.providers.focus.writing import COLUMNS, Stated, cells
from ecot.report.spreadsheet import line
from ecot.store.protocol import Place, Store


def write_focus(place: Place, question: Question) -> Iterator[bytes]:
    """The charges of the question's days as CSV in UTF-8. What is no tax adds up to the totals,
    currency by currency, and what is adds up to theirs: bills stand in place of what they replace.

    Left out are details of what others bill, usage without money, what is paid in advance, and
    charges whose cost is not known: FOCUS allows no empty cost, and no zero is written for one.
    """
    known = names(place.store, titles(), people=question.people)
    marks = Marks(place.store, question)
    yield line(COLUMNS)
    for found in rows(place, question, Charge):
        if _counts(found, marks):
            yield line(cells(_stated(found, known)))
    for account, numbers, charge in bill_charges(question, marks.bills):
        yield line(cells(_around(account, charge, known)._replace(bill_numbers=numbers)))


def unpriced(store: Store, question: Question) -> int:
    """How many charges of the question's days have no cost that anybody knows: the file has none
    of them."""
    return answer(store, question, "provider", titles()).coverage.unknown


def _stated(found: Found[Charge], known: Mapping[str, str]) -> Stated:
    around = _around(found.account, found.row, known)
    return around._replace(feed=found.feed, first_read=found.header.first_read)


def _around(account: str, charge: Charge, known: Mapping[str, str]) -> Stated:
    provider = provider_of(account)
    return Stated(
        account=account,
        provider_title=known.get(provider, provider),
        charge=charge,
        sub_account_name=known.get(f"{provider}/{charge.sub_account_id}"),
    )


def _counts(found: Found[Charge], marks: Marks) -> bool:
    charge = found.row
    is_counted = charge.role == "counted" and charge.basis != "unknown"
    return is_counted and not marks.of(found.account, charge).replaced_by
