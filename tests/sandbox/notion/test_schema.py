"""Columns of the stand-in: added, renamed, retyped, deleted; options; what is refused."""

from typing import Any
from urllib.parse import unquote

from tests.sandbox.notion.conftest import Desk
from tests.sandbox.notion.words import chosen, relation, text, title


def columns(desk: Desk, table: str) -> Any:
    answer: Any = desk.client.data_sources.retrieve(table)
    return answer["properties"]


def update(desk: Desk, table: str, **properties: Any) -> Any:
    answer: Any = desk.client.data_sources.update(table, properties=properties)
    return answer["properties"]


def refusal(desk: Desk, table: str, **properties: Any) -> str:
    """Why Notion refuses the change; the table is as it was."""
    before = columns(desk, table)
    body = desk.refused("PATCH", f"/v1/data_sources/{table}", {"properties": properties})
    assert columns(desk, table) == before
    return str(body["message"])


def test_a_column_is_renamed_by_its_name_and_by_its_id(desk: Desk) -> None:
    identifier = columns(desk, desk.usages)["Clé"]["id"]
    row = desk.create(desk.usages, Nom=title("A"), Clé=text("openai"))["id"]
    assert update(desk, desk.usages, Clé={"name": "Clef"})["Clef"]["id"] == identifier
    assert update(desk, desk.usages, **{identifier: {"name": "Key"}})["Key"]["id"] == identifier
    bare = unquote(identifier)
    assert update(desk, desk.usages, **{bare: {"name": "Clé"}})["Clé"]["id"] == identifier
    assert desk.world.row(row)["Clé"] == "openai"
    assert "Statut" in refusal(desk, desk.usages, Clé={"name": "Statut"})


def test_a_deleted_column_is_gone_and_comes_back_with_another_id(desk: Desk) -> None:
    identifier = columns(desk, desk.usages)["Clé"]["id"]
    row = desk.create(desk.usages, Nom=title("A"), Clé=text("openai"))["id"]
    assert "Clé" not in update(desk, desk.usages, Clé=None)
    assert refusal(desk, desk.usages, Clé=None) == "Clé is not a property that exists."
    assert update(desk, desk.usages, Clé={"rich_text": {}})["Clé"]["id"] != identifier
    assert desk.world.row(row)["Clé"] == ""
    assert "title" in refusal(desk, desk.usages, Nom=None)


def test_an_option_that_is_left_out_is_removed_from_every_row(desk: Desk) -> None:
    row = desk.create(desk.usages, Nom=title("A"), Statut=chosen("Erreur"))["id"]
    kept = columns(desk, desk.usages)["Statut"]["select"]["options"][:1]
    added = [{"id": kept[0]["id"]}, {"name": "Manuel", "color": "blue"}]  # never both of one
    after = update(desk, desk.usages, Statut={"select": {"options": added}})["Statut"]["select"]
    assert [each["name"] for each in after["options"]] == ["OK", "Manuel"]
    assert after["options"][0] == kept[0]
    assert desk.world.row(row)["Statut"] is None


def test_an_option_keeps_its_colour_and_has_no_comma(desk: Desk) -> None:
    options: Any = [{"name": "OK", "color": "red"}]
    message = refusal(desk, desk.usages, Statut={"select": {"options": options}})
    assert message == "Cannot update color of select with name: OK."
    options = [{"name": "OK"}, {"name": "Oui, mais"}]
    message = refusal(desk, desk.usages, Statut={"select": {"options": options}})
    assert message == "Invalid select option, commas not allowed: Oui, mais"


def test_another_type_keeps_the_id_and_what_can_be_carried_over(desk: Desk) -> None:
    identifier = columns(desk, desk.usages)["Coût USD"]["id"]
    row = desk.create(desk.usages, Nom=title("A"), **{"Coût USD": {"number": 3.5}})["id"]
    models = {"Modèles": {"multi_select": [{"name": "a"}, {"name": "b"}]}}
    desk.client.pages.update(row, properties=models)
    desk.world.retype_property("Usages", "Coût USD", "rich_text")
    desk.world.retype_property("Usages", "Modèles", "rich_text")
    now = columns(desk, desk.usages)["Coût USD"]
    assert (now["id"], now["type"]) == (identifier, "rich_text")
    assert desk.world.row(row)["Coût USD"] == "3.5"
    assert desk.world.row(row)["Modèles"] == "a, b"
    update(desk, desk.usages, **{"Coût USD": {"number": {"format": "dollar"}}})
    assert desk.world.row(row)["Coût USD"] == 3.5


