"""Bills in the ledger: one put, followed by every total, whatever days are asked about."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.analysis.sums import cost_of
from ecot.jobs.bill_scopes import stray
from ecot.jobs.bills import Balance, balances, histories, listed, say
from ecot.jobs.charge_marks import Marks
from ecot.jobs.export_bills import bill_lines
from ecot.jobs.query import By, Question, Totals, answer, figures, heads_of
from ecot.ledger.months import begun
from ecot.model.bill import Bill
from ecot.model.money import total
from ecot.model.period import DAY, Month, Period
from ecot.model.rates import TypedRate
from ecot.model.rows import AnyRow
from ecot.store.heads import query_heads
from ecot.store.protocol import Place
from ecot.store.records import put_progress
from tests.bills import JANUARY, bill, bookings, entered, sets_of_bills, stated, told
from tests.jobs.shelf import Shelf, costs
from tests.ledger.book import in_memory
from tests.rows import ACCOUNT, charge, rows

FIRST, LAST = Month(2025, 12), Month(2026, 3)
DAYS = Period.of_days(FIRST.first, LAST.after)
MANY_ROWS = st.dates(FIRST.first, LAST.after - DAY).flatmap(lambda day: rows(day, 3))
TYPED = (TypedRate("EUR", "USD", Decimal("1.25"), date(2025, 1, 1)),)


def test_a_bill_is_one_put_that_every_total_follows(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["2.00"] * 31, JANUARY.first, basis="estimated"), JANUARY.period)
    assert shelf.totals(JANUARY).total == Decimal("62.00")
    shelf.enter(bill("70.00", tax=Decimal("14.00")))
    by_model = shelf.totals(JANUARY, by="model")
    assert (by_model.total, by_model.tax) == (Decimal("70.00"), Decimal("14.00"))
    assert by_model.coverage.entered == 1
    assert by_model.groups[0].replaced == Decimal("62.00")
    shelf.void(bill())
    assert shelf.totals(JANUARY).total == Decimal("62.00")
    actions = [entry.action for _, entry in histories(place.store, ACCOUNT, "INV-1")]
    assert actions == ["entered", "voided"]
    assert list(histories(place.store, ACCOUNT, "INV-2")) == []


def test_what_a_bill_settles_whole_is_not_missing_any_more(place: Place) -> None:
    shelf = Shelf(place)
    start = Period.of_days(JANUARY.first, date(2026, 1, 10))
    end = Period.of_days(date(2026, 1, 20), JANUARY.after)
    shelf.put(ACCOUNT, costs(["2.00"] * 9, JANUARY.first), start)
    shelf.put(ACCOUNT, costs(["2.00"], end.start.date()), end)
    assert shelf.totals(JANUARY).coverage.missing[0].days == 10
    shelf.enter(bill("31.00", service="chat"))
    assert shelf.totals(JANUARY).coverage.missing[0].days == 10
    shelf.void(bill())
    shelf.enter(bill("31.00"))
    assert shelf.totals(JANUARY).total == Decimal("20.00")
    assert shelf.totals(JANUARY).coverage.missing[0].days == 10
    assert shelf.settled(JANUARY).reason == "late data"
    shelf.book(bill())
    found = shelf.totals(JANUARY)
    assert (found.total, found.coverage.missing) == (Decimal("31.00"), ())


def test_only_the_days_that_a_bill_settles_whole_are_covered(place: Place) -> None:
    """A bill of five days, and one of a service over the month: six days on nobody was billed
    whole. A credit note says nothing of what there was to pay."""
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["2.00"] * 4, JANUARY.first), Period.of_days(*_first_days(4)))
    shelf.enter(bill("9.00", "WEEK", after=date(2026, 1, 6)), bill("3.00", "CHAT", service="chat"))
    shelf.book(bill(number="WEEK"))
    (gap,) = shelf.totals(JANUARY).coverage.missing
    assert (gap.first, gap.days) == (date(2026, 1, 6), 26)

    other = "openai/other"
    shelf.put(other, costs(["2.00"], date(2025, 12, 31)), Period.of_day(date(2025, 12, 31)))
    shelf.enter(bill("-5.00", "CREDIT", account=other))
    missing = {gap.account: gap.days for gap in shelf.totals(JANUARY).coverage.missing}
    assert missing == {ACCOUNT: 26, other: 31}
    shelf.enter(bill("50.00", account=other))
    assert [gap.account for gap in shelf.totals(JANUARY).coverage.missing] == [ACCOUNT]


def _first_days(number: int) -> tuple[date, date]:
    return JANUARY.first, JANUARY.first + number * DAY


def test_a_booked_gap_is_the_same_whatever_days_are_asked_about(place: Place) -> None:
    """March bills a charge of 1 January in dollars, at the rate of 31 December: that rate is needed
    for March's gap too, when nobody asks about January."""
    shelf = Shelf(place, currency="EUR")
    shelf.publish_rates({date(2025, 12, 31): {"USD": "1.25"}, date(2026, 2, 27): {"USD": "1.25"}})
    rows = [
        charge("10.00", JANUARY.first, billing_period=LAST.period),
        *costs(["1.25"] * 31, LAST.first, billing_period=LAST.period),
    ]
    shelf.put(ACCOUNT, rows, Period.of_days(JANUARY.first, LAST.after))
    invoice = bill("50.00", currency="EUR", issued=LAST.after, first=LAST.first, after=LAST.after)
    shelf.enter(invoice)
    shelf.book(invoice)
    of_march = 31 * Decimal("1.00") + 50 - 31 - Decimal("8.00")
    assert shelf.settled(LAST).gap == 50 - 31 - Decimal("8.00")
    assert shelf.totals(LAST).total == of_march
    by_month = {one.key: one.billed_cost for one in shelf.totals(JANUARY, LAST, by="month").groups}
    assert by_month == {"2026-01": Decimal("8.00"), "2026-03": of_march}


