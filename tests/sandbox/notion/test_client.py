"""The real client before the stand-in: databases, rows, relations, roll-ups, queries, the trash."""

from typing import Any

from tests.sandbox.notion.conftest import Desk
from tests.sandbox.notion.words import chosen, day, relation, text, title


def test_the_client_makes_two_related_tables_rows_and_roll_ups(desk: Desk) -> None:
    usages: Any = desk.client.data_sources.retrieve(desk.usages)
    other = usages["properties"]["Service"]["relation"]["dual_property"]
    assert other["synced_property_name"] == "Related to Usages (Service)"
    rolled = {"relation_property_name": "Usages", "rollup_property_name": "Coût USD"}
    desk.client.data_sources.update(
        desk.services, properties={other["synced_property_id"]: {"name": "Usages"}}
    )
    desk.client.data_sources.update(
        desk.services, properties={"Total": {"rollup": {**rolled, "function": "sum"}}}
    )
    openai = desk.create(desk.services, Nom=title("OpenAI"))
    for month, cost in (("2026-01", 3.02), ("2026-02", 4)):
        desk.create(
            desk.usages,
            **{
                "Nom": title(f"OpenAI {month}"),
                "Clé": text(f"openai:edugami:{month}"),
                "Service": relation(openai["id"]),
                "Période": day(f"{month}-01", f"{month}-28"),
                "Coût USD": {"number": cost},
                "Statut": chosen("OK"),
            },
        )
    page: Any = desk.client.pages.retrieve(openai["id"])
    assert page["properties"]["Total"]["rollup"] == {
        "type": "number",
        "number": 7.02,
        "function": "sum",
    }
    [row] = desk.world.pages("Services")
    assert [desk.world.row(each)["Clé"] for each in row["Usages"]] == [
        "openai:edugami:2026-01",
        "openai:edugami:2026-02",
    ]


def test_the_client_pages_through_a_query_and_trashes_a_row(desk: Desk) -> None:
    for number in range(5):
        desk.create(desk.usages, Nom=title(str(number)), **{"Coût USD": {"number": number}})
    desk.site.context.most_per_answer = 2  # Notion may answer with fewer than were asked for
    titles: list[str] = []
    cursor: dict[str, Any] = {}
    while cursor.get("start_cursor", "") is not None:
        answer: Any = desk.client.data_sources.query(
            desk.usages,
            sorts=[{"property": "Coût USD", "direction": "ascending"}],
            page_size=100,
            **cursor,
        )
        titles += [row["properties"]["Nom"]["title"][0]["plain_text"] for row in answer["results"]]
        assert answer["has_more"] is (answer["next_cursor"] is not None)
        cursor = {"start_cursor": answer["next_cursor"]}
    assert titles == ["0", "1", "2", "3", "4"]
    first = desk.world.pages("Usages")[0]
    desk.client.pages.update(first.id, in_trash=True)
    assert len(desk.world.pages("Usages")) == 4
    assert desk.client.pages.retrieve(first.id)["in_trash"] is True  # type: ignore[index]
