"""Prometheus: what a series means, what an entry may say, and what is refused, not guessed."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import SettingsError, UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.model.rows import Charge, Usage
from ecot.providers.contract import Options
from ecot.providers.prometheus import MOST_SERIES, PROMETHEUS, parse, recognise
from ecot.providers.prometheus.entries import Entry, Labels
from ecot.providers.prometheus.options import PrometheusOptions, entries
from ecot.providers.prometheus.sets import SETS
from ecot.providers.suppliers import PROVIDERS
from ecot.sandbox import exact_json
from ecot.settings import Settings, load
from tests.providers.remedies import told

DAY = Period.of_day(date(2026, 11, 5))
END = int(DAY.end.timestamp())
LABELS = Labels(model="model", user="user", sub_account_id="team", parent="api_provider")
COST = Entry(
    name="cost", promql="sum(increase(x[{window}]))", measures="cost", labels=LABELS, parent="aws"
)


def series(value: object = "1.5", **labels: str) -> dict[str, object]:
    return {"metric": labels, "value": [END, value]}


def answer(*result: object, entry: Entry = COST, **more: object) -> Answer:
    whole = {"status": "success", "data": {"resultType": "vector", "result": result}, **more}
    return of_body(exact_json.dumps(whole), entry)


def of_body(body: bytes, entry: Entry = COST) -> Answer:
    day = DAY.start.date()
    return Answer(feed=entry.feed, endpoint="GET /", body=body, day=day, asked=entry.asked())


def row(*result: object, entry: Entry = COST) -> Any:
    ((_, found),) = parse(answer(*(result or (series(),)), entry=entry))
    return found


# What a series means


def test_a_cost_is_a_breakdown_of_who_bills_it() -> None:
    found = row(
        series(model="gpt-5.2", user="anna@x.example", team="studio", api_provider="OpenAI")
    )

    assert found == Charge(
        charge_period=DAY,
        category="ai",
        model="gpt-5.2",
        user="anna@x.example",
        sub_account_id="studio",
        role="breakdown",
        parent="openai",
        currency="USD",
        basis="estimated",
        price_list="what cost of Prometheus measures",
        billed_cost=Decimal("1.5"),
    )


def test_a_quantity_is_a_breakdown_too() -> None:
    tokens = Entry(name="t", promql="x[{window}]", measures="input_tokens", labels=LABELS)

    assert row(series("12.25", model="m"), entry=tokens) == Usage(
        charge_period=DAY,
        category="ai",
        model="m",
        role="breakdown",
        quantities={"input_tokens": Decimal("12.25")},
    )


def test_a_user_stands_nowhere_but_in_user() -> None:
    labels = {"user": "anna@x.example", "user_email": "anna@x.example", "instance": "a:4000"}
    found = row(series(**labels))

    assert found.user == "anna@x.example"
    assert found.tags == {}
    assert str(found).count("anna@x.example") == 1


@pytest.mark.parametrize("absent", ["", "None"])
def test_a_label_without_a_value_names_nothing(absent: str) -> None:
    found = row(series(model=absent, user=absent, api_provider=absent))

    assert (found.model, found.user, found.parent) == (None, None, "aws")


@pytest.mark.parametrize(
    ("written", "parent"),
    [
        ("openai", "openai"),
        ("Anthropic", "anthropic"),
        ("mistral_ai", "mistral"),
        ("aws.bedrock", "aws"),
        ("azure", "microsoft"),  # as the FOCUS files of Azure are kept
        ("azure_ai", "microsoft"),
        ("azure.ai.openai", "microsoft"),
        ("vertex_ai", "google-cloud"),
        ("gcp.gemini", "google-cloud"),
        ("fireworks_ai", "fireworks-ai"),  # so may a [[plan]] and a bill be called, not with _
    ],
)
def test_who_bills_has_the_name_that_the_ledger_knows(written: str, parent: str) -> None:
    assert row(series(api_provider=written)).parent == parent


@given(st.decimals(0, 10**9, allow_nan=False, places=12))
def test_values_are_exact(value: Decimal) -> None:
    assert row(series(format(value, "f"))).billed_cost == value


def test_a_very_small_value_has_an_exponent() -> None:
    assert row(series("1.25e-07")).billed_cost == Decimal("0.000000125")


def test_a_cost_below_zero_is_a_credit() -> None:
    assert row(series("-1")).charge_category == "Credit"


def test_another_currency_and_price_list_are_as_the_entry_says() -> None:
    entry = COST.model_copy(update={"currency": "CHF", "price_list": "ours of 2026-10"})

    found = row(entry=entry)

    assert (found.currency, found.price_list) == ("CHF", "ours of 2026-10")


# What is refused


@pytest.mark.parametrize(
    "value", ["NaN", "+Inf", "-Inf", "Inf", "", "1,5", "a lot", None, True, {}, [], "0x10"]
)
def test_a_value_that_is_no_number_is_refused_and_quotes_no_user(value: object) -> None:
    wrong = series(value, model="gpt-5.2", user="anna@x.example")

    with pytest.raises(UnexpectedAnswer, match=r"^query\.cost: /data/result/0/value/1 ") as caught:
        row(wrong)

    assert "gpt-5.2" in str(caught.value)
    assert "anna" not in str(caught.value)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"metric": {}}, "/data/result/0 has no value"),
        ({"value": [END, "1"]}, "/data/result/0 has no metric"),
        ({"metric": {}, "value": [END]}, "is not a time and a value"),
        ({"metric": {}, "value": "1"}, "is not a list"),
        ({"metric": {}, "histogram": [END, {"sum": "1"}]}, "is a histogram, where one number"),
        (
            {"metric": {"model": 7}, "value": [END, "1"]},
            "/data/result/0/metric/model is not a text",
        ),
        ({"metric": {}, "value": [END + 1, "1"]}, "about another time than was asked for"),
        ({"metric": {}, "value": [END - 86_400, "1"]}, "about another time than was asked for"),
    ],
)
def test_a_series_of_another_form_is_refused(broken: object, said: str) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        row(broken)
    assert said in str(caught.value)


@pytest.mark.parametrize("kind", ["matrix", "scalar", "string", "streams"])
def test_a_result_that_is_no_vector_is_refused(kind: str) -> None:
    whole = {"status": "success", "data": {"resultType": kind, "result": [END, "42"]}}

    with pytest.raises(UnexpectedAnswer, match=f'was expected, vector: "{kind}"'):
        list(parse(of_body(exact_json.dumps(whole))))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{}",
        b"<html>",
        b'{"status":"success"}',
        b'{"status":"success","data":null}',
        b'{"status":"success","data":{"resultType":"vector","result":null}}',
        b'{"status":"error","errorType":"internal","error":"TSDB not ready"}',
    ],
)
def test_an_answer_of_another_shape_is_refused(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(of_body(body)))


def test_an_answer_without_what_was_asked_is_refused() -> None:
    asked = Answer(feed="query.cost", endpoint="", body=answer(series()).body)

    with pytest.raises(UnexpectedAnswer, match="nothing says what day was asked for"):
        list(parse(asked))


def test_a_warning_is_refused_and_a_hint_is_not() -> None:
    hint = 'PromQL info: metric might not be a counter: "x" (1:5)'

    assert len(list(parse(answer(series(), infos=["x"], warnings=[hint])))) == 1
    with pytest.raises(UnexpectedAnswer, match=r"warns that the answer is not whole: \"results"):
        list(parse(answer(series(), warnings=[hint, "results truncated due to limit"])))


def test_a_part_of_an_answer_is_refused() -> None:
    """As a cluster of VictoriaMetrics answers while one of its stores is down."""
    assert len(list(parse(answer(series(), isPartial=False)))) == 1
    with pytest.raises(UnexpectedAnswer, match=r"warns that the answer is not whole: .*isPartial"):
        list(parse(answer(series(), isPartial=True)))


def test_too_many_series_are_refused_with_what_to_do() -> None:
    many = [series(model=str(number)) for number in range(MOST_SERIES + 1)]

    assert len(list(parse(answer(*many[:-1])))) == MOST_SERIES
    with pytest.raises(UnexpectedAnswer) as caught:
        list(parse(answer(*many)))
    assert str(caught.value) == (
        "query.cost: /data/result has more series than 10000, group by fewer labels: 10001"
    )


def test_unknown_fields_change_nothing() -> None:
    assert row({**series(), "surprise": [1]}) == row()
    assert len(list(parse(answer(series(), stats={"timings": {}})))) == 1


def test_no_series_is_no_row() -> None:
    assert list(parse(answer())) == []


# Settings

ACCOUNT = '[[account]]\nprovider = "prometheus"\nbase_url = "https://metrics.x.example"\n'
QUERY = """
[[account.query]]
name = "gateway"
promql = 'sum by (model, team) (increase(gateway_dollars_total{job="a"}[{window}])) > 0'
measures = "cost"
labels = { model = "model", sub_account_id = "team" }
parent = "openai"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def settings(toml: str = "", dotenv: str = "") -> Settings:
    Path("ecot.toml").write_text(toml, encoding="utf-8")
    Path(".env").write_text(dotenv, encoding="utf-8")
    today = date(2026, 11, 8)
    return load(environ={}, providers=PROVIDERS, today=today, dotenv=Path(".env"))


