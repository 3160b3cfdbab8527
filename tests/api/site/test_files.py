"""The private site by name, and the share page for everybody."""

import gzip
import urllib.request
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from ecot.api.pages import files
from ecot.api.pages.policy import NOTHING, policy_of
from ecot.jobs.links import Links, make_link
from ecot.jobs.links import revoke as revoke_link
from ecot.jobs.place import site_at
from ecot.model.period import Month
from tests.api.asking import KEY, Interface
from tests.api.site.browsing import Visitor
from tests.canary import Canary
from tests.store.backends import on_moto

__all__ = ["on_moto"]  # a fixture, found by its name

POLICY = "default-src 'none'; style-src 'sha256-x'"
PAGE = (
    f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
    '<header class="top">\n<p>Écot</p>\n'
).encode()
SITE = {
    "index.html": PAGE,
    "2026-10.fr.html": PAGE,
    "2026-10.en.html": PAGE,
    "2026-09.fr.html": PAGE,
    "of-2026-10.fr.html": PAGE,
    "2026-10.csv": b"a,b\n",
    "share.html": PAGE,
    "share.png": b"\x89PNG",
    "stamps.json": b"{}",
}
OCTOBER = Month(2026, 10)


@pytest.fixture
def visitor(empty: Interface) -> Visitor:
    return _filled(empty)


def _filled(at: Interface) -> Visitor:
    site = site_at(str(at.home))
    for name, body in SITE.items():
        site.put(name, body)
    return Visitor(at)


@pytest.fixture
def reader(visitor: Visitor) -> Visitor:
    visitor.sign_in(visitor.at.token("report").shown)
    return visitor


def test_files_are_given_as_what_they_are_and_never_kept_unasked(reader: Visitor) -> None:
    page = reader.get("/site/2026-10.fr.html")
    table = reader.get("/site/2026-10.csv")

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert (table.body, table.headers["Content-Type"]) == (b"a,b\n", "text/csv; charset=utf-8")
    for each in (page, table):
        assert each.headers["Cache-Control"] == "private, no-cache"
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Content-Security-Policy"] == f"{POLICY}; frame-ancestors 'none'"
    assert table.headers["Content-Security-Policy"] == NOTHING


def test_a_page_has_the_way_to_what_is_served_in_its_own_language(reader: Visitor) -> None:
    french, english = (reader.get(f"/site/2026-10.{code}.html").text for code in ("fr", "en"))

    assert '<a href="/bills?lang=fr">Saisir une facture</a>' in french
    assert '<a href="/bills">Enter a bill</a>' in english
    assert site_at(str(reader.at.home)).get("2026-10.en.html") == PAGE


def test_what_has_not_changed_is_not_sent_again(reader: Visitor) -> None:
    first = reader.get("/site/index.html")
    tag = first.headers["ETag"]

    again = reader.get("/site/index.html", {"if-none-match": f'"x", W/{tag}'})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)

    site_at(str(reader.at.home)).put("index.html", PAGE + b"new")
    assert reader.get("/site/index.html", {"if-none-match": tag}).status == 200


def test_text_is_compressed_where_the_browser_takes_it(reader: Visitor) -> None:
    plain = reader.get("/site/index.html")
    packed = reader.get("/site/index.html", {"accept-encoding": "br, gzip;q=0.9"})

    assert "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in packed.headers["Vary"]
    known = {"accept-encoding": "gzip", "if-none-match": packed.headers["ETag"]}
    assert reader.get("/site/index.html", known).status == 304


def test_head_tells_the_same_without_the_file(reader: Visitor) -> None:
    told = reader.get("/site/2026-10.csv", method="HEAD")
    given = reader.get("/site/2026-10.csv")

    assert (told.status, told.body) == (200, b"")
    assert told.headers == given.headers


OUTSIDE = (
    *("../ledger.sqlite", "%2e%2e/ledger.sqlite", "..%2fledger.sqlite", "%2e%2e%2fledger.sqlite"),
    *("..%5cledger.sqlite", "..\\ledger.sqlite", "%252e%252e%252fledger.sqlite", ".", "..", ""),
    *("./index.html", "/etc/passwd", "//etc/passwd", "index.html%00.csv", "index.html\0", "C:x"),
    *("a/../../ledger.sqlite", ".env", "stamps.json", "./stamps.json", "%73tamps.json", "no.html"),
    *("signing-key", "x" * 300, "é.html", "index.html;x", "index.html "),
)


@pytest.mark.parametrize("name", OUTSIDE)
def test_no_name_leads_out_of_the_site(reader: Visitor, name: str) -> None:
    home = Path(reader.at.home)
    (home / "signing-key").write_bytes(b"secret-secret-secret")
    (home / ".env").write_bytes(b"secret-secret-secret")

    found = reader.get(f"/site/{name}")

    assert found.status == 404
    assert b"secret" not in found.body


def test_no_month_that_a_link_did_not_open_is_shown(visitor: Visitor, canary: Canary) -> None:
    at = visitor.at
    with at.open_setup() as setup:
        link = make_link(setup.place.store, Links("", KEY), OCTOBER, at.now, "x@lumen.example")
    canary.hide(link.address)

    opened = visitor.get(link.address)

    assert (opened.status, opened.way) == (303, "/site/2026-10.en.html")
    (cookie,) = opened.cookies
    assert "; Max-Age=3600; HttpOnly; SameSite=Lax" in cookie
    for name in ("2026-10.en.html", "2026-10.fr.html"):
        page = visitor.get(f"/site/{name}")
        assert page.status == 200
        assert "/bills" not in page.text
    for path in (
        *("/site/2026-09.fr.html", "/site/index.html", "/site/of-2026-10.fr.html"),
        *("/site/2026-10.csv", "/site/share.html", "/bills", "/collect", "/connections"),
    ):
        assert visitor.get(path).way.startswith("/sign-in"), path
    assert visitor.get("/").way == "/site/2026-10.en.html"
    assert "opens its own month only" in visitor.get("/sign-in").text
    assert visitor.post("/bills", {"account": "openai/studio"}).status == 403


