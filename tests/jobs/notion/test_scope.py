"""Which months a sync looks at: two at first, and every synced one whose figures change."""

from dataclasses import replace
from datetime import date

from ecot.jobs.notion.kept import Followed
from ecot.jobs.notion.scope import Asked, months_due, stamps
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.model.period import Month
from ecot.store.protocol import Place
from tests.bills import JANUARY, bill
from tests.jobs.shelf import Shelf, costs
from tests.rows import ACCOUNT

FEBRUARY, MARCH, APRIL, MAY = (Month(2026, number) for number in (2, 3, 4, 5))
EDITION = Edition(today=date(2026, 5, 20), currency="USD", language=Language("en-US"), titles={})
DUE = Asked()


def followed(place: Place, *months: Month) -> Followed:
    found = stamps(place.store, EDITION, months)
    return Followed({str(month): stamp for month, stamp in found.items()})


def filled(place: Place) -> Shelf:
    shelf = Shelf(place)
    for month in (JANUARY, FEBRUARY, MARCH, APRIL):
        shelf.put(ACCOUNT, costs(["1.00"], month.first), month.period)
    return shelf


def test_a_first_sync_looks_at_two_months(place: Place) -> None:
    filled(place)
    assert months_due(place.store, EDITION, Followed(), DUE) == (APRIL, MAY)


def test_a_person_may_ask_for_one_month_or_for_all_since_one(place: Place) -> None:
    filled(place)
    assert months_due(place.store, EDITION, Followed(), Asked(month=JANUARY)) == (JANUARY,)
    since = Asked(since=FEBRUARY)
    assert months_due(place.store, EDITION, Followed(), since) == (FEBRUARY, MARCH, APRIL, MAY)


def test_a_month_that_was_synced_is_looked_at_again_when_its_figures_change(place: Place) -> None:
    shelf = filled(place)
    known = followed(place, JANUARY, FEBRUARY)
    assert months_due(place.store, EDITION, known, DUE) == (APRIL, MAY)
    shelf.put(ACCOUNT, costs(["2.00"], FEBRUARY.first), FEBRUARY.period)
    shelf.put(ACCOUNT, costs(["2.00"], MARCH.first), MARCH.period)  # it was never synced
    assert months_due(place.store, EDITION, known, DUE) == (FEBRUARY, APRIL, MAY)


def test_a_bill_and_a_rate_change_months_too(place: Place) -> None:
    shelf = filled(place)
    known = followed(place, JANUARY, MARCH)
    shelf.publish_rates({date(2026, 1, 5): {"USD": "1.25"}})
    assert months_due(place.store, EDITION, known, DUE) == (JANUARY, APRIL, MAY)
    known = followed(place, JANUARY, MARCH)
    shelf.enter(bill("9.00"))
    assert JANUARY in months_due(place.store, EDITION, known, DUE)


def test_another_currency_of_the_report_changes_all_of_them(place: Place) -> None:
    filled(place)
    known = followed(place, JANUARY, FEBRUARY)
    euros = replace(EDITION, currency="EUR")
    assert months_due(place.store, euros, known, DUE) == (JANUARY, FEBRUARY, APRIL, MAY)
