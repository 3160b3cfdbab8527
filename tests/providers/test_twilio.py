"""Twilio: what is asked, what the answers mean, and what is refused rather than guessed."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import SettingsError, UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.model.rows import AnyRow, Balance, Charge, Name, Usage, merged
from ecot.providers.twilio import TWILIO, parse, recognise
from ecot.providers.twilio.asking import TwilioOptions, headers
from ecot.providers.twilio.records import CATEGORIES
from ecot.settings import load
from tests.providers.remedies import told

SID, KEY_SID = "AC" + "a" * 32, "SK" + "b" * 32
DAY = date(2026, 10, 1)


def record(category: str = "calls", price: object = "0.5", **fields: object) -> dict[str, Any]:
    known = {
        "account_sid": SID,
        "category": category,
        "count": "3",
        "count_unit": "calls",
        "usage": "7",
        "usage_unit": "minutes",
        "description": "Voice Minutes",
        "price": price,
        "price_unit": "usd",
        "start_date": str(DAY),
        "end_date": str(DAY),
    }
    return {**known, **fields}


def messages(category: str = "sms-outbound", **fields: object) -> dict[str, Any]:
    units = {"count_unit": "messages", "usage_unit": "segments"}
    return record(category, **{**units, **fields})


def page(*records: object, asked: Mapping[str, str] | None = None) -> Answer:
    body = json.dumps({"usage_records": records}, default=lambda number: f"!{number}!")
    exact = body.replace('"!', "").replace('!"', "")
    return Answer(feed="usage", endpoint="", body=exact.encode(), asked=asked or {})


def rows(*records: object) -> list[AnyRow]:
    """What the records mean as one reading."""
    return merged(row for _, row in parse(page(*records)) if not isinstance(row, Name))


def costs(*records: object) -> dict[str | None, Decimal | None]:
    return {row.service: row.billed_cost for row in rows(*records) if isinstance(row, Charge)}


def quantities(*records: object) -> dict[str, Decimal]:
    (found,) = [row.quantities for row in rows(*records) if isinstance(row, Usage)]
    return dict(found)


# What a price means


def test_a_price_is_billed_money_of_one_gmt_day() -> None:
    (charge,) = [
        row for row in rows(record()) if row.service == "calls" and isinstance(row, Charge)
    ]
    assert charge == Charge(
        charge_period=Period.of_day(DAY),
        category="infrastructure",
        service="calls",
        sub_account_id=SID,
        charge_description="Voice Minutes",
        consumed_quantity=Decimal(7),
        consumed_unit="minutes",
        currency="USD",
        basis="billed",
        billed_cost=Decimal("0.5"),
    )


def test_other_is_what_no_category_tells() -> None:
    total = record("totalprice", "2.00000001", count=None, count_unit="", usage_unit="usd")

    assert costs(record(), messages(price="1.25"), total) == {
        "calls": Decimal("0.5"),
        "sms-outbound": Decimal("1.25"),
        "other": Decimal("0.25000001"),
    }


PRICES = st.decimals(-(10**6), 10**6, allow_nan=False, places=12)


@given(st.dictionaries(st.sampled_from(CATEGORIES), PRICES), PRICES, st.booleans())
def test_the_lines_of_a_day_add_up_to_its_total(
    prices: dict[str, Decimal], total: Decimal, as_text: bool
) -> None:
    def shown(price: Decimal) -> object:
        return format(price, "f") if as_text else price

    parts = [messages(name, price=shown(price)) for name, price in prices.items()]
    found = costs(*parts, record("totalprice", shown(total)))

    assert sum(cost for cost in found.values() if cost is not None) == total
    stated = {name: price for name, price in prices.items() if price}
    assert {name: cost for name, cost in found.items() if name != "other"} == stated


def test_nothing_that_costs_nothing_is_a_charge() -> None:
    assert costs(record(price="0"), record("totalprice", "0")) == {}
    assert costs(record("phonenumbers", "0"), record("totalprice", 0)) == {}


def test_what_categories_tell_wholly_leaves_nothing() -> None:
    assert costs(record(), record("totalprice", "0.50")) == {"calls": Decimal("0.5"), "other": 0}


def test_money_given_back_is_a_credit_inside_the_total() -> None:
    given = messages("sms-messages-carrierfees", price="-0.12")
    found = rows(given, record("totalprice", "-0.12"))

    kinds = {row.service: row.charge_category for row in found if isinstance(row, Charge)}
    assert kinds == {"sms-messages-carrierfees": "Credit", "other": "Usage"}
    assert costs(given) == {"sms-messages-carrierfees": Decimal("-0.12"), "other": Decimal("0.12")}


def test_the_currency_is_the_accounts() -> None:
    found = rows(record(price_unit="jpy"))

    assert {row.currency for row in found if isinstance(row, Charge)} == {"JPY"}


# What quantities mean


def test_calls_and_minutes_messages_and_segments() -> None:
    assert quantities(record()) == {"calls": 3, "minutes": 7}
    assert quantities(messages(count="148", usage="155")) == {
        "messages": 148,
        "message_segments": 155,
    }


def test_segments_that_are_called_messages_are_not_counted_as_such() -> None:
    found = messages(count="148", usage="155", usage_unit="messages")

    assert quantities(found) == {"messages": 148}


def test_what_costs_nothing_is_counted_all_the_same() -> None:
    assert quantities(record(price="0")) == {"calls": 3, "minutes": 7}
    assert costs(record(price="0")) == {}


def test_a_measure_that_is_not_stated_is_not_zero() -> None:
    assert quantities(record(count=None)) == {"minutes": 7}
    assert not [row for row in rows(record(count="0", usage="0")) if isinstance(row, Usage)]


@pytest.mark.parametrize("category", [name for name in CATEGORIES if "fees" in name])
def test_segments_that_carriers_are_paid_for_are_no_messages_once_more(category: str) -> None:
    fees = record(category, count_unit="segments", usage_unit="segments")

    assert not [row for row in rows(fees) if isinstance(row, Usage)]


def test_numbers_rented_are_the_quantity_of_their_charge_alone() -> None:
    found = rows(record("phonenumbers", "1.15", usage="1", usage_unit="numbers"))
    (rent,) = [row for row in found if row.service == "phonenumbers"]

    assert isinstance(rent, Charge)
    assert (rent.consumed_quantity, rent.consumed_unit) == (Decimal(1), "numbers")
    assert not [row for row in found if isinstance(row, Usage)]


# What is tolerated, and what is not


def test_unknown_fields_change_nothing() -> None:
    assert rows(record(carbon_grams=7, quantum={"a": [1]})) == rows(record())


@pytest.mark.parametrize("category", ["sms", "mms", "calls-inbound", "channels-whatsapp", "", "x"])
def test_a_category_that_may_be_inside_another_is_refused(category: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^usage: /usage_records/0"):
        rows(record(category))


def test_a_list_of_more_than_the_asked_category_is_refused() -> None:
    """A list that ignores the question would count each category as often as it is asked."""
    asked = {"category": "calls"}
    assert list(parse(page(record(), asked=asked)))

    with pytest.raises(UnexpectedAnswer, match="/usage_records/1 is of a category that was not"):
        list(parse(page(record(), messages(), asked=asked)))


@pytest.mark.parametrize("price", [None, "", "a lot", True, [], {}, "NaN", "1,5"])
@pytest.mark.parametrize("category", ["calls", "totalprice"])
def test_a_record_without_money_is_refused_and_never_zero(category: str, price: object) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^usage: /usage_records/0"):
        rows(record(category, price))


@pytest.mark.parametrize(
    "strange",
    [
        {"price_unit": "credits"},
        {"price_unit": None},
        {"usage_unit": "fortnights"},
        {"count_unit": None},
        {"count": "many"},
        {"usage": "many"},
        {"account_sid": None},
        {"end_date": "2026-10-02"},
        {"start_date": "2026-09-30"},
        {"start_date": "monday", "end_date": "monday"},
        {"start_date": None},
        {"category": None},
    ],
)
def test_what_is_not_understood_is_refused_with_its_row(strange: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^usage: /usage_records/0.*\{"):
        rows(record(**strange))


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{}", b'{"usage_records": null}', b'{"usage_records": [7]}']
)
@pytest.mark.parametrize("stream", TWILIO.streams)
def test_an_answer_of_another_shape_is_refused(stream: str, body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer):
        list(parse(Answer(feed=stream, endpoint="", body=body, day=DAY)))


def test_a_place_leads_back_to_the_record() -> None:
    places = [place for place, _ in parse(page(record(), record("totalprice")))]

    assert places == ["/usage_records/0"] * 3 + ["/usage_records/1"]


# The balance


def balance(**fields: object) -> list[object]:
    known = {"account_sid": SID, "balance": "12.34", "currency": "USD"}
    body = json.dumps({**known, **fields}).encode()
    return [row for _, row in parse(Answer(feed="balance", endpoint="", body=body, day=DAY))]


def test_a_balance_is_what_is_left_on_the_day() -> None:
    assert balance(balance="-0.5", currency="chf") == [
        Balance(
            charge_period=Period.of_day(DAY),
            category="infrastructure",
            sub_account_id=SID,
            name="credit",
            unit="CHF",
            remaining=Decimal("-0.5"),
        )
    ]


def test_a_subaccount_has_no_balance_and_not_one_of_zero() -> None:
    assert balance(balance=None, currency=None) == []


@pytest.mark.parametrize("strange", [{"balance": "a lot"}, {"currency": "gold"}, {"balance": True}])
def test_a_strange_balance_is_refused(strange: dict[str, object]) -> None:
    with pytest.raises(UnexpectedAnswer, match=r"^balance: "):
        balance(**strange)


# Keys


def test_a_token_goes_with_the_account_and_a_secret_with_its_key() -> None:
    token = headers("token", TwilioOptions(account_sid="AC" + "0" * 32))
    secret = headers("secret", TwilioOptions(account_sid=SID, api_key_sid="SK" + "0" * 32))

    pairs = (
        "QUMwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDp0b2tlbg==",
        ("U0swMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDpzZWNyZXQ="),
    )
    assert [token["Authorization"], secret["Authorization"]] == [f"Basic {one}" for one in pairs]


def test_a_sid_is_no_key() -> None:
    for sid in (SID, KEY_SID):
        remedy = str(recognise(sid))
        assert remedy.startswith("This is a SID, which says whose the key is, and no key: enter ")
        assert sid not in remedy
    for key in ("SG.abc", "sk-abc", "sk_abc", "rk_abc"):
        assert str(recognise(key)).startswith("This is a key of another service.")
    assert recognise("9f3b1c7d5e2a4806b1d3f5a7c9e0b2d4") is None


def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **environ: str) -> Any:
    monkeypatch.chdir(tmp_path)
    return load(environ=environ, providers=(TWILIO,), today=date(2026, 3, 5)).accounts


def test_the_older_names_of_the_variables_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "token", "TWILIO_API_KEY": KEY_SID}
    (account,) = loaded(tmp_path, monkeypatch, **older)

    assert (account.key, account.secret_name) == ("twilio/twilio", "TWILIO_AUTH_TOKEN")
    assert account.options == TwilioOptions(account_sid=SID)


def test_an_api_key_is_an_account_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = f'[[account]]\nprovider = "twilio"\napi_key_sid = "{KEY_SID}"\nbalance = false\n'
    (tmp_path / "ecot.toml").write_text(settings)
    key = {"TWILIO_ACCOUNT_SID": SID, "TWILIO_API_KEY": "secret"}
    (account,) = loaded(tmp_path, monkeypatch, **key)

    assert account.secret_name == "TWILIO_API_KEY"
    assert account.options == TwilioOptions(account_sid=SID, api_key_sid=KEY_SID, balance=False)


def test_a_sid_that_is_none_is_a_wrong_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SettingsError, match="TWILIO_ACCOUNT_SID"):
        loaded(tmp_path, monkeypatch, TWILIO_ACCOUNT_SID="me", TWILIO_AUTH_TOKEN="token")


def test_what_a_person_can_do_is_said_for_each_kind_of_trouble() -> None:
    remedies = told(TWILIO)

    assert remedies["access_denied"].startswith("Look whether TWILIO_ACCOUNT_SID and the key ")
    assert "https://status.twilio.com" in remedies["unavailable"]