def test_a_scoped_bill_replaces_its_service_by_every_dimension(place: Place) -> None:
    shelf = Shelf(place)
    of_both = [
        charge("5.00", basis="estimated", service="chat", user="ana"),
        charge("3.00", basis="estimated", service="images", user="bob"),
    ]
    shelf.put(ACCOUNT, of_both, JANUARY.period)
    shelf.enter(bill("6.20", service="chat"))
    dimensions: tuple[By, ...] = ("provider", "service", "user", "api_key", "day", "category")
    for by in dimensions:
        assert shelf.totals(JANUARY, by=by).total == Decimal("9.20"), by
    by_user = {group.key: group for group in shelf.totals(JANUARY, by="user").groups}
    assert by_user["bob"].billed_cost == Decimal("3.00")
    assert (by_user["ana"].billed_cost, by_user["ana"].replaced) == (None, Decimal("5.00"))
    assert by_user[None].billed_cost == Decimal("6.20")


@pytest.mark.parametrize("part", [{"service": "chat"}, {"sub_account_id": "proj_a"}])
def test_a_bill_of_a_part_reconciles_with_its_charges_alone(
    place: Place, part: dict[str, str]
) -> None:
    shelf = Shelf(place)
    other = charge("3.00", service="images", sub_account_id="proj_b")
    of_both = [charge("5.00", service="chat", sub_account_id="proj_a"), other]
    shelf.put(ACCOUNT, of_both, JANUARY.period)
    shelf.enter(bill("6.20", **part))
    one = shelf.settled(JANUARY)
    assert (one.how, one.charged, one.gap) == ("reconcile", Decimal("5.00"), Decimal("1.20"))
    assert shelf.totals(JANUARY).total == Decimal("8.00")
    shelf.book(bill())
    assert shelf.totals(JANUARY).total == Decimal("9.20")
    by: By = "service" if "service" in part else "sub_account"
    costs_of_parts = {group.key: group.billed_cost for group in shelf.totals(JANUARY, by=by).groups}
    (name,) = part.values()
    assert costs_of_parts == {
        name: Decimal("6.20"),
        getattr(other, "service" if "service" in part else "sub_account_id"): Decimal("3.00"),
    }


