"""The page of developer tools: one measure at a time, all of them without script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.site.site import DEMO, Site

pytestmark = pytest.mark.tools


def test_the_reader_picks_a_measure(browser: Browser, site_of: Callable[[str], Site]) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((site_of(DEMO).folder / "tools.en.html").as_uri())
        picker = page.get_by_label("Measure")
        charts = page.locator(".choices svg.scatter")
        names = picker.locator("option").all_inner_texts()
        assert len(names) == charts.count() > 3
        for place, name in enumerate(names):
            picker.select_option(index=place)
            (shown,) = [at for at in range(charts.count()) if charts.nth(at).is_visible()]
            assert shown == place
            assert page.locator(".choices figcaption:visible strong").first.inner_text() == name


def test_every_measure_is_there_without_script(
    browser: Browser, site_of: Callable[[str], Site]
) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((site_of(DEMO).folder / "tools.fr.html").as_uri())
        panels = page.locator("details.panel")
        visible = page.locator(".choices svg.scatter:visible")
        assert visible.count() == 1
        for place in range(1, panels.count()):
            panels.nth(place).locator("summary").first.click()
            assert visible.count() == place + 1
