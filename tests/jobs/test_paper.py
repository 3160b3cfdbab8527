"""The PDF of a real ledger: its text layer says what the query says, in both languages."""

import io
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest

from ecot.analysis.groups import By
from ecot.errors import LedgerError
from ecot.jobs.paper import print_month
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.model.period import Month
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.jobs.conftest import NOW
from tests.jobs.focus import file, imported, line
from tests.jobs.world import World, edition

OCTOBER = Month(2026, 10)
BY: tuple[By, ...] = ("provider", "account", "sub_account", "model")
PLAIN = edition(NOW.date())
FRENCH = replace(PLAIN, language=Language("fr-FR"))


def text_of(place: Place, folder: Folder, look: Edition = PLAIN) -> str:
    """The text layer of October, without any space: a name may be broken over lines."""
    body = folder.get(print_month(place, folder, look, OCTOBER)) or b""
    pages = (one.extract_text() for one in pypdf.PdfReader(io.BytesIO(body)).pages)
    return re.sub(r"[\s\u200b]", "", "".join(pages))


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "paper")


@pytest.mark.parametrize("look", [PLAIN, FRENCH], ids=["en", "fr"])
def test_its_amounts_are_those_of_the_query(world: World, folder: Folder, look: Edition) -> None:
    world.collect(*map(world.own, world.truth.company.organisations))
    text, language = text_of(world.place, folder, look), look.language

    def said(amount: Decimal) -> str:
        return re.sub(r"\s", "", language.money(amount, "USD"))

    for by in BY:
        found = world.totals(by, OCTOBER.first, OCTOBER.after)
        assert found.total is not None
        assert text.count(said(found.total)) >= 5  # in large, and below each of the four tables
        for group in found.groups:
            if group.billed_cost is not None:
                assert said(group.billed_cost) in text


def test_the_same_ledger_gives_the_same_file(place: Place, folder: Folder, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("12.5", "2026-10-01", "2026-10-02")))
    name = print_month(place, folder, PLAIN, OCTOBER)
    first = folder.get(name)

    assert name == "2026-10.en.pdf"
    assert print_month(place, folder, PLAIN, OCTOBER) == name
    assert folder.get(name) == first


def test_a_month_of_which_nothing_is_known_has_no_pdf(place: Place, folder: Folder) -> None:
    with pytest.raises(LedgerError, match="holds nothing for October 2026"):
        print_month(place, folder, PLAIN, OCTOBER)
    assert list(folder.names()) == []
