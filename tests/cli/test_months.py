"""`ecot months`: for people a table of what is owed, for scripts every date of it."""

from decimal import Decimal
from pathlib import Path

import pytest

from ecot.cli.months import cost_words
from ecot.jobs.month_states import AccountMonth
from ecot.language import Language
from ecot.model.period import Month
from tests.cli.conftest import DAYS, Ecot


def test_the_json_has_a_line_for_each_account_and_month(ecot: Ecot, collected: Path) -> None:
    found = ecot("months", "--json").document
    assert found["currency"] == "USD"
    one = found["months"][0]
    assert set(one) == {
        *("account", "month", "state", "cost", "lacks_cost", "closed_at", "retired", "unread"),
        *("covered", "doubted", "reread", "plans", "bills", "gaps"),
    }
    assert (one["account"], one["month"], one["state"]) == ("openai/maison", "2026-03", "open")
    assert one["reread"] == {"due": None, "late": False, "done_at": None}
    assert one["cost"] == ecot("totals", *DAYS, "--json").document["total"]


def test_the_table_says_what_is_to_do(ecot: Ecot, collected: Path) -> None:
    paid = ("--number", "F-1", "--issued", "2026-03-03", "--from", "2026-03-01", "--to")
    ecot("bill", "add", "openai/maison", *paid, "2026-03-04", "--net", "2", "--currency", "USD")
    lines = ecot("months").out.splitlines()
    assert lines[0].split() == ["Month", "Account", "State", "Bills", "To", "do", "Cost"]
    assert lines[1].startswith("March 2026     openai/maison  running month  F-1")
    assert "F-1: gap -$" in lines[1]


@pytest.mark.parametrize(
    ("cost", "lacks_cost", "words"),
    [
        ("1.5", False, "1,50 $US"),
        ("1.5", True, "1,50 $US + inconnu"),
        (None, True, "inconnu"),
        (None, False, "—"),
    ],
)
def test_a_cost_that_nobody_knows_is_said_beside_what_is_known(
    cost: str | None, lacks_cost: bool, words: str
) -> None:
    one = AccountMonth(
        account="openai/maison",
        month=Month(2026, 3),
        state="open",
        cost=None if cost is None else Decimal(cost),
        lacks_cost=lacks_cost,
    )
    shown = cost_words(Language("fr-FR"), one, "USD")
    assert shown.replace("\u202f", " ").replace("\xa0", " ") == words


@pytest.mark.parametrize(
    "words", [("--from", "2026-04-01", "--to", "2026-05-01"), ("--to", "2026-05-01")]
)
def test_months_that_have_not_begun_are_refused(
    ecot: Ecot, collected: Path, words: tuple[str, ...]
) -> None:
    assert ecot("months", *words).code == 2


def test_whole_months_are_shown_in_any_currency_and_of_any_account(
    ecot: Ecot, collected: Path
) -> None:
    part = ("--from", "2026-03-02", "--to", "2026-03-03")
    found = ecot("months", *part, "--currency", "EUR", "--json").document
    assert (found["currency"], found["months"][0]["cost"]) == ("EUR", None)
    assert ecot("months", "--provider", "aws", "--json").document["months"] == []
