"""Names from outside mean harm: every page shows them, and none of them does anything."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.site.site import Site
from tests.site.states import HOSTILE

pytestmark = pytest.mark.tools

STATE = "hostile names"
_MADE_BY_NAMES = "img, iframe, object, script[src], a[href^=javascript]"


def test_no_name_becomes_a_part_of_a_page(browser: Browser, site_of: Callable[[str], Site]) -> None:
    dialogs: list[str] = []
    for file in site_of(STATE).pages("en"):
        with browser.new_context() as context:
            page = context.new_page()
            page.on("dialog", lambda dialog: dialogs.append(dialog.message))
            page.goto(file.as_uri())
            assert page.title().endswith("· Ecot"), file
            assert page.locator(_MADE_BY_NAMES).count() == 0, file
            assert page.locator("script:not([type])").count() == 1, file
    assert dialogs == []


@pytest.mark.parametrize("by", ["sub_account", "model"])
def test_the_names_are_shown_as_they_are(
    browser: Browser, site_of: Callable[[str], Site], by: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((site_of(STATE).folder / "2026-02.en.html").as_uri())
        shown = page.locator(f"table[aria-labelledby=by-{by}] tbody th bdi").evaluate_all(
            "all => all.map(one => one.textContent)"
        )
    assert set(HOSTILE) <= set(shown)


def test_the_sources_of_the_site_hold_no_name_unescaped(site_of: Callable[[str], Site]) -> None:
    harmful = [name for name in HOSTILE if "<" in name]
    assert harmful
    folder = site_of(STATE).folder
    for path in (*folder.glob("*.html"), *folder.glob("*.svg")):
        text = path.read_text(encoding="utf-8")
        assert not [name for name in harmful if name in text], path.name
