"""A month's page in Chromium, of facts that are made by hand."""

from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser

from ecot.language import Language
from ecot.model.sentence import Sentence
from ecot.report.facts import MonthFacts
from ecot.report.render import pages, shell_of
from tests.bills import bill
from tests.report.sample import MONTH, OUTCOMES, cost, facts
from tests.report.test_bills import ECB, LATER, converted, replaced, settled, with_bills
from tests.report.test_movers import NEW, PROJECTION, RUNNING, YEAR, Months, sold
from tests.report.test_render import HOSTILE, PART_UNKNOWN, hostile_facts
from tests.site.looking import Theme, faults

pytestmark = pytest.mark.tools


def told() -> MonthFacts:
    """A running month with everything that is said beside a total, in many words."""
    long = cost("openai/studio", "91", model="gpt-realtime-2025-08-28")
    months = Months([*sold("10", 5), *sold("3", 5, "mini"), *NEW, long], sold("10", 5))
    beside = replace(months.beside, projection=PROJECTION, year=YEAR)
    return facts(months.now, demo=True, **RUNNING, change=months.change, beside=beside)


SITES = {
    "told": told(),
    "month": facts(demo=True, months=(MONTH,)),
    "running": facts(today=date(2026, 1, 14), state="open", months=(MONTH,)),
    "unknown": facts(PART_UNKNOWN, months=(MONTH,)),
    "empty": MonthFacts.nothing(date(2026, 1, 14), "USD"),
    "bills": with_bills(
        settled(),
        settled(bills=(bill("20.00", "F-1"), bill("5.00", "F-2", note="".join(HOSTILE[:7])))),
        figures=[converted(ECB), converted(LATER), replaced(cost("mistral/x", "3", "estimated"))],
        months=(MONTH,),
    ),
    "refused": facts(
        outcomes=tuple(replace(one, remedy=Sentence("Wait a day. " * 40)) for one in OUTCOMES[2:]),
        months=(MONTH,),
    ),
    "hostile": hostile_facts("".join(HOSTILE[:7])),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    for name, month in SITES.items():
        (folder / name).mkdir()
        files = pages({MONTH: month}, shell_of(month, Language("fr-CH", "Europe/Zurich")))
        for file, content in files.items():
            (folder / name / file).write_bytes(content)
    return folder


@pytest.mark.parametrize("look", [("fr", "dark", 360), ("en", "light", 1440)], ids=["fr", "en"])
@pytest.mark.parametrize("name", SITES)
def test_a_page_says_nothing_asks_nobody_fits_and_is_accessible(
    browser: Browser, folder: Path, name: str, look: tuple[str, Theme, int]
) -> None:
    language, theme, width = look
    page = folder / name / f"{MONTH}.{language}.html"
    assert faults(browser, [page], theme=theme, width=width) == []


def test_the_twin_and_the_way_back_open_from_a_folder(browser: Browser, folder: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((folder / "month" / "index.html").as_uri())
        page.click("a[hreflang=en]")
        assert page.title() == "January 2026 · Ecot"
        page.click("a[hreflang=fr]")

        assert page.title() == "janvier 2026 · Ecot"


def test_when_an_account_was_read_is_not_broken_inside_a_word(
    browser: Browser, folder: Path
) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        page = context.new_page()
        page.goto((folder / "refused" / "index.html").as_uri())
        widths = page.eval_on_selector_all("td.when", "all => all.map(one => one.clientWidth)")

    assert widths
    assert min(widths) >= 150


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (360, 780)])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_first_screen_says_how_much_why_and_from_where(
    browser: Browser, folder: Path, language: str, width: int, height: int
) -> None:
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.goto((folder / "told" / f"{MONTH}.{language}.html").as_uri())
        ends = {
            name: page.eval_on_selector(name, "one => one.getBoundingClientRect().bottom")
            for name in (".total", ".change", ".movers", ".coverage", "dl.aside")
        }

    wanted = dict(list(ends.items())[: 5 if width > 1000 else 4])
    assert max(wanted.values()) <= height, ends
