"""A file of bills: what was written is what is read, and each mistake is told with its place."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import LedgerError
from ecot.jobs.bill_files import MOST, Read, read_bills
from ecot.jobs.bills import enter, listed
from ecot.model.bill import Bill
from ecot.model.money import text
from ecot.model.period import Month
from tests.bills import WHEN, bill, sets_of_bills
from tests.jobs.shelf import Shelf
from tests.ledger.book import in_memory

TODAY = date(2026, 9, 1)
HEADER = "account,number,issued,from,to,net,tax,currency,kind,service,sub_account,category,note"
LINE = "openai/edugami,F-1,2026-02-01,2026-01-01,2026-02-01,25.10,5.02,EUR,,,,,"
ANY_TEXT = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" ;,\"'"), min_size=1, max_size=9
).filter(lambda text: text.strip() == text)


def written(bills: Iterable[Bill], separator: str) -> bytes:
    """The bills as a spreadsheet writes them."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=separator)
    writer.writerow(HEADER.split(","))
    for one in bills:
        amounts = ["" if part is None else text(part) for part in (one.net, one.tax)]
        if separator == ";":
            amounts = [amount.replace(".", ",") for amount in amounts]
        writer.writerow(
            [
                *(one.account, one.number, one.issued, one.first, one.after, *amounts),
                *(one.currency, one.kind, one.service, one.sub_account_id, one.category, one.note),
            ]
        )
    return lines.getvalue().encode()


def read(*lines: str, **more: object) -> Read:
    return read_bills("\n".join(lines).encode(), "bills.csv", TODAY, **more)  # type: ignore[arg-type]


def told(*lines: str, **more: object) -> list[tuple[int, str, str]]:
    return [(one.line, one.column, str(one.problem)) for one in read(*lines, **more).problems]


@given(sets_of_bills(), st.sampled_from(",;"), st.booleans(), ANY_TEXT, ANY_TEXT)
def test_what_is_written_is_what_stands_and_a_second_time_changes_nothing(
    drawn: list[Bill], separator: str, has_mark: bool, number: str, note: str
) -> None:
    bills = [*drawn, bill("-0.5", number, note=note, service=note, sub_account_id=number)]
    body = (b"\xef\xbb\xbf" if has_mark else b"") + written(bills, separator)
    found = read_bills(body, "bills.csv", TODAY)
    assert (found.problems, found.bills) == ([], bills)
    place = in_memory()
    assert enter(place, found.bills, WHEN, "ana") == len(bills)
    assert enter(place, found.bills, WHEN, "ana") == 0
    stand = listed(place.store, Shelf(place).question(Month(2026, 1)))
    by_number = {one.standing.bill.number: one.standing.bill for one in stand}
    assert by_number == {one.number: one for one in bills}
    place.store.close()


def test_a_correction_supersedes_and_two_accounts_are_two_books() -> None:
    place = in_memory()
    before = [bill("1.00"), bill("2.00", account="aws/1")]
    assert enter(place, before, WHEN, "ana") == 2
    assert enter(place, [bill("1.50"), before[1]], WHEN, "ana") == 1
    stand = listed(place.store, Shelf(place).question(Month(2026, 1)))
    assert [(one.standing.bill.net, one.standing.entered) for one in stand] == [
        (Decimal("2.00"), 1),
        (Decimal("1.50"), 2),
    ]
    place.store.close()


def test_a_month_stands_for_its_days_and_the_order_of_columns_is_free() -> None:
    found = read(
        "Currency;NET;month;issued;number", "usd;1234,5;2026-02;2026-03-01;7", account="penpot/1"
    )
    (one,) = found.bills
    assert (one.first, one.after, one.net) == (
        date(2026, 2, 1),
        date(2026, 3, 1),
        Decimal("1234.5"),
    )
    assert (one.account, one.currency, one.category, one.tax) == ("penpot/1", "USD", "other", None)


def test_a_category_is_the_bills_own_else_the_accounts_else_the_providers() -> None:
    lines = [
        HEADER,
        LINE,
        LINE.replace("edugami,F-1", "labo,F-1"),
        LINE.replace("openai", "penpot"),
    ]
    own = LINE.replace("F-1", "F-2").removesuffix(",") + "developer tools,"
    found = read(*lines, own, categories={"openai/labo": "infrastructure"})
    categories = [one.category for one in found.bills]
    assert categories == ["ai", "infrastructure", "other", "developer tools"]


def test_a_top_up_without_days_belongs_to_its_day_of_issue() -> None:
    (one,) = read(HEADER, "a/b,T,2026-01-03,,,100,,USD,top-up,,,,").bills
    assert (one.first, one.after) == (date(2026, 1, 3), date(2026, 1, 4))


def test_a_bill_of_minus_nothing_is_one_of_nothing() -> None:
    (one,) = read(HEADER, LINE.replace("25.10", "-0.00")).bills
    assert str(one.net) == "0.00"


