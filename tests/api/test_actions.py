"""What the routes do: collect, type bills, mail, export, and show what is public."""

import csv
import io
import json
from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec
import pytest

from ecot.api.rules import RULES
from ecot.edge.setup import Setup
from ecot.edge.steps import run_step
from ecot.edge.tokens import known_tokens
from ecot.jobs.access import revoke
from ecot.jobs.dump import read_dump
from ecot.jobs.runs.asking import RUNS_AN_HOUR
from ecot.jobs.runs.events import Dispatch, Publish
from ecot.jobs.signing import sign
from ecot.model.money import total
from tests.api.asking import KEY, NOW, SETTINGS, Interface

BILL = {
    "account": "openai/studio",
    "number": "INV-1",
    "issued": "2026-11-02",
    "month": "2026-10",
    "net": "512.30",
    "currency": "USD",
}


# --- collecting ----------------------------------------------------------------------------------


def test_a_collection_is_begun_once_and_can_be_watched(empty: Interface) -> None:
    token = empty.token("collect").shown
    wanted = {"provider": "openai", "month": "2026-10", "send_email": True}
    first = empty.ask("POST", "/collect", token=token, json_body=wanted)
    run = first.document["run"]

    assert first.status == 202
    assert first.headers["Location"] == f"/runs/{run}"
    assert first.document["watch"] == f"http://ecot.example/collect?run={run}"
    assert empty.handed == [("dispatch", Dispatch(time=NOW, kind="asked", run=run))]

    again = empty.ask(
        "POST",
        "/collect",
        token=token,
        form={"provider": "openai", "month": "2026-10", "send_email": "on"},
    )
    assert again.document == first.document | {"is_new": False}
    assert len(empty.handed) == 1

    found = empty.ask("GET", f"/runs/{run}", token=token).document
    assert (found["run"], found["provider"], found["month"]) == (run, "openai", "2026-10")
    assert (found["progress"], found["finished"], found["send_email"]) == ("waiting", False, True)
    assert empty.ask("GET", "/runs", token=token).document["runs"] == [found]
    page = empty.ask("GET", "/collect", {"run": run}, token=token).document
    assert page["runs"] == [found]
    assert page["accounts"] == ["anthropic/lumen", "openai/studio"]


def test_nothing_is_collected_by_looking(empty: Interface) -> None:
    token = empty.token("collect").shown
    for method in ("GET", "HEAD", "OPTIONS"):
        assert empty.ask(method, "/collect", {"token": token}).status in (200, 204)
    assert empty.handed == []


def test_nobody_can_burn_what_suppliers_allow(empty: Interface) -> None:
    token = empty.token("collect").shown
    months = [f"2026-{number:02}" for number in range(1, RUNS_AN_HOUR + 2)]
    asked = [empty.ask("POST", "/collect", token=token, json_body={"month": one}) for one in months]

    assert [one.status for one in asked] == [202] * RUNS_AN_HOUR + [429]
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 3601
    assert asked[-1].document["remedy"]
    empty.now += timedelta(seconds=int(asked[-1].headers["Retry-After"]))
    later = empty.ask("POST", "/collect", token=token, json_body={"month": months[-1]})
    assert later.status == 202


@pytest.mark.parametrize(
    "wanted",
    [
        {"month": "2020-01"},
        {"month": "2026-12"},
        {"month": "2026-13"},
        {"provider": "nobody"},
        {"account": "openai/nobody"},
        {"provider": 7},
        {"send_email": "perhaps"},
    ],
)
def test_what_cannot_be_collected_is_said_and_not_begun(
    empty: Interface, wanted: dict[str, Any]
) -> None:
    found = empty.ask("POST", "/collect", token=empty.token("admin").shown, json_body=wanted)
    assert found.status == 400
    assert found.document["remedy"]
    assert empty.handed == []


# --- bills ---------------------------------------------------------------------------------------


