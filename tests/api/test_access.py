"""The check: who shows what, and what they may."""

from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.api.access import Refusal, Shown, check, matching
from ecot.api.rules import BOOKMARKED, LINKED, READERS, USUAL, Rule
from ecot.jobs.access import digest_of
from ecot.jobs.signing import sign
from ecot.model.access import Grant, Role, Token

KEY = b"k" * 32
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECRET = "ecot_report_k3v9x2ab_" + "s" * 43
TOKEN = Token(
    id="k3v9x2ab", role="report", digest=digest_of(SECRET), created=NOW - HOUR, label="Camille"
)
LINK = Token(id="m2n3p4q5", role="report", digest="", created=NOW, month="2026-10")
READ = Rule("GET", "/costs", READERS)
WRITE = Rule("POST", "/adjustments", READERS)
PAGE = Rule("GET", "/site/<name>", READERS, LINKED, is_of_month=True)
BOOKMARK = Rule("GET", "/collect", READERS, BOOKMARKED)
ROLES: tuple[Role, ...] = get_args(Role)


def by_header(secret: str = SECRET) -> Shown:
    return Shown({"authorization": f"Bearer {secret}"}, {}, {})


def by_cookie(headers: dict[str, str] | None = None, token_id: str = TOKEN.id) -> Shown:
    return Shown(headers or {}, {"ecot": sign(KEY, "cookie", token_id, NOW + HOUR)}, {})


def asked(shown: Shown, rule: Rule = READ, *tokens: Token) -> Grant | Refusal:
    return check(shown, rule, tokens or (TOKEN, LINK), lambda: KEY, NOW)


def refused(found: Grant | Refusal) -> tuple[str, int]:
    assert isinstance(found, Refusal)
    assert found.text.text
    assert found.remedy.text
    return found.reason, found.status


def test_a_token_in_the_header_is_a_grant_of_its_role() -> None:
    grant = Grant(id="k3v9x2ab", role="report", by="token", label="Camille")

    assert asked(by_header()) == grant
    assert asked(Shown({"authorization": f"bearer  {SECRET} "}, {}, {})) == grant


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", f"Basic {SECRET}", SECRET, f"Bearer {SECRET}x", "Bearer é"]
)
def test_any_other_header_is_nobody_s_whatever_else_is_shown(header: str) -> None:
    cookie = by_cookie()
    shown = Shown({"authorization": header}, cookie.cookies, {"token": [SECRET]})

    assert refused(asked(shown, BOOKMARK)) == ("unknown", 401)


def test_without_anything_a_token_is_asked_for() -> None:
    assert refused(asked(Shown({}, {}, {}))) == ("none", 401)


def test_a_token_that_is_over_or_revoked_is_told_so_to_whoever_has_it() -> None:
    expired = Token(id="a", role="report", digest=TOKEN.digest, created=NOW, expires=NOW)
    revoked = Token(id="a", role="report", digest=TOKEN.digest, created=NOW, revoked=NOW)

    assert refused(asked(by_header(), READ, expired)) == ("expired", 401)
    assert refused(asked(by_header(), READ, revoked)) == ("revoked", 401)


@pytest.mark.parametrize(
    "gone",
    [msgspec.structs.replace(TOKEN, expires=NOW), msgspec.structs.replace(TOKEN, revoked=NOW)],
)
def test_a_cookie_stops_with_the_token_that_it_came_of(gone: Token) -> None:
    assert isinstance(asked(by_cookie()), Grant)
    assert refused(asked(by_cookie(), READ, gone))[1] == 401
    assert refused(asked(by_cookie(), READ, LINK))[1] == 401


def test_a_link_shows_one_month_and_is_no_cookie() -> None:
    link = sign(KEY, "link", LINK.id, NOW + HOUR, "2026-10")
    found = asked(Shown({}, {}, {"link": [link]}), PAGE)

    assert isinstance(found, Grant)
    assert (found.by, found.month) == ("link", "2026-10")
    assert refused(asked(Shown({}, {}, {"link": [link]}), READ)) == ("none", 401)
    assert refused(asked(Shown({}, {"ecot": link}, {}), PAGE)) == ("unknown", 401)
    assert refused(asked(by_cookie(token_id=LINK.id), READ)) == ("month", 403)
    other = sign(KEY, "link", LINK.id, NOW + HOUR, "2026-09")
    assert refused(asked(Shown({}, {}, {"link": [other]}), PAGE)) == ("unknown", 401)


def test_a_token_in_the_address_counts_where_people_bookmark_and_nowhere_else() -> None:
    shown = Shown({}, {}, {"token": [SECRET]})

    assert isinstance(asked(shown, BOOKMARK), Grant)
    assert refused(asked(shown, READ)) == ("none", 401)
    assert refused(asked(Shown({}, {}, {"token": [SECRET, SECRET]}), BOOKMARK))[0] == "unknown"


def test_another_site_s_form_is_refused_although_the_browser_sends_the_cookie() -> None:
    own = {"host": "ecot.example", "origin": "https://ecot.example"}

    assert isinstance(asked(by_cookie(own), WRITE), Grant)
    assert isinstance(asked(by_cookie({"sec-fetch-site": "same-origin"}), WRITE), Grant)
    for headers in (
        {},
        {"host": "ecot.example", "origin": "https://evil.example"},
        {"host": "ecot.example", "origin": "null"},
        {"sec-fetch-site": "same-site", **own},
        {"sec-fetch-site": "cross-site"},
    ):
        assert refused(asked(by_cookie(headers), WRITE)) == ("origin", 403)
    assert isinstance(asked(by_header(), WRITE), Grant)


def test_what_is_kept_without_a_digest_matches_nothing() -> None:
    assert refused(asked(by_header(""), READ, LINK)) == ("unknown", 401)
    assert matching("", [LINK], NOW) is None
    assert matching(SECRET, [LINK, TOKEN], NOW) == TOKEN


@given(
    role=st.sampled_from(ROLES),
    allowed=st.frozensets(st.sampled_from(ROLES)),
    expires=st.none() | st.timedeltas(-HOUR, HOUR),
    is_revoked=st.booleans(),
    is_right=st.booleans(),
)
def test_only_a_right_token_that_holds_and_has_the_role_is_let_in(
    role: Role,
    allowed: frozenset[Role],
    expires: timedelta | None,
    is_revoked: bool,
    is_right: bool,
) -> None:
    token = Token(
        id="a",
        role=role,
        digest=digest_of(SECRET),
        created=NOW - HOUR,
        expires=None if expires is None else NOW + expires,
        revoked=NOW - HOUR if is_revoked else None,
    )
    found = asked(by_header(SECRET if is_right else SECRET[:-1]), Rule("GET", "/", allowed), token)
    is_let_in = (
        is_right
        and role in allowed
        and not is_revoked
        and (expires is None or expires > timedelta(0))
    )
    assert isinstance(found, Grant) == is_let_in


@given(st.dictionaries(st.text(), st.text()), st.dictionaries(st.text(), st.lists(st.text())))
def test_noise_opens_nothing(headers: dict[str, str], query: dict[str, list[str]]) -> None:
    rule = Rule("GET", "/", frozenset(ROLES), USUAL | BOOKMARKED | LINKED)
    assert isinstance(asked(Shown(headers, headers, query), rule), Refusal)
