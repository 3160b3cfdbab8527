"""The pages: complete in themselves, honest, and harmless whatever names they show."""

import gzip
import re
from base64 import b64encode
from datetime import date
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser

import msgspec
import pytest

from ecot.language import Language
from ecot.model.figure import Figure
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.report.facts import MonthFacts
from ecot.report.render import INDEX, pages, shell_of
from tests.report.sample import MONTH, OUTCOMES, TITLES, cost, facts, usage

FRENCH = Language("fr-FR", "Europe/Zurich")
DECEMBER = Month(2025, 12)
HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\"quoted' & {braces} {{ 7 * 7 }} {% raw %}",
    "\u202eevil\u202c \u200fעברית",
    "=HYPERLINK(1)",
    "🎉" * 20,
    "long" * 75,
    "lonely \ud800 half",
)


class Page(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_data(self, data: str) -> None:
        if not (self.tags and self.tags[-1] == "style"):
            self.text += data

    @property
    def links(self) -> list[str]:
        return [str(value) for name, value in self.attributes if name in ("href", "src")]


def rendered(*months: MonthFacts, language: Language = FRENCH) -> dict[str, str]:
    """The site of these months; the last one is the index."""
    by_month = {one.month: one for one in months}
    files = pages(by_month, shell_of(months[-1], language))
    return {name: content.decode() for name, content in files.items()}


def french(one: MonthFacts) -> str:
    """The French page of a month, as text with ordinary spaces."""
    return words(rendered(one)[INDEX])


def words(html: str) -> str:
    """A piece of a page as text with ordinary spaces."""
    return re.sub(r"\s+", " ", Page(html).text)


def row(html: str, name: str) -> str:
    """The table row that shows a name."""
    (found,) = [part for part in html.split("<tr") if f">{name}</bdi>" in part]
    return Page("<tr" + found.partition("</tr>")[0]).text


@pytest.fixture(scope="module")
def site() -> dict[str, str]:
    december = facts(month=DECEMBER, months=(DECEMBER, MONTH), gaps=(), state="closed")
    return rendered(december, facts(demo=True))


def test_each_month_has_both_languages_and_the_index_is_the_readers(site: dict[str, str]) -> None:
    assert sorted(site) == [
        "2025-12.en.html", "2025-12.fr.html", "2026-01.en.html", "2026-01.fr.html", "index.html",
    ]  # fmt: skip
    assert site[INDEX] == site["2026-01.fr.html"]
    assert '<html lang="fr-FR">' in site[INDEX]
    assert '<html lang="en-GB">' in site["2026-01.en.html"]


def test_an_english_readers_index_is_english() -> None:
    files = rendered(facts(), language=Language("en-US"))

    assert '<html lang="en-US">' in files[INDEX]
    assert "$2,081.79" in files[INDEX]
    assert '<html lang="fr-FR">' in files["2026-01.fr.html"]


def test_links_lead_to_files_of_the_folder_and_nothing_leads_elsewhere(
    site: dict[str, str],
) -> None:
    for html in site.values():
        page = Page(html)
        outside = [link for link in page.links if link not in site and link != "data:,"]

        assert [link for link in outside if not link.startswith("#")] == []
        assert page.tags.count("script") == 1
        assert "http://" not in html
        assert "https://" not in html
        assert "url(" not in re.sub(r"url\(#\w+\)", "", html)


def test_anchors_lead_to_places_of_the_page(site: dict[str, str]) -> None:
    page = Page(site[INDEX])
    ids = [value for name, value in page.attributes if name == "id"]

    assert len(ids) == len(set(ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(ids)


def test_a_page_is_small(site: dict[str, str]) -> None:
    assert max(len(gzip.compress(html.encode())) for html in site.values()) <= 40 * 1024


def test_the_first_screen_says_how_much_more_or_less_and_whether_to_trust_it() -> None:
    text = french(facts())

    assert "Total HT 2 081,79 $US" in text
    assert "↑ 208,39 $US de plus qu’en décembre 2025" in text
    assert "Pas de pourcentage : à l’un des deux mois il manque des jours ou des coûts" in text
    assert "facturé 80 %" in text
    assert "estimé 19 %" in text
    assert "manquant : Mistral (3 jours)" in text
    assert "29–31 janv. 2026 · la dernière lecture a échoué" in text
    assert "Taxes, en plus 14,20 $US" in text
    assert "12,50 €" in text
    assert "2 février 2026, 05:45 (Europe/Zurich)" in text


def test_a_percentage_stands_beside_the_difference_when_both_months_are_complete() -> None:
    text = french(facts(gaps=(), before=Decimal(2600)))

    assert "↓ 518,21 $US (-19,9 %) de moins qu’en décembre 2025" in text
    assert "aucun jour ne manque" in text


def test_a_running_month_is_compared_with_the_same_days() -> None:
    running = facts(today=date(2026, 1, 14), state="open", gaps=())

    assert "mêmes jours du mois précédent (1–13 déc. 2025)" in french(running)
    assert "Mois en cours".lower() in french(running)


@pytest.mark.parametrize("name", ["2026-01.fr.html", "2026-01.en.html"])
def test_unknown_is_never_shown_as_zero(site: dict[str, str], name: str) -> None:
    word = {"fr": "inconnu", "en": "unknown"}[name[8:10]]
    for model in ("mistral-new-2601", "tts-1-hd"):
        shown = row(site[name], model)

        assert word in shown
        assert not re.search(r"\b0[.,]00", shown)


PART_UNKNOWN = (
    cost("openai/a", "7"),
    cost("openai/b", None, "unknown"),
    cost("aws/c", "5"),
)


@pytest.mark.parametrize(
    ("language", "total", "whose"),
    [
        ("fr", "12,00 $US + inconnu", "Hors du total : OpenAI · b, 3 lignes de coût inconnu"),
        ("en", "US$12.00 + unknown", "Not in the total: OpenAI · b, 3 charges of unknown cost"),
    ],
)
def test_a_sum_that_lacks_an_unknown_cost_says_so_and_of_whom(
    language: str, total: str, whose: str
) -> None:
    html = rendered(facts(PART_UNKNOWN, gaps=()))[f"{MONTH}.{language}.html"]
    first, by_provider, by_account, *_ = html.split("<table")
    more = total.partition("+")[2]

    assert total in words(first)
    assert whose in words(first)
    assert total in words(by_provider[by_provider.index("<tfoot") :])
    assert f"+{more}" in row(by_provider, "OpenAI")
    assert "+" not in row(by_provider, "AWS")
    assert "+" not in row(by_account, "OpenAI · a")


def test_what_others_bill_stands_outside_the_total_as_an_estimate_of_who_says_it() -> None:
    beside = cost("openrouter/a", "3", "estimated", role="breakdown")
    one = facts([cost("openrouter/a", "7"), beside], gaps=())
    html = french(one)

    assert one.by_provider.coverage.breakdowns == {"openrouter/a": Decimal(3)}
    assert one.by_provider.coverage.estimated == 0
    assert one.by_provider.total == 7
    assert "Hors du total : 3,00 $US que d’autres facturent (estimation : openrouter" in html
    assert "10,00" not in html
    assert "+ inconnu" not in html


def test_a_total_whose_costs_are_all_known_speaks_of_no_unknown() -> None:
    html = french(facts([cost("openai/a", "7")], gaps=()))

    assert "+ inconnu" not in html
    assert "Hors du total" not in html


def test_a_month_of_usage_alone_has_an_unknown_total() -> None:
    html = rendered(facts([usage("openai/x", {"requests": 12})], gaps=(), before=None))[INDEX]

    assert not re.search(r"\b0[.,]00", Page(html).text)
    assert "Aucun coût n’est encore connu pour ce mois." in html


def test_another_currency_is_shown_in_its_line_and_said_to_be_outside_the_total() -> None:
    figures = [cost("openai/x", "5"), cost("penpot/x", "12.6", currency="EUR")]
    html = rendered(facts(figures, gaps=(), titles={"penpot": "Penpot"}))[INDEX]
    line = next(part for part in html.split("<tr") if ">Penpot · x</bdi>" in part)

    assert "12,60 € hors total" in " ".join(Page("<tr" + line).text.split())
    assert "inconnu" not in line.partition("</tr>")[0]


def test_a_rounding_line_carries_the_difference() -> None:
    figures = [cost(f"{name}/x", "0.004") for name in ("a", "b", "c")]
    text = french(facts(figures, gaps=()))

    assert "arrondi 0,01 $US" in text


def test_groups_without_a_name_are_called_so(site: dict[str, str]) -> None:
    assert "<em>sans projet</em>" in site[INDEX]
    assert "<em>no model</em>" in site["2026-01.en.html"]


def test_failures_and_their_remedy_reach_the_page(site: dict[str, str]) -> None:
    text = " ".join(Page(site[INDEX]).text.split())

    assert "échec de la lecture" in text
    assert "mistral/mistral: no answer" in text
    assert "To do: Wait: it is asked again tonight." in Page(site["2026-01.en.html"]).text


def test_restatements_show_both_figures(site: dict[str, str]) -> None:
    text = " ".join(Page(site[INDEX]).text.split())

    assert "12 janvier 2026 OpenAI · studio 41,20 $US → 39,87 $US" in text


def test_the_demo_says_so_on_every_page(site: dict[str, str]) -> None:
    assert "société inventée" in site["2025-12.fr.html"]
    assert "made-up company" in site["2025-12.en.html"]
    assert 'class="demo"' not in rendered(facts())[INDEX]


def test_the_policy_allows_the_pages_own_style_and_script_and_no_other(
    site: dict[str, str],
) -> None:
    html = site[INDEX]
    for tag in ("style", "script"):
        (text,) = re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        digest = b64encode(sha256(text.encode()).digest()).decode()

        assert f"{tag}-src 'sha256-{digest}';" in html
    assert "default-src 'none'" in html
    assert re.search(r"<[^>]+ (style|on\w+)=", html) is None


def test_nothing_collected_yet_says_what_to_do_next() -> None:
    text = french(MonthFacts.nothing(date(2026, 1, 14), "USD"))

    assert "Rien n’a encore été collecté." in text
    assert "ecot init" in text
    assert "Total HT" not in text


def test_accounts_that_all_failed_are_shown_without_figures() -> None:
    text = french(facts([], outcomes=OUTCOMES[2:], before=None))

    assert "inconnu" in text
    assert "échec de la lecture" in text


def hostile_facts(name: str) -> MonthFacts:
    figures: list[Figure] = [
        cost(f"openai/{name}", "5", sub_account_id=name, model=name),
        usage(f"openai/{name}", {name: 7}, sub_account_id="proj_site", model="ok"),
    ]
    outcome = msgspec.structs.replace(
        OUTCOMES[2], account=f"openai/{name}", message=Sentence("{account}: no", {"account": name})
    )
    return facts(figures, outcomes=(outcome,), titles=TITLES | {"openai": name}, gaps=())


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_and_do_nothing(name: str) -> None:
    html = rendered(hostile_facts(name))[INDEX]
    harmless = Page(rendered(facts())[INDEX])
    page = Page(html)

    assert set(page.tags) <= set(harmless.tags)
    assert {attribute for attribute, _ in page.attributes} <= {
        attribute for attribute, _ in harmless.attributes
    }
    assert name.encode("utf-8", "replace").decode() in page.text


def test_names_of_others_do_not_turn_the_sentence_around_them() -> None:
    html = rendered(hostile_facts(HOSTILE[3]))[INDEX]

    assert f"<bdi>{HOSTILE[3]}</bdi>: no" in html


def test_on_the_first_day_of_a_month_nothing_is_compared() -> None:
    running = facts(today=date(2026, 1, 1), state="open", gaps=())

    assert "le premier jour du mois n’est pas fini" in french(running)


def test_the_page_says_how_persons_are_shown_and_how_to_have_it_otherwise() -> None:
    hidden, named = (
        french(msgspec.structs.replace(facts(), people=people)) for people in (False, True)
    )
    assert "Les personnes portent un pseudonyme (user- et huit caractères)" in hidden
    assert '[people] show = "names" dans ecot.toml les nomme' in hidden
    assert 'Les personnes sont nommées, comme [people] show = "names" le demande' in named
    assert "pseudonyme" not in named
