"""The pages in Chromium: silent, alone, and never wider than the screen."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Literal

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, sync_playwright

from ecot.language import Language
from ecot.model.sentence import Sentence
from ecot.report.facts import MonthFacts
from ecot.report.render import pages, shell_of
from tests.bills import bill
from tests.report.sample import MONTH, OUTCOMES, cost, facts
from tests.report.test_bills import ECB, LATER, converted, replaced, settled, with_bills
from tests.report.test_render import HOSTILE, PART_UNKNOWN, hostile_facts

pytestmark = pytest.mark.tools

QUIET = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
SITES = {
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
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=list(QUIET)
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sites")
    for name, month in SITES.items():
        (folder / name).mkdir()
        files = pages({MONTH: month}, shell_of(month, Language("fr-CH", "Europe/Zurich")))
        for file, content in files.items():
            (folder / name / file).write_bytes(content)
    return folder


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", SITES)
def test_a_page_says_nothing_asks_nobody_and_fits(
    browser: Browser,
    folder: Path,
    name: str,
    language: str,
    theme: Literal["light", "dark"],
    width: int,
) -> None:
    messages: list[str] = []
    requests: list[str] = []
    address = (folder / name / f"{MONTH}.{language}.html").as_uri()
    with browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme
    ) as context:
        page = context.new_page()
        page.on("console", lambda message: messages.append(message.text))
        page.on("pageerror", lambda error: messages.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(address)
        widest = page.evaluate("document.documentElement.scrollWidth")

    assert messages == []
    assert [url for url in requests if url != "data:,"] == [address]
    assert widest <= width


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
