"""The page of comparisons has the totals of the query, and says which months lack something."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

from ecot.jobs.site.compare import compare_facts
from ecot.jobs.site.history import History
from ecot.jobs.site.month import month_facts
from ecot.model.period import Month, Period
from ecot.report.compare import compare_view
from ecot.store.protocol import Place
from tests.jobs.conftest import NOW
from tests.jobs.focus import file, imported, line
from tests.jobs.shelf import Shelf
from tests.jobs.world import World, edition, totals
from tests.rows import ACCOUNT, charge

JULY, AUGUST, OCTOBER, NOVEMBER = (Month(2026, number) for number in (7, 8, 10, 11))


def test_the_table_has_the_totals_of_each_month(place: Place, tmp_path: Path) -> None:
    imported(
        place,
        file(
            tmp_path,
            *(line("1.10", f"2026-0{month}-02", f"2026-0{month}-03") for month in (5, 6, 7)),
            line("0.0000008", "2026-07-09", "2026-07-10"),
            line("7", "2026-06-09", "2026-06-10", provider="Vercel", billing="9"),
            line("3", "2026-06-09", "2026-06-10", category="Tax"),
        ),
    )
    view = compare_view(compare_facts(History(place, edition(NOW.date()))))

    for at, month in enumerate(view.months):
        asked = totals(place, "provider", month.first, month.after, NOW.date())
        costs = {group.key: group.billed_cost for group in asked.groups}
        assert {row.key: row.amounts[at].cost for row in view.rows if row.key in costs} == costs
        assert view.rows[-1].amounts[at].cost == asked.total
    assert [str(month) for month in view.months] == ["2026-07", "2026-06", "2026-05"]


def test_a_month_that_lacks_days_says_so_and_has_no_percentage(world: World) -> None:
    world.collect(days=[*AUGUST.days(), *JULY.days()[:9]])
    view = compare_view(compare_facts(History(world.place, edition(NOW.date()))))

    lacking = dict(zip(view.months, (one.lacks for one in view.rows[-1].amounts), strict=True))
    assert lacking[OCTOBER]
    assert lacking[NOVEMBER]
    assert not lacking[AUGUST]
    for pair in view.pairs:
        assert all(one.percent is None for one in pair.lines)


def test_the_page_leads_to_its_months_and_shows_exact_amounts(world: World) -> None:
    world.collect()
    html = world.publish()["compare.en.html"]
    asked = world.totals("provider", OCTOBER.first, OCTOBER.after)

    assert f'<data value="{asked.total}"' in html
    assert 'href="2026-10.en.html"' in html
    values = re.findall(r'<data value="([^"]+)"', html)
    assert all(Decimal(value).is_finite() for value in values)


def test_an_account_that_came_in_the_middle_of_a_month_makes_it_like_no_other(
    place: Place,
) -> None:
    shelf = Shelf(place)
    middle, since = date(2026, 3, 16), Month(2026, 2).first
    for account, first in ((ACCOUNT, since), ("mistral/labo", middle)):
        days = Period.of_days(first, Month(2026, 5).first)
        shelf.put(account, [charge("1", day) for day in days.days()], days)
    history = History(place, edition(shelf.now.date()))
    view = compare_view(compare_facts(history))

    (pair,) = view.pairs
    assert (str(pair.month), str(pair.other)) == ("2026-04", "2026-03")
    assert [(line.name, line.percent) for line in pair.lines] == [
        ("OpenAI", Decimal("-3.2")),
        ("Mistral", None),
        (None, None),
    ]
    for month in (Month(2026, 3), Month(2026, 4)):
        assert month_facts(history, month).change.percent is None
