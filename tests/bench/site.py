"""The pages of the site: how large, compressed, and how long they take to render."""

import asyncio
import gzip
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
from ecot.language import Language
from tests.bench.company import READ_AT, fill
from tests.bench.measuring import Measure, median_seconds, seconds

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


def pages(months: int = 13, accounts: int = 15) -> Iterator[Measure]:
    """The demo's pages, and those of a larger company."""
    with tempfile.TemporaryDirectory(prefix="ecot-bench-") as name:
        home = Path(name)
        place, took = _demo(home / "demo")
        yield Measure("the demo's ledger, collected twice", took, "s")
        yield from _rendered("demo", place, home / "demo", NOW, "≤ 40")
        place.store.close()
        place = open_place(home / "large")
        fill(place, accounts=accounts, months=months, rows_a_day=1_000, models=10)
        what = f"{accounts} accounts × 10 models"
        yield from _rendered(what, place, home / "large", READ_AT, "≤ 150")
        place.store.close()


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
    language = Language("fr-FR", "Europe/Zurich")
    edition = Edition(today=now.date(), currency="USD", language=language, titles=titles())
    site = open_site(home)
    names = [name for name in publish(place, site, edition) if name.endswith(".html")]
    sizes = [len(gzip.compress(site.get(name) or b"", mtime=0)) / 1_000 for name in names]
    took = median_seconds(lambda: publish(place, site, edition), runs=3)
    yield Measure(f"{what}: pages", len(names))
    yield Measure(f"{what}: largest page, gzipped", max(sizes), "kB", promise)
    yield Measure(f"{what}: smallest page, gzipped", min(sizes), "kB")
    yield Measure(f"{what}: rendering a page", took / len(names), "s")
    yield Measure(f"{what}: rendering the site", took, "s")
