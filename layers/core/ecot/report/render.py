"""From facts to files: one page a month and language, and the index, each complete in itself."""

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from hashlib import sha256

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ecot.language import Language, templates_folder
from ecot.model.period import Month
from ecot.report import bills, words
from ecot.report.conversions import conversion
from ecot.report.facts import MonthFacts
from ecot.report.labels import account_name
from ecot.report.movers import mover_sentence
from ecot.report.origin import unknown_cost
from ecot.report.views import MonthView, month_view

INDEX = "index.html"


def pages(
    facts_by_month: Mapping[Month, MonthFacts], *, language: Language, index: Month
) -> dict[str, bytes]:
    """Every file of the site, by its name: both languages of each month, and the index, which is
    the page of the month `index` in the reader's own language."""
    files: dict[str, bytes] = {}
    for month, facts in facts_by_month.items():
        view = month_view(facts)
        for spoken in (language, language.other()):
            files[file_name(month, spoken)] = page(view, spoken)
    files[INDEX] = files[file_name(index, language)]
    return files


def file_name(month: Month, language: Language) -> str:
    """Where the page of a month is, in a folder that holds them all: "2026-01.fr.html"."""
    return f"{month}.{language.code}.html"


def page(view: MonthView, language: Language) -> bytes:
    """The month's page in one language."""
    style = _style()
    html = _templates().get_template("month.html").render(
        view=view,
        facts=view.facts,
        language=language,
        say=lambda text, **values: say(language, text, values),
        sentence=lambda told: say(language, told.text, told.values),
        words=words,
        unknown_cost=lambda charges: unknown_cost(language, charges),
        bills=bills,
        conversion=lambda one: conversion(language, one),
        mover_sentence=lambda mover: mover_sentence(language, mover, view.facts.currency),
        file_name=file_name,
        account_name=account_name,
        style=Markup(style),  # noqa: S704 - our own file
        style_hash=b64encode(sha256(style.encode()).digest()).decode(),
    )  # fmt: skip
    return html.encode("utf-8", "replace")


def say(language: Language, text: str, values: Mapping[str, object]) -> Markup:
    """The sentence as markup. What fills its places is text of others: escaped, and kept from
    turning the sentence around it (a name may be written from right to left)."""
    sentence = escape(language.words(text))
    isolated = {name: _isolated(value) for name, value in values.items()}
    return sentence.format_map(isolated) if isolated else sentence


def _isolated(value: object) -> Markup:
    return value if isinstance(value, Markup) else Markup("<bdi>{}</bdi>").format(value)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(templates_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _style() -> str:
    return (templates_folder() / "page.css").read_text(encoding="utf-8")
