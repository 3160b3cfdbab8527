"""Made-up bills and books, and strategies that draw them; shared by many tests."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from ecot.model.bill import Action, Bill, Entry
from ecot.model.period import DAY, Month
from ecot.model.rows import AnyRow, Charge
from tests.rows import ACCOUNT, CURRENCIES, charges, days

WHEN = datetime(2026, 9, 1, 9, tzinfo=UTC)
JANUARY = Month(2026, 1)


def bill(net: str = "10.00", number: str = "INV-1", **more: Any) -> Bill:
    """An invoice of January 2026."""
    fields: dict[str, Any] = {
        "account": ACCOUNT,
        "number": number,
        "issued": date(2026, 2, 1),
        "first": JANUARY.first,
        "after": JANUARY.after,
        "net": Decimal(net),
        "currency": "USD",
        "category": "ai",
    }
    return Bill(**(fields | more))


def entered(one: Bill, at: datetime = WHEN) -> Entry:
    """The entry that says it."""
    return Entry(action="entered", number=one.number, at=at, by="ana", bill=one)


def told(action: Action, number: str = "INV-1", **more: Any) -> Entry:
    """An entry about a bill that is there."""
    return Entry(action=action, number=number, at=WHEN, by="ana", **more)


def bills(number: str, *, currency: str | None = None) -> st.SearchStrategy[Bill]:
    """An invoice of some days between December and March, with or without a scope."""
    return st.builds(
        _bill,
        st.just(number),
        st.dates(date(2025, 12, 10), date(2026, 2, 20)),
        st.integers(1, 45),
        st.integers(-(10**6), 10**6),
        st.none() | st.integers(0, 10**5),
        st.just(currency) if currency else CURRENCIES,
        st.sampled_from([None, None, "chat"]),
        st.sampled_from([None, None, "proj_a"]),
    )


def _bill(
    number: str,
    first: date,
    days: int,
    cents: int,
    tax: int | None,
    currency: str,
    service: str | None,
    project: str | None,
) -> Bill:
    after = first + days * DAY
    return bill(
        number=number,
        net=str(Decimal(cents).scaleb(-2)),
        tax=None if tax is None else Decimal(tax).scaleb(-2),
        issued=after,
        first=first,
        after=after,
        currency=currency,
        service=service,
        sub_account_id=project,
    )


def sets_of_bills(*, currency: str | None = None) -> st.SearchStrategy[list[Bill]]:
    """Up to four invoices of different numbers."""
    each = [bills(f"INV-{number}", currency=currency) for number in range(4)]
    return st.integers(0, 4).flatmap(lambda count: st.tuples(*each[:count]).map(list))


def bookings() -> st.SearchStrategy[set[int]]:
    """Which of such a set of invoices are booked; often all."""
    return st.sets(st.integers(0, 3)) | st.just({0, 1, 2, 3})


def stated() -> st.SearchStrategy[list[AnyRow]]:
    """Charges that the provider states, every one, on days that many of `bills` are about: of rows
    of any basis, bills replace nearly all, and hardly ever reconcile."""
    january = days(date(2026, 1, 10), date(2026, 1, 31))
    return st.lists(january.flatmap(charges).map(_stated), min_size=3, max_size=8)


def _stated(one: Charge) -> Charge:
    cost = one.billed_cost or Decimal(1)
    return msgspec.structs.replace(
        one, basis="billed", billed_cost=cost, currency="USD", role="counted"
    )
