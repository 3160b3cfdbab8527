"""What people type in Notion is read, adopted as its key's row, and never written over."""

from decimal import Decimal
from typing import Any

import pytest

from ecot.model.period import Month
from ecot.sinks.notion.rows import Budget, TypedRow
from tests.sinks.notion.office import NOVEMBER, OCTOBER, Office, usage

JUNE = Month(2026, 6)


def type_row(office: Office, **values: Any) -> str:
    """A person types a row; its page's id."""
    typed = {"Nom": "Facture", "Statut Collecte": "Manuel", **values}
    return office.world.add_row(office.ids.usages, typed).replace("-", "")


def only(office: Office) -> TypedRow:
    [row] = office.look().typed
    return row


def test_a_typed_row_is_read_whole_and_of_whatever_month(office: Office) -> None:
    office.sync([usage()])
    supplier = office.services()["OpenAI"].id
    page = type_row(
        office,
        **{
            "Service": supplier,
            "Période": "2026-06-01/2026-06-30",
            "Compte": "edugami",
            "Sous-compte": "proj_1",
            "Montant natif": 20.5,
            "Devise": "EUR",
            "Notes": "papier",
        },
    )

    row = only(office)

    assert (row.page_id, row.title, row.key) == (page, "Facture", None)
    assert (row.provider, row.account, row.sub_account) == ("openai", "edugami", "proj_1")
    assert (row.month, row.cost_usd, row.native) == (JUNE, None, (Decimal("20.5"), "EUR"))
    assert (row.note, row.unread) == ("papier", ())
    assert row.edited_by
    assert row.url


def test_what_a_row_lacks_is_none_and_no_warning(office: Office) -> None:
    type_row(office)
    view = office.look()

    [row] = view.typed
    assert (row.provider, row.account, row.month, row.cost_usd, row.native) == (None,) * 5
    assert view.warnings == ()


def test_what_cannot_be_read_is_said_with_what_stands_there(office: Office) -> None:
    office.world.retype_property(office.ids.usages, "Période", "rich_text")
    type_row(office, **{"Période": "janvier", "Montant natif": 3, "Devise": "écus"})
    view = office.look()

    [row] = view.typed
    assert (row.month, row.native) == (None, None)
    assert row.unread == ("period", "native")
    told = [str(one) for one in view.warnings]
    assert any("Période" in one and "janvier" in one for one in told)
    assert any("no currency" in one and "écus" in one for one in told)


def test_a_service_that_a_person_made_is_its_title_and_budgets_are_read(office: Office) -> None:
    office.sync([usage()])
    figma = office.world.add_row(
        office.ids.services, {"Nom": "Figma Pro", "Budget mensuel USD": 45.5}
    )
    office.world.edit(office.services()["OpenAI"], {"Budget mensuel USD": 0})
    office.world.edit(office.services()["DigitalOcean"], {"Budget mensuel USD": -3})
    type_row(office, **{"Service": figma, "Coût USD": 12})
    view = office.look()

    assert view.typed[0].provider == "figma-pro"
    assert set(view.budgets) == {Budget("figma-pro", Decimal("45.5")), Budget("openai", Decimal(0))}
    assert any("-3" in str(one) for one in view.warnings)


def test_a_typed_row_becomes_its_keys_row_and_keeps_what_was_typed(office: Office) -> None:
    page = type_row(
        office, **{"Coût USD": 25, "Notes": "papier", "Compte": "Edugami", "Période": "2026-11-05"}
    )
    row = usage(None, cost_usd=Decimal(25), origin="entered", status="manual", models=())

    synced = office.sync([row], adopted={page: row.key})

    assert (synced.created, synced.updated) == (0, 1)
    held = office.row(row.key)
    assert held.id.replace("-", "") == page
    assert (held["Nom"], held["Notes"], held["Compte"]) == ("Facture", "papier", "Edugami")
    assert (held["Période"], held["Coût USD"]) == ("2026-11-05", 25)
    assert (held["Statut Collecte"], held["Origine du coût"]) == ("Manuel", "Saisi")
    assert held["Service"] == (office.services()["OpenAI"].id,)
    assert only(office).key == row.key
    for adopted in ({page: row.key}, {}):
        again = office.sync([row], adopted=adopted)
        assert (again.created, again.updated, again.unchanged) == (0, 0, 1)


def test_a_typed_row_takes_the_place_of_one_of_ours(office: Office) -> None:
    unknown = usage(None, cost_usd=None, origin="unknown", status="failed")
    noted = usage("b", cost_usd=None, origin="unknown", status="failed")
    office.sync([unknown, noted])
    ours = office.row(unknown.key).id
    office.world.edit(office.row(noted.key), {"Notes": "à moi"})
    pages = [type_row(office, **{"Coût USD": 25}), type_row(office, **{"Coût USD": 26})]

    rows = [
        usage(None, cost_usd=Decimal(25), origin="entered", status="manual"),
        usage("b", cost_usd=Decimal(26), origin="entered", status="manual"),
    ]
    adopted = dict(zip(pages, [unknown.key, noted.key], strict=True))
    synced = office.sync(rows, adopted=adopted)

    assert (synced.created, synced.trashed) == (0, 1)
    assert office.world.row(ours).in_trash
    assert office.row(unknown.key)["Coût USD"] == 25
    assert any("twice" in str(one) for one in synced.warnings)  # the one with a note stays
    assert len([row for row in office.rows() if row["Clé"] == noted.key]) == 2


