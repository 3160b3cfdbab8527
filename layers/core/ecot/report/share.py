"""What an owner shows to everybody: a card, a page that carries it, and a link to share it.

Only figures that are named as public are in them, and no name of a supplier, a project or a person.
The report itself is not public: what is shared is the page made here.
"""

from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from urllib.parse import quote, urljoin

import msgspec
from markupsafe import Markup

from ecot.language import Language, templates_folder
from ecot.model.sentence import Sentence
from ecot.report.card import card
from ecot.report.share_facts import PublicFigure, ShareFacts
from ecot.report.share_words import figures, heading, in_words, lacking
from ecot.report.svg import svg

PAGE, CARD = "share.html", "share.png"
LINKEDIN = "https://www.linkedin.com/sharing/share-offsite/?url="


class Sharing(msgspec.Struct, frozen=True):
    """What the report's pages show of it: the two files, the card in words, and where a reader goes
    to share it (None: nobody has said where the page is published)."""

    page: str
    card: str
    alt: str
    linkedin: str | None


def sharing(
    facts: ShareFacts, public: Sequence[PublicFigure], url: str | None, language: Language
) -> Sharing | None:
    """None where there is no card: nothing is public, or none of it is known."""
    if not any(facts.knows(one) for one in public):
        return None
    link = LINKEDIN + quote(url, safe="") if url else None
    return Sharing(PAGE, CARD, _alt(facts, public, language), link)


def share_files(
    facts: ShareFacts, public: Sequence[PublicFigure], url: str | None, language: Language
) -> dict[str, bytes]:
    """The card and its page, by their names; none where there is no card."""
    if (found := sharing(facts, public, url, language)) is None:
        return {}
    said = figures(facts, public, language)
    missing = lacking(facts, language)
    style = _style()
    page = svg(
        "share.html",
        language=language,
        heading=heading(facts, language),
        lines=[in_words(one, language) for one in said],
        lacking=missing,
        alt=found.alt,
        card=CARD,
        url=url,
        image=urljoin(url, CARD) if url else None,
        demo=facts.demo,
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        say=language.say,
    )
    picture = card(heading(facts, language), said, missing, language, demo=facts.demo)
    return {PAGE: page.encode(), CARD: picture}


def how_to_share(public: Sequence[PublicFigure], url: str | None) -> Sentence:
    """What an owner can do about it, for the page of settings and health."""
    if not public:
        return Sentence(
            "Nothing is public. [share] public in ecot.toml names the figures that a card may show."
        )
    if url is None:
        return Sentence(
            "share.html and share.png are yet to be published: [share] url in ecot.toml says where."
        )
    return Sentence("Public: {figures}, at {url}.", {"figures": ", ".join(public), "url": url})


def _alt(facts: ShareFacts, public: Sequence[PublicFigure], language: Language) -> str:
    lines = [in_words(one, language) for one in figures(facts, public, language)]
    if missing := lacking(facts, language):
        lines.append(missing)
    if facts.demo:
        lines.append(language.say("DEMO — a made-up company"))
    return f"{heading(facts, language)} · " + " · ".join(lines)


@cache
def _style() -> str:
    return (templates_folder() / "share.css").read_text(encoding="utf-8")
