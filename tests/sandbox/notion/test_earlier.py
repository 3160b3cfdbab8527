"""The earlier system's databases are as they are described: doubled rows, formula, roll-ups."""

from collections import Counter
from typing import Any

from tests.sandbox.notion.conftest import Desk
from tests.sandbox.notion.earlier import earlier_system


def test_the_earlier_system_has_as_many_rows_as_asked_for_some_of_them_twice(desk: Desk) -> None:
    earlier = earlier_system(desk.world, rows=120, doubled=15)
    rows = desk.world.pages(earlier.usages)
    assert len(rows) == len(set(earlier.rows)) == 120
    times = Counter((row["Mois"], row["Service"], row["Projet/API Key"]) for row in rows)
    assert Counter(times.values()) == {1: 90, 2: 15}
    for first, second in earlier.twins:
        old, new = desk.world.row(first), desk.world.row(second)
        assert old["Identifiant"] == new["Identifiant"]
        assert old.created < new.created
        assert old["Coût USD"] < new["Coût USD"] or old["Statut Collecte"] != "Succes"


def test_its_rows_are_read_through_the_client_with_their_formula(desk: Desk) -> None:
    earlier = earlier_system(desk.world, rows=3, doubled=1)
    page: Any = desk.client.pages.retrieve(earlier.rows[0])
    cells = page["properties"]
    assert cells["Identifiant"]["title"][0]["plain_text"] == "2025-01 - OpenAI - edugami"
    total = cells["Tokens Input"]["number"] + cells["Tokens Output"]["number"]
    assert cells["Tokens Total"]["formula"] == {"type": "number", "number": total}
    service: Any = desk.client.pages.retrieve(earlier.service_pages["OpenAI"])
    assert service["properties"]["Nb Collectes"]["rollup"]["number"] == 3
    desk.refused(
        "PATCH",
        f"/v1/pages/{earlier.rows[0]}",
        {"properties": {"Tokens Total": {"number": 5}}},
    )
