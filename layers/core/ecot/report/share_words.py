"""What the share card says: a few figures, each with its label, and what they lack."""

import re
from collections.abc import Iterable
from decimal import Decimal

import msgspec

from ecot.language import Language, rounded
from ecot.report.origin import ONE_PERCENT, Share
from ecot.report.share_facts import Part, PublicFigure, ShareFacts
from ecot.report.words import BASES, CATEGORIES

# The signs of money that the card's own font has (report/card.py).
_DRAWN = re.compile(r"[\x20-\xff\u2009\u202f€]*")


class Slice(msgspec.Struct, frozen=True):
    """A part of a hundred: its name, its percent as people read it, and as it is drawn (0 to 1)."""

    name: str
    shown: str
    percent: Decimal


class Figure(msgspec.Struct, frozen=True):
    """One figure. A number ("unknown" where nobody knows it), or parts that make up a whole (none
    where nobody knows them); then `number` is None."""

    label: str
    number: str | None = None
    is_known: bool = True
    parts: tuple[Slice, ...] = ()


def figures(facts: ShareFacts, public: Iterable[PublicFigure], language: Language) -> list[Figure]:
    """The public figures in their owner's order."""
    return [_figure(facts, one, language) for one in public]


def heading(facts: ShareFacts, language: Language) -> str:
    """What the card is about."""
    return language.say("Costs of {month}", month=language.month(facts.month))


def lacking(facts: ShareFacts, language: Language) -> str | None:
    """That something is not in the figures, and of how many accounts; never of which."""
    if facts.missing:
        one = "Incomplete: figures of {count} account are missing."
        many = "Incomplete: figures of {count} accounts are missing."
        return language.count(one, many, facts.missing)
    if facts.is_part:
        return language.say("Incomplete: nobody knows a part of the cost.")
    return None


def in_words(one: Figure, language: Language) -> str:
    """The figure as a line of text."""
    if one.number is not None:
        return f"{one.number} {one.label}"
    parts = ", ".join(f"{part.name} {part.shown}" for part in one.parts)
    parts = parts or language.say("unknown")
    return language.say("{label}: {parts}", label=one.label, parts=parts)


def _figure(facts: ShareFacts, name: PublicFigure, language: Language) -> Figure:
    say = language.say
    match name:
        case "change":
            return _number(_against(facts, language), _change(facts, language), language)
        case "providers":
            label = language.count("supplier", "suppliers", facts.providers)
            count = language.number(facts.providers) if facts.providers else None
            return _number(label, count, language)
        case "total":
            label = say("net of tax, a part unknown") if facts.is_part else say("net of tax")
            return _number(label, _money(facts, language), language)
        case "origin":
            return Figure(say("Origin of the figures"), parts=_origin(facts.origin, language))
        case "mix":
            return Figure(say("What it is for"), parts=_mix(facts.mix, language))


def _number(label: str, shown: str | None, language: Language) -> Figure:
    return Figure(label, shown or language.say("unknown"), shown is not None)


def _against(facts: ShareFacts, language: Language) -> str:
    if facts.is_open:
        return language.say("against the same days of the month before")
    before = language.days(facts.comparison.first, facts.comparison.last)
    return language.say("against {month}", month=before)


def _change(facts: ShareFacts, language: Language) -> str | None:
    percent = facts.comparison.percent
    if percent is None:
        return None
    return ("+" if percent > 0 else "") + language.percent(percent / 100, 1)


def _money(facts: ShareFacts, language: Language) -> str | None:
    if facts.total is None:
        return None
    shown = language.money(facts.total, facts.currency)
    if not _DRAWN.fullmatch(shown):
        number = language.number(rounded(facts.total, facts.currency))
        shown = f"{number}\u00a0{facts.currency}"
    return shown


def _origin(shares: Iterable[Share], language: Language) -> tuple[Slice, ...]:
    return tuple(
        Slice(
            language.sentence(BASES[one.basis]),
            f"{one.bound} {language.percent(one.percent)}".strip(),
            one.percent,
        )
        for one in shares
    )


def _mix(parts: Iterable[Part], language: Language) -> tuple[Slice, ...]:
    """What is there and comes to less than a percent is no zero."""
    less = f"< {language.percent(ONE_PERCENT)}"
    return tuple(
        Slice(
            language.sentence(CATEGORIES[one.category]),
            language.percent(one.percent) if one.percent else less,
            one.percent,
        )
        for one in parts
    )
