"""The badge: what a day has cost, for a README, a wiki or a status bar, in three files."""

import json
from typing import NamedTuple

from ecot.language import Language
from ecot.model.money import text
from ecot.report.badge_facts import BadgeFacts, Colour, Thresholds, colour_of
from ecot.report.badge_words import label, message, title
from ecot.report.svg import svg

# White text stands out from each of them by 4.5 to 1 at least (WCAG 2.2 AA).
COLOURS: dict[Colour, str] = {
    "green": "#2c7036",
    "amber": "#a1590a",
    "red": "#a82a1e",
    "grey": "#63605a",
}
_VERSION = 1  # of badge.facts.json
_NARROW, _WIDE = " .,:;'|!()iljtfrI·’\u00a0\u202f", "mwMWOQG+€$£"


def badge_files(facts: BadgeFacts, language: Language, thresholds: Thresholds) -> dict[str, bytes]:
    """The picture, the form in which shields.io asks for one, and the exact figures: shields.io
    refuses keys that it does not know, so that these cannot be beside what it reads."""
    endpoint = {
        "schemaVersion": 1,
        "label": label(facts, language),
        "message": message(facts, language),
        "color": COLOURS[colour_of(facts, thresholds)],
    }
    return {
        "badge.svg": _picture(facts, language, thresholds),
        "badge.json": _json(endpoint),
        "badge.facts.json": _json(_exact(facts, thresholds)),
    }


class _Field(NamedTuple):
    """A coloured field with words in its middle, in pixels."""

    text: str
    left: int
    text_width: int

    @property
    def width(self) -> int:
        return self.text_width + 14

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


def _picture(facts: BadgeFacts, language: Language, thresholds: Thresholds) -> bytes:
    name, said = label(facts, language), message(facts, language)
    left = _Field(name, 0, _width(name))
    right = _Field(said, left.width, _width(said))
    return svg(
        "badge.svg",
        language=language,
        title=title(facts, language, thresholds),
        label=left,
        message=right,
        width=left.width + right.width,
        colour=COLOURS[colour_of(facts, thresholds)],
    ).encode()


def _width(words: str) -> int:
    """About what the words take in Verdana at 11 px. The picture carries no font: whichever the
    reader has is fitted to this (`textLength`)."""
    return sum(4 if one in _NARROW else 9 if one in _WIDE else 7 for one in words)


def _exact(facts: BadgeFacts, thresholds: Thresholds) -> dict[str, object]:
    return {
        "version": _VERSION,
        "demo": facts.demo,
        "today": str(facts.today),
        "day": str(facts.day) if facts.day else None,
        "cost": None if facts.cost is None else text(facts.cost),
        "currency": facts.currency,
        "complete": facts.is_whole,
        "missing_accounts": facts.missing,
        "part_unknown": facts.is_part,
        "as_of": facts.as_of.isoformat() if facts.as_of else None,
        "color": colour_of(facts, thresholds),
        "amber_from": text(thresholds.amber),
        "red_from": text(thresholds.red),
    }


def _json(document: dict[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"
