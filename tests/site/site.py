"""A published site: its files, the ledger that it shows, and Chromium to open it in."""

import asyncio
import re
import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ecot.jobs.demo import run_demo
from ecot.jobs.demo.cycle import show_cycle
from ecot.jobs.place import open_place
from ecot.jobs.publish import publish
from ecot.jobs.round import nothing_to_tell
from ecot.jobs.site.edition import Edition
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.jobs.shelf import Shelf
from tests.once import alone_with
from tests.site.states import NOW, STATES, edition

DEMO = "demo"
DEMO_NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Site:
    """Where the site is, what it was published from, and how it is to look."""

    folder: Path
    place: Place
    edition: Edition
    names: Sequence[str]

    def pages(self, language: str) -> list[Path]:
        """All pages in a language."""
        return [self.folder / name for name in self.names if name.endswith(f".{language}.html")]

    def kinds(self, language: str) -> list[Path]:
        """One page of each kind: the last month's, the last one of its sources."""
        last = {_kind(page.name): page for page in self.pages(language)}
        return sorted(last.values())


def site_in(shared: Path, name: str) -> Site:
    """The site of a state, or of the demo, made once a run in the `shared` folder of its tests,
    which do not write to it; whoever asks for it closes its ledger."""
    home = shared / name.replace(" ", "-")
    look = edition(DEMO_NOW.date(), is_demo=True) if name == DEMO else edition()
    with alone_with(home) as is_whole:
        place = open_place(home / "ledger") if is_whole else _ledger(name, home / "ledger", look)
        names = publish(place, Folder(home / "site"), look)
    return Site(home / "site", place, look, names)


def demo_copied(shared: Path, home: Path) -> Place:
    """The demo's ledger, for somebody who writes to it."""
    site_in(shared, DEMO).place.store.close()
    shutil.copytree(shared / DEMO / "ledger", home)
    return open_place(home)


def _ledger(name: str, home: Path, look: Edition) -> Place:
    """The demo is made in a thread: Chromium's loop holds this one."""
    if name == DEMO:
        with ThreadPoolExecutor(max_workers=1) as thread:
            made = thread.submit(asyncio.run, run_demo(home, DEMO_NOW, nothing_to_tell))
            place, outcomes = made.result()
        show_cycle(place, home, look, outcomes, DEMO_NOW)
        return place
    place = open_place(home)
    STATES[name](Shelf(place, now=NOW), home)
    return place


def _kind(name: str) -> str:
    """What pages have in common that differ in their month or their subject."""
    stem = name.partition(".")[0]
    stem = re.sub(r"\d{4}-\d\d", "month", stem)
    return re.sub(r"^of-.*", "of", stem)
