"""Rows typed in Notion: bills with history and author, and nothing guessed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from ecot.jobs.accounts import known_accounts
from ecot.jobs.bills import enter, histories, say, stands
from ecot.jobs.notion.kept import Seen
from ecot.jobs.notion.typed import Taken, take_over, written
from ecot.jobs.notion.typed_bills import Around
from ecot.model.bill import Bill, Entry
from ecot.model.period import Month
from ecot.model.rows import Name
from ecot.sinks.notion.rows import TypedRow
from ecot.store.protocol import Place
from tests.bills import JANUARY
from tests.jobs.shelf import Shelf, costs
from tests.rows import ACCOUNT, charge

D = Decimal
NOW = datetime(2026, 5, 20, 6, tzinfo=UTC)
PAGE = "0123456789abcdef0123456789abcdef"
NUMBER = f"notion-{PAGE}"


def row(**more: Any) -> TypedRow:
    """A row for Figma's January, 120 dollars."""
    fields: dict[str, Any] = {
        "page_id": PAGE,
        "title": "Figma, January",
        "key": None,
        "provider": "figma",
        "account": None,
        "sub_account": None,
        "month": JANUARY,
        "cost_usd": D("120"),
        "native": None,
        "note": None,
        "edited_at": NOW,
        "edited_by": "user-1",
        "edited_by_name": "Ana",
        "url": "https://notion.example/figma",
    }
    return TypedRow(**(fields | more))


@dataclass
class Desk:
    """The ledger, and what was kept since the last sync."""

    place: Place
    seen: dict[str, Seen] = field(default_factory=dict)
    names: dict[str, Sequence[Name]] = field(default_factory=dict)

    def sync(self, *rows: TypedRow) -> Taken:
        around = Around(NOW.date(), known_accounts(self.place.store), self.names)
        taken = take_over(self.place, rows, self.seen, around, NOW)
        self.seen = taken.seen
        return taken

    def bills(self, account: str = "figma/figma") -> dict[str, Bill]:
        return dict(stands(self.place.store, account))

    @property
    def the_bill(self) -> Bill:
        (bill,) = self.bills().values()
        return bill

    def history(self) -> list[tuple[str, str, str | None]]:
        return [
            (entry.action, entry.by, str(entry.bill.net) if entry.bill else entry.reason)
            for _, entry in histories(self.place.store)
        ]


@pytest.fixture
def desk(place: Place) -> Desk:
    return Desk(place)


def told(taken: Taken) -> list[str]:
    return [str(one.problem) for one in taken.notices]


# --- a row becomes a bill ------------------------------------------------------------------------


def test_a_typed_row_is_a_bill_and_its_keys_row(desk: Desk) -> None:
    taken = desk.sync(row(note="Two\nlicences"))
    assert desk.the_bill == Bill(
        account="figma/figma",
        number=NUMBER,
        issued=date(2026, 1, 31),
        first=JANUARY.first,
        after=JANUARY.after,
        net=D("120"),
        currency="USD",
        note="Two licences",
    )
    assert (taken.entered, taken.voided, taken.notices) == (1, 0, [])
    assert taken.adopted == {PAGE: "figma:figma:—:2026-01"}
    assert desk.history() == [("entered", "Ana (Notion)", "120")]


def test_the_same_row_again_says_nothing_new(desk: Desk) -> None:
    desk.sync(row())
    taken = desk.sync(row())
    assert (taken.entered, taken.adopted) == (0, {PAGE: "figma:figma:—:2026-01"})
    assert len(desk.history()) == 1


def test_an_amount_in_its_own_currency_is_the_bills(desk: Desk) -> None:
    desk.sync(row(native=(D("100.5"), "EUR"), cost_usd=None))
    assert (desk.the_bill.net, desk.the_bill.currency) == (D("100.5"), "EUR")


def test_a_bill_of_a_month_that_runs_is_of_the_day_on_which_it_was_seen(desk: Desk) -> None:
    desk.sync(row(month=Month(2026, 5)))
    assert desk.the_bill.issued == NOW.date()
    desk.sync(row(month=Month(2026, 5), cost_usd=D(130)))
    assert (desk.the_bill.issued, desk.the_bill.net) == (NOW.date(), D(130))


