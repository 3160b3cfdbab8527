"""What somebody tries who means harm, or types carelessly: at worst it is refused."""

import dataclasses
import json
import logging
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, NoReturn

import pytest

from ecot.api.app import answer
from ecot.api.request import read_request
from ecot.api.rules import rules_for
from ecot.api.serve import Loopback, event_of
from ecot.edge.setup import Setup
from ecot.errors import SettingsError, StoreUnavailable
from ecot.jobs.runs.events import Event, Step
from ecot.language import Language, LocaleName
from ecot.model.outcome import Outcome, State
from ecot.model.sentence import Sentence
from ecot.report.desk.collecting import RunFacts, run_page
from ecot.report.desk.connecting import Connection, ConnectionsFacts, Offer, connections_page
from ecot.report.desk.frame import Desk
from ecot.store.records import put_outcome
from tests.api.asking import NOW, Interface
from tests.canary import Canary

HTML = {"accept": "text/html"}
BILL = {
    "account": "openai/studio",
    "number": "INV-1",
    "issued": "2026-11-02",
    "month": "2026-10",
    "net": "1.00",
    "currency": "USD",
}


@pytest.mark.parametrize("path", ["/badgeXjson", "/badge/svg", "/openapi_json", "/openapi%2ejson"])
def test_what_only_looks_like_an_address_is_none(empty: Interface, path: str) -> None:
    assert rules_for(path) == []
    assert empty.ask("GET", path, token=empty.reader).status == 404


@pytest.mark.parametrize("path", ['/runs/a"b', "/runs/\\x", "/runs/a`b"])
def test_a_run_that_cannot_be_one_is_not_there_and_no_mistake_of_ours(
    empty: Interface, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    found = empty.ask("GET", path, token=empty.reader)

    assert (found.status, found.document["detail"]) == (404, "There is nothing at this address")
    assert [one for one in caplog.records if one.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "//evil.example/site/x"])
def test_no_page_leads_to_another_site(empty: Interface, path: str) -> None:
    found = empty.ask("GET", path, headers=HTML)

    assert found.status == 404
    assert "evil.example" not in found.text
    assert 'href="/?lang=fr"' in found.text


@pytest.mark.parametrize("path", ["/nothing", "/sign-in", "/site/index.html", "/health"])
def test_whatever_breaks_there_is_an_answer(
    empty: Interface, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    secret = empty.canary.hide("/srv/what-nobody-is-told")

    def lacking() -> NoReturn:
        raise SettingsError("the stack has no key to sign with")

    def unreadable() -> Setup:
        raise PermissionError(secret)

    event = event_of("GET", path, {"host": "ecot.example", **HTML}, b"")
    keyless = answer(event, dataclasses.replace(empty.world, signing_key=lacking))
    broken = answer(event, dataclasses.replace(empty.world, open_setup=unreadable))

    assert keyless["statusCode"] in (200, 303, 404, 503)
    assert broken["statusCode"] == 500
    assert "PermissionError" in caplog.text
    assert secret not in broken["body"] + caplog.text


def test_over_https_a_cookie_that_a_neighbour_could_set_is_nobodys(empty: Interface) -> None:
    """`ecot` can be set for all hosts of a domain, `__Host-ecot` cannot."""
    cookie = _cookie(empty, "https")
    name, _, value = cookie.partition("=")
    assert name == "__Host-ecot"

    assert _asked_with(empty, "https", cookie) == 200
    assert _asked_with(empty, "https", f"ecot={value}") == 401
    assert _asked_with(empty, "http", f"ecot={value}") == 200
    assert _asked_with(empty, "https", f"ecot=x; {cookie}") == 200


def test_a_scheme_is_one_of_two(empty: Interface) -> None:
    event = event_of("GET", "/collect", {"host": "ecot.example"}, b"")
    event["headers"]["x-forwarded-proto"] = "javascript"
    assert read_request(event).own_url == "https://ecot.example"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/adjustments", '{"account": "openai/studio", "account": "openai/other"}'),
        ("/collect", '{"month": "2026-10", "month": "2026-11"}'),
    ],
)
def test_json_that_says_something_twice_says_nothing(
    empty: Interface, path: str, body: str
) -> None:
    sent = {"host": "x", "authorization": f"Bearer {empty.token('admin').shown}"}
    found = empty.answered(event_of("POST", path, sent, body.encode()))

    assert found.status == 400
    assert "is there twice" in found.document["detail"]
    assert empty.handed == []


