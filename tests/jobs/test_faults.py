"""Whatever goes wrong with an account is a sentence with a remedy, and changes nothing else."""

import json
import socket
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

import pytest

from ecot.jobs.round import Source
from ecot.model.outcome import Outcome, State
from ecot.model.period import DAY, Month, Period
from ecot.sandbox import edits, troubles
from ecot.sandbox.faults import Fault
from ecot.sandbox.openai.access import Access
from ecot.sandbox.server import LoopbackServer
from tests.jobs.world import World, figures

WEEK = list(Period.of_days(date(2026, 10, 12), date(2026, 10, 19)).days())
TUESDAY = WEEK[1]
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
ADMIN_KEY = "an owner of the organization creates one under https://platform.openai.com/"
WAIT = "Collect again in a few minutes; nothing is lost."
STATUS = (
    "Look at https://status.openai.com and at the network on your side, then try again; "
    "nothing is lost."
)
NEWER = "OpenAI may have changed its answers: look for a newer Ecot, else report this message."
ONLY_NAMES = "Every figure was read; where a name is missing, its id is shown instead."


@pytest.fixture
def neighbour(world: World) -> Iterator[Source]:
    """The other organisation's account, behind a server where nothing goes wrong."""
    with LoopbackServer(world.site) as quiet:
        organisation = world.truth.company.organisations[1]
        key = organisation.admin_keys[0].value
        yield world.source(organisation.name, key, f"{quiet.url}/v1")


def sentences(outcome: Outcome) -> list[str]:
    return [str(outcome.message or ""), str(outcome.remedy or "")]


# Faults of the wire and of the content: where they strike, what is said, what is read all the same


class Trouble(NamedTuple):
    fault: Fault
    state: State
    message: str
    remedy: str
    unread: tuple[str, ...] = ()
    requests: int | None = None


def _a_month_later(content: Any) -> Any:
    """The first bucket is about a day that nobody asked for."""
    bucket = content["data"][0]
    for name in ("start_time", "end_time"):
        bucket[name] += 31 * 86_400
    return content


