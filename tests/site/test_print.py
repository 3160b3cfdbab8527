"""The pages on paper, printed by Chromium: clean A4, tables whole, their totals said once."""

import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser

from ecot.language import Language
from ecot.model.period import Month
from ecot.report.compare import CompareFacts
from ecot.report.compare_page import files
from ecot.report.render import INDEX, pages, shell_of
from tests.report.sample import MONTH, cost, facts

pytestmark = pytest.mark.tools

A4 = (595, 842)
LONG = facts(
    [cost("openai/studio", str(number), model=f"model-{number}") for number in range(1, 90)],
    months=(MONTH.previous(), MONTH),
)


def printed(browser: Browser, path: Path) -> list[Any]:
    """Its pages, as a reader of a dark screen prints it."""
    with browser.new_context(color_scheme="dark") as context:
        page = context.new_page()
        page.goto(path.as_uri())
        body = page.pdf(prefer_css_page_size=True)
    return list(pypdf.PdfReader(io.BytesIO(body)).pages)


@pytest.fixture(scope="module")
def month(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> list[Any]:
    folder = tmp_path_factory.mktemp("site")
    for name, body in pages({MONTH: LONG}, shell_of(LONG, Language("fr-FR"), ("compare",))).items():
        (folder / name).write_bytes(body)
    return printed(browser, folder / INDEX)


def text(sheets: list[Any]) -> str:
    return re.sub(r"\s+", " ", " ".join(sheet.extract_text() for sheet in sheets))


def test_a_page_is_a4_and_numbered(month: list[Any]) -> None:
    assert len(month) > 2
    for number, sheet in enumerate(month, start=1):
        assert (round(sheet.mediabox.width), round(sheet.mediabox.height)) == A4
        assert f"{number} / {len(month)}" in text([sheet])


def test_what_only_a_screen_can_do_is_not_on_paper(month: list[Any]) -> None:
    said = text(month)

    for word in ("English", "décembre 2025 →", "Comparer", "↕", "Passer aux chiffres"):
        assert word not in said


def test_tables_have_their_heads_on_each_page_and_their_total_once(month: list[Any]) -> None:
    said = text(month)

    assert said.count("Total 4 005,00 $US") == 4  # once below each table
    assert sum("Modèle" in text([sheet]) for sheet in month) >= 2
    assert all(f"model-{number} " in said for number in range(1, 90))


def test_three_years_of_months_stand_on_a_sheet_that_lies(browser: Browser, tmp_path: Path) -> None:
    months = [Month(2023 + number // 12, number % 12 + 1) for number in range(36)]
    compared = CompareFacts(
        running=Month(2026, 1),
        currency="USD",
        months=tuple(months),
        figures=[
            cost(f"{supplier}/a", f"{12345 + number}.67", day=month.first)
            for number, month in enumerate(months)
            for supplier in ("openai", "mistral", "aws")
        ],
    )
    shell = shell_of(LONG, Language("en-GB"))
    path = tmp_path / "compare.en.html"
    path.write_bytes(dict(files(compared, shell))[path.name])
    sheets = printed(browser, path)

    (lying,) = (one for one in sheets if "Suppliers, month by month" in text([one]))
    assert (round(lying.mediabox.width), round(lying.mediabox.height)) == A4[::-1]
    assert "Jan 2025" in text([lying])
    assert "Dec 2024" not in text([lying])
    assert "US$37,142.01" in text([lying])  # the total of the latest month, in the last line
    assert "On paper only the latest 12 months" in text([lying])
