"""ElevenLabs over a real socket: whole months of made-up workspaces, equal to the truth."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import jsonschema
import pytest

from ecot.errors import AccessDenied, ProviderError, RateLimited, UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.money import total
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Balance, Charge, Name, Usage
from ecot.providers.contract import Options
from ecot.providers.elevenlabs import ELEVENLABS, check, fetch, parse
from ecot.providers.http import Http, client
from ecot.providers.patience import Budget
from ecot.sandbox import edits, troubles
from ecot.sandbox.elevenlabs import ANALYTICS, USER_READ, Access, ElevenLabsSite
from ecot.sandbox.elevenlabs.truth import Speech, Use, Workspace, made_up
from ecot.sandbox.faults import Fault
from ecot.sandbox.server import LoopbackServer
from tests.providers.asking import Waiting, all_of, patient, run
from tests.specifications import specification_file

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
OCTOBER = Period.of_days(date(2026, 10, 1), date(2026, 11, 1))
TODAY = Period.of_day(NOW.date())
STUDIO, SCHOOL, HOBBY = "sk_5tud10000001", "sk_5ch001000002", "sk_h0bby0000003"
USER_ONLY, USAGE_ONLY = "sk_u5er00000004", "sk_u5age0000005"
STANDING = "/v1/user/subscription"
QUERY = "/v1/workspace/analytics/query/usage-by-product-over-time"
LIMITED = {"detail": {"status": "too_many_concurrent_requests", "message": "Too many requests"}}


@pytest.fixture
def truth() -> Speech:
    return Speech(made_up(), lambda: NOW)


@pytest.fixture
def site(truth: Speech) -> ElevenLabsSite:
    keys = {
        STUDIO: Access("ws_studio"),
        SCHOOL: Access("ws_school"),
        HOBBY: Access("ws_hobby"),
        USER_ONLY: Access("ws_studio", frozenset({USER_READ})),
        USAGE_ONLY: Access("ws_studio", frozenset({ANALYTICS})),
    }
    return ElevenLabsSite(truth, keys)


@pytest.fixture
def server(site: ElevenLabsSite) -> Iterator[LoopbackServer]:
    with LoopbackServer(site) as running:
        yield running


@pytest.fixture
def studio(truth: Speech) -> Workspace:
    return truth.workspaces["ws_studio"]


Read = Callable[..., list[Answer]]


@pytest.fixture
def http(server: LoopbackServer) -> Callable[[str], Http]:
    """The account of a key."""

    def opened(secret: str) -> Http:
        waiting = Waiting()
        return Http(
            client(patient(httpx.AsyncHTTPTransport(), waiting)),
            base_url=server.url,
            headers=ELEVENLABS.headers(secret, Options()),
            secrets=(secret,),
            provider="ElevenLabs",
            account="elevenlabs/lumen",
            budget=Budget(300, waiting.monotonic),
        )

    return opened


@pytest.fixture
def read(http: Callable[[str], Http]) -> Read:
    """A stream of October, or of another period, with the studio's key or another."""

    def reading(stream: str, period: Period = OCTOBER, secret: str = STUDIO) -> list[Answer]:
        asked = http(secret)
        return run(asked, all_of(fetch(asked, stream, period)))

    return reading


def rows_of(answers: list[Answer]) -> list[AnyRow]:
    parsed = [row for answer in answers for _, row in parse(answer)]
    return [row for row in parsed if not isinstance(row, Name)]


def usages(answers: list[Answer], period: Period = OCTOBER) -> list[Usage]:
    """The usage of the days that were asked for, as the jobs take it."""
    rows = [row for row in rows_of(answers) if period.start <= row.charge_period.start < period.end]
    return [row for row in rows if isinstance(row, Usage)]


Place = tuple[date, str | None, str | None, str | None, str | None]


def summed(found: list[Usage]) -> dict[Place, dict[str, Decimal]]:
    sums: dict[Place, dict[str, Decimal]] = {}
    for row in found:
        place = (row.day, row.service, row.model, row.api_key_id, row.sub_account_id)
        assert place not in sums, "each group has one row a day"
        sums[place] = dict(row.quantities)
    return sums


def expected(uses: list[Use]) -> dict[Place, dict[str, Decimal]]:
    sums: dict[Place, dict[str, Decimal]] = {}
    for use in uses:
        hashed = use.key.hash if use.key else None
        place = (use.moment.date(), use.product, use.model, hashed, use.workspace)
        at = sums.setdefault(place, {"credits": Decimal(0), "minutes": Decimal(0)})
        at["credits"] += use.credits
        at["minutes"] += use.minutes
    return sums


