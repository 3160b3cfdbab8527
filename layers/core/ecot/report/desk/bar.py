"""What the server adds to a published page: a bar that leads to the served pages, and to the page
of health what became of things since it was made.

The report also opens from a folder, where there is nobody to serve them; so nothing of it is in the
files. It is links and sentences only, in styles that the page has: what it allows is not widened.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup

from ecot.model.sentence import Sentence
from ecot.model.trouble import About, Trouble
from ecot.report.desk.frame import PLACES, REPORT, SIGN_IN, SIGN_OUT, Desk

_SIGN_IN, _SIGN_OUT = Sentence("Sign in"), Sentence("Sign out")
_BY_LINK = Sentence("A link from a mail opened this month. Other pages ask for a token.")
_LABEL = Sentence("What can be done here")
_WAYS = {path: name for path, name in PLACES.items() if path != REPORT} | {
    "/bills": Sentence("Enter a bill"),  # the report has a page of bills too, which only shows them
    SIGN_OUT: _SIGN_OUT,
}
_BEFORE = b'<header class="top">'
_BEFORE_HERO = b'<div class="hero">'
_JUST_NOW = Sentence("Just now")
_UNDER_WAY = Sentence("A collection is under way since {moment}: this page was made before it.")
_HOW_FAR = Sentence("How far it is")
_SINCE = Sentence("Since {moment}.")
_TO_DO = Sentence("To do:")
_SECTION = Markup(
    '<section class="meanwhile" aria-labelledby="just-now">\n'
    '<h2 id="just-now">{}</h2>\n{}</section>\n'
)
_RUN = Markup('<p>{} <a href="{}">{}</a></p>\n')
_TROUBLE = Markup(
    '<p class="sink alert"><strong>{}</strong> · {} <span class="detail">{}</span>{}</p>\n'
)
_REMEDY = Markup(' <span class="remedy">{} {}</span>')
_ABOUT: Mapping[About, Sentence] = {
    "collection": Sentence("Collection"),
    "report": Sentence("Report"),
    "notion": Sentence("Notion"),
    "mail": Sentence("Mails"),
}


class Meanwhile(NamedTuple):
    """What is not on the page, for it came later: the runs that are `under_way`, since when (UTC)
    each and at which path it is watched, and what is not well at this moment."""

    under_way: Sequence[tuple[datetime, str]] = ()
    troubles: Sequence[Trouble] = ()


def with_bar(page: bytes, desk: Desk) -> bytes:
    """The page with the bar; as it was, where it has no place for one. `desk` names the page's own
    path, whose language the bar speaks."""
    where = page.find(_BEFORE)
    if where < 0:
        return page
    return page[:where] + _bar(_speaking(desk)).encode() + page[where:]


def with_meanwhile(page: bytes, desk: Desk, meanwhile: Meanwhile) -> bytes:
    """The page of health with what came later, above everything else that it says; as it was, where
    nothing did."""
    where = page.find(_BEFORE_HERO)
    if where < 0 or not any(meanwhile):
        return page
    return page[:where] + _told(_speaking(desk), meanwhile).encode() + page[where:]


def _told(desk: Desk, meanwhile: Meanwhile) -> Markup:
    lines = [*_under_way(desk, meanwhile), *(_line(desk, one) for one in meanwhile.troubles)]
    return _SECTION.format(desk.language.sentence(_JUST_NOW), Markup("").join(lines))


def _under_way(desk: Desk, meanwhile: Meanwhile) -> Iterator[Markup]:
    said = desk.language.sentence
    for since, path in meanwhile.under_way:
        text = said(Sentence(_UNDER_WAY.text, {"moment": desk.language.moment(since)}))
        yield _RUN.format(text, desk.to(path), said(_HOW_FAR))


def _line(desk: Desk, one: Trouble) -> Markup:
    said = desk.language.sentence
    since = said(Sentence(_SINCE.text, {"moment": desk.language.moment(one.since)}))
    to_do = _REMEDY.format(said(_TO_DO), said(one.remedy)) if one.remedy else ""
    return _TROUBLE.format(said(_ABOUT[one.about]), said(one.message), since, to_do)


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
