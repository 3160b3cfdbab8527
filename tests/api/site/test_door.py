"""Signing in and out, and who gets no further than the door."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.api.pages.ways import own_path, sign_in_for
from ecot.jobs.access import revoke
from ecot.jobs.signing import sign
from ecot.report.desk.frame import REPORT
from ecot.store.made_up import mark_made_up
from tests.api.asking import KEY, Interface
from tests.api.site.browsing import HOST, Visitor

COOKIE = "ecot"


@pytest.fixture
def visitor(empty: Interface) -> Visitor:
    return Visitor(empty)


def test_nobody_sees_anything_but_the_page_where_one_signs_in(visitor: Visitor) -> None:
    assert visitor.get("/").way == "/sign-in"
    for path in ("/site/index.html", "/bills", "/collect", "/connections", "/runs/x"):
        found = visitor.get(path)
        assert (found.status, found.way.partition("?")[0]) == (303, "/sign-in"), path

    page = visitor.get("/sign-in")
    assert page.status == 200
    assert page.text.count("<form") == 1


def test_a_stack_without_its_first_token_shows_where_one_signs_in(visitor: Visitor) -> None:
    visitor.at.has_key = False

    assert [visitor.get(path).status for path in ("/", "/bills")] == [303, 303]
    page = visitor.get("/sign-in")
    wrong = visitor.sign_in("ecot_report_aaaaaaaa_no")

    assert (page.status, page.text.count("<form")) == (200, 1)
    assert (wrong.status, wrong.text.count("<form")) == (401, 1)


@pytest.mark.parametrize("role", ["report", "admin"])
def test_a_token_that_reads_opens_the_page_one_came_from(visitor: Visitor, role: str) -> None:
    token = visitor.at.token(role)  # type: ignore[arg-type] # one of the roles
    asked = visitor.get("/bills")
    assert asked.way == "/sign-in?back=/bills"

    entered = visitor.sign_in(token.shown, "/bills")

    assert (entered.status, entered.way) == (303, "/bills")
    assert visitor.get("/bills").status == 200
    assert visitor.get("/").way == REPORT
    (cookie,) = entered.cookies
    assert token.shown not in cookie
    parts = cookie.split("; ")[1:]
    assert parts == ["Path=/", "Max-Age=2592000", "HttpOnly", "SameSite=Lax"]


def test_over_https_the_cookie_is_held_to_this_host(empty: Interface) -> None:
    visitor = Visitor(empty, is_https=True)

    (cookie,) = visitor.sign_in(empty.token("report").shown).cookies

    assert cookie.startswith("__Host-ecot=")
    assert cookie.endswith("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure")
    assert visitor.get("/collect").headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize("role", ["collect", "ingest", None])
def test_another_token_opens_nothing_and_says_so(visitor: Visitor, role: str | None) -> None:
    shown = visitor.at.token(role).shown if role else "ecot_report_nobody"  # type: ignore[arg-type]

    found = visitor.sign_in(shown, "/bills")

    assert (found.status, found.cookies) == (401, ())
    told = "its role opens no report" if role else "This token does not open the report"
    assert told in found.text
    assert shown not in found.text
    assert 'name="back" value="/bills"' in found.text


def test_a_token_that_is_over_opens_nothing(visitor: Visitor) -> None:
    over = visitor.at.token("report", expires=visitor.at.now)
    revoked = visitor.at.token("admin", over=True)

    assert visitor.sign_in(over.shown).status == 401
    assert visitor.sign_in(revoked.shown).status == 401


def test_the_cookie_ends_with_its_token_at_the_latest(visitor: Visitor) -> None:
    token = visitor.at.token("report", expires=visitor.at.now + timedelta(hours=1))

    (cookie,) = visitor.sign_in(token.shown).cookies

    assert "Max-Age=3600;" in cookie


def test_a_cookie_that_is_over_changed_or_revoked_opens_nothing(empty: Interface) -> None:
    token = empty.token("report")
    visitor = Visitor(empty)
    visitor.sign_in(token.shown)
    good = visitor.jar[COOKIE]
    assert visitor.get("/bills").status == 200

    for bad in (good[:-1] + ("A" if good[-1] != "A" else "B"), f"x{good}", good.partition(".")[0]):
        visitor.jar[COOKIE] = bad
        assert visitor.get("/bills").status == 303, bad
    link = sign(KEY, "link", token.id, empty.now + timedelta(days=1))
    other = sign(b"9" * 32, "cookie", token.id, empty.now + timedelta(days=1))
    for bad in (link, other):
        visitor.jar[COOKIE] = bad
        assert visitor.get("/bills").status == 303, bad

    visitor.jar[COOKIE] = good
    empty.now += timedelta(days=30)
    assert visitor.get("/bills").status == 303
    empty.now -= timedelta(days=30)
    with empty.open_setup() as setup:
        revoke(setup.place.store, token.id, empty.now)
    assert visitor.get("/bills").way == "/sign-in?back=/bills"
    assert visitor.get("/sign-in").status == 200


def test_signing_out_ends_it(visitor: Visitor) -> None:
    visitor.sign_in(visitor.at.token("report").shown)
    asked = visitor.get("/sign-out")
    assert (asked.status, visitor.get("/bills").status) == (200, 200)

    left = visitor.post("/sign-out", {"guard": asked.guard})

    assert (left.status, left.way, visitor.jar) == (303, "/sign-in", {})
    assert visitor.get("/bills").status == 303


def test_no_other_site_signs_anybody_in_or_out(visitor: Visitor) -> None:
    foreign = {"origin": "https://evil.example"}
    token = visitor.at.token("report").shown
    entered = visitor.post("/sign-in", {"token": token}, foreign)
    assert (entered.status, entered.cookies) == (403, ())

    visitor.sign_in(token)
    guard = visitor.get("/sign-out").guard
    for fields, headers in (
        ({"guard": guard}, foreign),
        ({"guard": guard}, {"origin": "null"}),
        ({"guard": guard}, {"sec-fetch-site": "cross-site"}),
        ({}, {}),
        ({"guard": "x"}, {}),
    ):
        refused = visitor.post("/sign-out", fields, headers)
        assert (refused.status, refused.cookies) == (403, ()), headers
    assert visitor.get("/bills").status == 200


def test_a_browser_that_says_where_a_form_came_from_is_believed(visitor: Visitor) -> None:
    """Without a referrer browsers send no origin with a form, but where it came from."""
    token = visitor.at.token("report").shown
    headers = {"origin": "null", "sec-fetch-site": "same-origin"}

    assert visitor.post("/sign-in", {"token": token}, headers).status == 303


OUTSIDE = (
    *("https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example"),
    *("/%2f%2fevil.example", "/site/../../x", "javascript:alert(1)", "/x\r\nSet-Cookie: a=b"),
    *("/.//evil.example", f"/{'a' * 400}", "/sign-out", "/link/abc", "site", "", "/@evil.example"),
)


@pytest.mark.parametrize("back", OUTSIDE)
def test_one_is_only_led_back_to_a_page_of_this_site(visitor: Visitor, back: str) -> None:
    assert own_path(back) == REPORT
    assert visitor.sign_in(visitor.at.token("report").shown, back).way == REPORT


@given(st.text(max_size=60))
def test_whatever_is_gone_back_to_is_on_this_site(text: str) -> None:
    for path in (own_path(text), own_path(f"/{text}")):
        assert path.startswith("/")
        assert "//" not in path
        assert not set(path) & set("\\:@\r\n\t ")


def test_a_page_with_a_question_is_gone_back_to() -> None:
    assert sign_in_for("/bills", "account=openai%2Fx") == (
        "/sign-in?back=/bills%3Faccount%3Dopenai%252Fx"
    )
    assert own_path("/bills?account=openai%2Fx") == "/bills?account=openai%2Fx"


def test_pages_speak_both_languages(visitor: Visitor) -> None:
    assert "<h1>Sign in</h1>" in visitor.get("/sign-in").text
    assert "<h1>Se connecter</h1>" in visitor.get("/sign-in?lang=fr").text


def test_whoever_is_sent_to_the_door_is_still_spoken_to_in_their_language(visitor: Visitor) -> None:
    door = visitor.get("/bills?lang=fr").way
    assert "<h1>Se connecter</h1>" in visitor.get(door).text
    assert visitor.get("/?lang=fr").way == "/sign-in?lang=fr"

    entered = visitor.post(
        "/sign-in?lang=fr", {"token": visitor.at.token("admin").shown, "back": "/bills?lang=fr"}
    )
    assert entered.way == "/bills?lang=fr"
    guard = visitor.get("/sign-out?lang=fr").guard
    assert visitor.post("/sign-out?lang=fr", {"guard": guard}).way == "/sign-in?lang=fr"
    assert sign_in_for("/bills", "lang=xx") == "/sign-in?back=/bills%3Flang%3Dxx"


def test_no_page_is_a_dead_end(visitor: Visitor) -> None:
    for path in ("/nowhere", "/link/over", "/public/share.html"):
        found = visitor.get(path)
        assert found.status == 404
        assert '<a href="/">' in found.text, path


def test_a_made_up_ledger_is_marked_on_every_page_whatever_the_settings_say(
    visitor: Visitor,
) -> None:
    pages = ("/sign-in", "/bills", "/collect", "/connections", "/sign-out", "/runs/x", "/nowhere")
    visitor.sign_in(visitor.at.token("admin").shown)
    mark = '<aside class="demo">'
    assert not any(mark in visitor.get(path).text for path in pages)
    with visitor.at.open_setup() as setup:
        assert not setup.edition().is_demo
        mark_made_up(setup.place.store)

    assert [path for path in pages if mark not in visitor.get(path).text] == []
    with visitor.at.open_setup() as setup:
        assert setup.edition().is_demo


def test_every_page_says_what_it_may_do_and_that_nobody_frames_it(visitor: Visitor) -> None:
    visitor.sign_in(visitor.at.token("admin").shown)
    for path in ("/sign-in", "/bills", "/collect", "/connections", "/site/no.html", "/nowhere"):
        headers = visitor.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-"), path
        assert policy.endswith("frame-ancestors 'none'")
        assert "unsafe" not in policy
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert "Strict-Transport-Security" not in headers


def test_scripts_get_json_where_browsers_get_pages(visitor: Visitor) -> None:
    json = {"accept": "application/json"}

    assert visitor.get("/bills", json).status == 401
    assert visitor.get("/nowhere", json).headers["Content-Type"] == "application/problem+json"
    assert visitor.get("/nowhere").status == 404
    assert HOST not in visitor.get("/nowhere").text
