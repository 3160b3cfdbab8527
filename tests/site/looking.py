"""Opening pages and looking at them: what they say, whom they ask, whether they fit, and whether
everybody can use them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Browser, Page

AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
Theme = Literal["light", "dark"]


class Seen(NamedTuple):
    """What opening a page came to."""

    page: str
    messages: list[str]
    strangers: list[str]
    too_wide: int
    violations: list[str]


def seen(page: Page, file: Path, *, has_axe: bool) -> Seen:
    """Opens a page and looks at it."""
    messages: list[str] = []
    requests: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("pageerror", lambda error: messages.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    page.goto(file.as_uri())
    strangers = [url for url in requests if url not in ("data:,", file.as_uri())]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return Seen(file.name, messages, strangers, max(wide, 0), violations(page) if has_axe else [])


def violations(page: Page) -> list[str]:
    """What axe-core finds, in short."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[Any] = page.evaluate(
        "tags => axe.run({runOnly: tags, resultTypes: ['violations']}).then(one => one.violations)",
        WCAG,
    )
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})" for one in found]


def faults(
    browser: Browser,
    files: Iterable[Path],
    *,
    theme: Theme,
    width: int,
    has_script: bool = True,
    has_axe: bool = True,
) -> list[Seen]:
    """The pages that are not as they should be; axe-core itself is a script."""
    with browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=theme,
        java_script_enabled=has_script,
    ) as context:
        looked = []
        for file in files:
            page = context.new_page()
            looked.append(seen(page, file, has_axe=has_script and has_axe))
            page.close()
    assert looked
    return [one for one in looked if any(one[1:])]
