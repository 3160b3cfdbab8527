"""The demo makes the figures of its company's truths, in its own folder, and says what it is."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.jobs.bills import listed
from ecot.jobs.demo import restate, run_demo
from ecot.jobs.notion.wanted import Ledger, usages
from ecot.jobs.place import is_made_up
from ecot.jobs.publish import publish
from ecot.jobs.query import Question, answer
from ecot.jobs.revenue import latest_mrr, net_revenue
from ecot.jobs.round import nothing_to_tell
from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month
from ecot.model.rows import Basis
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.supplier import Supplier
from ecot.sandbox.suppliers import suppliers
from ecot.sandbox.truth import Truth
from ecot.store.folder import Folder
from ecot.store.heads import all_heads
from ecot.store.protocol import Place
from tests.jobs.world import dump, edition, totals
from tests.owed import bills_itself, owed

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
MONTHS = [Month(2026, number) for number in (8, 9, 10, 11)]
OCTOBER = MONTHS[-2]
UNTIL = {
    "vercel/lumen": date(2026, 11, 17),  # read on that morning, before its figures appear
    "openrouter/lumen": NOW.date(),  # of which only whole days are told
}
SINCE = {"copilot/lumen": OCTOBER.first}
SPAN = (MONTHS[0].first, MONTHS[-1].after, NOW.date())


class Demo(NamedTuple):
    folder: Path
    place: Place
    outcomes: list[Outcome]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("somewhere")
    (folder / "mine.txt").write_text("mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("OPENAI_ADMIN_KEY", "sk-admin-of-somebody-0123456789")
        place, outcomes = asyncio.run(run_demo(folder / "demo", NOW, nothing_to_tell))
    yield Demo(folder, place, outcomes)
    place.store.close()


def test_it_reads_its_own_months_and_no_further_back(demo: Demo) -> None:
    found: dict[str, set[Month]] = {}
    for head in all_heads(demo.place.store):
        found.setdefault(head.account, set()).add(head.month)

    assert found["openai/studio"] == found["stripe/lumen"] == set(MONTHS)
    assert found["copilot/lumen"] == set(MONTHS[-2:])
    assert all(months <= set(MONTHS) for months in found.values())


def truths() -> list[Supplier]:
    """The company's suppliers, as they stand when the demo is over."""
    openai = Truth(atelier_lumen(), lambda: NOW)
    restate(openai, NOW)
    return suppliers(openai, lambda: NOW)


def test_its_figures_are_the_truths(demo: Demo) -> None:
    billing = [one for one in truths() if bills_itself(one)]
    assert len(billing) == 11
    for one in billing:
        is_in_euros = one.provider == "mistral"
        basis: Basis = "estimated" if is_in_euros else "billed"
        for month in MONTHS:
            said = answer(
                demo.place.store, question(month, "EUR" if is_in_euros else "USD"), "account", {}
            )
            paid = {group.key: group.basis.get(basis) for group in said.groups}
            is_read = month.first >= SINCE.get(one.account, month.first)
            is_replaced = is_in_euros and month == OCTOBER  # by a bill
            due = owed(one, month, UNTIL.get(one.account, NOW.date() + DAY))
            assert paid.get(one.account) == (due or None if is_read and not is_replaced else None)


def question(month: Month, currency: str = "USD") -> Question:
    return Question(first=month.first, after=month.after, today=NOW.date(), currency=currency)


def test_it_is_a_small_company_that_earns_more_than_it_spends(demo: Demo) -> None:
    for month in MONTHS[:-1]:
        said = totals(demo.place, "account", month.first, month.after, NOW.date())
        assert said.total is not None
        assert 1_000 < said.total < 4_000
        assert max(group.billed_cost or 0 for group in said.groups) < 600
        earned = [one.net or 0 for one in net_revenue(demo.place, question(month))]
        assert said.total < sum(earned) < 10_000  # in three currencies of about the same worth


def test_recurring_revenue_is_known_of_every_day_of_a_month(demo: Demo) -> None:
    days = [NOW.date() - back * DAY for back in range(31)]
    asked = [replace(question(MONTHS[-1]), first=day, after=day + DAY) for day in days]
    found = [one for each in asked for one in latest_mrr(demo.place, each)]

    assert [one.day for one in found] == days
    assert all(set(one.amounts) == {"CHF", "EUR", "USD"} for one in found)
    assert len({tuple(one.amounts.items()) for one in found}) > 10


