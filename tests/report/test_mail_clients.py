"""A mail is what Gmail, Outlook and Apple Mail can show, whatever is in it."""

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ecot.language import Language
from ecot.model.money import total
from ecot.report.bill_book import MissingBill
from ecot.report.health import AccountFacts
from ecot.report.mail import mail_of
from ecot.report.mail_chart import drawing
from ecot.report.mail_csv import csv_of
from ecot.report.mail_facts import MonthCost
from ecot.report.mail_frame import WIDTH
from ecot.report.mail_text import MailText
from ecot.report.mail_view import DETAILS, mail_view
from tests.report.mails import ENGLISH, FRENCH, UNSUPPORTED, Mail, of_month, written
from tests.report.png import size
from tests.report.sample import MONTH, OUTCOMES, cost, facts, usage
from tests.report.test_render import HOSTILE, hostile_facts

MOST_BYTES = 80_000  # Gmail cuts a mail at about 102 kB
BASES = st.sampled_from(("billed", "estimated", "entered", "unknown"))
AMOUNTS = st.decimals(-50, 9_000, places=6, allow_nan=False).map(str)
COSTS = st.tuples(st.integers(1, 60), AMOUNTS, BASES, st.sampled_from(("USD", "EUR", "JPY")))


def made(found: tuple[int, str, str, str]) -> object:
    number, amount, basis, currency = found
    known = None if basis == "unknown" else amount
    return cost(f"supplier-{number}/main", known, basis, currency=currency, category="ai")


def looks_right(mail: MailText) -> Mail:
    """What holds of every mail; returns it, read."""
    found = Mail(mail.html)
    assert found.open == []
    assert len(mail.html.encode()) <= MOST_BYTES
    assert not {tag for tag, _ in found.tags} & {
        "script",
        "svg",
        "link",
        "form",
        "iframe",
        "object",
    }
    assert "data:" not in mail.html
    assert not [name for _, attrs in found.tags for name in attrs if name.startswith("on")]
    assert all(not is_loading(one) for one in found.all("src"))
    shown = {part.content_id for part in mail.parts if part.content_id}
    assert set(found.all("src")) == {f"cid:{one}" for one in shown}
    assert all(len(one) < 128 and "@" in one for one in shown)
    assert all(attrs.get("alt") for tag, attrs in found.tags if tag == "img")
    assert all("\n" not in line and "\r" not in line for line in [mail.subject])
    assert mail.subject == mail.subject.strip() != ""
    assert [
        line for line in mail.text.splitlines() if len(line) > WIDTH and "://" not in line
    ] == []
    return found


def is_loading(address: str) -> bool:
    return not address.startswith("cid:")


@settings(max_examples=40, deadline=None)
@given(st.lists(COSTS, max_size=70), st.sampled_from([FRENCH, ENGLISH]))
def test_any_mail_is_one_that_programs_for_mail_show(
    found: list[object], language: Language
) -> None:
    one = facts([made(each) for each in found], gaps=())  # type: ignore[arg-type, misc]
    mail = mail_of(of_month(one), language)

    looks_right(mail)
    table = mail_view(of_month(one)).table
    lines = [row.line.amount for row in table.rows]
    lines += [table.others.amount] if table.others else []
    assert len(table.rows) <= DETAILS
    known = [amount for amount in lines if amount is not None]
    assert total([*known, table.rounding]) == (table.total or 0)


def test_names_of_any_length_make_no_mail_that_gmail_cuts() -> None:
    """A key of the ledger may have a thousand bytes, and each of these signs is five in HTML."""
    names = [f"{'&' * 400}{number}" for number in range(40)]
    figures = [cost(f"{name}/{name}", "1") for name in names]
    figures += [cost(f"{name}/{name}", None, "unknown") for name in names]
    told = AccountFacts(account="x", runs=(OUTCOMES[-1],))
    one = of_month(
        facts(figures, gaps=()),
        accounts=tuple(replace(told, account=f"{name}/{name}") for name in names),
        budgets=dict.fromkeys(names, Decimal(1)),
        missing_bills=tuple(
            MissingBill(account=f"{name}/{name}", month=MONTH, lacks=("unknown",)) for name in names
        ),
    )

    found = looks_right(mail_of(one, FRENCH))
    assert f"{'&' * 40}…" in found.words


@pytest.mark.parametrize("language", [FRENCH, ENGLISH])
def test_styles_are_inline_but_those_that_hold_for_some_screens(language: Language) -> None:
    found = looks_right(written(language=language))
    outside = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", found.style)

    assert outside.strip() == ""
    assert "prefers-color-scheme" in found.style
    assert found.all("style")


def test_nothing_rests_on_what_gmail_or_outlook_do_not_know() -> None:
    found = looks_right(written())
    styles = " ".join(found.all("style")).replace(" ", "")

    assert [one for one in UNSUPPORTED if one in styles] == []


def test_outlook_is_told_widths_by_attributes() -> None:
    """Its engine is Word's: it knows no max-width, and tables as wide as their attribute says."""
    found = looks_right(written())
    sheets = [
        attrs for tag, attrs in found.tags if tag == "table" and attrs.get("class") == "sheet"
    ]

    assert [one.get("width") for one in sheets] == ["600"]
    assert 'width="600"' in found.comments
    assert all(attrs.get("width") for tag, attrs in found.tags if tag == "img")
    coloured = [attrs for _, attrs in found.tags if "background-color" in str(attrs.get("style"))]
    assert all(attrs.get("bgcolor") for attrs in coloured)


