"""The site says what the ledger says, and is written only where that changed."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.publish import PAGES, publish
from ecot.jobs.query import By
from ecot.jobs.site.shelf import STAMPS
from ecot.model.period import DAY, Month
from ecot.store.folder import Folder
from ecot.store.protocol import Files, Place
from tests.jobs.conftest import NOW
from tests.jobs.focus import file, imported, line
from tests.jobs.world import World, edition

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


class Watched(Folder):
    """A site that knows what was written."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.written: list[str] = []

    def put(self, name: str, body: bytes) -> None:
        self.written.append(name)
        super().put(name, body)


@pytest.fixture
def site(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "site")


def published(place: Place, site: Files, month: Month | None = None) -> list[str]:
    return publish(place, site, edition(NOW.date()), month)


def test_pages_are_written_once(world: World, site: Watched) -> None:
    world.collect()
    names = published(world.place, site)
    stems = [str(month) for month in (OCTOBER, NOVEMBER)] + list(PAGES)
    for stem in (*stems, "2026-10-sources", "2026-11-sources"):
        assert {f"{stem}.en.html", f"{stem}.fr.html"} <= set(names)
    assert "index.html" in names
    assert sorted(site.written) == sorted([*names, STAMPS, STAMPS])  # begun, and whole
    site.written.clear()
    assert published(world.place, site) == names
    assert site.written == []


def test_only_pages_that_changed_are_written(place: Place, site: Watched, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("1"), line("2", "2026-06-01", "2026-06-02")))
    published(place, site, Month(2026, 5))
    site.written.clear()
    imported(place, file(tmp_path, line("3", "2026-08-01", "2026-08-02")))
    published(place, site, Month(2026, 5))
    assert "2026-08.en.html" in site.written


@pytest.mark.parametrize("by", ["provider", "account", "sub_account", "model"])
def test_the_page_has_the_totals_of_the_query(world: World, by: By) -> None:
    world.collect(*map(world.own, world.truth.company.organisations))
    page = world.publish()["2026-10.en.html"]
    said = world.totals(by, OCTOBER.first, OCTOBER.after)

    section = re.findall(rf'<section>\n<h2 id="by-{by}">.*?</section>', page, re.DOTALL)[0]
    shown = [
        Decimal(value)
        for value in re.findall(r'class="money">\s*<a [^>]*><data value="([^"]+)"', section)
    ]
    assert shown == [
        *(one.billed_cost for one in said.groups if one.billed_cost is not None), said.total
    ]  # fmt: skip


def test_the_report_opens_on_the_month_to_be_read(world: World) -> None:
    world.collect()
    pages = world.publish()
    assert pages["index.html"] == pages["2026-11.en.html"]  # the 8th
    world.clock.at(NOW.date() - DAY)
    pages = world.publish()
    assert pages["index.html"] == pages["2026-10.en.html"]  # the 7th
    pages = world.publish(NOVEMBER)
    assert pages["index.html"] == pages["2026-11.en.html"]


def test_a_ledger_without_anything_has_a_page_that_says_so(world: World) -> None:
    pages = world.publish()
    assert {"2026-11.en.html", "2026-11.fr.html", "index.html"} == {
        name for name in pages if name.endswith(".html")
    }
    assert "unknown" in pages["badge.svg"]
    assert "Nothing has been collected yet." in pages["index.html"]


def test_outcomes_and_restatements_are_on_the_page(world: World) -> None:
    world.collect()
    day = next(day for day in OCTOBER.days() if world.truth.costs(world.first, day))
    world.truth.restate(world.first, day, factor=Decimal(2))
    world.collect(world.own(), world.source("other", None))
    pages = world.publish()
    assert "OPENAI_ADMIN_KEY_OTHER is not set" in re.sub("</?bdi>", "", pages["2026-10.en.html"])
    assert "openai/studio" in pages["2026-10.en.html"].split('id="restatements"')[1]
    assert "openai/studio" not in pages["2026-11.en.html"].split('id="restatements"')[1]
