"""The share card as a picture: figures placed on 1200 by 630 pixels, then drawn by resvg."""

from collections.abc import Iterator, Sequence
from typing import Any

from ecot.language import Language, templates_folder
from ecot.report.share_words import Figure
from ecot.report.svg import svg

_LEFT, _WIDTH = 72, 1056
_TOP, _BOTTOM = 168, 556
_NUMBER_HEIGHT, _BAR_HEIGHT = 124, 104
_GAP = 56
# In order of lightness, so that neighbours differ also for those who see no hue.
_COLOURS = ("#1d4d6e", "#6f9fbd", "#c9a24a", "#d8d3c8")
# How wide a letter of the font is on average, as a part of its height.
_LETTER = 0.5


def card(
    heading: str, figures: Sequence[Figure], lacking: str | None, language: Language, *, demo: bool
) -> bytes:
    """The card as PNG. It looks the same on every machine: its font is beside the templates."""
    import resvg_py  # 3 MB, for those who publish a card

    font = templates_folder() / "fonts" / "libertinus-serif.ttf"
    return resvg_py.svg_to_bytes(
        svg_string=drawing(heading, figures, lacking, language, demo=demo),
        skip_system_fonts=True,
        font_files=[str(font)],
    )


def drawing(
    heading: str, figures: Sequence[Figure], lacking: str | None, language: Language, *, demo: bool
) -> str:
    """The card as SVG. Lines are as far apart as there is room for."""
    numbers = [one for one in figures if one.number is not None]
    bars = [one for one in figures if one.number is None]
    heights = [_NUMBER_HEIGHT] * bool(numbers) + [_BAR_HEIGHT] * len(bars)
    gap = (_BOTTOM - _TOP - sum(heights)) / (len(heights) + 1)
    tops = [_TOP + gap * (at + 1) + sum(heights[:at]) for at in range(len(heights))]
    mark = language.say("DEMO — a made-up company")
    drawn = svg(
        "share.svg",
        heading=heading,
        demo={"text": mark, "width": _width(mark, 26) + 40} if demo else None,
        numbers=list(_numbers(numbers, tops[0])) if numbers else [],
        bars=[
            _bar(one, top, language) for one, top in zip(bars, tops[bool(numbers) :], strict=True)
        ],
        foot=lacking or language.say("What is not known is never counted as zero."),
        is_lacking=lacking is not None,
    )
    return drawn.replace("\u202f", "\u2009")  # the font has one narrow space only


def _numbers(figures: Sequence[Figure], top: float) -> Iterator[dict[str, Any]]:
    """Side by side, as large as the width lets them all be."""
    size = next(one for one in range(88, 0, -2) if _room(figures, one) <= _WIDTH)
    x = float(_LEFT)
    for one in figures:
        yield {
            "text": one.number,
            "is_known": one.is_known,
            "label": one.label,
            "x": x,
            "y": top + 68,
            "size": size,
            "label_size": _of_label(size),
        }
        x += _column(one, size) + _GAP


def _room(figures: Sequence[Figure], size: int) -> float:
    return sum(_column(one, size) + _GAP for one in figures) - _GAP


def _column(figure: Figure, size: int) -> float:
    return max(_width(str(figure.number), size), _width(figure.label, _of_label(size)))


def _of_label(size: int) -> int:
    """The size of the label below a number; the smallest of it can be read on a telephone."""
    return max(24, round(size / 3)) if size > 24 else size


def _bar(figure: Figure, top: float, language: Language) -> dict[str, Any]:
    parts, x, key_x = [], float(_LEFT), float(_LEFT)
    for part, colour in zip(figure.parts, _COLOURS, strict=False):
        width = float(part.percent) * _WIDTH
        text = f"{part.name} {part.shown}"
        parts.append({"x": x, "width": width, "colour": colour, "text": text, "key_x": key_x})
        x += width
        key_x += 30 + _width(text, 28) + 44
    return {
        "label": figure.label,
        "y": top + 22,
        "parts": parts,
        "unknown": language.say("unknown"),
    }


def _width(text: str, size: int) -> float:
    return len(text) * size * _LETTER
