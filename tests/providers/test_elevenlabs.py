"""ElevenLabs: what is asked, what the answers mean, and what is refused rather than guessed."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.jobs.round import Round
from ecot.model.answer import Answer
from ecot.model.outcome import Outcome
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Balance, Charge, Name, Usage
from ecot.providers.contract import Options
from ecot.providers.elevenlabs import ELEVENLABS, check, fetch, parse, recognise
from ecot.providers.http import Http, client
from ecot.providers.patience import Budget
from ecot.sandbox import exact_json
from tests.providers import around
from tests.providers.asking import NOW, Answering, Waiting, all_of, patient, run
from tests.providers.remedies import told

CANARY = "sk_0c4a4rb1d70c4a4rb1d70c4a4rb1d70c4a4rb1d70c4a4rb1"
DAY = Period.of_day(date(2026, 11, 3))
TODAY = date(2026, 11, 21)
QUERY = "/v1/workspace/analytics/query/usage-by-product-over-time"
MIDNIGHT = "2026-11-03T00:00:00Z"
OCTOBER = Period.of_days(date(2026, 10, 1), date(2026, 11, 1))

Cell = object
Columns = dict[str, tuple[object, Cell]]
"""A table of one row: by name of column its unit and its value."""

SEEN: Columns = {
    "product_type": (None, "TTS"),
    "model": (None, "eleven_v3"),
    "timestamp": (None, MIDNIGHT),
    "total_usage": ("credits", 219),
    "total_minutes": ("min", Decimal("2.44")),
    "total_cost": ("usd", Decimal("0.079716")),
    "usage_count": (None, 3),
    "total_charge_count": (None, Decimal("1.595")),
}


def table(columns: Columns, feed: str = "usage.products", /, **fields: object) -> Answer:
    content = {
        "columns": list(columns),
        "column_types": ["String" for _ in columns],
        "column_units": [unit for unit, _ in columns.values()],
        "rows": [[value for _, value in columns.values()]],
    }
    return answer({**content, **fields}, feed)


def answer(content: object, feed: str = "usage.products", day: date | None = TODAY) -> Answer:
    return Answer(feed=feed, endpoint="POST", body=exact_json.dumps(content), day=day)


def rows(answered: Answer) -> list[AnyRow | Name]:
    return [row for _, row in parse(answered)]


def used(columns: Columns) -> Usage:
    (row,) = rows(table(columns))
    assert isinstance(row, Usage)
    return row


# What the table means


def test_a_row_is_the_usage_of_a_utc_day() -> None:
    keyed: Columns = {
        "hashed_xi_api_key": (None, "5f2b8e"),
        "reporting_workspace_id": ("", "ws_a"),
    }
    assert used(SEEN | keyed) == Usage(
        charge_period=DAY,
        category="ai",
        service="TTS",
        model="eleven_v3",
        api_key_id="5f2b8e",
        sub_account_id="ws_a",
        quantities={"credits": Decimal(219), "minutes": Decimal("2.44")},
    )


@given(st.permutations(list(SEEN)))
def test_columns_are_read_by_their_names_wherever_they_stand(names: Sequence[str]) -> None:
    assert used({name: SEEN[name] for name in names}) == used(SEEN)


@given(st.decimals("0.000001", 10**9, allow_nan=False, places=6), st.booleans())
def test_credits_are_exact_as_a_number_and_as_a_text(amount: Decimal, as_text: bool) -> None:
    value = format(amount, "f") if as_text else amount
    documented: Columns = {"timestamp": ("s", MIDNIGHT), "credits_used": ("credits", value)}

    assert used(documented).quantities == {"credits": amount}


def test_characters_are_read_where_there_are_some_and_never_made_of_credits() -> None:
    assert used(SEEN | {"tts_characters": (None, 438)}).quantities == {
        "credits": 219,
        "minutes": Decimal("2.44"),
        "characters": 438,
    }
    assert "characters" not in used(SEEN).quantities


def test_what_a_use_is_worth_is_nobodys_bill() -> None:
    (row,) = rows(table(SEEN | {"total_cost": ("eur", Decimal("9999.99"))}))

    assert row == used(SEEN)
    assert not isinstance(row, Charge)
    assert ELEVENLABS.estimated == {"usage.products": "nothing"}


def test_a_quantity_that_is_null_is_not_zero() -> None:
    assert used(SEEN | {"total_minutes": ("min", None)}).quantities == {"credits": 219}
    assert used(SEEN | {"total_usage": ("credits", 0)}).quantities["credits"] == 0
    nothing: Columns = {"total_usage": ("credits", 0), "total_minutes": ("min", None)}
    assert rows(table(SEEN | nothing)) == []
    empty: Columns = {"total_usage": ("credits", None), "total_minutes": ("min", None)}
    with pytest.raises(UnexpectedAnswer, match="none of its measures"):
        used(SEEN | empty)


def test_a_day_without_use_has_no_row_but_is_read_with_the_same_care() -> None:
    zeros: Columns = {"total_usage": ("credits", 0), "total_minutes": ("min", "0.0")}

    assert rows(table(SEEN | zeros)) == []
    with pytest.raises(UnexpectedAnswer, match="is not a UTC day"):
        rows(table(SEEN | zeros | {"timestamp": (None, "2026-11-03T01:00:00Z")}))


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_group_without_a_value_is_none(nothing: str | None) -> None:
    row = used(SEEN | {"model": (nothing, nothing), "product_type": (nothing, nothing)})

    assert (row.model, row.service) == (None, None)


@pytest.mark.parametrize(
    "text", [MIDNIGHT, "2026-11-03 00:00:00", "2026-11-03T00:00:00.000+00:00", "2026-11-03"]
)
def test_a_utc_midnight_is_read_in_every_form(text: str) -> None:
    assert used(SEEN | {"timestamp": ("s", text)}).charge_period == DAY


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-03T01:00:00Z",
        "2026-11-03T00:01:00Z",
        "2026-11-02T23:00:00Z",
        "2026-11-03T00:00:00+01:00",
        "yesterday",
        "9999-12-31T00:00:00Z",
        "",
        None,
        1793664000000,
    ],
)
def test_a_bucket_that_is_no_utc_day_is_refused(moment: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="/rows/0"):
        used(SEEN | {"timestamp": (None, moment)})


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("fiat_units_spent", "usd"),
        ("fiat_units_spent", None),
        ("fiat_currency", None),
        ("unit_price", ""),
        ("amount_due", None),
        ("overage", "eur"),
        ("overage", "PLN"),
        ("rebate", "chf"),
        ("bonus", "credits"),
        ("gems", "gold"),
        ("total_usage", "min"),
        ("total_usage", None),
        ("total_usage", "Credits"),
        ("total_minutes", "s"),
        ("total_minutes", None),
        ("tts_characters", "credits"),
        ("total_cost", None),
        ("total_cost", "credits"),
        ("total_cost", "cents"),
        ("usage_count", "usd"),
        ("model", "usd"),
    ],
)
def test_a_column_that_may_be_money_or_usage_is_refused_with_its_row(
    name: str, unit: str | None
) -> None:
    with pytest.raises(UnexpectedAnswer) as caught:
        used(SEEN | {name: (unit, 7)})

    assert f"/rows/0 has a column {name}" in str(caught.value)
    assert '"product_type": "TTS"' in str(caught.value)


@pytest.mark.parametrize("unit", [None, "", "ms", "s", "min", "duration", "ratio", "rating"])
def test_a_column_that_is_neither_changes_nothing(unit: str | None) -> None:
    assert used(SEEN | {"carbon_grams": (unit, 7)}) == used(SEEN)


def test_one_column_of_credits_is_needed() -> None:
    both: Columns = {"credits_used": ("credits", 219)}
    with pytest.raises(UnexpectedAnswer, match="not one column of credits"):
        used(SEEN | both)
    with pytest.raises(UnexpectedAnswer, match="not one column of credits"):
        used({name: cell for name, cell in SEEN.items() if name != "total_usage"})


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"columns": [*SEEN, "more"]}, "/column_types"),
        ({"column_types": ["String"]}, "/column_types"),
        ({"column_units": [None] * 7}, "/column_units"),
        ({"column_units": [None] * 9}, "/column_units"),
        ({"rows": [[1, 2]]}, "/rows/0"),
        ({"rows": [[None] * 9]}, "/rows/0"),
        ({"columns": [*list(SEEN)[:-1], "model"]}, "/columns"),
        ({"column_units": [7] * 8}, "/column_units/0"),
        ({"rows": [{"timestamp": MIDNIGHT}]}, "/rows/0"),
    ],
)
def test_a_table_that_is_not_even_is_refused(fields: dict[str, object], place: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"^usage.products: {place} "):
        rows(table(SEEN, **fields))


def test_a_table_without_rows_says_nothing() -> None:
    assert rows(table(SEEN, rows=[])) == []
    empty = dict.fromkeys(("columns", "column_types", "column_units", "rows"), ())
    assert rows(answer(empty)) == []


def test_keys_are_named_where_they_were_used() -> None:
    named: Columns = {"hashed_xi_api_key": (None, "5f2b8e"), "api_key_name": (None, "website")}

    assert rows(table(SEEN | named, "api_keys")) == [Name("api_key_id", "5f2b8e", "website")]
    assert rows(table(SEEN | named)) == [used(SEEN | named)]
    assert rows(table(SEEN | named | {"api_key_name": (None, None)}, "api_keys")) == []
    assert rows(table(SEEN, "api_keys")) == []


def test_two_keys_of_one_name_are_both_named_and_each_once() -> None:
    columns = ("hashed_xi_api_key", "api_key_name")
    named = [["a1", "website"], ["b2", "website"], ["a1", "website"], ["c3", ""]]
    content = {
        "columns": columns,
        "column_types": ["String", "String"],
        "column_units": ["", None],
        "rows": named,
    }
    assert list(parse(answer(content, "api_keys"))) == [
        ("/rows/0", Name("api_key_id", "a1", "website")),
        ("/rows/1", Name("api_key_id", "b2", "website")),
    ]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{}", b'{"columns": null}', b"<html>"])
@pytest.mark.parametrize("stream", ELEVENLABS.streams)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=TODAY)))


# What a subscription means

RESET = datetime(2026, 12, 14, 9, 30, tzinfo=UTC)
PLAN = {
    "tier": "creator",
    "character_count": 131_072,
    "character_limit": 100_000,
    "next_character_count_reset_unix": int(RESET.timestamp()),
    "character_refresh_period": "monthly_period",
    "billing_period": "annual_period",
    "currency": "eur",
    "current_overage": {"amount": "9.3216", "currency": "eur"},
    "max_credit_limit_extension": "unlimited",
    "next_invoice": {"amount_due_cents": 4171, "next_payment_attempt_unix": -1},
}


def standing(**fields: object) -> list[AnyRow | Name]:
    return rows(answer({**PLAN, **fields}, "subscription"))


def balances(**fields: object) -> dict[str, Balance]:
    return {row.name: row for row in standing(**fields) if isinstance(row, Balance)}


def test_a_subscription_is_credits_left_money_owed_and_a_plan_of_unknown_price() -> None:
    of_day = Period.of_day(TODAY)
    cycle = Period(datetime(2026, 11, 14, 9, 30, tzinfo=UTC), RESET)

    assert standing() == [
        Balance(
            charge_period=of_day,
            category="ai",
            name="credits",
            unit="credits",
            cycle=cycle,
            used=Decimal(131_072),
            limit=Decimal(100_000),
            remaining=Decimal(0),
        ),
        Balance(
            charge_period=of_day,
            category="ai",
            name="overage",
            unit="EUR",
            cycle=cycle,
            accrues=True,
            used=Decimal("9.3216"),
        ),
        Charge(
            charge_period=of_day,
            category="ai",
            service="plan creator",
            charge_category="Purchase",
            currency="EUR",
            basis="unknown",
            billed_cost=None,
        ),
    ]


def test_what_is_left_is_the_limit_less_what_was_used() -> None:
    assert balances(character_count=1)["credits"].remaining == 99_999


@pytest.mark.parametrize("extension", [0, 50_000, "unlimited", None])
def test_how_far_a_plan_may_be_exceeded_changes_nothing(extension: object) -> None:
    assert standing(max_credit_limit_extension=extension) == standing()


def test_invoices_and_unknown_fields_change_nothing() -> None:
    invoice = {"amount_due_cents": 99_999, "next_payment_attempt_unix": 1}
    assert standing(next_invoice=None, open_invoices=[invoice], carbon_grams=7) == standing()


def test_a_free_plan_is_no_purchase() -> None:
    assert not any(isinstance(row, Charge) for row in standing(tier="free", currency=None))


def test_an_overage_that_is_not_stated_is_not_zero() -> None:
    assert set(balances(current_overage=None)) == {"credits"}
    assert balances(current_overage={"amount": "0", "currency": "usd"})["overage"].used == 0


def unknown(**fields: object) -> list[tuple[str | None, str, str]]:
    """The charges of unknown cost."""
    charges = [row for row in standing(**fields) if isinstance(row, Charge)]
    assert {(row.basis, row.billed_cost) for row in charges} <= {("unknown", None)}
    return [(row.service, row.charge_category, row.currency) for row in charges]


def test_credits_beyond_the_plan_without_an_overage_are_of_unknown_cost() -> None:
    plan = ("plan creator", "Purchase", "EUR")
    unstated = {name: value for name, value in PLAN.items() if name != "current_overage"}
    exceeded = [("overage", "Usage", "EUR"), plan]

    assert unknown(current_overage=None) == exceeded
    missing = [row for row in rows(answer(unstated, "subscription")) if isinstance(row, Charge)]
    assert [row.service for row in missing] == ["overage", "plan creator"]
    assert unknown() == [plan]
    assert unknown(current_overage=None, character_count=100_000) == [plan]
    assert unknown(current_overage=None, tier="free", currency=None) == []


@pytest.mark.parametrize(
    "overage",
    [
        {},
        {"amount": "1"},
        {"currency": "usd"},
        {"amount": None, "currency": "usd"},
        {"amount": "a lot", "currency": "usd"},
        {"amount": "1", "currency": "credits"},
        {"amount": "1", "currency": ""},
        "9.32",
    ],
)
def test_an_overage_without_money_is_refused(overage: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^subscription: /current_overage"):
        standing(current_overage=overage)


def test_a_plan_has_the_currency_of_its_overage_or_none_is_made_up() -> None:
    (charge,) = (row for row in standing(currency=None) if isinstance(row, Charge))
    assert charge.currency == "EUR"
    with pytest.raises(UnexpectedAnswer, match="has no current_overage"):
        standing(currency=None, current_overage=None)


@pytest.mark.parametrize(
    ("refresh", "billing", "reset", "start"),
    [
        ("monthly_period", None, "2026-12-14T09:30:00Z", "2026-11-14T09:30:00Z"),
        ("monthly_period", "annual_period", "2026-03-31T10:00:00Z", "2026-02-28T10:00:00Z"),
        (None, "monthly_period", "2028-03-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("3_month_period", None, "2026-01-31T23:59:59Z", "2025-10-31T23:59:59Z"),
        ("6_month_period", None, "2026-08-31T00:00:00Z", "2026-02-28T00:00:00Z"),
        ("annual_period", "monthly_period", "2028-02-29T01:00:00Z", "2027-02-28T01:00:00Z"),
    ],
)
def test_a_cycle_ends_with_the_renewal_and_begins_a_period_before(
    refresh: str | None, billing: str | None, reset: str, start: str
) -> None:
    end = datetime.fromisoformat(reset)
    found = balances(
        character_refresh_period=refresh,
        billing_period=billing,
        next_character_count_reset_unix=int(end.timestamp()),
    )
    cycle = Period(datetime.fromisoformat(start), end)
    assert (found["credits"].cycle, found["overage"].cycle) == (cycle, cycle)


@pytest.mark.parametrize("billing", ["annual_period", "6_month_period", "3_month_period", None])
def test_how_often_a_bill_comes_does_not_say_how_often_credits_do(billing: str | None) -> None:
    unstated = {"character_refresh_period": None, "billing_period": billing}
    zero = {"amount": "0", "currency": "usd"}

    found = balances(**unstated, current_overage=zero)
    assert (found["credits"].cycle, found["overage"].cycle) == (None, None)
    with pytest.raises(UnexpectedAnswer, match="/current_overage is owed"):
        standing(**unstated)


def test_money_that_grows_from_an_unknown_day_on_is_refused() -> None:
    unstated = {"next_character_count_reset_unix": None}
    zero = {"amount": "0", "currency": "usd"}

    assert balances(**unstated, current_overage=zero)["overage"].cycle is None
    with pytest.raises(UnexpectedAnswer, match="/current_overage is owed"):
        standing(**unstated)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("character_refresh_period", "weekly_period"),
        ("next_character_count_reset_unix", -1),
        ("next_character_count_reset_unix", 1_797_000_000_000),
        ("next_character_count_reset_unix", "1797000000"),
        ("character_count", None),
        ("character_limit", "many"),
        ("tier", None),
        ("currency", "credits"),
    ],
)
def test_a_strange_subscription_is_refused(field: str, value: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=field):
        standing(**{field: value})


def test_a_subscription_is_of_the_day_on_which_it_was_read() -> None:
    with pytest.raises(UnexpectedAnswer, match="is not of a day"):
        rows(answer(PLAN, "subscription", day=None))


# What is asked


def http(answering: Answering | httpx.AsyncBaseTransport, url: str = ELEVENLABS.base_url) -> Http:
    """An account that reads from a function or over a transport, with the canary as its key."""
    made = isinstance(answering, httpx.AsyncBaseTransport)
    transport = answering if made else httpx.MockTransport(answering)  # type: ignore[arg-type]
    waiting = Waiting()
    return Http(
        client(patient(transport, waiting)),  # type: ignore[arg-type]
        base_url=url,
        headers=ELEVENLABS.headers(CANARY, Options()),
        secrets=(CANARY,),
        provider="ElevenLabs",
        account="elevenlabs/lumen",
        budget=Budget(300, waiting.monotonic),
    )


def asked(stream: str, period: Period = OCTOBER) -> tuple[httpx.Request, Answer]:
    made: list[httpx.Request] = []

    def answering(request: httpx.Request) -> httpx.Response:
        made.append(request)
        return httpx.Response(200, json={})

    asking = http(answering)
    (answered,) = run(asking, all_of(fetch(asking, stream, period)))
    (request,) = made
    return request, answered


def test_usage_is_asked_for_in_milliseconds_and_whole_utc_days() -> None:
    request, answered = asked("usage.products")

    assert (request.method, str(request.url)) == ("POST", f"https://api.elevenlabs.io{QUERY}")
    assert request.headers["xi-api-key"] == CANARY
    assert json.loads(request.content) == {
        "start_time": 1_790_812_800_000,
        "end_time": 1_793_491_200_000,
        "interval_seconds": 86_400,
        "time_zone": "UTC",
        "group_by": ["product_type", "model", "hashed_xi_api_key", "reporting_workspace_id"],
    }
    assert '"start_time": 1790812800000' in answered.endpoint
    assert CANARY not in answered.endpoint


def test_keys_are_asked_for_over_the_last_thirty_days() -> None:
    request, _ = asked("api_keys", Period.of_day(TODAY))
    question: Any = json.loads(request.content)

    assert question["group_by"] == ["hashed_xi_api_key"]
    assert question["end_time"] - question["start_time"] == 31 * 86_400_000
    assert question["interval_seconds"] == 86_400


def test_the_subscription_is_of_today() -> None:
    request, answered = asked("subscription", Period.of_day(TODAY))

    assert (request.method, request.url.path) == ("GET", "/v1/user/subscription")
    assert answered.day == TODAY


def test_a_check_tries_both_permissions() -> None:
    paths: list[str] = []

    def answering(request: httpx.Request) -> httpx.Response:
        paths.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json={"tier": "free", "columns": []})

    asking = http(answering)
    run(asking, check(asking))
    assert paths == ["GET /v1/user/subscription", f"POST {QUERY}"]


# Keys and refusals


def test_keys_of_others_are_recognised_without_asking() -> None:
    for key in ("sk-proj-abc", "sk-ant-admin01-abc", "sk-or-v1-abc", "sk-abc"):
        remedy = recognise(key)
        assert remedy is not None
        assert "another supplier" in remedy
        assert key not in remedy
    assert recognise(CANARY) is None
    assert recognise("0123456789abcdef0123456789abcdef") is None  # without a beginning


def examined(response: httpx.Response) -> Outcome:
    """The doctor's sentence where every request is answered like this."""

    def answering(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(
            response.status_code, headers=response.headers, content=response.content
        )

    round_ = Round(
        run="one",
        today=NOW.date(),
        now=lambda: NOW,
        open_client=lambda: client(patient(httpx.MockTransport(answering), Waiting())),
    )
    return around.examined(around.source(ELEVENLABS, ELEVENLABS.base_url, CANARY), round_)


MISSING = "The API key you used is missing the permission user_read to execute this operation."
INVALID = [{"type": "greater_than_equal", "loc": ["body", "start_time"], "msg": "Input is too old"}]


@pytest.mark.parametrize(
    ("status", "detail", "said", "remedy"),
    [
        (
            401,
            {
                "type": "authentication_error",
                "code": "unauthorized",
                "status": "missing_permissions",
                "message": MISSING,
            },
            MISSING,
            "User: Access and Workspace Analytics: Access",
        ),
        (403, {"status": "missing_permissions", "message": MISSING}, "user_read", "User: Access"),
        (
            401,
            {"status": "invalid_api_key", "message": f"Invalid API key {CANARY}"},
            "Invalid API key",
            "base_url",
        ),
        (422, INVALID, "Input is too old", "newer Ecot"),
        (
            429,
            {"status": "too_many_concurrent_requests", "message": "Too many requests"},
            "Too many requests",
            "in a few minutes",
        ),
        (429, {"status": "system_busy"}, "no reason given", "in a few minutes"),
        (500, "Internal Server Error", "Internal Server Error", "status.elevenlabs.io"),
        (404, "Not Found", "Not Found", "newer Ecot"),
    ],
)
def test_a_refusal_is_said_in_its_own_words_with_what_to_do(
    status: int, detail: object, said: str, remedy: str
) -> None:
    outcome = examined(httpx.Response(status, json={"detail": detail}))

    assert outcome.state == "failed"
    assert said in str(outcome.message)
    assert "elevenlabs/lumen" in str(outcome.message)
    assert remedy in str(outcome.remedy)
    assert CANARY[3:] not in f"{outcome.message} {outcome.remedy}"


def test_a_page_for_people_is_no_answer() -> None:
    outcome = examined(httpx.Response(200, html="<html>Just a moment</html>"))

    assert outcome.state == "failed"
    assert "this is not JSON" in str(outcome.message)


def test_a_key_that_is_echoed_is_in_no_answer_and_no_complaint() -> None:
    columns: Columns = SEEN | {"model": (None, f"voice of {CANARY}"), "gems": ("gold", 1)}
    echoed = table(columns).body
    asking = http(lambda _: httpx.Response(200, content=echoed))
    (answered,) = run(asking, all_of(fetch(asking, "usage.products", DAY)))

    assert CANARY.encode() not in answered.body
    with pytest.raises(UnexpectedAnswer) as caught:
        rows(answered)
    assert CANARY[3:] not in str(caught.value)


def test_the_record_is_complete() -> None:
    assert ELEVENLABS.streams == ("usage.products", "subscription", "api_keys")
    assert ELEVENLABS.wider == ("usage.products",)
    assert ELEVENLABS.lateness == timedelta(days=1)
    assert ELEVENLABS.variables == ("ELEVENLABS_API_KEY", "ELEVEN_API_KEY", "XI_API_KEY")
    assert set(told(ELEVENLABS)) == {
        *("access_denied", "rate_limited", "unavailable", "unexpected_answer"),
    }
