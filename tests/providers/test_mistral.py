"""Mistral: what is asked, what the answers mean, and what is refused rather than guessed."""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import (
    AccessDenied,
    NotOffered,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from ecot.model.answer import Answer, Parsed
from ecot.model.money import times, total
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Balance, Charge, Name, Usage
from ecot.providers.contract import Options
from ecot.providers.http import Http, client
from ecot.providers.mistral import MISTRAL, check, fetch, parse
from ecot.providers.mistral.access import MistralOptions, headers, recognise
from ecot.providers.patience import Budget
from ecot.sandbox import edits, troubles
from ecot.sandbox.faults import Fault
from ecot.sandbox.mistral import ADMIN_KEY, MistralSite
from ecot.sandbox.mistral.truth import WORKSPACES, MistralTruth, Used
from ecot.sandbox.server import LoopbackServer
from tests.providers.asking import CANARY, NOW, Answering, Waiting, all_of, patient, run
from tests.providers.remedies import told

OCTOBER = Month(2026, 10)
DAY = Period.of_day(date(2026, 5, 4))
METRIC = "mistral-large-2512"
WORKSPACE = WORKSPACES[0].id
PRICED_BY = ("event_type", "billing_metric", "billing_group", "api_zone", "service_tier")


def used(**fields: object) -> dict[str, Any]:
    return {
        "usage_type": "api",
        "event_type": "api_tokens",
        "billing_metric": METRIC,
        "billing_display_name": METRIC,
        "billing_group": "input",
        "api_zone": "global",
        "service_tier": "standard",
        "timestamp": "2026-05-04",
        "value": 1000,
        "value_paid": 1000,
    } | fields


def price(value: object = "4.25E-7", **fields: object) -> dict[str, Any]:
    row = used(**fields)
    return {name: row[name] for name in PRICED_BY} | {"price": value}


def month(*rows: object, prices: object = (), **fields: object) -> dict[str, Any]:
    return {
        "completion": {"models": {"a model": {"input": rows}}},
        "vibe_usage": 0,
        "start_date": "2026-05-01T00:00:00Z",
        "end_date": "2026-05-31T23:59:59.999Z",
        "currency": "EUR",
        "prices": prices or [price()],
    } | fields


def answered(whole: object, **workspaces: object) -> Answer:
    parts = [{"workspace_id": None, "usage": whole}]
    parts += [{"workspace_id": name, "usage": usage} for name, usage in workspaces.items()]
    body = json.dumps(parts, default=lambda number: f"!{number}!")
    return Answer(feed="usage", endpoint="", body=body.replace('"!', "").replace('!"', "").encode())


def charges_of(answer: Answer) -> list[Charge]:
    return [row for _, row in parse(answer) if isinstance(row, Charge)]


def charge(row: object, **fields: Any) -> Charge:
    (found,) = charges_of(answered(month(row, **fields)))
    return found


def quantities(**fields: object) -> dict[str, Decimal]:
    rows = [row for _, row in parse(answered(month(used(value_paid=0, **fields))))]
    (found,) = [row for row in rows if isinstance(row, Usage)]
    return dict(found.quantities)


# What a row means


def test_a_cost_is_what_is_paid_times_its_own_price() -> None:
    assert charge(used(value=1500)) == Charge(
        charge_period=DAY,
        category="ai",
        service="completion",
        model=METRIC,
        region_id="global",
        tags={"service_tier": "standard", "usage_type": "api"},
        charge_description=f"{METRIC}, input",
        consumed_unit="tokens",
        pricing_unit="tokens",
        consumed_quantity=Decimal(1500),
        pricing_quantity=Decimal(1000),
        currency="EUR",
        basis="estimated",
        price_list="Mistral's own prices, stated with the usage",
        billed_cost=Decimal("0.000425"),
    )


@given(
    st.decimals(0, 10**9, places=3),
    st.decimals(Decimal("1E-12"), 100, places=12),
    st.booleans(),
)
def test_a_price_is_exact_as_a_number_and_as_a_text(
    paid: Decimal, each: Decimal, as_text: bool
) -> None:
    stated = f"{each:E}" if as_text else each
    row = charge(used(value_paid=str(paid)), prices=[price(stated)])

    assert row.billed_cost == times(paid, each)


def test_what_is_not_paid_costs_nothing_whatever_its_price() -> None:
    row = charge(used(value_paid=0), prices=[price(billing_metric="another")])

    assert (row.basis, row.billed_cost, row.consumed_quantity) == (
        "estimated",
        Decimal(0),
        Decimal(1000),
    )


@pytest.mark.parametrize("name", PRICED_BY)
def test_a_price_of_something_else_is_none_and_the_cost_unknown_never_zero(name: str) -> None:
    row = charge(used(), prices=[price(**{name: "another"})])

    assert (row.basis, row.billed_cost, row.price_list) == ("unknown", None, None)
    assert row.consumed_quantity == 1000


def test_no_prices_at_all_make_every_paid_cost_unknown() -> None:
    document = month(used()) | {"prices": None}

    assert [row.basis for row in charges_of(answered(document))] == ["unknown"]


def test_one_metric_has_a_price_for_each_kind_zone_and_tier() -> None:
    others = {
        "event_type": "api_audio_seconds",
        "billing_group": "output",
        "api_zone": "eu",
        "service_tier": "priority",
    }
    prices = [price(7, **{name: text}) for name, text in others.items()]

    assert charge(used(), prices=[*prices, price(), *prices]).billed_cost == Decimal("0.000425")


def test_an_event_type_that_no_price_names_fits() -> None:
    assert charge(used(), prices=[price(3, event_type=None)]).billed_cost == 3000
    assert charge(used(event_type=None), prices=[price(3)]).billed_cost == 3000
    assert charge(used(), prices=[price(3, event_type=None), price(2)]).billed_cost == 2000


@pytest.mark.parametrize(
    ("row", "prices"),
    [
        (used(), [price(1), price(2)]),
        (used(api_zone=None), [price(1), price(2, api_zone="eu")]),
        (used(event_type=None), [price(1), price(2, event_type="api_audio_seconds")]),
    ],
)
def test_two_prices_for_one_row_are_refused(row: object, prices: list[object]) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"has more than one price: .*mistral-large"):
        charge(row, prices=prices)


