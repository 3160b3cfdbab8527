"""Which rates the ledger needs: those of what is really converted, and no others."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from ecot.jobs.rates_needed import needed_days
from ecot.jobs.rates_overview import overview
from ecot.model.bill import Bill
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Revenue
from ecot.model.target_days import is_target_day
from tests.bills import bill
from tests.jobs.shelf import Shelf, costs
from tests.ledger.book import in_memory
from tests.rows import ACCOUNT

TODAY = date(2026, 5, 20)
JANUARY = Month(2026, 1)
FIFTH = date(2026, 1, 5)


def shelf() -> Shelf:
    return Shelf(in_memory(), now=datetime(2026, 5, 20, 6, tzinfo=UTC))


def euros(**more: Any) -> Bill:
    """A bill in euro about December 2025, where the report is in dollars."""
    fields = {"first": date(2025, 12, 1), "after": date(2026, 1, 1), "issued": FIFTH}
    return bill("1200", **{"currency": "EUR", **fields, **more})


def charged(ledger: Shelf, month: Month, days: int, **more: Any) -> None:
    ledger.put(ACCOUNT, costs(["10"] * days, month.first, **more), month.period)


def published(ledger: Shelf, days: Iterable[date]) -> None:
    ledger.publish_rates({day: {"USD": "1.1"} for day in days if is_target_day(day)})


def needed(ledger: Shelf, target: str = "USD") -> dict[str, tuple[str, str, int]]:
    found = needed_days(ledger.place.store, TODAY, target)
    return {code: (str(days[0]), str(days[-1]), len(days)) for code, days in found.items()}


def lacking(ledger: Shelf) -> list[tuple[str, str, str, int]]:
    found = overview(ledger.place.store, TODAY, "USD", ()).lacking
    return [(one.currency, str(one.first), str(one.last), one.days) for one in found]


def test_a_bill_beside_nothing_needs_its_day_of_issue_alone() -> None:
    ledger = shelf()
    ledger.enter(euros())
    published(ledger, [FIFTH])
    assert needed(ledger) == {"EUR": ("2026-01-05", "2026-01-05", 1)}
    assert lacking(ledger) == []
    assert not ledger.totals(Month(2025, 12)).unconverted


def test_a_bill_needs_the_days_of_its_charges_in_another_currency() -> None:
    ledger = shelf()
    charged(ledger, Month(2025, 12), 3)
    ledger.enter(euros())
    published(ledger, [FIFTH])
    assert needed(ledger) == {"EUR": ("2025-12-01", "2026-01-05", 4)}
    assert lacking(ledger) == [("EUR", "2025-12-01", "2025-12-03", 3)]
    assert ledger.settled(Month(2025, 12)).gap is None
    published(ledger, [date(2025, 12, day) for day in range(1, 4)])
    assert lacking(ledger) == []
    assert ledger.settled(Month(2025, 12)).gap is not None


def test_charges_in_the_currency_of_their_bill_need_what_the_report_does() -> None:
    ledger = shelf()
    charged(ledger, JANUARY, 3, currency="EUR")
    ledger.enter(bill("30", currency="EUR"))
    assert needed(ledger) == {"EUR": ("2026-01-01", "2026-02-01", 4)}
    assert needed(ledger, "EUR") == {}


def test_a_bill_of_a_long_year_ago_lacks_nothing_that_is_known() -> None:
    ledger = shelf()
    charged(ledger, Month(2025, 1), 31)
    ledger.enter(euros(first=date(2025, 1, 1)))
    published(ledger, Period.of_days(date(2024, 12, 20), TODAY).days())
    assert needed(ledger) == {"EUR": ("2025-01-01", "2026-01-05", 32)}
    assert lacking(ledger) == []


def test_old_charges_in_another_currency_are_needed_for_a_bill_in_the_reports() -> None:
    ledger = shelf()
    charged(ledger, Month(2025, 1), 2, currency="EUR")
    assert needed(ledger) == {}
    ledger.enter(euros(first=date(2025, 1, 1), currency="USD"))
    assert needed(ledger) == {"EUR": ("2025-01-01", "2025-01-02", 2)}


def test_a_charge_that_a_bill_of_another_month_bills_is_needed() -> None:
    ledger = shelf()
    january = Month(2025, 1)
    last = january.after - DAY
    billed = january.next().period
    ledger.put(ACCOUNT, costs(["10"], last, billing_period=billed), january.period)
    ledger.enter(euros(first=january.after))
    assert needed(ledger) == {"EUR": ("2025-01-31", "2026-01-05", 2)}


def test_a_bill_paid_long_ago_for_these_months_needs_its_day_of_issue() -> None:
    ledger = shelf()
    ledger.enter(euros(first=date(2024, 6, 1), after=date(2026, 6, 1), issued=date(2024, 6, 1)))
    assert needed(ledger) == {"EUR": ("2024-06-01", "2024-06-01", 1)}


def test_a_bill_of_before_these_months_needs_nothing() -> None:
    ledger = shelf()
    months = {"first": date(2025, 3, 1), "after": date(2025, 4, 1)}
    ledger.enter(euros(**months, issued=date(2025, 4, 30)))
    assert needed(ledger) == {}
    ledger.enter(euros(**months, issued=date(2025, 5, 1)))
    assert needed(ledger) == {"EUR": ("2025-05-01", "2025-05-01", 1)}


def test_bills_of_two_currencies_together_need_each_others_days_of_issue() -> None:
    ledger = shelf()
    dollars = euros(number="INV-2", currency="USD", issued=FIFTH + DAY)
    ledger.enter(euros(), dollars)
    assert needed(ledger) == {"EUR": ("2026-01-05", "2026-01-06", 2)}


def test_a_balance_needs_the_days_of_the_charges_since_it_was_paid() -> None:
    ledger = shelf()
    charged(ledger, JANUARY, 10)
    top_up = bill("100", kind="top-up", currency="EUR", first=FIFTH, after=FIFTH + DAY,
                  issued=FIFTH)  # fmt: skip
    ledger.enter(top_up)
    assert needed(ledger) == {"EUR": ("2026-01-05", "2026-01-10", 6)}


def test_looked_at_everywhere_what_is_old_is_needed_too() -> None:
    ledger = shelf()
    charged(ledger, Month(2024, 3), 2, currency="EUR")
    assert needed(ledger) == {}
    found = needed_days(ledger.place.store, TODAY, "USD", everywhere=True)
    assert found == {"EUR": [date(2024, 3, 1), date(2024, 3, 2)]}


def test_revenue_in_another_currency_needs_its_days() -> None:
    """What is read of an account that earns; its head does not say in which currency."""
    ledger = shelf()
    fields: dict[str, Any] = {"category": "other", "currency": "CHF", "amount": Decimal(5)}
    rows = [
        Revenue(charge_period=Period.of_day(FIFTH), name="net revenue", **fields),
        Revenue(charge_period=Period.of_day(FIFTH + DAY), name="mrr", **fields),
    ]
    ledger.put("stripe/lumen", rows, JANUARY.period)
    assert needed(ledger) == {"CHF": ("2026-01-05", "2026-01-06", 2)}
    assert needed(ledger, "CHF") == {}
