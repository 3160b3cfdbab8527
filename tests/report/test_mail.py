"""The mail about a month: what it says, in which order, and what it leaves out."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from ecot.analysis.activity import Done
from ecot.analysis.margin import BusinessMonth, Earned
from ecot.analysis.projection import NoProjection
from ecot.analysis.recurring import Recurring
from ecot.analysis.totals import totals
from ecot.language import Language
from ecot.report.bill_book import MissingBill, Purse
from ecot.report.facts import Beside, MonthFacts
from ecot.report.health import AccountFacts
from ecot.report.mail import mail_of
from ecot.report.mail_facts import MailFacts, Remaining, Seen, ToolsOfMonth
from ecot.report.mail_frame import columns
from ecot.report.mail_links import page_link
from ecot.report.mail_text import MailText
from ecot.report.tools_facts import Seats
from tests.report.mails import ENGLISH, FRENCH, URL, Mail, beside, of_month, written
from tests.report.sample import MONTH, RESTATEMENTS, cost, facts
from tests.report.test_bills import ECB, converted, settled
from tests.report.test_movers import NEW, PROJECTION, RUNNING, YEAR, Months, sold

WHOLE = (cost("openai/studio", "14.8251"), cost("aws/1", "0.004", category="infrastructure"))


def whole(**changes: object) -> MonthFacts:
    """A month of which everything is known, with nothing to be checked."""
    known = {
        "gaps": (),
        "before": Decimal("13.19"),
        "state": "closed",
        "outcomes": (),
        "restatements": (),
    }
    return facts(WHOLE, **(known | changes))


def plain(mail: MailText) -> str:
    """The text with ordinary spaces, on one line."""
    return re.sub(r"\s+", " ", mail.text)


def mail(one: MailFacts, language: Language = FRENCH) -> tuple[str, str]:
    """Both bodies as words."""
    made = mail_of(one, language)
    return Mail(made.html).words, plain(made)


# --- the subject ---------------------------------------------------------------------------------


def test_the_subject_has_the_month_the_total_the_change_and_what_is_to_be_checked() -> None:
    troubled = of_month(whole(), accounts=of_month().accounts)

    said = re.sub(r"\s", " ", mail_of(troubled, FRENCH).subject)
    assert said == "Coûts janvier 2026 : 14,83 $US (+12,4 %) – 1 à vérifier"
    assert (
        mail_of(troubled, ENGLISH).subject == "Costs, January 2026: US$14.83 (+12.4%) – 1 to check"
    )


def test_a_subject_without_anything_to_check_or_to_compare_is_short() -> None:
    alone = of_month(whole(before=None), accounts=())

    assert mail_of(alone, ENGLISH).subject == "Costs, January 2026: US$14.83"


def test_a_total_that_is_not_all_or_not_known_says_so() -> None:
    part = written([*WHOLE, cost("mistral/m", None, "unknown")], ENGLISH, gaps=(), before=None)
    nothing = mail_of(
        of_month(MonthFacts.nothing(date(2026, 1, 3), "USD"), accounts=(), costs=()), ENGLISH
    )

    assert part.subject.startswith("Costs, January 2026: US$14.83 + unknown")
    assert nothing.subject == "Costs, January 2026 so far: unknown"
    assert "0.00" not in nothing.text + nothing.html


def test_every_month_has_a_subject_of_its_own() -> None:
    months = [MONTH.shifted(number) for number in range(36)]
    subjects = {
        mail_of(of_month(replace(whole(), month=month), accounts=()), language).subject
        for month in months
        for language in (FRENCH, ENGLISH)
    }

    assert len(subjects) == 72


def test_the_demo_is_marked_in_every_part() -> None:
    made = mail_of(of_month(whole(demo=True)), FRENCH)

    assert made.subject.startswith("DÉMO – ")
    assert "DÉMO — société inventée" in Mail(made.html).words
    assert made.text.startswith("DÉMO — société inventée")


# --- the figures ---------------------------------------------------------------------------------


def test_both_bodies_say_the_same_figures() -> None:
    made = written(language=ENGLISH)
    html, text = Mail(made.html).words, plain(made)
    amounts = set(re.findall(r"-?(?:US\$|€)[\d,]+\.\d\d", text))

    assert len(amounts) >= 10
    assert {one for one in amounts if one not in html} == set()


def test_parts_stand_in_their_order() -> None:
    html, text = mail(everything())
    order = [
        "Coûts HT, janvier 2026", "décembre 2025", "Depuis le 1er janvier", "Budget :",
        "Origine des chiffres :", "Ce qui a changé", "Par fournisseur", "Revenus et marge",
        "Outils de développement", "À vérifier", "Chiffres révisés", "À faire",
        "prix publics : liste 1.2.3",
    ]  # fmt: skip

    for body in (html, text):
        places = [body.find(one) for one in order]
        assert -1 not in places, [one for one, at in zip(order, places, strict=True) if at < 0]
        assert places == sorted(places)


def test_what_there_is_nothing_of_has_no_heading() -> None:
    for body in mail(of_month(whole(before=None), accounts=(), costs=())):
        for heading in (
            "Budget", "Ce qui a changé", "Mois par mois", "Revenus et marge", "Outils",
            "À vérifier", "Chiffres révisés", "À faire", "Depuis le 1er janvier",
        ):  # fmt: skip
            assert heading not in body


def test_a_comparison_that_lacks_something_has_no_percent() -> None:
    html, text = mail(
        of_month(facts(), changes={"openai": beside("1593.34", "1500", complete=False)})
    )

    assert "(+" not in html.replace("+ inconnu", "")
    assert "Pas de pourcentage, parce qu" in html or "Pas de pourcentage" in html
    assert "93,34" in text


def test_a_supplier_s_change_stands_beside_it() -> None:
    html, _ = mail(of_month(facts(), changes={"openai": beside("1593.34", "1500")}))

    assert re.search(r"\+93,34 \$US \(\+6,2 %\)", html)


def test_where_it_comes_from_and_what_is_missing_is_said_at_once() -> None:
    made = written(gaps=facts().by_provider.coverage.missing)
    preheader = Mail(made.html).words.split("Ecot", 1)[0]

    assert "facturé 80 % · estimé 19 %" in preheader
    assert "manquant : Mistral" in preheader
    assert "Mistral · 29–31 janv. 2026 · la dernière lecture a échoué" in Mail(made.html).words


def test_what_is_not_known_is_never_zero() -> None:
    figures = [
        cost("openai/studio", "5"),
        cost("mistral/m", None, "unknown"),
        cost("x/y", "3", currency="JPY"),
    ]
    for body in mail(of_month(facts(figures, gaps=()), costs=())):
        assert "0,00" not in body.replace("10,00", "")
        assert "inconnu" in body
        assert (
            "3 JPY" in body.replace("¥", "JPY").replace("JPY 3", "3 JPY")
            or "3\u202f¥" in body
            or "3 JP¥" in body
        )


def test_an_open_month_says_where_it_is_heading_and_a_closed_one_does_not() -> None:
    months = Months([*sold("10", 5), *NEW], sold("10", 5))
    beside_it = Beside(decomposition=months.beside.decomposition, projection=PROJECTION, year=YEAR)
    running = facts(months.now, **RUNNING, change=months.change, beside=beside_it)

    html, text = mail(of_month(running))
    assert "En fin de mois, à ce rythme" in html
    assert "En fin de mois, à ce rythme" in text
    assert "mois en cours" in html
    assert "à ce rythme" not in mail(of_month(whole()))[0]


def test_a_running_month_that_leads_nowhere_yet_says_why() -> None:
    beside_it = Beside(projection=NoProjection(days=9, accounts=("mistral/mistral",)))
    for body in mail(of_month(facts(**RUNNING, beside=beside_it))):
        assert "il manque des jours (Mistral)" in body


def test_what_was_converted_says_at_which_rates() -> None:
    figures = [cost("openai/studio", "5"), converted(ECB)]
    for body in mail(of_month(facts(figures, gaps=()))):
        assert "Converti, dans le total" in body
        assert "taux BCE" in body


# --- budgets -------------------------------------------------------------------------------------


def test_a_budget_is_a_bar_in_dollars() -> None:
    one = of_month(whole(), budgets={"openai": Decimal(10), "aws": Decimal(30)}, accounts=())
    html, text = mail(one)

    assert "Budget : 14,83 $US sur 40,00 $US (37 %)" in html
    assert "Budget : 14,83 $US sur 40,00 $US (37 %)" in text
    assert "OpenAI : budget dépassé" in html
    assert "– 1 à vérifier" in re.sub(r"\s", " ", mail_of(one, FRENCH).subject)


def test_the_budget_of_a_month_goes_before_those_of_suppliers() -> None:
    budgets = {"openai": Decimal(10)}
    for amount, said, is_over in (("14.83", "(100 %)", False), ("14.82", "(100 %)", True)):
        one = of_month(whole(), budget=Decimal(amount), budgets=budgets, accounts=())
        for body in mail(one):
            assert f"Budget : 14,83 $US sur {amount.replace('.', ',')} $US {said}" in body
            assert "Tous les coûts" in body
            assert "OpenAI : budget dépassé" in body
            assert ("Le mois dépasse son budget" in body) is is_over


def test_a_month_that_lacks_a_cost_may_be_beyond_its_budget() -> None:
    figures = [*WHOLE, cost("mistral/m", None, "unknown")]
    for body in mail(of_month(facts(figures), budget=Decimal(20))):
        assert "sur 20,00 $US (74 %) + inconnu" in body


def test_a_budget_without_any_known_cost_has_no_bar() -> None:
    figures = [cost("openai/studio", "5"), cost("mistral/m", None, "unknown")]

    assert "Budget" not in mail(of_month(facts(figures), budgets={"mistral": Decimal(10)}))[0]


# --- to check and to do --------------------------------------------------------------------------


def test_an_account_that_fails_says_since_when_and_what_to_do() -> None:
    html, text = mail(of_month())

    for body in (html, text):
        assert "Mistral : échec de la lecture" in body
        assert "mistral/mistral: no answer" in body


def test_a_change_after_closing_is_to_be_checked_and_one_before_is_told() -> None:
    seen = RESTATEMENTS[0]
    late = of_month(whole(), restated=(Seen(seen, is_late=True),), accounts=())
    early = of_month(whole(), restated=(Seen(seen, is_late=False),), accounts=())

    assert "1 à vérifier" in mail_of(late, FRENCH).subject.replace("\u202f", " ")
    assert "à vérifier" not in mail_of(early, FRENCH).subject
    for one in (late, early):
        assert (
            "OpenAI · studio, janvier 2026 : chiffres révisés (1 jour), -1,33 $US" in mail(one)[0]
        )


def test_changes_of_one_month_are_one_line() -> None:
    days = [replace(RESTATEMENTS[0], day=date(2026, 1, number)) for number in (3, 4, 5)]
    html, _ = mail(of_month(whole(), restated=tuple(Seen(one, is_late=False) for one in days)))

    assert "chiffres révisés (3 jours), -4,00 $US" in html


def test_a_missing_bill_leads_to_its_entry_and_without_an_address_to_nothing() -> None:
    missing = MissingBill(
        account="mistral/mistral", month=MONTH, lacks=("estimated", "unread"), days=3
    )
    linked = mail_of(of_month(missing_bills=(missing,), report_url=URL), FRENCH)
    alone = mail_of(of_month(missing_bills=(missing,)), FRENCH)

    assert f"{URL}bills.fr.html#{missing.place}" in Mail(linked.html).all("href")
    assert f"{URL}bills.fr.html#{missing.place}" in linked.text
    assert (
        "Mistral, janvier 2026 : facture à saisir (estimé, 3 jours non lus)"
        in Mail(linked.html).words
    )
    assert Mail(alone.html).all("href") == []
    assert "ecot report --open" in alone.html
    assert "ecot report --open" in alone.text


def test_bills_of_later_months_are_nobody_s_task_yet() -> None:
    later = MissingBill(account="mistral/mistral", month=MONTH.next(), lacks=("estimated",))

    assert "À faire" not in mail(of_month(missing_bills=(later,)))[0]


def test_a_gap_says_how_it_is_settled() -> None:
    html, _ = mail(of_month(whole(), gaps=(settled(gap=Decimal("4.30"), reason="unexplained"),)))

    assert "écart à examiner" in html
    assert "ecot bill book" in html


@pytest.mark.parametrize(("left", "is_told"), [("7", True), ("20", False), ("0", False)])
def test_credit_is_told_before_it_is_used_up(left: str, is_told: bool) -> None:
    """At 14.83 a month: seven dollars last a fortnight."""
    purse = Purse(
        account="openai/studio",
        currency="USD",
        since=date(2025, 12, 1),
        paid_in=Decimal(100),
        spent=Decimal(93),
        left=Decimal(left),
    )
    html, _ = mail(of_month(whole(), purses=(purse,)))

    assert ("OpenAI · studio : il reste 7,00 $US de ce qui a été payé d’avance" in html) is is_told
    assert ("à ce rythme, jusqu’au 16 février 2026" in html) is is_told


def test_a_pace_is_that_of_the_days_that_were_read() -> None:
    """Of 28 days of 31: 15.50 would last a month at the cost that is known, and does not."""
    (gap,) = facts().by_provider.coverage.missing
    unread = replace(gap, provider="openai", account="openai/studio")
    left = Remaining(
        account="openai/studio",
        name="credit",
        unit="USD",
        left=Decimal("15.50"),
        limit=None,
        day=date(2026, 2, 1),
    )
    said = "il reste 15,50 $US"

    assert said not in mail(of_month(whole(), remaining=(left,)))[0]
    assert said in mail(of_month(whole(gaps=(unread,)), remaining=(left,)))[0]


def test_in_a_running_month_credit_is_held_against_a_whole_one() -> None:
    """13 dollars of 13 days that are over: 20 do not last a month, and end in three weeks."""
    running = facts([cost("openai/studio", "13")], **RUNNING)
    left = Remaining(
        account="openai/studio",
        name="credit",
        unit="USD",
        left=Decimal(20),
        limit=None,
        day=date(2026, 1, 14),
    )
    html, _ = mail(of_month(running, remaining=(left,)))

    assert "il reste 20,00 $US" in html
    assert "à ce rythme, jusqu’au 3 février 2026" in html


def test_what_a_provider_says_is_left_is_told_and_not_what_was_typed() -> None:
    paid = Purse(
        account="openai/studio",
        currency="USD",
        since=date(2025, 12, 1),
        paid_in=Decimal(100),
        spent=Decimal(93),
        left=Decimal(7),
    )
    stated = Remaining(
        account="openai/studio",
        name="credit",
        unit="USD",
        left=Decimal(5),
        limit=None,
        day=date(2026, 2, 1),
    )
    html, text = mail(of_month(whole(), purses=(paid,), remaining=(stated,)))

    for body in (html, text):
        assert "il reste 5,00 $US" in body
        assert "il reste 7,00 $US" not in body


def test_a_quota_is_told_when_a_tenth_is_left() -> None:
    def left(amount: int) -> MailFacts:
        quota = Remaining(
            account="elevenlabs/main",
            name="credits",
            unit="credits",
            left=Decimal(amount),
            limit=Decimal(100_000),
            day=date(2026, 2, 1),
        )
        return of_month(whole(), remaining=(quota,))

    assert "il reste 9 000 crédits sur 100 000 crédits" in mail(left(9_000))[0]
    assert "crédits" not in mail(left(11_000))[0]


def test_a_long_list_is_cut_and_says_so() -> None:
    many = tuple(
        MissingBill(account=f"supplier-{number}/x", month=MONTH, lacks=("unknown",))
        for number in range(30)
    )
    html, text = mail(of_month(missing_bills=many))

    assert html.count("facture à saisir") == text.count("facture à saisir") == 8
    assert "et 22 de plus" in html
    assert "et 22 de plus" in text


# --- revenue and tools ---------------------------------------------------------------------------


def test_revenue_has_a_margin_only_where_all_is_known() -> None:
    known, part = business(is_whole=True), business(is_whole=False)

    html, text = mail(of_month(whole(), business=known))
    assert "Marge nette (revenus − coûts suivis)" in html
    assert "+85,17 $US" in html
    assert "+85,17 $US" in text
    assert "Coût par abonné payant" in html
    assert "7,41 $US" in html
    html, text = mail(of_month(whole(), business=part))
    assert "Marge nette" not in html + text
    assert "Revenu net" in html
    assert "incomplet" in html


def test_tools_tell_people_and_seats_and_what_one_costs() -> None:
    html, text = mail(of_month(whole(), tools=tools()))

    assert "cursor" in html
    assert "2 personnes actives" in html
    assert "20,00 $US par personne" in html
    assert "20,00 $US par personne" in text
    assert "5 licences, 3 sans usage depuis 30 jours" in html


def business(*, is_whole: bool) -> BusinessMonth:
    """A hundred dollars earned, and two subscribers."""
    of_costs = totals(WHOLE, by="category", first=MONTH.first, after=MONTH.after, currency="USD")
    return BusinessMonth(
        month=MONTH,
        costs=of_costs,
        earned=Earned(amount=Decimal(100), is_whole=is_whole),
        recurring=Recurring(day=date(2026, 1, 31), amount=Decimal(90), paying=Decimal(2)),
        is_over=True,
    )


def tools() -> ToolsOfMonth:
    """Forty dollars for two people."""
    figures = [cost("cursor/team", "40", category="developer tools")]
    return ToolsOfMonth(
        costs=totals(figures, by="provider", first=MONTH.first, after=MONTH.after, currency="USD"),
        done={
            "cursor": Done(
                active_days=9,
                people=frozenset({"ana", "bo"}),
                person_days=12,
                quantities={"sessions": Decimal(30)},
                cost=Decimal(40),
                lacks_cost=False,
                detailed=None,
            )
        },
        seats=(
            Seats(account="cursor/team", day=date(2026, 1, 31), seats=Decimal(5), idle=Decimal(3)),
        ),
    )


def everything() -> MailFacts:
    """A month that has all parts."""
    months = Months([*sold("10", 5), *NEW], sold("10", 5))
    one = facts(
        months.now,
        gaps=(),
        change=months.change,
        beside=Beside(decomposition=months.beside.decomposition, year=YEAR),
        restatements=(),
    )
    return of_month(
        one,
        business=business(is_whole=True),
        tools=tools(),
        budgets={one.by_provider.groups[0].key or "": Decimal(100)},
        restated=(Seen(RESTATEMENTS[0], is_late=False),),
        missing_bills=(
            MissingBill(account="mistral/mistral", month=one.month, lacks=("unknown",)),
        ),
    )


# --- links, and the file -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://x.example/costs/", "https://x.example/costs/2026-01.fr.html"),
        ("https://x.example/costs", "https://x.example/costs/2026-01.fr.html"),
        ("https://x.example", "https://x.example/2026-01.fr.html"),
        ("https://x.example/costs/index.html", "https://x.example/costs/2026-01.fr.html"),
        ("https://x.example/?token=secret#token=secret", "https://x.example/2026-01.fr.html"),
        (None, None),
    ],
)
def test_a_link_leads_into_the_report_and_carries_no_token(
    url: str | None, link: str | None
) -> None:
    assert page_link(url, MONTH, FRENCH) == link


@pytest.mark.parametrize(
    ("language", "separator", "sign"), [(FRENCH, ";", ","), (ENGLISH, ",", ".")]
)
def test_the_file_adds_up_to_the_total_as_its_country_writes_it(
    language: Language, separator: str, sign: str
) -> None:
    made = written(language=language)
    (table,) = [part for part in made.parts if part.media_type == "text/csv"]
    has_mark = table.content.startswith("\ufeff".encode())
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig")), delimiter=separator))
    amounts = [Decimal(row[2].replace(sign, ".")) for row in rows[1:-1] if row[4] in ("oui", "yes")]

    assert has_mark is (language is FRENCH)
    assert len({len(row) for row in rows}) == 1
    assert sum(amounts) == Decimal(rows[-1][2].replace(sign, ".")) == Decimal("2081.79")
    assert len(table.content) < 100_000
    unknown = [row for row in rows if row[2] == ""]
    assert all(row[4] in ("non", "no") for row in unknown)


# --- what only one of the two bodies had, and what neither did -----------------------------------


def test_the_text_says_of_each_line_what_the_html_does() -> None:
    figures = [*WHOLE, cost("mistral/m", None, "unknown"), cost("mistral/m", "2")]
    one = of_month(
        facts(figures),
        changes={"openai": beside("14.83", "10")},
        business=business(is_whole=True),
        tools=tools(),
    )
    html, text = mail(one)

    for said in (
        "+4,83 $US (+48,3 %)", "3 lignes de coût inconnu", "< 1 %", "3 jours manquants", "facturé",
        "2 personnes actives", "5 licences, 3 sans usage depuis 30 jours", "excédent",
        "Total de chaque mois : nov. 2025 inconnu",
    ):  # fmt: skip
        assert said in text, said
        if not said.startswith("Total"):
            assert said in html, said


def test_a_projection_that_lacks_a_cost_says_so_in_both_bodies() -> None:
    months = Months([*sold("10", 5), *NEW], sold("10", 5))
    beside_it = Beside(projection=replace(PROJECTION, is_part=True))
    for body in mail(of_month(facts(months.now, **RUNNING, beside=beside_it))):
        assert re.search(r"≈ [\d ,]+ \$US \+ inconnu", body)
        assert re.search(r"entre [\d ,]+ \$US et", body)


def test_revenue_without_a_rate_stands_beside_the_rest_and_makes_it_incomplete() -> None:
    known = business(is_whole=True)
    assert known.earned is not None
    apart = {"CHF": Decimal(252)}
    some, none = (
        replace(known, earned=replace(known.earned, amount=amount, unconverted=apart))
        for amount in (known.earned.amount, None)
    )
    for body in mail(of_month(whole(), business=some)):
        assert "252,00 CHF" in body
        assert re.search(r"Revenu net [\d ,]+ \$US incomplet", body)
        assert re.search(r"Marge nette \(revenus − coûts suivis\) \+[\d ,]+ \$US incomplet", body)
    for body in mail(of_month(whole(), business=none)):
        assert re.search(r"Revenu net inconnu incomplet Non converti, en plus 252,00 CHF", body)
        assert "Marge nette" not in body


def test_a_cost_per_subscriber_of_a_part_of_the_costs_is_incomplete() -> None:
    known = business(is_whole=True)
    totals_of_part = of_month(facts([*WHOLE, cost("x/y", None, "unknown")], gaps=())).of_month
    costs = replace(known.costs, coverage=totals_of_part.by_provider.coverage)
    for body in mail(of_month(whole(), business=replace(known, costs=costs))):
        assert re.search(r"par abonné payant [\d ,]+ \$US incomplet", body)


def test_a_subject_says_that_its_total_lacks_days_or_currencies() -> None:
    late = mail_of(of_month(whole(gaps=facts().by_provider.coverage.missing)), FRENCH).subject
    apart = facts([*WHOLE, cost("x/y", "3", currency="JPY")], gaps=(), before=None)

    assert "14,83 $US (incomplet)" in late.replace("\u00a0", " ")
    assert mail_of(of_month(apart, accounts=()), ENGLISH).subject.endswith("US$14.83 (incomplete)")


def test_a_budget_of_a_supplier_that_nobody_reads_is_no_zero() -> None:
    """A supplier that the ledger does not know is left out; one that it could not read is not 0."""
    budgets = {"openai": Decimal(10), "unheard": Decimal(30), "mistral": Decimal(5)}
    unread = AccountFacts(account="mistral/m")
    read = replace(unread, complete=date(2026, 1, 31))
    for account, said in (
        (unread, "sur 15,00 $US (99 %) + inconnu"),
        (read, "sur 15,00 $US (99 %)"),
    ):
        for body in mail(of_month(whole(), budgets=budgets, accounts=(account,))):
            assert said in body
            assert ("(99 %) + inconnu" in body) is (account is unread)
            assert "unheard" not in body


def test_the_file_s_total_says_what_it_lacks() -> None:
    made = written([*WHOLE, cost("mistral/m", None, "unknown")])
    rows = made.parts[-1].content.decode("utf-8-sig").splitlines()

    assert rows[-1].endswith(";non;inconnu;3")


def test_amounts_of_a_line_never_run_together() -> None:
    row = columns("x" * 90, "1" * 30, "2" * 60, widths=(26, 28))

    assert row.split() == [f"{'x' * 11}…", "1" * 30, "2" * 60]