def test_the_same_price_twice_is_one() -> None:
    assert charge(used(), prices=[price(1), price("1.0")]).billed_cost == 1000


def test_money_that_comes_back_is_a_credit() -> None:
    row = charge(used(value_paid="-0.5"), prices=[price("0.5")])

    assert (row.billed_cost, row.charge_category) == (Decimal("-0.25"), "Credit")


@pytest.mark.parametrize("code", ["EUR", "usd", "CHF"])
def test_the_currency_is_the_organisations(code: str) -> None:
    assert charge(used(), currency=code).currency == code.upper()


@pytest.mark.parametrize("stated", ["2026-05-04", "2026-05-04T00:00:00Z", "2026-05-04T13:00:00"])
def test_a_row_is_of_its_utc_day(stated: str) -> None:
    assert charge(used(timestamp=stated)).charge_period == DAY


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {"input_tokens": 1000, "input_uncached_tokens": 1000}),
        ({"billing_group": "cached"}, {"input_tokens": 1000, "input_cached_tokens": 1000}),
        ({"billing_group": "output"}, {"output_tokens": 1000}),
        ({"billing_group": "reasoning"}, {"reasoning_tokens": 1000}),
        ({"billing_group": None}, {"tokens": 1000}),
        ({"event_type": "vibe_tokens", "billing_group": "output"}, {"output_tokens": 1000}),
        ({"event_type": "api_pages"}, {"pages": 1000}),
        ({"event_type": "api_audio_seconds"}, {"audio_seconds": 1000}),
        ({"event_type": "api_audio_characters"}, {"characters": 1000}),
        ({"event_type": "api_connectors"}, {"connector_calls": 1000}),
        ({"event_type": "api_libraries_pages"}, {"pages": 1000}),
        ({"event_type": "api_libraries_audio"}, {"audio_seconds": 1000}),
        ({"event_type": "vibe_pages"}, {"pages": 1000}),
        ({"event_type": "vibe_audio_seconds"}, {"audio_seconds": 1000}),
        ({"event_type": "vibe_audio_characters"}, {"characters": 1000}),
        ({"event_type": "vibe_connectors"}, {"connector_calls": 1000}),
        ({"event_type": "api_libraries_tokens", "billing_group": None}, {"tokens": 1000}),
        ({"event_type": "deployment_tokens", "billing_group": "output"}, {"output_tokens": 1000}),
        ({"event_type": "reserved_instance"}, {"reserved_instance": 1000}),
        ({"event_type": "gpu_hour", "value": "1.5"}, {"gpu_hours": Decimal("1.5")}),
        ({"event_type": "api_pages", "billing_group": "output"}, {"output_pages": 1000}),
        ({"event_type": "quanta"}, {"quanta": 1000}),
        ({"event_type": None}, {METRIC: 1000}),
    ],
)
def test_a_quantity_is_called_by_its_unit_and_an_unknown_one_by_its_own_name(
    fields: dict[str, object], expected: dict[str, object]
) -> None:
    assert quantities(**fields) == expected