def options(toml: str = "", dotenv: str = "") -> Options:
    (account,) = settings(toml, dotenv).accounts
    return account.options


def test_an_own_entry_is_enough() -> None:
    (entry,) = entries(options(ACCOUNT + QUERY))

    assert entry.feed == "query.gateway"
    assert entry.over_a_day() == (
        'sum by (model, team) (increase(gateway_dollars_total{job="a"}[1d])) > 0'
    )
    assert entry.asked() == {
        "measures": "cost",
        "currency": "USD",
        "price_list": "what gateway of Prometheus measures",
        "parent": "openai",
        "label.model": "model",
        "label.sub_account_id": "team",
    }
    feeds_for = PROMETHEUS.feeds_for
    assert feeds_for is not None
    assert feeds_for(options(ACCOUNT + QUERY)) == ("query.gateway",)


def test_a_ready_made_set_comes_before_own_entries() -> None:
    found = options(ACCOUNT + 'set = ["otel-genai"]\n' + QUERY)

    assert [entry.name for entry in entries(found)] == [
        *("genai-input-tokens", "genai-output-tokens", "genai-requests", "genai-errors"),
        "gateway",
    ]


def test_the_environment_is_enough() -> None:
    text = "PROMETHEUS_URL=https://metrics.x.example\nPROMETHEUS_SET=litellm,openlit\n"
    (account,) = settings(dotenv=f"{text}PROMETHEUS_API_KEY=0123456789abcdef\n").accounts

    assert account.base_url == "https://metrics.x.example"
    assert account.options == PrometheusOptions(set=("litellm", "openlit"))


