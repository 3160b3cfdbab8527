"""The tables of costs of a printed month: its lines, in their own units, and their total."""

from collections.abc import Iterator
from decimal import Decimal

from ecot.language import Language
from ecot.report import words
from ecot.report.origin import unknown_cost
from ecot.report.paper import Cell, Column, Line, PaperTable, Row, cell, name, soft
from ecot.report.quantities import Quantity
from ecot.report.tables import Line as CostLine
from ecot.report.tables import Table


def cost_table(
    table: Table, title: str, column: str, nameless: str, currency: str, language: Language
) -> PaperTable:
    """One table; `column` heads its names, and `nameless` stands where there is none."""
    say = language.say
    rows = [_cost(line, nameless, currency, language) for line in table.lines]
    if table.rounding:
        amount = language.money(table.rounding, currency)
        rows.append(Row((cell(say("rounding")), (), (), cell(amount)), "rounding"))
    shown = _amount(table.total, currency, language, is_part=table.is_part)
    rows.append(Row((cell(say("Total")), (), (), shown), "total"))
    columns = (
        Column(column, 34),
        Column(say("Quantities"), 28),
        Column(say("Origin"), 20),
        Column(say("Net of tax"), 18, right=True),
    )
    return PaperTable(title, columns, tuple(rows))


def _cost(line: CostLine, nameless: str, currency: str, language: Language) -> Row:
    who = cell(name(line.name)) if line.name is not None else soft(nameless)
    who += soft(name(line.detail) if line.detail else None)
    if line.missing_days:
        text = language.count("{count} missing day", "{count} missing days", line.missing_days)
        who += (Line(text, "alert"),)
    quantities = soft(*(_quantity(one, language) for one in line.quantities))
    return Row((who, quantities, soft(*_origin(line, language)), _money(line, currency, language)))


def _quantity(one: Quantity, language: Language) -> str:
    shown = language.quantity(one.amount)
    if one.one is None or one.many is None:
        return f"{name(one.name)} {shown}"
    return language.count(one.one.text, one.many.text, one.amount, count=shown)


def _origin(line: CostLine, language: Language) -> Iterator[str]:
    yield from (language.sentence(words.BASES[basis]) for basis in line.bases)
    if line.unpriced:
        yield unknown_cost(language, line.unpriced)
    elif line.is_tax:
        yield language.say("tax")
    elif line.is_replaced:
        yield language.say("replaced by a bill")
    elif line.is_unknown:
        yield language.say("unknown")


def _money(line: CostLine, currency: str, language: Language) -> Cell:
    say, found = language.say, cell()
    if line.amount is not None or line.is_unknown:
        found += _amount(line.amount, currency, language, is_part=line.is_part)
    if line.is_tax:
        found += soft(say("outside the total"))
    if line.replaced is not None:
        amount = language.money(line.replaced, currency)
        found += cell(amount, tone="struck") + soft(say("replaced by a bill"))
    for code, cost in line.unconverted.items():
        found += soft(f"{language.money(cost, code)} {say('outside the total')}")
    return found


def _amount(amount: Decimal | None, currency: str, language: Language, *, is_part: bool) -> Cell:
    if amount is None:
        return cell(language.say("unknown"))
    part = f"+ {language.say('unknown')}" if is_part else None
    return cell(language.money(amount, currency)) + soft(part)