def test_the_other_side_of_a_relation_goes_with_it(desk: Desk) -> None:
    back = "Related to Usages (Service)"
    assert back in columns(desk, desk.services)
    update(desk, desk.usages, Service=None)
    assert back not in columns(desk, desk.services)


def test_a_roll_up_outlives_names_but_not_its_column(desk: Desk) -> None:
    back = columns(desk, desk.usages)["Service"]["relation"]["dual_property"]
    rolled: Any = {
        "relation_property_name": back["synced_property_name"],
        "rollup_property_name": "Coût USD",
        "function": "sum",
    }
    update(desk, desk.services, Total={"rollup": rolled})
    update(desk, desk.services, **{back["synced_property_id"]: {"name": "Usages"}})
    update(desk, desk.usages, **{"Coût USD": {"name": "Cost"}})
    described = columns(desk, desk.services)["Total"]["rollup"]
    assert described["relation_property_name"] == "Usages"
    assert described["rollup_property_name"] == "Cost"
    openai = desk.create(desk.services, Nom=title("OpenAI"))["id"]
    desk.create(desk.usages, Nom=title("A"), Service=relation(openai), Cost={"number": 2.5})
    assert desk.world.row(openai)["Total"] == 2.5
    update(desk, desk.usages, Cost=None)
    assert desk.world.row(openai)["Total"] == {}


def test_roll_ups_compute_what_they_say(desk: Desk) -> None:
    back = "Related to Usages (Service)"
    functions = {
        ("Coût USD", "sum"): 6,
        ("Coût USD", "max"): 4,
        ("Coût USD", "min"): 2,
        ("Coût USD", "average"): 3,
        ("Coût USD", "range"): 2,
        ("Coût USD", "empty"): 1,
        ("Nom", "count"): 3,
        ("Coût USD", "count_values"): 2,
        ("Période", "earliest_date"): "2026-01-01",
        ("Période", "latest_date"): "2026-02-28",
        ("Période", "date_range"): "2026-01-01/2026-02-28",
        ("Nom", "show_original"): ("A", "B", "C"),
    }
    for column, function in functions:
        rolled: Any = {"relation_property_name": back, "rollup_property_name": column}
        update(
            desk,
            desk.services,
            **{f"{column} {function}": {"rollup": {**rolled, "function": function}}},
        )
    openai = desk.create(desk.services, Nom=title("OpenAI"))["id"]
    assert desk.world.row(openai)["Coût USD max"] is None
    for name, cost, period in (
        ("A", 4, "2026-02-01/2026-02-28"),
        ("B", 2, "2026-01-01"),
        ("C", None, None),
    ):
        values = {"Nom": name, "Coût USD": cost, "Période": period, "Service": openai}
        desk.world.add_row("Usages", values)
    row = desk.world.row(openai)
    found = {key: row[" ".join(key)] for key in functions}
    assert found == functions
    assert desk.client.pages.retrieve(openai)


def test_a_bad_change_changes_nothing_at_all(desk: Desk) -> None:
    other = columns(desk, desk.services)
    dual: Any = {"data_source_id": desk.services, "dual_property": {}}
    message = refusal(
        desk, desk.usages, Autre={"relation": dual}, Clé=None, Absente={"name": "Présente"}
    )
    assert message == "Absente is not a property that exists."
    assert columns(desk, desk.services) == other


def test_a_schema_has_a_largest_size(desk: Desk) -> None:
    options: Any = [{"name": f"{number:03d}" + "x" * 90} for number in range(100)]
    wide = {f"C{number}": {"multi_select": {"options": options}} for number in range(4)}
    assert refusal(desk, desk.usages, **wide).endswith("exceeded the maximum size.")


def test_a_database_is_made_whole_or_not_at_all(desk: Desk) -> None:
    before, blocks = columns(desk, desk.services), desk.world.blocks
    dual: Any = {"data_source_id": desk.services, "dual_property": {}}
    bad: Any = {"rollup": {"relation_property_name": "Lien", "rollup_property_name": "Absente"}}
    body: Any = {
        "parent": {"type": "page_id", "page_id": desk.root},
        "initial_data_source": {
            "properties": {"Nom": {"title": {}}, "Lien": {"relation": dual}, "Total": bad}
        },
    }
    message = desk.refused("POST", "/v1/databases", body)["message"]
    assert message == "Absente is not a property that exists."
    assert columns(desk, desk.services) == before
    assert (desk.world.blocks, len(desk.world.databases)) == (blocks, 2)
    del body["initial_data_source"]["properties"]["Nom"]
    assert desk.refused("POST", "/v1/databases", body)["message"] == "Title is not provided"
