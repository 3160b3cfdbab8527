"""The whole site without a mouse."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.site.site import DEMO, Site

pytestmark = pytest.mark.tools

_REACHABLE = """() => [...document.querySelectorAll(
  'a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter(one => !one.disabled && one.checkVisibility({checkVisibilityCSS: true})
    && !(one.type === 'radio' && !one.checked))
  .length"""
_FOCUSED = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  one.dataset.reached = "yes";
  const style = getComputedStyle(one);
  const isOutlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return isOutlined ? "" : one.outerHTML.slice(0, 120);
}"""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        yield context.new_page()


def month_page(site: Site) -> Path:
    return site.folder / "2026-10.en.html"


def test_tab_reaches_everything_and_shows_where_it_is(
    page: Page, site_of: Callable[[str], Site]
) -> None:
    for file in site_of(DEMO).kinds("fr"):
        page.goto(file.as_uri())
        wanted = page.evaluate(_REACHABLE)
        unseen = []
        for _ in range(4 * wanted):  # a date alone has four places
            page.keyboard.press("Tab")
            told = page.evaluate(_FOCUSED)
            if told is None:
                break
            unseen += [told] if told else []

        assert wanted > 5
        assert page.evaluate("document.querySelectorAll('[data-reached]').length") >= wanted, file
        assert unseen == [], file


def test_the_first_tab_offers_the_figures(page: Page, site_of: Callable[[str], Site]) -> None:
    page.goto(month_page(site_of(DEMO)).as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("location.hash") == "#figures"


def test_the_theme_changes_and_lasts(page: Page, site_of: Callable[[str], Site]) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(month_page(site_of(DEMO)).as_uri())
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.focus("button.theme")
    page.keyboard.press("Enter")
    dark = page.evaluate(ground)
    page.reload()

    assert dark != light
    assert page.evaluate(ground) == dark


def test_a_table_is_sorted_by_its_exact_amounts(page: Page, site_of: Callable[[str], Site]) -> None:
    page.goto((site_of(DEMO).folder / "compare.en.html").as_uri())
    table = page.locator("table.projects.sorted").first
    amounts = (
        "table => [...table.tBodies[0].rows].map(row => row.cells[5].querySelector('data')?.value)"
    )
    button = table.locator("thead th").nth(5).locator("button")
    button.focus()
    page.keyboard.press("Enter")
    falling = [float(value) for value in table.evaluate(amounts) if value]
    page.keyboard.press("Enter")
    rising = [float(value) for value in table.evaluate(amounts) if value]

    assert len(falling) > 3
    assert falling == sorted(falling, reverse=True)
    assert rising == sorted(falling)


def test_the_arrow_keys_read_a_chart(page: Page, site_of: Callable[[str], Site]) -> None:
    page.goto((site_of(DEMO).folder / "compare.en.html").as_uri())
    plot = page.locator("svg.plot").first
    plot.focus()
    page.keyboard.press("ArrowRight")
    first = page.locator(".tip:visible").inner_text()
    page.keyboard.press("ArrowRight")
    second = page.locator(".tip:visible").inner_text()

    assert first
    assert second not in ("", first)
    page.keyboard.press("Escape")
    assert page.locator(".tip:visible").count() == 0
