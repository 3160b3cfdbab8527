"""The months of each account: what is closed, and exactly what is still owed to the others."""

from datetime import UTC, date, datetime

from ecot.jobs.bills import enter
from ecot.jobs.month_states import AccountMonth, month_states
from ecot.jobs.months import close_months
from ecot.jobs.plans import write_plans
from ecot.jobs.retire import retire
from ecot.model.head import DayPointer, Head
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.store.heads import put_head
from ecot.store.protocol import Place
from ecot.store.records import put_outcome
from tests.bills import JANUARY, WHEN, bill
from tests.jobs.shelf import NOW, Shelf, costs
from tests.plans import plan
from tests.rows import ACCOUNT, charge, usage

FEBRUARY = Month(2026, 2)


def by_month(place: Place, first: Month, last: Month) -> dict[tuple[str, str], AccountMonth]:
    """The months, by account and month."""
    found = month_states(place.store, Shelf(place).question(first, last))
    assert found == sorted(found, key=lambda one: one.month, reverse=True)
    return {(one.account, str(one.month)): one for one in found}


def january(place: Place) -> AccountMonth:
    return by_month(place, JANUARY, JANUARY)[ACCOUNT, "2026-01"]


def test_a_month_says_which_days_were_not_read(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(
        ACCOUNT,
        costs(["1.00"] * 9, JANUARY.first),
        Period.of_days(JANUARY.first, date(2026, 1, 10)),
    )
    shelf.put(ACCOUNT, [], Period.of_days(date(2026, 1, 12), JANUARY.after))
    one = january(place)
    assert (one.state, one.unread) == ("provisional", (date(2026, 1, 10), date(2026, 1, 11)))
    assert str(one.cost) == "9.00"
    months = by_month(place, Month(2025, 12), Month(2026, 5))
    assert ("openai/edugami", "2025-12") not in months
    unread = months[ACCOUNT, "2026-05"].unread
    assert (months[ACCOUNT, "2026-05"].state, len(unread)) == ("open", 19)
    assert len(months[ACCOUNT, "2026-02"].unread) == 28


def test_a_month_says_that_a_part_of_its_cost_or_all_of_it_is_unknown(place: Place) -> None:
    shelf = Shelf(place)
    both = [charge("1.00", JANUARY.first), charge(None, JANUARY.first, service="priority")]
    shelf.put(ACCOUNT, both, JANUARY.period)
    shelf.put(ACCOUNT, [usage({"credits": "7"}, FEBRUARY.first)], FEBRUARY.period)
    months = by_month(place, JANUARY, Month(2026, 3))
    found = [months[ACCOUNT, f"2026-0{number}"] for number in (1, 2, 3)]
    assert [str(one.cost) for one in found] == ["1.00", "None", "None"]
    assert [one.lacks_cost for one in found] == [True, True, False]


def test_a_closed_month_owes_its_late_reading_until_it_was_read(place: Place) -> None:
    shelf = Shelf(place, now=datetime(2026, 2, 12, tzinfo=UTC))
    shelf.put(ACCOUNT, costs(["1.00"], JANUARY.first), JANUARY.period)
    one = january(place)
    assert one.closed_at is not None
    assert (one.state, one.reread_due, one.reread_at) == ("closed", date(2026, 3, 3), None)
    assert one.is_late(date(2026, 3, 3))
    assert not one.is_late(date(2026, 3, 2))
    Shelf(place).put(ACCOUNT, costs(["1.00"], JANUARY.first), JANUARY.period)
    assert (january(place).reread_due, january(place).reread_at) == (None, NOW)


def test_a_day_in_doubt_is_told(place: Place) -> None:
    days = {"01": DayPointer("a-document", "E")}
    put_head(place.store, Head(account=ACCOUNT, month=JANUARY, feeds=("costs",), days=days), 0)
    assert january(place).doubted == (JANUARY.first,)


def test_a_key_that_is_missing_owes_every_day_of_a_new_account(place: Place) -> None:
    outcome = Outcome(
        provider="mistral", account="mistral/x", run="r", at=NOW, state="not_configured"
    )
    put_outcome(place.store, outcome)
    months = by_month(place, JANUARY, Month(2026, 5))
    assert sorted(months) == [("mistral/x", "2026-04"), ("mistral/x", "2026-05")]
    assert len(months["mistral/x", "2026-04"].unread) == 30


def test_an_account_of_bills_alone_has_months_and_owes_nothing(place: Place) -> None:
    top_up = bill(number="T", account="penpot/p", kind="top-up")
    enter(place, [bill(account="penpot/p", after=date(2026, 2, 10)), top_up], WHEN, "ana")
    months = by_month(place, JANUARY, Month(2026, 5))
    assert sorted(months) == [("penpot/p", "2026-01"), ("penpot/p", "2026-02")]
    one = months["penpot/p", "2026-01"]
    assert (one.state, one.unread, one.gaps()) == (None, (), [])
    assert [listed.standing.bill.number for listed in one.bills] == ["INV-1", "T"]


def test_a_gap_is_to_do_until_it_is_booked_and_a_rounding_never(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["1.00"] * 31, JANUARY.first), JANUARY.period)
    shelf.enter(bill("31.004"))
    assert january(place).gaps() == []
    shelf.enter(bill("35.00"))
    (gap,) = january(place).gaps()
    assert (str(gap.gap), gap.reason) == ("4.00", "unexplained")
    shelf.book(bill())
    assert january(place).gaps() == []
    shelf.enter(bill("35.00", currency="CHF"))
    assert january(place).gaps()[0].gap is None