@pytest.mark.parametrize(
    ("sections", "service"),
    [
        ({"vibe_code": {"ocr": {"models": {"m": {"input": [used()]}}}}}, "vibe_code.ocr"),
        (
            {"libraries_api": {"pages": {"models": {"m": {"input": [used()]}}}}},
            "libraries_api.pages",
        ),
        ({"fine_tuning": {"training": {"m": {"input": [used()]}}}}, "fine_tuning.training"),
        ({"agents": {"models": {"m": {"input": [used()]}}}}, "agents"),
        ({"agents": {"a": {"b": {"c": {"d": [used()]}}}}}, "agents.a.b"),
        ({"agents": [used()]}, "agents"),
    ],
)
def test_a_row_counts_wherever_it_stands_even_in_a_section_that_is_new(
    sections: dict[str, object], service: str
) -> None:
    rows = charges_of(answered(month(**sections)))

    assert [(row.service, row.billed_cost) for row in rows] == [(service, Decimal("0.000425"))]


def test_what_keeping_a_fine_tuned_model_costs_is_unknown_on_every_reading_alike() -> None:
    def kept(number: int) -> list[Charge]:
        storage = {"ft:lumen/one": number, "ft:never": 0}
        return charges_of(answered(month(fine_tuning={"training": {}, "storage": storage})))

    (row,) = kept(2)
    assert (row.basis, row.service, row.model) == ("unknown", "fine_tuning.storage", "ft:lumen/one")
    assert (row.day, row.currency) == (date(2026, 5, 1), "EUR")
    assert kept(3) == [row]
    assert kept(0) == []


def test_a_month_without_anything_has_no_rows_and_needs_no_currency() -> None:
    assert list(parse(answered(month(currency=None) | {"prices": None}))) == []


# What is tolerated, and what is not


def test_unknown_fields_change_nothing() -> None:
    odd: dict[str, Any] = {"carbon_grams": 7, "quantum": {"a": "b"}}
    prices = [price() | odd]

    assert charge(used(**odd), prices=prices, total=12, zone="Paris", new={"n": 5}) == charge(
        used()
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"value_paid": None},
        {"value_paid": "a lot"},
        {"value_paid": True},
        {"value_paid": {"amount": 1}},
        {"value": None},
        {"billing_metric": None},
        {"timestamp": None},
        {"timestamp": "Monday"},
        {"timestamp": 20260504},
        {"timestamp": "2026-05-04T00:00:00+02:00"},
        {"timestamp": "2026-04-30"},
        {"timestamp": "2026-06-01"},
    ],
)
def test_a_row_that_lacks_what_money_needs_is_refused_and_quoted(fields: dict[str, Any]) -> None:
    with pytest.raises(
        UnexpectedAnswer, match=r"^usage: /0/usage/completion/models/a model/input/0"
    ):
        charge(used(**fields))


@pytest.mark.parametrize("currency", [None, "", "credits", 7])
def test_a_currency_that_is_missing_or_none_is_refused(currency: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="currency"):
        charge(used(), currency=currency)


@pytest.mark.parametrize("value", [None, "dear", True, [1]])
def test_a_price_that_is_no_amount_is_refused(value: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="/0/usage/prices/0"):
        charge(used(), prices=[price(value)])


def test_the_legacy_field_that_is_always_zero_is_refused_when_it_is_not() -> None:
    with pytest.raises(UnexpectedAnswer, match="/0/usage/vibe_usage was always 0 and is 3"):
        charge(used(), vibe_usage=3)


