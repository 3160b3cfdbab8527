"""A budget is told of when most of it is spent, and when all of it is, whatever else is told."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.budgets import budgets_of, spent_of
from ecot.jobs.cycle.mailing import Mailing, Read
from ecot.model.budget import Budget
from ecot.model.period import Month
from tests.jobs.cycle.town import ACCOUNTS, LABO, STUDIO, Evening, Town, town

BEGINS = datetime(2026, 3, 24, 5, tzinfo=UTC)
MARCH = Month(2026, 3)
TEN = Decimal(10)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Town]:
    """Two suppliers that cost ten dollars a day each, from the 24th of March on."""
    with town(tmp_path, BEGINS, dict.fromkeys(ACCOUNTS, lambda _: TEN)) as found:
        yield found


def of_all(amount: str, provider: str | None = None, currency: str = "USD") -> Budget:
    return Budget(amount=Decimal(amount), currency=currency, provider=provider)


def nights(here: Town, first: int, last: int) -> list[Evening]:
    return [here.run(date(2026, 3, day)) for day in range(first, last + 1)]


def told(here: Town) -> list[str]:
    """The subject lines of the mails about budgets, with ordinary spaces."""
    said = (re.sub(r"\s", " ", title) for title in here.titles())
    return [title for title in said if "budget" in title]


def test_most_of_it_and_all_of_it_are_told_on_their_nights(here: Town) -> None:
    here.budgets = (of_all("100"),)  # two suppliers: 20, 40, 60, 80, 100
    nights(here, 24, 30)

    assert told(here) == [
        "Tous les coûts : 80 % du budget utilisés, mars 2026 (27 mars 2026)",
        "Tous les coûts : budget épuisé, mars 2026 (28 mars 2026)",
    ]
    said = re.sub(r"\s+", " ", str(here.resend.mails[-1].body["text"]))
    assert "mars 2026 : 100,00 $US sur 100,00 $US, hors taxes." in said
    assert "https://costs.lumen.example/2026-03.fr.html" in said


def test_the_last_night_of_a_month_is_told_on_the_first_of_the_next(here: Town) -> None:
    here.budgets = (of_all("80", "openai"),)
    nights(here, 24, 29)
    assert told(here) == []
    here.shops[STUDIO].corrected[date(2026, 3, 31)] = Decimal(50)
    nights(here, 30, 30)
    for day in (1, 2):
        here.run(date(2026, 4, day))

    assert told(here) == [
        "OpenAI : 80 % du budget utilisés, mars 2026 (30 mars 2026)",
        "OpenAI : budget épuisé, mars 2026 (1er avril 2026)",
    ]


def test_a_supplier_that_cannot_be_read_makes_it_at_least_so_much(here: Town) -> None:
    here.budgets = (of_all("100"),)
    nights(here, 24, 26)
    here.shops[LABO].is_down = True
    nights(here, 27, 30)

    (spent,) = spent_of(here.place.store, here.edition(), here.budgets)
    assert (spent.cost, spent.is_part) == (Decimal(100), True)
    texts = [re.sub(r"\s+", " ", str(mail.body["text"])) for mail in here.resend.mails]
    assert any("au moins 100,00 $US sur 100,00 $US" in text for text in texts)


def test_where_no_trouble_is_to_be_told_budgets_are(here: Town) -> None:
    here.budgets = (of_all("80"),)
    nights(here, 24, 24)
    here.shops[LABO].is_down = True
    night = here.night()
    assert night.mailing is not None
    quiet = Mailing(
        post=night.mailing.post, to=night.mailing.to, letterhead=night.mailing.letterhead,
        failures=False,
    )  # fmt: skip
    for day in range(25, 32):
        here.clock.at(date(2026, 3, day), 5)
        read = Read(here.collect())
        list(replace(here.night(), mailing=quiet).follow(read))

    assert [title for title in here.titles() if "ne peut pas" in title] == []
    assert len(told(here)) == 2


def test_of_a_budget_without_any_cost_nothing_is_said(here: Town) -> None:
    here.budgets = (of_all("1", "aws"), of_all("1", None, "EUR"))
    nights(here, 24, 25)

    assert told(here) == []
    assert list(spent_of(here.place.store, here.edition(), here.budgets[:1])) == []


def test_budgets_of_notion_hold_where_the_settings_say_nothing(here: Town) -> None:
    services = here.access.services or ""
    nights(here, 24, 24)
    rows = {row["Clé"]: row for row in here.notion.world.pages(services)}
    assert set(rows) == {"openai", "anthropic"}
    for row in rows.values():
        here.notion.world.edit(row, {"Budget mensuel USD": 30})
    here.budgets = (of_all("500", "anthropic"),)
    nights(here, 25, 26)

    known = {one.provider: one.amount for one in budgets_of(here.place.store, here.edition())}
    assert known == {"anthropic": Decimal(500), "openai": Decimal(30)}
    assert told(here) == ["OpenAI : budget épuisé, mars 2026 (26 mars 2026)"]
    in_euros = replace(here.edition(), currency="EUR")
    assert budgets_of(here.place.store, in_euros) == ()