def test_a_link_ends_and_can_be_revoked_with_what_it_opened(
    visitor: Visitor, canary: Canary
) -> None:
    at = visitor.at
    with at.open_setup() as setup:
        store = setup.place.store
        link = make_link(store, Links("", KEY), OCTOBER, at.now, "")
        other = make_link(store, Links("", KEY), OCTOBER, at.now, "")
        link_id = max((one for one in _links(at)), key=lambda one: one)
    assert visitor.get(link.address).status == 303
    visitor.jar.clear()

    at.now += timedelta(days=30)
    over = visitor.get(link.address)
    assert (over.status, over.cookies) == (404, ())
    assert "This link opens nothing any more" in over.text
    at.now -= timedelta(days=30)

    visitor.get(link.address)
    visitor_of_other = Visitor(at)
    visitor_of_other.get(other.address)
    both = {"first": visitor, "second": visitor_of_other}
    assert {each.get("/site/2026-10.fr.html").status for each in both.values()} == {200}
    with at.open_setup() as setup:
        revoke_link(setup.place.store, link_id, at.now)
    states = sorted(each.get("/site/2026-10.fr.html").status for each in both.values())
    assert states == [200, 303]
    assert sorted(visitor.get(one.address).status for one in (link, other)) == [303, 404]
    for address in (link.address, other.address):
        canary.hide(address)


def _links(at: Interface) -> list[str]:
    from ecot.jobs.links import links

    with at.open_setup() as setup:
        return [one.id for one in links(setup.place.store)]


def test_a_link_that_was_changed_opens_nothing(visitor: Visitor) -> None:
    with visitor.at.open_setup() as setup:
        link = make_link(setup.place.store, Links("", KEY), OCTOBER, visitor.at.now, "")
    cookie = "ecot_report_x"
    for bad in (link.address[:-2], f"{link.address}A", "/link/x.y", f"/link/{cookie}"):
        assert visitor.get(bad).status == 404, bad
    assert visitor.jar == {}


def test_whoever_has_signed_in_keeps_their_own_cookie(reader: Visitor) -> None:
    with reader.at.open_setup() as setup:
        link = make_link(setup.place.store, Links("", KEY), OCTOBER, reader.at.now, "")

    opened = reader.get(link.address)

    assert (opened.way, opened.cookies) == ("/site/2026-10.en.html", ())
    assert reader.get("/bills").status == 200


def test_the_share_page_is_public_as_long_as_the_settings_name_a_figure(empty: Interface) -> None:
    visitor, private = _filled(empty), empty.settings
    assert visitor.get("/public/share.html").status == 404

    empty.settings += '\n[share]\npublic = ["change"]\n'
    page, card = visitor.get("/public/share.html"), visitor.get("/public/share.png")
    assert (page.body, card.body) == (PAGE, b"\x89PNG")
    assert card.headers["Content-Type"] == "image/png"
    assert card.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    for name in ("index.html", "2026-10.fr.html", "stamps.json", "badge.svg"):
        assert visitor.get(f"/public/{name}").status == 404, name
    assert visitor.get("/site/share.html").way.startswith("/sign-in")

    empty.settings = private
    assert visitor.get("/public/share.html").status == 404
    assert visitor.get("/public/share.png", {"accept": "*/*"}).status == 404


def test_a_page_states_its_own_policy_and_nothing_else_does_anything() -> None:
    assert policy_of(PAGE) == f"{POLICY}; frame-ancestors 'none'"
    assert policy_of(b"<script>alert(1)</script>") == NOTHING
    assert policy_of(b" " * 5_000 + PAGE) == NOTHING


@pytest.fixture
def in_a_bucket(on_moto: str, canary: Canary) -> Visitor:
    """A site in a bucket, beside a ledger in a table."""
    return _filled(Interface(Path(f"dynamodb:{on_moto}@{on_moto}/ledger"), canary))


def test_what_is_too_large_for_an_answer_is_lent_from_the_bucket(in_a_bucket: Visitor) -> None:
    body = b"".join(sha256(b"%d" % number).digest() for number in range(files.MOST // 32 + 1))
    site_at(str(in_a_bucket.at.home)).put("large.xlsx", body)
    in_a_bucket.sign_in(in_a_bucket.at.token("report").shown)
    assert in_a_bucket.get("/site/2026-10.csv").body == b"a,b\n"

    lent = in_a_bucket.get("/site/large.xlsx")

    assert (lent.status, lent.headers["Cache-Control"]) == (302, "no-store")
    assert "X-Amz-Expires=60" in lent.way
    assert "X-Amz-Signature=" in lent.way
    with urllib.request.urlopen(lent.way) as found:
        assert found.read() == body
        assert found.headers["Content-Type"].startswith("application/vnd.openxmlformats")
        assert found.headers["Cache-Control"] == "private, no-store"


def test_a_folder_serves_whatever_its_size(reader: Visitor) -> None:
    body = b"x" * (files.MOST + 1)
    site_at(str(reader.at.home)).put("large.bin", body)

    assert reader.get("/site/large.bin").body == body
