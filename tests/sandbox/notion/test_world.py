"""People's hands on the stand-in's workspace: what they do shows through the interface."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ecot.sandbox.notion.identifiers import person
from tests.sandbox.notion.conftest import Desk


def properties(desk: Desk, page: str) -> Any:
    answer: Any = desk.client.pages.retrieve(page)
    return answer["properties"]


def test_a_typed_row_is_read_like_any_other(desk: Desk) -> None:
    openai = desk.world.add_row("Services", {"Nom": "OpenAI", "Actif": True})
    values = {
        "Nom": "Facture de Figma",
        "Clé": "x" * 4500,
        "Coût USD": 49,
        "Période": date(2026, 10, 1),
        "Statut": "Manuel",
        "Modèles": ("a", "b"),
        "Service": openai,
    }
    row = desk.world.add_row(
        desk.usages, values, by="Paul", at=datetime(2026, 11, 1, 8, 15, 30, tzinfo=UTC)
    )
    page: Any = desk.client.pages.retrieve(row)
    assert page["created_time"] == "2026-11-01T08:15:00.000Z"
    assert page["created_by"]["id"] == person("Paul")
    cells = page["properties"]
    assert [len(each["plain_text"]) for each in cells["Clé"]["rich_text"]] == [2000, 2000, 500]
    assert cells["Coût USD"]["number"] == 49
    assert cells["Service"]["relation"] == [{"id": openai}]
    seen = desk.world.row(row)
    assert {name: seen[name] for name in values} == {
        **values,
        "Période": "2026-10-01",
        "Service": (openai,),
    }


def test_a_cell_is_emptied_with_none(desk: Desk) -> None:
    full = {"Coût USD": 49, "Période": "2026-10-01/2026-10-31", "Statut": "OK", "Modèles": ("a",)}
    row = desk.world.add_row("Usages", full)
    desk.world.edit(row, dict.fromkeys(full))
    seen = desk.world.row(row)
    assert [seen[name] for name in full] == [None, None, None, ()]


def test_columns_change_under_the_integration(desk: Desk) -> None:
    row = desk.world.add_row("Usages", {"Nom": "A", "Clé": "openai", "Coût USD": 4})
    desk.world.rename_property("Usages", "Clé", "Clef")
    desk.world.delete_property("Usages", "Coût USD")
    desk.world.add_property("Usages", "Remarque", {"rich_text": {}})
    desk.world.edit(row, {"Remarque": "à voir"})
    cells = properties(desk, row)
    assert cells["Clef"]["rich_text"][0]["plain_text"] == "openai"
    assert "Coût USD" not in cells
    assert cells["Remarque"]["rich_text"][0]["plain_text"] == "à voir"
    kinds = desk.world.property_names("Usages")
    assert (kinds["Clef"], kinds["Nom"], kinds["Service"]) == ("rich_text", "title", "relation")
    with pytest.raises(KeyError):
        desk.world.rename_property("Usages", "Clé", "Key")


def test_rows_in_the_trash_are_apart(desk: Desk) -> None:
    kept, thrown = (desk.world.add_row("Usages", {"Nom": name}) for name in "AB")
    desk.world.trash(thrown)
    assert [row.id for row in desk.world.pages("Usages")] == [kept]
    assert [row.id for row in desk.world.pages("Usages", trashed=True)] == [thrown]
    desk.world.restore(thrown)
    assert len(desk.world.pages("Usages")) == 2


def test_a_related_row_in_the_trash_is_not_named(desk: Desk) -> None:
    openai = desk.world.add_row("Services", {"Nom": "OpenAI"})
    row = desk.world.add_row("Usages", {"Nom": "A", "Service": openai})
    desk.world.trash(openai)
    assert properties(desk, row)["Service"]["relation"] == []
    desk.world.restore(openai)
    assert properties(desk, row)["Service"]["relation"] == [{"id": openai}]


def test_the_server_counts_what_was_asked_of_the_stand_in(desk: Desk) -> None:
    before = len(desk.server.requests)
    desk.client.data_sources.query(desk.usages)
    assert [(each.method, each.path) for each in desk.server.requests[before:]] == [
        ("POST", f"/v1/data_sources/{desk.usages}/query")
    ]
