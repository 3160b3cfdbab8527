"""The page of developer tools has the totals of the query, and knows which days were read."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.jobs.publish import publish
from ecot.jobs.site.history import History
from ecot.jobs.site.tools import QUARTER, tools_facts
from ecot.ledger.months import begun
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import Activity, AnyRow, Balance, Charge
from ecot.report.tools import tools_view
from ecot.report.tools_facts import Seats, ToolsFacts
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from ecot.store.records import put_progress
from tests.jobs.shelf import Shelf
from tests.jobs.world import edition, totals
from tests.rows import activity, charge, usage

NOW = datetime(2026, 3, 18, 6, tzinfo=UTC)
TODAY = NOW.date()
FIRST, AFTER = TODAY + DAY - QUARTER, TODAY + DAY
JANUARY = date(2026, 1, 1)
READ = Period.of_days(JANUARY, TODAY)
CURSOR, COPILOT = "cursor/lumen", "copilot/lumen"


@pytest.fixture
def shelf(place: Place) -> Shelf:
    """The 18th of March; Cursor was used by two people on each day of the year."""
    shelf = Shelf(place, now=NOW)
    shelf.put(CURSOR, [row for day in READ.days() for row in of_day(day)], READ)
    return shelf


def of_day(day: date) -> list[AnyRow]:
    return [
        cost("1.10", day),
        *(did({"interactions": "3", "lines_added": "20"}, day, user=who) for who in ("ana", "ben")),
    ]


def cost(amount: str | None, day: date, **more: Any) -> Charge:
    return charge(amount, day, category="developer tools", **more)


def did(quantities: dict[str, str], day: date, **more: Any) -> Activity:
    return activity(quantities, day, category="developer tools", **more)


def known(shelf: Shelf) -> ToolsFacts:
    return tools_facts(History(shelf.place, edition(TODAY)))


def test_the_page_has_the_totals_of_the_query(shelf: Shelf) -> None:
    shelf.put("openai/labo", [charge("9", day) for day in READ.days()], READ)
    shelf.put(COPILOT, [cost("0.0000008", TODAY - DAY)], READ)
    asked = totals(shelf.place, "provider", FIRST, AFTER, TODAY)
    of_tools = {one.key: one.billed_cost for one in asked.groups if one.key != "openai"}

    view = tools_view(known(shelf))
    assert {line.key: line.exact for line in view.table.lines if line.key} == of_tools
    assert view.table.exact == sum(cost for cost in of_tools.values() if cost is not None)
    assert view.table.exact == Decimal("83.6000008")


def test_what_people_did_is_added_up_by_person_and_tool(shelf: Shelf) -> None:
    view = tools_view(known(shelf))
    days = len(list(READ.days()))

    assert view.used.active_days == days
    assert view.used.person_days == 2 * days
    assert view.used.quantities["lines_added"] == 40 * days
    assert [line.active_days for line in view.persons] == [days, days]


def test_a_day_before_the_account_and_a_day_not_read_are_neither_read(shelf: Shelf) -> None:
    facts = known(shelf)

    assert facts.since == JANUARY
    assert JANUARY - DAY not in facts.read["cursor"]
    assert JANUARY - DAY not in facts.open["cursor"]
    assert JANUARY in facts.read["cursor"]
    assert TODAY in facts.open["cursor"]


def test_a_hole_is_open_and_is_missing_from_the_cost(place: Place) -> None:
    shelf = Shelf(place, now=NOW)
    hole = date(2026, 2, 10)
    for days in (Period.of_days(JANUARY, hole), Period.of_days(hole + DAY, TODAY)):
        shelf.put(CURSOR, [row for day in days.days() for row in of_day(day)], days)
    facts = known(shelf)

    assert hole in facts.open["cursor"]
    assert hole not in facts.read["cursor"]
    (one,) = tools_view(facts).missing
    assert one.gap.account == CURSOR


def test_two_accounts_of_a_tool_have_read_a_day_when_both_have(shelf: Shelf) -> None:
    labo = Period.of_days(JANUARY, date(2026, 2, 1))
    shelf.put("cursor/labo", [did({"sessions": "1"}, JANUARY, user="zoe")], labo)
    facts = known(shelf)

    assert JANUARY in facts.read["cursor"]
    assert date(2026, 2, 3) in facts.open["cursor"]
    assert date(2026, 2, 3) not in facts.read["cursor"]


def test_a_tool_that_never_answered_is_missing(place: Place) -> None:
    shelf = Shelf(place, now=NOW)
    shelf.put("openai/labo", [charge("9", day) for day in READ.days()], READ)
    put_progress(place.store, begun(CURSOR, ("costs",), JANUARY))
    facts = known(shelf)
    view = tools_view(facts)

    assert view.is_empty
    assert [one.gap.account for one in view.missing] == [CURSOR]


def test_a_year_of_days_begins_on_a_monday_and_ends_today(shelf: Shelf) -> None:
    facts = known(shelf)
    calendar = tools_view(facts).calendar
    assert calendar is not None

    assert facts.year_first.weekday() == 0
    assert len(calendar.days) >= 365
    assert facts.year_first + (len(calendar.days) - 1) * DAY == TODAY


# --- seats ---------------------------------------------------------------------------------------


def balance(name: str, **amounts: str) -> Balance:
    exact: dict[str, Any] = {key: Decimal(amount) for key, amount in amounts.items()}
    yesterday = Period.of_day(TODAY - DAY)
    return Balance(
        charge_period=yesterday, category="developer tools", name=name, unit="seats", **exact
    )


def test_seats_are_as_they_last_stood_and_cost_what_was_billed(shelf: Shelf) -> None:
    month = Month.of(TODAY)
    billed = cost(
        "38.00", month.first, consumed_quantity=Decimal(2), consumed_unit="user-months",
        service="copilot",
    )  # fmt: skip
    shelf.put(COPILOT, [billed], READ)
    rows = [balance("seats", limit="6", used="4"), balance("seat without use", limit="2")]
    shelf.put(COPILOT, rows, Period.of_day(TODAY - DAY), feed="seats")

    assert known(shelf).seats == (
        Seats(
            account=COPILOT, day=TODAY - DAY, seats=Decimal(6), used=Decimal(4), idle=Decimal(2),
            price=Decimal(19), currency="USD", basis="billed",
        ),
    )  # fmt: skip


def test_seats_that_no_balance_tells_are_counted_by_the_day(shelf: Shelf) -> None:
    day = TODAY - DAY
    rows: list[AnyRow] = [
        usage({"seat_days": "1"}, day, category="developer tools", user=who, service="team")
        for who in ("ana", "ben", "zoe")
    ]
    rows.append(cost("3.00", day, basis="estimated", service="team"))
    shelf.put("cursor/labo", rows, Period.of_days(JANUARY, TODAY))
    (seats,) = known(shelf).seats

    assert (seats.account, seats.seats, seats.used) == ("cursor/labo", Decimal(3), None)
    assert (seats.price, seats.basis) == (Decimal(31), "estimated")  # a dollar a day, in March


def test_a_price_that_nobody_tells_is_unknown(shelf: Shelf) -> None:
    rows = [balance("seats", limit="6")]
    shelf.put(COPILOT, rows, Period.of_day(TODAY - DAY), feed="seats")
    (seats,) = known(shelf).seats

    assert (seats.price, seats.used, seats.idle) == (None, None, Decimal(0))


# --- the files -----------------------------------------------------------------------------------


def test_the_page_is_published_in_both_languages_with_exact_amounts(
    shelf: Shelf, tmp_path: Path
) -> None:
    site = Folder(tmp_path / "site")
    names = publish(shelf.place, site, edition(TODAY))
    assert {"tools.en.html", "tools.fr.html"} <= set(names)
    html = (site.get("tools.en.html") or b"").decode()
    asked = totals(shelf.place, "provider", FIRST, AFTER, TODAY)

    assert f'<data value="{asked.total}"' in html
    assert 'href="2026-03-sources.en.html"' in html
    values = re.findall(r'<data value="([^"]+)"', html)
    assert all(Decimal(value).is_finite() for value in values)
