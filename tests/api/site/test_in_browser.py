"""The served pages in Chromium over a real server: a person's whole way through them."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from ecot.jobs.links import Links, make_link
from ecot.model.period import Month
from tests.api.site.served import KEY, Served, served
from tests.once import shared_folder
from tests.site.looking import Theme, violations

pytestmark = pytest.mark.tools

PAGES = ("/bills", "/collect", "/connections", "/sign-out", "/site/nothing.html")
EXPECTED = re.compile(r"Failed to load resource: .* (401|403|404|422) ")
"""What Chromium says of an answer that is one of ours."""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = shared_folder(tmp_path_factory)
    with served(folder, tmp_path_factory.mktemp("served") / "home") as found:
        yield found


class Walk:
    """A window, and what went wrong in it."""

    def __init__(self, page: Page, company: Served) -> None:
        self.page, self.company = page, company
        self.wrong: list[str] = []
        page.on("console", lambda message: self._said(message.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, text: str) -> None:
        if not EXPECTED.match(text):
            self.wrong.append(text)

    def _asked(self, url: str) -> None:
        if not url.startswith((self.company.url, "data:")):
            self.wrong.append(f"a stranger was asked: {url}")

    def to(self, path: str) -> Page:
        self.page.goto(self.company.url + path)
        return self.page

    def sign_in(self, token: str) -> None:
        self.page.fill("#token", token)
        self.page.press("#token", "Enter")


@pytest.fixture
def walk(browser: Browser, company: Served) -> Iterator[Walk]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        found = Walk(context.new_page(), company)
        yield found
        assert found.wrong == []


def total(page: Page) -> str:
    """The exact total of the month that is open."""
    return str(page.locator(".total data").first.get_attribute("value"))


def test_from_signing_in_to_signing_out(walk: Walk, company: Served) -> None:
    page, report = walk.to("/site/2026-10.en.html"), company.home / "site" / "2026-10.en.html"
    expect(page.locator("h1")).to_have_text("Sign in")
    walk.sign_in("ecot_admin_wrong")
    expect(page.locator("#token-wrong")).to_contain_text("does not open the report")
    walk.sign_in(company.token("admin", "Camille"))
    expect(page.locator("h1")).to_have_text("October 2026")
    before = total(page)

    page.get_by_role("link", name="Explore").click()
    page.locator("select").first.wait_for()
    page.get_by_role("button", name="Dark").click()
    page.get_by_role("link", name="Enter a bill").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"

    for name, text in (
        ("account", "mistral/lumen"), ("number", "LAB-10"), ("issued", "2026-11-02"),
        ("net", "1 234,56"), ("currency", "USD"),
    ):  # fmt: skip
        page.fill(f"#{name}", text)
    page.press("#net", "Enter")
    expect(page.locator("#month-wrong")).to_be_visible()
    assert page.input_value("#net") == "1 234,56"
    page.fill("#month", "2026-10")
    page.get_by_role("button", name="Enter the bill").click()
    expect(page.locator(".notice")).to_contain_text("LAB-10")
    company.until(lambda: "LAB-10" in report.read_text(encoding="utf-8"))
    assert total(walk.to("/site/2026-10.en.html")) != before

    walk.to("/bills")
    row = page.locator("tr", has_text="LAB-10")
    row.get_by_text("Correct or void").click()
    row.locator("[name=reason]").fill("a test")
    row.get_by_role("button", name="Void it").click()
    expect(page.locator(".notice")).to_contain_text("no longer stands")
    company.until(lambda: "LAB-10" not in report.read_text(encoding="utf-8"))
    assert total(walk.to("/site/2026-10.en.html")) == before

    walk.to("/bills")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("Sign in")
    for path in ("/site/2026-10.en.html", "/bills", "/collect", "/connections", "/"):
        expect(walk.to(path).locator("h1")).to_have_text("Sign in")


def test_a_collection_is_asked_for_and_watched_to_its_end(walk: Walk, company: Served) -> None:
    walk.to("/connections")
    walk.sign_in(company.token("admin"))
    page = walk.page
    expect(page.locator("tr", has_text="Mistral")).to_contain_text("MISTRAL_ADMIN_KEY_LUMEN")

    page.locator("tr", has_text="OpenAI · studio").get_by_role("button").click()
    page.locator("[data-state=finished]").wait_for(timeout=60_000)

    expect(page.locator("[role=status]")).to_contain_text("everything that was to be read was read")
    expect(page.locator("tr.ok")).to_contain_text("OpenAI · studio")
    page.get_by_role("link", name="All collections").click()
    expect(page.get_by_role("table", name="Last collections")).to_contain_text("asked for")


def test_it_all_works_without_script(browser: Browser, company: Served) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        walk = Walk(context.new_page(), company)
        walk.to("/collect")
        walk.sign_in(company.token("admin"))
        page = walk.page
        page.select_option("#scope", "openai/labo")
        page.get_by_role("button", name="Collect now").click()
        assert "/runs/" in page.url
        expect(page.locator("[data-state=finished]")).to_be_visible(timeout=60_000)
        assert walk.wrong == []


def test_the_link_of_a_mail_opens_its_month_and_no_more(walk: Walk, company: Served) -> None:
    with company() as setup:
        now = company.now
        link = make_link(setup.place.store, Links(company.url, KEY), Month(2026, 10), now, "")
    page = walk.page
    page.goto(link.address)

    expect(page.locator("h1")).to_have_text("October 2026")
    assert page.url == f"{company.url}/site/2026-10.en.html"
    page.get_by_role("link", name="Français").click()
    expect(page.locator("h1")).to_contain_text("octobre 2026", ignore_case=True)
    page.goto(f"{company.url}/site/2026-09.en.html")
    expect(page.locator(".lead")).to_contain_text("opens its own month only")


@pytest.mark.parametrize(
    ("theme", "width", "language"),
    [("light", 360, "fr"), ("dark", 360, "en"), ("light", 1440, "en"), ("dark", 1440, "fr")],
)
def test_each_page_fits_and_is_open_to_everybody(
    browser: Browser, company: Served, theme: Theme, width: int, language: str
) -> None:
    with browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=theme
    ) as context:
        walk = Walk(context.new_page(), company)
        query = f"?lang={language}"
        _look(walk, f"/sign-in{query}")
        walk.sign_in("nobody")
        assert _seen(walk.page) == ([], 0)
        walk.sign_in(company.token("admin"))
        for path in PAGES:
            _look(walk, f"{path}{query}")
        walk.to(f"/bills{query}")
        walk.page.fill("#account", "opneai/studio")
        walk.page.evaluate("document.querySelector('form.form').noValidate = true")
        walk.page.press("#account", "Enter")
        walk.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert _seen(walk.page) == ([], 0)
        _look(walk, f"/site/2026-10.{language}.html")
        assert walk.wrong == []


def _look(walk: Walk, path: str) -> None:
    assert _seen(walk.to(path)) == ([], 0), path


def _seen(page: Page) -> tuple[list[str], int]:
    """What axe-core finds, and by how much the page is too wide."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return violations(page), max(wide, 0)


def test_a_page_watches_nothing_that_has_ended(walk: Walk, company: Served) -> None:
    """The script that looks again is only in a page of what still runs."""
    walk.to("/collect")
    walk.sign_in(company.token("report"))
    assert "watched" not in walk.page.content()
    expect(walk.page.locator("main")).to_contain_text("Your token may read.")
