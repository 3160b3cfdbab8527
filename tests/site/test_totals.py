"""What stands on the pages is what `ecot totals` says, to the last digit."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page

from ecot.jobs.query import By, Totals, answer
from ecot.model.period import Month
from tests.site.site import DEMO, Site
from tests.site.states import STATES

pytestmark = pytest.mark.tools

_AMOUNTS = """rows => rows.map(row => [
  row.querySelector('th bdi')?.getAttribute('title') ?? row.querySelector('th').innerText,
  row.querySelector('td.money > a data, td.money > data')?.value ?? null])"""
BY: tuple[By, ...] = ("provider", "account", "sub_account", "model")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(java_script_enabled=False) as context:
        yield context.new_page()


def asked(site: Site, by: By, first: date, after: date) -> Totals:
    """What `ecot totals` answers."""
    return answer(site.place.store, site.edition.question(first, after), by, site.edition.titles)


def months(site: Site) -> list[Month]:
    stems = {re.fullmatch(r"(\d{4})-(\d\d)\.fr\.html", name) for name in site.names}
    return sorted(Month(int(found[1]), int(found[2])) for found in stems if found)


@pytest.mark.parametrize("state", [DEMO, *STATES])
def test_every_month_has_the_totals_of_the_query(
    page: Page, site_of: Callable[[str], Site], state: str
) -> None:
    site = site_of(state)
    for month in months(site):
        page.goto((site.folder / f"{month}.fr.html").as_uri())
        said = asked(site, "provider", month.first, month.after)
        shown = page.locator(".hero .total data")
        total = Decimal(str(shown.get_attribute("value"))) if shown.count() else None
        assert total == said.total, month
        for by in BY:
            groups = asked(site, by, month.first, month.after).groups
            rows = page.locator(f"table[aria-labelledby=by-{by}] tbody tr:not(.rounding)")
            amounts = [value for _, value in rows.evaluate_all(_AMOUNTS)]
            known = [one.billed_cost for one in groups]
            assert [None if one is None else Decimal(one) for one in amounts] == known, by


@pytest.mark.parametrize("state", [DEMO, "one failed", "three currencies", "unknown costs"])
def test_the_comparison_has_them_too(
    page: Page, site_of: Callable[[str], Site], state: str
) -> None:
    site = site_of(state)
    page.goto((site.folder / "compare.fr.html").as_uri())
    last = page.locator("table.matrix").first.locator("tfoot td.money")
    shown = [
        Decimal(value)
        for value in last.locator("data").evaluate_all("all => all.map(one => one.value)")
    ]
    totals = [asked(site, "provider", one.first, one.after).total for one in reversed(months(site))]
    assert shown == [one for one in totals if one is not None]
    assert shown
