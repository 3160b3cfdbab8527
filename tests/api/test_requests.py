"""What is odd about a request, and what every answer says to browsers."""

import json
import logging
from pathlib import Path

import pytest

from ecot.api.app import answer
from ecot.api.request import MOST_BODY
from tests.api.asking import Interface

HEADERS = ("X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Vary")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "//", 404),
        ("GET", "/costs/", 404),
        ("GET", "/../costs", 404),
        ("GET", "/%63osts", 404),
        ("DELETE", "/costs", 405),
        ("POST", "/costs", 405),
        ("TRACE", "/costs", 405),
        ("OPTIONS", "/collect", 204),
        ("HEAD", "/health", 200),
    ],
)
def test_what_is_not_there_is_said_in_the_same_form_everywhere(
    empty: Interface, method: str, path: str, status: int
) -> None:
    found = empty.ask(method, path)

    assert found.status == status
    assert [name for name in HEADERS if name not in found.headers] == []
    assert "default-src 'none'" in found.headers["Content-Security-Policy"]
    if status >= 400:
        assert found.headers["Content-Type"] == "application/problem+json"
        assert found.document["status"] == status
        assert found.document["remedy"]
    else:
        assert found.text == ""
    if status in (405, 204):
        assert "OPTIONS" in found.headers["Allow"]


def test_what_nobody_knows_is_refused_and_never_stepped_over(empty: Interface) -> None:
    token = empty.reader
    misspelt = empty.ask("GET", "/costs", "provder=openai", token=token)
    twice = empty.ask("GET", "/costs", "provider=openai&provider=mistral", token=token)
    odd = empty.ask("GET", "/costs", {"month": "x"}, token=token)
    future = empty.ask("GET", "/costs", {"month": "2027-01"}, token=token)

    assert (misspelt.status, twice.status, odd.status, future.status) == (400, 400, 400, 400)
    assert "'provder'" in misspelt.document["detail"]
    assert "provider" in misspelt.document["remedy"]
    assert odd.document["errors"] == [
        {"where": "query.month", "problem": "is not written as it has to be"}
    ]


def test_what_is_sent_is_bounded_and_read_strictly(empty: Interface) -> None:
    admin = empty.token("admin").shown
    large = empty.ask("POST", "/collect", token=admin, form={"provider": "x" * MOST_BODY})
    unknown = empty.ask("POST", "/collect", token=admin, json_body={"provier": "openai"})
    listed = empty.ask("POST", "/collect", token=admin, json_body=[1])
    kind = {"content-type": "text/xml"}
    xml = empty.ask("POST", "/collect", token=admin, headers=kind)

    assert (large.status, unknown.status, listed.status, xml.status) == (413, 400, 400, 415)
    assert unknown.document["errors"] == [{"where": "provier", "problem": "is not known"}]


def test_problems_are_told_in_the_language_of_the_settings(empty: Interface) -> None:
    empty.settings = empty.settings.replace("en-US", "fr-FR")
    assert empty.ask("GET", "/costs").document["detail"] == "Il faut un jeton ici"


def test_settings_that_cannot_be_read_are_told_to_nobody_outside(
    empty: Interface, caplog: pytest.LogCaptureFixture
) -> None:
    empty.settings = "[report]\nsecret_word = 1"
    found = empty.ask("GET", "/health")

    assert (found.status, found.headers["Retry-After"]) == (503, "60")
    assert "secret_word" not in found.text
    assert "secret_word" in caplog.text


def test_a_mistake_of_ours_is_logged_by_its_place_and_never_by_its_words(
    empty: Interface, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError(empty.canary.hide("what-somebody-sent"))

    monkeypatch.setattr("ecot.api.routes.health.outcomes", fails)
    found = empty.ask("GET", "/health")

    assert found.status == 500
    assert "RuntimeError" not in found.text
    assert "RuntimeError" in caplog.text
    assert "health.py" in caplog.text


def test_an_event_that_is_no_request_is_answered_all_the_same(empty: Interface) -> None:
    events: list[dict[str, object]] = [
        {},
        {"rawPath": "x"},
        {"rawPath": "/health"},
        {"requestContext": []},
    ]
    for event in events:
        assert answer(event, empty.world)["statusCode"] == 400


def test_a_damaged_ledger_is_told_to_nobody_outside(empty: Interface, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "ledger.sqlite").write_bytes(b"no database" * 100)
    found = empty.ask("GET", "/costs", token="x")

    assert found.status == 503
    assert str(tmp_path) not in found.text


def test_what_was_read_is_kept_until_the_ledger_changes(lumen: Interface) -> None:
    first = lumen.ask("GET", "/costs", token=lumen.reader)
    tag = first.headers["ETag"]
    same = lumen.ask("GET", "/costs", token=lumen.reader, headers={"if-none-match": f"W/{tag}"})
    other = lumen.ask(
        "GET", "/costs", "by=model", token=lumen.reader, headers={"if-none-match": tag}
    )

    assert first.headers["Cache-Control"] == "private, max-age=300"
    assert (same.status, same.text, same.headers["ETag"]) == (304, "", tag)
    assert other.status == 200

    admin = lumen.token("admin").shown
    bill = {"account": "openai/studio", "number": "INV-1", "issued": "2026-11-02"}
    bill |= {"month": "2026-10", "net": "1.00", "currency": "USD"}
    assert lumen.ask("POST", "/adjustments", token=admin, json_body=bill).status == 200
    changed = lumen.ask("GET", "/costs", token=lumen.reader, headers={"if-none-match": tag})
    assert changed.status == 200


def test_requests_of_many_threads_get_their_own_answers(lumen: Interface) -> None:
    from concurrent.futures import ThreadPoolExecutor

    token = lumen.reader
    words = ["provider", "account", "model", "category", "day", "service"] * 5

    def by(word: str) -> list[str]:
        found = lumen.ask("GET", "/costs", {"by": word}, token=token)
        return list(json.loads(found.text)["by"])

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(by, words)) == [[word] for word in words]


def test_a_line_says_which_route_was_asked_by_whom_and_nothing_that_was_sent(
    lumen: Interface, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    admin = lumen.token("admin")
    began = lumen.ask("POST", "/collect", token=admin.shown, json_body={"provider": "openai"})
    again = lumen.ask(
        *("POST", "/connections"), token=admin.shown, form={"scope": "anthropic/lumen"}
    )
    lumen.ask("GET", f"/runs/{began.document['run']}", token=admin.shown)
    lumen.ask("GET", "/costs", "provder=openai", token=admin.shown)
    lumen.ask("GET", "/costs", "provider=openai")
    lumen.ask("GET", "/health")

    told = [vars(one) for one in caplog.records if hasattr(one, "route")]
    assert [(one["route"], one["status"], one["token"]) for one in told] == [
        ("POST /collect", 202, admin.id),
        ("POST /connections", 303, admin.id),
        ("GET /runs/<run>", 200, admin.id),
        ("GET /costs", 400, admin.id),
    ]
    asked = [vars(one) for one in caplog.records if one.getMessage() == "asked for"]
    assert [(one["run"], one["is_new"]) for one in asked] == [
        (began.document["run"], True),
        (again.headers["Location"].rpartition("/")[2], True),
    ]
    assert "provder" not in caplog.text
    assert admin.shown not in str([vars(one) for one in caplog.records])


def test_powertools_logs_nothing_of_a_request(
    empty: Interface, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    empty.canary.hide("quite-a-secret-value")
    empty.ask("GET", "/collect", "token=quite-a-secret-value")
    assert "quite" not in caplog.text
