"""The mail says what the page says, and what `ecot totals` says, to the cent."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.mail.facts import mail_facts
from ecot.jobs.months import close_months
from ecot.jobs.place import open_place
from ecot.jobs.query import answer
from ecot.jobs.site.history import History
from ecot.jobs.site.month import month_facts
from ecot.language import Language, rounded
from ecot.model.budget import Budget
from ecot.model.money import total
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import AnyRow
from ecot.report.mail import mail_of
from ecot.report.mail_text import MailText
from ecot.report.mail_view import mail_view
from ecot.report.views import month_view
from tests.bills import bill
from tests.jobs.shelf import Shelf, costs
from tests.report.mails import Mail
from tests.report.test_mail_clients import looks_right
from tests.rows import activity
from tests.site.site import Site
from tests.site.states import NOW, STATES, edition

FRENCH, ENGLISH = Language("fr-FR", "Europe/Paris"), Language("en-GB")
FEBRUARY, MARCH = Month(2026, 2), Month(2026, 3)


@contextmanager
def ledger(home: Path, state: str | None = None) -> Iterator[tuple[Shelf, History]]:
    """A ledger in one of the states of `tests/site`; read anew by each history."""
    place = open_place(home)
    try:
        shelf = Shelf(place, now=NOW)
        if state:
            STATES[state](shelf, home)
        yield shelf, History(place, edition())
    finally:
        place.store.close()


def table_of(mail: MailText, separator: str) -> list[list[str]]:
    (part,) = [one for one in mail.parts if one.media_type == "text/csv"]
    return list(csv.reader(io.StringIO(part.content.decode("utf-8-sig")), delimiter=separator))


def test_every_month_of_the_demo_is_that_of_the_page_and_of_the_query(demo: History) -> None:
    for month in demo.months:
        facts = mail_facts(demo, month)
        view, page = mail_view(facts), month_view(month_facts(demo, month))
        question = demo.edition.question(month.first, month.after)
        said = answer(demo.store, question, "provider", demo.edition.titles)
        shown = [(row.line.key, row.line.amount) for row in view.table.rows]

        assert said.total is not None
        assert view.table.total == page.total == rounded(said.total, "USD")
        of_page = [(one.key, one.amount) for one in page.tables[0].lines if one.only != "activity"]
        assert shown == of_page
        exact = {one.key: one.billed_cost for one in said.groups}
        assert all(rounded(exact[key] or Decimal(0), "USD") == amount for key, amount in shown)
        assert [facts.costs[-1].month, facts.costs[-1].total] == [month, said.total]


def test_every_figure_of_the_view_is_in_the_words_and_in_the_file(demo: History) -> None:
    for month in demo.months:
        facts = mail_facts(demo, month)
        view, mail = mail_view(facts), mail_of(facts, ENGLISH)
        html, rows = Mail(mail.html).words, table_of(mail, ",")
        for row in view.table.rows:
            assert row.line.amount is not None
            shown = ENGLISH.money(row.line.amount, "USD")
            assert f"{row.line.name} " in html
            assert shown in html
            assert shown in mail.text
        counted = [Decimal(row[2]) for row in rows[1:] if row[4] == "yes"]
        assert total(counted) == view.table.total == Decimal(rows[-1][2])


def test_the_demo_s_mails_are_whole_in_both_languages_and_have_subjects_of_their_own(
    demo: History,
) -> None:
    facts = [mail_facts(demo, month, report_url="https://r.example/") for month in demo.months]
    mails = [mail_of(one, language) for one in facts for language in (FRENCH, ENGLISH)]

    for mail in mails:
        found = looks_right(mail)
        assert len(mail.html.encode()) < 50_000
        assert all(one.startswith("https://r.example/") for one in found.all("href"))
        assert "DÉMO" in mail.subject or "DEMO" in mail.subject
    assert len({mail.subject for mail in mails}) == len(mails)


def test_a_supplier_that_cannot_be_compared_has_no_percentage_and_others_have(
    demo: History,
) -> None:
    """GitHub Copilot begins in October: the total has no percentage, its neighbours have theirs."""
    facts = mail_facts(demo, Month(2026, 10))

    assert facts.of_month.change.percent is None
    assert facts.changes["openai"].percent is not None
    assert facts.changes["copilot"].percent is None
    assert facts.changes["copilot"].before is None


def test_what_the_demo_lacks_is_asked_for(demo: History) -> None:
    mail = mail_of(mail_facts(demo, Month(2026, 11)), FRENCH)
    words = Mail(mail.html).words

    assert "manquant : Vercel · lumen" in words
    assert "Mistral · lumen, septembre 2026 : facture à saisir (estimé)" in words
    assert re.search(r"OpenAI · studio, novembre 2026 : chiffres révisés \(2 jours\)", words)
    assert "– 2 à vérifier" in mail.subject.replace("\u202f", " ")


def test_every_link_leads_to_its_place_in_the_report(demo: History, demo_site: Site) -> None:
    for month in demo.months:
        mail = mail_of(mail_facts(demo, month, report_url="https://r.example/x/"), FRENCH)
        for href in Mail(mail.html).all("href"):
            name, _, place = href.removeprefix("https://r.example/x/").partition("#")
            page = (demo_site.folder / name).read_text(encoding="utf-8")
            assert not place or f'id="{place}"' in page, href


@pytest.mark.parametrize("state", STATES)
def test_a_mail_can_be_written_whatever_the_ledger_holds(state: str, tmp_path: Path) -> None:
    with ledger(tmp_path, state) as (_, history):
        for month in (FEBRUARY, MARCH):
            facts = mail_facts(history, month)
            looks_right(mail_of(facts, ENGLISH))
            mail = mail_of(facts, FRENCH)
            looks_right(mail)
            if facts.of_month.by_provider.total is None:
                assert "inconnu" in mail.subject
                assert not re.search(r"\b0,00", mail.text)


def test_costs_that_have_no_rate_are_not_said_to_be_unknown(tmp_path: Path) -> None:
    with ledger(tmp_path) as (shelf, _):
        days = Period.of_days(FEBRUARY.first, FEBRUARY.after)
        rows = costs(["3.10"] * 28, FEBRUARY.first, currency="CHF")
        shelf.put("infomaniak/main", rows, days)
        facts = mail_facts(History(shelf.place, edition()), FEBRUARY)
        mail = mail_of(facts, FRENCH)

    for body in (Mail(mail.html).words, re.sub(r"\s+", " ", mail.text)):
        assert "Aucun coût de ce mois n’a de taux de change" in body
        assert "Aucun coût n’est encore connu" not in body
        assert "Non converti, en plus : 86,80 CHF" in body
        assert "Origine des chiffres : aucun jour ne manque" in body


def test_three_currencies_are_told_apart(tmp_path: Path) -> None:
    with ledger(tmp_path, "three currencies") as (_, history):
        words = Mail(mail_of(mail_facts(history, FEBRUARY), FRENCH).html).words

    assert "Non converti, en plus : 86,80 CHF" in words
    assert "Pas de pourcentage" in words


def test_what_moved_adds_up_with_its_rounding_in_both_bodies(tmp_path: Path) -> None:
    with ledger(tmp_path, "three years") as (_, history):
        facts = mail_facts(history, MARCH)
        mail, moved = mail_of(facts, ENGLISH), mail_view(facts).of_month.movers

    assert moved is not None
    assert moved.rounding
    said = f"rounding {ENGLISH.money(moved.rounding, 'USD')}"
    assert said in Mail(mail.html).words
    assert said in mail.text


def test_a_failed_account_is_to_be_checked_and_missing(tmp_path: Path) -> None:
    with ledger(tmp_path, "one failed") as (_, history):
        mail = mail_of(mail_facts(history, MARCH), FRENCH)

    assert "1 à vérifier" in mail.subject.replace("\u202f", " ")
    assert "Mistral · labo : échec de la lecture" in mail.text.replace("\u00a0", " ")
    assert "(+" not in mail.subject


def test_revenue_and_tools_have_their_parts_where_there_are_any(tmp_path: Path) -> None:
    with ledger(tmp_path, "revenue and tools") as (_, history):
        words = Mail(mail_of(mail_facts(history, FEBRUARY), FRENCH).html).words

    assert "Revenu net 252,00 $US" in words
    assert "1 personne active" in words
    assert "17,64 $US par personne" in words


def test_a_tool_without_a_rate_or_with_a_bill_elsewhere_is_not_said_to_be_unknown(
    tmp_path: Path,
) -> None:
    """Its own costs are in francs; or replaced by a bill that somebody counts as AI."""
    tools = {"currency": "CHF"}, {"basis": "estimated"}
    said = []
    for number, more in enumerate(tools):
        with ledger(tmp_path / str(number)) as (shelf, _):
            days = Period.of_days(FEBRUARY.first, FEBRUARY.after)
            rows = costs(["0.50"] * 28, FEBRUARY.first, category="developer tools", **more)
            shelf.put("copilot/lumen", [*rows, *map(used, days.days())], days)
            if number:
                first, after = FEBRUARY.first, FEBRUARY.after
                shelf.enter(bill("9.00", account="copilot/lumen", first=first, after=after))
            mail = mail_of(mail_facts(History(shelf.place, edition()), FEBRUARY), FRENCH)
        text = re.sub(r"\s+", " ", mail.text)
        said.append(text[text.index("Outils de développement") : text.index("À vérifier")])

    assert all("inconnu" not in one for one in said)
    assert "14,00 CHF hors total" in said[0]
    assert all("1 personne active" in one for one in said)


def used(day: date) -> AnyRow:
    """Somebody was at it."""
    return activity({"sessions": "2"}, day, category="developer tools", user="user-00000001")


def test_restatements_are_those_since_the_last_mail(tmp_path: Path) -> None:
    """A day of January is read again three weeks later, and differs; February's mail told it."""
    january = Period.of_days(date(2026, 1, 1), FEBRUARY.first)
    with ledger(tmp_path) as (shelf, _):
        shelf.now = datetime(2026, 2, 5, tzinfo=UTC)
        shelf.put("openai/studio", costs(["1.25"] * 31, january.start.date()), january)
        shelf.now = datetime(2026, 2, 26, tzinfo=UTC)
        shelf.put("openai/studio", costs(["1.25"] * 30 + ["2.25"], january.start.date()), january)
        history = History(shelf.place, edition())
        since = {
            when: mail_facts(history, FEBRUARY, since=when).restated
            for when in (shelf.now - timedelta(days=1), shelf.now, shelf.now + timedelta(days=1))
        }
        first = mail_facts(history, FEBRUARY).restated
        of_january = mail_facts(history, Month(2026, 1)).restated

    assert [len(found) for found in since.values()] == [1, 0, 0]
    assert first == ()
    assert [one.restatement.day for one in of_january] == [FEBRUARY.first - DAY]


