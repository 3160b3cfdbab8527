"""A hundred nights of a small company, with outages, corrections, a bill typed in Notion and three
month ends: a mail a month, Notion as the ledger is, and a word about trouble where there is."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple

import pytest

from ecot.jobs.bills import listed
from ecot.jobs.query import Question, answer
from ecot.model.period import DAY, Month
from ecot.sandbox.notion.faults import creates, saved_then_unavailable, unavailable
from ecot.sandbox.resend.refusals import DOWN
from ecot.sandbox.resend.troubles import lost_after_saving, said
from tests.jobs.cycle.town import ACCOUNTS, LABO, STUDIO, Evening, Town, town

BEGINS = datetime(2026, 1, 5, 5, tzinfo=UTC)
NIGHTS = [BEGINS.date() + number * DAY for number in range(100)]
JANUARY, FEBRUARY, MARCH, APRIL = (Month(2026, number) for number in range(1, 5))
ASLEEP = {date(2026, 1, 17), date(2026, 1, 18), *(date(2026, 3, day) for day in (14, 15, 16))}
PRICES: dict[str, Callable[[date], Decimal]] = {
    STUDIO: lambda day: Decimal(day.day) / 8,
    LABO: lambda day: Decimal("1.10") + Decimal(day.month) / 1000,
}
LATE = date(2026, 1, 15)  # a day of January that is corrected once January is closed
FIGMA = Decimal("64.50")


def between(day: date, first: tuple[int, int], last: tuple[int, int]) -> bool:
    return date(2026, *first) <= day <= date(2026, *last)


def befalls(here: Town, day: date) -> None:
    """What happens to the company on the eve of a night."""
    here.shops[STUDIO].is_down = between(day, (2, 2), (2, 5)) or between(day, (3, 1), (3, 4))
    here.shops[LABO].is_down = between(day, (3, 1), (3, 4))
    here.notion_server.faults.clear()
    here.resend_server.faults.clear()
    if between(day, (2, 10), (2, 11)):
        here.notion_server.faults.add(unavailable().repeated(None))
    if day == date(2026, 3, 5):
        here.notion_server.faults.add(creates(saved_then_unavailable()).repeated(2))
        here.resend_server.faults.add(lost_after_saving().on("/emails", method="POST"))
    if between(day, (4, 1), (4, 3)):
        here.resend_server.faults.add(said(DOWN).repeated(None))
    if day == date(2026, 2, 20):
        here.shops[STUDIO].corrected[LATE] = Decimal("9.99")
    if day == date(2026, 3, 20):
        _type_a_bill(here)


def _type_a_bill(here: Town) -> None:
    """Somebody types what an account without an interface cost in March."""
    world = here.notion.world
    figma = world.add_row(here.access.services or "", {"Nom": "Figma"})
    typed = {
        "Nom": "Figma, mars",
        "Service": figma,
        "Statut Collecte": "Manuel",
        "Période": "2026-03-05",
        "Coût USD": float(FIGMA),
    }
    world.add_row(here.access.usages or "", typed)


class Quarter(NamedTuple):
    """What the nights came to, and the mails that went out on each of them."""

    here: Town
    evenings: dict[date, Evening]
    mails: dict[date, list[str]]

    def days_of(self, kind: str) -> list[date]:
        """The days on which a mail of the kind went out."""
        return [day for day, kinds in self.mails.items() for one in kinds if one == kind]


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Quarter]:
    home = tmp_path_factory.mktemp("town")
    with town(home, BEGINS, PRICES) as here:
        evenings: dict[date, Evening] = {}
        mails: dict[date, list[str]] = {}
        for day in NIGHTS:
            befalls(here, day)
            if day in ASLEEP:
                continue
            before = len(here.resend.mails)
            evenings[day] = here.run(day)
            mails[day] = [_kind(one.body) for one in here.resend.mails[before:]]
        yield Quarter(here, evenings, mails)


def _kind(body: dict[str, object]) -> str:
    tags = body["tags"]
    assert isinstance(tags, list)
    return next(str(tag["value"]) for tag in tags if tag["name"] == "kind")


def total(here: Town, month: Month, account: str | None = None) -> Decimal | None:
    """What `ecot totals --month` says."""
    question = Question(
        first=month.first,
        after=month.after,
        today=here.clock.today,
        currency="USD",
        account=account,
    )
    return answer(here.place.store, question, "account", {}).total


def test_each_month_is_mailed_once_as_soon_as_it_can_be(quarter: Quarter) -> None:
    assert quarter.days_of("report") == [
        date(2026, 2, 2),
        date(2026, 3, 5),  # nothing could be read before
        date(2026, 4, 4),  # Resend did not answer before
    ]
    subjects = [one for one in quarter.here.titles() if one.startswith("Coûts")]
    assert [one.split("\u00a0")[0] for one in subjects] == [
        "Coûts janvier 2026",
        "Coûts février 2026",
        "Coûts mars 2026",
    ]


def test_the_mail_says_the_total_of_its_month(quarter: Quarter) -> None:
    reports = [one.body for one in quarter.here.resend.mails if _kind(one.body) == "report"]
    for mail, paid in zip(reports, ("90,48", "81,61", "160,69"), strict=True):
        assert f"{paid}\u00a0$US" in mail["subject"]
        assert f"{paid}\u00a0$US" in mail["text"]
    assert total(quarter.here, MARCH) == Decimal("160.693")
    assert total(quarter.here, JANUARY) == Decimal("90.477") + Decimal("9.99") - Decimal(15) / 8


def test_what_changed_after_the_closing_is_in_the_next_mail(quarter: Quarter) -> None:
    first, second, third = (
        one.body["text"] for one in quarter.here.resend.mails if _kind(one.body) == "report"
    )
    assert "OpenAI · studio, janvier 2026\u00a0: chiffres révisés (1" in second
    assert "chiffres révisés" not in first + third


def test_trouble_and_its_end_are_told_once_each(quarter: Quarter) -> None:
    assert quarter.days_of("alert") == [
        date(2026, 2, 3),  # one account, for the second time
        date(2026, 2, 6),
        date(2026, 3, 2),  # both, and nothing was read for two days
        date(2026, 3, 5),  # both are well, and January was revised
    ]
    subjects = [
        one.body["subject"] for one in quarter.here.resend.mails if _kind(one.body) == "alert"
    ]
    assert len(set(subjects)) == len(subjects)


def test_an_outage_of_notion_or_resend_is_a_result_and_no_failure(quarter: Quarter) -> None:
    states = {day: one.synced.state for day, one in quarter.evenings.items()}
    assert {day for day, state in states.items() if state != "ok"} == {
        date(2026, 2, 10),
        date(2026, 2, 11),
    }
    waiting = [day for day, one in quarter.evenings.items() if not one.mailed.is_done]
    assert waiting == [date(2026, 3, day) for day in (2, 3, 4)] + [
        date(2026, 4, day) for day in (2, 3)
    ]


def test_a_night_that_brings_a_day_asks_notion_for_what_changed_alone(quarter: Quarter) -> None:
    calm = quarter.evenings[date(2026, 1, 28)].synced
    assert (calm.created, calm.updated, calm.calls) == (0, 2, 6)


@pytest.mark.parametrize("month", [JANUARY, FEBRUARY, MARCH, APRIL])
def test_notion_is_what_the_ledger_is(quarter: Quarter, month: Month) -> None:
    here = quarter.here
    rows = here.rows(month)
    keys = {f"{account.replace('/', ':')}:proj_a:{month}" for account in ACCOUNTS}
    keys |= {f"figma:figma:—:{month}"} if month == MARCH else set()

    if month == MARCH:  # nobody could be read on its first days, and these rows said so
        without = {f"{account.replace('/', ':')}:—:{month}" for account in ACCOUNTS}
        assert {rows.pop(key) for key in without} == {None}
    assert set(rows) == keys
    assert sum(cost or 0 for cost in rows.values()) == total(here, month)
    for account in ACCOUNTS:
        key = f"{account.replace('/', ':')}:proj_a:{month}"
        assert rows[key] == total(here, month, account) == here.shops[account].month(month)


def test_no_row_is_there_twice_or_gone(quarter: Quarter) -> None:
    world, usages = quarter.here.notion.world, quarter.here.access.usages or ""
    keys = [row["Clé"] for row in world.pages(usages)]
    assert len(keys) == len(set(keys))
    assert world.pages(usages, trashed=True) == []


def test_the_typed_row_is_a_bill_and_the_row_of_its_key(quarter: Quarter) -> None:
    here = quarter.here
    question = Question(
        first=MARCH.first, after=MARCH.after, today=here.clock.today, currency="USD"
    )
    (bill,) = (one.standing.bill for one in listed(here.place.store, question))
    assert (bill.account, bill.net, bill.currency) == ("figma/figma", FIGMA, "USD")
    (row,) = (
        row
        for row in here.notion.world.pages(here.access.usages or "")
        if row["Nom"] == "Figma, mars"
    )
    assert row["Clé"] == f"figma:figma:—:{MARCH}"
    assert Decimal(str(row["Coût USD"])) == FIGMA
