"""OpenAI: what is asked, what the answers mean, and what is refused rather than guessed."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import AccessDenied, ProviderError, RateLimited, UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.money import total
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Charge, Name, Usage
from ecot.providers.openai import OPENAI, check, fetch, parse, recognise, service_and_model
from ecot.providers.openai.usage import METERS
from ecot.sandbox import edits, troubles
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.company import Company, Organisation
from ecot.sandbox.faults import Fault
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.truth import Truth
from ecot.settings import load
from tests.providers.asking import NOW, all_of, http, real, run
from tests.providers.remedies import told

SPECIFICATION = Path(__file__).parents[3] / "shared" / "api" / "openai.openapi.json"
OCTOBER = Period.of_days(date(2026, 10, 1), date(2026, 11, 1))
DAY = Period.of_day(date(2026, 1, 1))
START = 1767225600


def cost(**fields: object) -> dict[str, Any]:
    amount = {"value": Decimal("1.5"), "currency": "usd"}
    return {"object": "organization.costs.result", "amount": amount, **fields}


def page(feed: str, *rows: object, start: object = START, end: object = START + 86400) -> Answer:
    bucket = {"object": "bucket", "start_time": start, "end_time": end, "results": rows}
    body = json.dumps({"object": "page", "data": [bucket], "has_more": False}, default=_literal)
    return Answer(
        feed=feed,
        endpoint="GET /organization",
        body=body.replace('"!', "").replace('!"', "").encode(),
    )


def _literal(number: object) -> str:
    return f"!{number}!"


def charge(**fields: object) -> Charge:
    ((_, row),) = parse(page("costs", cost(**fields)))
    assert isinstance(row, Charge)
    return row


def used(service: str, **fields: object) -> Usage:
    row = {"object": METERS[service].result, **fields}
    ((_, usage),) = parse(page(f"usage.{service}", row))
    assert isinstance(usage, Usage)
    return usage


# What a cost means


def test_a_cost_is_billed_money_of_one_utc_day() -> None:
    row = charge(
        line_item="gpt-5.2-2025-12-11, cached input",
        project_id="proj_abc",
        quantity=Decimal("12.5"),
        quantity_unit="1000_tokens",
    )
    assert row == Charge(
        charge_period=DAY,
        category="ai",
        sub_account_id="proj_abc",
        model="gpt-5.2-2025-12-11",
        charge_description="gpt-5.2-2025-12-11, cached input",
        consumed_quantity=Decimal("12.5"),
        consumed_unit="1000_tokens",
        currency="USD",
        basis="billed",
        billed_cost=Decimal("1.5"),
    )


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=15), st.booleans())
def test_an_amount_is_exact_as_a_number_and_as_a_text(amount: Decimal, as_text: bool) -> None:
    value = format(amount, "f") if as_text else amount
    row = charge(amount={"value": value, "currency": "usd"})

    assert row.billed_cost == amount
    assert row.charge_category == ("Credit" if amount < 0 else "Usage")


def test_a_quantity_that_is_not_stated_is_not_zero() -> None:
    assert charge(quantity=None, quantity_unit=None).consumed_quantity is None
    assert charge(quantity=0, quantity_unit="tokens").consumed_quantity == 0
    assert charge(quantity=3, quantity_unit="quanta").consumed_unit == "quanta"


@pytest.mark.parametrize(
    "amount",
    [
        None,
        {},
        {"currency": "usd"},
        {"value": None, "currency": "usd"},
        {"value": "a lot", "currency": "usd"},
        {"value": True, "currency": "usd"},
        {"value": 1},
        {"value": 1, "currency": "credits"},
        {"value": 1, "currency": ""},
        12,
    ],
)
def test_a_cost_without_money_is_refused_and_never_zero(amount: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^costs: /data/0/results/0"):
        charge(amount=amount, line_item="gpt-4o, input")


@pytest.mark.parametrize(
    ("line_item", "service", "model"),
    [
        ("gpt-5.5-2026-04-23, cached input", None, "gpt-5.5-2026-04-23"),
        ("gpt-image-1", None, "gpt-image-1"),
        ("o3, output", None, "o3"),
        ("ft:gpt-4o-2024-08-06:lumen::Ab3, input", None, "ft:gpt-4o-2024-08-06:lumen::Ab3"),
        ("gpt-audio-mini-2025-12-15 audio, input", None, "gpt-audio-mini-2025-12-15"),
        ("priority | gpt-5.6-sol, output, long context", None, "gpt-5.6-sol"),
        ("web search tool calls | gpt-4o", "web search tool calls", "gpt-4o"),
        ("web search tool calls", "web search tool calls", None),
        ("assistants api | file search", "assistants api | file search", None),
        ("Text tokens", "Text tokens", None),
        ("Embeddings", "Embeddings", None),
        (None, None, None),
    ],
)
def test_a_line_item_names_a_model_or_a_service(
    line_item: str | None, service: str | None, model: str | None
) -> None:
    assert service_and_model(line_item) == (service, model)
    assert charge(line_item=line_item).charge_description == line_item


# What usage means


def test_completions_have_every_split_and_their_tags() -> None:
    row = used(
        "completions",
        input_tokens=1000,
        input_cached_tokens=400,
        output_tokens=0,
        num_model_requests=5,
        project_id="proj_abc",
        user_id="user_abc",
        api_key_id="key_abc",
        model="gpt-5.2",
        batch=False,
        service_tier="flex",
    )
    assert row.quantities == {
        "input_tokens": 1000,
        "input_cached_tokens": 400,
        "output_tokens": 0,
        "requests": 5,
    }
    assert row.tags == {"batch": "false", "service_tier": "flex"}
    assert (row.sub_account_id, row.user, row.api_key_id, row.model, row.service) == (
        *("proj_abc", "user_abc", "key_abc", "gpt-5.2"),
        "completions",
    )


def test_a_row_of_zeros_is_still_a_row() -> None:
    assert used("embeddings", input_tokens=0, num_model_requests=0).quantities == {
        "input_tokens": 0,
        "requests": 0,
    }


def test_requests_of_web_searches_are_not_requests_of_completions() -> None:
    row = used("web_search_calls", num_requests=3, num_model_requests=2, context_level="low")

    assert row.quantities == {"web_search_calls": 3, "web_search_model_requests": 2}
    assert row.tags == {"context_level": "low"}


def test_bytes_kept_for_a_day_are_byte_days() -> None:
    assert used("vector_stores", usage_bytes=2**30).quantities == {"vector_store_byte_days": 2**30}


@pytest.mark.parametrize("service", METERS)
def test_usage_without_any_measure_is_refused(service: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="has none of its measures"):
        used(service, num_coffees=3)


@pytest.mark.parametrize("service", METERS)
def test_a_measure_that_is_no_number_is_refused(service: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="is no amount"):
        used(service, **dict.fromkeys(METERS[service].quantities, "many"))


# What is tolerated, and what is not


def test_unknown_fields_change_nothing() -> None:
    assert charge(carbon_grams=7, quantum={"a": [1]}) == charge()


@pytest.mark.parametrize("feed", OPENAI.feeds)
@pytest.mark.parametrize("kind", ["organization.surprises.result", "", None, 7])
def test_a_row_of_an_unknown_kind_is_refused(feed: str, kind: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="/data/0/results/0"):
        list(parse(page(feed, cost(object=kind, input_tokens=1))))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START, START + 3600),
        (START, START + 2 * 86400),
        (START + 60, START + 86460),
        (START, START),
        (-86400, 0),
        (86400 * 10**9, 86400 * (10**9 + 1)),
        (str(START), START + 86400),
        (None, START),
    ],
)
def test_a_bucket_that_is_not_one_utc_day_is_refused(start: object, end: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="/data/0"):
        list(parse(page("costs", cost(), start=start, end=end)))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b'{"data": null}',
        b'{"data": {}}',
        b'{"data": [{}]}',
        b'{"data": [7]}',
    ],
)
@pytest.mark.parametrize("stream", [*OPENAI.feeds, *OPENAI.directories])
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body)))


def test_days_without_rows_yield_nothing() -> None:
    assert list(parse(page("costs"))) == []


def test_a_place_leads_back_to_the_row() -> None:
    answer = page("costs", cost(line_item="a"), cost(line_item="b"))
    places = [place for place, _ in parse(answer)]

    assert places == ["/data/0/results/0", "/data/0/results/1"]


def test_a_project_without_a_name_has_none() -> None:
    body = b'{"data": [{"object": "organization.project", "id": "proj_abc", "name": null}]}'

    assert list(parse(Answer(feed="projects", endpoint="", body=body))) == []


# Keys


@pytest.mark.parametrize("key", ["sk-proj-abc", "sk-svcacct-abc", "sk-None-abc", "sk-abc"])
def test_a_project_key_is_recognised_without_asking(key: str) -> None:
    remedy = recognise(key)

    assert remedy is not None
    assert remedy.startswith("This is a project key; costs need an admin key: ")
    assert key not in remedy


def test_the_older_names_of_the_variables_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    older = {"OPENAI_API_KEY_EDUGAMI": "sk-proj-abc", "OPENAI_API_KEY": "sk-proj-def"}
    found = load(environ=older, providers=(OPENAI,), today=date(2026, 3, 5))

    assert {one.key: one.secret_name for one in found.accounts} == {
        "openai/edugami": "OPENAI_API_KEY_EDUGAMI",
        "openai/openai": "OPENAI_API_KEY",
    }


def test_other_keys_are_tried_or_named() -> None:
    assert recognise("sk-admin-abc") is None
    assert recognise("abc") is None
    assert "Anthropic" in str(recognise("sk-ant-admin01-abc"))
    assert "another supplier" in str(recognise("sk-or-v1-abc"))
    assert "another supplier" in str(recognise("sk_abc"))


# Against the sandbox


@pytest.fixture(scope="module")
def company() -> Company:
    return atelier_lumen()


@pytest.fixture
def labo(company: Company) -> Organisation:
    return company.organisations[1]


@pytest.fixture
def truth(company: Company) -> Truth:
    return Truth(company, lambda: NOW)


@pytest.fixture
def site(truth: Truth) -> OpenAISite:
    return OpenAISite(truth)


@pytest.fixture
def server(site: OpenAISite) -> Iterator[LoopbackServer]:
    with LoopbackServer(site) as running:
        yield running


Read = Callable[[str], list[Answer]]


@pytest.fixture
def read(server: LoopbackServer, labo: Organisation) -> Read:
    """October of a stream, over a real socket, with the labo's key."""

    def reading(stream: str) -> list[Answer]:
        asked = real(f"{server.url}/v1", secret=labo.admin_keys[0].value)
        return run(asked, all_of(fetch(asked, stream, OCTOBER)))

    return reading


