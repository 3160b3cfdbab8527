"""FOCUS's own validator finds nothing in our file, and finds what is wrong in a wrong one."""

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.model.period import Month
from ecot.store.protocol import Place
from tests.bills import bill
from tests.focus_validator import RULES, validated
from tests.jobs.shelf import Shelf
from tests.jobs.test_focus_export import HOSTILE, WINTER, question, table, written
from tests.rows import ACCOUNT, charge

pytestmark = pytest.mark.tools


@pytest.fixture
def text(place: Place) -> str:
    """The file of a ledger with names that nobody would give anything, a tax, a credit, a bill, a
    charge of unknown cost, and amounts of any size."""
    shelf, january = Shelf(place), Month(2026, 1)
    odd = [
        charge("0.00000080", service=text, sub_account_id=text, tags={text: text})
        for text in HOSTILE
        if text != "\x00"  # pandas, with which it reads, takes that for the end of the cell
    ]
    more = [
        charge("-12345678901234567890.25", charge_category="Credit", charge_class="Correction"),
        charge("1.90", charge_category="Tax", currency="EUR", category="infrastructure"),
        charge("25", charge_category="Purchase", category="developer tools"),
        charge(None, model="unheard"),
        charge("31", charge_period=january.period, list_cost=Decimal(40), category="other"),
    ]
    shelf.put(ACCOUNT, [*odd, *more], WINTER)
    shelf.enter(bill("7.77", account="penpot/x", tax=Decimal("1.50"), currency="EUR"))
    return written(place, question()).decode()


def test_it_finds_nothing_in_ours(text: str, tmp_path: Path) -> None:
    assert validated(text, tmp_path) == (RULES, 1, [])


def test_it_finds_what_is_wrong(text: str, tmp_path: Path) -> None:
    wrong = {
        "BillingCurrency": ("DOLLARS", "BillingCurrency_IsCurrencyCode"),
        "BilledCost": ("", "BilledCost_NotNull"),
        "ListCost": ("much", "ListCost_IsDecimal"),
        "ChargePeriodStart": ("yesterday", "ChargePeriodStart_IsDateTime"),
        "ChargeClass": ("Mistake", "ChargeClass_Enum"),
        "ServiceCategory": ("AI", "ServiceCategory_Enum"),
        "ServiceName": ("", "ServiceName_NotNull"),
        "Tags": ("[", "Tags_IsJSONObject"),
    }
    first, *others = table(text.encode())
    changed = io.StringIO()
    writer = csv.DictWriter(changed, list(first))
    writer.writeheader()
    writer.writerows([first | {column: value for column, (value, _) in wrong.items()}, *others])
    verdict = validated(changed.getvalue(), tmp_path)
    assert {one.split(" ")[0] for one in verdict.broken} == {rule for _, rule in wrong.values()}