def test_a_month_of_usage_is_the_truth_to_the_last_digit(
    read: Read, truth: Speech, studio: Workspace
) -> None:
    uses = list(truth.uses(studio, OCTOBER.start, OCTOBER.end))

    assert len({use.workspace for use in uses}) == 2
    assert summed(usages(read("usage.products"))) == expected(uses)


def test_the_documented_form_says_the_same_credits(
    read: Read, site: ElevenLabsSite, truth: Speech, studio: Workspace
) -> None:
    site.documented = True
    uses = list(truth.uses(studio, OCTOBER.start, OCTOBER.end))
    found = usages(read("usage.products"))

    assert total(row.quantities["credits"] for row in found) == sum(use.credits for use in uses)
    assert {name for row in found for name in row.quantities} == {"credits"}


def test_the_next_day_is_in_the_answer_and_is_not_one_of_those_asked_for(read: Read) -> None:
    period = Period.of_days(date(2026, 10, 5), date(2026, 10, 7))
    days = {row.day for row in rows_of(read("usage.products", period))}

    assert days == {date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)}


def test_a_day_without_use_is_zeros_in_the_answer_and_no_row(read: Read) -> None:
    sunday = Period.of_day(date(2026, 10, 4))
    week = Period.of_days(date(2026, 10, 3), date(2026, 10, 6))
    (answer,) = read("usage.products", week)

    assert b"2026-10-04T00:00:00Z" in answer.body
    assert usages([answer], week)
    assert usages([answer], sunday) == []


def test_today_is_what_was_used_until_now(read: Read, truth: Speech, studio: Workspace) -> None:
    uses = list(truth.uses(studio, TODAY.start, TODAY.end))
    found = usages(read("usage.products", TODAY), TODAY)

    assert uses
    assert all(use.moment <= NOW for use in uses)
    assert total(row.quantities["credits"] for row in found) == sum(use.credits for use in uses)


def test_what_a_subscription_owes_is_the_truth(
    read: Read, truth: Speech, studio: Workspace
) -> None:
    rows = rows_of(read("subscription", TODAY))
    balances = {row.name: row for row in rows if isinstance(row, Balance)}
    cycle = Period(
        datetime(2026, 11, 14, 9, 30, tzinfo=UTC), datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
    )
    used = sum(use.credits for use in truth.uses(studio, cycle.start, cycle.end))

    assert used > 40_000, "the truth has an overage to find"
    assert balances["credits"].used == used
    assert balances["credits"].remaining == 0
    assert balances["overage"].used == (used - 40_000) * Decimal("0.000267")
    assert balances["overage"].unit == "EUR"
    assert {row.cycle for row in balances.values()} == {cycle}
    assert [row.service for row in rows if isinstance(row, Charge)] == ["plan creator"]


def test_a_workspace_that_another_pays_for_sees_itself_and_the_groups_credits(
    read: Read, truth: Speech
) -> None:
    alone = usages(read("usage.products", OCTOBER, SCHOOL))

    assert {row.sub_account_id for row in alone} == {"ws_school"}
    assert rows_of(read("subscription", TODAY, SCHOOL)) == rows_of(read("subscription", TODAY))


def test_a_free_plan_has_credits_left_and_nothing_to_pay(read: Read, truth: Speech) -> None:
    rows = rows_of(read("subscription", TODAY, HOBBY))
    hobby = truth.workspaces["ws_hobby"]

    assert [row.name for row in rows if isinstance(row, Balance)] == ["credits", "overage"]
    assert [row for row in rows if isinstance(row, Charge)] == []
    assert isinstance(rows[0], Balance)
    assert rows[0].used == truth.used(hobby)


def test_keys_have_their_names(read: Read, studio: Workspace) -> None:
    named = [row for answer in read("api_keys", TODAY) for _, row in parse(answer)]

    assert sorted(named, key=str) == sorted(
        (Name("api_key_id", key.hash, key.name) for key in studio.keys), key=str
    )


# Keys and troubles