def test_the_author_is_an_id_where_nobody_has_a_name(desk: Desk) -> None:
    desk.sync(row(edited_by_name=None))
    assert desk.history() == [("entered", "user-1 (Notion)", "120")]


@pytest.mark.parametrize(
    ("known", "said", "account"),
    [
        ([], None, "figma/figma"),
        (["figma/atelier"], None, "figma/atelier"),
        (["figma/atelier"], "figma/atelier", "figma/atelier"),
        (["figma/atelier"], "quite-another", "figma/quite-another"),
        (["figma/atelier", "figma/studio"], "studio", "figma/studio"),
    ],
)
def test_the_account_is_the_typed_one_else_the_only_one(
    desk: Desk, known: list[str], said: str | None, account: str
) -> None:
    for one in known:
        Shelf(desk.place).put(one, [], JANUARY.period)
    desk.sync(row(account=said))
    assert len(desk.bills(account)) == 1


def test_a_sub_account_is_known_by_its_id_and_by_its_name(desk: Desk) -> None:
    Shelf(desk.place).put(
        ACCOUNT, [charge("1", JANUARY.first, sub_account_id="proj_1", basis="estimated")],
        JANUARY.period,
    )  # fmt: skip
    desk.names = {ACCOUNT: [Name("sub_account_id", "proj_1", "Atelier")]}
    taken = desk.sync(row(provider="openai", sub_account="Atelier"))
    assert taken.adopted == {PAGE: "openai:edugami:proj_1:2026-01"}
    (bill,) = desk.bills(ACCOUNT).values()
    assert bill.sub_account_id == "proj_1"
    again = desk.sync(row(provider="openai", sub_account="proj_1", account="edugami"))
    assert (again.entered, again.notices) == (0, [])


def test_the_sign_for_no_sub_account_is_none(desk: Desk) -> None:
    desk.sync(row(sub_account="—"))
    assert desk.the_bill.sub_account_id is None


# --- what keeps a row from being one -------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"provider": None}, "The row says no supplier"),
        ({"month": None}, "The row says no month"),
        ({"cost_usd": None}, "The row says no amount"),
        ({"native": (D(1), "USD")}, "The row states two amounts in dollars that differ"),
        ({"native": (D(1), "XXX")}, "XXX is not a currency"),
        ({"provider": "Figma Inc."}, "Figma Inc./Figma Inc. names no provider and account"),
    ],
)
def test_a_row_that_is_no_bill_says_why_and_which_it_is(
    desk: Desk, more: dict[str, Any], problem: str
) -> None:
    taken = desk.sync(row(**more))
    (notice,) = taken.notices
    assert str(notice.problem) == problem
    assert notice.remedy is not None
    assert (notice.row, notice.url) == ("Figma, January", "https://notion.example/figma")
    assert (taken.adopted, desk.history()) == ({}, [])


def test_everything_that_is_missing_is_said_at_once(desk: Desk) -> None:
    taken = desk.sync(row(provider=None, month=None, cost_usd=None))
    assert len(taken.notices) == 3


def test_which_of_several_accounts_is_not_guessed(desk: Desk) -> None:
    for one in ("figma/atelier", "figma/studio"):
        Shelf(desk.place).put(one, [], JANUARY.period)
    (notice,) = desk.sync(row()).notices
    assert str(notice.remedy) == "Write one of them: figma/atelier, figma/studio."
    assert desk.history() == []


def test_an_account_that_is_written_almost_like_a_known_one_is_asked_about(desk: Desk) -> None:
    Shelf(desk.place).put("figma/atelier", [], JANUARY.period)
    (notice,) = desk.sync(row(account="ateliers")).notices
    assert str(notice.remedy) == "Did you mean figma/atelier?"
    assert desk.history() == []


def test_a_sub_account_without_charges_beside_others_is_asked_about(desk: Desk) -> None:
    Shelf(desk.place).put(
        ACCOUNT, [charge("1", JANUARY.first, sub_account_id="proj_1")], JANUARY.period
    )
    taken = desk.sync(row(provider="openai", sub_account="Atelier"))
    assert told(taken) == ["openai/edugami has no charges of Atelier on these days"]
    assert desk.history() == []


