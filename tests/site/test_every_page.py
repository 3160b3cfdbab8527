"""Every page in Chromium: silent, alone, never wider than the screen, and open to everybody."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.site.looking import Theme, faults
from tests.site.site import DEMO, Site
from tests.site.states import STATES

pytestmark = pytest.mark.tools


@pytest.mark.parametrize("has_script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_kind_of_page_says_nothing_asks_nobody_fits_and_is_accessible(
    browser: Browser,
    site_of: Callable[[str], Site],
    language: str,
    theme: Theme,
    width: int,
    has_script: bool,
) -> None:
    site = site_of(DEMO)
    pages = site.kinds(language)
    assert faults(browser, pages, theme=theme, width=width, has_script=has_script) == []


@pytest.mark.parametrize(
    ("language", "theme", "width", "has_script"),
    [("fr", "light", 360, True), ("en", "dark", 1440, False)],
    ids=["fr", "en"],
)
def test_every_other_page_of_the_demo_is_as_good(
    browser: Browser,
    site_of: Callable[[str], Site],
    language: str,
    theme: Theme,
    width: int,
    has_script: bool,
) -> None:
    """Those that differ from one above in their month or their subject only."""
    site = site_of(DEMO)
    others = sorted(set(site.pages(language)) - set(site.kinds(language)))
    found = faults(browser, others, theme=theme, width=width, has_script=has_script, has_axe=False)
    assert found == []


@pytest.mark.parametrize("look", [("fr", "light", 360), ("en", "dark", 1440)], ids=["fr", "en"])
@pytest.mark.parametrize("state", STATES)
def test_whatever_the_ledger_holds(
    browser: Browser,
    site_of: Callable[[str], Site],
    state: str,
    look: tuple[str, Theme, int],
) -> None:
    language, theme, width = look
    site = site_of(state)
    pages = site.kinds(language)
    assert faults(browser, pages, theme=theme, width=width) == []
