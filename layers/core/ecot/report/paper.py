"""What a printed page is made of: lines, cells and tables of text, as the typesetter gets them."""

import re
from typing import Literal

import msgspec

from ecot.language import Language
from ecot.model.sentence import Sentence

Tone = Literal["plain", "soft", "struck", "alert"]
RowKind = Literal["line", "rounding", "total"]
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ISOLATE, _POP = "\u2068", "\u2069"  # as <bdi> does on a page


class Line(msgspec.Struct, frozen=True):
    """A line of text, and how loud it is."""

    text: str
    tone: Tone = "plain"


Cell = tuple[Line, ...]


class Column(msgspec.Struct, frozen=True):
    """A column's heading, its share of the width, and whether its text ends at the right."""

    text: str
    width: int
    right: bool = False


class Row(msgspec.Struct, frozen=True):
    """A row of as many cells as there are columns."""

    cells: tuple[Cell, ...]
    kind: RowKind = "line"


class PaperTable(msgspec.Struct, frozen=True):
    """A table with its title; `note` is said below its rows, or alone."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""


def name(text: str) -> str:
    """Text of others: on one line, kept from turning the text around it, without signs that nobody
    can see and without half a character."""
    seen = _UNSEEN.sub("\ufffd", " ".join(text.splitlines()))
    return f"{_ISOLATE}{seen.encode('utf-8', 'replace').decode()}{_POP}"


def told(language: Language, sentence: Sentence) -> str:
    """A sentence that was kept; what fills its places is text of others."""
    values = {place: name(value) for place, value in sentence.values.items()}
    return Sentence(sentence.text, values).filled(language.words(sentence.text))


def cell(*texts: str | None, tone: Tone = "plain") -> Cell:
    """A cell of these lines."""
    return tuple(Line(text, tone) for text in texts if text)


def soft(*texts: str | None) -> Cell:
    """A cell of lines that stand back."""
    return cell(*texts, tone="soft")