def test_two_rows_of_one_account_and_month_are_not_both_its_row(desk: Desk) -> None:
    other = row(page_id="f" * 32, title="Figma again")
    taken = desk.sync(row(), other)
    assert taken.adopted == {PAGE: "figma:figma:—:2026-01"}
    assert told(taken) == ["Another typed row is about the same account and month"]
    assert [one.row for one in taken.notices] == ["Figma again"]
    assert list(desk.sync(other, row()).adopted) == [PAGE]  # whichever is read first
    assert len(desk.history()) == 1


# --- corrections ---------------------------------------------------------------------------------


def test_a_correction_is_the_same_bill_superseded(desk: Desk) -> None:
    desk.sync(row())
    taken = desk.sync(row(cost_usd=D("130"), edited_by_name="Ben"))
    assert (desk.the_bill.net, taken.entered) == (D("130"), 1)
    assert desk.history() == [
        ("entered", "Ana (Notion)", "120"),
        ("entered", "Ben (Notion)", "130"),
    ]


def test_what_the_sync_writes_beside_an_amount_is_no_correction(desk: Desk) -> None:
    euros = row(native=(D("100"), "EUR"), cost_usd=None)
    desk.sync(euros)
    desk.seen = written(desk.seen, {"figma:figma:—:2026-01": D("108.34")})
    filled = msgspec.structs.replace(euros, cost_usd=D("108.3400000001"))
    assert (desk.sync(filled).entered, desk.the_bill.net) == (0, D("100"))
    corrected = msgspec.structs.replace(filled, native=(D("200"), "EUR"))
    assert (desk.sync(corrected).entered, desk.the_bill.net) == (1, D("200"))


def test_dollars_typed_over_those_of_another_currency_are_asked_about(desk: Desk) -> None:
    euros = row(native=(D("100"), "EUR"), cost_usd=None)
    desk.sync(euros)
    taken = desk.sync(msgspec.structs.replace(euros, cost_usd=D("99")))
    assert [str(one.remedy) for one in taken.notices] == ["Change the amount in EUR."]
    assert (desk.the_bill.net, taken.adopted) == (D("100"), {PAGE: "figma:figma:—:2026-01"})


def test_of_two_amounts_in_dollars_the_one_that_was_changed_counts(desk: Desk) -> None:
    both = row(native=(D("120"), "USD"))
    desk.sync(both)
    desk.sync(msgspec.structs.replace(both, cost_usd=D("130")))
    assert desk.the_bill.net == D("130")
    desk.sync(msgspec.structs.replace(both, cost_usd=D("130")))
    assert desk.the_bill.net == D("130")
    desk.sync(msgspec.structs.replace(both, cost_usd=D("130"), native=(D("140"), "USD")))
    assert desk.the_bill.net == D("140")


def test_a_row_that_moves_to_another_account_takes_its_bill_along(desk: Desk) -> None:
    desk.sync(row())
    taken = desk.sync(row(account="studio"))
    assert (desk.bills(), len(desk.bills("figma/studio"))) == ({}, 1)
    assert (taken.entered, taken.voided) == (1, 1)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_row_that_was_emptied_or_deleted_voids_its_bill(desk: Desk, is_there: bool) -> None:
    desk.sync(row())
    taken = desk.sync(*([row(cost_usd=None)] if is_there else []))
    assert (desk.bills(), taken.voided, taken.adopted) == ({}, 1, {})
    assert taken.void == {PAGE: "figma:figma:—:2026-01"}
    by, reason = desk.history()[-1][1:]
    assert by == ("Ana (Notion)" if is_there else "Notion")
    assert reason in ("the amount was emptied in Notion", "the row is no longer typed in Notion")
    assert desk.sync().voided == 0
    assert (desk.sync(row()).entered, desk.the_bill.net) == (1, D("120"))