def test_a_bill_is_added_corrected_and_voided_and_every_word_is_kept(lumen: Interface) -> None:
    made = lumen.token("admin", label="Camille")

    def say(**fields: Any) -> Any:
        found = lumen.ask("POST", "/adjustments", token=made.shown, json_body=fields)
        assert found.status == 200, found.text
        return found.document

    added = say(**BILL)
    assert added["changed"]
    assert added["bill"]["net"] == "512.30"
    assert added["settlement"]["how"] == "reconcile"
    assert not say(**BILL)["changed"]
    assert say(**{**BILL, "net": "513"})["bill"]["net"] == "513"
    voided = say(action="void", account="openai/studio", number="INV-1", reason="typed twice")
    assert voided["bill"] is None
    assert [step for step, _ in lumen.handed] == ["publish"] * 4
    assert lumen.handed[0][1] == Publish()

    found = lumen.get("/adjustments", {"account": "openai/studio"})
    assert "INV-1" not in {one["number"] for one in found["bills"]}
    history = [one for one in found["history"] if one["number"] == "INV-1"]
    assert [one["action"] for one in history] == ["entered", "entered", "voided"]
    assert {one["by"] for one in history} == {f"Camille ({made.id})"}
    assert history[-1]["reason"] == "typed twice"


def test_everything_that_is_wrong_with_a_bill_is_told_at_once(lumen: Interface) -> None:
    token = lumen.token("admin").shown
    wrong = {**BILL, "net": "1,234", "issued": "yesterday", "currency": "XXX"}
    found = lumen.ask("POST", "/adjustments", token=token, json_body=wrong)

    assert found.status == 400
    assert {one["where"] for one in found.document["errors"]} == {"net", "issued", "currency"}
    assert lumen.handed == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({**BILL, "account": "openai/studoi"}, 400),
        ({**BILL, "service": "nothing of that name"}, 400),
        ({"action": "void", "account": "openai/studio", "number": "INV-9", "reason": "x"}, 409),
        ({"action": "void", "account": "openai/studio", "number": "INV-9"}, 400),
        ({"account": "openai/studio"}, 400),
        ({**BILL, "net": 512.3}, 400),
    ],
)
def test_what_cannot_be_typed_is_refused(
    lumen: Interface, fields: dict[str, Any], status: int
) -> None:
    found = lumen.ask("POST", "/adjustments", token=lumen.token("admin").shown, json_body=fields)
    assert found.status == status, found.text
    assert lumen.handed == []


# --- mails ---------------------------------------------------------------------------------------


def test_a_month_is_handed_on_and_mailed_once(lumen: Interface) -> None:
    lumen.settings = f'{SETTINGS}\n[mail]\nto = ["camille@lumen.example"]\n'
    token = lumen.token("admin").shown
    none = lumen.get("/send-report")
    first = lumen.ask("POST", "/send-report", token=token, json_body={"month": "2026-10"})
    usual = lumen.ask("POST", "/send-report", token=token, form={})
    states = delivered(lumen)
    once_more = lumen.ask("POST", "/send-report", token=token, json_body={"again": True})
    states += delivered(lumen)

    assert none == {"month": "2026-10", "mails": []}
    assert [one.status for one in (first, usual, once_more)] == [202, 202, 202]
    assert first.document["status"] == first.headers["Location"] == "/send-report?month=2026-10"
    assert states == ["sent", "already", "already", "already", "sent", "already"]
    assert len(list((lumen.home / "outbox").glob("*.eml"))) == 2
    mails = lumen.get(*first.document["status"].split("?"))["mails"]
    assert [(one["state"], one["recipients"], one["by"]) for one in mails] == [
        ("sent", 1, "outbox"),
        ("sent", 1, "outbox"),
    ]
    assert "October" in mails[0]["subject"]
    assert "camille" not in str(mails)


