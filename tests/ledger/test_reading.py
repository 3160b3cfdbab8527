"""A feed's pages become rows by day: spread, cut, merged, with the answers that state them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ecot.ledger.reading import beside, by_day, by_month, reading
from ecot.model.answer import Parsed
from ecot.model.money import total
from ecot.model.period import DAY, Period, midnight
from ecot.model.rows import AnyRow, Charge, Name, Usage
from tests.rows import MONDAY, MUCH_LATER, amounts, charge, hours, said, usage, week

MOMENTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone comes along


def parsed(*found: AnyRow | Name) -> list[Parsed]:
    return [Parsed(f"/{place}", row) for place, row in enumerate(found)]


def test_rows_of_other_days_are_left_out_at_both_ends() -> None:
    days = week(MONDAY)
    around = [charge("1", day) for day in (days[0] - DAY, days[0], days[-1], days[-1] + DAY)]
    one = reading("costs", days, {"page": parsed(*around)}, read_at=MUCH_LATER)
    assert one.rows == {days[0]: (around[1],), days[-1]: (around[2],)}
    assert one.days == tuple(days)


def test_a_day_names_the_pages_that_state_it_once_each_and_in_order() -> None:
    pages = {
        "page 1": parsed(charge("1"), charge("2")),
        "page 2": parsed(charge("3"), charge("4", MONDAY + DAY)),
        "page 3": parsed(Name("user", "u1", "Ana")),
    }
    one = reading("costs", week(MONDAY), pages, read_at=MUCH_LATER)
    assert one.evidence == {MONDAY: ("page 1", "page 2"), MONDAY + DAY: ("page 2",)}
    assert one.rows[MONDAY] == (charge("6"),)


def test_a_charge_of_a_month_is_on_each_of_its_days_and_adds_up() -> None:
    january = Period.of_days(date(2026, 1, 1), date(2026, 2, 1))
    whole = charge(
        "100", charge_period=january, list_cost=Decimal("-0.01"), consumed_quantity=Decimal(744)
    )
    parts = [part for part in by_day(whole) if isinstance(part, Charge)]
    assert [part.day for part in parts] == list(january.days())
    assert {part.charge_period.end - part.charge_period.start for part in parts} == {DAY}
    assert {part.spread_from for part in parts} == {january}
    assert total(part.billed_cost or Decimal(0) for part in parts) == 100
    assert total(part.list_cost or Decimal(0) for part in parts) == Decimal("-0.01")
    assert {part.consumed_quantity for part in parts} == {Decimal(24)}
    assert {part.effective_cost for part in parts} == {None}


def test_a_charge_of_an_unknown_cost_is_spread_and_stays_unknown() -> None:
    period = Period.of_days(MONDAY, MONDAY + 3 * DAY)
    parts = by_day(charge(None, charge_period=period))
    assert [part.billed_cost for part in parts if isinstance(part, Charge)] == [None] * 3


def test_days_are_weighed_by_their_time() -> None:
    noon = midnight(MONDAY) + timedelta(hours=12)
    parts = by_day(charge("3", charge_period=Period(noon, noon + timedelta(hours=36))))
    assert [str(part.billed_cost) for part in parts if isinstance(part, Charge)] == ["1.00", "2.00"]
    assert parts[0].charge_period == Period(noon, midnight(MONDAY + DAY))
    assert parts[1].charge_period == Period.of_day(MONDAY + DAY)


def test_hours_and_single_days_are_left_as_they_are_and_never_share_a_key() -> None:
    rows: list[AnyRow] = [
        charge("1", charge_period=hours(MONDAY, hour, hour + 1)) for hour in (0, 23)
    ]
    rows.append(charge("1"))
    one = reading("costs", [MONDAY], {"page": parsed(*rows)}, read_at=MUCH_LATER)
    assert sorted(one.rows[MONDAY], key=str) == sorted(rows, key=str)


def test_a_usage_is_never_spread() -> None:
    long = usage({"objects": "3"}, charge_period=Period.of_days(MONDAY, MONDAY + 5 * DAY))
    assert by_day(long) == [long]
    assert isinstance(long, Usage)


def test_a_reading_is_cut_into_its_months_and_loses_nothing() -> None:
    days = week(date(2026, 1, 29))
    rows: dict[date, list[AnyRow]] = {day: [charge("1", day)] for day in days[1:]}
    whole = said("costs", rows, days=days, evidence={day: (str(day),) for day in days[2:]})
    january, february = by_month(whole).items()
    assert [str(january[0]), str(february[0])] == ["2026-01", "2026-02"]
    assert (january[1].days, february[1].days) == (tuple(days[:3]), tuple(days[3:]))
    assert (*january[1].rows, *february[1].rows) == tuple(days[1:])
    assert {**january[1].evidence, **february[1].evidence} == whole.evidence
    assert january[1].read_at == whole.read_at


@given(MOMENTS, st.timedeltas(timedelta(seconds=1), timedelta(days=400)), amounts())
def test_the_parts_of_any_charge_cover_its_period_and_add_up(
    start: datetime, length: timedelta, amount: Decimal
) -> None:
    period = Period(start, start + length)
    whole = charge(str(amount), charge_period=period, pricing_quantity=amount)
    parts = [part for part in by_day(whole) if isinstance(part, Charge)]
    assert parts[0].charge_period.start == period.start
    assert parts[-1].charge_period.end == period.end
    assert len({part.day for part in parts}) == len(parts)
    assert sum(Fraction(part.billed_cost or 0) for part in parts) == Fraction(amount)
    assert total(part.pricing_quantity or Decimal(0) for part in parts) == amount
    assert {
        msgspec.structs.replace(
            part,
            charge_period=period,
            spread_from=None,
            billed_cost=amount,
            pricing_quantity=amount,
        )
        == whole
        for part in parts
    } == {True}


def test_rows_that_a_day_keeps_stand_beside_what_was_read_of_it() -> None:
    one = reading("costs", week(MONDAY), {"page": parsed(charge("1"))}, read_at=MUCH_LATER)
    both = beside(one, MONDAY, [charge("2"), usage({"requests": "3"})], ["kept", "page"])
    assert both.rows[MONDAY] == (charge("3"), usage({"requests": "3"}))
    assert both.evidence[MONDAY] == ("page", "kept")
    assert beside(one, MONDAY + DAY, [charge("4", MONDAY + DAY)], ["kept"]).rows == {
        MONDAY: (charge("1"),),
        MONDAY + DAY: (charge("4", MONDAY + DAY),),
    }
    assert beside(one, MONDAY + DAY, [], []) == one
