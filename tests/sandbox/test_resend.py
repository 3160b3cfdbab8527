"""The made-up Resend asks and answers as the real one is described, and takes a mail once a key."""

import email
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from ecot.sandbox.resend import FULL, SENDING, ResendSite
from ecot.sandbox.resend.refusals import RATE, Words
from ecot.sandbox.server import LoopbackServer
from ecot.sinks.mail.shapes import payload_of
from tests.sandbox.conftest import Clock
from tests.sinks.mail.mailing import MESSAGE
from tests.specifications import specification_file

KEY, ONLY_SENDS = "re_full_canary", "re_sending_canary"
BODY = payload_of(MESSAGE)


@pytest.fixture
def site(clock: Clock, tmp_path: Path) -> ResendSite:
    found = ResendSite(clock, {KEY: FULL, ONLY_SENDS: SENDING}, folder=tmp_path / "mails")
    found.limits.a_second = 1000
    return found


@pytest.fixture
def resend(site: ResendSite) -> Iterator[httpx.Client]:
    with (
        LoopbackServer(site) as server,
        httpx.Client(base_url=server.url, headers={"authorization": f"Bearer {KEY}"}) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def specification() -> Any:
    return json.loads(specification_file("resend.openapi.json").read_bytes())


def check(specification: Any, name: str, value: object) -> None:
    """Whether the value is what the specification's schema of this name describes."""
    schemas = {"components": specification["components"], "$ref": f"#/components/schemas/{name}"}
    jsonschema.Draft202012Validator(schemas).validate(value)


def send(client: httpx.Client, body: Any = None, key: str | None = None) -> httpx.Response:
    headers = {} if key is None else {"idempotency-key": key}
    return client.post("/emails", json=BODY if body is None else body, headers=headers)


def test_what_we_send_and_what_is_answered_is_as_specified(
    specification: Any, resend: httpx.Client, site: ResendSite
) -> None:
    check(specification, "SendEmailRequest", BODY)
    taken = send(resend).raise_for_status().json()
    check(specification, "SendEmailResponse", taken)
    check(specification, "Email", resend.get(f"/emails/{taken['id']}").raise_for_status().json())
    listed = resend.get("/emails", params={"limit": 1}).raise_for_status().json()
    check(specification, "ListEmailsResponse", listed)
    assert [one["id"] for one in listed["data"]] == [site.mails[0].id]
    domains = resend.get("/domains").raise_for_status().json()
    check(specification, "ListDomainsResponse", domains)
    assert [one["name"] for one in domains["data"]] == ["lumen.example"]


OTHER_SENDER = {"from": "a@unknown.example"}
OWN_SENDER = {"from": "onboarding@resend.dev"}


@pytest.mark.parametrize(
    ("changes", "status", "name", "words"),
    [
        ({"from": ""}, 422, "missing_required_field", "`from`"),
        ({"to": []}, 422, "missing_required_field", "`to`"),
        ({"subject": None}, 422, "missing_required_field", "`subject`"),
        ({"html": "", "text": ""}, 422, "missing_required_field", "`html` or `text`"),
        ({"to": [f"{n}@b.example" for n in range(51)]}, 422, "validation_error", "50"),
        ({"to": ["nobody"]}, 422, "validation_error", "Invalid `to` field"),
        ({"to": ["a@example.com"]}, 422, "validation_error", "testing email address"),
        ({"to": ["a@test.com"]}, 422, "validation_error", "testing email address"),
        ({"from": "Écot"}, 422, "invalid_from_address", "Invalid `from` field"),
        (OTHER_SENDER, 403, "validation_error", "The unknown.example domain is not verified"),
        (
            {**OWN_SENDER, "to": ["a@elsewhere.example"]},
            *(403, "validation_error", "your own email address (camille@lumen.example)"),
        ),
        ({"tags": [{"name": "mois", "value": "août"}]}, 422, "validation_error", "ASCII"),
        (
            {"attachments": [{"filename": "a", "content": [1, 2]}]},
            *(422, "invalid_attachment", "attachments"),
        ),
        (
            {"attachments": [{"filename": "a", "content": "?"}]},
            *(422, "invalid_attachment", "attachments"),
        ),
        ({"html": '<img src="cid:gone">'}, 422, "invalid_attachment", "gone"),
    ],
)
def test_a_mail_that_lacks_something_is_refused(
    specification: Any,
    resend: httpx.Client,
    site: ResendSite,
    changes: dict[str, Any],
    status: int,
    name: str,
    words: str,
) -> None:
    answer = send(resend, {**BODY, **changes})
    check(specification, "ErrorResponse", answer.json())
    assert (answer.status_code, answer.json()["statusCode"]) == (status, status)
    assert answer.json()["name"] == name
    assert words in answer.json()["message"]
    assert site.mails == []


def test_resends_own_sender_reaches_oneself_and_its_test_addresses(
    resend: httpx.Client, site: ResendSite
) -> None:
    for to in ("camille@lumen.example", "delivered@resend.dev", "bounced+x@resend.dev"):
        assert send(resend, {**BODY, **OWN_SENDER, "to": to}).status_code == 200
    assert len(site.mails) == 3


@pytest.mark.parametrize(
    ("header", "status", "name"),
    [
        ("", 401, "missing_api_key"),
        ("Basic abc", 401, "missing_api_key"),
        ("Bearer re_other", 403, "invalid_api_key"),
    ],
)
def test_a_key_is_needed(
    specification: Any, resend: httpx.Client, header: str, status: int, name: str
) -> None:
    answer = resend.post("/emails", json=BODY, headers={"authorization": header})
    check(specification, "ErrorResponse", answer.json())
    assert (answer.status_code, answer.json()["name"]) == (status, name)


def test_a_key_that_only_sends_reads_nothing(resend: httpx.Client, site: ResendSite) -> None:
    headers = {"authorization": f"Bearer {ONLY_SENDS}"}
    mail = resend.post("/emails", json=BODY, headers=headers).raise_for_status().json()["id"]
    for path in ("/emails", f"/emails/{mail}", "/domains"):
        answer = resend.get(path, headers=headers)
        assert (answer.status_code, answer.json()["name"]) == (401, "restricted_api_key")
    assert len(site.mails) == 1


def test_a_key_is_kept_for_a_day_and_holds_one_mail(
    resend: httpx.Client, site: ResendSite, clock: Clock
) -> None:
    first = send(resend, key="a").json()
    assert send(resend, key="a").json() == first
    other = send(resend, {**BODY, "text": "other"}, key="a")
    assert (other.status_code, other.json()["name"]) == (409, "invalid_idempotent_request")
    assert len(site.mails) == 1
    clock.moment += timedelta(hours=24)
    assert send(resend, {**BODY, "text": "other"}, key="a").json() != first
    assert send(resend).status_code == send(resend).status_code == 200
    assert len(site.mails) == 4


def test_a_key_whose_first_request_is_not_finished_waits(
    resend: httpx.Client, site: ResendSite
) -> None:
    body = resend.build_request("POST", "/emails", json=BODY).content
    site.begin("a", body)
    answer = send(resend, key="a")
    assert (answer.status_code, answer.json()["name"]) == (409, "concurrent_idempotent_requests")
    assert site.mails == []


def test_a_refused_mail_leaves_its_key_free(resend: httpx.Client, site: ResendSite) -> None:
    assert send(resend, {**BODY, **OTHER_SENDER}, key="a").status_code == 403
    assert send(resend, key="a").status_code == 200
    assert len(site.mails) == 1


@pytest.mark.parametrize("key", ["", "x" * 257])
def test_a_key_has_1_to_256_letters(resend: httpx.Client, key: str) -> None:
    answer = send(resend, key=key)
    assert (answer.status_code, answer.json()["name"]) == (400, "invalid_idempotency_key")
    assert send(resend, key="x" * 256).status_code == 200


def test_the_rate_is_limited_and_said(resend: httpx.Client, site: ResendSite, clock: Clock) -> None:
    site.limits.a_second = 2
    left = [resend.get("/domains").headers["ratelimit-remaining"] for _ in range(2)]
    answer = resend.get("/domains")
    assert left == ["1", "0"]
    assert (answer.status_code, answer.json()["name"]) == (429, RATE[1])
    assert answer.headers["retry-after"] == "1"
    clock.moment += timedelta(seconds=1)
    assert resend.get("/domains").status_code == 200


@pytest.mark.parametrize(
    ("limit", "name", "later"),
    [
        ("a_day", "daily_quota_exceeded", timedelta(days=1)),
        ("a_month", "monthly_quota_exceeded", timedelta(days=31)),
    ],
)
def test_quotas_are_of_a_day_and_of_a_month(
    resend: httpx.Client, site: ResendSite, clock: Clock, limit: str, name: str, later: timedelta
) -> None:
    setattr(site.limits, limit, 1)
    assert send(resend, key="a").status_code == 200
    answer = send(resend, key="b")
    assert (answer.status_code, answer.json()["name"]) == (429, name)
    assert send(resend, key="a").status_code == 200  # a repetition costs nothing
    clock.moment += later
    assert send(resend, key="b").status_code == 200


def test_each_recipient_counts_towards_a_quota(resend: httpx.Client, site: ResendSite) -> None:
    site.limits.a_day = 2
    three = {**BODY, "to": ["a@b.example", "c@b.example", "d@b.example"]}
    assert send(resend, three).json()["name"] == "daily_quota_exceeded"
    assert send(resend, {**BODY, "to": three["to"][:2]}).status_code == 200
    assert send(resend).json()["name"] == "daily_quota_exceeded"
    assert len(site.mails) == 1


def test_pages_of_the_list_are_the_last_first_and_lack_none(
    resend: httpx.Client, site: ResendSite
) -> None:
    ids = [send(resend).json()["id"] for _ in range(7)]
    found: list[str] = []
    params: dict[str, str | int] = {"limit": 3}
    while True:
        page = resend.get("/emails", params=params).json()
        found += [one["id"] for one in page["data"]]
        if not page["has_more"]:
            break
        params["after"] = found[-1]
    assert found == ids[::-1]
    assert len(site.mails) == 7
    assert resend.get("/emails", params={"limit": 101}).status_code == 422
    assert resend.get("/emails", params={"after": "none"}).status_code == 422


def test_each_mail_is_a_file_that_a_mail_program_reads(
    resend: httpx.Client, site: ResendSite
) -> None:
    csv = {"filename": "a.csv", "content": b64encode(b"1;2").decode(), "content_type": "text/csv"}
    send(resend)
    send(resend, {**BODY, "to": ["a@b.example", "c@d.example"], "attachments": [csv], "html": "x"})
    assert site.folder is not None
    first, second = sorted(site.folder.iterdir())
    mail = email.message_from_bytes(first.read_bytes(), policy=default)
    shape = [part.get_content_type() for part in mail.walk()]
    assert shape == [
        *("multipart/mixed", "multipart/alternative", "text/plain"),
        *("multipart/related", "text/html", "image/png", "text/csv"),
    ]
    assert mail["Reply-To"] == "compta@lumen.example"
    other = email.message_from_bytes(second.read_bytes(), policy=default)
    assert other["To"] == "a@b.example, c@d.example"


@pytest.mark.parametrize("words", [(404, "not_found", "")])
def test_what_is_not_there_is_not_found(resend: httpx.Client, words: Words) -> None:
    for method, path in (("GET", "/emails/none"), ("GET", "/nothing"), ("DELETE", "/emails")):
        answer = resend.request(method, path)
        assert (answer.status_code, answer.json()["name"]) == words[:2]


def test_no_mail_is_read_where_the_body_is_no_json(resend: httpx.Client) -> None:
    answer = resend.post("/emails", content=b"{")
    assert (answer.status_code, answer.json()["name"]) == (400, "validation_error")