def test_a_column_that_is_not_there_is_told_once() -> None:
    with pytest.raises(LedgerError, match="the header has no column number, issued"):
        read("account,month,net,currency", *["a/b,2026-01,1,EUR"] * 30)


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("account", "edugami", "edugami names no provider and account"),
        ("account", "", "account is missing"),
        ("number", "", "number is missing"),
        ("issued", "01/02/2026", "01/02/2026 is not a day"),
        ("issued", "2026-02-30", "2026-02-30 is not a day"),
        ("issued", "20260201", "20260201 is not a day"),
        ("issued", "2026-09-03", "2026-09-03 is in the future"),
        ("from", "1969-12-31", "1969-12-31 is not a day"),
        ("from", "", "the bill does not say which days it is about"),
        ("to", "2026-01-01", "the first day, 2026-01-01, is not before the end, 2026-01-01"),
        ("from", "2006-02-01", "from 2006-02-01 to 2026-02-01 is more than ten years"),
        ("net", "1e3", "1e3 is not an amount, or could be two"),
        ("net", "25.10 EUR", "25.10 EUR is not an amount, or could be two"),
        ("net", "1 234.50", "1 234.50 is not an amount, or could be two"),
        ("net", "9" * 50, f"{'9' * 50} is larger or finer than any amount"),
        ("tax", "=1+1", "=1+1 is not an amount, or could be two"),
        ("currency", "EURO", "EURO is not a currency"),
        ("currency", "", "currency is missing"),
        ("kind", "avoir", "avoir is none of invoice, top-up"),
        ("category", "AI", "AI is none of ai, infrastructure, developer tools, other"),
        ("note", "x" * 501, f"'{'x' * 40}' is too long, or holds signs that cannot be printed"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_column(column: str, cell: str, problem: str) -> None:
    cells = dict(zip(HEADER.split(","), LINE.split(","), strict=True))
    found = read(HEADER, LINE, ",".join((cells | {"number": "F-2"} | {column: cell}).values()))
    assert found.bills == []
    (one,) = found.problems
    assert (one.line, str(one.problem)[:60]) == (3, problem[:60])
    elsewhere = {"the bill does": "month", "from 2006-02-": "to"}
    assert one.column == elsewhere.get(problem[:13].strip(), column)
    assert str(one.remedy)


def test_all_mistakes_are_told_at_once_but_no_more_than_twenty() -> None:
    wrong = LINE.replace("2026-02-01,2026-01-01", "1.2.26,2026-01-01").replace("EUR", "E")
    assert [one[:2] for one in told(HEADER, LINE, wrong)] == [(3, "issued"), (3, "currency")]
    assert len(told(HEADER, *[wrong] * 30)) == MOST


def test_a_comma_could_be_two_things() -> None:
    assert told(
        "account;number;issued;month;net;currency", "a/b;1;2026-01-01;2026-01;1,234;EUR"
    ) == [(2, "net", "1,234 is not an amount, or could be two")]
    assert told(
        "account;number;issued;month;net;currency", "a/b;1;2026-01-01;2026-01;1.234;EUR"
    ) == [(2, "net", "1.234 is not an amount, or could be two")]
    comma = LINE.replace("25.10", '"25,10"')
    assert told(HEADER, comma) == [(2, "net", "25,10 is not an amount, or could be two")]


def test_a_line_of_another_length_is_not_guessed_at() -> None:
    assert told(HEADER, LINE.replace("25.10", "25,10")) == [(2, "", "14 cells under 13 columns")]
    assert told(HEADER, "a/b,F-1") == [(2, "", "2 cells under 13 columns")]


def test_one_bill_is_on_one_line() -> None:
    assert told(HEADER, LINE, LINE) == [
        (3, "number", "F-1 of the same account is in line 2 already")
    ]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    noted = LINE + '"two'  # a quote that holds a line's end
    body = [HEADER, noted, 'lines"', ",,,,,,,,,,,,", LINE.replace("F-1", "")]
    assert [one[:2] for one in told(*body)] == [(2, "note"), (5, "number")]


def test_an_account_nobody_knows_is_told_once_beside_other_mistakes() -> None:
    stranger = LINE.replace("edugami", "edugmai")
    wrong = stranger.replace("EUR", "E").replace("F-1", "F-2")
    found = read(HEADER, LINE, wrong, stranger, known={"openai/edugami"})
    assert [(one.line, one.column) for one in found.problems] == [(3, "currency"), (3, "account")]
    assert str(found.problems[1].remedy) == (
        "Did you mean openai/edugami? If openai/edugmai is a new one, say --new."
    )


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "bills.csv is empty"),
        (HEADER.encode().replace(b"net", b"montant"), "has a column montant that is unknown"),
        (HEADER.encode() + b",net", "has a column net that is unknown, or there twice"),
        (b"account,number\nx\xe9,1", "bills.csv is not UTF-8"),
        (f'{HEADER}\na/b,"F"-1'.encode(), "bills.csv, line 2: "),
    ],
)
def test_what_is_no_table_of_bills_is_refused_as_a_whole(body: bytes, sentence: str) -> None:
    with pytest.raises(LedgerError, match=sentence) as error:
        read_bills(body, "bills.csv", TODAY)
    assert error.value.remedy


def test_a_month_of_another_century_is_a_mistake() -> None:
    assert told("account,number,issued,month,net,currency", "a/b,1,2026-01-01,9998-12,1,EUR") == [
        (2, "month", "9998-12 is more than ten years from now")
    ]


def test_a_header_alone_is_a_file_without_bills() -> None:
    assert read(HEADER) == Read([], [])