def rows_of(answers: list[Answer]) -> list[AnyRow]:
    parsed = [row for answer in answers for _, row in parse(answer)]
    return [row for row in parsed if not isinstance(row, Name)]


@pytest.mark.parametrize("as_text", [False, True])
def test_a_month_of_costs_is_the_truth_to_the_last_digit(
    read: Read, site: OpenAISite, truth: Truth, labo: Organisation, as_text: bool
) -> None:
    site.amounts_as_strings = as_text
    answers = read("costs")
    costs = [row.billed_cost for row in rows_of(answers) if isinstance(row, Charge)]
    expected = [row.amount for day in OCTOBER.days() for row in truth.costs(labo, day)]

    assert len(answers) == 4
    assert total(cost for cost in costs if cost is not None) == total(expected)


@pytest.mark.parametrize("service", METERS)
def test_a_month_of_usage_is_the_truth(
    server: LoopbackServer, truth: Truth, company: Company, service: str
) -> None:
    found: list[AnyRow] = []
    for organisation in company.organisations:
        asked = real(f"{server.url}/v1", secret=organisation.admin_keys[0].value)
        found += rows_of(run(asked, all_of(fetch(asked, f"usage.{service}", OCTOBER))))
    expected = [
        row
        for organisation in company.organisations
        for day in OCTOBER.days()
        for row in truth.usage(organisation, service, day)
    ]
    assert found
    for theirs, ours in METERS[service].quantities.items():
        measured = (row.quantities[ours] for row in found if isinstance(row, Usage))
        assert total(measured) == sum(row.measures[theirs] for row in expected), ours