def test_a_bill_is_found_again_whatever_blanks_were_typed_around_it(empty: Interface) -> None:
    token = empty.token("admin").shown
    typed = {**BILL, "account": " openai/studio ", "number": " INV-1 "}
    added = empty.ask("POST", "/adjustments", token=token, json_body=typed)
    void = {"action": "void", "account": " openai/studio", "number": "INV-1 ", "reason": "no"}
    voided = empty.ask("POST", "/adjustments", token=token, json_body=void)

    assert added.document["number"] == added.document["bill"]["number"] == "INV-1"
    assert (voided.status, voided.document["changed"], voided.document["bill"]) == (200, True, None)


def test_a_bill_is_told_to_be_there_although_the_report_cannot_follow_yet(
    empty: Interface,
) -> None:
    def away(step: Step, event: Event) -> NoReturn:
        raise StoreUnavailable("Lambda does not answer")

    world = dataclasses.replace(empty.world, hand=away)
    sent = {"host": "x", "authorization": f"Bearer {empty.token('admin').shown}"}
    body = json.dumps({**BILL, "new": True}).encode()
    found = answer(event_of("POST", "/adjustments", sent, body), world)
    document = json.loads(found["body"])

    assert (found["statusCode"], document["changed"]) == (200, True)
    assert (document["bill"]["number"], document["is_shown_late"]) == ("INV-1", True)


def test_a_collection_of_nothing_is_not_begun(empty: Interface) -> None:
    token = empty.token("collect").shown
    asked = {"provider": "openai", "account": "anthropic/lumen"}
    refused = empty.ask("POST", "/collect", token=token, json_body=asked)
    fitting = empty.ask(
        "POST", "/collect", token=token, json_body={**asked, "provider": "anthropic"}
    )

    assert (refused.status, fitting.status) == (400, 202)
    assert len(empty.handed) == 1


@pytest.mark.parametrize("state", ["not_configured", "failed"])
def test_all_is_not_well_where_nothing_was_ever_read(empty: Interface, state: State) -> None:
    with empty.open_setup() as setup:
        outcome = Outcome(
            provider="openai",
            account="openai/studio",
            run="r",
            at=NOW,
            state=state,
            message=Sentence("Nothing was read"),
        )
        put_outcome(setup.place.store, outcome)
    told = empty.get("/health")

    assert empty.ask("GET", "/health").document == {"ok": False}
    assert (told["ok"], told["hours"], told["collected_at"]) == (False, None, None)
    assert told["reason"]


def test_a_tag_is_of_the_settings_too(empty: Interface) -> None:
    before = empty.ask("GET", "/providers", token=empty.reader).headers["ETag"]
    empty.settings += "active = false\n"
    after = empty.ask("GET", "/providers", token=empty.reader, headers={"if-none-match": before})
    assert after.status == 200


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/costs", ""),
        ("/report", "totals"),
        ("/dashboard", "totals"),
        ("/dashboard", "previous"),
        ("/metrics/infrastructure-costs", "totals"),
    ],
)
def test_of_nothing_no_figure_is_zero(empty: Interface, path: str, where: str) -> None:
    document = empty.get(path)
    totals = document[where] if where else document
    coverage = totals["coverage"]

    assert (totals["total"], totals["tax"]) == (None, None)
    assert [coverage[basis] for basis in ("billed", "estimated", "entered")] == [None] * 3
    assert totals["reason"]


@pytest.mark.parametrize(("language", "words"), [("en", "no report yet"), ("fr", "pas encore")])
def test_where_there_is_no_report_yet_it_is_said_how_one_is_made(
    empty: Interface, language: str, words: str
) -> None:
    found = empty.ask(
        "GET", "/site/index.html", {"lang": language}, token=empty.reader, headers=HTML
    )

    assert found.status == 404
    assert words in found.text
    assert "ecot report" in found.text