def delivered(lumen: Interface) -> list[str]:
    """What came of each event, which comes twice, at the function that sends."""
    found = []

    def opens(_: Collection[str] | None = None, /) -> Setup:
        return lumen.open_setup()

    while lumen.handed:
        step, event = lumen.handed.pop(0)
        for _ in range(2):
            lumen.now += timedelta(seconds=1)
            raw = msgspec.json.decode(msgspec.json.encode(event))
            done = run_step(step, raw, opens, lumen.world.hand, lambda: 900.0)
            found.append(str(done["state"]))
    return found


def test_without_recipients_or_figures_it_is_said(lumen: Interface) -> None:
    token = lumen.token("admin").shown
    nobody = lumen.ask("POST", "/send-report", token=token)
    assert (nobody.status, "nobody to send" in nobody.document["detail"]) == (400, True)
    lumen.settings = f'{SETTINGS}\n[mail]\nto = ["camille@lumen.example"]\n'
    early = lumen.ask("POST", "/send-report", token=token, json_body={"month": "2026-01"})
    assert early.status == 409
    assert lumen.handed == []


# --- files ---------------------------------------------------------------------------------------


def test_rows_that_count_add_up_to_the_total(lumen: Interface) -> None:
    found = lumen.ask("GET", "/export", {"format": "csv", "month": "2026-10"}, token=lumen.reader)
    lines = list(csv.DictReader(io.StringIO(found.text.removeprefix("\ufeff"))))
    counted = [one for one in lines if one["counts"] == "yes"]
    of_month = lumen.get("/costs", {"month": "2026-10", "account": "openai/studio"})
    own = [one for one in counted if one["account"] == "openai/studio"]

    assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert found.headers["Content-Disposition"] == (
        'attachment; filename="ecot-2026-10-01-2026-11-01.csv"'
    )
    assert total(Decimal(one["cost"]) for one in own) == Decimal(of_month["total"])


def test_the_ledger_is_exported_and_only_admins_get_what_was_said_of_runs(lumen: Interface) -> None:
    query = {"format": "json", "month": "2026-10"}
    of_reader = lumen.ask("GET", "/export", query, token=lumen.reader)
    of_admin = lumen.ask("GET", "/export", query, token=lumen.token("admin").shown)
    read = [read_dump(one.text.encode(), "export") for one in (of_reader, of_admin)]

    assert read[0].heads == read[1].heads != []
    assert (read[0].outcomes, read[0].mails, read[0].evidence) == ([], [], [])
    assert read[1].outcomes
    assert of_reader.headers["ETag"] != of_admin.headers["ETag"]
    focus = lumen.ask("GET", "/export", {"format": "focus"}, token=lumen.reader)
    assert "BilledCost" in focus.text.splitlines()[0]


def test_what_is_too_large_for_an_answer_is_lent_for_a_while(lumen: Interface) -> None:
    lumen.most_bytes = 10_000
    refused = lumen.ask("GET", "/export", {"month": "2026-10"}, token=lumen.reader)
    assert (refused.status, bool(refused.document["remedy"])) == (413, True)

    kept: list[tuple[str, bytes, str]] = []

    def lend(_: Setup, name: str, body: bytes, kind: str) -> str:
        kept.append((name, body, kind))
        return f"https://bucket.example/{name}?signature=x"

    lumen.lend = lend
    found = lumen.ask("GET", "/export", {"month": "2026-10"}, token=lumen.reader)
    assert found.status == 303
    assert found.headers["Location"].startswith("https://bucket.example/ecot-2026-10-01")
    assert found.headers["Cache-Control"] == "no-store"
    assert len(kept[0][1]) > 10_000