@pytest.mark.parametrize("entry", [{"total": 12}, 12, None])
def test_a_list_of_something_else_is_refused_unless_it_is_of_texts(entry: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="/0/usage/invoices/"):
        charge(used(), invoices=[entry])
    assert charge(used(), zones=["eu", "us"]) == charge(used())


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"null", b"[7]", b'[{"usage": null}]', b'[{"usage": []}]', b'[{"usage": {}}]',
     b'[{"usage": {"start_date": "2026-05-01"}}]', b'{"limits": {}}', b'{"items": null}',
     b'{"limits": {"completion": {}}}', b'{"limits": {"currency": "EUR"}}'],
)  # fmt: skip
@pytest.mark.parametrize("stream", MISTRAL.streams)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=NOW.date())))


# Workspaces and what is in none


def sums(answer: Answer) -> dict[str | None, Decimal]:
    found: dict[str | None, Decimal] = defaultdict(Decimal)
    for row in charges_of(answer):
        assert row.billed_cost is not None
        found[row.sub_account_id] += row.billed_cost
    return dict(found)


EURO = [price(1)]


@pytest.mark.parametrize(
    ("whole", "one", "two", "expected"),
    [
        (10, 4, 6, {"one": 4, "two": 6}),
        (10, 4, 5, {"one": 4, "two": 5, None: 1}),
        (10, 7, 5, {"one": 7, "two": 5, None: -2}),
    ],
)
def test_workspaces_and_the_rest_add_up_to_the_organisation(
    whole: int, one: int, two: int, expected: dict[str | None, int]
) -> None:
    def of(paid: int) -> dict[str, Any]:
        return month(used(value=paid, value_paid=paid), prices=EURO)

    assert sums(answered(of(whole), one=of(one), two=of(two))) == expected


def test_two_workspaces_that_both_have_everything_are_refused() -> None:
    all_of_it = month(used())

    with pytest.raises(UnexpectedAnswer, match="every workspace has the usage of the whole org"):
        list(parse(answered(all_of_it, one=all_of_it, two=all_of_it)))
    assert sums(answered(all_of_it, one=all_of_it, two=month())) == {"one": Decimal("0.000425")}
    nothing = month(used(value=0, value_paid=0))
    assert not any(sums(answered(nothing, one=nothing, two=nothing)).values())


def test_what_only_a_workspace_knows_does_not_change_the_total() -> None:
    assert sums(answered(month(), one=month(used(), prices=EURO))) == {"one": 1000, None: -1000}


def test_an_unknown_cost_of_a_workspace_is_unknown_once() -> None:
    unpriced = month(used(), prices=[price(billing_metric="another")])

    rows = charges_of(answered(unpriced, one=unpriced))
    assert [(row.sub_account_id, row.basis) for row in rows] == [("one", "unknown")]


def test_the_rest_leads_back_to_every_row_that_it_comes_of() -> None:
    parsed = list(parse(answered(month(used(value=3, value_paid=3)), one=month(used(value=1)))))
    places = [place for place, row in parsed if _is_rest(row) and isinstance(row, Charge)]

    assert places == [f"/{part}/usage/completion/models/a model/input/0" for part in (0, 1)]


def _is_rest(row: AnyRow | Name) -> bool:
    return not isinstance(row, Name) and row.sub_account_id is None


# The spend limit


def test_the_spend_limit_is_a_balance_of_the_month_in_which_it_was_read() -> None:
    limits = {
        "completion": {"usage": 1, "vibe_usage": 2, "total_usage": "3.00000001", "usage_limit": 90},
        "currency": "eur",
    }
    ((place, row),) = _balances(limits)

    assert (place, row) == (
        "/limits/completion",
        Balance(
            charge_period=Period.of_day(NOW.date()),
            category="ai",
            name="spend limit",
            unit="EUR",
            cycle=Month(2026, 11).period,
            used=Decimal("3.00000001"),
            limit=Decimal(90),
        ),
    )


def test_a_spend_limit_that_nobody_set_is_none_and_not_zero() -> None:
    stated = {"total_usage": 3, "usage_limit": None}
    ((_, row),) = _balances({"completion": stated, "currency": "EUR"})

    assert isinstance(row, Balance)
    assert (row.used, row.limit, row.remaining) == (Decimal(3), None, None)
    assert _balances({"completion": {"total_usage": None}, "currency": "EUR"}) == []

    ((_, row),) = _balances({"completion": {"usage_limit": 5}, "currency": "EUR"})
    assert isinstance(row, Balance)
    assert (row.used, row.limit, row.remaining) == (None, Decimal(5), None)


