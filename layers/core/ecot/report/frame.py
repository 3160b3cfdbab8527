"""From a view to a page: templates, words, one style and one script, all in the one file."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup, escape

from ecot.language import Language, templates_folder
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.report import bills, words
from ecot.report.charts import HEIGHT, Point, is_shown
from ecot.report.conversions import conversion
from ecot.report.exports import EXPORTS
from ecot.report.labels import account_name
from ecot.report.movers import mover_sentence
from ecot.report.origin import unknown_cost
from ecot.report.shell import Shell, page_name
from ecot.report.sources import anchor, sources_stem

if TYPE_CHECKING:  # 15 ms, which a function that renders nothing starts without
    from jinja2 import Environment

_STYLES = ("page.css",)
_LAST_STYLES = ("print.css",)  # after those of the page, which paper overrides
_SCRIPTS = ("page.js",)


class Asset(NamedTuple):
    """A style or a script that stands in the page, and the digest by which the page allows it."""

    text: Markup
    digest: str


def in_both(
    shell: Shell,
    stem: str,
    template: str,
    styles: tuple[str, ...] = (),
    scripts: tuple[str, ...] = (),
    **values: object,
) -> Iterator[tuple[str, bytes]]:
    """The page in both languages, each with its name. `styles` and `scripts` are files of the
    templates that it needs beside those of all pages; `values` are for the template."""
    for language in shell.languages:
        body = rendered(shell, stem, template, language, styles, scripts, **values)
        yield page_name(stem, language), body


def rendered(
    shell: Shell,
    stem: str,
    template: str,
    language: Language,
    styles: tuple[str, ...] = (),
    scripts: tuple[str, ...] = (),
    **values: object,
) -> bytes:
    """The page in one language."""
    html = templates().get_template(template).render(
        **speech(language),
        shell=shell,
        stem=stem,
        language=language,
        other=language.other(),
        style=asset((*_STYLES, *styles, *_LAST_STYLES)),
        script=asset((*_SCRIPTS, *scripts)),
        **{"is_settled": False, "sourced": None} | values,
    )  # fmt: skip
    return html.encode("utf-8", "replace")


def say(language: Language, text: str, values: Mapping[str, object]) -> Markup:
    """The sentence as markup. What fills its places is text of others: escaped, and kept from
    turning the sentence around it (a name may be written from right to left)."""
    sentence = escape(language.words(text))
    isolated = {name: _isolated(value) for name, value in values.items()}
    return sentence.format_map(isolated) if isolated else sentence


def embedded(value: object) -> Markup:
    """JSON for a script element of the page: nothing in it can end that element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)  # noqa: S704 - escaped above


def _isolated(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup("<bdi>{}</bdi>").format(value)


def speech(language: Language) -> dict[str, Any]:
    """What templates of markup say things with, in one language."""
    return {
        "say": lambda text, **values: say(language, text, values),
        "sentence": lambda told: say(language, told.text, told.values),
        "unknown_cost": partial(unknown_cost, language),
        "conversion": partial(conversion, language),
        "mover_sentence": partial(mover_sentence, language),
        "point_text": partial(_point, language),
        "value_text": partial(_value, language),
        "tick_text": partial(_tick, language),
        "unit": partial(_unit, language),
    }


def _point(language: Language, point: Point, *, long: bool = False) -> str:
    if isinstance(point, Month):
        return language.month(point) if long else language.short_month(point)
    if isinstance(point, date):
        return language.date(point) if long else language.short_day(point)
    return language.month_name(point) if isinstance(point, int) else point


def _value(language: Language, value: Decimal | None, unit: str) -> str:
    """A figure of a chart in words, in the unit of its axis."""
    if value is None:
        return language.say("unknown")
    if unit == "percent":
        return language.percent(value, 1)
    return language.money(value, unit) if unit else language.quantity(value)


def _tick(language: Language, value: Decimal, unit: str) -> str:
    """A round number of a scale: without digits that are always zero."""
    if unit == "percent":
        return language.percent(value)
    return language.round_money(value, unit) if unit else language.quantity(value)


def _unit(language: Language, unit: str) -> str:
    return "%" if unit == "percent" else language.say("in {currency}", currency=unit)


@cache
def templates() -> "Environment":
    """Pages, and mails: what fills their places is escaped, but in a text (`.txt`), where nothing
    is markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=select_autoescape(disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        words=words,
        bills=bills,
        account_name=account_name,
        anchor=anchor,
        sources_stem=sources_stem,
        page_name=page_name,
        embedded=embedded,
        is_shown=is_shown,
        HEIGHT=HEIGHT,
        EXPORTS=EXPORTS,
        Sentence=Sentence,
    )
    return environment


@cache
def asset(names: tuple[str, ...]) -> Asset:
    """The files of the templates as one, and the digest by which the page allows it."""
    text = "\n".join(_lean(templates_folder() / name) for name in names)
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Asset(Markup(text), digest)  # noqa: S704 - our own files


def _lean(path: Path) -> str:
    """The file as a page needs it: of a script without indentation, and without the lines that
    explain it."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".js":
        return text
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