def test_whatever_is_read_is_lent_where_it_is_too_large(lumen: Interface) -> None:
    token = lumen.token("admin").shown
    kept: list[tuple[str, str]] = []

    def lend(_: Setup, name: str, body: bytes, kind: str) -> str:
        kept.append((body.decode(), kind))
        return f"https://bucket.example/{name}"

    lumen.lend = lend
    for rule in RULES:
        if not rule.is_safe or "<" in rule.path:
            continue
        lumen.most_bytes = None
        whole = lumen.ask(rule.method, rule.path, token=token)
        lumen.most_bytes = 5
        found = lumen.ask(rule.method, rule.path, token=token)
        assert (found.status, found.text) == (303, ""), rule.path
        assert found.headers["Location"].startswith("https://bucket.example/")
        assert kept.pop() == (whole.text, whole.headers["Content-Type"].partition(";")[0])
    page = lumen.ask("GET", "/bills", token=token)  # its forms would not work from elsewhere
    assert page.status == 200


# --- what is public ------------------------------------------------------------------------------


def test_the_badge_is_public_where_its_owner_says_so_and_closed_again_at_once(
    lumen: Interface,
) -> None:
    closed = lumen.ask("GET", "/badge.svg")
    mine = lumen.ask("GET", "/badge.svg", token=lumen.reader)
    lumen.settings = f"{SETTINGS}\n[report.badge]\npublic = true\n"
    public = lumen.ask("GET", "/badge.svg")
    words = lumen.ask("GET", "/badge.json")
    lumen.settings = SETTINGS

    assert (closed.status, mine.status, public.status) == (401, 200, 200)
    assert mine.headers["Cache-Control"] == "private, max-age=300"
    assert public.headers["Cache-Control"] == "public, max-age=300"
    assert public.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert public.text.startswith("<svg")
    assert words.document["schemaVersion"] == 1
    for badge in (mine, public):
        assert badge.headers["Last-Modified"].endswith("GMT")
    assert lumen.ask("GET", "/badge.svg").status == 401


@pytest.mark.parametrize("path", ["/badge.svg", "/badge.json", "/export"])
def test_a_file_says_how_old_it_is_and_is_not_made_twice(lumen: Interface, path: str) -> None:
    read_at = lumen.get("/costs")["collected_at"]
    first = lumen.ask("GET", path, token=lumen.reader)
    known = {"if-none-match": first.headers["ETag"]}
    again = lumen.ask("GET", path, token=lumen.reader, headers=known)

    stated = parsedate_to_datetime(first.headers["Last-Modified"])
    assert stated == datetime.fromisoformat(read_at).replace(microsecond=0)
    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]


def test_tokens_of_earlier_systems_open_what_they_did(empty: Interface) -> None:
    long, short = empty.canary.hide("an-old-token-of-ours"), "short"
    empty.values = {"REPORT_SECRET_TOKEN": long, "COLLECT_SECRET_TOKEN": short}

    assert empty.ask("GET", "/costs", token=long).status == 200
    assert empty.ask("POST", "/collect", token=long).status == 403
    assert empty.ask("GET", "/collect", token=short).status == 401


def test_a_sign_in_ends_when_the_variable_it_came_of_changes(empty: Interface) -> None:
    empty.values = {"REPORT_SECRET_TOKEN": empty.canary.hide("an-old-token-of-ours")}
    with empty.open_setup() as setup:
        (token,) = known_tokens(setup)
    value = empty.canary.hide(sign(KEY, "cookie", token.id, NOW + timedelta(days=1)))
    headers = {"cookie": f"ecot={value}"}
    assert empty.ask("GET", "/costs", headers=headers).status == 200

    empty.values = {"REPORT_SECRET_TOKEN": empty.canary.hide("a-new-token-of-ours")}
    assert empty.ask("GET", "/costs", headers=headers).status == 401


def test_the_history_names_a_token_and_never_shows_it(lumen: Interface) -> None:
    made = lumen.token("admin")
    assert lumen.ask("POST", "/adjustments", token=made.shown, json_body=BILL).status == 200
    with lumen.open_setup() as setup:
        revoke(setup.place.store, made.id, lumen.now)
    found = lumen.get("/adjustments")
    entry = next(one for one in found["history"] if one["number"] == "INV-1")
    assert entry["by"] == made.id
    assert made.shown not in json.dumps(found)
