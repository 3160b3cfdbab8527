"""Counters of money owed: differences within a cycle, never counted twice, never lost."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ecot.ledger.accruals import accrued, accruing, counter, counter_of
from ecot.model.period import DAY, Period
from ecot.model.rows import Balance, Charge

NOVEMBER = Period(datetime(2026, 11, 5, 14, tzinfo=UTC), datetime(2026, 12, 5, 14, tzinfo=UTC))
DECEMBER = Period(NOVEMBER.end, datetime(2027, 1, 5, 14, tzinfo=UTC))


def snapshot(day: date, used: str | None, cycle: Period | None = NOVEMBER) -> Balance:
    return Balance(
        charge_period=Period.of_day(day),
        category="ai",
        name="overage",
        unit="USD",
        cycle=cycle,
        accrues=True,
        used=None if used is None else Decimal(used),
    )


def charges(before: Balance | None, now: Balance) -> list[Charge]:
    return list(accrued([before] if before else [], [now]))


def test_what_a_counter_has_grown_by_is_owed_for_the_days_between() -> None:
    (charge,) = charges(snapshot(date(2026, 11, 20), "3.10"), snapshot(date(2026, 11, 23), "4.00"))
    assert charge.billed_cost == Decimal("0.90")
    assert charge.charge_period == Period.of_days(date(2026, 11, 21), date(2026, 11, 24))
    assert (charge.basis, charge.currency, charge.service) == ("billed", "USD", "overage")


def test_the_first_snapshot_tells_of_its_cycle_so_far() -> None:
    (charge,) = charges(None, snapshot(date(2026, 11, 20), "3.10"))
    assert charge.billed_cost == Decimal("3.10")
    assert charge.charge_period == Period.of_days(date(2026, 11, 5), date(2026, 11, 21))


def test_a_new_cycle_counts_from_its_own_start() -> None:
    late = snapshot(date(2026, 12, 4), "9.00")
    (charge,) = charges(late, snapshot(date(2026, 12, 7), "0.50", DECEMBER))
    assert charge.billed_cost == Decimal("0.50")
    assert charge.charge_period.start.date() == date(2026, 12, 5)


def test_the_day_on_which_a_cycle_turns_is_charged_once() -> None:
    on_the_day = snapshot(date(2026, 12, 5), "9.00")
    (charge,) = charges(on_the_day, snapshot(date(2026, 12, 7), "0.50", DECEMBER))
    assert charge.charge_period.start.date() == date(2026, 12, 6)


def test_a_cycle_told_a_little_differently_is_the_same_one() -> None:
    later = Period(NOVEMBER.start, NOVEMBER.end + timedelta(minutes=1))
    (charge,) = charges(snapshot(date(2026, 11, 20), "3"), snapshot(date(2026, 11, 21), "5", later))
    assert charge.billed_cost == 2


def test_a_counter_that_went_back_gives_money_back() -> None:
    (charge,) = charges(snapshot(date(2026, 11, 20), "3"), snapshot(date(2026, 11, 21), "2.5"))
    assert (charge.billed_cost, charge.charge_category) == (Decimal("-0.5"), "Credit")


def test_what_did_not_grow_is_no_charge() -> None:
    assert charges(snapshot(date(2026, 11, 20), "3"), snapshot(date(2026, 11, 21), "3.0")) == []
    assert charges(None, snapshot(date(2026, 11, 21), "0")) == []


def test_without_a_cycle_the_first_snapshot_only_begins() -> None:
    first = snapshot(date(2026, 11, 20), "812", cycle=None)
    assert charges(None, first) == []
    (charge,) = charges(first, snapshot(date(2026, 11, 21), "813", cycle=None))
    assert charge.billed_cost == 1


def test_a_counter_is_told_from_another() -> None:
    ours = snapshot(date(2026, 11, 20), "3")
    theirs = Balance(
        charge_period=Period.of_day(date(2026, 11, 21)),
        category="ai",
        name="overage",
        unit="EUR",
        cycle=NOVEMBER,
        accrues=True,
        used=Decimal(4),
    )
    (charge,) = accrued([ours], [theirs])
    assert (charge.currency, charge.billed_cost) == ("EUR", Decimal(4))


def test_only_known_counters_accrue() -> None:
    unknown = snapshot(date(2026, 11, 20), None)
    assert accruing([unknown, snapshot(date(2026, 11, 20), "1")])[0].used == 1
    assert len(accruing([unknown])) == 0


@given(
    st.lists(
        st.tuples(st.integers(1, 3), st.decimals(0, 5, places=7, allow_nan=False)),
        min_size=1,
        max_size=8,
    )
)
def test_however_often_it_is_read_a_cycle_costs_what_its_counter_says(
    steps: list[tuple[int, Decimal]],
) -> None:
    """Each step is days that passed and money that became owed: the charges add up to the last
    count, and no day has two of them."""
    day, counted = NOVEMBER.start.date(), Decimal(0)
    before: Balance | None = None
    found: list[Charge] = []
    for days, grown in steps:
        day, counted = day + days * DAY, counted + grown
        now = snapshot(day, str(counted))
        found += charges(before, now)
        before = now
    assert sum((charge.billed_cost or Decimal(0) for charge in found), Decimal(0)) == counted
    charged = [one for charge in found for one in charge.charge_period.days()]
    assert len(charged) == len(set(charged))


def test_a_charge_leads_back_to_its_counter() -> None:
    now = snapshot(date(2026, 11, 20), "3.10")
    (charge,) = charges(None, now)
    assert counter_of(charge) == counter(now)