ALWAYS = None
TROUBLES = {
    "provider down": Trouble(
        troubles.server_error(503).repeated(ALWAYS),
        "failed",
        "openai/studio: OpenAI could not answer GET /organization/costs (503): "
        "The engine is currently overloaded, please try again later.",
        STATUS,
        requests=10,
    ),
    "connection reset": Trouble(
        troubles.connection_reset().repeated(ALWAYS),
        "failed",
        "openai/studio: OpenAI gave no answer to GET /organization/costs (ReadError:)",
        STATUS,
        requests=10,
    ),
    "cut off": Trouble(
        troubles.cut_off().repeated(ALWAYS),
        "failed",
        "openai/studio: OpenAI gave no answer to GET /organization/costs (RemoteProtocolError: ",
        STATUS,
        requests=10,
    ),
    "limited without end": Trouble(
        troubles.rate_limited().repeated(ALWAYS),
        "failed",
        "openai/studio: OpenAI still allows no request to GET /organization/projects (429): "
        "Rate limit reached for requests. Please try again later.",
        WAIT,
        requests=5,
    ),
    "limited for an hour": Trouble(
        troubles.rate_limited(3600).repeated(ALWAYS),
        "failed",
        "openai/studio: OpenAI asks to wait 3600 s, longer than the time left (429): ",
        WAIT,
        requests=1,
    ),
    "a web page": Trouble(
        troubles.not_json().repeated(ALWAYS),
        "failed",
        "openai/studio: costs: this is not JSON: <!DOCTYPE html>",
        NEWER,
    ),
    "a web page of a proxy": Trouble(
        troubles.not_json(502).repeated(ALWAYS),
        "failed",
        "openai/studio: OpenAI could not answer GET /organization/costs (502): "
        "a web page instead of an answer",
        STATUS,
    ),
    "usage cut off": Trouble(
        troubles.cut_off().on("/usage/images").repeated(ALWAYS),
        "partial",
        "openai/studio: OpenAI gave no answer to GET /organization/usage/images (Remote",
        STATUS,
        ("usage.images",),
    ),
    "costs truncated": Trouble(
        troubles.truncated_json().on("/costs").repeated(ALWAYS),
        "partial",
        'openai/studio: costs: this is not JSON: {"object":"page",',
        NEWER,
        ("costs",),
    ),
    "repeated cursor": Trouble(
        edits.repeated_cursor().on("/costs"),
        "partial",
        "openai/studio: costs: the answer leads back to the page page_",
        NEWER,
        ("costs",),
    ),
    "unknown row type": Trouble(
        edits.unknown_row_type().on("/costs"),
        "partial",
        "costs: /data/0/results/0 is not what was expected, organization.costs.result: "
        '{"object": "organization.surprises.result"',
        NEWER,
        ("costs",),
    ),
    "unknown row type in usage": Trouble(
        edits.unknown_row_type().on("/usage/completions"),
        "partial",
        "usage.completions: /data/0/results/0 is not what was expected, organization.usage.",
        NEWER,
        ("usage.completions",),
    ),
    "another day": Trouble(
        edits.edited("another day", _a_month_later).on("/costs"),
        "partial",
        "openai/studio: /data/0/results/0 is about 2026-11-12, which was not asked for",
        NEWER,
        ("costs",),
    ),
    "amount missing": Trouble(
        edits.amount_missing().on("/costs"),
        "partial",
        "/results/0 has no amount: ",
        NEWER,
        ("costs",),
    ),
    "unknown currency": Trouble(
        edits.unknown_value("currency", "credits").on("/costs"),
        "partial",
        "/amount/currency is no currency ('credits' is not a currency code): ",
        NEWER,
        ("costs",),
    ),
    "names down": Trouble(
        troubles.server_error(500).on("/projects|keys").repeated(ALWAYS),
        "ok",
        "openai/studio: OpenAI could not answer GET /organization/projects (500): ",
        ONLY_NAMES,
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_a_trouble_is_said_and_leaves_the_ledger_as_it_was(
    world: World, neighbour: Source, name: str
) -> None:
    trouble, studio = TROUBLES[name], world.own()
    assert [one.state for one in world.collect(studio, neighbour, days=WEEK)] == ["ok", "ok"]
    before, asked = figures(world.place), len(world.server.requests)
    world.server.faults.add(trouble.fault)

    outcome, beside = world.collect(studio, neighbour, days=WEEK)

    message, remedy = sentences(outcome)
    assert (outcome.state, outcome.unread) == (trouble.state, trouble.unread)
    assert trouble.message in message
    assert remedy == trouble.remedy
    assert (beside.state, beside.message) == ("ok", None)
    assert figures(world.place) == before
    if trouble.requests is not None:
        assert len(world.server.requests) - asked == trouble.requests
    world.server.faults.clear()
    assert [one.state for one in world.collect(studio, neighbour, days=WEEK)] == ["ok", "ok"]
    assert figures(world.place) == before


# Keys


def test_a_wrong_key(world: World) -> None:
    source = world.source("studio", "sk-admin-wrong-0123456789-abcdef")
    _refused(world, source, "(401): Incorrect API key provided: [redacted]. You can find")


def test_a_revoked_key(world: World) -> None:
    studio = world.own()
    world.site.keys.clear()
    _refused(world, studio, "(401): Incorrect API key provided: ")


def test_a_key_without_permission(world: World) -> None:
    studio = world.own()
    world.site.keys[world.first.admin_keys[0].value] = Access(world.first.id, frozenset())
    _refused(world, studio, "(403): You have insufficient permissions for this operation.")


def _refused(world: World, source: Source, detail: str) -> None:
    (outcome,) = world.collect(source, days=WEEK)
    message, remedy = sentences(outcome)
    assert outcome.state == "failed"
    assert "openai/studio: OpenAI refused the key for GET /organization/costs" in message
    assert detail in message
    assert f"Costs need an admin key that may read usage: {ADMIN_KEY}" in remedy
    assert len(world.server.requests) == 4
    kept = {key for key, value in json.loads(figures(world.place)).items() if value}
    assert kept == {"format", "schema", "progress"}  # nothing but that the account is expected


@pytest.mark.parametrize(
    ("key", "remedy"),
    [
        ("sk-proj-0123456789abcdefghij", "This is a project key; costs need an admin key: "),
        ("sk-ant-admin01-0123456789abc", "This is a key of Anthropic; OpenAI's costs need an "),
    ],
)
def test_a_key_of_a_wrong_kind_is_recognised_without_a_call(
    world: World, key: str, remedy: str
) -> None:
    (outcome,) = world.collect(world.source("studio", key))

    assert outcome.state == "failed"
    assert sentences(outcome)[0] == (
        "openai/studio: the key in OPENAI_ADMIN_KEY_STUDIO is not of the kind that is needed"
    )
    assert sentences(outcome)[1].startswith(remedy)
    assert ADMIN_KEY in sentences(outcome)[1]
    assert world.server.requests == ()


def test_an_account_without_a_key_is_not_configured(world: World) -> None:
    (outcome,) = world.collect(world.source("studio", None))
    assert outcome.state == "not_configured"
    assert sentences(outcome) == [
        "openai/studio: OPENAI_ADMIN_KEY_STUDIO is not set",
        "Put OPENAI_ADMIN_KEY_STUDIO=… into the .env file of the folder that you run Ecot in.",
    ]


@pytest.mark.parametrize("key", [None, "sk-proj-0123456789abcdefghij", "sk-admin-wrong-012345678"])
def test_an_account_that_never_answered_is_missing_from_the_total(
    world: World, key: str | None
) -> None:
    world.collect(world.source("studio", key))
    (gap,) = world.totals("account", NOVEMBER.first, NOVEMBER.after).coverage.missing

    today = world.clock.today
    assert (gap.first, gap.last, gap.days) == (NOVEMBER.first, today - DAY, today.day - 1)
    long_ago = Month(2024, 9)
    assert not world.totals("account", long_ago.first, long_ago.after).coverage.missing


def test_a_provider_that_cannot_be_reached(world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    key = world.first.admin_keys[0].value
    (outcome,) = world.collect(world.source("studio", key, f"http://127.0.0.1:{port}/v1"))

    assert outcome.state == "failed"
    assert (
        "OpenAI gave no answer to GET /organization/costs (ConnectError: "
        in (sentences(outcome)[0])
    )
    assert sentences(outcome)[1] == STATUS


# Waiting


@pytest.mark.parametrize(
    ("fault", "slept"),
    [
        (lambda _: troubles.rate_limited(3), [3.0]),
        (lambda world: troubles.rate_limited_until(90, world.clock), [90.0]),
        (lambda _: troubles.rate_limited().repeated(2), [4.0, 8.0]),
        (lambda _: troubles.server_error(500).repeated(4), [0.5, 1.0, 2.0, 4.0]),
        (lambda _: troubles.cut_off(), [0.5]),
        (lambda _: troubles.connection_reset().on("/costs"), [0.5]),
    ],
    ids=["seconds", "date", "nothing", "server error", "cut off", "reset"],
)
def test_a_passing_trouble_is_waited_for(
    world: World, fault: Callable[[World], Fault], slept: list[float]
) -> None:
    world.server.faults.add(fault(world))
    (outcome,) = world.collect(days=WEEK)
    assert (outcome.state, outcome.message) == ("ok", None)
    assert world.clock.slept == slept
    assert world.server.faults.struck


def test_an_hour_is_not_waited_for(world: World) -> None:
    world.server.faults.add(troubles.rate_limited_until(3600, world.clock).repeated(ALWAYS))
    (outcome,) = world.collect()
    assert outcome.state == "failed"
    assert world.clock.slept == []
    assert len(world.server.requests) == 1


# What is tolerated


def test_an_unknown_field_changes_nothing(world: World) -> None:
    world.collect(days=WEEK)
    before = figures(world.place)
    world.server.faults.add(edits.unknown_field())
    (outcome,) = world.collect(days=WEEK)
    assert (outcome.state, outcome.message) == ("ok", None)
    assert figures(world.place) == before


@pytest.mark.parametrize(
    ("field", "value"), [("quantity_unit", "quanta"), ("service_tier", "warp")]
)
def test_an_unknown_label_is_kept_as_it_is(world: World, field: str, value: str) -> None:
    world.server.faults.add(edits.unknown_value(field, value))
    (outcome,) = world.collect(days=WEEK)
    assert (outcome.state, outcome.message) == ("ok", None)
    assert f'"{value}"'.encode() in figures(world.place)


# What is empty


def test_an_empty_organisation_has_no_data_and_no_cost_of_zero(world: World) -> None:
    world.server.faults.add(edits.empty_organisation())
    (outcome,) = world.collect()

    assert (outcome.state, outcome.charges, outcome.usages) == ("no_data", 0, 0)
    said = world.totals("account", NOVEMBER.first, NOVEMBER.after)
    assert (said.total, said.groups, said.coverage.missing) == (None, (), ())


def test_a_day_that_comes_back_empty_once_is_kept_in_doubt_then_as_before(world: World) -> None:
    world.collect()
    before, said = figures(world.place), _tuesday(world)
    assert said
    world.server.faults.add(edits.day_empty(TUESDAY).on("/costs"))

    (doubtful,) = world.collect()
    assert (doubtful.state, doubtful.unread, doubtful.restatements) == ("partial", (), ())
    assert f"figures of {TUESDAY} came back empty" in str(doubtful.message)
    assert _tuesday(world) == said
    assert _doubted(world) == [(TUESDAY, TUESDAY)]

    (outcome,) = world.collect()
    assert outcome.state == "ok"
    assert _doubted(world) == []
    assert figures(world.place) == before


def test_a_day_that_comes_back_empty_twice_is_believed(world: World) -> None:
    world.collect()
    world.server.faults.add(edits.day_empty(TUESDAY).on("/costs").repeated(2))

    (doubtful,), (outcome,) = world.collect(), world.collect()
    (told,) = outcome.restatements
    assert doubtful.restatements == ()
    assert (told.day, told.new_cost) == (TUESDAY, {})
    assert _tuesday(world) is None
    assert _doubted(world) == []


def _tuesday(world: World) -> object:
    return world.totals("day", TUESDAY, TUESDAY + DAY).total


def _doubted(world: World) -> list[tuple[date, date]]:
    gaps = world.totals("account", OCTOBER.first, NOVEMBER.after).coverage.missing
    return [(gap.first, gap.last) for gap in gaps]


# Faults of ours


def test_a_fault_of_ours_stops_one_account_and_says_whose_it_is(
    world: World, neighbour: Source, caplog: pytest.LogCaptureFixture
) -> None:
    studio = world.own()

    def told(account: str, step: str) -> None:
        if account == studio.account and step.startswith("costs"):
            raise ZeroDivisionError

    world.clock.told = told
    outcome, beside = world.collect(studio, neighbour, days=WEEK)

    assert (outcome.state, beside.state) == ("failed", "ok")
    assert sentences(outcome) == [
        "openai/studio: Ecot itself failed (ZeroDivisionError)",
        (
            "Run again with --verbose and report what it prints; "
            "every day it had not finished is as it was."
        ),
    ]
    assert "Traceback" in caplog.text