def test_two_who_type_at_once_both_stand(place: Place) -> None:
    def type_one(number: int) -> int:
        return say(place, ACCOUNT, [entered(bill(number=f"INV-{number}"))])

    with ThreadPoolExecutor(8) as people:
        assert list(people.map(type_one, range(24))) == [1] * 24
    shelf = Shelf(place)
    assert len(listed(place.store, shelf.question(JANUARY))) == 24


def test_a_top_up_moves_a_balance_and_nothing_else(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["1.20"] * 31, JANUARY.first), JANUARY.period)
    before = shelf.totals(JANUARY)
    paid = {"issued": date(2026, 1, 3), "first": date(2026, 1, 3), "after": date(2026, 1, 4)}
    shelf.enter(bill("100.00", "TOP-1", kind="top-up", **paid), bill("50", "TOP-2", kind="top-up"))
    assert shelf.totals(JANUARY) == before
    question = shelf.question(JANUARY)
    assert [one.settlement for one in listed(place.store, question)] == [None, None]
    spent = 31 * Decimal("1.20")
    assert balances(place.store, question) == [
        Balance(
            account=ACCOUNT,
            currency="USD",
            since=date(2026, 1, 1),
            paid_in=Decimal("150.00"),
            spent=spent,
            left=150 - spent,
        )
    ]


def test_what_is_left_is_not_known_while_days_are_missing(place: Place) -> None:
    shelf = Shelf(place)
    shelf.enter(bill("100.00", kind="top-up"))
    nothing = balances(place.store, shelf.question(JANUARY))[0]
    shelf.put(ACCOUNT, costs(["1.00"] * 30, JANUARY.first), JANUARY.period)
    put_progress(place.store, begun(ACCOUNT, ("costs", "usage"), JANUARY.first))
    missing = balances(place.store, shelf.question(JANUARY))[0]
    assert (nothing.spent, nothing.left, missing.spent, missing.left) == (None,) * 4
    put_progress(place.store, begun(ACCOUNT, ("costs",), JANUARY.first))
    assert balances(place.store, shelf.question(JANUARY))[0].left == 70


def test_of_a_bill_only_the_days_since_the_first_top_up_are_spent(place: Place) -> None:
    """31.00 over January is 1.00 a day: 17 of them from the 15th on."""
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["2.00"] * 31, JANUARY.first, basis="estimated"), JANUARY.period)
    shelf.enter(bill("31.00"))
    paid = date(2026, 1, 15)
    on_the_15th: dict[str, Any] = {"issued": paid, "first": paid, "after": paid + DAY}
    shelf.enter(bill("100.00", "TOP", kind="top-up", **on_the_15th))
    (balance,) = balances(place.store, shelf.question(JANUARY))
    assert (balance.since, balance.spent, balance.left) == (paid, Decimal(17), Decimal(83))


def test_a_balance_in_a_currency_without_a_rate_says_so(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["1.20"], JANUARY.first), JANUARY.period)
    shelf.enter(bill("100.00", kind="top-up", currency="CHF"))
    (balance,) = balances(place.store, shelf.question(JANUARY))
    assert (balance.spent, balance.left) == (None, None)


def test_a_balance_that_has_unknown_costs_says_so(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, [charge("1.20"), charge(None, service="new")], JANUARY.period)
    shelf.enter(bill("100.00", "TOP", kind="top-up"))
    (balance,) = balances(place.store, shelf.question(JANUARY))
    assert (balance.paid_in, balance.spent, balance.left) == (Decimal("100.00"), None, None)
    shelf.enter(bill("7.00"))  # in place of both
    assert balances(place.store, shelf.question(JANUARY))[0].left == Decimal("93.00")


