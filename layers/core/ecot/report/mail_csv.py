"""The month's table as a file for a spreadsheet, as a country's Excel opens it."""

from collections.abc import Iterator
from decimal import Decimal

from ecot.language import Language
from ecot.model.money import text
from ecot.report import words
from ecot.report.mail_frame import one_line
from ecot.report.mail_text import MailPart
from ecot.report.mail_view import MailView
from ecot.report.spreadsheet import FRENCH, ISO, inert, line, number, opening
from ecot.report.tables import Line

_Cells = tuple[str, Decimal | None, str, bool, str, int]  # as `_heads` names them


def csv_of(view: MailView, language: Language) -> MailPart:
    """Every line of the table, what rounding leaves, and the total: amounts net of tax as the
    report shows them. An amount that nobody knows is an empty cell. The lines that count add up to
    the total, whose own line says what it lacks."""
    form = FRENCH if language.code == "fr" else ISO
    say, month = language.say, view.facts.month
    rows = [[inert(one, form) for one in _heads(language)]]
    for name, amount, currency, counts, origin, days in _lines(view, language):
        shown = "" if amount is None else number(text(amount), form)
        cells = (
            str(month),
            inert(name, form),
            shown,
            currency,
            say("yes") if counts else say("no"),
        )
        rows.append([*cells, inert(origin, form), str(days) if days else ""])
    return MailPart(
        name=f"ecot-{month}.{language.code}.csv",
        media_type="text/csv",
        content=opening(form) + b"".join(line(row, form) for row in rows),
    )


def _heads(language: Language) -> list[str]:
    say = language.say
    heads = [say("Month"), say("Provider"), say("Net of tax"), say("Currency")]
    return [*heads, say("In the total"), say("Origin"), say("Missing days")]


def _lines(view: MailView, language: Language) -> Iterator[_Cells]:
    table, currency = view.of_month.tables[0], view.facts.of_month.currency
    for one in table.lines:
        if one.only != "activity":
            yield from _cells(one, currency, language)
    if table.rounding:
        yield language.say("rounding"), table.rounding, currency, True, "", 0
    lacks = language.say("unknown") if table.lacks_cost else ""
    days = sum(one.gap.days for one in view.of_month.missing)
    yield language.say("Total"), table.total, currency, False, lacks, days


def _cells(one: Line, currency: str, language: Language) -> Iterator[_Cells]:
    name = one_line(one.name) if one.name else language.say("no provider")
    known = [language.sentence(words.BASES[basis]) for basis in one.bases]
    if one.lacks_cost or one.is_unknown:
        known.append(language.say("unknown"))
    origin = ", ".join(dict.fromkeys(known))
    if one.amount is not None or one.is_unknown:
        yield name, one.amount, currency, one.amount is not None, origin, one.missing_days
    for code, cost in one.unconverted.items():
        yield name, cost, code, False, origin, one.missing_days
