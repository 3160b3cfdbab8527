"""Every request that a collection makes is one that Twilio's specification accepts.

Prism gives the samples of the specification, a record of another category over four years whatever
is asked, so a collection refuses it: nothing but what was asked for is an answer. The samples break
their own schema (a price that is a text, addresses without a server), which prism answers with 500:
it is served with the answers' schema mended, and what it says of requests is as published.
"""

import re
from base64 import b64encode
from pathlib import Path

import httpx
import pytest

from ecot.jobs.round import Source
from ecot.providers.twilio import TWILIO
from ecot.providers.twilio.asking import TwilioOptions
from ecot.providers.twilio.records import CATEGORIES
from tests.providers.around import source
from tests.providers.prism import Answered, collected, proven, read_to_the_end, said
from tests.providers.prism_server import mock_at
from tests.specifications import operations_of, specification_file

pytestmark = pytest.mark.tools

SPECIFICATION = "twilio.openapi.json"
SID = "AC" + "a" * 32
RECORDS = f"/2010-04-01/Accounts/{SID}/Usage/Records/Daily.json"
OF_AN_ACCOUNT = "GET /2010-04-01/Accounts/{AccountSid}"
DAILY, BALANCE = f"{OF_AN_ACCOUNT}/Usage/Records/Daily.json", f"{OF_AN_ACCOUNT}/Balance.json"
NOT_READ = {  # sums of other spans of time
    f"{OF_AN_ACCOUNT}/Usage/Records{span}.json"
    for span in (
        *("", "/AllTime", "/Today", "/Yesterday"),
        *("/ThisMonth", "/LastMonth", "/Monthly", "/Yearly"),
    )
}
KEY = {"authorization": f"Basic {b64encode(f'{SID}:test'.encode()).decode()}"}


@pytest.fixture(scope="module")
def prism(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the mock."""
    published = specification_file(SPECIFICATION).read_text(encoding="utf-8")
    mended = re.sub(r'"format": "uri"', '"format": "uri-reference"', published)
    mended = re.sub(r'("price": \{\s*"type": )"number"', r'\1"string"', mended)
    path = tmp_path_factory.mktemp("twilio") / SPECIFICATION
    path.write_text(mended, encoding="utf-8")
    return mock_at(path)


def test_every_operation_is_read_or_known_not_to_be() -> None:
    assert operations_of(SPECIFICATION) == {DAILY, BALANCE} | NOT_READ


@pytest.mark.parametrize(("stream", "operation"), [("usage", DAILY), ("balance", BALANCE)])
def test_a_stream_read_to_its_end_asks_as_specified(
    prism: str, stream: str, operation: str
) -> None:
    answered = Answered({RECORDS: "example=readEmpty"})

    assert not read_to_the_end(_source(prism), stream, answered)

    assert answered.operations(SPECIFICATION) == {operation}
    assert len(answered.requests) == (1 if stream == "balance" else len(CATEGORIES) + 1)


def test_a_collection_asks_nothing_else_and_takes_no_sample_for_figures(
    prism: str, tmp_path: Path
) -> None:
    answered = Answered()

    outcome = collected(_source(prism), answered, tmp_path)

    assert answered.operations(SPECIFICATION) == {DAILY, BALANCE}
    assert (outcome.state, outcome.unread) == ("partial", ("usage",))  # a balance has no days
    assert (outcome.charges, outcome.usages) == (0, 0)
    assert "is of a category that was not asked for" in said(outcome)


def test_the_requests_that_prove_a_key_are_accepted(prism: str) -> None:
    assert len(proven(_source(prism)).requests) == 2


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (RECORDS, {}, 401),
        (f"{RECORDS}?PageSize=1001", KEY, 422),
        (f"{RECORDS}?StartDate=monday", KEY, 422),
        (f"{RECORDS}?IncludeSubaccounts=perhaps", KEY, 422),
        (RECORDS.replace(SID, "me"), KEY, 422),
        (RECORDS.replace("Daily", "Hourly"), KEY, 404),
    ],
)
def test_what_is_wrong_would_have_been_refused(
    prism: str, path: str, headers: dict[str, str], status: int
) -> None:
    assert httpx.get(prism + path, headers=headers).status_code == status


def _source(prism: str) -> Source:
    options = TwilioOptions(account_sid=SID)
    return source(TWILIO, prism, "9f3b1c7d5e2a4806b1d3f5a7c9e0b2d4", options=options)