def test_what_was_spent_is_not_taken_out_of_two_balances(place: Place) -> None:
    shelf = Shelf(place)
    shelf.typed = TYPED
    shelf.put(ACCOUNT, costs(["1.20"] * 31, JANUARY.first), JANUARY.period)
    dollars, euros = bill("100.00", "TOP-1", kind="top-up"), bill("50.00", "TOP-2", kind="top-up")
    shelf.enter(dollars, msgspec.structs.replace(euros, currency="EUR"))
    found = balances(place.store, shelf.question(JANUARY))
    assert [(one.currency, one.paid_in, one.spent, one.left) for one in found] == [
        ("EUR", Decimal("50.00"), None, None),
        ("USD", Decimal("100.00"), None, None),
    ]


def test_only_the_accounts_asked_about_are_listed(place: Place) -> None:
    shelf = Shelf(place)
    shelf.enter(bill(), bill(account="mistral/mistral"))
    question = Question(
        first=JANUARY.first,
        after=JANUARY.after,
        today=shelf.now.date(),
        currency="USD",
        provider="mistral",
    )
    assert [one.standing.bill.account for one in listed(place.store, question)] == [
        "mistral/mistral"
    ]
    assert answer(place.store, question, "provider", {}).total == Decimal("10.00")
    say(place, "mistral/mistral", [told("voided")])
    assert answer(place.store, question, "provider", {}).total is None


@settings(max_examples=60)
@given(
    st.lists(MANY_ROWS, max_size=6).map(lambda lists: [row for some in lists for row in some])
    | stated(),
    sets_of_bills(),
    st.lists(st.dates(FIRST.first, LAST.after), max_size=2),
    bookings(),
)
def test_the_parts_of_any_time_add_up_to_the_whole_by_every_dimension(
    drawn: list[AnyRow], bills: list[Bill], cuts: list[date], booked: set[int]
) -> None:
    place = in_memory()
    shelf = Shelf(place)
    shelf.put(ACCOUNT, drawn, DAYS)
    shelf.enter(*bills)
    for one in bills:
        if int(one.number[-1]) in booked:
            shelf.book(one)
    ends = sorted({FIRST.first, LAST.after, *cuts})
    dimensions: tuple[By, ...] = ("account", "service", "user")
    for by in dimensions:
        whole = _asked(place, FIRST.first, LAST.after, by)
        parts = [_asked(place, *pair, by) for pair in pairwise(ends)]
        assert _sums(parts) == _sums([whole])
        assert _sums([whole]) == _sums([_asked(place, FIRST.first, LAST.after, "account")])
    place.store.close()


def _asked(place: Place, first: date, after: date, by: By) -> Totals:
    question = Question(
        first=first, after=after, today=date(2026, 9, 1), currency="USD", typed=TYPED
    )
    return answer(place.store, question, by, {})


def _sums(parts: Sequence[Totals]) -> tuple[Decimal, Decimal, int]:
    unknown = sum(part.coverage.unknown for part in parts)
    costs_of_parts = [part.total or Decimal(0) for part in parts]
    return total(costs_of_parts), total(part.tax or Decimal(0) for part in parts), unknown


def test_a_view_that_reads_heads_alone_counts_a_scoped_bill_once(place: Place) -> None:
    shelf = Shelf(place)
    rows = [charge("5.00", basis="estimated", service="chat"), charge("3.00", service="images")]
    shelf.put(ACCOUNT, rows, JANUARY.period)
    shelf.enter(bill("6.20", service="chat"))
    question = shelf.question(JANUARY)
    found = figures(place.store, question, heads_of(place.store, question), None).figures
    assert cost_of(found, "USD") == Decimal("9.20")
    top_up = bill("100.00", "TOP", kind="top-up")
    shelf.enter(top_up)
    assert balances(place.store, question)[0].spent == Decimal("9.20")


def test_a_bill_says_what_it_is_in_the_currency_that_is_asked_for(place: Place) -> None:
    shelf = Shelf(place)
    shelf.typed = TYPED
    shelf.enter(bill("10.00", currency="EUR"), bill("4.00", "INV-2", currency="CHF"))
    one, other = listed(place.store, shelf.question(JANUARY))
    assert (one.converted, one.rate and one.rate.rate) == (Decimal("12.5000"), Decimal("1.25"))
    assert (other.converted, other.rate) == (None, None)


