"""Who people are is hidden before anything is kept: nothing else in an answer is touched."""

import json
import re
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import UnexpectedAnswer
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


def test_what_is_hidden_is_not_hidden_again() -> None:
    hidden = people().hidden("claude_code_key_ana.p_pcvf ana@lumen.example")

    assert people().hidden(hidden) == hidden


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
        ("Siobhan.O'Brien@lumen.example", "<>"),
        ("'ana@lumen.example'", "'<>'"),
        ("/users/ana%40lumen.example/usage", "/users/<>/usage"),
        ("web@prod, ana@xn--e1afmkfd.xn--p1ai", "web@prod, <>"),
        ('owner "C:\\nina@lumen.example', 'owner "C:\\<>'),
        ('{"name":"claude_code_key_ana.p_pcvf"}', '{"name":"claude_code_key_<>_pcvf"}'),
        ('{"n":"\\tclaude_code_key_bo_lee_abcd"}', '{"n":"\\tclaude_code_key_<>_abcd"}'),
        ("claude_code_key_nightly, my_claude_code_key_ana_pcvf", None),
    ],
)
def test_addresses_are_hidden_and_nothing_else(text: str, expected: str | None) -> None:
    assert PSEUDONYM.sub("<>", people().hidden(text)) == (expected or text)


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


@pytest.mark.parametrize(
    ("meant", "expected"),
    [
        (f"Contact:\n{ANA}\tand {ANA}", "Contact:\n<>\tand <>"),
        ('"zoé.müller@école.example" said', '"<>" said'),
        (json.dumps({"note": f"by\n{ANA}"}), '{"note": "by\\n<>"}'),
        (f"{'é' * 99}\nana@lumen.example", f"{'é' * 99}\n<>"),
        ('a "quote", a \\ and web@prod', 'a "quote", a \\ and web@prod'),
    ],
)
@pytest.mark.parametrize("is_ascii", [True, False])
@pytest.mark.parametrize("at", ["@", "\\u0040"])
def test_escapes_of_json_neither_hide_an_address_nor_are_broken(
    meant: str, expected: str, is_ascii: bool, at: str
) -> None:
    text = json.dumps([{"text": meant, "n": 1}], ensure_ascii=is_ascii).replace("@", at)
    hidden = json.loads(people().hidden(f"POST /query {text}").removeprefix("POST /query "))
    assert hidden[0]["n"] == 1
    assert PSEUDONYM.sub("<>", hidden[0]["text"]) == expected


def test_a_person_is_one_pseudonym_through_escapes() -> None:
    some = people()
    for text in (ANA, json.dumps(f"\n{ANA}"), ANA.replace("@", "%40"), ANA.upper()):
        some.hidden(text)
    assert some.met == {some.pseudonym(ANA): ANA}


def test_a_login_that_looks_like_a_pseudonym_is_hidden_too() -> None:
    assert "michelle" not in people().hidden('{"login": "user-michelle"}', ("login",))


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
    for text in ("a" * 3_000_000 + "@", '@"' + '\\"' * 1_000_000, '"' * 1_000_000 + "@"):
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


@pytest.mark.parametrize("before", range(205, 245, 3))
def test_an_address_that_does_not_fit_into_a_sentence_is_hidden_too(before: int) -> None:
    message = f"{'x' * before} ana.pereira@lumen.example is gone"
    refusing = http(lambda _: httpx.Response(400, json={"error": {"message": message}}))
    with pytest.raises(UnexpectedAnswer) as told:
        run(refusing, refusing.answer("usage", "/users"))
    assert "ana." not in str(told.value)


@pytest.mark.parametrize(
    ("asking", "shown"),
    [
        ({"path": "/users", "params": [("to", f"Ana <{ANA}>")]}, "GET /users?to=Ana+%3C{}%3E"),
        ({"path": "/query", "question": {"who": f"by\n{ANA}"}}, 'POST /query {{"who": "by\\n{}"}}'),
    ],
)
def test_what_is_asked_is_shown_with_the_persons_own_pseudonym(
    asking: dict[str, Any], shown: str
) -> None:
    account = http(lambda _: httpx.Response(200, content=b"{}"))
    found = run(account, account.answer("usage", **asking))
    person = account.people.pseudonym(ANA)
    assert found.endpoint == shown.format(person)
    assert account.people.met == {person: ANA}


def test_a_file_that_an_answer_links_to_names_nobody() -> None:
    lines = f'{{"login":"octocat","n":1}}\n{{"login":"{ANA}","n":2}}\n'
    account = http(lambda _: httpx.Response(200, text=lines), personal=("login",))
    link = f"https://files.example/{ANA}/1.ndjson?sig=1"
    found = run(account, account.download("users", link))
    octocat, ana = (account.people.pseudonym(one) for one in ("octocat", ANA))
    assert [json.loads(line) for line in found.body.splitlines()] == [
        {"login": octocat, "n": 1},
        {"login": ana, "n": 2},
    ]
    assert found.endpoint == f"GET https://files.example/{ana}/1.ndjson"
