"""What may be written into a cell of the stand-in, what is refused, and what is kept of it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.sandbox.notion import NotionSite
from tests.sandbox.conftest import Clock
from tests.sandbox.notion.conftest import TOKEN, Desk
from tests.sandbox.notion.words import chosen, day, relation, text, title


def rows(desk: Desk) -> str:
    return desk.create(desk.usages, Nom=title("Ligne"))["id"]  # type: ignore[no-any-return]


def refusal(desk: Desk, **properties: Any) -> str:
    """Why Notion refuses these cells; the row is as it was."""
    page = rows(desk)
    before = desk.world.row(page)
    body = desk.refused("PATCH", f"/v1/pages/{page}", {"properties": properties})
    assert body["code"] == "validation_error"
    assert desk.world.row(page) == before
    return str(body["message"])


def test_a_property_must_exist_under_its_name_or_its_id(desk: Desk) -> None:
    assert refusal(desk, Prix={"number": 1}) == "Prix is not a property that exists."
    cell = desk.create(desk.usages, Nom=title("A"))["properties"]["Coût USD"]
    page = desk.create(desk.usages, **{cell["id"]: {"number": 5}, "title": title("B")})
    assert page["properties"]["Coût USD"]["number"] == 5
    assert page["properties"]["Nom"]["title"][0]["plain_text"] == "B"


def test_a_value_must_be_of_the_type_of_its_column(desk: Desk) -> None:
    assert refusal(desk, Clé={"number": 1}) == "Clé is expected to be rich_text."
    typed = {"Coût USD": {"type": "rich_text", "rich_text": []}}
    assert refusal(desk, **typed) == "Coût USD is expected to be number."


def test_one_bad_value_stops_the_whole_write(desk: Desk) -> None:
    message = refusal(desk, **{"Statut": chosen("Nouveau"), "Coût USD": {"number": "3"}})
    assert message == (
        "body failed validation: body.properties.Coût USD.number should be a number, instead was"
        " `3`."
    )
    table: Any = desk.client.data_sources.retrieve(desk.usages)
    names = [each["name"] for each in table["properties"]["Statut"]["select"]["options"]]
    assert names == ["OK", "Erreur"]


@pytest.mark.parametrize(
    ("properties", "path"),
    [
        ({"Clé": text("x" * 2001)}, "Clé.rich_text[0].text.content.length should be ≤ `2000`"),
        ({"Clé": text("🎉" * 1001)}, "Clé.rich_text[0].text.content.length should be ≤ `2000`"),
        (
            {"Clé": {"rich_text": text("x")["rich_text"] * 101}},
            "rich_text.length should be ≤ `100`",
        ),
        ({"Modèles": {"multi_select": [{"name": str(n)} for n in range(101)]}}, "≤ `100`"),
        ({"Service": relation(*["00000000-0000-4000-8000-000000000009"] * 101)}, "≤ `100`"),
        ({"Statut": chosen("x" * 101)}, "Statut.select.name.length should be ≤ `100`"),
    ],
)
def test_sizes_are_limited(desk: Desk, properties: Any, path: str) -> None:
    assert path in refusal(desk, **properties)


def test_web_addresses_and_bodies_are_limited(desk: Desk) -> None:
    body: Any = {"properties": {"URL console": {"url": "https://e.example/" + "x" * 2000}}}
    page = desk.create(desk.services, Nom=title("OpenAI"))["id"]
    assert "≤ `2000`" in desk.refused("PATCH", f"/v1/pages/{page}", body)["message"]
    body = {"properties": {"URL console": {"url": ""}}}
    assert "not empty" in desk.refused("PATCH", f"/v1/pages/{page}", body)["message"]
    link = {"text": {"content": "ici", "link": {"url": "rapport.html"}}}
    body = {"properties": {"Nom": {"title": [link]}}}
    assert desk.refused("PATCH", f"/v1/pages/{page}", body)["message"] == "Invalid URL for link."
    large = {"properties": {"Nom": {"title": [{"text": {"content": "x" * 500_000}}]}}}
    assert "500000" in desk.refused("PATCH", f"/v1/pages/{page}", large)["message"]


def test_a_body_must_be_json(desk: Desk) -> None:
    response = desk.raw.post("/v1/pages", content=b'{"properties": {"Prix": {"number": NaN}}}')
    assert (response.status_code, response.json()["code"]) == (400, "invalid_json")


def test_options_are_made_as_they_are_written_and_may_have_no_comma(desk: Desk) -> None:
    models = {"multi_select": [{"name": "gpt-5"}, {"name": "gpt-5-mini"}, {"name": "gpt-5"}]}
    page = desk.create(desk.usages, Nom=title("A"), Statut=chosen("Manuel"), Modèles=models)
    assert page["properties"]["Statut"]["select"]["name"] == "Manuel"
    again = desk.create(desk.usages, Nom=title("B"), Statut=chosen("Manuel"), Modèles=models)
    assert again["properties"]["Modèles"] == page["properties"]["Modèles"]
    assert desk.world.row(page["id"])["Modèles"] == ("gpt-5", "gpt-5-mini")
    message = "Invalid select option, commas not allowed: Partiel, encore"
    assert refusal(desk, Statut=chosen("Partiel, encore")) == message


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (day("2026-01-01", "2026-01-31"), {"start": "2026-01-01", "end": "2026-01-31"}),
        (day("2026-01-01T08:30:59Z"), {"start": "2026-01-01T08:30:00.000+00:00", "end": None}),
        (
            {"date": {"start": "2026-01-01T08:30:00", "time_zone": "Europe/Paris"}},
            {"start": "2026-01-01T08:30:00.000+01:00", "end": None},
        ),
    ],
)
def test_dates_are_kept_in_one_form(desk: Desk, written: Any, kept: Any) -> None:
    page = desk.create(desk.usages, Nom=title("A"), Période=written)
    assert page["properties"]["Période"]["date"] == {**kept, "time_zone": None}


def test_a_date_that_is_none_is_refused(desk: Desk) -> None:
    assert "Période.date.start" in refusal(desk, Période=day("hier"))
    assert "Période.date.end" in refusal(desk, Période=day("2026-02-01", "2026-01-01"))


def test_null_and_nothing_empty_a_cell(desk: Desk) -> None:
    values: Any = {"Coût USD": {"number": 5}, "Période": day("2026-01-01"), "Statut": chosen("OK")}
    page = desk.create(desk.usages, Nom=title("A"), Clé=text("k"), **values)["id"]
    empty: Any = {
        "Coût USD": {"number": None},
        "Période": {"date": None},
        "Statut": {"select": None},
        "Clé": {"rich_text": [{"text": {"content": ""}}]},
    }
    desk.client.pages.update(page, properties=empty)
    row = desk.world.row(page)
    assert [row[name] for name in empty] == [None, None, None, ""]


def test_what_is_computed_cannot_be_written(desk: Desk) -> None:
    desk.world.add_property("Usages", "Créé", {"created_time": {}})
    assert "Créé" in refusal(desk, Créé={"created_time": "2026-01-01T00:00:00.000Z"})


def test_a_relation_is_kept_on_both_sides(desk: Desk) -> None:
    openai = desk.create(desk.services, Nom=title("OpenAI"))["id"]
    mistral = desk.create(desk.services, Nom=title("Mistral"))["id"]
    row = desk.create(desk.usages, Nom=title("A"), Service=relation(openai))["id"]
    back = "Related to Usages (Service)"
    assert desk.world.row(openai)[back] == (row,)
    desk.client.pages.update(mistral, properties={back: relation(row)})
    assert desk.world.row(row)["Service"] == (openai, mistral)
    desk.client.pages.update(row, properties={"Service": relation(mistral.replace("-", ""))})
    assert desk.world.row(openai)[back] == ()
    assert desk.world.row(mistral)[back] == (row,)


def test_a_relation_leads_only_to_rows_that_are_shared_and_of_its_table(desk: Desk) -> None:
    stranger = desk.world.add_page("Ailleurs", shared=False)
    usage, page = rows(desk), rows(desk)
    for target in (stranger, usage, "00000000-0000-4000-8000-000000000009"):
        body = desk.refused(
            "PATCH", f"/v1/pages/{page}", {"properties": {"Service": relation(target)}}, 404
        )
        assert body["code"] == "object_not_found"
        assert target in body["message"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 3), st.sets(st.integers(0, 3)))))
def test_both_sides_of_a_relation_always_say_the_same(
    writes: list[tuple[bool, int, set[int]]],
) -> None:
    world = NotionSite(Clock(), TOKEN).world
    root = world.add_page()
    left = world.add_database(root, "Gauche", {"Nom": {"title": {}}})
    dual = {"data_source_id": left, "dual_property": {}}
    right = world.add_database(root, "Droite", {"Nom": {"title": {}}, "Lien": {"relation": dual}})
    world.rename_property(left, "Related to Droite (Lien)", "Retour")
    lefts = [world.add_row(left, {}) for _ in range(4)]
    rights = [world.add_row(right, {}) for _ in range(4)]
    for to_right, here, there in writes:
        if to_right:
            world.edit(rights[here], {"Lien": [lefts[each] for each in there]})
        else:
            world.edit(lefts[here], {"Retour": [rights[each] for each in there]})
        one = {(row.id, target) for row in world.pages(right) for target in row["Lien"]}
        other = {(target, row.id) for row in world.pages(left) for target in row["Retour"]}
        assert one == other


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False)))
def test_a_number_is_a_double(number: float) -> None:
    world = NotionSite(Clock(), TOKEN).world
    table = world.add_database(
        world.add_page(), "T", {"Nom": {"title": {}}, "Prix": {"number": {}}}
    )
    row = world.add_row(table, {"Prix": number})
    kept = world.row(row)["Prix"]
    assert kept == float(number)
    assert isinstance(kept, int) is (float(number).is_integer() and abs(number) < 1e21)
