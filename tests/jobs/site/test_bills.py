"""The page of bills has the ledger's own bills, settlements and months without a bill."""

from datetime import date
from decimal import Decimal

from ecot.jobs.site.bills import bill_facts
from ecot.jobs.site.history import History
from ecot.model.period import Month
from ecot.report.bill_book import BillFacts
from ecot.store.protocol import Place
from tests.bills import JANUARY, bill
from tests.jobs.shelf import Shelf, costs
from tests.jobs.world import World, edition
from tests.rows import ACCOUNT, charge

FEBRUARY, MAY = Month(2026, 2), Month(2026, 5)


def facts(shelf: Shelf) -> BillFacts:
    return bill_facts(History(shelf.place, edition(shelf.now.date())))


def test_a_gap_is_that_of_the_totals(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["2.00"] * 31, JANUARY.first), JANUARY.period)
    shelf.enter(bill("70.00"))
    (one,) = facts(shelf).settlements

    assert one == shelf.settled(JANUARY)
    assert (one.gap, one.is_to_do) == (Decimal("8.00"), True)
    shelf.book(bill())
    found = facts(shelf)
    assert not found.settlements[0].is_to_do
    assert shelf.totals(JANUARY).total == found.settlements[0].billed


def test_two_bills_about_the_same_charges_are_one_line(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["2.00"] * 31, JANUARY.first), JANUARY.period)
    shelf.enter(bill("60.00"), bill("2.00", number="INV-2"))
    found = facts(shelf)

    (one,) = found.settlements
    assert (one.billed, one.gap) == (Decimal("62.00"), Decimal("0.00"))
    assert len(found.bills) == 2


def test_a_corrected_and_a_voided_bill_keep_their_history(place: Place) -> None:
    shelf = Shelf(place)
    shelf.enter(bill("10.00"), bill("5.00", number="INV-2"))
    shelf.enter(bill("11.00"))
    shelf.void(bill(number="INV-2"))
    first, second = facts(shelf).bills

    assert [entry.action for entry in first.history] == ["entered", "entered"]
    assert (first.bill.net, first.stands, first.converted) == (
        Decimal("11.00"),
        True,
        Decimal("11.00"),
    )
    assert (second.bill.net, second.stands, second.converted) == (Decimal("5.00"), False, None)


def test_a_month_that_is_over_and_only_estimated_misses_its_bill(place: Place) -> None:
    shelf = Shelf(place)
    days = JANUARY.first, date(2026, 5, 19)
    rows = costs(["2.00"] * 138, JANUARY.first, basis="estimated", currency="EUR")
    shelf.put(ACCOUNT, rows, JANUARY.period.of_days(*days))
    missing = {one.month: one for one in facts(shelf).missing}

    assert sorted(missing) == [Month(2026, number) for number in (1, 2, 3, 4)]  # not the running
    assert (missing[FEBRUARY].lacks, missing[FEBRUARY].currency) == (("estimated",), "EUR")
    shelf.enter(bill("60.00", first=FEBRUARY.first, after=FEBRUARY.after))
    assert FEBRUARY not in {one.month for one in facts(shelf).missing}


def test_days_that_were_never_read_miss_a_bill_and_stated_months_do_not(place: Place) -> None:
    shelf = Shelf(place)
    shelf.put(ACCOUNT, costs(["2.00"] * 31, JANUARY.first), JANUARY.period)
    after = Month(2026, 3)
    shelf.put(ACCOUNT, costs(["2.00"] * 31, after.first), after.period)
    missing = {one.month: (one.lacks, one.days) for one in facts(shelf).missing}

    assert JANUARY not in missing
    assert missing[FEBRUARY] == (("unread",), 28)


def test_a_charge_of_unknown_cost_misses_a_bill(place: Place) -> None:
    shelf = Shelf(place)
    rows = costs(["2.00"] * 31, JANUARY.first)
    rows[3] = charge(None, JANUARY.days()[3])
    shelf.put(ACCOUNT, rows, JANUARY.period)
    one = facts(shelf).missing[-1]

    assert (one.month, one.lacks) == (JANUARY, ("unknown",))


def test_what_was_paid_in_advance_is_told_and_is_no_bill_that_settles(place: Place) -> None:
    shelf = Shelf(place)
    shelf.enter(bill("50.00", kind="top-up"))
    found = facts(shelf)

    assert [one.paid_in for one in found.purses] == [Decimal("50.00")]
    assert found.settlements == ()
    assert found.bills[0].stands


def test_a_ledger_without_bills_has_its_page(world: World) -> None:
    world.collect()
    pages = world.publish()

    assert "No bill has been entered." in pages["bills.en.html"]
    assert "Comment saisir une facture" in pages["bills.fr.html"]


def test_the_month_leads_to_all_bills(world: World) -> None:
    shelf = Shelf(world.place, now=world.clock.moment)
    october = Month(2026, 10)
    shelf.enter(bill(first=october.first, after=october.after))
    page = world.publish()["2026-10.en.html"]

    assert 'href="bills.en.html">All bills' in page
