"""The page of bills: everything that was typed, every gap, and how to enter what is missing."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ecot.language import Language
from ecot.model.bill import Entry
from ecot.model.period import Month
from ecot.model.settlement import Settlement
from ecot.report.bill_book import (
    BillBookView,
    BillFacts,
    MissingBill,
    Purse,
    TypedBill,
    bill_book_view,
    ends,
    remedy,
    starts,
)
from ecot.report.frame import rendered
from ecot.report.shell import Shell
from ecot.report.words import GAP_REMEDIES
from tests.bills import JANUARY, bill, entered, told

TODAY = date(2026, 3, 2)
TITLES = {"openai": "OpenAI"}
BOOKS = "ecot bill book openai/studio INV-1"


def typed(one: Any, *more: Entry, stands: bool = True, **changes: Any) -> TypedBill:
    return TypedBill(bill=one, stands=stands, history=(entered(one), *more), **changes)


def settlement(**changes: Any) -> Settlement:
    known: dict[str, Any] = {
        "account": "openai/studio",
        "bills": (bill(account="openai/studio"),),
        "how": "reconcile",
        "is_booked": False,
        "currency": "USD",
        "billed": Decimal("10.00"),
        "charged": Decimal("9.00"),
        "gap": Decimal("1.00"),
        "percent": Decimal("10.0"),
        "reason": "unexplained",
    }
    return Settlement(**(known | changes))


def view(**changes: Any) -> BillBookView:
    return bill_book_view(BillFacts(today=TODAY, currency="USD", **changes), TITLES)


def page(found: BillBookView, language: Language | None = None) -> str:
    language = language or Language("en-GB", "Europe/Zurich")
    shell = Shell(
        language=language,
        today=TODAY,
        currency="USD",
        collected_at=None,
        months=(JANUARY,),
        front=JANUARY,
        pages=("bills",),
        titles=TITLES,
    )
    values: dict[str, Any] = {"view": found, "starts": starts, "ends": ends, "remedy": remedy}
    styles = ("charts.css", "bill_book.css")
    return rendered(shell, "bills", "bill_book.html", language, styles, **values).decode()


def test_without_a_bill_the_page_says_what_one_is_good_for_and_how_to_enter_it() -> None:
    text = page(view())

    assert "No bill has been entered." in text
    assert "ecot bill add PROVIDER/NAME --month 2026-02 --number NUMBER" in text
    assert "<table" not in text


def test_a_gap_that_nobody_booked_is_counted_and_has_its_command() -> None:
    one = settlement()
    found = view(bills=(typed(one.bills[0]),), settlements=(one,))
    text = page(found)

    assert found.to_do == 1
    assert "1 gap between bills and charges is to be looked at." in text
    assert "gap <bdi>+US$1.00</bdi>" in text
    assert "<code>ecot bill book openai/studio INV-1</code>" in text


@pytest.mark.parametrize(
    ("changes", "beginning", "command"),
    [
        ({}, "Look for another account", BOOKS),
        ({"reason": "credit"}, "The gap is a credit", BOOKS),
        ({"reason": "exchange rate"}, "A supplier has a rate of its own", BOOKS),
        ({"reason": "tax"}, "The gap is a tax: enter the bill again", None),
        ({"reason": "late data"}, "Wait until the month is closed", None),
        ({"is_over": False}, "Wait until the month is closed", None),
        ({"gap": None, "reason": "exchange rate"}, "There is no rate", "ecot rates"),
    ],
)
def test_each_gap_has_the_remedy_of_its_reason(
    changes: dict[str, Any], beginning: str, command: str | None
) -> None:
    found = remedy(settlement(**changes))

    assert found is not None
    assert (found[0].text.startswith(beginning), found[1]) == (True, command)


def test_a_gap_that_is_booked_or_a_rounding_or_nothing_has_no_remedy() -> None:
    assert remedy(settlement(is_booked=True)) is None
    assert remedy(settlement(reason="rounding")) is None
    assert remedy(settlement(gap=Decimal("0.00"))) is None
    assert remedy(settlement(how="replace")) is None


def test_a_command_quotes_what_a_shell_would_read() -> None:
    one = settlement(bills=(bill(account="openai/studio", number="A 1; rm"),))

    assert remedy(one) == (GAP_REMEDIES["unexplained"], "ecot bill book openai/studio 'A 1; rm'")


def test_charges_that_cannot_be_compared_are_unknown_and_not_zero() -> None:
    one = settlement(charged=None, gap=None, percent=None, reason="exchange rate")
    text = page(view(bills=(typed(one.bills[0]),), settlements=(one,)))

    assert 'class="unknown">unknown' in text
    assert "beside charges in another currency, without a rate" in text


def test_the_newest_year_is_open_and_the_others_are_folded() -> None:
    old = bill(number="OLD", first=date(2025, 1, 1), after=date(2025, 2, 1))
    found = view(bills=(typed(old), typed(bill())))

    assert [year.number for year in found.bills] == [2026, 2025]
    assert '<details class="year"><summary>2025' in page(found)


def test_a_voided_bill_stays_with_its_history_and_is_struck_through() -> None:
    one = bill(note="<b>paid</b>")
    text = page(view(bills=(typed(one, told("voided", reason="twice"), stands=False),)))

    assert 'class="voided"' in text
    assert "<s><data" in text
    assert "<bdi>twice</bdi>" in text
    assert "<b>paid" not in text
    assert "1 September 2026, 11:00 (Europe/Zurich)" in text


def test_a_bill_in_another_currency_says_what_it_is_in_the_reports() -> None:
    francs = bill(currency="CHF", net="64.50")
    with_rate = page(view(bills=(typed(francs, converted=Decimal("75.34")),)))

    assert 'value="75.34"' in with_rate
    assert "no rate to convert it with" in page(view(bills=(typed(francs),)))


def test_what_is_missing_says_why_and_how_to_enter_it() -> None:
    one = MissingBill(
        account="mistral/lumen",
        month=Month(2026, 1),
        lacks=("unknown", "estimated", "unread"),
        days=3,
        currency="EUR",
    )
    found = view(missing=(one,))
    text = page(found)

    assert "ecot bill add mistral/lumen --month 2026-01" in one.command
    assert one.command.endswith("--currency EUR")
    assert found.example == one.command
    assert "3 days not read" in text
    assert f'<tr role="row" id="{one.place}">' in text  # where a mail leads to


def test_what_is_left_of_an_advance_may_be_unknown() -> None:
    purse = Purse(
        account="openai/studio",
        currency="USD",
        since=date(2026, 1, 1),
        paid_in=Decimal(50),
        spent=None,
        left=None,
    )
    text = page(view(purses=(purse,)))

    assert text.count('class="unknown">unknown') == 2


def test_the_page_speaks_french() -> None:
    one = settlement()
    text = page(view(bills=(typed(one.bills[0]),), settlements=(one,)), Language())

    assert "Factures en regard des coûts" in text
    assert "1 écart entre factures et coûts est à examiner." in text
