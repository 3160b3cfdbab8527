"""The PDF: the page's figures, for everybody's eyes and ears, and harmless whatever it names."""

import io
import re
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from msgspec.structs import replace

from ecot.analysis.projection import NoProjection
from ecot.errors import EcotError
from ecot.language import Language
from ecot.model.period import Month
from ecot.report.facts import Beside, MonthFacts
from ecot.report.pdf import document, month_pdf, pdf_name, undrawn
from ecot.report.render import page, shell_of
from ecot.report.views import month_view
from tests.report.sample import MONTH, READ_AT, cost, facts
from tests.report.test_bills import ECB, converted, replaced, settled, with_bills
from tests.report.test_movers import NEW, PROJECTION, RUNNING, YEAR, Months, sold
from tests.report.test_render import HOSTILE, Page, hostile_facts

FRENCH, ENGLISH = Language("fr-FR", "Europe/Zurich"), Language("en-GB")
MARKUP = (
    '#eval("1 + 1")',
    '#import "secret.typ"; #read("/etc/passwd")',
    "$x^2$ *bold* _slant_ `raw` @reference <label> // -- ... [content]",
    "= heading #[",
    '"] #panic("broken")',
)


def pdf(one: MonthFacts, language: Language = FRENCH) -> bytes:
    return month_pdf(month_view(one), language)


def opened(body: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(body))


def words(body: bytes) -> str:
    """All its text with ordinary spaces, and without the marks around names."""
    pages = (one.extract_text() for one in opened(body).pages)
    return re.sub(r"\s+", " ", re.sub("[\u2068\u2069]", "", " ".join(pages)))


def without_breaks(text: str) -> str:
    return re.sub(r"\s", "", text)


def amounts(text: str) -> set[str]:
    """Everything that looks like euros or dollars in French."""
    return {without_breaks(one) for one in re.findall(r"-?\d[\d\s]*,\d+\s(?:\$US|€)", text)}


def html_of(one: MonthFacts) -> str:
    """The text of its page in French."""
    return Page(page(month_view(one), FRENCH, shell_of(one, FRENCH)).decode()).text


def running() -> MonthFacts:
    """A month that is not over: with what changed, the year so far and where it is heading."""
    months = Months([*sold("10", 5), *NEW], sold("10", 5))
    found = months.beside.decomposition
    beside = Beside(decomposition=found, projection=PROJECTION, year=YEAR)
    return facts(months.now, **RUNNING, change=months.change, beside=beside)


def test_its_figures_are_those_of_the_page() -> None:
    one = facts()
    html = html_of(one)
    text = words(pdf(one))

    assert "Total HT 2 081,79 $US + inconnu" in text
    assert "208,39 $US de plus qu’en décembre 2025" in text
    assert "facturé 80 %" in text
    assert "manquant : Mistral (3 jours) · 29–31 janv. 2026 · la dernière lecture a échoué" in text
    assert "Taxes, en plus" in text
    assert amounts(html) == amounts(text)


def test_it_speaks_english() -> None:
    text = words(pdf(facts(gaps=(), before=Decimal(2600)), ENGLISH))

    assert "Total, net of tax US$2,081.79 + unknown" in text
    assert "US$518.21 (-19.9%) less than in December 2025" in text
    assert pdf_name(MONTH, ENGLISH) == "2026-01.en.pdf"


def test_a_running_month_says_until_when() -> None:
    text = words(pdf(facts(state="open", today=date(2026, 1, 20), gaps=()), ENGLISH))

    assert "Total, net of tax · 1–20 Jan 2026" in text
    assert "more until yesterday than on the same days of the month before" in text


def test_it_says_what_changed_and_where_the_month_is_heading() -> None:
    one = running()
    text, english = words(pdf(one)), words(pdf(one, ENGLISH))

    assert amounts(html_of(one)) == amounts(text)
    assert "70,00 $US de plus, nouveau modèle" in text
    assert "↑ OpenAI · studio, <b>new</b>: US$70.00 more, a new model" in english
    assert "≈ US$100.50 · between US$90.00 and US$120.00" in english
    assert "seven days in a row" in english
    assert "Since 1 January, net of tax US$321.00 · 1 month of 1" in english


def test_bills_and_what_they_replaced_are_those_of_the_page() -> None:
    figures = [converted(ECB), replaced(cost("mistral/x", "3", "estimated")), cost("aws/1", "7")]
    one = with_bills(settled(), figures=figures, gaps=())
    text = words(pdf(one))

    assert amounts(html_of(one)) == amounts(text)
    assert "3,00 $US remplacé par une facture" in text
    assert "Un montant barré" in text


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (NoProjection(days=4), "not worked out: 4 complete days are not enough"),
        (
            NoProjection(days=20, accounts=("mistral/mistral",)),
            "not worked out: days are missing (Mistral)",
        ),
    ],
)
def test_a_projection_that_is_not_worked_out_says_why(why: NoProjection, said: str) -> None:
    one = replace(running(), beside=Beside(projection=why))
    texts = [aside["text"] for aside in document(month_view(one), ENGLISH)["aside"]]

    assert said in [re.sub("[\u2068\u2069]", "", text) for text in texts]


