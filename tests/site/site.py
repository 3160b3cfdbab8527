"""A published site: its files, the ledger that it shows, and Chromium to open it in."""

import asyncio
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ecot.jobs.demo import run_demo
from ecot.jobs.place import open_place
from ecot.jobs.publish import publish
from ecot.jobs.round import nothing_to_tell
from ecot.jobs.site.edition import Edition
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.jobs.shelf import Shelf
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


def made(name: str, home: Path) -> Site:
    """The site of a state, or of the demo; whoever asks for it closes its ledger."""
    if name == DEMO:
        place = demo_ledger(home)
        look = edition(DEMO_NOW.date(), is_demo=True)
    else:
        place = open_place(home)
        look = edition()
        STATES[name](Shelf(place, now=NOW), home)
    folder = home / "site"
    return Site(folder, place, look, publish(place, Folder(folder), look))


def demo_ledger(home: Path) -> Place:
    """The demo's ledger. It is made in a thread: Chromium's loop holds this one."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        place, _ = thread.submit(asyncio.run, run_demo(home, DEMO_NOW, nothing_to_tell)).result()
    return place


def _kind(name: str) -> str:
    """What pages have in common that differ in their month or their subject."""
    stem = name.partition(".")[0]
    stem = re.sub(r"\d{4}-\d\d", "month", stem)
    return re.sub(r"^of-.*", "of", stem)
