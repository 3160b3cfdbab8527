"""The pages of the site: how large, compressed, and how long they take to render."""

import asyncio
import gzip
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from ecot.jobs.demo import run_demo
from ecot.jobs.known import titles
from ecot.jobs.place import Place, open_place, open_site
from ecot.jobs.publish import publish
from ecot.jobs.round import nothing_to_tell
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.language import Language
from tests.bench import echarts
from tests.bench.company import READ_AT
from tests.bench.large import fill_large
from tests.bench.measuring import Measure, seconds
from tests.bench.opening import opened

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


def pages(months: int = 36, services: int = 15, models: int = 10) -> Iterator[Measure]:
    """The demo's pages, and those of a large company beside a page of ECharts."""
    with tempfile.TemporaryDirectory(prefix="ecot-bench-") as name:
        home = Path(name)
        place, took = _demo(home / "demo")
        yield Measure("the demo's ledger, collected twice", took, "s")
        yield from _rendered("demo", place, home / "demo", NOW, "≤ 40")
        place.store.close()
        place = open_place(home / "large")
        fill_large(place, months=months, services=services, models=models)
        what = f"{months} months × {services} × {models}"
        yield from _rendered(what, place, home / "large", READ_AT, "≤ 150")
        yield from _beside(place, home / "large")
        place.store.close()


def _beside(place: Place, home: Path) -> Iterator[Measure]:
    """Both pages in Chromium: the same months by service and model."""
    theirs = home / "echarts.html"
    theirs.write_bytes(echarts.page(History(place, _edition(READ_AT)).by_service))
    yield Measure("ECharts: its page, gzipped", _gzipped(theirs.read_bytes()), "kB")
    yield from opened(home / "site" / "explore.en.html", theirs)


def _demo(home: Path) -> tuple[Place, float]:
    made: list[Place] = []

    def make() -> None:
        place, _ = asyncio.run(run_demo(home, NOW, nothing_to_tell))
        made.append(place)

    took = seconds(make)
    return made[0], took


def _rendered(
    what: str, place: Place, home: Path, now: datetime, promise: str
) -> Iterator[Measure]:
    edition = _edition(now)
    site = open_site(home)
    names: list[str] = []
    took = seconds(lambda: names.extend(publish(place, site, edition)))
    again = seconds(lambda: publish(place, site, edition))
    sizes: dict[str, float] = {}
    for name in names:
        if name.endswith(".html"):
            size = _gzipped(site.get(name) or b"")
            sizes[_kind(name)] = max(sizes.get(_kind(name), 0), size)
    yield Measure(f"{what}: files", len(names))
    for kind in sorted(sizes):
        yield Measure(f"{what}: largest {kind}, gzipped", sizes[kind], "kB", promise)
    yield Measure(f"{what}: rendering the site", took, "s")
    yield Measure(f"{what}: rendering a file", took / len(names), "s")
    yield Measure(f"{what}: rendering it again, nothing changed", again, "s")


def _edition(now: datetime) -> Edition:
    language = Language("fr-FR", "Europe/Zurich")
    return Edition(today=now.date(), currency="USD", language=language, titles=titles())


def _gzipped(body: bytes) -> float:
    """Kilobytes as a server sends them."""
    return len(gzip.compress(body, mtime=0)) / 1_000


def _kind(name: str) -> str:
    """What pages have in common that differ in their month or their subject."""
    stem = re.sub(r"\d{4}-\d\d", "month", name.partition(".")[0])
    return re.sub(r"^of-.*", "of", stem)