def test_dollars_that_the_sync_left_in_an_emptied_row_are_no_new_bill(desk: Desk) -> None:
    euros = row(native=(D("100"), "EUR"), cost_usd=None)
    desk.sync(euros)
    desk.seen = written(desk.seen, {"figma:figma:—:2026-01": D("108.34")})
    emptied = msgspec.structs.replace(euros, native=None, cost_usd=D("108.34"))
    assert (desk.sync(emptied).voided, desk.bills()) == (1, {})
    again = desk.sync(emptied)
    assert (again.entered, again.voided, again.settled) == (0, 0, {PAGE})
    assert told(again) == ["The row says no amount"]
    typed = msgspec.structs.replace(emptied, cost_usd=D("50"))
    assert (desk.sync(typed).entered, desk.the_bill.net, desk.the_bill.currency) == (
        1,
        D(50),
        "USD",
    )
    assert (desk.sync(row(cost_usd=None)).voided, desk.sync(euros).entered) == (1, 1)
    assert desk.the_bill.net == D(100)


def test_the_part_of_a_bill_that_counts_is_not_the_amount_of_an_emptied_row(desk: Desk) -> None:
    desk.sync(row(cost_usd=D(31)))
    desk.seen = written(desk.seen, {"figma:figma:—:2026-01": D(20)})
    assert (desk.sync(row(cost_usd=D(20))).voided, desk.bills()) == (1, {})


def test_a_row_that_cannot_be_understood_for_now_keeps_its_bill(desk: Desk) -> None:
    desk.sync(row())
    taken = desk.sync(row(month=None))
    assert (desk.the_bill.net, taken.voided) == (D("120"), 0)
    assert taken.adopted == {PAGE: "figma:figma:—:2026-01"}
    assert desk.sync(row()).entered == 0


# --- both sides ----------------------------------------------------------------------------------


def correct(desk: Desk, net: str) -> None:
    enter(desk.place, [msgspec.structs.replace(desk.the_bill, net=D(net))], NOW, "ben")


def test_a_bill_that_was_changed_in_ecot_stays_so_and_the_row_is_told_of(desk: Desk) -> None:
    desk.sync(row())
    correct(desk, "125")
    for _ in range(2):
        taken = desk.sync(row())
        assert told(taken) == ["The bill of this row was changed in Ecot, to 125 USD"]
        assert desk.the_bill.net == D("125")
        assert taken.adopted == {PAGE: "figma:figma:—:2026-01"}
    assert desk.sync(row(cost_usd=D("125"))).notices == []
    assert desk.sync(row(cost_usd=D("126"))).entered == 1


def test_a_bill_that_was_changed_on_both_sides_is_not_guessed(desk: Desk) -> None:
    desk.sync(row())
    correct(desk, "125")
    taken = desk.sync(row(cost_usd=D("130")))
    assert told(taken) == [
        "The bill of this row was changed in Ecot and in Notion; Ecot has 125 USD"
    ]
    assert (desk.the_bill.net, taken.entered) == (D("125"), 0)
    assert desk.sync(row(cost_usd=D("125"))).notices == []


def test_a_bill_that_was_voided_in_ecot_does_not_come_back(desk: Desk) -> None:
    desk.sync(row())
    say(desk.place, "figma/figma", [Entry(action="voided", number=NUMBER, at=NOW, by="ben")])
    for _ in range(2):
        taken = desk.sync(row())
        assert told(taken) == ["The bill of this row was voided in Ecot"]
        assert desk.bills() == {}
    assert desk.sync().notices == []


def test_a_row_that_is_gone_takes_no_bill_away_that_was_changed_in_ecot(desk: Desk) -> None:
    desk.sync(row())
    correct(desk, "125")
    assert len(desk.sync().notices) == 1
    assert desk.the_bill.net == D("125")
    assert desk.sync().notices == []


def test_a_lost_memory_doubles_nothing(desk: Desk) -> None:
    desk.sync(row())
    desk.seen = {}
    assert (desk.sync(row()).entered, len(desk.history())) == (0, 1)
    desk.seen = {}
    taken = desk.sync(row(cost_usd=D("130")))
    assert len(taken.notices) == 1
    assert (desk.the_bill.net, list(taken.adopted)) == (D("120"), [PAGE])


def test_a_row_beside_what_the_supplier_bills_is_a_bill_that_reconciles(desk: Desk) -> None:
    shelf = Shelf(desk.place)
    shelf.put(ACCOUNT, costs(["9.00"], JANUARY.first), JANUARY.period)
    desk.sync(row(provider="openai", cost_usd=D("10")))
    assert shelf.totals(JANUARY).total == D("9.00")
    assert shelf.settled(JANUARY).gap == D("1.00")