def _balances(limits: object) -> list[Parsed]:
    body = json.dumps({"limits": limits}).encode()
    return list(parse(Answer(feed="spend_limit", endpoint="", body=body, day=NOW.date())))


# Keys


def test_the_key_is_sent_as_the_account_says() -> None:
    bearer, admin = {"authorization": "Bearer k"}, {"x-api-key": "k"}

    assert headers("k", Options()) == bearer | admin
    assert headers("k", MistralOptions()) == bearer | admin
    assert headers("k", MistralOptions(header="x-api-key")) == admin
    assert headers("k", MistralOptions(header="authorization")) == bearer


def test_another_suppliers_key_is_named_and_mistrals_are_tried() -> None:
    for key in ("sk-admin-abc", "sk-ant-admin01-abc", "sk-proj-abc", "sk-or-v1-abc", "sk_abc"):
        assert str(recognise(key)).startswith("This is a key of another supplier; ")
    assert recognise(ADMIN_KEY) is None


# Against the sandbox


def account(
    answering: Answering | httpx.AsyncBaseTransport,
    url: str = "https://api.mistral.ai",
    *,
    key: str = ADMIN_KEY,
    options: Options | None = None,
    waiting: Waiting | None = None,
) -> Http:
    waiting = waiting or Waiting()
    transport = (
        answering
        if isinstance(answering, httpx.AsyncBaseTransport)
        else httpx.MockTransport(answering)
    )
    return Http(
        client(patient(transport, waiting)),
        base_url=f"{url}/v1/admin",
        headers=headers(key, options or MistralOptions()),
        secrets=(key,),
        provider="Mistral",
        account="mistral/lumen",
        budget=Budget(300.0, waiting.monotonic),
    )


@pytest.fixture
def truth() -> MistralTruth:
    return MistralTruth(lambda: NOW)


@pytest.fixture
def site(truth: MistralTruth) -> MistralSite:
    return MistralSite(truth)


@pytest.fixture
def server(site: MistralSite) -> Iterator[LoopbackServer]:
    with LoopbackServer(site) as running:
        yield running


def read(
    server: LoopbackServer, stream: str = "usage", period: Period = OCTOBER.period, **more: Any
) -> list[AnyRow | Name]:
    asked = account(httpx.AsyncHTTPTransport(), server.url, **more)
    return [
        row for each in run(asked, all_of(fetch(asked, stream, period))) for _, row in parse(each)
    ]


Place = tuple[date, str | None, str, str | None]


def costs(rows: list[AnyRow | Name]) -> dict[Place, Decimal]:
    """By day, workspace, model and zone, without those that come to nothing."""
    found: dict[Place, Decimal] = defaultdict(Decimal)
    for row in rows:
        if isinstance(row, Charge):
            assert row.billed_cost is not None
            found[row.day, row.sub_account_id, str(row.model), row.region_id] += row.billed_cost
    return {place: cost for place, cost in found.items() if cost}


def true_costs(used_things: list[Used]) -> dict[Place, Decimal]:
    found: dict[Place, Decimal] = defaultdict(Decimal)
    for each in used_things:
        workspace = None if each.workspace.deleted else each.workspace.id
        found[each.day, workspace, each.line.metric, each.line.zone] += each.cost
    return {place: cost for place, cost in found.items() if cost}


def october(truth: MistralTruth) -> list[Used]:
    return list(truth.between(OCTOBER.first, OCTOBER.after))


def test_a_month_is_the_truth_to_the_last_digit(
    server: LoopbackServer, truth: MistralTruth
) -> None:
    rows, expected = read(server), october(truth)

    assert costs(rows) == true_costs(expected)
    assert {row.currency for row in rows if isinstance(row, Charge)} == {"EUR"}
    assert any(None in place for place in costs(rows))
    assert total(costs(rows).values()) == total(each.cost for each in expected) > 0


