"""Made-up charges, usages and readings, and strategies that draw them; shared by many tests."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import strategies as st

from ecot.ledger.reading import Reading
from ecot.model.period import DAY, Month, Period, midnight
from ecot.model.rows import Activity, AnyRow, Charge, Usage, merged

ACCOUNT = "openai/edugami"
MONDAY = date(2026, 1, 5)
MUCH_LATER = datetime(2026, 9, 1, 4, tzinfo=UTC)  # when every day of these tests has settled


def charge(cost: str | None = "1.25", day: date = MONDAY, **more: Any) -> Charge:
    """A charge of one UTC day; no cost means that its basis is unknown."""
    fields: dict[str, Any] = {
        "charge_period": Period.of_day(day),
        "category": "ai",
        "currency": "USD",
        "basis": "billed" if cost is not None else "unknown",
        "billed_cost": Decimal(cost) if cost is not None else None,
    }
    return Charge(**(fields | more))


def usage(quantities: Mapping[str, str], day: date = MONDAY, **more: Any) -> Usage:
    """A usage of one UTC day."""
    exact = {name: Decimal(amount) for name, amount in quantities.items()}
    fields: dict[str, Any] = {"charge_period": Period.of_day(day), "category": "ai"}
    return Usage(**(fields | {"quantities": exact} | more))


def activity(quantities: Mapping[str, str], day: date = MONDAY, **more: Any) -> Activity:
    """What somebody did on a UTC day."""
    return Activity(**msgspec.structs.asdict(usage(quantities, day, **more)))


def said(
    feed: str,
    rows: Mapping[date, Sequence[AnyRow]],
    *,
    read_at: datetime = MUCH_LATER,
    days: Iterable[date] = (),
    **more: Any,
) -> Reading:
    """A reading of one feed; `days` are those without rows."""
    return Reading(
        feed=feed,
        days=tuple(sorted({*rows, *days})),
        rows={day: tuple(merged(of_day)) for day, of_day in rows.items() if of_day},
        read_at=read_at,
        **more,
    )


def on(day: date, hour: int = 4) -> datetime:
    """An hour of the UTC day."""
    return midnight(day) + timedelta(hours=hour)


def to_the_letter(value: object) -> bytes:
    """The value as JSON: unlike `==`, it tells 1.0 from 1.00."""
    return msgspec.json.encode(value, order="sorted")


# Few different values for each dimension, so that rows with equal keys are drawn often.
_SOME = {
    "service": st.sampled_from([None, "chat", "images"]),
    "sub_account_id": st.sampled_from([None, "proj_a", "proj_é"]),
    "model": st.sampled_from([None, "gpt-5.2"]),
    "user": st.sampled_from([None, "ana"]),
    "api_key_id": st.sampled_from([None, "key_1"]),
}
BILLING_PERIODS = [None, Month(2025, 12).period, Month(2026, 1).period, Month(2026, 2).period]
CURRENCIES = st.sampled_from(["USD", "EUR"])


def amounts(largest: int = 10**30, places: int = 24) -> st.SearchStrategy[Decimal]:
    """Exact amounts of either sign, many with more than 28 digits, trailing zeros kept."""
    return st.builds(
        lambda digits, places: Decimal(f"{digits}E-{places}"),
        st.integers(-largest, largest),
        st.integers(0, places),
    )


def days(
    first: date = date(2025, 12, 1), last: date = date(2026, 3, 31)
) -> st.SearchStrategy[date]:
    """A day, both ends inside."""
    return st.dates(first, last)


def quantities() -> st.SearchStrategy[dict[str, Decimal]]:
    """Some measured quantities."""
    names = st.sampled_from(["input_tokens", "output_tokens", "num_model_requests"])
    return st.dictionaries(names, amounts(10**20, 3), max_size=3)


def charges(day: date = MONDAY) -> st.SearchStrategy[Charge]:
    """A charge of the day, of any basis."""
    return st.builds(
        _charge,
        st.just(day),
        st.sampled_from(["billed", "estimated", "entered", "unknown"]),
        amounts(),
        st.fixed_dictionaries(
            _SOME
            | {
                "currency": CURRENCIES,
                "charge_category": st.sampled_from(["Usage", "Tax", "Credit"]),
                "role": st.sampled_from(["counted", "breakdown"]),
                "billing_period": st.sampled_from(BILLING_PERIODS),
                "list_cost": st.none() | amounts(),
                "consumed_quantity": st.none() | amounts(),
            }
        ),
    )


def _charge(day: date, basis: str, cost: Decimal, more: dict[str, Any]) -> Charge:
    return charge(None if basis == "unknown" else str(cost), day, basis=basis, **more)


def usages(day: date = MONDAY) -> st.SearchStrategy[Usage]:
    """A usage of the day."""
    return st.builds(
        lambda measured, more: Usage(
            charge_period=Period.of_day(day), category="ai", quantities=measured, **more
        ),
        quantities(),
        st.fixed_dictionaries(_SOME),
    )


def rows(day: date = MONDAY, max_size: int = 8) -> st.SearchStrategy[list[AnyRow]]:
    """Some rows of the day, with and without equal keys."""
    return st.lists(charges(day) | usages(day), max_size=max_size)


def hours(day: date, first: int, after: int) -> Period:
    """A part of the UTC day."""
    return Period(midnight(day) + timedelta(hours=first), midnight(day) + timedelta(hours=after))


def week(first: date) -> list[date]:
    """Seven days in a row."""
    return [first + number * DAY for number in range(7)]
