"""The demo's cycle: databases made and filled, one mail, nothing left to do; and the total of a
month is one figure in Notion, in the mail, on the page and in `ecot totals`."""

import asyncio
import csv
import email
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from email.message import EmailMessage
from email.policy import default
from html import unescape
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.jobs.demo import run_demo
from ecot.jobs.demo.cycle import Shown, show_cycle
from ecot.jobs.query import Question, answer
from ecot.jobs.round import nothing_to_tell
from ecot.jobs.site.edition import Edition
from ecot.jobs.site.history import History
from ecot.jobs.site.month import month_facts
from ecot.language import Language
from ecot.model.period import Month
from ecot.report.render import file_name, month_pages, shell_of
from ecot.sandbox.notion.world import Row
from ecot.store.protocol import Place
from tests.jobs.test_demo import NOW, OCTOBER
from tests.jobs.world import edition

NOVEMBER = Month(2026, 11)
FRENCH = Language("fr-FR", "Europe/Zurich")
CENT = Decimal("0.01")


class Whole(NamedTuple):
    """The demo after both its runs, shown in a currency."""

    home: Path
    place: Place
    edition: Edition
    shown: Shown

    @property
    def mail(self) -> EmailMessage:
        (file,) = self.shown.mails
        found = email.message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(found, EmailMessage)
        return found

    def rows(self, month: Month) -> list[Row]:
        """The month's rows of Usages."""
        world = self.shown.notion
        (usages,) = (
            one
            for one in world.tables
            if "Clé" in world.property_names(one) and "Période" in world.property_names(one)
        )
        return [row for row in world.pages(usages) if row["Clé"].endswith(f":{month}")]

    def total(self, month: Month) -> Decimal:
        """What `ecot totals --month` says."""
        question = Question(
            first=month.first,
            after=month.after,
            today=NOW.date(),
            currency=self.edition.currency,
        )
        found = answer(self.place.store, question, "account", {}).total
        assert found is not None
        return found


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Place]]:
    home = tmp_path_factory.mktemp("cycle") / "demo"
    place, _ = asyncio.run(run_demo(home, NOW, nothing_to_tell, "EUR"))
    yield home, place
    place.store.close()


@pytest.fixture(scope="module", params=["USD", "EUR"])
def whole(ledger: tuple[Path, Place], request: pytest.FixtureRequest) -> Whole:
    home, place = ledger
    shown_in = replace(edition(NOW.date()), is_demo=True, language=FRENCH, currency=request.param)
    for partition in [
        one for one in place.store.partitions() if re.match("mail|notion|cycle", one)
    ]:
        for item in list(place.store.query(partition)):
            place.store.delete(item.key)
    for left in (home / "outbox").glob("*"):
        left.unlink()
    return Whole(home, place, shown_in, show_cycle(place, home, shown_in, [], NOW))


def test_the_first_run_fills_both_databases_and_sends_one_mail(whole: Whole) -> None:
    first = whole.shown.first
    assert len(whole.shown.notion.databases) == 2
    assert first.synced.state == "ok"
    assert first.synced.notices == ()
    assert first.synced.created == len(whole.rows(OCTOBER)) + len(whole.rows(NOVEMBER)) > 30
    assert first.mailed.month == OCTOBER
    assert first.mailed.sending is not None
    assert first.mailed.sending.state == "sent"
    assert whole.mail["subject"].startswith("DÉMO – Coûts octobre 2026")


def test_the_second_run_asks_four_times_and_sends_nothing(whole: Whole) -> None:
    again = whole.shown.again
    assert again.calls <= 4
    assert (again.synced.created, again.synced.updated) == (0, 0)
    assert again.mailed.sending is not None
    assert again.mailed.sending.state == "already"
    assert len(whole.shown.mails) == 1


@pytest.mark.parametrize("month", [OCTOBER, NOVEMBER])
def test_notion_adds_up_to_the_totals(whole: Whole, month: Month) -> None:
    total, column = whole.total(month), f"Coût {whole.edition.currency}"
    costs = [Decimal(str(row[column])) for row in whole.rows(month) if row[column] is not None]

    found = sum(costs, Decimal(0))
    assert abs(found - total) < CENT / 10
    assert found.quantize(CENT) == total.quantize(CENT)


def test_the_mail_says_what_the_page_and_the_totals_say(whole: Whole) -> None:
    said = FRENCH.money(whole.total(OCTOBER), whole.edition.currency)
    facts = month_facts(History(whole.place, whole.edition), OCTOBER)
    pages = dict(month_pages(facts, shell_of(facts, FRENCH, (), None)))
    page = unescape(pages[file_name(OCTOBER, FRENCH)].decode())

    assert said in whole.mail["subject"]
    for kind in ("plain", "html"):
        part = whole.mail.get_body((kind,))
        assert part is not None
        assert said in unescape(part.get_content())
    (total,) = re.findall(r'<p class="total">(.*?)</p>', page)
    assert re.sub(r"<[^>]+>", "", total) == said


def test_the_table_of_the_mail_adds_up_to_its_total(whole: Whole) -> None:
    (table,) = (
        one for one in whole.mail.iter_attachments() if one.get_content_type() == "text/csv"
    )
    text = table.get_payload(decode=True)
    assert isinstance(text, bytes)
    lines = list(csv.DictReader(StringIO(text.decode("utf-8-sig")), delimiter=";"))
    inside = [line for line in lines if line["Dans le total"] == "oui"]
    amounts = [Decimal(line["Montant HT"].replace(",", ".")) for line in inside]

    assert len(amounts) > 10
    assert sum(amounts) == whole.total(OCTOBER).quantize(CENT)
    assert {line["Monnaie"] for line in inside} == {whole.edition.currency}
