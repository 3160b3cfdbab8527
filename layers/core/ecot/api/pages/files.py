"""The private site: its files by name, and of what is public the share page alone."""

import gzip
import re
from hashlib import blake2b
from http import HTTPStatus
from mimetypes import guess_type

from msgspec.structs import replace

from ecot.api.asked import Asked
from ecot.api.pages.desks import bare_desk, desk_of
from ecot.api.pages.given import HTML, elsewhere, file, page
from ecot.api.pages.policy import policy_of
from ecot.api.pages.ways import sign_in_for
from ecot.api.request import Request
from ecot.api.sealed import Built
from ecot.api.standing import standing_of
from ecot.jobs.place import site_link
from ecot.jobs.site.shelf import STAMPS
from ecot.model.sentence import Sentence
from ecot.report.desk.bar import Meanwhile, with_bar, with_meanwhile
from ecot.report.desk.form import Wrong
from ecot.report.desk.frame import REPORT
from ecot.report.desk.signing import problem_page
from ecot.report.share import CARD, PAGE

MOST = 4_000_000
"""Bytes of an answer: Lambda's may have 6 MB (of base64, which is a third longer)."""
LINK_LASTS = 60  # seconds
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}")
_TYPES = {
    ".html": HTML,
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".svg": "image/svg+xml",
}
_PACKED = (".html", ".csv", ".json", ".svg", ".txt")
_HEALTH = ("health.fr.html", "health.en.html")
_NO_REPORT = Sentence("There is no report yet")
_NO_REPORT_BECAUSE = Wrong(
    Sentence("It is made at the end of a collection, and none has ended so far"),
    Sentence(
        "Ask for one on the page of collections; on your own machine, `ecot report` makes it."
    ),
)
_NO_PAGE = Sentence("There is no such page")
_NO_PAGE_BECAUSE = Wrong(
    Sentence("The report has no page of this name"),
    Sentence("Begin where the report opens."),
)


def site(one: Asked) -> Built:
    """`GET /site/<name>`: a file of the report. Whoever came by a link sees the page of its month,
    in both languages, and nothing else."""
    name = one.request.path.removeprefix("/site/")
    if one.grant is not None and one.grant.month is not None and not _is_of(name, one.grant.month):
        return elsewhere(sign_in_for(one.request.path))
    if not _NAME.fullmatch(name) or name == STAMPS or (body := one.setup.site.get(name)) is None:
        return _nothing(one)
    if name.endswith(".html"):
        body = _served(one, name, body)
    return _given(one, name, body)


def _served(one: Asked, name: str, body: bytes) -> bytes:
    """The page with the way to what is served; that of health with what came after it, too."""
    desk = bare_desk(one, f"/site/{name}")
    if name in _HEALTH:
        body = with_meanwhile(body, desk, _meanwhile(one))
    return with_bar(body, desk)


def _meanwhile(one: Asked) -> Meanwhile:
    found = standing_of(one)
    runs = [(run.begun_at or run.time, f"/runs/{run.id}") for run in found.unfinished]
    return Meanwhile(runs, found.troubles)


def shared(one: Asked) -> Built:
    """`GET /public/share.html` and its picture: for everybody, while the settings name a figure
    that is public."""
    name = one.request.path.removeprefix("/public/")
    if name not in (PAGE, CARD) or not one.setup.settings.share.public:
        return _nothing(one)
    body = one.setup.site.get(name)
    if body is None:
        return _nothing(one)
    # other sites may show the card: that is what it is for
    given = _given(one, name, body)
    return replace(given, headers={**given.headers, "Cross-Origin-Resource-Policy": "cross-origin"})


def _given(one: Asked, name: str, body: bytes) -> Built:
    """The file, compressed where the client takes it; one that is too large for an answer from
    where it lies, by an address that is good for a minute."""
    headers = {
        "Content-Type": _type(name),
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Cookie, Authorization",
        "Content-Security-Policy": policy_of(body),
    }
    packed = _packed(one.request, name, body)
    digest = blake2b(body, digest_size=16).hexdigest()
    headers["ETag"] = f'"{digest}"' if packed is body else f'"{digest}-gzip"'
    if _is_known(one.request, digest):
        return Built(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    if len(packed) > MOST and (link := _link(one, name)) is not None:
        return Built(
            status=HTTPStatus.FOUND, headers={"Location": link, "Cache-Control": "no-store"}
        )
    if packed is not body:
        headers["Content-Encoding"] = "gzip"
    return file(packed, headers)


def _link(one: Asked, name: str) -> str | None:
    return site_link(str(one.setup.settings.home), name, LINK_LASTS, _type(name))


def _packed(request: Request, name: str, body: bytes) -> bytes:
    takes = {each.partition(";")[0].strip() for each in _words(request, "accept-encoding")}
    is_text = name.endswith(_PACKED)
    return gzip.compress(body, 6, mtime=0) if is_text and "gzip" in takes else body


def _is_known(request: Request, digest: str) -> bool:
    """Whether the client has it already, compressed or not."""
    known = {each.strip().removeprefix("w/") for each in _words(request, "if-none-match")}
    return not known.isdisjoint((f'"{digest}"', f'"{digest}-gzip"'))


def _words(request: Request, header: str) -> list[str]:
    return request.headers.get(header, "").lower().split(",")


def _type(name: str) -> str:
    suffix = name[name.rfind(".") :]
    return _TYPES.get(suffix) or guess_type(name)[0] or "application/octet-stream"


def _is_of(name: str, month: str) -> bool:
    return name in (f"{month}.fr.html", f"{month}.en.html")


def _nothing(one: Asked) -> Built:
    """There is no such page; where it is the first one, there is no report at all."""
    is_first = one.request.path == REPORT
    told = (_NO_REPORT, _NO_REPORT_BECAUSE) if is_first else (_NO_PAGE, _NO_PAGE_BECAUSE)
    body = problem_page(desk_of(one, one.request.path), *told)
    return page(body, HTTPStatus.NOT_FOUND)
