"""The share card: public figures only, drawn whatever fonts the machine has, and no name at all."""

import re
from collections.abc import Sequence
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import resvg_py

from ecot.analysis.totals import totals
from ecot.language import Language, LocaleName, templates_folder
from ecot.model.figure import Figure
from ecot.model.money import CURRENCIES
from ecot.report.card import drawing
from ecot.report.share import CARD, PAGE, share_files
from ecot.report.share_facts import PublicFigure, Shared, ShareFacts, share_facts, shared
from ecot.report.share_words import figures, heading, in_words, lacking
from ecot.report.views import month_view
from tests.report.png import ink, pixels, size
from tests.report.sample import FIGURES, TITLES, cost, facts
from tests.report.test_render import Page

ENGLISH, FRENCH = Language("en-GB"), Language("fr-FR")
EVERYTHING: tuple[PublicFigure, ...] = ("total", "change", "providers", "origin", "mix")
URL = "https://lumen.example/costs/share.html"


def known(some: Sequence[Figure] = FIGURES, **changes: Any) -> ShareFacts:
    month = facts(some, **changes)
    by_category = totals(
        some,
        by="category",
        first=month.month.first,
        after=month.month.after,
        currency=month.currency,
    )
    return share_facts(month_view(month), by_category)


def whole(**changes: Any) -> ShareFacts:
    """A month of which nothing is missing."""
    some = (
        cost("openai/studio", "80"),
        cost("aws/1", "15.5", category="infrastructure"),
        cost("cursor/cursor", "4.1", category="developer tools"),
        cost("x/y", "0.4", category="other"),
    )
    return known(some, **({"gaps": (), "before": Decimal(125)} | changes))


def lines(one: ShareFacts, *public: PublicFigure, language: Language = ENGLISH) -> list[str]:
    """The figures as text with ordinary spaces."""
    said = (in_words(figure, language) for figure in figures(one, public, language))
    return [re.sub(r"\s", " ", line) for line in said]


def test_figures_are_those_of_the_month() -> None:
    assert lines(whole(), *EVERYTHING) == [
        "US$100.00 net of tax",
        "-20% against December 2025",
        "4 suppliers",
        "Origin of the figures: billed 100%",
        "What it is for: AI 80%, infrastructure 16%, developer tools 4%, other < 1%",
    ]
    assert lines(whole(state="open"), "change", "total", language=FRENCH) == [
        "-20 % par rapport aux mêmes jours du mois précédent",
        "100,00 $US HT",
    ]


def test_what_is_not_known_is_said_and_never_zero() -> None:
    one = known((cost("openai/studio", None, "unknown"),))

    assert lines(one, *EVERYTHING) == [
        "unknown net of tax, a part unknown",
        "unknown against December 2025",
        "1 supplier",
        "Origin of the figures: unknown",
        "What it is for: unknown",
    ]


def test_it_says_what_is_missing_and_of_nobody_by_name() -> None:
    assert lacking(whole(), ENGLISH) is None
    assert lacking(known(), ENGLISH) == "Incomplete: figures of 1 account are missing."
    assert lacking(known(gaps=()), ENGLISH) == "Incomplete: nobody knows a part of the cost."


def test_a_category_below_zero_is_no_part() -> None:
    some = (cost("openai/studio", "80"), cost("aws/1", "-5", category="infrastructure"))

    assert known(some, gaps=()).mix == ()


def test_activity_and_tax_are_no_suppliers_of_ours() -> None:
    some = (cost("openai/studio", "80"), cost("aws/1", "9", tax=True, category="infrastructure"))

    assert known(some, gaps=()).providers == 1


def test_nothing_is_made_where_nothing_is_public_or_nothing_of_it_is_known() -> None:
    unknown = known((cost("openai/studio", None, "unknown"),))

    cases: list[tuple[ShareFacts, tuple[PublicFigure, ...]]] = [
        (whole(), ()),
        (unknown, ("change", "total", "mix")),
    ]
    for one, public in cases:
        assert shared(one, public, URL) is None


def test_the_link_leads_to_linkedin_with_the_public_page() -> None:
    parts = urlsplit(str(Shared(whole(), ("providers",), URL).linkedin))

    assert (parts.scheme, parts.netloc) == ("https", "www.linkedin.com")
    assert parse_qs(parts.query) == {"url": [URL]}
    assert Shared(whole(), ("providers",)).linkedin is None