def test_names_of_projects_keys_and_people_are_read_archived_ones_too(
    read: Read, server: LoopbackServer, labo: Organisation
) -> None:
    named = {
        (row.dimension, row.id): row.name
        for stream in OPENAI.directories
        for answer in read(stream)
        for _, row in parse(answer)
        if isinstance(row, Name)
    }
    for project in labo.projects:
        assert named["sub_account_id", project.id] == project.name
        for key in project.api_keys:
            assert named["api_key_id", key.id] == key.name
            assert key.user is None or named["user", key.user.id] == key.user.name
    assert named["api_key_id", labo.admin_keys[0].id] == "Ecot"
    assert ("include_archived", "true") in server.requests[0].query


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (edits.repeated_cursor(), UnexpectedAnswer),
        (edits.amount_missing(), UnexpectedAnswer),
        (edits.unknown_row_type(), UnexpectedAnswer),
        (troubles.not_json(), UnexpectedAnswer),
        (troubles.truncated_json(), UnexpectedAnswer),
        (troubles.rate_limited(3600).repeated(None), RateLimited),
    ],
)
def test_a_strange_answer_stops_the_stream(
    read: Read, server: LoopbackServer, fault: Fault, kind: type[ProviderError]
) -> None:
    server.faults.add(fault)

    with pytest.raises(kind):
        rows_of(read("costs"))


