"""Totals for people: the table, where the figures come from, and what is missing from them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from ecot.cli.notes import notes
from ecot.cli.show import out, print_table
from ecot.jobs.query import By, Crossed, Group, Totals
from ecot.language import Language
from ecot.model.sentence import Sentence
from ecot.report.labels import Label, labels
from ecot.report.origin import unknown_cost
from ecot.report.quantities import Quantity
from ecot.report.tables import Line, table
from ecot.report.words import BASES, UNJOINED

HEADINGS: dict[By, Sentence] = {
    "provider": Sentence("Provider"),
    "account": Sentence("Account"),
    "sub_account": Sentence("Project"),
    "service": Sentence("Service"),
    "model": Sentence("Model"),
    "api_key": Sentence("API key"),
    "user": Sentence("User"),
    "category": Sentence("Category"),
    "day": Sentence("Day"),
    "month": Sentence("Month"),
}
_FURTHER = (Sentence("Quantities"), Sentence("Origin"), Sentence("Cost"))


def print_totals(
    language: Language, found: Totals, columns: Sequence[By], names: Mapping[str, str]
) -> None:
    """The table by `columns`, its total, and below it where the figures come from and what is
    missing. `names` are what people call providers and their ids."""
    shown = table(found, columns[0], names)
    called = zip(*(labels(found.groups, by, names) for by in columns), strict=True)
    lines = [
        [
            *(_called(language, *one, group) for one in zip(columns, labelled, strict=True)),
            *_line(language, group, line, found.currency),
            _cost(language, line, found.currency),
        ]
        for labelled, group, line in zip(called, found.groups, shown.lines, strict=True)
    ]
    blank = [""] * (len(columns) + 1)
    if shown.rounding:
        amount = language.money(shown.rounding, found.currency)
        lines.append([language.say("rounding"), *blank, amount])
    total = at_least(language, shown.total, found.currency, is_part=shown.is_part)
    lines.append([language.say("Total, net of tax"), *blank, total])
    headings = (*(HEADINGS[by] for by in columns), *_FURTHER)
    print_table([language.sentence(one) for one in headings], lines, right=1)
    for note in notes(language, found, names):
        out().print(note, markup=False)


def _called(language: Language, by: By, label: Label, group: Group) -> str:
    name = label.name or language.say("(none)")
    if by == "model" and isinstance(group, Crossed) and group.service:
        return f"{name} · {group.service}"
    return f"{name} ({label.detail})" if label.detail else name


def _line(language: Language, group: Group, line: Line, currency: str) -> list[str]:
    origin = [language.sentence(BASES[one]) for one in line.bases]
    if line.unpriced:
        origin.append(unknown_cost(language, line.unpriced))
    if line.replaced is not None:
        origin.append(_replaced(language, line.replaced, currency))
    if isinstance(group, Crossed) and group.join in UNJOINED:
        origin.append(language.sentence(UNJOINED[group.join]))
    return [
        ", ".join(_quantity(language, one) for one in line.quantities),
        ", ".join(origin),
    ]


def _cost(language: Language, line: Line, currency: str) -> str:
    """The line's amount; where it has only others in currencies that are not converted, those."""
    if line.amount is not None:
        return at_least(language, line.amount, currency, is_part=line.is_part)
    if line.only is not None:
        return "—"
    others = [language.money(amount, code) for code, amount in line.unconverted.items()]
    return " + ".join(others) or language.say("unknown")


def at_least(language: Language, amount: Decimal | None, currency: str, *, is_part: bool) -> str:
    """An amount of which `is_part` says that there is more, which nobody knows."""
    unknown = language.say("unknown")
    if amount is None:
        return unknown
    known = language.money(amount, currency)
    return f"{known} + {unknown}" if is_part else known


def _replaced(language: Language, amount: Decimal, currency: str) -> str:
    shown = language.money(amount, currency)
    return language.say("{amount} replaced by a bill", amount=shown)


def _quantity(language: Language, one: Quantity) -> str:
    amount = language.quantity(one.amount)
    if one.one is None or one.many is None:
        return f"{amount} {one.name}"
    return language.count(one.one.text, one.many.text, one.amount, count=amount)
