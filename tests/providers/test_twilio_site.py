"""The made-up Twilio answers as the specification says, and refuses what Twilio refuses."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import jsonschema
import pytest

from ecot.model.money import total
from ecot.model.period import Period
from ecot.sandbox.twilio.truth import BRANCH, MAIN
from tests.providers.twilio_around import KEY_SID, NOW, TOKEN, Around, a_twilio, expected_costs
from tests.specifications import nullable, specification_file

ROOT = f"/2010-04-01/Accounts/{MAIN.sid}"
DAILY = f"{ROOT}/Usage/Records/Daily.json"
OF_AN_ACCOUNT = "/2010-04-01/Accounts/{AccountSid}"


@pytest.fixture(scope="module")
def around() -> Iterator[Around]:
    with a_twilio() as site:
        yield site


def ask(around: Around, path: str = DAILY, user: str = MAIN.sid, **params: str) -> httpx.Response:
    return httpx.get(around.server.url + path, params=params, auth=(user, TOKEN))


@pytest.fixture(scope="module")
def specification() -> Any:
    return json.loads(specification_file("twilio.openapi.json").read_bytes())


def check(specification: Any, path: str, answer: Any) -> None:
    """Fails where the answer does not fit the schema of the account's path."""
    operation = specification["paths"][OF_AN_ACCOUNT + path]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    whole = {**nullable(schema), "components": nullable(specification["components"])}
    jsonschema.Draft202012Validator(whole).validate(answer)


def test_every_answer_is_as_specified_with_every_field(around: Around, specification: Any) -> None:
    around.site.prices_as_numbers = True
    page = ask(around, StartDate="-2days").json()
    around.site.prices_as_numbers = False

    check(specification, "/Usage/Records/Daily.json", page)
    check(specification, "/Balance.json", ask(around, f"{ROOT}/Balance.json").json())
    schemas = specification["components"]["schemas"]
    described = schemas["api.v2010.account.usage.usage_record.usage_record_daily"]["properties"]
    assert {frozenset(record) for record in page["usage_records"]} == {frozenset(described)}


def test_prices_are_texts_where_the_specification_says_numbers(
    around: Around, specification: Any
) -> None:
    page = ask(around, StartDate="-2days").json()

    with pytest.raises(jsonschema.ValidationError, match="is not of type 'number', 'null'"):
        check(specification, "/Usage/Records/Daily.json", page)


def test_the_sum_of_every_record_would_have_been_a_multiple(around: Around) -> None:
    """What the fixed list is for: each smallest category is inside its parents and the total."""
    listed = ask(around, StartDate="2026-10-01", EndDate="2026-10-01").json()["usage_records"]
    day = Period.of_day(date(2026, 10, 1))

    everything = total(Decimal(record["price"]) for record in listed)
    assert everything > 2 * total(expected_costs(around.truth, day).values())


def test_what_twilio_refuses_is_refused(around: Around) -> None:
    def refused(path: str = DAILY, user: str = MAIN.sid, **params: str) -> tuple[int, int]:
        answer = ask(around, path, user, **params)
        return answer.status_code, answer.json()["code"]

    assert refused(user=KEY_SID) == (401, 20003)
    assert refused(path=DAILY.replace("Daily", "Hourly")) == (404, 20404)
    assert refused(path=f"/2010-04-01/Accounts/{BRANCH.sid}/Balance.json") == (404, 20404)
    assert refused(category="calls") == (400, 20001)
    assert refused(Category="coffee") == (400, 20001)
    assert refused(StartDate="yesterday") == (400, 20001)
    assert refused(PageSize="1001") == (400, 20001)
    assert refused(Page="1") == (400, 20001)


def test_fifty_a_page_and_offsets_from_today(around: Around) -> None:
    first = ask(around, Category="calls").json()
    assert len(first["usage_records"]) == 50
    assert first["next_page_uri"] == f"{DAILY}?Category=calls&PageSize=50&Page=1&PageToken=PAUR1"

    newest, *_, oldest = ask(around, Category="calls", StartDate="-30days").json()["usage_records"]
    assert newest["start_date"] == str(NOW.date())
    assert oldest["start_date"] == str(NOW.date() - timedelta(days=30))