def test_quantities_of_a_month_are_the_truth(server: LoopbackServer, truth: MistralTruth) -> None:
    found: dict[tuple[str | None, str], Decimal] = defaultdict(Decimal)
    for row in read(server):
        if isinstance(row, Usage):
            for name, amount in row.quantities.items():
                found[row.service, name] += amount
    used_things = october(truth)

    def of(section: str, group: str) -> int:
        lines = (each for each in used_things if ".".join(each.line.path).startswith(section))
        return sum(each.value for each in lines if each.line.group == group)

    cached = of("completion.", "cached")
    assert found["completion", "input_cached_tokens"] == cached > 0
    assert found["completion", "input_tokens"] == of("completion.", "input") + cached
    assert found["completion", "output_tokens"] == of("completion.", "output")
    assert found["audio", "audio_seconds"] == of("audio.", "input")
    assert found["audio_characters", "characters"] == of("audio_characters.", "input")
    assert found["ocr", "pages"] == of("ocr.", "input")
    assert found["connectors", "connector_calls"] == of("connectors.", "input")
    assert found["libraries_api.tokens", "input_tokens"] == of("libraries_api.tokens", "input")
    assert found["vibe_code.completion", "output_tokens"] == of("vibe_code", "output")


@pytest.mark.parametrize("size", [1, 2, 25])
@pytest.mark.parametrize("archived_means", ["those too", "only those"])
def test_every_workspace_is_found_archived_ones_too(
    server: LoopbackServer, site: MistralSite, size: int, archived_means: Any
) -> None:
    site.page_size, site.archived_means = size, archived_means
    named = {row.id: row.name for row in read(server, "workspaces") if isinstance(row, Name)}

    assert named == {each.id: each.name for each in WORKSPACES if not each.deleted}


def test_one_call_a_workspace_and_month_and_no_name_of_one_twice(server: LoopbackServer) -> None:
    read(server)
    asked = [dict(each.query) for each in server.requests if each.path.endswith("/usage")]

    assert asked[0] == {"month": "10", "year": "2026"}
    assert [each.get("workspace_id") for each in asked[1:]] == [each.id for each in WORKSPACES[:3]]


def test_the_spend_limit_is_the_months_money(server: LoopbackServer, truth: MistralTruth) -> None:
    (row,) = read(server, "spend_limit", Period.of_day(NOW.date()))
    spent = (each.cost for each in truth.between(date(2026, 11, 1), date(2026, 12, 1)))

    assert isinstance(row, Balance)
    assert (row.used, row.limit, row.unit) == (total(spent), Decimal(500), "EUR")


@pytest.mark.parametrize("header", ["x-api-key", "authorization"])
def test_whichever_header_is_read_the_key_is_in_it(
    server: LoopbackServer, site: MistralSite, header: Any
) -> None:
    site.header = header
    other = "authorization" if header == "x-api-key" else "x-api-key"

    assert read(server)
    assert read(server, options=MistralOptions(header=header))
    with pytest.raises(NotOffered):
        read(server, options=MistralOptions.model_validate({"header": other}))


def test_an_older_address_needs_its_base_url_alone() -> None:
    asked_for: list[str] = []

    def answering(request: httpx.Request) -> httpx.Response:
        asked_for.append(str(request.url.copy_with(query=None)))
        return httpx.Response(200, json=month())

    asked = account(answering)
    asked.base_url = "https://console.mistral.ai/api/admin"
    run(asked, check(asked))

    assert asked_for == ["https://console.mistral.ai/api/admin/usage"]


@pytest.mark.parametrize(("kind", "status"), [("standard", 401), ("no enterprise", 403)])
@pytest.mark.parametrize("stream", ["usage", "spend_limit", "check"])
def test_a_key_or_a_plan_that_is_refused_is_not_offered(
    server: LoopbackServer, site: MistralSite, kind: Any, status: int, stream: str
) -> None:
    site.keys = {CANARY: kind}
    asked = account(httpx.AsyncHTTPTransport(), server.url, key=CANARY)
    work = check(asked) if stream == "check" else all_of(fetch(asked, stream, OCTOBER.period))

    with pytest.raises(NotOffered, match=rf"^mistral/lumen: .*\({status}\)") as caught:
        run(asked, work)
    assert CANARY not in str(caught.value)
    assert caught.value.values.keys().isdisjoint({"remedy"})


def test_a_key_that_cannot_be_sent_is_a_wrong_key_and_not_a_wrong_plan() -> None:
    asked = account(lambda _: httpx.Response(200), key="two words")

    with pytest.raises(AccessDenied, match="holds a space") as caught:
        run(asked, check(asked))
    assert not isinstance(caught.value, NotOffered)
    assert caught.value.remedy