def test_it_shows_what_the_product_can_say(demo: Demo) -> None:
    states = {outcome.account: outcome.state for outcome in demo.outcomes}
    odd = {"vercel/lumen": "failed", "claude-code/labo": "not_configured"}
    assert states == dict.fromkeys(states, "ok") | odd
    assert all(outcome.remedy for outcome in demo.outcomes if outcome.account in odd)
    assert [len(outcome.restatements) for outcome in demo.outcomes if outcome.restatements] == [2]
    said = totals(demo.place, "account", OCTOBER.first, OCTOBER.after, NOW.date())
    assert {"supabase/supabase", "penpot/penpot", "infomaniak/infomaniak"} < {
        group.key for group in said.groups
    }
    assert {one.currency for one in said.converted} == {"CHF", "EUR"}
    assert max(len(one.rates) for one in said.converted) > 15  # one a working day
    assert said.unconverted == {}
    assert said.coverage.unknown == 0
    assert said.coverage.missing == ()


def test_what_is_not_known_of_the_running_month_is_said(demo: Demo) -> None:
    said = totals(demo.place, "account", MONTHS[-1].first, MONTHS[-1].after, NOW.date())

    assert [(gap.account, gap.reason, gap.first) for gap in said.coverage.missing] == [
        ("vercel/lumen", "failed", date(2026, 11, 17))
    ]


def test_its_bills_check_and_replace(demo: Demo) -> None:
    settled = [
        one.settlement
        for one in listed(demo.place.store, question(OCTOBER))
        if one.standing.bill.first == OCTOBER.first and one.settlement
    ]

    gaps = {one.account: None if one.gap is None else round(one.gap, 2) for one in settled}
    assert gaps == {
        "digitalocean/lumen": Decimal(0),
        "infomaniak/infomaniak": None,
        "mistral/lumen": Decimal("2.15"),
        "openai/studio": Decimal("4.30"),
    }
    assert {one.account for one in settled if one.how == "replace"} == {
        "infomaniak/infomaniak",
        "mistral/lumen",
    }
    assert [one.account for one in settled if one.is_to_do] == ["openai/studio"]


def test_every_page_is_marked(demo: Demo) -> None:
    site = Folder(demo.folder / "demo" / "site")
    for name in publish(demo.place, site, replace(edition(NOW.date()), is_demo=True)):
        if name.endswith(".html"):
            assert '<aside class="demo">' in (site.get(name) or b"").decode()
    assert b"DEMO" in (site.get("badge.svg") or b"")


def test_its_ledger_says_that_it_is_made_up(demo: Demo) -> None:
    assert is_made_up(demo.place)


def test_it_touches_nothing_outside_its_folder(demo: Demo) -> None:
    assert {path.name for path in demo.folder.iterdir()} == {"mine.txt", "demo"}
    assert b"of-somebody" not in dump(demo.place)


def test_it_is_the_same_each_time(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "left.txt").write_text("from another time")
    place, _ = asyncio.run(run_demo(tmp_path / "demo", NOW, nothing_to_tell))
    assert totals(place, "model", *SPAN) == totals(demo.place, "model", *SPAN)
    assert not (tmp_path / "demo" / "left.txt").exists()
    place.store.close()


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_its_rows_for_notion_add_up_to_its_totals(demo: Demo, currency: str) -> None:
    shown = replace(edition(NOW.date()), currency=currency)
    ledger = Ledger(demo.place, shown)
    for month in MONTHS:
        rows = usages(ledger, month)
        assert len({row.key for row in rows}) == len(rows) > 20
        known = (row.cost_usd for row in rows if row.cost_usd is not None)
        in_dollars = totals(demo.place, "provider", month.first, month.after, NOW.date())
        assert total(known) == in_dollars.total
        on_page = (row.cost[0] for row in rows if row.cost is not None)
        if currency == "EUR":
            asked = shown.question(month.first, month.after)
            assert total(on_page) == answer(demo.place.store, asked, "provider", {}).total
