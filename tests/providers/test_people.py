"""Who people are is hidden before anything is kept: nothing else in an answer is touched."""

import json
import re
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.model.rows import Name
from ecot.providers.people import People
from tests.providers.asking import http, run

KEY = bytes(range(32))
ANA = "Ana.Pereira+dev@lumen.example"
PSEUDONYM = re.compile(r"user-[a-z2-7]{8}")


def people() -> People:
    return People(lambda: KEY)


def test_a_person_is_the_same_pseudonym_however_written() -> None:
    some = people()
    first = some.pseudonym(ANA)

    assert PSEUDONYM.fullmatch(first)
    assert some.pseudonym(ANA.lower()) == some.pseudonym(f" {ANA.upper()} ") == first
    assert some.pseudonym(first) == first
    assert people().pseudonym(ANA) == first
    assert People(lambda: bytes(32)).pseudonym(ANA) != first
    assert some.pseudonym("bo@lumen.example") != first


def test_the_key_is_asked_for_only_where_somebody_is_named() -> None:
    def nobody() -> bytes:
        raise AssertionError("the key was asked for")

    assert People(nobody).hidden('{"model":"claude@20251001","n":0.10}', ("login",)) == (
        '{"model":"claude@20251001","n":0.10}'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'{{"email":"{ANA}","n":1.10}}', '{"email":"<>","n":1.10}'),
        (f"GET /users?email={ANA}&page=2", "GET /users?email=<>&page=2"),
        (f"mailto:{ANA}, and {ANA}.", "mailto:<>, and <>."),
        ("é.müller@école.example", "<>"),
        ("react@18.2.0", "react@18.2.0"),
        ("claude-3-5-sonnet@20240620", "claude-3-5-sonnet@20240620"),
        ("@lumen.example", "@lumen.example"),
        ("a@b", "a@b"),
    ],
)
def test_addresses_are_hidden_and_nothing_else(text: str, expected: str) -> None:
    assert PSEUDONYM.sub("<>", people().hidden(text)) == expected


def test_a_field_that_names_somebody_is_hidden_whatever_it_holds() -> None:
    text = '{"user_login": "octocat", "login" : "zo\\u00e9 \\"z\\"", "team": "octocat", "n": 1e2}'
    some = people()
    hidden = json.loads(some.hidden(text, ("user_login", "login")))

    assert PSEUDONYM.fullmatch(hidden["user_login"])
    assert hidden | {"user_login": "", "login": ""} == {
        "user_login": "",
        "login": "",
        "team": "octocat",
        "n": 100.0,
    }
    assert some.names([hidden["login"], "user-aaaaaaaa"]) == [
        Name("user", hidden["login"], 'zoé "z"')
    ]


@pytest.mark.parametrize("nobody", ['""', "null", '"None"', '" "'])
def test_nobody_is_not_hidden(nobody: str) -> None:
    text = f'{{"login": {nobody}}}'
    assert people().hidden(text, ("login",)) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda some: (
            st.lists(some, max_size=3)
            | st.dictionaries(st.sampled_from(["login", "b", "c"]), some, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_json_stays_json_and_only_named_fields_change(value: Any) -> None:
    hidden = json.loads(people().hidden(json.dumps(value), ("login",)))
    assert _less(hidden) == _less(value)


def _less(value: Any) -> Any:
    """The value without what the fields hold."""
    if isinstance(value, list):
        return [_less(one) for one in value]
    if isinstance(value, dict):
        return {
            key: _less(one)
            for key, one in value.items()
            if key != "login" or not isinstance(one, str)
        }
    return value


def test_a_long_answer_without_people_is_searched_once() -> None:
    """A search that began anew at every letter would take minutes."""
    text = "a" * 3_000_000 + "@"
    assert people().hidden(text) == text


def test_neither_answer_nor_endpoint_nor_error_names_anybody() -> None:
    account = http(lambda _: httpx.Response(200, content=f'{{"email":"{ANA}"}}'))
    found = run(account, account.answer("usage", "/users", [("email", ANA)]))
    assert "example" not in f"{found.body!r} {found.endpoint}"
    assert list(account.people.met.values()).count(ANA) == 1

    refusing = http(lambda _: httpx.Response(400, json={"error": {"message": f"{ANA} is gone"}}))
    with pytest.raises(Exception, match=r"user-[a-z2-7]{8} is gone") as told:
        run(refusing, refusing.answer("usage", "/users"))
    assert "example" not in str(told.value)