def test_what_changes_after_closing_is_to_be_checked(tmp_path: Path) -> None:
    january = Period.of_days(date(2026, 1, 1), FEBRUARY.first)
    with ledger(tmp_path) as (shelf, _):
        shelf.now = datetime(2026, 2, 12, tzinfo=UTC)
        shelf.put("openai/studio", costs(["1.25"] * 31, january.start.date()), january)
        close_months(shelf.place, shelf.round())
        shelf.now = datetime(2026, 3, 1, tzinfo=UTC)
        shelf.put("openai/studio", costs(["1.25"] * 30 + ["2.25"], january.start.date()), january)
        history = History(shelf.place, edition())
        facts = mail_facts(history, FEBRUARY, since=datetime(2026, 2, 20, tzinfo=UTC))

    assert [one.is_late for one in facts.restated] == [True]
    text = re.sub(r"\s+", " ", mail_of(facts, FRENCH).text)
    checks = text[text.index("À vérifier") :]
    assert "OpenAI · studio, janvier 2026 : chiffres révisés (1 jour), +1,00 $US" in checks


def test_budgets_come_from_whoever_has_them(tmp_path: Path) -> None:
    budgets = [Budget(provider="openai", amount=Decimal(20), currency="USD")]
    with ledger(tmp_path, "one month") as (_, history):
        facts = mail_facts(history, MARCH, budgets=budgets)
        none = mail_facts(history, MARCH)

    assert "Budget : 23,75 $US sur 20,00 $US (119 %)" in Mail(mail_of(facts, FRENCH).html).words
    assert "Budget" not in mail_of(none, FRENCH).html
