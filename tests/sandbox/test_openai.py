"""The made-up OpenAI pages, groups, filters, lists and refuses as the real one does."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any

import httpx
import pytest

from ecot.sandbox.company import Company, Organisation
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.openai.query import COSTS, USAGE
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.truth import Truth
from tests.sandbox.conftest import Clock
from tests.sandbox.wire import Params, buckets, read, unix, window

START, END = date(2026, 10, 1), date(2026, 11, 21)
THURSDAY, FRIDAY = date(2026, 11, 12), date(2026, 11, 13)
DAYS = [START + timedelta(number) for number in range((END - START).days)]
GROUPINGS = [list(names) for size in range(4) for names in combinations(COSTS.group_by, size)]


@pytest.mark.parametrize("limit", [1, 7, 50, 51, 180])
def test_pages_cover_each_day_once_and_sum_to_the_truth(
    openai: httpx.Client, truth: Truth, labo: Organisation, limit: int
) -> None:
    pages = list(buckets(openai, "/costs", window(START, END, limit=limit)))
    assert [bucket["start_time"] for bucket in pages] == [unix(day) for day in DAYS]
    assert all(bucket["end_time"] - bucket["start_time"] == 86_400 for bucket in pages)
    shown = [sum(row["amount"]["value"] for row in bucket["results"]) for bucket in pages]
    assert shown == [sum(row.amount for row in truth.costs(labo, day)) for day in DAYS]
    assert any(not bucket["results"] for bucket in pages)


def test_default_limit_is_seven_days(openai: httpx.Client, server: LoopbackServer) -> None:
    assert len(read(openai, "/costs", window(START, END))["data"]) == 7
    assert len(list(buckets(openai, "/usage/images", window(START, END)))) == len(DAYS)
    assert len(server.requests) == 1 + 8


@pytest.mark.parametrize("names", GROUPINGS, ids="+".join)
@pytest.mark.parametrize("spelling", ["group_by", "group_by[]"])
def test_costs_grouped_as_asked_equal_the_truth(
    openai: httpx.Client, truth: Truth, labo: Organisation, names: list[str], spelling: str
) -> None:
    expected: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    for row in truth.costs(labo, THURSDAY):
        key = [getattr(row, name) if name in names else None for name in COSTS.group_by]
        expected[tuple(key)] += row.amount
    params: Params = {**window(THURSDAY, FRIDAY), spelling: names}
    rows = read(openai, "/costs", params)["data"][0]["results"]
    shown = {tuple(row[name] for name in COSTS.group_by): row["amount"]["value"] for row in rows}
    assert len(shown) == len(rows)
    assert shown == expected


def test_quantities_only_with_line_item(openai: httpx.Client) -> None:
    def quantities(*names: str) -> set[tuple[bool, str | None]]:
        params = window(THURSDAY, FRIDAY, group_by=list(names))
        rows = read(openai, "/costs", params)["data"][0]["results"]
        return {(row["quantity"] is not None, row["quantity_unit"]) for row in rows}

    assert quantities("project_id") == {(False, None)}
    assert {(True, "tokens"), (True, None), (True, "gibibyte_hours")} <= quantities("line_item")


@pytest.mark.parametrize("kind", USAGE)
def test_usage_of_every_kind_sums_to_the_truth(
    openai: httpx.Client, truth: Truth, kind: str
) -> None:
    feed, used = USAGE[kind], 0
    for organisation in truth.company.organisations:
        headers = {"Authorization": f"Bearer {organisation.admin_keys[0].value}"}
        openai.headers.update(headers)
        params = window(START, END, limit=31, group_by=list(feed.group_by))
        for day, bucket in zip(DAYS, buckets(openai, f"/usage/{kind}", params), strict=True):
            true = [row.measures for row in truth.usage(organisation, kind, day)]
            rows = bucket["results"]
            assert {row["object"] for row in rows} <= {feed.result}
            for name in true[0] if true else ():
                assert sum(row[name] for row in rows) == sum(row[name] for row in true)
            used += len(rows)
    assert used


def test_hours_and_minutes_add_up_to_the_day(openai: httpx.Client) -> None:
    def tokens(width: str, limit: int) -> int:
        params = window(THURSDAY, FRIDAY, bucket_width=width, limit=limit)
        pages = buckets(openai, "/usage/completions", params)
        return sum(row["input_tokens"] for bucket in pages for row in bucket["results"])

    assert tokens("1d", 1) == tokens("1h", 5) == tokens("1m", 1440) > 0


def test_filters_narrow_to_the_named_ones(
    openai: httpx.Client, truth: Truth, labo: Organisation
) -> None:
    project, other = labo.projects[0].id, labo.projects[1].id
    params = window(THURSDAY, FRIDAY, project_ids=[project, other], group_by="project_id")
    rows = read(openai, "/costs", params)["data"][0]["results"]
    assert {row["project_id"] for row in rows} == {project, other}
    models = window(THURSDAY, FRIDAY, models="gpt-5.2-2025-12-11", group_by="model")
    rows = read(openai, "/usage/completions", models)["data"][0]["results"]
    assert [row["model"] for row in rows] == ["gpt-5.2-2025-12-11"]
    halves = [
        sum(
            row["num_model_requests"]
            for row in read(openai, "/usage/completions", window(THURSDAY, FRIDAY, batch=batch))[
                "data"
            ][0]["results"]
        )
        for batch in ("true", "false")
    ]
    true = truth.usage(labo, "completions", THURSDAY)
    assert sum(halves) == sum(row.measures["num_model_requests"] for row in true)


def test_window_without_end_stops_today(openai: httpx.Client) -> None:
    params: Params = {"start_time": unix(date(2026, 11, 19))}
    starts = [bucket["start_time"] for bucket in buckets(openai, "/costs", params)]
    assert starts == [unix(date(2026, 11, day)) for day in (19, 20, 21)]


def test_restatement_and_late_hours_show_on_the_wire(
    openai: httpx.Client, truth: Truth, labo: Organisation, clock: Clock
) -> None:
    def shown() -> Decimal:
        return Decimal(
            read(openai, "/costs", window(THURSDAY, FRIDAY))["data"][0]["results"][0]["amount"][
                "value"
            ]
        )

    settled = shown()
    truth.restate(labo, THURSDAY, factor=Decimal("0.9"))
    assert shown() == settled * Decimal("0.9")
    clock.moment = clock.moment.replace(day=13, hour=4)
    assert shown() < settled * Decimal("0.9")


def test_amounts_as_strings(truth: Truth, labo: Organisation) -> None:
    with LoopbackServer(OpenAISite(truth, amounts_as_strings=True)) as server:
        headers = {"Authorization": f"Bearer {labo.admin_keys[0].value}"}
        with httpx.Client(base_url=f"{server.url}/v1/organization", headers=headers) as client:
            row = read(client, "/costs", window(THURSDAY, FRIDAY))["data"][0]["results"][0]
    true = sum(row.amount for row in truth.costs(labo, THURSDAY))
    assert isinstance(row["amount"]["value"], str)
    assert Decimal(row["amount"]["value"]) == true


def test_archived_projects_are_listed_only_when_asked_for(
    openai: httpx.Client, labo: Organisation
) -> None:
    active = read(openai, "/projects")["data"]
    everything = read(openai, "/projects", {"include_archived": "true"})["data"]
    assert [each["id"] for each in active] == [each.id for each in labo.projects[:2]]
    assert [each["name"] for each in everything] == [each.name for each in labo.projects]
    assert [each["status"] for each in everything] == ["active", "active", "archived"]
    assert everything[2]["archived_at"] == unix(date(2026, 10, 16))


def test_lists_go_on_after_the_last_id(openai: httpx.Client, labo: Organisation) -> None:
    path = f"/projects/{labo.projects[0].id}/api_keys"
    first = read(openai, path, {"limit": 2})
    rest = read(openai, path, {"limit": 2, "after": first["last_id"]})
    assert (first["has_more"], rest["has_more"]) == (True, False)
    ids = [each["id"] for each in first["data"] + rest["data"]]
    assert ids == [key.id for key in labo.projects[0].api_keys]
    assert rest["data"][0]["owner"]["type"] == "service_account"


def test_two_keys_of_one_organisation_show_the_same(
    openai: httpx.Client, labo: Organisation
) -> None:
    answers = []
    for key in labo.admin_keys:
        openai.headers["Authorization"] = f"Bearer {key.value}"
        answers.append(read(openai, "/costs", window(THURSDAY, FRIDAY, group_by="project_id")))
    assert answers[0] == answers[1]


def test_admin_keys_are_masked(openai: httpx.Client, company: Company, labo: Organisation) -> None:
    text = openai.get("/admin_api_keys").text
    assert labo.admin_keys[0].id in text
    assert not any(key.value in text for _, key in company.admin_keys())


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({}, "missing_required_parameter", "start_time"),
        ({"start_time": "yesterday"}, "invalid_type", "start_time"),
        ({"start_time": 1, "limit": 0}, "integer_below_min_value", "limit"),
        ({"start_time": 1, "limit": 181}, "integer_above_max_value", "limit"),
        ({"start_time": 1, "group_by": "model"}, "invalid_value", "group_by"),
        ({"start_time": 1, "group_by": "project_id,line_item"}, "invalid_value", "group_by"),
        ({"start_time": 1, "bucket_width": "1h"}, "invalid_value", "bucket_width"),
        ({"start_time": 1, "end_date": "2026-01-01"}, "unknown_parameter", "end_date"),
        ({"start_time": 9, "end_time": 9}, "invalid_value", "end_time"),
        ({"start_time": 1, "page": "page_zzz"}, "invalid_value", "page"),
    ],
)
def test_bad_requests_are_refused_with_a_true_body(
    openai: httpx.Client, params: Params, code: str, param: str
) -> None:
    response = openai.get("/costs", params=params)
    error = response.json()["error"]
    assert response.status_code == 400
    assert (error["type"], error["code"], error["param"]) == ("invalid_request_error", code, param)


def test_filter_with_an_unknown_value_is_refused(openai: httpx.Client) -> None:
    params = window(THURSDAY, FRIDAY, batch="maybe")
    assert openai.get("/usage/completions", params=params).json()["error"]["param"] == "batch"


def test_usage_allows_at_most_31_days(openai: httpx.Client) -> None:
    params = window(START, END, limit=32)
    assert openai.get("/usage/completions", params=params).status_code == 400


def test_cursor_of_another_question_is_refused(openai: httpx.Client) -> None:
    cursor = read(openai, "/costs", window(START, END))["next_page"]
    other = window(START, END, group_by="project_id", page=cursor)
    assert openai.get("/costs", params=other).status_code == 400


def test_unknown_path_method_and_project(openai: httpx.Client) -> None:
    assert openai.get("/usage/dreams").status_code == 404
    assert openai.get("/projects/proj_x/api_keys").status_code == 404
    assert openai.post("/costs").status_code == 404


def test_many_readers_at_once_read_the_same(openai: httpx.Client) -> None:
    params = window(START, END, limit=20, group_by="line_item")
    with ThreadPoolExecutor(8) as pool:
        readings = list(pool.map(lambda _: list(buckets(openai, "/costs", params)), range(16)))
    assert all(reading == readings[0] for reading in readings)
