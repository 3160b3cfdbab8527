"""From a mail's values to its two bodies: HTML with every style inline, and plain text."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, partial
from itertools import accumulate
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from ecot.language import Language, templates_folder
from ecot.model.sentence import Sentence
from ecot.report.conversions import conversion
from ecot.report.frame import say, speech, templates
from ecot.report.movers import mover_sentence
from ecot.report.origin import unknown_cost

if TYPE_CHECKING:
    from css_inline import CSSInliner

WIDTH = 78  # letters of a line of text: what every program for mail shows without breaking it
_ROOM = WIDTH - 4  # of a line of a list
_LEAST = 12  # of the first cell of a row, whatever the others need
_LONG = re.compile(rf"(?<!\S)(?!https?://)\S{{{_ROOM + 1},}}")
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_ISOLATE, _POP = "\u2068", "\u2069"


def html_body(template: str, language: Language, **values: object) -> str:
    """The template as a mail program takes it: every style is inline, but those that only hold for
    some screens (`@media`)."""
    screens = Markup(_css("mail_screens.css"))  # noqa: S704 - our own file
    values = {"language": language, "screens": screens, "short": short} | values
    said = speech(language) | {
        "say": lambda text, **places: say(language, text, _short(places)),
        "sentence": lambda one: say(language, one.text, _short(one.values)),
    }
    html = templates().get_template(template).render(**said, **values)
    return _inliner().inline(html.encode("utf-8", "replace").decode())


def short(text: object, most: int = 300) -> object:
    """Text of others, cut to so many bytes of HTML, for Gmail cuts a mail that has too many. The
    report has all of it."""
    if isinstance(text, Markup):
        return text
    signs = str(text)
    sizes = accumulate(len(escape(sign).encode("utf-8", "replace")) for sign in signs)
    count = sum(size <= most for size in sizes)
    return signs if count == len(signs) else f"{signs[:count]}…"


def _short(values: Mapping[str, object]) -> dict[str, object]:
    return {name: short(value) for name, value in values.items()}


def text_body(template: str, language: Language, **values: object) -> str:
    """The template as plain text, with lines of at most `WIDTH` letters."""
    said: dict[str, Any] = {
        "say": lambda text, **places: told(language, Sentence(text, places)),
        "sentence": lambda one: told(language, one),
        "plain": plain,
        "unknown_cost": partial(unknown_cost, language),
        "mover_sentence": partial(mover_sentence, language),
        "conversion": partial(conversion, language),
        "columns": columns,
        "folded": folded,
        "WIDTH": WIDTH,
    }
    body = templates().get_template(template).render(**said, **({"language": language} | values))
    lines = (line.rstrip() for line in body.splitlines())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
    return text.encode("utf-8", "replace").decode()


def told(language: Language, sentence: Sentence) -> str:
    """The sentence in plain text; what fills its places is text of others."""
    values = {name: plain(str(value)) for name, value in sentence.values.items()}
    return Sentence(sentence.text, values).filled(language.words(sentence.text))


def plain(name: str) -> str:
    """Text of others on one line, without signs that nobody can see; what is written from right to
    left is kept from turning the line around it."""
    seen = "".join(_seen(sign) for sign in name)
    is_turning = any(unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in seen)
    return f"{_ISOLATE}{seen}{_POP}" if is_turning else seen


def _seen(sign: str) -> str:
    category = unicodedata.category(sign)
    if category in ("Zl", "Zp", "Cc"):
        return " "
    return "" if category in ("Cf", "Cs", "Co", "Cn") else sign


def one_line(text: str) -> str:
    """For a header: nothing in it can begin another one."""
    return "".join(_seen(sign) for sign in text).strip()


def columns(left: str, *right: str, widths: tuple[int, ...]) -> str:
    """A row of a table: the first cell takes what the others leave, and is cut where it is longer;
    these end at the right."""
    cells = "".join(f" {one:>{width - 1}}" for one, width in zip(right, widths, strict=True))
    room = max(WIDTH - len(cells), _LEAST)
    head = left if len(left) <= room else f"{left[: room - 1]}…"
    return f"{head:<{room}}{cells}"


def folded(text: str, first: str = "", rest: str = "") -> str:
    """A paragraph in lines that fit; an address stays whole."""
    lines = wrap(
        _LONG.sub(lambda word: " ".join(wrap(word[0], _ROOM)), text),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines)


@cache
def _inliner() -> "CSSInliner":
    """It asks nobody for anything: the only style is our own."""
    import css_inline  # 4 MB, for those who send mails

    return css_inline.CSSInliner(
        extra_css=_css("mail.css"),
        inline_style_tags=False,
        keep_style_tags=True,
        load_remote_stylesheets=False,
        minify_css=True,
    )


def _css(name: str) -> str:
    return (templates_folder() / name).read_text(encoding="utf-8")
