"""Deepgram: what the answers mean, and what is refused rather than guessed."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.model.rows import Balance, Charge, Name, Usage
from ecot.providers.deepgram import DEEPGRAM, parse, recognise
from ecot.providers.deepgram.rows import QUANTITIES, service_and_model
from ecot.sandbox import exact_json
from tests.providers.remedies import told

DAY = date(2026, 10, 1)
READ_ON = date(2026, 11, 21)
BY_DAY = {"units": "day", "amount": 1}
PROJECT = "3fd1c0de-9a4b-4c7d-8e21-0a5b6c7d8e9f"


def grouping(**fields: object) -> dict[str, object]:
    return {"start": str(DAY), "end": str(DAY), **fields}


def cost(dollars: object = Decimal("1.5"), **fields: object) -> dict[str, object]:
    return {"dollars": dollars, "grouping": grouping(**fields)}


def used(**measures: object) -> dict[str, object]:
    return {**measures, "grouping": grouping(models="nova-3")}


def answer(
    feed: str, *rows: object, resolution: object = BY_DAY, day: date | None = None
) -> Answer:
    whole = {"start": str(DAY), "end": "2026-10-08", "resolution": resolution, "results": rows}
    body = exact_json.dumps(whole)
    return Answer(feed=feed, endpoint="GET /", body=body, sub_account_id=PROJECT, day=day)


def charge(*row: object, **fields: object) -> Charge:
    ((_, found),) = parse(answer("billing", *(row or (cost(**fields),))))
    assert isinstance(found, Charge)
    return found


def usage(**measures: object) -> Usage:
    ((_, found),) = parse(answer("usage", used(**measures)))
    assert isinstance(found, Usage)
    return found


def balances(*rows: object, day: date | None = READ_ON) -> list[Balance]:
    body = exact_json.dumps({"balances": rows})
    read = Answer(feed="balances", endpoint="", body=body, sub_account_id=PROJECT, day=day)
    return [row for _, row in parse(read) if isinstance(row, Balance)]


def credit(**fields: object) -> dict[str, object]:
    return {"balance_id": "c1", "amount": Decimal("12.5"), "units": "usd", **fields}


# What a cost means


def test_a_cost_is_dollars_of_one_day_project_key_and_line_item() -> None:
    row = charge(line_item="streaming::nova-3", accessor="key-1", deployment="hosted", tags=None)

    assert row == Charge(
        charge_period=Period.of_day(DAY),
        category="ai",
        service="streaming",
        sub_account_id=PROJECT,
        model="nova-3",
        api_key_id="key-1",
        tags={"deployment": "hosted"},
        charge_description="streaming::nova-3",
        sku_id="streaming::nova-3",
        currency="USD",
        basis="billed",
        billed_cost=Decimal("1.5"),
    )


@given(st.decimals(-(10**6), 10**6, allow_nan=False, places=15), st.booleans())
def test_dollars_are_exact_as_a_number_and_as_a_text(dollars: Decimal, as_text: bool) -> None:
    row = charge(cost(format(dollars, "f") if as_text else dollars))

    assert row.billed_cost == dollars
    assert row.charge_category == ("Credit" if dollars < 0 else "Usage")


def test_a_cent_and_less_keeps_its_digits() -> None:
    assert str(charge(cost(Decimal("0.0123"))).billed_cost) == "0.0123"


@pytest.mark.parametrize(
    "dollars", [None, {}, [], True, "a lot", "", {"amount": 1}, "NaN", "1 USD"]
)
def test_a_cost_without_money_is_refused_and_never_zero(dollars: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^billing: /results/0") as caught:
        charge(cost(dollars, line_item="sync::aura-2"))
    assert "dollars" in str(caught.value)


def test_a_cost_whose_dollars_are_missing_is_quoted() -> None:
    with pytest.raises(
        UnexpectedAnswer, match=r"^billing: /results/0 has no dollars: .*sync::aura"
    ):
        charge({"euros": 3, "grouping": grouping(line_item="sync::aura-2")})


@pytest.mark.parametrize(
    ("line_item", "service", "model"),
    [
        ("streaming::nova-3", "streaming", "nova-3"),
        ("sync::aura-2", "sync", "aura-2"),
        ("text-intelligence", "text-intelligence", None),
        ("streaming::nova-3::multilingual", "streaming::nova-3::multilingual", None),
        ("::nova-3", "::nova-3", None),
        ("streaming::", "streaming::", None),
        (None, None, None),
    ],
)
def test_a_line_item_names_a_service_and_a_model(
    line_item: str | None, service: str | None, model: str | None
) -> None:
    assert service_and_model(line_item) == (service, model)
    assert charge(line_item=line_item).sku_id == line_item


@pytest.mark.parametrize("tags", [["dev", "web"], "dev, web"])
def test_tags_are_a_list_or_a_text(tags: object) -> None:
    assert charge(tags=tags).tags == {"tags": "dev, web"}


# What usage means


def test_usage_has_the_model_and_every_measure_that_is_stated() -> None:
    measures = dict.fromkeys(QUANTITIES, 0) | {"hours": Decimal("1619.7242069444444")}
    row = usage(**measures)

    assert row.model == "nova-3"
    nothing = dict.fromkeys(QUANTITIES.values(), Decimal(0))
    assert row.quantities == nothing | {"audio_hours": Decimal("1619.7242069444444")}


def test_a_measure_that_is_not_stated_is_not_zero() -> None:
    assert usage(requests=4, agent_hours=None).quantities == {"requests": 4}


def test_usage_without_any_measure_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match=r"/results/0 has none of its measures: .*coffees"):
        usage(coffees=3)


@pytest.mark.parametrize("name", QUANTITIES)
def test_a_measure_that_is_no_number_is_refused(name: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"/results/0/{name} is no amount"):
        usage(**{name: "many"})


# Days


@pytest.mark.parametrize("feed", DEEPGRAM.feeds)
@pytest.mark.parametrize(
    "resolution",
    [
        {"units": "week", "amount": 1},
        {"units": "hour", "amount": 1},
        {"units": "day", "amount": 7},
        {"units": "DAYS", "amount": 1},
        {"amount": 1},
        {},
        None,
        "day",
    ],
)
def test_figures_that_are_not_by_day_are_refused(feed: str, resolution: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="resolution"):
        list(parse(answer(feed, {**cost(), "requests": 1}, resolution=resolution)))


@pytest.mark.parametrize("feed", DEEPGRAM.feeds)
@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-10-01", "2026-10-07"),
        ("2026-10-01", "2026-10-03"),
        ("2026-10-02", "2026-10-01"),
        ("2026-10-01T00:00:00Z", "2026-10-01"),
        ("20261001", "20261001"),
        ("2026-02-30", "2026-02-30"),
        ("9999-12-31", "9999-12-31"),
        (1767225600, 1767225600),
        ("2026-10-01", None),
        (None, "2026-10-01"),
    ],
)
def test_a_row_that_is_not_one_day_is_refused(feed: str, start: object, end: object) -> None:
    row = {"dollars": 1, "requests": 1, "grouping": {"start": start, "end": end}}

    with pytest.raises(UnexpectedAnswer, match=f"^{feed}: /results/0/grouping"):
        list(parse(answer(feed, row)))


def test_a_row_may_end_on_the_next_day() -> None:
    row = {"dollars": 1, "grouping": {"start": "2026-10-01", "end": "2026-10-02"}}

    assert charge(row).charge_period == Period.of_day(DAY)


def test_an_answer_about_one_day_counts_for_that_day_alone() -> None:
    after = {"dollars": 7, "grouping": {"start": "2026-10-02", "end": "2026-10-02"}}
    rows = [row for _, row in parse(answer("billing", cost(), after, day=DAY))]

    assert rows == [charge()]


# Balances and names


def test_credits_are_kept_apart_in_their_units() -> None:
    found = balances(credit(), credit(balance_id="c2", units="hour"), credit(balance_id="c3"))

    assert [(row.resource_id, row.unit, row.remaining) for row in found] == [
        ("c1", "USD", Decimal("12.5")),
        ("c2", "hours", Decimal("12.5")),
        ("c3", "USD", Decimal("12.5")),
    ]
    assert {(row.charge_period, row.sub_account_id, row.name) for row in found} == {
        (Period.of_day(READ_ON), PROJECT, "credit")
    }


@pytest.mark.parametrize("units", ["eur", "credits", "minutes", "", None, 7])
def test_a_credit_in_an_unknown_unit_is_refused(units: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^balances: /balances/0") as caught:
        balances(credit(units=units))
    assert json.dumps(units) in str(caught.value)


@pytest.mark.parametrize("name", ["amount", "units", "balance_id"])
def test_a_credit_that_lacks_something_is_refused(name: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=f"/balances/0 has no {name}"):
        balances(credit(**{name: None}))


def test_a_balance_of_no_day_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="has no resolution"):
        balances(credit(), day=None)


def test_projects_have_names() -> None:
    projects = [{"project_id": "p1", "name": "Studio"}, {"project_id": "p2", "name": None}]
    body = exact_json.dumps({"projects": projects})
    rows = [row for _, row in parse(Answer(feed="projects", endpoint="", body=body))]

    assert rows == [Name("sub_account_id", "p1", "Studio")]


# What is tolerated, and what is not


def test_unknown_fields_and_values_change_nothing() -> None:
    assert charge({**cost(surprise=[1]), "carbon_grams": 7}) == charge()
    assert charge(deployment="dedicated").tags == {"deployment": "dedicated"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'{"results": null}', b"UUID parsing failed", b"<html>"]
)
@pytest.mark.parametrize("stream", DEEPGRAM.streams)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=READ_ON)))


def test_days_without_rows_yield_nothing() -> None:
    assert list(parse(answer("billing"))) == []


def test_a_place_leads_back_to_the_row() -> None:
    rows: Any = parse(answer("billing", cost(), cost(line_item="sync::aura-2")))

    assert [place for place, _ in rows] == ["/results/0", "/results/1"]


# Keys


@pytest.mark.parametrize(
    "key", ["sk-proj-abc", "sk-ant-admin01-abc", "sk_0123456789abcdef", "sk-or-v1-abc"]
)
def test_a_key_of_another_supplier_is_recognised_without_asking(key: str) -> None:
    remedy = str(recognise(key))

    assert remedy.startswith("This is a key of another supplier; Deepgram's have 40 digits")
    assert key not in remedy


def test_a_temporary_token_is_recognised() -> None:
    assert str(recognise("eyJhbGciOiJIUzI1NiJ9.e30.x")).startswith("This is a temporary token")


@pytest.mark.parametrize("key", ["0123456789abcdef0123456789abcdef01234567", "dg_abc"])
def test_other_keys_are_tried(key: str) -> None:
    assert recognise(key) is None


def test_the_record_is_complete() -> None:
    assert DEEPGRAM.feeds == ("usage", "billing")
    assert DEEPGRAM.wider == DEEPGRAM.feeds
    assert set(told(DEEPGRAM)) == {
        *("access_denied", "rate_limited", "unavailable", "unexpected_answer"),
    }
