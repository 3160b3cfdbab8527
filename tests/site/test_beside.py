"""What lies beside the pages, in every state of a ledger: the badge, the share card, the PDF."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pypdf
import pytest
from playwright.sync_api import Browser

from ecot.jobs.paper import print_month
from ecot.jobs.publish import publish
from ecot.jobs.query import answer
from ecot.jobs.site.history import History
from ecot.report.share_facts import PublicFigure
from ecot.store.folder import Folder
from tests.site.looking import seen
from tests.site.site import Site
from tests.site.states import STATES

pytestmark = pytest.mark.tools

SHARED: tuple[PublicFigure, ...] = ("total", "change", "providers", "origin", "mix")


@pytest.mark.parametrize("state", STATES)
def test_a_badge_is_green_only_where_a_whole_cost_is_known(
    site_of: Callable[[str], Site], state: str
) -> None:
    folder = site_of(state).folder
    told = json.loads((folder / "badge.facts.json").read_bytes())
    picture = ElementTree.fromstring((folder / "badge.svg").read_bytes())

    assert picture.findtext("{http://www.w3.org/2000/svg}title")
    assert told["color"] != "green" or (told["complete"] and told["cost"] is not None)
    assert (told["cost"] is not None) or told["color"] == "grey"


@pytest.mark.parametrize("state", STATES)
def test_the_pdf_has_the_total_of_the_query(
    site_of: Callable[[str], Site], state: str, tmp_path: Path
) -> None:
    site = site_of(state)
    for month in History(site.place, site.edition).months[-2:]:
        question = site.edition.question(month.first, month.after)
        total = answer(site.place.store, question, "provider", {}).total
        name = print_month(site.place, Folder(tmp_path), site.edition, month)
        sheets = pypdf.PdfReader(tmp_path / name).pages
        text = re.sub(r"\s", "", " ".join(sheet.extract_text() for sheet in sheets))
        language = site.edition.language
        said = language.say("unknown") if total is None else language.money(total, "USD")

        assert re.sub(r"\s", "", said) in text
        assert not [sheet for sheet in sheets if sheet.get("/Annots")]


@pytest.mark.parametrize("state", [state for state in STATES if state != "three years"])  # 30 s
def test_the_page_that_is_shared_names_nobody_and_asks_nobody_else(
    browser: Browser, site_of: Callable[[str], Site], state: str, tmp_path: Path
) -> None:
    site = site_of(state)
    names = publish(site.place, Folder(tmp_path), replace(site.edition, public=SHARED))
    if "share.html" not in names:
        assert "share.png" not in names
        return
    with browser.new_context(viewport={"width": 360, "height": 800}) as context:
        page = context.new_page()
        found = seen(page, tmp_path / "share.html", has_axe=True)
        text = page.inner_text("body") + (page.get_attribute("img", "alt") or "")

    assert found[1:] == ([], [(tmp_path / "share.png").as_uri()], 0, [])
    for title in site.edition.titles.values():
        assert title not in text
