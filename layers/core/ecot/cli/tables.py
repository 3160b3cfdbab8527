"""Totals for people: the table, where the figures come from, and what is missing from them."""

from collections.abc import Mapping
from decimal import Decimal

from ecot.cli.notes import notes
from ecot.cli.show import out, print_table
from ecot.jobs.query import By, Totals
from ecot.language import Language
from ecot.model.sentence import Sentence
from ecot.report.quantities import Quantity
from ecot.report.tables import Line, table
from ecot.report.words import BASES

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


def print_totals(language: Language, found: Totals, by: By, names: Mapping[str, str]) -> None:
    """The table, its total, and below it where the figures come from and what is missing. `names`
    are what people call providers and their ids."""
    shown = table(found, by, names)
    lines = [
        [*_line(language, line, found.currency), _cost(language, line, found.currency)]
        for line in shown.lines
    ]
    if shown.rounding:
        amount = language.money(shown.rounding, found.currency)
        lines.append([language.say("rounding"), "", "", amount])
    unknown = language.say("unknown")
    total = unknown if shown.total is None else language.money(shown.total, found.currency)
    lines.append([language.say("Total, net of tax"), "", "", total])
    print_table([language.sentence(one) for one in (HEADINGS[by], *_FURTHER)], lines, right=1)
    for note in notes(language, found, names):
        out().print(note, markup=False)


def _line(language: Language, line: Line, currency: str) -> list[str]:
    name = line.name or language.say("(none)")
    replaced = [] if line.replaced is None else [_replaced(language, line.replaced, currency)]
    return [
        f"{name} ({line.detail})" if line.detail else name,
        ", ".join(_quantity(language, one) for one in line.quantities),
        ", ".join([*(language.sentence(BASES[one]) for one in line.bases), *replaced]),
    ]


def _cost(language: Language, line: Line, currency: str) -> str:
    """The line's amount; where it has only others in currencies that are not converted, those."""
    if line.amount is not None:
        return language.money(line.amount, currency)
    if line.is_tax or line.is_replaced:
        return "—"
    others = [language.money(amount, code) for code, amount in line.unconverted.items()]
    return " + ".join(others) or language.say("unknown")


def _replaced(language: Language, amount: Decimal, currency: str) -> str:
    shown = language.money(amount, currency)
    return language.say("{amount} replaced by a bill", amount=shown)


def _quantity(language: Language, one: Quantity) -> str:
    amount = language.quantity(one.amount)
    if one.one is None or one.many is None:
        return f"{amount} {one.name}"
    return language.count(one.one.text, one.many.text, one.amount, count=amount)