@pytest.mark.parametrize(
    ("locale", "words"),
    [("en-US", "no account to be read"), ("fr-FR", "il n’y avait aucun compte à lire")],
)
def test_a_collection_of_nothing_does_not_say_that_everything_was_read(
    locale: LocaleName, words: str
) -> None:
    desk = Desk(language=Language(locale=locale), path="/runs/r")
    page = run_page(desk, RunFacts(id="r", kind="asked", at=NOW, is_finished=True), {}).decode()

    assert words in page
    assert "everything" not in page
    assert "tout ce qui" not in page


def test_a_collection_that_has_not_begun_does_not_say_that_its_accounts_were_read() -> None:
    desk = Desk(language=Language(locale="en-US"), path="/runs/r")
    page = run_page(desk, RunFacts(id="r", kind="asked", at=NOW, is_begun=False), {}).decode()

    assert "It begins when what runs before it is done." in page
    assert "Every account has its outcome" not in page


def test_what_connects_an_account_names_it() -> None:
    desk = Desk(language=Language(locale="fr-FR"), path="/connections")
    lacking = (
        Connection(account=one, key="lacking", is_active=True, variable="KEY")
        for one in ("mistral/lumen", "openai/openai")
    )
    offer = Offer(
        name="weaviate",
        title="Weaviate",
        permission="The role viewer: nodes, collections and tenants, all of them.",
    )
    page = connections_page(
        desk, ConnectionsFacts(connections=tuple(lacking), offers=(offer,), stack="ecot"), {}
    ).decode()

    assert "<code>ecot connect mistral --name lumen --stack ecot</code>" in page
    assert "<code>ecot connect openai --stack ecot</code>" in page
    assert "<code>ecot connect weaviate --stack ecot</code>" in page
    assert "Le rôle viewer" in page


@pytest.mark.parametrize("length", ["0000000000099999999", "99999999", "9" * 400, "-1", "1_0", "٣"])
def test_however_a_length_is_written_it_is_bounded(
    tmp_path: Path, canary: Canary, length: str
) -> None:
    with _served(Interface(tmp_path / "home", canary)) as server:
        head = f"POST /collect HTTP/1.1\r\nHost: {server.host}\r\nContent-Length: {length}\r\n\r\n"
        status, document = _spoken(server, head)

    assert status in (400, 411, 413)
    assert document["status"] == status


def test_on_the_usual_port_no_browser_names_it(
    tmp_path: Path, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _served(Interface(tmp_path / "home", canary)) as server:
        head = "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        elsewhere, _ = _spoken(server, head)
        monkeypatch.setattr("ecot.api.serve._USUAL_PORT", server.server_port)
        usual, _ = _spoken(server, head)

    assert (elsewhere, usual) == (421, 200)


def test_two_cannot_share_a_port(tmp_path: Path, canary: Canary) -> None:
    interface = Interface(tmp_path / "home", canary)
    with Loopback(interface.world, 0) as server:
        assert not server.allow_reuse_port
        with pytest.raises(SettingsError, match="taken"):
            Loopback(interface.world, server.server_port)


def _cookie(interface: Interface, scheme: str) -> str:
    """What the sign-in page gives: name and value."""
    sent = {"host": "ecot.example", "sec-fetch-site": "same-origin"}
    sent["content-type"] = "application/x-www-form-urlencoded"
    event = event_of("POST", "/sign-in", sent, f"token={interface.reader}".encode())
    event["headers"]["x-forwarded-proto"] = scheme
    (line,) = answer(event, interface.world)["cookies"]
    return str(line).partition(";")[0]


def _asked_with(interface: Interface, scheme: str, cookie: str) -> int:
    event = event_of("GET", "/costs", {"host": "ecot.example", "cookie": cookie}, b"")
    event["headers"]["x-forwarded-proto"] = scheme
    return interface.answered(event).status


@contextmanager
def _served(interface: Interface) -> Iterator[Loopback]:
    with Loopback(interface.world, 0) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def _spoken(server: Loopback, head: str) -> tuple[int, Any]:
    """What is answered to the very bytes."""
    with closing(socket.create_connection(("127.0.0.1", server.server_port), timeout=5)) as line:
        line.sendall(head.encode())
        answered = b""
        while piece := line.recv(65536):
            answered += piece
    first, _, body = answered.partition(b"\r\n\r\n")
    return int(first.split()[1]), json.loads(body)
