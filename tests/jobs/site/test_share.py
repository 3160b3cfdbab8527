"""The share card of a real ledger: made where something is public, and of public figures alone."""

import re
from dataclasses import replace
from pathlib import Path

from ecot.jobs.publish import publish
from ecot.jobs.site.edition import Edition
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.jobs.conftest import NOW
from tests.jobs.focus import file, imported, line
from tests.jobs.world import World, edition

URL = "https://lumen.example/costs/share.html"
PLAIN = edition(NOW.date())
OPEN = replace(PLAIN, public=("total", "providers", "mix"), public_url=URL)


def site_of(place: Place, look: Edition, folder: Path) -> Folder:
    site = Folder(folder)
    publish(place, site, look)
    return site


def text(site: Folder, name: str) -> str:
    return (site.get(name) or b"").decode()


def test_nothing_is_public_by_itself(world: World, tmp_path: Path) -> None:
    world.collect()
    site = site_of(world.place, PLAIN, tmp_path / "site")

    assert not [name for name in site.names() if name.startswith("share")]
    assert "linkedin" not in text(site, "index.html")


def test_an_empty_ledger_has_nothing_to_share(place: Place, tmp_path: Path) -> None:
    site = site_of(place, OPEN, tmp_path / "site")

    assert not [name for name in site.names() if name.startswith("share")]


def test_the_card_tells_the_total_of_the_month_on_which_the_report_opens(
    place: Place, tmp_path: Path
) -> None:
    imported(place, file(tmp_path, line("12.5", "2026-11-01", "2026-11-02")))
    site = site_of(place, OPEN, tmp_path / "site")
    page = re.sub(r"\s", " ", text(site, "share.html"))

    assert "Costs of November 2026" in page
    assert "$12.50 net of tax" in page
    assert "1 supplier" in page
    assert (site.get("share.png") or b"").startswith(b"\x89PNG")


def test_the_front_page_leads_to_it_and_to_linkedin(world: World, tmp_path: Path) -> None:
    world.collect()
    site = site_of(world.place, OPEN, tmp_path / "site")
    unpublished = site_of(world.place, replace(OPEN, public_url=None), tmp_path / "other")

    assert 'href="share.html"' in text(site, "index.html")
    assert "https://www.linkedin.com/sharing/share-offsite/?url=https%3A%2F%2Flumen" in text(
        site, "index.html"
    )
    assert "linkedin" not in text(site, "2026-10.en.html")
    assert "linkedin" not in text(unpublished, "index.html")
    assert "[share] url" in text(unpublished, "index.html")


def test_it_is_taken_away_when_nothing_is_public_any_more(world: World, tmp_path: Path) -> None:
    world.collect()
    site_of(world.place, OPEN, tmp_path / "site")
    site = site_of(world.place, PLAIN, tmp_path / "site")

    assert not [name for name in site.names() if name.startswith("share")]