@pytest.mark.parametrize(
    ("toml", "path", "remedy"),
    [
        ('set = ["lite"]', "account[1].set must be litellm, openlit, otel-genai", "choose one"),
        ('sets = ["litellm"]', "account[1].sets is not a setting", "did you mean set?"),
        ("history_days = 0", "account[1].history_days is not valid", "the provider's page"),
        ('tenant = "a b"', "account[1].tenant does not have the form", "the provider's page"),
        ('username = "a:b"', "account[1].username does not have the form", "the provider's page"),
        (
            QUERY.replace("promql", "promq"),
            "account[1].query[1].promq is not a setting",
            "did you mean promql?",
        ),
        (
            QUERY.replace("model =", "modell ="),
            "account[1].query[1].labels.modell is not a setting",
            "did you mean model?",
        ),
        (
            QUERY.replace("{window}", "1d"),
            "account[1].query[1].promql does not say for which time",
            "such as increase(my_metric_total[{window}])",
        ),
        (
            QUERY.replace("> 0", "> 0" + " " * 4000),
            "account[1].query[1].promql is longer than 4,000 signs",
            "recording rule",
        ),
        (
            QUERY.replace('"cost"', '"money"'),
            "account[1].query[1].measures is nothing that an entry can measure",
            'write "cost", or a quantity',
        ),
        (
            QUERY.replace('"team"', '"the team"'),
            "account[1].query[1].labels.sub_account_id is no name of a label",
            "team_alias",
        ),
        (
            QUERY.replace('"gateway"', '"My Gateway"'),
            "account[1].query[1].name is no name of an entry",
            "small letters",
        ),
        (
            QUERY.replace('"openai"', '"Open AI"'),
            "account[1].query[1].parent is no name of a provider",
            "google-cloud",
        ),
        (QUERY + 'currency = "XBT"', "account[1].query[1].currency is no currency code", "USD"),
        (
            QUERY.replace('"cost"', '"requests"') + 'currency = "USD"',
            "account[1].query[1] measures no cost, and has a currency",
            'measures = "cost"',
        ),
        (QUERY + QUERY, "account[1] has two entries of the same name", "another name"),
        (
            'set = ["litellm"]' + QUERY.replace('"gateway"', '"litellm-cost"'),
            "account[1] has two entries of the same name",
            "another name",
        ),
        (
            "".join(QUERY.replace('"gateway"', f'"g{number}"') for number in range(51)),
            "account[1] has more than 50 entries",
            "more labels",
        ),
        (QUERY.replace("[[account.query]]", "[account.query]"), "account[1].query", ""),
    ],
)
def test_a_wrong_entry_is_named_by_its_path(toml: str, path: str, remedy: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(ACCOUNT + toml)

    error = caught.value
    assert path in str(error)
    assert remedy in error.remedy.format_map(error.values)


def test_the_second_entry_is_the_second() -> None:
    second = QUERY.replace('"gateway"', '"other"').replace("[{window}]", "[1d]")

    with pytest.raises(SettingsError, match=r"account\[1\]\.query\[2\]\.promql does not say"):
        settings(ACCOUNT + QUERY + second)


# The ready-made sets


@pytest.mark.parametrize("name", SETS)
def test_a_ready_made_entry_keeps_every_label_that_it_groups_by(name: str) -> None:
    for entry in SETS[name]:
        by = entry.promql.partition("sum by (")[2].partition(")")[0].split(", ")
        assert by == list(entry.labels.model_dump(exclude_none=True).values())
        assert entry.promql.endswith(" > 0")
        assert "increase(" in entry.promql


def test_the_first_entries_are_what_the_proxy_calls_them() -> None:
    by_name = {entry.name: entry for entry in SETS["litellm"]}

    assert by_name["litellm-cost"].promql == (
        "sum by (model, user, team_alias, api_key_alias, api_provider) "
        "(increase(litellm_spend_metric_total[{window}])) > 0"
    )
    assert by_name["litellm-errors"].promql == (
        "sum by (requested_model, user, team_alias, api_key_alias) "
        "(increase(litellm_proxy_failed_requests_metric_total[{window}])) > 0"
    )
    assert [entry.measures for entry in SETS["otel-genai"]] == [
        *("input_tokens", "output_tokens", "requests", "errors")
    ]


# Keys, and the record


@pytest.mark.parametrize("key", ["sk-proj-abc", "sk-ant-admin01-abc", "sk_0123", "rk_live_1"])
def test_a_key_of_another_supplier_is_recognised_without_asking(key: str) -> None:
    remedy = str(recognise(key))

    assert remedy.startswith("This is a key of another supplier; Prometheus needs the token")
    assert key not in remedy


@pytest.mark.parametrize("key", ["glc_eyJvIjoiMTIzIn0=", "hunter22hunter22", "eyJhbGciOi.e30.x"])
def test_other_keys_are_tried(key: str) -> None:
    assert recognise(key) is None


def test_the_record_is_complete() -> None:
    assert PROMETHEUS.keyless
    assert PROMETHEUS.needs == {"base_url": "PROMETHEUS_URL", "set": "PROMETHEUS_SET"}
    assert set(told(PROMETHEUS)) == {
        *("access_denied", "rate_limited", "unavailable", "unexpected_answer"),
    }
