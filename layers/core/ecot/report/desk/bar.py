"""The way from the report to the served pages: a bar that the server adds to a published page.

The report also opens from a folder, where there is nobody to serve them; so nothing of it is in the
files. The bar has links only, in a style that every page has: what the page allows is not widened.
"""

from markupsafe import Markup

from ecot.model.sentence import Sentence
from ecot.report.desk.frame import PLACES, REPORT, SIGN_IN, SIGN_OUT, Desk

_SIGN_IN, _SIGN_OUT = Sentence("Sign in"), Sentence("Sign out")
_BY_LINK = Sentence("A link from a mail opened this month. Other pages ask for a token.")
_LABEL = Sentence("What can be done here")
_WAYS = {path: name for path, name in PLACES.items() if path != REPORT} | {
    "/bills": Sentence("Enter a bill"),  # the report has a page of bills too, which only shows them
    SIGN_OUT: _SIGN_OUT,
}
_BEFORE = b'<header class="top">'


def with_bar(page: bytes, desk: Desk) -> bytes:
    """The page with the bar; as it was, where it has no place for one. `desk` names the page's own
    path, whose language the bar speaks."""
    where = page.find(_BEFORE)
    if where < 0:
        return page
    return page[:where] + _bar(_speaking(desk)).encode() + page[where:]


def _speaking(desk: Desk) -> Desk:
    """In the language of the page, which its name says: "2026-01.en.html"."""
    other = desk.language.other()
    if not desk.path.endswith(f".{other.code}.html"):
        return desk
    return Desk(language=other, path=desk.path, is_own=not desk.is_own, is_in=desk.is_in)


def _bar(desk: Desk) -> Markup:
    said = desk.language.sentence
    links = _WAYS if desk.is_in else {SIGN_IN: _SIGN_IN}
    anchors = Markup(" ").join(
        Markup('<a href="{}">{}</a>').format(desk.to(path), said(name))
        for path, name in links.items()
    )
    told = Markup("") if desk.is_in else Markup("<span>{}</span> ").format(said(_BY_LINK))
    return Markup('<nav class="served top" aria-label="{}">{}{}</nav>\n').format(
        said(_LABEL), told, anchors
    )
