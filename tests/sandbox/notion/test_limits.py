"""Who may ask the stand-in, how often, for how many blocks; what is shared; trash; moments."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ecot.sandbox.notion import REQUESTS_PER_MINUTE
from ecot.sandbox.notion.identifiers import person
from tests.sandbox.notion.conftest import TOKEN, VERSION, Desk
from tests.sandbox.notion.words import text, title


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({"authorization": "Bearer ntn_of_another"}, 401, "unauthorized"),
        ({"authorization": TOKEN}, 401, "unauthorized"),
        ({"notion-version": "2022-06-28"}, 400, "validation_error"),
    ],
)
def test_the_token_and_the_version_are_looked_at(
    desk: Desk, headers: dict[str, str], status: int, code: str
) -> None:
    response = desk.raw.get("/v1/users/me", headers=headers)
    assert (response.status_code, response.json()["code"]) == (status, code)


def test_a_request_without_a_version_is_refused(desk: Desk) -> None:
    del desk.raw.headers["notion-version"]
    assert desk.refused("GET", "/v1/users/me")["code"] == "missing_version"
    desk.raw.headers["notion-version"] = VERSION
    assert desk.raw.get("/v1/users/me").json()["type"] == "bot"


def test_the_older_version_says_archived_and_the_newer_refuses_it(desk: Desk) -> None:
    page = desk.create(desk.usages, Nom=title("A"))
    assert "archived" not in page
    desk.refused("PATCH", f"/v1/pages/{page['id']}", {"archived": True})
    older = {"notion-version": "2025-09-03"}
    answer = desk.raw.get(f"/v1/pages/{page['id']}", headers=older).json()
    assert answer["archived"] is answer["in_trash"] is False


def test_a_minute_has_so_many_requests(desk: Desk) -> None:
    spent = len(desk.server.requests)
    for _ in range(REQUESTS_PER_MINUTE - spent):
        assert desk.raw.get("/v1/users/me").status_code == 200
    desk.wait(12.5)
    refused = desk.raw.get("/v1/users/me")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "48")
    assert refused.json()["code"] == "rate_limited"
    reason = refused.json()["additional_data"]["rate_limit_reason"]
    assert reason == "public_api_request_rate_limit"
    desk.wait(48)
    assert desk.raw.get("/v1/users/me").status_code == 200


def test_a_workspace_has_so_many_blocks_for_life(desk: Desk) -> None:
    first = desk.create(desk.usages, Nom=title("A"))["id"]
    desk.world.block_limit = desk.world.blocks
    desk.client.pages.update(first, in_trash=True)
    body: Any = {"parent": {"data_source_id": desk.usages}, "properties": {"Nom": title("B")}}
    refused = desk.refused("POST", "/v1/pages", body, 403)
    assert refused["code"] == "restricted_resource"
    assert "block_limit" in refused["additional_data"]
    desk.client.pages.update(first, in_trash=False)
    desk.client.pages.update(first, properties={"Clé": text("k")})
    assert [row["Clé"] for row in desk.world.pages("Usages")] == ["k"]


def test_what_is_not_shared_is_not_found(desk: Desk) -> None:
    row = desk.create(desk.usages, Nom=title("A"))["id"]
    home = desk.world.data_source("Usages").parent_id
    desk.world.unshare(desk.root)
    for path in (f"pages/{row}", f"data_sources/{desk.usages}", f"databases/{home}"):
        refused = desk.refused("GET", f"/v1/{path}", status=404)
        assert refused["code"] == "object_not_found"
        assert "shared with your integration" in refused["message"]
    desk.world.share(desk.root)
    assert desk.client.pages.retrieve(row)


def test_a_relation_to_a_table_that_is_not_shared_is_not_shown(desk: Desk) -> None:
    row = desk.create(desk.usages, Nom=title("A"))["id"]
    desk.world.unshare(desk.services)
    usages: Any = desk.client.data_sources.retrieve(desk.usages)
    assert "Service" not in usages["properties"]
    body: Any = {"properties": {"Service": {"relation": []}}}
    message = desk.refused("PATCH", f"/v1/pages/{row}", body)["message"]
    assert message == "Service is not a property that exists."


def test_an_id_may_lack_its_dashes_and_must_be_of_the_right_kind(desk: Desk) -> None:
    table = desk.raw.get(f"/v1/data_sources/{desk.usages.replace('-', '').upper()}").json()
    assert table["id"] == desk.usages
    message = desk.refused("GET", f"/v1/databases/{desk.root}")["message"]
    assert "is a page, not a database" in message
    desk.refused("GET", "/v1/databases/Usages", status=404)
    assert desk.refused("DELETE", f"/v1/pages/{desk.root}")["code"] == "invalid_request_url"


def test_what_lies_in_the_trash_can_be_read_and_restored_only(desk: Desk) -> None:
    page = desk.create(desk.usages, Nom=title("A"))["id"]
    desk.world.trash(page)
    assert desk.client.pages.retrieve(page)["in_trash"]  # type: ignore[index]
    answer: Any = desk.client.data_sources.query(desk.usages)
    assert answer["results"] == []
    body: Any = {"properties": {"Clé": text("k")}}
    assert desk.refused("PATCH", f"/v1/pages/{page}", body)["message"] == (
        "Can't edit block that is archived. You must unarchive the block before editing."
    )
    restored: Any = desk.client.pages.update(page, in_trash=False)
    assert restored["in_trash"] is False
    assert [row.id for row in desk.world.pages("Usages")] == [page]


def test_a_table_in_the_trash_takes_no_rows(desk: Desk) -> None:
    desk.world.trash(desk.usages)
    table: Any = desk.client.data_sources.retrieve(desk.usages)
    assert table["in_trash"]
    body: Any = {"parent": {"data_source_id": desk.usages}, "properties": {}}
    desk.refused("POST", "/v1/pages", body)
    desk.refused("POST", f"/v1/data_sources/{desk.usages}/query", {})


def test_moments_are_cut_to_the_minute_and_name_who_it_was(desk: Desk) -> None:
    desk.clock.moment = datetime(2026, 11, 21, 10, 31, 59, 900_000, tzinfo=UTC)
    page = desk.create(desk.usages, Nom=title("A"))
    desk.wait(75)
    desk.world.edit(page["id"], {"Coût USD": 12}, by="Paul")
    edited: Any = desk.client.pages.retrieve(page["id"])
    assert edited["created_time"] == "2026-11-21T10:31:00.000Z"
    assert edited["last_edited_time"] == "2026-11-21T10:33:00.000Z"
    assert edited["created_by"]["id"] == desk.client.users.me()["id"]  # type: ignore[index]
    assert edited["last_edited_by"]["id"] == person("Paul") == desk.world.row(page["id"]).edited_by


def test_a_row_in_a_database_with_two_tables_must_name_its_table(desk: Desk) -> None:
    home = desk.world.data_source("Usages").parent_id
    body: Any = {"parent": {"database_id": home}, "properties": {"Nom": title("A")}}
    assert desk.raw.post("/v1/pages", json=body).status_code == 200
    second = desk.world.add_data_source(desk.usages, "Archives")
    database: Any = desk.client.databases.retrieve(str(home))
    assert [each["id"] for each in database["data_sources"]] == [desk.usages, second]
    assert "multiple data sources" in desk.refused("POST", "/v1/pages", body)["message"]


def test_search_finds_what_is_shared(desk: Desk) -> None:
    desk.world.add_page("Usages privés", shared=False)
    answer: Any = desk.client.search(query="usages")
    assert [each["id"] for each in answer["results"]] == [desk.usages]
    answer = desk.client.search(query="coûts", filter={"property": "object", "value": "page"})
    assert [each["id"] for each in answer["results"]] == [desk.root]
