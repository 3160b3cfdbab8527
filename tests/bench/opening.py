"""Pages in Chromium: when one is ready, and how long a new filter takes to be drawn."""

import shutil
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.bench.measuring import Measure

_LOADS = 5
_FILTERS = [
    {"by": by, **({"provider": provider} if provider else {})}
    for by in ("provider", "model", "sub_account", "service")
    for provider in (None, "openai", "aws")
]
_OURS = """asked => {
  history.replaceState(null, "", "#" + new URLSearchParams({...asked, period: "all"}));
  window.ecot.explore.show();
}"""
_THEIRS = "asked => ask(asked)"
_TIMED = """([asked, work]) => asked.map(one => {
  const begun = performance.now();
  work(one);
  document.body.offsetHeight;
  return performance.now() - begun;
})"""


def opened(ours: Path, theirs: Path) -> Iterator[Measure]:
    """The explorer beside the page of ECharts, each opened from its file."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page()
        for name, file, ask, promise in (
            ("the explorer", ours, _OURS, "≤ 50"),
            ("ECharts", theirs, _THEIRS, ""),
        ):
            yield Measure(f"{name}: ready", _ready(page, file), "ms")
            times = _filtered(page, ask)
            yield Measure(f"{name}: a new filter", statistics.median(times), "ms", promise)
            yield Measure(f"{name}: the slowest new filter", max(times), "ms", promise)
        chromium.close()


def _ready(page: Page, file: Path) -> float:
    """Milliseconds until the page is loaded and its script has drawn; the median of some."""
    times = []
    for _ in range(_LOADS):
        page.goto("about:blank")
        page.goto(file.as_uri())
        page.wait_for_function("performance.getEntriesByType('navigation')[0].loadEventEnd > 0")
        times.append(
            float(page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd"))
        )
    return statistics.median(times)


def _filtered(page: Page, ask: str) -> Sequence[float]:
    """Milliseconds that each filter takes, laid out; the second time, when code is compiled."""
    timed = _TIMED.replace("work(one)", f"({ask})(one)").replace("[asked, work]", "asked")
    page.evaluate(timed, _FILTERS)
    times: list[float] = page.evaluate(timed, _FILTERS)
    return times
