"""Who a user of Supabase Auth is: an address, nobody, or an error that names nobody."""

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from ecot.errors import AccessDenied, ProviderError, Unavailable, UnexpectedAnswer
from ecot.model.sentence import Sentence
from ecot.providers.http import Http, client
from ecot.providers.patience import Budget
from ecot.providers.supabase_auth import Project, check, email, is_id, opened
from ecot.sandbox import supabase_auth as sandbox
from ecot.sandbox import troubles
from ecot.sandbox.edits import edited
from ecot.sandbox.faults import Fault
from ecot.sandbox.server import LoopbackServer
from tests.providers.asking import Waiting, patient

KEY = "sb_secret_Can4ryBird-Tw33tTweet_9Zk3QwLmNo"
ANON = "sb_anon_Can4ryBird"
ANA = "7f3c0b1e-52a4-4c1d-9e0f-0a1b2c3d4e5f"
PHONE = "11111111-2222-4333-8444-555555555555"
GONE = "99999999-aaaa-4bbb-8ccc-dddddddddddd"
NOBODY = "deadbeef-0000-4000-8000-000000000000"
USERS = {ANA: "ana@lumen.example", PHONE: "", GONE: sandbox.SOFTLY_DELETED}


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    site = sandbox.SupabaseAuthSite(dict(USERS), {KEY: True, ANON: False})
    with LoopbackServer(site) as server:
        yield server


def project(url: str, key: str | None = KEY, fault: Sentence | None = None) -> Project:
    secret = None if key is None else SecretStr(key)
    return Project(url=url, secret_name="SUPABASE_SECRET_KEY", secret=secret, fault=fault)


def asked(found: Project, user: str | None) -> str | None:
    """What is said of the user; None asks for nobody, as the doctor does."""
    waiting = Waiting()

    async def whole() -> str | None:
        async with client(patient(httpx.AsyncHTTPTransport(), waiting)) as shared:
            http: Http = opened(shared, found, Budget(60, waiting.monotonic))
            return await (check(http) if user is None else email(http, user))

    return asyncio.run(whole())


@pytest.mark.parametrize(
    ("user", "address"),
    [(ANA, "ana@lumen.example"), (PHONE, None), (GONE, None), (NOBODY, None)],
)
def test_a_user_is_an_address_or_nobody(
    server: LoopbackServer, user: str, address: str | None
) -> None:
    assert asked(project(server.url), user) == address
    (request,) = server.requests
    assert (request.path, request.query) == (f"/auth/v1/admin/users/{user}", ())


def test_the_doctor_reads_nobody(server: LoopbackServer) -> None:
    assert asked(project(server.url), None) is None
    (request,) = server.requests
    assert request.path.rpartition("/")[2] not in USERS


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (sandbox.echo(), AccessDenied, "refused the key for GET /auth/v1/admin/users/… (401)"),
        (troubles.refused(500, sandbox.DOWN), Unavailable, "could not answer"),
        (troubles.cut_off(), Unavailable, "gave no answer"),
        (troubles.connection_reset(), Unavailable, "gave no answer"),
        (troubles.rate_limited(600), ProviderError, "asks to wait 600 s"),
        (troubles.truncated_json(), UnexpectedAnswer, "does not answer about the user"),
        (troubles.not_json(), UnexpectedAnswer, "does not answer about the user"),
        (sandbox.somebody_else(), UnexpectedAnswer, "does not answer about the user"),
        (edited("a list", lambda user: {"users": [user]}), UnexpectedAnswer, "does not answer"),
        (edited("number", lambda user: {**user, "email": 7}), UnexpectedAnswer, "does not answer"),
        (troubles.refused(404, {"message": "no Route"}), UnexpectedAnswer, "(404): no Route"),
        (troubles.refused(302, {}), UnexpectedAnswer, "elsewhere"),
    ],
    ids=lambda one: one.name if isinstance(one, Fault) else "",
)
def test_what_goes_wrong_is_said_and_names_nobody(
    server: LoopbackServer, fault: Fault, kind: type[ProviderError], words: str
) -> None:
    server.faults.add(fault.repeated(None))
    with pytest.raises(kind) as raised:
        asked(project(server.url), ANA)

    error = raised.value
    assert words in str(error)
    assert str(error).startswith("supabase-auth: Supabase Auth ")
    assert "[people.supabase]" in error.remedy
    said = f"{error!r} {error} {error.values} {error.remedy}"
    for hidden in (ANA, "ana@", KEY, KEY[-12:], "Camille", "3361234"):
        assert hidden not in said


def test_a_passing_trouble_is_waited_for(server: LoopbackServer) -> None:
    server.faults.add(troubles.refused(500, sandbox.DOWN), troubles.cut_off())
    assert asked(project(server.url), ANA) == "ana@lumen.example"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (None, "SUPABASE_SECRET_KEY is not set"),
        ("sbp_0123456789abcdef0123456789abcdef01234567", "not of the kind"),
        ("sb_publishable_0123456789abcdef", "not of the kind"),
        (ANON, "refused the key"),
        ("sb_secret_of_another_project_0123", "refused the key"),
    ],
)
def test_a_wrong_key_is_said(server: LoopbackServer, key: str | None, words: str) -> None:
    with pytest.raises(AccessDenied, match=words):
        asked(project(server.url, key), None)
    assert len(server.requests) == ("refused" in words)


def test_a_key_that_cannot_be_sent_is_said(server: LoopbackServer) -> None:
    fault = Sentence("{variable} holds a space", {"variable": "SUPABASE_SECRET_KEY"})
    with pytest.raises(AccessDenied, match="SUPABASE_SECRET_KEY holds a space"):
        asked(project(server.url, None, fault), None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ANA, True),
        (ANA.upper(), True),
        (ANA.replace("-", ""), False),
        (f"{{{ANA}}}", False),
        (f"{ANA}\n", False),
        (f"../{ANA}", False),
        (ANA.replace("7", "٧"), False),
        ("ana", False),
    ],
)
def test_an_id_is_a_uuid_and_nothing_else(text: str, expected: bool) -> None:
    assert is_id(text) is expected
