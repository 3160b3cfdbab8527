"""Tables for people: totals with their origin, and rows, as the report words them."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.markup import escape

from ecot.cli.show import out, print_table
from ecot.jobs.known import titles
from ecot.language import Language
from ecot.model.money import text
from ecot.model.rows import Charge, Usage
from ecot.model.sentence import Sentence
from ecot.report.origin import missing, shares
from ecot.report.quantities import Quantity
from ecot.report.tables import Line, table
from ecot.report.words import BASES
from ecot.analysis.totals import By, Totals

Kind = type[Charge] | type[Usage]

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


def print_totals(language: Language, found: Totals, by: By) -> None:
    """The table, its total, and below it where the figures come from and what is missing."""
    shown = table(found, by, titles())
    lines = [_totals_line(language, line, found.currency) for line in shown.lines]
    if shown.rounding:
        amount = language.money(shown.rounding, found.currency)
        lines.append([language.say("rounding"), "", "", amount])
    unknown = language.say("unknown")
    total = unknown if shown.total is None else language.money(shown.total, found.currency)
    lines.append([language.say("Total, net of tax"), "", "", total])
    headings = [language.sentence(HEADINGS[by]), *map(language.say, ("Quantities", "Origin", "Cost"))]
    print_table(headings, lines, right=1)
    for note in _notes(language, found):
        out().print(escape(note))


def headings_of(language: Language, kind: Kind, *, has_traces: bool) -> tuple[list[str], int]:
    """The headings of a table of rows, and how many of its last columns are numbers."""
    headings = ["Day", "Account", "What", "Project", *(["Source"] if has_traces else [])]
    headings += ["Origin", "Cost"] if kind is Charge else ["Quantities"]
    return [language.say(heading) for heading in headings], int(kind is Charge)


def line_of(one: Mapping[str, Any], kind: Kind) -> list[str]:
    """A row as a line of the table; amounts with all their digits."""
    what = one.get("charge_description") or one["model"] or one["service"] or "—"
    project = one["sub_account_name"] or one["sub_account_id"] or "—"
    line = [str(one["charge_period"].start.date()), one["account"], what, project]
    if "traces" in one:
        line.append("\n".join(f"{trace.endpoint} {trace.place}" for trace in one["traces"]) or "—")
    if kind is Usage:
        return [*line, ", ".join(f"{name} {text(n)}" for name, n in one["quantities"].items())]
    cost = one["billed_cost"]
    return [*line, one["basis"], "?" if cost is None else f"{text(cost)} {one['currency']}"]


def _totals_line(language: Language, line: Line, currency: str) -> list[str]:
    cost = language.say("unknown")
    if line.amount is not None:
        cost = language.money(line.amount, currency)
    name = line.name or language.say("(none)")
    return [
        f"{name} ({line.detail})" if line.detail else name,
        ", ".join(_quantity(language, one) for one in line.quantities),
        ", ".join(language.sentence(BASES[basis]) for basis in line.bases),
        cost,
    ]


def _quantity(language: Language, one: Quantity) -> str:
    amount = language.quantity(one.amount)
    if one.one is None or one.many is None:
        return f"{amount} {one.name}"
    return language.count(one.one.text, one.many.text, one.amount, count=amount)


def _notes(language: Language, found: Totals) -> Iterator[str]:
    """Origin, tax, other currencies, and what is missing: nothing where there is nothing."""
    parts = [
        f"{language.sentence(BASES[share.basis])} {share.bound}{language.percent(share.percent)}"
        for share in shares(found)
    ]
    if parts:
        yield language.say("Origin of the figures: {parts}", parts=" · ".join(parts))
    if found.tax:
        tax = language.money(found.tax, found.currency)
        yield language.say("Tax, outside the total: {amount}", amount=tax)
    for code, amount in found.unconverted.items():
        shown = language.money(amount, code)
        yield language.say("Not converted, outside the total: {amount}", amount=shown)
    for one in missing(found, titles()):
        days = language.days(one.gap.first, one.gap.last)
        reason = language.sentence(one.reason)
        yield language.say("Missing: {name}, {days} ({reason})", name=one.name, days=days, reason=reason)
