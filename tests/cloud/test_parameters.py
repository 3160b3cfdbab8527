"""Secrets in SSM: read by name and by page, replaced, removed, and never shown."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC

import pytest
from boto3.session import Session
from pydantic import SecretStr

from ecot.cloud.parameters import MOST_BYTES, Parameters
from ecot.errors import Conflict, EcotError, LedgerError, SettingsError, StoreUnavailable
from ecot.jobs.stacks import parameters_of
from tests.cloud.stacks import ONCE, Stack
from tests.store.backends import IMPATIENT
from tests.store.wire import Wire

CANARY = "sk-canary-0123456789"


@pytest.fixture
def wired(stack: Stack) -> Iterator[tuple[Parameters, Wire]]:
    """The stack's parameters, and what goes over the wire."""
    with closing(Session().client("ssm", config=ONCE)) as client:
        yield Parameters(client, f"/ecot/{stack.name}", IMPATIENT), Wire(client)


def test_more_than_a_page_is_read_by_name_and_by_folder(stack: Stack) -> None:
    names = [f"secrets/K{number:02}" for number in range(23)]
    with parameters_of(stack.name) as parameters:
        for name in names:
            parameters.put(name, SecretStr(f"value of {name}"))
        parameters.put("signing-key", SecretStr("another folder"))
        parameters.put("secrets/deeper/K", SecretStr("another folder"))
        named = parameters.read([*names, *names, "secrets/NONE"])
        found = parameters.under("secrets")
        listed = parameters.listed("secrets")
    expected = {name: f"value of {name}" for name in names}
    assert {name: one.get_secret_value() for name, one in named.items()} == expected
    assert {name: one.get_secret_value() for name, one in found.items()} == expected
    assert [one.name for one in listed] == names
    assert {one.changed_at.tzinfo for one in listed} == {UTC}


def test_nobody_elses_parameters_are_seen(stack: Stack) -> None:
    with parameters_of(stack.name) as ours, parameters_of(f"{stack.name}-dev") as theirs:
        theirs.put("secrets/A", SecretStr(CANARY))
        assert ours.under("secrets") == {}
        assert ours.read(["secrets/A"]) == {}


def test_it_is_encrypted_replaced_and_removed(stack: Stack) -> None:
    with parameters_of(stack.name) as parameters:
        parameters.put("signing-key", SecretStr("first"), is_new=True)
        with pytest.raises(Conflict):
            parameters.put("signing-key", SecretStr("second"), is_new=True)
        assert parameters.read(["signing-key"])["signing-key"].get_secret_value() == "first"
        parameters.put("signing-key", SecretStr("third"))
        with closing(Session().client("ssm")) as client:
            there = client.get_parameter(Name=f"/ecot/{stack.name}/signing-key")["Parameter"]
        assert (there["Type"], there["Version"]) == ("SecureString", 2)
        parameters.delete("signing-key")
        parameters.delete("signing-key")
        assert parameters.read(["signing-key"]) == {}


def test_a_new_one_whose_answer_was_lost_is_ours(wired: tuple[Parameters, Wire]) -> None:
    parameters, wire = wired
    wire.lose_answer("PutParameter")
    parameters.put("signing-key", SecretStr("ours"), is_new=True)
    assert parameters.read(["signing-key"])["signing-key"].get_secret_value() == "ours"
    assert wire.operations().count("PutParameter") == 2


def test_what_is_too_long_is_refused_before_it_is_sent(wired: tuple[Parameters, Wire]) -> None:
    parameters, wire = wired
    parameters.put("secrets/A", SecretStr("x" * MOST_BYTES))
    with pytest.raises(SettingsError, match="longer than 4096 bytes"):
        parameters.put("secrets/A", SecretStr("é" * (MOST_BYTES // 2 + 1)))
    assert wire.operations() == ["PutParameter"]


CALLS: dict[str, Callable[[Parameters], object]] = {
    "GetParameters": lambda one: one.read(["secrets/A"]),
    "GetParametersByPath": lambda one: one.listed("secrets"),
    "PutParameter": lambda one: one.put("secrets/A", SecretStr(CANARY)),
    "DeleteParameter": lambda one: one.delete("secrets/A"),
}


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("AccessDeniedException", LedgerError, "AWS denies access to ssm:/ecot/"),
        ("UnrecognizedClientException", LedgerError, "are missing or not accepted"),
        ("ThrottlingException", StoreUnavailable, "does not answer (ThrottlingException)"),
    ],
)
def test_a_refusal_is_a_sentence_without_the_key(
    wired: tuple[Parameters, Wire], operation: str, code: str, kind: type[EcotError], text: str
) -> None:
    parameters, wire = wired
    wire.refuse(operation, code, 10_000)
    with pytest.raises(kind) as caught:
        CALLS[operation](parameters)
    assert text in str(caught.value)
    assert caught.value.remedy
    assert CANARY not in repr(vars(caught.value))


@pytest.mark.parametrize("operation", [one for one in CALLS if one != "DeleteParameter"])
def test_half_an_answer_is_asked_for_again(wired: tuple[Parameters, Wire], operation: str) -> None:
    parameters, wire = wired
    parameters.put("secrets/A", SecretStr("a"))
    wire.answer(operation, b"{}", 2)
    before = len(wire.sent)
    CALLS[operation](parameters)
    assert wire.operations()[before:] == [operation] * 3


def test_a_throttled_call_is_repeated(wired: tuple[Parameters, Wire]) -> None:
    parameters, wire = wired
    wire.refuse("PutParameter", "TooManyUpdates", 2)
    parameters.put("secrets/A", SecretStr("a"))
    assert list(parameters.under("secrets")) == ["secrets/A"]