DEARER_EURO = (
    TypedRate("EUR", "USD", Decimal("1.00"), date(2025, 1, 1)),
    TypedRate("EUR", "USD", Decimal("1.50"), date(2026, 1, 5)),
)


def test_a_bill_is_converted_at_the_rate_of_its_issue_date(place: Place) -> None:
    shelf = Shelf(place)
    shelf.typed = DEARER_EURO
    shelf.enter(bill("10.00", currency="EUR"))
    (one,) = listed(place.store, shelf.question(JANUARY))
    assert (one.standing.bill.first, one.standing.bill.issued) == (JANUARY.first, JANUARY.after)
    assert (one.converted, one.rate and one.rate.day) == (Decimal("15.00"), date(2026, 1, 5))


def test_a_charge_is_converted_at_the_rate_of_its_day(place: Place) -> None:
    shelf = Shelf(place)
    shelf.typed = DEARER_EURO
    of_two_days = costs(["2.00"] * 2, date(2026, 1, 4), currency="EUR")
    shelf.put(ACCOUNT, of_two_days, JANUARY.period)
    marks = Marks(place.store, shelf.question(JANUARY))
    found = [marks.of(ACCOUNT, one).cost for one in of_two_days]
    assert found == [Decimal("2.00"), Decimal("3.00")]
    assert shelf.totals(JANUARY).total == total(cost for cost in found if cost is not None)


def test_a_booking_moves_no_month_while_a_bill_of_its_group_is_not_over() -> None:
    """On 10 May, a bill to 30 May joins that of April by a day: what lacks of it is no gap yet."""
    april, may = Month(2026, 4), Month(2026, 5)
    days = Period.of_days(april.first, date(2026, 5, 11))
    shelf = Shelf(in_memory(), now=datetime(2026, 5, 10, 6, tzinfo=UTC))
    shelf.put(ACCOUNT, costs(["10"] * 39, april.first), days)
    booked = bill("300", "A", first=april.first, after=april.after)
    shelf.enter(booked)
    shelf.book(booked)
    before = shelf.totals(april), shelf.totals(may)
    shelf.enter(bill("310", "B", first=date(2026, 4, 30), after=date(2026, 5, 31)))
    assert (shelf.totals(april).total, shelf.totals(may).total) == (Decimal(300), Decimal(90))
    assert [one.total for one in before] == [Decimal(300), Decimal(90)]
    shelf.now = datetime(2026, 5, 31, 6, tzinfo=UTC)
    assert shelf.totals(april, may).total == Decimal(610)
    shelf.place.store.close()


def test_a_booking_that_a_correction_moves_to_days_to_come_waits_for_them() -> None:
    may = Month(2026, 5)
    shelf = Shelf(in_memory(), now=datetime(2026, 5, 10, 6, tzinfo=UTC))
    shelf.put(ACCOUNT, costs(["10"] * 9, may.first), Period.of_days(may.first, date(2026, 5, 10)))
    shelf.enter(bill("310"))
    shelf.book(bill())
    shelf.enter(bill("310", first=may.first, after=may.after))
    assert shelf.totals(may).total == Decimal(90)
    shelf.place.store.close()


def test_charges_of_another_month_are_late_only_until_that_month_is_closed(place: Place) -> None:
    """February has no head, and no charges that could be late."""
    february = JANUARY.next()
    shelf = Shelf(place)
    rows = costs(["10"], date(2026, 1, 31), billing_period=february.period)
    shelf.put(ACCOUNT, rows, JANUARY.period)
    shelf.enter(bill("15", first=february.first, after=february.after))
    assert shelf.settled(february).reason == "unexplained"


