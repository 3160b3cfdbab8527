"""Reading answers: exact numbers, and complaints that name the place."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
from ecot.providers.reading import Node, decoded

AMOUNTS = st.decimals(-(10**9), 10**9, allow_nan=False, places=20)


@given(AMOUNTS)
def test_an_amount_has_the_digits_it_was_written_with(amount: Decimal) -> None:
    text = format(amount, "f")
    as_number = Node(decoded(f'{{"value": {text}}}'.encode()), "costs")
    as_text = Node(decoded(f'{{"value": "{text}"}}'.encode()), "costs")

    assert str(as_number["value"].amount()) == str(as_text["value"].amount()) == str(Decimal(text))


@pytest.mark.parametrize("text", ["1e999999999", "NaN", "-Infinity", '"abc"', "true", "[1]", '""'])
def test_what_is_no_amount_is_refused(text: str) -> None:
    node = Node(decoded(f'{{"value": {text}}}'.encode()), "costs")

    with pytest.raises(UnexpectedAnswer, match=r"^costs: /value is no amount"):
        node["value"].amount()


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"a": ', b"\xff", b"[" * 100_000, b"1e99999999999999999999999"]
)
def test_what_is_not_json_is_an_unexpected_answer(body: bytes) -> None:
    with pytest.raises(UnexpectedAnswer, match="this is not JSON"):
        decoded(body)


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        decoded(body)
    except UnexpectedAnswer:
        assert True


def test_a_complaint_quotes_the_part_short_and_without_keys() -> None:
    row = {"object": "x", "key": "sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8x", "rest": "y" * 1000}

    with pytest.raises(UnexpectedAnswer) as caught:
        Node({"data": [row]}, "costs")["data"].__iter__().__next__()["amount"]
    message = str(caught.value)
    assert message.startswith('costs: /data/0 has no amount: {"object": "x", "key": "[redacted]"')
    assert len(message) < 300


@pytest.mark.parametrize("name", ["amount", "currency"])
def test_strange_money_is_quoted_with_its_row(name: str) -> None:
    row = Node({"data": [{"service": "coffee", "amount": "1,5", "currency": "beans"}]}, "costs")
    (money,) = row["data"]

    with pytest.raises(UnexpectedAnswer, match=f'^costs: /data/0/{name} is no .*"coffee"'):
        getattr(money[name], name)()


@pytest.mark.parametrize("value", ["text", 7, None, [1]])
def test_a_field_of_what_is_no_object_is_refused(value: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="the answer is not an object"):
        Node(value, "costs").get("data")


def test_what_is_no_list_is_refused() -> None:
    with pytest.raises(UnexpectedAnswer, match="/data is not a list"):
        list(Node({"data": {}}, "costs")["data"])


def test_a_name_with_a_slash_is_escaped_in_its_place() -> None:
    node = Node({"a/b~c": {"d": 1}}, "costs")

    assert node["a/b~c"]["d"].place == "/a~1b~0c/d"
