"""A percentage stands only between two months that hold the same things (ledger rule 20)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.publish import publish
from ecot.model.bill import Bill
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Revenue
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.bills import bill
from tests.jobs.shelf import Shelf, costs
from tests.jobs.world import edition
from tests.rows import ACCOUNT, charge, usage

JANUARY, FEBRUARY = Month(2026, 1), Month(2026, 2)
NOW = datetime(2026, 2, 20, 6, tzinfo=UTC)
READ = Period.of_days(JANUARY.first, NOW.date())


@pytest.fixture
def shelf(place: Place) -> Shelf:
    """The 20th of February; a dollar was spent on each day until the 19th."""
    shelf = Shelf(place, now=NOW)
    shelf.put(ACCOUNT, costs(["1.00"] * 50, JANUARY.first), READ)
    return shelf


def is_compared(shelf: Shelf, folder: Path) -> bool:
    """Whether February's page has a percentage."""
    site = Folder(folder / "site")
    publish(shelf.place, site, edition(NOW.date()))
    page = (site.get("2026-02.en.html") or b"").decode()
    return 'class="change"' in page and "No percentage" not in page


def typed(month: Month, account: str = "mistral/mistral", number: str = "M-1") -> Bill:
    return bill(
        "400.00", number, account=account, issued=NOW.date(), first=month.first, after=month.after
    )


def test_equal_months_are_compared(shelf: Shelf, tmp_path: Path) -> None:
    assert is_compared(shelf, tmp_path)


def test_a_bill_without_charges_is_in_both_months_or_there_is_no_percentage(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.enter(typed(JANUARY))
    assert not is_compared(shelf, tmp_path)
    shelf.enter(typed(FEBRUARY, number="M-2"))
    assert is_compared(shelf, tmp_path)


def test_a_bill_beside_charges_does_not_matter(shelf: Shelf, tmp_path: Path) -> None:
    shelf.enter(typed(JANUARY, account=ACCOUNT))
    assert is_compared(shelf, tmp_path)


def test_a_cost_that_nobody_knows_is_no_saving(shelf: Shelf, tmp_path: Path) -> None:
    days = [FEBRUARY.first + number * DAY for number in range(18)]
    rows = [charge(None, day) for day in days] + [charge("1.00", date(2026, 2, 19))]
    shelf.put(ACCOUNT, rows, Period.of_days(FEBRUARY.first, NOW.date()))
    assert not is_compared(shelf, tmp_path)


def test_use_without_any_charge_is_no_saving(shelf: Shelf, tmp_path: Path) -> None:
    used, other = [usage({"credits": "3"}, day) for day in READ.days()], "elevenlabs/studio"
    shelf.put(other, used, READ)
    assert not is_compared(shelf, tmp_path)
    shelf.enter(typed(JANUARY, account=other))
    assert not is_compared(shelf, tmp_path)
    shelf.enter(typed(FEBRUARY, account=other, number="M-2"))
    assert is_compared(shelf, tmp_path)


def earned(day: date) -> Revenue:
    """A dollar that came in on the day."""
    return Revenue(
        charge_period=Period.of_day(day),
        category="other",
        name="net revenue",
        service="charge",
        currency="USD",
        amount=Decimal(1),
    )


def test_what_is_earned_makes_no_month_different(shelf: Shelf, tmp_path: Path) -> None:
    """An account that was connected this month, and one that is in need of a reading."""
    february = Period.of_days(FEBRUARY.first, NOW.date())
    shelf.put("stripe/lumen", [earned(day) for day in february.days()], february, "balance")
    assert is_compared(shelf, tmp_path)
    shelf.put("stripe/lumen", [], Period.of_day(date(2025, 12, 31)), "balance")  # misses January
    assert is_compared(shelf, tmp_path)
    assert shelf.totals(JANUARY).coverage.missing == ()
    assert shelf.totals(JANUARY).total == Decimal(31)


def test_a_currency_with_a_rate_on_some_days_only_is_not_compared(
    shelf: Shelf, tmp_path: Path
) -> None:
    shelf.put("hetzner/main", costs(["1.00"] * 50, JANUARY.first, currency="EUR"), READ)
    assert is_compared(shelf, tmp_path)  # without it, in both months
    shelf.publish_rates({date(2026, 2, 2): {"USD": "1.25"}})  # not for the 1st
    assert not is_compared(shelf, tmp_path)