def test_a_key_that_may_read_usage_and_no_workspaces_is_told_so(server: LoopbackServer) -> None:
    server.faults.add(troubles.refused(403, {"detail": "Forbidden"}).on("/workspaces"))

    with pytest.raises(AccessDenied, match="GET /workspaces") as caught:
        read(server)
    assert not isinstance(caught.value, NotOffered)


def test_an_answer_about_another_month_is_refused_and_not_left_out() -> None:
    asked = account(lambda _: httpx.Response(200, json=month(used())))

    with pytest.raises(UnexpectedAnswer, match=r"^mistral/lumen: usage: .* not about 2026-10"):
        run(asked, all_of(fetch(asked, "usage", OCTOBER.period)))


def test_workspaces_that_go_in_circles_end() -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/usage"):
            return httpx.Response(200, json=month())
        return httpx.Response(200, json={"total": 9, "page": 1, "page_size": 1, "items": []})

    asked = account(answering)
    with pytest.raises(UnexpectedAnswer, match="leads back to the page 2"):
        run(asked, all_of(fetch(asked, "usage", Month(2026, 5).period)))


@pytest.mark.parametrize("page", [{"page": 0, "page_size": 25}, {"page": 1, "page_size": 0}])
def test_a_page_that_nothing_can_follow_is_refused(page: dict[str, int]) -> None:
    asked = account(lambda _: httpx.Response(200, json={"total": 3, "items": [], **page}))

    with pytest.raises(UnexpectedAnswer, match="is no page of a list"):
        run(asked, all_of(fetch(asked, "workspaces", DAY)))


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (troubles.not_json(), UnexpectedAnswer),
        (troubles.truncated_json(), UnexpectedAnswer),
        (troubles.refused(422, {"detail": [{"loc": ["query"], "msg": "no"}]}), UnexpectedAnswer),
        (troubles.rate_limited(3600).repeated(None), RateLimited),
        (troubles.server_error(500).repeated(None), Unavailable),
    ],
)
@pytest.mark.parametrize("first", [1, 3])
def test_a_strange_answer_stops_the_stream(
    server: LoopbackServer, fault: Fault, kind: type[ProviderError], first: int
) -> None:
    server.faults.add(fault.on("/usage", first=first))

    with pytest.raises(kind):
        read(server)


@pytest.mark.parametrize(
    "fault",
    [
        troubles.cut_off(),
        troubles.server_error(503),
        troubles.rate_limited(1),
        troubles.rate_limited(None, {"message": "Rate limit exceeded", "code": "1300"}),
        edits.unknown_value("service_tier", "whenever"),
    ],
)
def test_trouble_that_passes_changes_no_figure(server: LoopbackServer, fault: Fault) -> None:
    expected = costs(read(server))
    server.faults.add(fault.on("/usage"))

    assert costs(read(server)) == expected
    assert server.faults.struck


def test_no_secret_is_in_an_answer() -> None:
    def answering(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/usage"):
            return httpx.Response(200, json=month(used(billing_display_name=f"of {CANARY}")))
        return httpx.Response(200, json={"total": 0, "page": 1, "page_size": 25, "items": []})

    asked = account(answering, key=CANARY)
    (answer,) = run(asked, all_of(fetch(asked, "usage", Month(2026, 5).period)))

    assert CANARY.encode() not in answer.body
    assert charges_of(answer)


def test_a_part_of_the_day_is_read_as_it_stands(site: MistralSite, truth: MistralTruth) -> None:
    moment = datetime(2026, 10, 3, 4, tzinfo=UTC)
    truth.now = lambda: moment
    with LoopbackServer(site) as running:
        assert costs(read(running)) == true_costs(october(truth))


def test_the_record_is_complete() -> None:
    assert MISTRAL.streams == ("usage", "spend_limit", "workspaces")
    assert MISTRAL.wider == ("usage",)
    assert set(told(MISTRAL)) == {
        *("access_denied", "not_offered", "rate_limited", "unavailable", "unexpected_answer"),
    }
    for way in ("`ecot bill add`", "[[plan]]", "`ecot import focus`"):
        assert way in MISTRAL.remedies["not_offered"]
