"""Any month beside any other says the same as the pairs that the server wrote."""

from collections.abc import Callable, Iterator
from itertools import permutations

import pytest
from playwright.sync_api import Browser, Page

from ecot.jobs.query import answer
from ecot.model.money import minus
from ecot.model.period import Month
from tests.site.site import DEMO, Site

pytestmark = pytest.mark.tools

ROWS = (
    r"rows => rows.map(row => [...row.cells].map(cell => cell.textContent.replaceAll(/\s+/g, "
    ").trim()))"
)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        yield context.new_page()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", [DEMO, "one failed", "three currencies", "unknown costs"])
def test_the_pair_of_the_server_is_told_in_the_same_words(
    page: Page, site_of: Callable[[str], Site], state: str, language: str
) -> None:
    page.goto((site_of(state).folder / f"compare.{language}.html").as_uri())
    theirs = page.locator("table[aria-labelledby=pair-1] :is(tbody, tfoot) tr").evaluate_all(ROWS)
    mine = page.locator("#any :is(tbody, tfoot) tr").evaluate_all(ROWS)

    assert len(theirs) > 1
    assert mine == theirs


def test_any_two_months_differ_by_their_totals(page: Page, site_of: Callable[[str], Site]) -> None:
    site = site_of(DEMO)
    months = [Month(2026, number) for number in (8, 9, 10)]
    for now, before in permutations(months, 2):
        page.goto(f"{(site.folder / 'compare.en.html').as_uri()}#month={now}&beside={before}")
        page.reload()
        totals = [
            answer(
                site.place.store, site.edition.question(one.first, one.after), "provider", {}
            ).total
            for one in (now, before)
        ]
        assert None not in totals
        difference = page.locator("#any tfoot td").last.locator("data").get_attribute("value")
        assert difference == format(minus(*totals).normalize(), "f")  # type: ignore[arg-type] # asserted


def test_the_choice_is_in_the_address(page: Page, site_of: Callable[[str], Site]) -> None:
    page.goto((site_of(DEMO).folder / "compare.en.html").as_uri())
    page.locator("select[name=before]").select_option("2026-08")
    assert page.evaluate("location.hash") == "#month=2026-10&beside=2026-08"
    page.reload()

    heads = page.locator("#any thead th").all_inner_texts()
    assert [head.strip() for head in heads[1:3]] == ["August 2026", "October 2026"]