def test_a_key_with_both_permissions_passes(http: Callable[[str], Http]) -> None:
    asked = http(STUDIO)
    run(asked, check(asked))


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (USAGE_ONLY, f"GET {STANDING} .401.: .* missing the permission user_read"),
        (USER_ONLY, f"POST {QUERY} .401.: .* missing the permission workspace_analytics"),
        ("sk_n0b0dy5key", "Invalid API key"),
    ],
)
def test_a_key_that_may_not_read_enough_fails_its_check(
    http: Callable[[str], Http], secret: str, said: str
) -> None:
    asked = http(secret)
    with pytest.raises(AccessDenied, match=said) as caught:
        run(asked, check(asked))
    assert secret not in str(caught.value)


def test_seconds_would_have_been_refused_and_not_answered_with_nothing(
    server: LoopbackServer,
) -> None:
    question = {"start_time": 1_790_812_800, "end_time": 1_793_491_200}
    refused = httpx.post(server.url + QUERY, json=question, headers={"xi-api-key": STUDIO})

    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["body", "start_time"]


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"end_time": 1_793_491_200_000}, "start_time"),
        ({"start_time": "x", "end_time": 1_793_491_200_000}, "start_time"),
        ({"start_time": 1_790_812_800_000}, "end_time"),
        ({"group_by": ["voice"]}, "group_by"),
        ({"group_by": "model"}, "group_by"),
        ({"interval_seconds": 0}, "interval_seconds"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
    ],
)
def test_a_wrong_question_is_refused_as_fastapi_does(
    server: LoopbackServer, question: dict[str, Any], field: str
) -> None:
    times = {"start_time": 1_790_812_800_000, "end_time": 1_793_491_200_000}
    if field not in times:
        question = times | question
    refused = httpx.post(server.url + QUERY, json=question, headers={"xi-api-key": STUDIO})

    assert refused.status_code == 422
    assert refused.json()["detail"][0]["loc"] == ["body", field]


def test_days_of_another_time_zone_are_refused(server: LoopbackServer) -> None:
    question = {
        "start_time": 1_790_812_800_000,
        "end_time": 1_790_985_600_000,
        "interval_seconds": 86_400,
        "time_zone": "Europe/Zurich",
    }
    shifted = httpx.post(server.url + QUERY, json=question, headers={"xi-api-key": STUDIO})

    assert shifted.status_code == 200
    with pytest.raises(UnexpectedAnswer, match="is not a UTC day"):
        rows_of([Answer(feed="usage.products", endpoint="", body=shifted.content)])


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (troubles.not_json(), UnexpectedAnswer),
        (troubles.truncated_json(), UnexpectedAnswer),
        (troubles.rate_limited(3600, LIMITED).repeated(None), RateLimited),
        (troubles.refused(403, LIMITED), AccessDenied),
    ],
)
@pytest.mark.parametrize("stream", ELEVENLABS.streams)
def test_a_strange_answer_stops_the_stream(
    read: Read, server: LoopbackServer, stream: str, fault: Fault, kind: type[ProviderError]
) -> None:
    server.faults.add(fault)
    with pytest.raises(kind):
        rows_of(read(stream, TODAY))


@pytest.mark.parametrize(
    "fault",
    [
        troubles.cut_off(),
        troubles.server_error(503, {"detail": "Service Unavailable"}),
        troubles.rate_limited(1, LIMITED),
        troubles.rate_limited(None, LIMITED),
        troubles.rate_limited_until(2, lambda: NOW, LIMITED),
        troubles.connection_reset(),
        edits.unknown_field(),
    ],
)
@pytest.mark.parametrize("stream", ["usage.products", "subscription"])
def test_trouble_that_passes_changes_no_figure(
    read: Read, server: LoopbackServer, stream: str, fault: Fault
) -> None:
    before = rows_of(read(stream, TODAY))
    server.faults.add(fault)

    assert rows_of(read(stream, TODAY)) == before
    assert server.faults.struck


# The sandbox against the specification


@pytest.mark.parametrize("secret", [STUDIO, HOBBY])
@pytest.mark.parametrize(
    ("stream", "model"),
    [
        ("usage.products", "WorkspaceAnalyticsQueryResponseModel"),
        ("subscription", "ExtendedSubscriptionResponseModel"),
    ],
)
def test_the_sandbox_answers_as_specified(read: Read, secret: str, stream: str, model: str) -> None:
    described = json.loads(specification_file("elevenlabs.openapi.json").read_bytes())
    schema = {"$ref": f"#/components/schemas/{model}", "components": described["components"]}

    (answer,) = read(stream, TODAY, secret)
    jsonschema.Draft202012Validator(schema).validate(json.loads(answer.body))
