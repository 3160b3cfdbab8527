"""The sync over the wire: what the ledger has is in Notion, what people type is in the ledger."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from ecot.jobs.bills import stands
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.move import move
from ecot.jobs.notion.databases import examine
from ecot.jobs.notion.kept import budgets, last_sync
from ecot.jobs.notion.scope import Asked
from ecot.jobs.place import open_place
from ecot.jobs.restore import reset, restore
from ecot.model.period import Month, Period
from ecot.model.rates import TypedRate
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.notion import faults
from ecot.store.leases import release, take
from ecot.store.whole import partitions
from tests.bills import bill
from tests.jobs.notion.bureau import APRIL, MAY, NOW, Bureau
from tests.jobs.shelf import costs
from tests.rows import ACCOUNT, charge

D = Decimal
MARCH = Month(2026, 3)
OF_APRIL = "openai:edugami:proj_a:2026-04"
FIGMA = "figma:figma:—:2026-04"


@pytest.fixture
def filled(bureau: Bureau) -> Bureau:
    """Charges of two projects in March and April, and of one in May."""
    for month, days in ((MARCH, MARCH.period), (APRIL, APRIL.period)):
        rows = [
            charge("3.10", month.first, sub_account_id="proj_a"),
            charge("2.25", month.first, sub_account_id="proj_b"),
        ]
        bureau.shelf.put(ACCOUNT, rows, days)
    bureau.shelf.put(
        ACCOUNT,
        [charge("1.50", MAY.first, sub_account_id="proj_a")],
        Period.of_days(MAY.first, NOW.date()),
    )
    return bureau


# --- the ledger into Notion ----------------------------------------------------------------------


def test_a_first_sync_writes_two_months_that_add_up(filled: Bureau) -> None:
    done = filled.sync()
    assert (done.state, done.months, done.created) == ("ok", (APRIL, MAY), 3)
    assert list(filled.rows()) == [
        OF_APRIL,
        "openai:edugami:proj_b:2026-04",
        "openai:edugami:proj_a:2026-05",
    ]
    for month in (APRIL, MAY):
        assert filled.summed(month) == filled.total(month)
    row = filled.rows()[OF_APRIL]
    assert (row["Coût USD"], row["Statut Collecte"]) == (3.1, "OK")
    assert last_sync(filled.place.store) == done


def test_sub_accounts_of_any_name_have_each_a_row_of_their_own(bureau: Bureau) -> None:
    names = [
        None,
        "—",
        "",
        "a:b",
        "a%3Ab",
        "A",
        "a",
        "😀",
        "é",
        "e\u0301",
        "é\u0301",
        "a\x01",
        "a ",
    ]
    names += ["x" * 3000 + "1", "x" * 3000 + "2", "😀" * 1200]
    rows = [
        charge(f"{number + 1}.01", APRIL.first, sub_account_id=name)
        for number, name in enumerate(names)
    ]
    bureau.shelf.put(ACCOUNT, rows, APRIL.period)
    bureau.shelf.put("openai/other", [charge("7", APRIL.first, sub_account_id="a")], APRIL.period)
    assert bureau.sync().state == "ok"
    assert bureau.summed(APRIL) == bureau.total(APRIL)
    assert bureau.sync().calls == 4
    for partition in [name for name in partitions(bureau.place.store) if "notion" in name]:
        for item in list(bureau.place.store.query(partition)):
            bureau.place.store.delete(item.key, if_version=item.version)
    forgetful = bureau.sync()
    assert (forgetful.created, forgetful.updated, forgetful.notices) == (0, 0, ())
    assert bureau.summed(APRIL) == bureau.total(APRIL)


def test_a_sync_without_changes_makes_four_calls(filled: Bureau) -> None:
    first = filled.sync()
    second = filled.sync()
    assert first.calls > 4
    assert (second.state, second.calls, second.unchanged) == ("ok", 4, 3)
    assert (second.created, second.updated, second.notices) == (0, 0, ())


def test_what_changed_costs_a_call_a_row(filled: Bureau) -> None:
    filled.sync()
    filled.shelf.put(
        ACCOUNT,
        [charge("2.75", MAY.first, sub_account_id="proj_a")],
        Period.of_days(MAY.first, NOW.date()),
    )
    done = filled.sync()
    assert (done.calls, done.updated, done.unchanged) == (5, 1, 2)
    assert filled.summed(MAY) == filled.total(MAY) == D("2.75")


def test_older_months_come_when_they_are_asked_for_and_are_followed_from_then_on(
    filled: Bureau,
) -> None:
    filled.sync()
    assert filled.sync(Asked(since=MARCH)).months == (MARCH, APRIL, MAY)
    assert filled.summed(MARCH) == filled.total(MARCH) == D("5.35")
    assert filled.sync().months == (APRIL, MAY)
    filled.shelf.put(ACCOUNT, [charge("9.00", MARCH.first, sub_account_id="proj_a")], MARCH.period)
    done = filled.sync()
    assert done.months == (MARCH, APRIL, MAY)
    assert filled.summed(MARCH) == filled.total(MARCH) == D("9.00")
    gone = filled.rows()["openai:edugami:proj_b:2026-03"]
    assert gone["Coût USD"] is None
    assert gone["Log Status"] == "The figures of this account are in its other rows."


def test_one_month_alone(filled: Bureau) -> None:
    assert filled.sync(Asked(month=MARCH)).months == (MARCH,)
    assert {row["Période"][:7] for row in filled.rows().values()} == {"2026-03"}


def test_another_currency_of_the_report_has_a_column_that_adds_up_too(bureau: Bureau) -> None:
    euros = TypedRate("EUR", "USD", D("1.25"), date(2026, 1, 1))
    bureau.shown = replace(bureau.shown, currency="EUR", typed=(euros,))
    bureau.access = replace(bureau.access, on_missing_property="create")
    rows = [charge("3.00", APRIL.first, currency="EUR"), charge("5.00", APRIL.first)]
    bureau.shelf.put(ACCOUNT, rows, APRIL.period)
    assert bureau.sync().state == "ok"
    assert bureau.summed(APRIL) == bureau.total(APRIL) == D("8.75")
    assert bureau.summed(APRIL, "Coût EUR") == bureau.total(APRIL, "EUR") == D("7.0")


def test_a_budget_that_stands_in_notion_is_known(filled: Bureau) -> None:
    filled.sync()
    filled.world.edit(filled.service("OpenAI"), {"Budget mensuel USD": 200})
    filled.sync()
    assert budgets(filled.place.store) == {"openai": D(200)}


def test_a_row_links_to_the_report(filled: Bureau) -> None:
    filled.shown = replace(filled.shown, report_url="https://costs.example")
    filled.sync()
    assert filled.rows()[OF_APRIL]["Page"] == "https://costs.example/2026-04.en.html"


def test_a_bill_that_is_voided_leaves_an_empty_row(filled: Bureau) -> None:
    invoice = bill("10.00", account="figma/figma", first=APRIL.first, after=APRIL.after)
    filled.shelf.enter(invoice)
    filled.sync()
    assert filled.rows()[FIGMA]["Coût USD"] == 10
    filled.shelf.void(invoice)
    assert filled.sync().state == "ok"
    assert filled.rows()[FIGMA]["Coût USD"] is None
    assert filled.summed(APRIL) == filled.total(APRIL)
    assert filled.sync().calls == 4


# --- what people type ----------------------------------------------------------------------------


def test_a_typed_row_becomes_a_bill_and_its_keys_row(filled: Bureau) -> None:
    filled.sync()
    page = filled.typed(Coût_USD=120)
    done = filled.sync()
    assert (done.state, done.entered, done.notices) == ("ok", 1, ())
    (entered,) = stands(filled.place.store, "figma/figma").values()
    assert (entered.net, entered.first, entered.currency) == (D(120), APRIL.first, "USD")
    row = filled.rows()[FIGMA]
    assert row.id == page
    assert (row["Coût USD"], row["Statut Collecte"], row["Compte"]) == (120, "Manuel", "figma")
    assert filled.summed(APRIL) == filled.total(APRIL) == D("125.35")
    again = filled.sync()
    assert (again.calls, again.entered, again.updated) == (4, 0, 0)


def test_a_correction_and_a_deletion_follow(filled: Bureau) -> None:
    page = filled.typed(Coût_USD=120)
    filled.sync()
    filled.world.edit(page, {"Coût USD": 130})
    assert filled.sync().entered == 1
    assert filled.summed(APRIL) == filled.total(APRIL) == D("135.35")
    assert filled.sync().calls == 4
    filled.world.trash(page)
    done = filled.sync()
    assert (done.voided, done.state) == (1, "ok")
    assert filled.summed(APRIL) == filled.total(APRIL) == D("5.35")
    assert filled.sync().calls == 4


def test_a_bill_in_another_currency_counts_in_dollars_and_follows_its_correction(
    filled: Bureau,
) -> None:
    euros = TypedRate("EUR", "USD", D("1.25"), date(2026, 1, 1))
    filled.shown = replace(filled.shown, typed=(euros,))
    page = filled.typed(Montant_natif=100, Devise="EUR")
    filled.sync()
    assert filled.rows()[FIGMA]["Coût USD"] == 125
    assert filled.sync().calls == 4
    filled.world.edit(page, {"Montant natif": 200})
    done = filled.sync()
    assert (done.entered, done.notices) == (1, ())
    assert filled.rows()[FIGMA]["Coût USD"] == 250
    assert filled.summed(APRIL) == filled.total(APRIL)
    assert filled.sync().calls == 4


def test_a_row_of_ours_that_somebody_makes_manual_is_a_bill(bureau: Bureau) -> None:
    shelf = bureau.shelf
    shelf.put("mistral/team", [], Period.of_days(date(2026, 3, 1), date(2026, 4, 1)))
    bureau.sync()
    row = bureau.rows()["mistral:team:—:2026-04"]
    assert row["Coût USD"] is None
    bureau.world.edit(row, {"Statut Collecte": "Manuel", "Coût USD": 42})
    assert bureau.sync().entered == 1
    (entered,) = stands(bureau.place.store, "mistral/team").values()
    assert entered.net == D(42)
    assert bureau.rows()["mistral:team:—:2026-04"].id == row.id
    bureau.world.edit(row, {"Statut Collecte": "Erreur"})
    assert bureau.sync().voided == 1
    assert bureau.rows()["mistral:team:—:2026-04"]["Coût USD"] is None


def test_a_typed_row_takes_the_place_of_ours(bureau: Bureau) -> None:
    bureau.shelf.put("figma/figma", [], Period.of_days(date(2026, 3, 1), date(2026, 4, 1)))
    bureau.sync()
    before = bureau.rows()[FIGMA].id
    page = bureau.typed(Coût_USD=42)
    done = bureau.sync()
    assert done.entered == 1
    assert bureau.rows()[FIGMA].id == page != before
    assert bureau.summed(APRIL) == bureau.total(APRIL) == D(42)
    assert bureau.sync().calls == 4


def test_a_typed_row_of_a_month_long_past_is_a_bill_too(filled: Bureau) -> None:
    filled.sync()
    filled.typed(Coût_USD=9, Période="2025-11-01")
    assert filled.sync().entered == 1
    row = filled.rows()["figma:figma:—:2025-11"]
    assert (row["Coût USD"], row["Origine du coût"]) == (9, "Saisi")


@pytest.mark.parametrize("period", ["2026-04-05", "2025-02-03"])
@pytest.mark.parametrize("change", [{"Montant natif": None}, {"Statut Collecte": "OK"}])
def test_what_the_sync_wrote_in_a_row_goes_with_its_bill(
    filled: Bureau, period: str, change: dict[str, object]
) -> None:
    euros = TypedRate("EUR", "USD", D("1.25"), date(2020, 1, 1))
    filled.shown = replace(filled.shown, typed=(euros,))
    page = filled.typed(Montant_natif=100, Devise="EUR", Période=period)
    filled.sync()
    month = Month.parse(period[:7])
    assert filled.world.row(page)["Coût USD"] == 125
    filled.world.edit(page, change)
    assert filled.sync().voided == 1
    assert filled.world.row(page)["Coût USD"] is None
    assert filled.summed(month) == filled.total(month)
    again = filled.sync()
    assert (again.calls, again.entered, again.voided) == (4, 0, 0)
    filled.world.edit(page, {"Statut Collecte": "Manuel", "Montant natif": 80, "Devise": "EUR"})
    assert filled.sync().entered == 1
    assert filled.summed(month) == filled.total(month)


def test_what_was_written_in_a_row_goes_also_when_a_sync_was_stopped_before(
    filled: Bureau,
) -> None:
    page = filled.typed(Coût_USD=100, Période="2025-02-03")
    filled.sync()
    filled.world.edit(page, {"Statut Collecte": "OK"})
    filled.server.faults.add(faults.blocked().on(method="PATCH"))
    assert (stopped := filled.sync()).voided == 1
    assert stopped.state != "ok"
    filled.server.faults.clear()
    assert filled.sync().state == "ok"
    assert filled.world.row(page)["Coût USD"] is None
    assert filled.sync().calls == 4


def test_dollars_that_went_with_their_column_come_back(filled: Bureau) -> None:
    page = filled.typed(Coût_USD=120)
    filled.sync()
    filled.world.delete_property(filled.access.usages or "", "Coût USD")
    examine(filled.access, filled.clocks, "USD", is_adding=True)
    done = filled.sync()
    assert (done.voided, done.entered, done.notices) == (0, 0, ())
    assert stands(filled.place.store, "figma/figma")
    assert filled.world.row(page)["Coût USD"] == 120
    assert filled.summed(APRIL) == filled.total(APRIL) == D("125.35")


@pytest.mark.parametrize("names", [["Coût USD"], ["Montant natif", "Devise"], ["Sous-compte"]])
@pytest.mark.parametrize("is_seen_without", [True, False])
def test_a_column_that_was_deleted_and_made_anew_takes_no_bill_along(
    filled: Bureau, names: list[str], is_seen_without: bool
) -> None:
    typed = {"Coût_USD": 31, "Service": filled.service("OpenAI")}
    page = filled.typed(**typed, Période="2026-05-03")
    filled.world.edit(page, {"Sous-compte": "proj_a"})
    filled.sync()
    filled.sync()
    before = stands(filled.place.store, ACCOUNT)
    assert filled.world.row(page)["Montant natif"] == 31
    for name in names:
        filled.world.delete_property(filled.access.usages or "", name)
    if is_seen_without:
        filled.sync()
    filled.access = replace(filled.access, on_missing_property="create")
    filled.sync()
    done = filled.sync()
    assert (done.voided, done.entered, done.notices) == (0, 0, ())
    assert stands(filled.place.store, ACCOUNT) == before != {}
    row = filled.world.row(page)
    assert (row["Montant natif"], row["Devise"], row["Sous-compte"]) == (31, "USD", "proj_a")
    assert filled.summed(MAY) == filled.total(MAY)
    assert filled.sync().calls == 4
    filled.world.edit(page, {"Montant natif": None, "Coût USD": None})
    assert filled.sync().voided == 1


def test_a_row_beside_what_the_supplier_bills_keeps_its_amount_and_counts_nothing_twice(
    filled: Bureau,
) -> None:
    filled.sync()
    page = filled.typed(Service=filled.service("OpenAI"), Coût_USD=6)
    done = filled.sync()
    assert (done.entered, done.notices) == (1, ())
    row = filled.world.row(page)
    assert (row["Coût USD"], row["Montant natif"], row["Devise"]) == (None, 6, "USD")
    assert "$6.00 beside charges of $5.35, which count; gap: $0.65" in row["Log Status"]
    assert filled.summed(APRIL) == filled.total(APRIL) == D("5.35")
    assert filled.sync().calls == 4
    filled.world.edit(page, {"Montant natif": 5.5})
    assert filled.sync().entered == 1
    assert "gap: $0.15" in filled.world.row(page)["Log Status"]
    filled.world.edit(page, {"Coût USD": 7})
    assert filled.sync().entered == 1
    row = filled.world.row(page)
    assert (row["Coût USD"], row["Montant natif"]) == (None, 7)
    filled.world.edit(page, {"Montant natif": None})
    assert filled.sync().voided == 1


def test_a_bill_of_the_running_month_counts_day_by_day_as_on_the_page(filled: Bureau) -> None:
    page = filled.typed(Coût_USD=31, Période="2026-05-01")
    filled.sync()
    row = filled.world.row(page)
    assert (row["Coût USD"], row["Montant natif"], row["Devise"]) == (20, 31, "USD")
    assert "it counts day by day" in row["Log Status"]
    assert filled.summed(MAY) == filled.total(MAY) == D("21.5")
    assert filled.sync().calls == 4
    filled.shown = replace(filled.shown, today=date(2026, 6, 2))
    filled.sync()
    row = filled.world.row(page)
    assert (row["Coût USD"], row["Montant natif"]) == (31, 31)
    filled.world.edit(page, {"Coût USD": 62})
    assert filled.sync().entered == 1
    row = filled.world.row(page)
    assert (row["Coût USD"], row["Montant natif"]) == (62, 62)


def test_a_lost_memory_takes_no_amount_for_another(filled: Bureau) -> None:
    filled.typed(Coût_USD=31, Période="2026-05-01")
    filled.sync()
    exported = b"".join(write_dump(filled.place))
    reset(filled.place)
    restore(filled.place, read_dump(exported, "x.json"), "x.json")
    done = filled.sync()
    assert (done.state, done.entered, done.notices) == ("ok", 0, ())


def test_what_is_missing_in_a_typed_row_is_said_with_the_row(filled: Bureau) -> None:
    filled.typed(Service=())
    done = filled.sync()
    assert done.state == "ok"
    assert {str(one.problem) for one in done.notices} == {
        "The row says no supplier",
        "The row says no amount",
    }
    assert {one.row for one in done.notices} == {"Figma, April"}
    assert all(one.url for one in done.notices)
    kept = last_sync(filled.place.store)
    assert kept is not None
    assert kept.notices == done.notices


def test_an_amount_that_cannot_be_read_takes_no_bill_away(filled: Bureau) -> None:
    page = filled.typed(Coût_USD=120)
    filled.sync()
    filled.world.retype_property(filled.access.usages or "", "Coût USD", "rich_text")
    filled.world.edit(page, {"Coût USD": "1,234"})
    done = filled.sync()
    assert done.voided == 0
    (entered,) = stands(filled.place.store, "figma/figma").values()
    assert entered.net == D(120)
    filled.world.delete_property(filled.access.usages or "", "Coût USD")
    assert filled.sync().voided == 0


def test_a_row_that_is_not_as_it_should_be_takes_no_bill_away(
    filled: Bureau,
) -> None:
    page = filled.typed(Coût_USD=120)
    filled.sync()

    dashed = str(UUID(page))

    def effect(request: Request, rest: Next) -> Response:
        answer = json.loads((response := rest(request)).body)
        answer["results"] = [
            {**one, "created_by": None} if one["id"] == dashed else one for one in answer["results"]
        ]
        return replace(response, body=json.dumps(answer).encode())

    filled.server.faults.add(Fault("partial", effect, path="query").repeated(None))
    done = filled.sync()
    assert (done.voided, done.created, len(done.notices)) == (0, 0, 1)
    filled.server.faults.clear()
    again = filled.sync()
    assert (again.calls, again.entered, again.notices) == (4, 0, ())
    assert filled.summed(APRIL) == filled.total(APRIL) == D("125.35")


@pytest.mark.parametrize("is_gone", [True, False])
def test_where_nothing_says_which_rows_are_typed_no_bill_is_voided(
    filled: Bureau, is_gone: bool
) -> None:
    page = filled.typed(Coût_USD=120)
    filled.sync()
    table = filled.access.usages or ""
    if is_gone:
        filled.world.delete_property(table, "Statut Collecte")
    else:
        status = filled.world.data_source(table).properties
        (column,) = (one for one in status.values() if one.name == "Statut Collecte")
        for option in column.options:
            option.name = option.name.replace("Manuel", "Tapé")
    done = filled.sync()
    assert done.voided == 0
    assert "Nothing in Notion says any more which rows are typed" in str(done.notices)
    assert len(stands(filled.place.store, "figma/figma")) == 1
    assert filled.world.row(page)["Coût USD"] == 120


# --- what goes wrong -----------------------------------------------------------------------------


def test_without_a_key_or_databases_it_is_not_configured(filled: Bureau) -> None:
    whole = filled.access
    for lacking, said in (
        (replace(whole, token=None), "NOTION_API_KEY is not set"),
        (replace(whole, usages=None), "The settings name no databases of Notion"),
    ):
        filled.access = lacking
        done = filled.sync()
        assert (done.state, str(done.message)) == ("not_configured", said)
        assert done.remedy is not None
    assert last_sync(filled.place.store) is None


@pytest.mark.parametrize(
    ("token", "said"),
    [("ntn_wrong", "Notion does not accept the token"), ("a b", "The token of Notion is empty")],
)
def test_a_wrong_token_is_a_result_with_its_remedy(filled: Bureau, token: str, said: str) -> None:
    filled.access = replace(filled.access, token=SecretStr(token))
    done = filled.sync()
    assert done.state == "failed"
    assert str(done.message).startswith(said)
    assert done.remedy is not None
    assert token not in repr(done)
    assert last_sync(filled.place.store) == done


def test_databases_that_are_not_shared_are_a_result(filled: Bureau) -> None:
    filled.sync()
    filled.world.unshare(filled.page)
    done = filled.sync()
    assert done.state == "failed"
    assert "does not find" in str(done.message)
    filled.world.share(filled.page)
    assert filled.sync().state == "ok"


def test_no_answer_is_a_result_and_the_next_sync_goes_on(filled: Bureau) -> None:
    filled.server.faults.add(faults.unavailable().repeated(None))
    done = filled.sync()
    assert done.state == "failed"
    assert "gave no answer" in str(done.message)
    assert done.seconds > 1
    filled.server.faults.clear()
    assert (filled.sync().state, len(filled.rows())) == ("ok", 3)


def test_when_time_is_over_it_goes_on_the_next_time(filled: Bureau) -> None:
    filled.server.faults.add(faults.creates(faults.rate_limited(60)).repeated(None))
    done = filled.sync(seconds=30.0)
    assert done.state == "partial"
    assert done.message is not None
    filled.server.faults.clear()
    assert (filled.sync().state, len(filled.rows())) == ("ok", 3)


def test_two_runs_do_not_write_at_once(filled: Bureau) -> None:
    lease = take(
        filled.place.store, f"notion {filled.access.usages}", filled.time(), timedelta(hours=3)
    )
    assert lease is not None
    done = filled.sync()
    assert (done.state, done.calls, filled.rows()) == ("busy", 0, {})
    assert last_sync(filled.place.store) is None
    release(filled.place.store, lease)
    assert filled.sync().state == "ok"
    assert filled.sync().state == "ok"  # a sync gives back what it took


def test_a_table_that_was_replaced_is_looked_for_in_its_database(filled: Bureau) -> None:
    filled.sync()
    kept = filled.access
    other = replace(kept, services="f" * 32)
    filled.access = other
    assert filled.sync().state == "failed"
    filled.access = kept
    assert filled.sync().calls == 4


# --- the ledger elsewhere ------------------------------------------------------------------------


def test_what_a_sync_knows_moves_with_the_ledger(filled: Bureau, tmp_path: Path) -> None:
    filled.typed(Coût_USD=120)
    filled.sync()
    target = open_place(tmp_path / "target")
    reset(target)
    move(filled.place, target)
    done = filled.sync(place=target)
    assert (done.calls, done.entered, done.unchanged) == (4, 0, 4)
    target.store.close()


def test_neither_a_reset_nor_an_import_doubles_a_row(filled: Bureau) -> None:
    filled.typed(Coût_USD=120)
    filled.sync()
    before = {key: row.id for key, row in filled.rows().items()}
    exported = b"".join(write_dump(filled.place))
    assert b"ntn" not in exported
    assert b'"pages"' not in exported
    reset(filled.place)
    assert [name for name in partitions(filled.place.store) if "notion" in name] == []
    restore(filled.place, read_dump(exported, "x.json"), "x.json")
    done = filled.sync()
    assert (done.state, done.created, done.entered, done.notices) == ("ok", 0, 0, ())
    assert {key: row.id for key, row in filled.rows().items()} == before
    assert filled.summed(APRIL) == filled.total(APRIL)


def test_an_empty_ledger_changes_nothing_in_notion_and_takes_typed_rows(filled: Bureau) -> None:
    filled.typed(Coût_USD=120)
    filled.sync()
    before = {key: row.values for key, row in filled.rows().items()}
    reset(filled.place)
    done = filled.sync()
    assert (done.state, done.created, done.entered) == ("ok", 0, 1)
    assert {key: row.values["Coût USD"] for key, row in filled.rows().items()} == {
        key: values["Coût USD"] for key, values in before.items()
    }
    assert costs(["1"], APRIL.first)
