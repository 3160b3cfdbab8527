"""What an owner shows to everybody: a card, a page that carries it, and a link to share it.

Only figures that are named as public are in them, and no name of a supplier, a project or a person.
The report itself is not public: what is shared is the page made here.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from urllib.parse import urljoin

from markupsafe import Markup

from ecot.language import Language, templates_folder
from ecot.report.card import card
from ecot.report.share_facts import Shared
from ecot.report.share_words import figures, heading, in_words, lacking
from ecot.report.svg import svg

PAGE, CARD = "share.html", "share.png"


def share_files(shared: Shared, language: Language) -> dict[str, bytes]:
    """The card and its page, by their names."""
    facts, url = shared.facts, shared.url
    said = figures(facts, shared.public, language)
    title, missing = heading(facts, language), lacking(facts, language)
    style = _style()
    lines = [in_words(one, language) for one in said]
    demo = [language.say("DEMO — a made-up company")] if facts.demo else []
    page = svg(
        "share.html",
        language=language,
        heading=title,
        lines=lines,
        lacking=missing,
        alt=" · ".join([title, *lines, *([missing] if missing else []), *demo]),
        card=CARD,
        url=url,
        image=urljoin(url, CARD) if url else None,
        demo=demo,
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
        say=language.say,
    )
    picture = card(title, said, missing, language, demo=facts.demo)
    return {PAGE: page.encode(), CARD: picture}


@cache
def _style() -> str:
    return (templates_folder() / "share.css").read_text(encoding="utf-8")