@pytest.mark.parametrize("language", [ENGLISH, FRENCH])
def test_no_amount_and_no_name_is_public_by_itself(language: Language) -> None:
    public: tuple[PublicFigure, ...] = ("change", "providers", "origin", "mix")
    one = known()
    html = share_files(Shared(one, public, URL), language)[PAGE].decode()

    assert one.total is not None
    for name in (*TITLES.values(), "studio", "Site vitrine", "081", "2081", "14.20", "12.5"):
        assert name not in html
    assert not re.search(r"[$€]|US", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))


def test_its_page_has_what_a_network_reads() -> None:
    html = share_files(Shared(whole(), ("providers", "mix"), URL), ENGLISH)[PAGE].decode()
    meta = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html))
    page = Page(html)

    assert meta["og:url"] == URL
    assert meta["og:image"] == "https://lumen.example/costs/share.png"
    assert meta["og:title"] == "Costs of January 2026"
    assert unescape(meta["og:description"]).startswith("4 suppliers · What it is for: AI 80%")
    assert page.links == ["data:,", CARD]
    assert "script" not in page.tags
    assert not [name for name, _ in page.attributes if name == "style"]


def test_a_page_that_is_nowhere_yet_names_no_address() -> None:
    html = share_files(Shared(whole(), ("providers",), None), ENGLISH)[PAGE].decode()

    assert "og:image" not in html
    assert "https://" not in html.replace("https://ogp.me/ns#", "")


# --- the picture ---------------------------------------------------------------------------------


FONT = str(templates_folder() / "fonts" / "libertinus-serif.ttf")


def drawn(one: ShareFacts, language: Language = FRENCH) -> bytes:
    return share_files(Shared(one, EVERYTHING, URL), language)[CARD]


def third(one: ShareFacts, *fonts: str) -> list[bytes]:
    """The card at a third of its size, which is nine times sooner looked at."""
    said = figures(one, EVERYTHING, FRENCH)
    svg = drawing(heading(one, FRENCH), said, lacking(one, FRENCH), FRENCH, demo=one.demo)
    body = resvg_py.svg_to_bytes(
        svg_string=svg, skip_system_fonts=True, font_files=list(fonts), width=400
    )
    return pixels(body)


def test_the_card_is_as_large_as_networks_ask_and_the_same_each_time() -> None:
    assert size(drawn(known())) == (1200, 630)
    assert drawn(known()) == drawn(known())


def test_words_are_drawn_and_stay_inside() -> None:
    """A font that is not found draws nothing, and says nothing."""
    picture = pixels(drawn(known(demo=True)))

    for box in ((72, 50, 140, 90), (72, 105, 520, 165), (72, 190, 460, 300), (72, 575, 600, 612)):
        assert ink(picture, *box) > 100, box
    assert ink(picture, 1132, 20, 1200, 630) == 0


def test_without_its_font_a_card_has_no_words() -> None:
    """What the test above would find, if the font were lost."""
    assert ink(third(known()), 24, 35, 173, 55) == 0
    assert ink(third(known(), FONT), 24, 35, 173, 55) > 100


@pytest.mark.parametrize("state", ["open", "closed"])
def test_the_longest_figures_stay_inside(state: str) -> None:
    some = (cost("openai/studio", "123456789012.34", currency="CHF"),)
    before = Decimal("123456789.01")
    one = known(some, currency="CHF", state=state, gaps=(), before=before)

    assert ink(third(one, FONT), 378, 7, 400, 210) == 0


SIGN = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60" font-family="Libertinus Serif">'
    '<text x="9" y="44" font-size="40">{sign}</text></svg>'
)


def test_the_font_has_every_sign_that_a_card_may_show() -> None:
    locales: tuple[LocaleName, ...] = ("fr-FR", "fr-CH", "en-US", "en-GB")
    words = set[str]()
    for language in map(Language, locales):
        one = known(demo=True)
        words |= {heading(one, language), str(lacking(one, language)), language.say("unknown")}
        words |= {language.say("What is not known is never counted as zero.")}
        words |= {language.say("DEMO — a made-up company")}
        words |= {line for each in (one, whole()) for line in lines(each, *EVERYTHING)}
        for code in CURRENCIES:
            money = known((cost("x/y", "-1234.5", currency=code),), currency=code, gaps=())
            words |= set(lines(money, "total", language=language))
    for sign in sorted({sign for word in words for sign in word if not sign.isspace()}):
        svg = SIGN.format(sign="&lt;" if sign == "<" else "&amp;" if sign == "&" else sign)
        body = resvg_py.svg_to_bytes(svg_string=svg, skip_system_fonts=True, font_files=[FONT])
        assert ink(pixels(body), 0, 0, 60, 60) > 0, f"{sign!r} is not drawn"