def test_a_gap_is_late_data_until_every_month_of_the_bill_is_closed(place: Place) -> None:
    """On 20 February, January is closed and February is not."""
    until = date(2026, 2, 20)
    shelf = Shelf(place, now=datetime(2026, 2, 20, 6, tzinfo=UTC))
    shelf.put(ACCOUNT, costs(["1.00"] * 50, JANUARY.first), Period.of_days(JANUARY.first, until))
    shelf.enter(bill("90.00", after=until))
    states = {
        head.month: head.closed_at is not None for head in query_heads(place.store, FIRST, LAST)
    }
    assert states == {JANUARY: True, JANUARY.next(): False}
    assert (shelf.settled(JANUARY).gap, shelf.settled(JANUARY).reason) == (Decimal(40), "late data")
    shelf.now = datetime(2026, 3, 20, 6, tzinfo=UTC)
    shelf.put(ACCOUNT, [], Period.of_days(until, LAST.first))
    assert (shelf.settled(JANUARY).gap, shelf.settled(JANUARY).reason) == (
        Decimal(40),
        "unexplained",
    )


def test_a_part_without_charges_is_named_with_what_was_probably_meant(place: Place) -> None:
    shelf = Shelf(place)
    rows = [
        *costs(["10"] * 5, JANUARY.first, service="chat", sub_account_id="proj_a"),
        *costs(["10"] * 5, JANUARY.first, service="images", sub_account_id="other"),
    ]
    shelf.put(ACCOUNT, rows, JANUARY.period)

    def told_of(service: str | None, project: str | None) -> list[object]:
        why = stray(place.store, bill(service=service, sub_account_id=project))
        return [why[0].values["scope"], why[1].values.get("other")] if why else []

    assert told_of("chta", "proj_a") == ["chta", "chat"]
    assert told_of("chat", "proj_b") == ["proj_b", "proj_a"]
    assert told_of("chat", "other") == ["chat · other", None]
    assert told_of("zzz", None) == ["zzz", None]
    assert told_of("chat", "proj_a") == []


def test_no_part_is_unknown_where_nothing_is_compared(place: Place) -> None:
    """A top-up is about no charge, and beside a month without charges any name may be right."""
    shelf = Shelf(place)
    assert stray(place.store, bill(service="chta")) is None
    shelf.put(ACCOUNT, costs(["10"], JANUARY.first, service="chat"), JANUARY.period)
    february = JANUARY.next()
    later = bill(service="chta", first=february.first, after=february.after)
    assert stray(place.store, later) is None
    assert stray(place.store, bill(service="chta")) is not None
    assert stray(place.store, bill(service="chta", kind="top-up")) is None


def test_a_part_whose_charges_another_month_holds_is_not_unknown(place: Place) -> None:
    february = JANUARY.next()
    shelf = Shelf(place)
    late = costs(["10"], date(2026, 1, 31), service="chat", billing_period=february.period)
    rows = [*late, *costs(["1"], february.first, service="other")]
    shelf.put(ACCOUNT, rows, Period.of_days(JANUARY.first, february.after))
    of_february: dict[str, Any] = {"first": february.first, "after": february.after}
    assert stray(place.store, bill(service="chat", **of_february)) is None
    assert stray(place.store, bill(service="chta", **of_february)) is not None


def test_the_export_has_an_adjustment_where_totals_by_service_count_it(place: Place) -> None:
    shelf = Shelf(place)
    rows = costs(["10"] * 5, JANUARY.first, service="chat", sub_account_id="proj_a")
    shelf.put(ACCOUNT, rows, JANUARY.period)
    invoice = bill("55", service="chat", sub_account_id="proj_a")
    shelf.enter(invoice)
    shelf.book(invoice)
    found = shelf.totals(JANUARY, by="service")
    (line,) = [
        line
        for line in bill_lines(shelf.question(JANUARY), found.bills, [])
        if line["kind"] == "adjustment"
    ]
    assert [group.key for group in found.groups] == ["chat"]
    assert (line["service"], line["project_id"], line["cost"]) == ("chat", "proj_a", "5.00")


def test_a_credit_note_without_its_invoice_counts_in_the_export(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["10"] * 31, JANUARY.first, basis="estimated"), JANUARY.period)
    shelf.enter(bill("-15", "CN-1"))
    found = shelf.totals(JANUARY)
    (line,) = bill_lines(shelf.question(JANUARY), found.bills, [])
    assert (found.total, line["counts"], line["cost"]) == (Decimal(295), "yes", "-15.00")