def test_a_gap_of_several_bills_is_one_gap(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["1.00"] * 31, JANUARY.first), JANUARY.period)
    shelf.enter(bill("20.00", "A"), bill("15.00", "B"))
    (gap,) = january(place).gaps()
    assert (str(gap.gap), [one.number for one in gap.bills]) == ("4.00", ["A", "B"])


def test_a_bill_from_before_the_account_was_collected_is_a_month_of_bills_alone(
    place: Place,
) -> None:
    april = Month(2026, 4)
    Shelf(place).put(ACCOUNT, costs(["1.00"] * 30, april.first), april.period)
    enter(place, [bill()], WHEN, "ana")
    assert (january(place).state, january(place).unread) == (None, ())


def test_days_that_a_bill_settles_are_not_owed(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(
        ACCOUNT, costs(["1.00"], JANUARY.first, basis="estimated"), Period.of_day(JANUARY.first)
    )
    shelf.enter(bill("31.00"))
    one = january(place)
    assert (one.unread, len(one.covered), one.state) == ((), 30, "provisional")


def test_an_account_that_left_says_when_and_is_owed_nothing_after_it(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["1.00"], JANUARY.first), JANUARY.period)
    retire(place.store, (), date(2026, 2, 3))
    months = by_month(place, JANUARY, Month(2026, 5))
    assert sorted(months) == [(ACCOUNT, "2026-01"), (ACCOUNT, "2026-02")]
    assert months[ACCOUNT, "2026-01"].retired is None
    left = months[ACCOUNT, "2026-02"]
    assert (left.retired, left.unread) == (date(2026, 2, 3), (FEBRUARY.first, FEBRUARY.first + DAY))


def test_a_plan_closes_without_a_late_reading(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put("supabase/s", costs(["1.00"], JANUARY.first), JANUARY.period, feed="plan.pro")
    retire(place.store, ("supabase/s",), NOW.date())
    close_months(place, shelf.round())
    one = by_month(place, JANUARY, JANUARY)["supabase/s", "2026-01"]
    assert one.plans


def test_a_month_of_plans_alone_is_closed_and_owes_nothing(place: Place) -> None:
    shelf = Shelf(place)
    write_plans(place, [plan()], shelf.round())
    close_months(place, shelf.round())
    one = by_month(place, JANUARY, JANUARY)["supabase/supabase", "2026-01"]
    assert (one.plans, one.state, one.closed_at) == (True, "closed", NOW)
    assert (one.reread_due, one.unread) == (None, ())


def test_an_account_that_left_owes_no_late_reading(place: Place) -> None:
    shelf = Shelf(place, now=datetime(2026, 2, 12, tzinfo=UTC))
    shelf.put(ACCOUNT, costs(["1.00"], JANUARY.first), JANUARY.period)
    assert january(place).reread_due == date(2026, 3, 3)
    retire(place.store, (), date(2026, 2, 13))
    assert (january(place).state, january(place).reread_due) == ("closed", None)


def test_a_bill_is_in_no_month_that_is_not_asked_about(place: Place) -> None:
    enter(place, [bill(first=date(2025, 12, 20), after=date(2026, 2, 10))], WHEN, "ana")
    assert sorted(by_month(place, JANUARY, JANUARY)) == [(ACCOUNT, "2026-01")]