def test_another_amount_than_the_ledgers_stays_and_is_said(office: Office) -> None:
    page = type_row(office, **{"Coût USD": 25})
    row = usage(None, cost_usd=Decimal("24.8"), origin="billed")

    synced = office.sync([row], adopted={page: row.key})

    assert office.row(row.key)["Coût USD"] == 25
    assert any("typed another Coût USD" in str(one) for one in synced.warnings)


def test_dollars_follow_the_amount_that_was_typed_in_its_own_currency(office: Office) -> None:
    page = type_row(office, **{"Montant natif": 20, "Devise": "EUR"})
    row = usage(
        None,
        cost_usd=Decimal("21.70"),
        native=(Decimal(20), "EUR"),
        origin="entered",
        status="manual",
    )
    office.sync([row], adopted={page: row.key})
    assert office.row(row.key)["Coût USD"] == 21.7

    office.world.edit(page, {"Montant natif": 30})
    corrected = usage(
        None,
        cost_usd=Decimal("32.55"),
        native=(Decimal(30), "EUR"),
        origin="entered",
        status="manual",
    )
    synced = office.sync([corrected], adopted={page: row.key})

    assert office.row(row.key)["Coût USD"] == 32.55
    assert synced.warnings == ()


def test_typed_dollars_stay_where_nobody_knows_the_rate(office: Office) -> None:
    page = type_row(office, **{"Montant natif": 20, "Devise": "EUR", "Coût USD": 21})
    row = usage(None, cost_usd=None, native=(Decimal(20), "EUR"), origin="entered", status="manual")

    office.sync([row], adopted={page: row.key})
    assert office.row(row.key)["Coût USD"] == 21

    known = usage(
        None,
        cost_usd=Decimal("21.70"),
        native=(Decimal(20), "EUR"),
        origin="entered",
        status="manual",
    )
    assert office.sync([known], adopted={page: row.key}).updated == 1
    assert office.row(row.key)["Coût USD"] == 21.7


def test_typed_dollars_that_give_way_to_the_converted_ones_are_told(office: Office) -> None:
    page = type_row(office, **{"Montant natif": 20, "Devise": "EUR", "Coût USD": 21})
    row = usage(
        None,
        cost_usd=Decimal("21.70"),
        native=(Decimal(20), "EUR"),
        origin="entered",
        status="manual",
    )

    synced = office.sync([row], adopted={page: row.key})

    assert office.row(row.key)["Coût USD"] == 21.7
    assert any("the dollars are those of its own amount" in str(one) for one in synced.warnings)


def test_a_copy_of_a_typed_row_is_another_row(office: Office) -> None:
    page = type_row(office, **{"Coût USD": 25})
    row = usage(None, OCTOBER, cost_usd=Decimal(25), origin="entered", status="manual")
    office.sync([row], adopted={page: row.key})
    office.time.sleep(3600)
    copied = {**office.row(row.key).values, "Période": "2026-11-01", "Coût USD": 27}
    copy = office.world.add_row(office.ids.usages, copied).replace("-", "")

    keys = {one.page_id: one.key for one in office.look().typed}
    assert keys == {page: row.key, copy: None}
    later = usage(None, NOVEMBER, cost_usd=Decimal(27), origin="entered", status="manual")
    synced = office.sync([row, later], adopted={page: row.key, copy: later.key})

    assert (synced.created, synced.trashed, synced.warnings) == (0, 0, ())
    assert office.row(later.key).id.replace("-", "") == copy
    assert office.row(row.key)["Coût USD"] == 25


@pytest.mark.parametrize("how", ["deleted", "option"])
def test_a_table_that_cannot_tell_typed_rows_says_so(office: Office, how: str) -> None:
    page = type_row(office, **{"Coût USD": 25})
    row = usage(None, cost_usd=Decimal(25), origin="entered", status="manual")
    office.sync([row], adopted={page: row.key})
    assert office.look().tells_typed
    table = office.world.data_source(office.ids.usages)
    if how == "deleted":
        office.world.delete_property(office.ids.usages, "Statut Collecte")
    else:
        column = table.named("Statut Collecte")
        assert column is not None
        option = column.option(name="Manuel")
        assert option is not None
        option.name = "Saisi à la main"

    view = office.look()

    assert not view.tells_typed
    assert len(view.typed) == (how == "option")
    office.sync([usage(None, cost_usd=None, origin="unknown", status="failed")])
    if how == "option":
        assert office.row(row.key)["Coût USD"] == 25


@pytest.mark.parametrize("is_settled", [True, False])
def test_amounts_of_a_typed_row_are_written_once_they_are_settled_and_nothing_else_is(
    office: Office, is_settled: bool
) -> None:
    page = type_row(
        office, **{"Coût USD": 31, "Période": "2026-11-03", "Compte": "Edugami", "Notes": "papier"}
    )
    row = usage(
        status="manual", cost_usd=Decimal(20), native=(Decimal(31), "USD"), origin="entered"
    )

    office.sync([row], adopted={page: row.key}, settled=[page] if is_settled else [])

    found = office.row(row.key)
    assert found.id.replace("-", "") == page
    assert found["Coût USD"] == (20 if is_settled else 31)
    assert (found["Montant natif"], found["Devise"]) == (31, "USD")
    kept = ("Nom", "Période", "Compte", "Notes", "Statut Collecte")
    assert [found[name] for name in kept] == [
        "Facture",
        "2026-11-03",
        "Edugami",
        "papier",
        "Manuel",
    ]