def test_a_mail_says_its_language_its_letters_and_that_it_has_a_dark_side() -> None:
    found = looks_right(written())
    metas = [attrs for tag, attrs in found.tags if tag == "meta"]

    assert (found.tags[0][0], found.tags[0][1]["lang"]) == ("html", "fr-FR")
    assert {"charset": "utf-8"} in metas
    assert {"name": "color-scheme", "content": "light dark"} in metas


def test_ink_and_paper_differ_enough_on_light_and_on_dark() -> None:
    """4.5 to 1 for words (WCAG 2.2, 1.4.3)."""
    light = ("#1c1b19", "#6b6861", "#2b6a94", "#a8442f", "#3a7a46")
    dark = ("#eceae4", "#a9a59b", "#8dbbdc", "#f09a83")

    assert min(contrast(one, "#ffffff") for one in light) >= 4.5
    assert min(contrast(one, "#211f1c") for one in dark) >= 4.5
    assert contrast("#ffffff", "#2b6a94") >= 4.5
    style = looks_right(written()).style
    assert all(one in style for one in dark)


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_do_nothing(name: str) -> None:
    harmless = {tag for tag, _ in Mail(mail_of(of_month(), FRENCH).html).tags}
    mail = mail_of(of_month(hostile_facts(name)), FRENCH)
    found = looks_right(mail)

    assert {tag for tag, _ in found.tags} <= harmless | {"em"}
    assert name.encode("utf-8", "replace").decode() in found.text
    assert not set("\u202e\u200f\x00\r") & set(mail.text)


def test_no_name_can_begin_a_header() -> None:
    evil = "X\r\nBcc: everybody@example.com\r\n\r\n"
    mail = mail_of(of_month(hostile_facts(evil)), ENGLISH)

    assert "Bcc" not in mail.subject
    assert all("\r" not in part.name and "\n" not in part.name for part in mail.parts)


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "@x", "-2+3", "a;=1", "\t=1"])
def test_no_cell_of_the_table_is_a_formula(name: str) -> None:
    for language, separator in ((FRENCH, ";"), (ENGLISH, ",")):
        body = csv_of(mail_view(of_month(hostile_facts(name))), language).content.decode(
            "utf-8-sig"
        )
        cells = re.split(rf"[\r\n;{separator}\"]+", body)
        assert not [cell for cell in cells if re.match(r"[=+@\t]|-[^0-9]", cell)]


def test_forty_suppliers_with_all_there_is_to_say_fit() -> None:
    figures = []
    for number in range(40):
        account = f"supplier-with-a-long-name-{number:02}/organisation-{number:02}"
        figures.append(cost(account, f"{number}.017", "estimated", service="a service"))
        figures.append(cost(account, None, "unknown"))
        quantities = {"requests": 10**7, "input_tokens": 10**12, "output_tokens": 10**11}
        figures.append(usage(account, quantities))
    one = mail_of(of_month(facts(figures, before=Decimal(500), gaps=())), FRENCH)

    found = looks_right(one)
    assert "15 autres fournisseurs" in found.words
    assert "et 11 de plus" in found.words  # of those that are not known in full


def test_the_picture_is_a_picture_of_the_months() -> None:
    mail = mail_of(of_month(), FRENCH)
    (picture,) = [part for part in mail.parts if part.content_id]
    (alt,) = [str(attrs["alt"]) for tag, attrs in Mail(mail.html).tags if tag == "img"]

    assert size(picture.content) == (1104, 392)
    assert len(picture.content) < 60_000
    assert "nov. 2025 inconnu" in alt
    assert "déc. 2025 1\u202f873,40" in alt


def test_one_month_alone_has_no_picture() -> None:
    one = of_month()
    mail = mail_of(of_month(costs=one.costs[-1:]), FRENCH)

    assert [part.media_type for part in mail.parts] == ["text/csv"]
    assert "<img" not in mail.html


def test_the_french_mail_is_french() -> None:
    """But for names, and for what a reading left untranslated."""
    words = Mail(mail_of(of_month(), FRENCH).html).words.lower()
    said = set(re.findall(r"[a-zà-ÿ]+", words))

    assert not said & {"costs", "provider", "unknown", "missing", "billed", "check", "total of"}
    assert {"coûts", "fournisseur", "inconnu", "manquant", "facturé", "vérifier"} <= said


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.decimals(-(10**7), 10**7, places=2, allow_nan=False)),
        min_size=1,
        max_size=12,
    )
)
def test_columns_stay_in_the_picture(totals: list[Decimal | None]) -> None:
    """Also where credits are more than costs, and where a month is not known."""
    last = MONTH
    costs = [
        MonthCost(last.shifted(-back), amount, is_whole=True)
        for back, amount in enumerate(reversed(totals))
    ]
    picture = ElementTree.fromstring(drawing(costs, FRENCH))
    rows = [one.attrib for one in picture if one.tag.endswith("rect")][1:-1]

    assert len(rows) == len(totals)
    for one in rows:
        assert 0 <= float(one["x"]) <= float(one["x"]) + float(one["width"]) <= 1104
        assert 0 <= float(one["y"]) <= float(one["y"]) + float(one["height"]) <= 312