def test_a_month_without_any_cost_is_unknown_and_not_zero() -> None:
    text = words(pdf(facts((cost("openai/studio", None, "unknown"),), gaps=()), ENGLISH))

    assert "Total, net of tax unknown" in text
    assert "No cost is known for this month yet." in text
    assert "0.00" not in text


def test_the_same_facts_give_the_same_bytes() -> None:
    one = facts(collected_at=READ_AT.replace(microsecond=123456))
    metadata = opened(pdf(one)).metadata

    assert pdf(one) == pdf(one)
    assert metadata is not None
    assert metadata.creation_date == READ_AT


def test_it_can_be_read_aloud() -> None:
    """PDF/UA-1, as typst checks it: language, title, structure, a text for every sign."""
    read = opened(pdf(facts()))
    root: Any = read.root_object

    assert root["/Lang"] == "fr-FR"
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert read.metadata is not None
    assert read.metadata.title == "Janvier 2026 · Ecot"
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_its_fonts_are_inside() -> None:
    pages: Any = opened(pdf(facts())).pages
    for one in pages:
        for font in one["/Resources"]["/Font"].values():
            (inner,) = font["/DescendantFonts"]
            descriptor = inner["/FontDescriptor"]
            assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def test_pages_are_numbered_and_every_one_has_the_heads_of_its_table() -> None:
    many = [cost("openai/studio", str(number), model=f"model-{number}") for number in range(1, 90)]
    pages = [one.extract_text() for one in opened(pdf(facts(many))).pages]

    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert f"{number}/{len(pages)}" in text
    assert sum("Modèle" in text for text in pages) >= 2


def test_a_demo_says_so_on_every_page() -> None:
    many = [cost("openai/studio", str(number), model=f"model-{number}") for number in range(1, 60)]
    pages = [one.extract_text() for one in opened(pdf(facts(many, demo=True))).pages]

    assert len(pages) > 1
    assert all("DÉMO — société inventée" in text for text in pages)
    assert "DÉMO" not in words(pdf(facts()))


# --- names of others -----------------------------------------------------------------------------


def shown(name: str) -> str:
    """The name as a PDF has it on a machine without emoji: marks of direction are no signs, and
    half a character is a question mark."""
    drawn = name.encode("utf-8", "replace").decode().replace("🎉", "[U+1F389]")
    return without_breaks(re.sub("[\u200f\u202a-\u202e\u2066-\u2069]", "", drawn))


@pytest.mark.parametrize("name", [*HOSTILE, *MARKUP], ids=range(len(HOSTILE) + len(MARKUP)))
def test_a_hostile_name_is_shown_and_nothing_of_it_is_run(name: str) -> None:
    body = pdf(hostile_facts(name))
    read = opened(body)
    text = re.sub("[\u200b\u200f\u202a-\u202e\u2066-\u2069]", "", without_breaks(words(body)))

    if "\u202e" in name:
        assert "עברית" in text
        assert "evil" in text or "live" in text
    elif "🎉" in name:
        assert "[U+1F389]" in text or "🎉" in text
    else:
        assert shown(name) in text
    assert "5,00$US" in text
    assert not {"/OpenAction", "/AA", "/AcroForm"} & read.root_object.keys()
    assert not any(one.get("/Annots") for one in read.pages)


def test_what_a_name_asks_for_in_the_typesetters_language_is_not_done() -> None:
    """It would stop the compilation, or set the answer in the place of the question."""
    one = hostile_facts('#(40 + 2) #sys.version #read("month.typ") #panic()')
    text = words(pdf(one))

    assert '#(40 + 2) #sys.version #read("month.typ") #panic()' in text
    assert "version(" not in text
    assert "#let" not in text


def test_names_are_no_part_of_a_sentence_around_them() -> None:
    one = document(month_view(facts()), FRENCH)

    assert "\u2068Mistral\u2069" in one["notes"][0].text


def test_signs_that_no_font_has_are_found_in_the_complaint() -> None:
    complaint = (
        'error: PDF/UA-1 error: the text `"\\u{1f389}"` could not be displayed with font `"X"`\n'
        'error: PDF/UA-1 error: the text `"日本"` could not be displayed with font `"X"`\n'
        'error: PDF/UA-1 error: the text `"0 $"` could not be displayed with font `"X"`\n'
    )
    assert undrawn(complaint) == {"🎉", "日", "本"}
    assert undrawn("error: unexpected end of file") == set()


def test_without_typst_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)

    with pytest.raises(EcotError, match="not installed") as error:
        pdf(facts())
    assert "ecot[pdf]" in error.value.remedy


def test_a_file_is_named_by_its_month_and_language() -> None:
    assert pdf_name(Month(2025, 3), FRENCH) == "2025-03.fr.pdf"
