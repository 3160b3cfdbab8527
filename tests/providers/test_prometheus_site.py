"""The sandbox's Prometheus refuses and answers as a real one was seen to do."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from ecot.model.period import Period
from tests.providers.prometheus_around import NOW, TOKEN, Around, a_prometheus

SUM = "sum by (model) (increase(litellm_requests_metric_total[1d])) > 0"
END = str(int(Period.of_day(NOW.date() - timedelta(1)).end.timestamp()))


@pytest.fixture
def around() -> Iterator[Around]:
    with a_prometheus() as site:
        yield site


def asked(around: Around, token: str = TOKEN, **query: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}"}
    return httpx.get(f"{around.server.url}/api/v1/query", params=query, headers=headers)


def series(around: Around, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asked(around, **query).json()["data"]["result"]
    return found


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"time": END}, 'invalid parameter "query": 1:1: parse error: no expression found'),
        ({"query": "sum by (", "time": END}, 'invalid parameter "query": 1:9: parse error: '),
        ({"query": SUM, "time": "x"}, "Invalid time value for 'time': cannot parse \"x\""),
        ({"query": SUM, "time": END, "limit": "many"}, 'invalid parameter "limit"'),
    ],
)
def test_a_wrong_question_is_bad_data(around: Around, query: dict[str, str], error: str) -> None:
    refused = asked(around, **query)

    assert (refused.status_code, refused.json()["errorType"]) == (400, "bad_data")
    assert error in refused.json()["error"]


def test_values_are_texts_at_the_time_that_was_asked(around: Around) -> None:
    found = series(around, query=SUM, time=END)

    assert len(found) == 4
    assert {each["value"][0] for each in found} == {int(END)}
    assert all(Decimal(each["value"][1]) > 0 for each in found)
    assert all(each["metric"].keys() == {"model"} for each in found)


def test_a_small_value_has_an_exponent_as_go_writes_it(around: Around) -> None:
    around.truth.factors[NOW.date() - timedelta(1)] = Decimal("0.000000001")

    assert any("e-" in each["value"][1] for each in series(around, query=SUM, time=END))


def test_more_series_than_the_limit_are_cut_with_a_warning(around: Around) -> None:
    whole = asked(around, query=SUM, time=END, limit="4").json()
    cut = asked(around, query=SUM, time=END, limit="2").json()

    assert "warnings" not in whole
    assert cut["warnings"] == ["results truncated due to limit"]
    assert cut["data"]["result"] == whole["data"]["result"][:2]


def test_what_is_older_than_it_keeps_is_an_empty_answer(around: Around) -> None:
    old = str(int(Period.of_day(date(2026, 10, 20)).end.timestamp()))

    assert series(around, query=SUM, time=old) == []


def test_a_label_is_copied_from_its_older_name(around: Around) -> None:
    grown = "increase(gen_ai_client_token_usage_sum[1d])"
    copied = f'label_replace({grown}, "gen_ai_provider_name", "$1", "gen_ai_system", "(.+)")'

    found = series(around, query=f"sum by (gen_ai_provider_name) ({copied})", time=END)

    names = {each["metric"]["gen_ai_provider_name"] for each in found}
    assert names == {"openai", "mistral_ai"}


def test_what_stands_in_front_refuses_in_words_of_its_own(around: Around) -> None:
    refused = asked(around, token="x", query=SUM, time=END)
    assert (refused.status_code, refused.headers["content-type"]) == (401, "text/html")

    around.site.tenant = "lumen"
    assert asked(around, query=SUM, time=END).text == "no org id\n"


def test_nothing_else_is_there(around: Around) -> None:
    headers = {"authorization": f"Bearer {TOKEN}"}
    url = around.server.url

    assert httpx.get(f"{url}/query", headers=headers).status_code == 404
    assert httpx.put(f"{url}/api/v1/query", headers=headers).status_code == 405
