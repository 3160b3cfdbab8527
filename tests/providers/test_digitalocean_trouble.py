"""Whose token it is, and what goes wrong on the way: said with its remedy, and no figure lost."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ecot.model.money import total
from ecot.model.period import Month
from ecot.providers.digitalocean import DIGITALOCEAN
from ecot.providers.digitalocean.access import DigitalOceanOptions
from ecot.sandbox import edits, troubles
from ecot.sandbox.digitalocean import BILLING_KEY
from ecot.sandbox.faults import Fault
from ecot.store.evidence import read_evidence
from tests.jobs.world import dump
from tests.providers.digitalocean_around import Lumen, company, cost
from tests.providers.remedies import told

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
CANARY = "dop_v1_Can4ryBirdTw33tTw33t9Zk3QwLmNo01cAnAryBiRd"
BOTH = {"billing:read", "account:read"}


@pytest.fixture
def lumen(tmp_path: Path) -> Iterator[Lumen]:
    with company(tmp_path) as found:
        yield found


# Whose it is


def test_the_team_is_the_sub_account_and_has_a_name(lumen: Lumen) -> None:
    lumen.collect()
    urn = lumen.site.truth.urn

    assert {one.sub_account_id for one in lumen.charges(OCTOBER)} == {urn}
    assert {one.sub_account_id for one in lumen.charges(NOVEMBER)} == {urn}
    assert f'"id":"{urn}","name":"Atelier Lumen"'.encode() in dump(lumen.place)


def test_two_tokens_of_one_team_count_once(lumen: Lumen) -> None:
    assert lumen.collect().state == "ok"
    second = lumen.collect(name="again")

    assert second.state == "failed"
    assert "digitalocean/lumen" in f"{second.message} {second.remedy}"
    assert cost(lumen.charges(OCTOBER)) == lumen.invoice(OCTOBER).amount


def test_a_configured_team_needs_no_account_read(lumen: Lumen) -> None:
    lumen.site.tokens = {BILLING_KEY: {"billing:read"}}
    denied = lumen.collect()
    assert denied.state == "partial"  # the balance may be read
    assert "team_urn" in str(denied.remedy)

    lumen.options = DigitalOceanOptions(team_urn=lumen.site.truth.urn)
    outcome = lumen.collect()
    assert outcome.state == "ok", outcome.message
    assert cost(lumen.charges(OCTOBER)) == lumen.invoice(OCTOBER).amount


def test_another_teams_urn_is_a_failure_that_says_what_to_write(lumen: Lumen) -> None:
    lumen.options = DigitalOceanOptions(team_urn="do:team:00000000-0000-4000-8000-000000000000")
    outcome = lumen.collect(NOVEMBER.days()[:3])

    assert outcome.state in ("failed", "partial")
    assert "(404)" in str(outcome.message)
    assert "team_urn" in str(outcome.remedy)


def test_a_token_without_a_team_is_told_what_to_write(lumen: Lumen) -> None:
    lumen.site.team = False
    outcome = lumen.collect()

    assert "does not say which team" in str(outcome.message)
    assert "team_urn" in str(outcome.remedy)


def test_figures_of_another_team_are_refused(lumen: Lumen) -> None:
    other = edits.edited("other", _of_another_team)
    lumen.server.faults.add(other.on("/insights/").repeated(None))
    outcome = lumen.collect()

    assert outcome.state == "partial"
    assert "is not of the team" in str(outcome.message)
    assert lumen.charges(NOVEMBER) == []
    assert cost(lumen.charges(OCTOBER)) == lumen.invoice(OCTOBER).amount


def _of_another_team(content: Any) -> Any:
    points = [{**point, "usage_team_urn": "do:team:other"} for point in content["data_points"]]
    return {**content, "data_points": points}


# Trouble


@pytest.mark.parametrize("scopes", [set(), {"account:read"}, {"billing:read"}])
def test_a_missing_scope_is_said_by_the_doctor_too(lumen: Lumen, scopes: set[str]) -> None:
    lumen.site.tokens = {CANARY: scopes}

    collected, examined = lumen.collect(key=CANARY), lumen.examine(CANARY)
    assert collected.state == ("partial" if "billing:read" in scopes else "failed")
    assert examined.state == "failed"
    for outcome in (collected, examined):
        assert "(403)" in str(outcome.message)
        assert str(outcome.remedy) == told(DIGITALOCEAN)["access_denied"]
        assert CANARY not in f"{outcome}"
    assert lumen.charges(OCTOBER) == []


def test_a_sufficient_token_passes_the_doctor(lumen: Lumen) -> None:
    assert lumen.examine().state == "ok"


@pytest.mark.parametrize(
    ("fault", "remedy"),
    [
        (troubles.rate_limited(3600).repeated(None), "rate_limited"),
        (troubles.server_error(500).repeated(None), "unavailable"),
        (troubles.not_json().repeated(None), "unexpected_answer"),
        (troubles.truncated_json().repeated(None), "unexpected_answer"),
        (troubles.connection_reset().repeated(None), "unavailable"),
    ],
)
def test_trouble_is_said_with_its_remedy_and_keeps_the_figures(
    lumen: Lumen, fault: Fault, remedy: Any
) -> None:
    lumen.since = date(2026, 11, 1)
    lumen.collect()
    before = lumen.charges(NOVEMBER)
    lumen.server.faults.add(fault)

    for outcome in (lumen.collect(), lumen.examine()):
        assert outcome.state == "failed"
        assert str(outcome.remedy) == told(DIGITALOCEAN)[remedy]
    assert lumen.charges(NOVEMBER) == before


@pytest.mark.parametrize(
    "fault",
    [
        troubles.server_error(503).on("/insights/"),
        troubles.cut_off().on("invoices/"),
        troubles.rate_limited(2).on("/summary"),
        troubles.connection_reset().on("/v2/account"),
    ],
)
def test_trouble_that_passes_costs_nothing(lumen: Lumen, fault: Fault) -> None:
    lumen.server.faults.add(fault)

    assert lumen.collect().state == "ok"
    assert lumen.server.faults.struck
    assert cost(lumen.charges(OCTOBER)) == lumen.invoice(OCTOBER).amount
    assert cost(lumen.charges(NOVEMBER)) == total(one.amount for one in lumen.points(NOVEMBER))


def test_a_limit_without_retry_after_is_waited_for_until_its_reset(lumen: Lumen) -> None:
    reset = {"ratelimit-reset": str(int(lumen.clock.moment.timestamp()) + 90)}
    body = {"id": "too_many_requests", "message": "API rate limit exceeded."}
    lumen.server.faults.add(troubles.refused(429, body, reset).on("/insights/"))

    assert lumen.collect().state == "ok"
    assert len(lumen.clock.slept) == 1
    assert 85 < lumen.clock.slept[0] <= 90


def _with(**fields: Any) -> Any:
    return lambda content: {**content, **fields}


@pytest.mark.parametrize(
    ("path", "edit"),
    [
        ("/insights/", _with(total_pages=3, current_page=1)),
        ("/insights/", lambda content: {**content, "total_items": content["total_items"] + 1}),
        ("invoices$", _with(meta={"total": 99})),
        ("invoices/[^/]+$", _with(invoice_items=[])),
        ("invoices$", _with(links={"pages": {"next": "https://x/y?page=2"}})),
        ("invoices$", _with(links={"pages": {"next": "https://x/y"}})),
        ("invoices$", _with(invoices=[{"invoice_period": "October"}], meta={"total": 1})),
    ],
    ids=["pages", "points", "invoices", "items", "circle", "address", "month"],
)
def test_a_list_that_is_short_or_goes_in_circles_is_refused(
    lumen: Lumen, path: str, edit: Any
) -> None:
    lumen.server.faults.add(edits.edited("short", edit).on(path).repeated(None))
    outcome = lumen.collect()

    assert outcome.state in ("failed", "partial")
    complaints = ("announces", "leads back", "leads to no page", "is not a month")
    assert any(words in str(outcome.message) for words in complaints)
    month = NOVEMBER if path == "/insights/" else OCTOBER
    assert lumen.charges(month) == []


def test_every_canary_stays_inside(lumen: Lumen) -> None:
    lumen.site.tokens = {CANARY: BOTH}
    leak = edits.edited("leak", lambda content: {**content, "note": f"key {CANARY}"})
    lumen.server.faults.add(leak.repeated(None))

    assert lumen.collect(key=CANARY).state == "ok"
    kept = [
        evidence.answer
        for name in lumen.place.files.names("evidence/")
        if (evidence := read_evidence(lumen.place.files, name)) is not None
    ]
    assert any(b'"note":"key ' in answer.body for answer in kept)
    assert all(CANARY not in f"{answer}" for answer in kept)
    assert CANARY.encode() not in dump(lumen.place)