@pytest.mark.parametrize(
    "fault",
    [
        troubles.cut_off(),
        troubles.server_error(503),
        troubles.rate_limited(1),
        edits.unknown_field(),
        edits.unknown_value(),
    ],
)
def test_trouble_that_passes_changes_no_figure(
    read: Read, server: LoopbackServer, fault: Fault
) -> None:
    def money() -> list[Decimal | None]:
        return [row.billed_cost for row in rows_of(read("costs")) if isinstance(row, Charge)]

    expected = money()
    server.faults.add(fault)
    assert money() == expected
    assert server.faults.struck


@pytest.mark.parametrize("index", [0, 1])
def test_a_sufficient_key_passes_its_check(
    server: LoopbackServer, labo: Organisation, index: int
) -> None:
    asked = real(f"{server.url}/v1", secret=labo.admin_keys[index].value)

    run(asked, check(asked))
    assert len(server.requests) == 1


@pytest.mark.parametrize("key", ["sk-admin-nobody-Knows-This-0ne", "sk-proj-Someb0dys-Project-Key"])
def test_a_wrong_key_fails_its_check(server: LoopbackServer, key: str) -> None:
    asked = real(f"{server.url}/v1", secret=key)

    with pytest.raises(
        AccessDenied, match=r"openai/lumen: OpenAI refused the key for GET"
    ) as caught:
        run(asked, check(asked))
    assert key[-4:] not in str(caught.value)


def test_a_key_without_the_permission_is_told_which_one(
    server: LoopbackServer, labo: Organisation
) -> None:
    asked = real(f"{server.url}/v1", secret=labo.admin_keys[1].value)

    with pytest.raises(AccessDenied, match=r"Missing scopes: api\.management\.read"):
        run(asked, all_of(fetch(asked, "projects", OCTOBER)))


def test_an_id_with_a_slash_leads_nowhere_else() -> None:
    paths: list[str] = []

    def answering(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.raw_path.decode().split("?")[0])
        entries = [{"id": "../costs?x"}] if request.url.path.endswith("/projects") else []
        return httpx.Response(200, json={"data": entries, "has_more": False})

    asked = http(answering)
    run(asked, all_of(fetch(asked, "api_keys", DAY)))

    assert paths[1] == "/v1/organization/projects/..%2Fcosts%3Fx/api_keys"


# Against the specification


def test_every_request_is_one_that_the_specification_knows() -> None:
    if not SPECIFICATION.exists():
        pytest.skip("OpenAI's specification is not beside this checkout (../shared/api)")
    operations = json.loads(SPECIFICATION.read_bytes())["paths"]
    for request in requests():
        path = request.url.path.removeprefix("/v1").replace("proj_abc", "{project_id}")
        known = {each["name"]: each["schema"] for each in operations[path]["get"]["parameters"]}
        for name, value in request.url.params.multi_items():
            schema = known[name].get("items", known[name])
            assert value in schema.get("enum", [value]), (path, name, value)
            assert schema["type"] != "integer" or value.isdigit()


def requests() -> list[httpx.Request]:
    """Every request that reading every stream makes, two pages each."""
    made: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        made.append(request)
        more = not {"page", "after"} & set(request.url.params)
        entries = [{"id": "proj_abc"}] if request.url.path.endswith("/projects") else []
        following = {"next_page": "page_A", "last_id": "proj_abc"}
        return httpx.Response(200, json={"data": entries, "has_more": more, **following})

    asked = http(answering)

    async def everything() -> None:
        for stream in (*OPENAI.feeds, *OPENAI.directories):
            await all_of(fetch(asked, stream, OCTOBER))

    run(asked, everything())
    return made


def test_the_record_is_complete() -> None:
    assert len(OPENAI.feeds) == 11
    assert OPENAI.lateness == timedelta(days=1)
    assert set(told(OPENAI)) == {
        *("access_denied", "rate_limited", "unavailable", "unexpected_answer"),
    }
