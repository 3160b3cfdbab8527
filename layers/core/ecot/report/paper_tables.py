"""The tables of a printed month: costs, bills, accounts, and figures that were changed."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from ecot.language import Language
from ecot.model.bill import Bill
from ecot.model.outcome import Outcome
from ecot.report import bills, words
from ecot.report.origin import unknown_cost
from ecot.report.paper import Cell, Column, Line, PaperTable, Row, cell, name, soft, told
from ecot.report.quantities import Quantity
from ecot.report.tables import Line as CostLine
from ecot.report.tables import Table
from ecot.report.views import Invoiced, MonthView, Revised, Told


def paper_tables(view: MonthView, language: Language) -> list[PaperTable]:
    """Those of the page, in its order."""
    say = language.say
    titles = (
        (say("By provider"), say("Provider"), say("no provider")),
        (say("By account"), say("Account"), say("no account")),
        (say("By project"), say("Project"), say("no project")),
        (say("By model"), say("Model"), say("no model")),
    )
    found = []
    if view.totals.groups:
        found = [
            _costs(one, *title, view.facts.currency, language)
            for one, title in zip(view.tables, titles, strict=True)
        ]
    if view.bills:
        found.append(_bills(view, language))
    if not view.is_empty:
        found += [_outcomes(view.outcomes, language), _restated(view.revised, language)]
    return found


def _costs(
    table: Table, title: str, column: str, nameless: str, currency: str, language: Language
) -> PaperTable:
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
        found += soft(amount, say("replaced by a bill"))
    for code, cost in line.unconverted.items():
        found += soft(f"{language.money(cost, code)} {say('outside the total')}")
    return found


def _amount(amount: Decimal | None, currency: str, language: Language, *, is_part: bool) -> Cell:
    if amount is None:
        return cell(language.say("unknown"))
    part = f"+ {language.say('unknown')}" if is_part else None
    return cell(language.money(amount, currency)) + soft(part)


def _bills(view: MonthView, language: Language) -> PaperTable:
    say = language.say
    columns = (
        Column(say("Bill"), 34),
        Column(say("What it does"), 25),
        Column(say("Gap with the charges"), 23),
        Column(say("Net of tax"), 18, right=True),
    )
    rows = [row for one in view.bills for row in _settlement(one, view.facts.titles, language)]
    return PaperTable(say("Bills"), columns, tuple(rows))


def _settlement(one: Invoiced, titles: Mapping[str, str], language: Language) -> Iterator[Row]:
    say, settlement = language.say, one.settlement
    gap, booking = bills.gap(language, settlement), bills.booking(settlement)
    effect = soft(told(language, bills.effect(language, settlement)))
    if gap:
        beside = soft(told(language, gap))
    else:
        beside = soft(say("no gap") if settlement.gap is not None else None)
    beside += soft(told(language, booking) if booking else None)
    *others, last = settlement.bills
    for bill in others:
        with_next = soft(say("together with the next one"))
        yield Row((_bill(one, bill, titles, language), with_next, (), _net(bill, language)))
    yield Row((_bill(one, last, titles, language), effect, beside, _net(last, language)))


def _bill(one: Invoiced, bill: Bill, titles: Mapping[str, str], language: Language) -> Cell:
    scope = [language.days(bill.first, bill.period.last)]
    if bill.service:
        scope.append(name(bill.service))
    if bill.sub_account_id:
        known = f"{bill.account.split('/')[0]}/{bill.sub_account_id}"
        scope.append(name(titles.get(known, bill.sub_account_id)))
    note = name(bill.note) if bill.note else None
    return cell(f"{name(one.name)} · {name(bill.number)}") + soft(" · ".join(scope), note)


def _net(bill: Bill, language: Language) -> Cell:
    tax = None
    if bill.tax is not None:
        tax = f"{language.say('tax')} {language.money(bill.tax, bill.currency)}"
    return cell(language.money(bill.net, bill.currency)) + soft(tax)


def _outcomes(outcomes: Iterable[Told], language: Language) -> PaperTable:
    say = language.say
    columns = (
        Column(say("Account"), 24),
        Column(say("State"), 16),
        Column(say("What happened, and what to do"), 38),
        Column(say("When"), 22),
    )
    rows = tuple(
        Row(
            (
                cell(name(one.name)),
                _state(one.outcome, language),
                soft(*_story(one.outcome, language)),
                soft(language.moment(one.outcome.at)),
            )
        )
        for one in outcomes
    )
    empty = say("No account has been read yet.")
    return PaperTable(say("Last reading of each account"), columns, rows, empty)


def _state(outcome: Outcome, language: Language) -> Cell:
    is_ill = outcome.state in ("failed", "partial")
    return cell(language.sentence(words.STATES[outcome.state]), tone="alert" if is_ill else "soft")


def _story(outcome: Outcome, language: Language) -> Iterator[str]:
    if outcome.message:
        yield told(language, outcome.message)
    elif outcome.revenues and not outcome.charges:
        one, many = "{count} figure of revenue", "{count} figures of revenue"
        yield language.count(one, many, outcome.revenues)
    else:
        charges = language.count("{count} charge", "{count} charges", outcome.charges)
        yield f"{charges} · {language.count('{count} measure', '{count} measures', outcome.usages)}"
    if outcome.unread:
        yield f"{language.say('Not read completely:')} {name(', '.join(outcome.unread))}"
    if outcome.remedy:
        yield f"{language.say('To do:')} {told(language, outcome.remedy)}"


def _restated(revised: Iterable[Revised], language: Language) -> PaperTable:
    say = language.say
    columns = (
        Column(say("Day"), 22),
        Column(say("Account"), 28),
        Column(say("Before and after"), 28, right=True),
        Column(say("Seen on"), 22),
    )
    rows = tuple(
        Row(
            (
                cell(language.date(one.restatement.day)),
                cell(name(one.name)),
                cell(_change(one, language)),
                soft(language.moment(one.restatement.seen_at)),
            )
        )
        for one in revised
    )
    empty = say("No provider has changed a figure of this month after it was read.")
    return PaperTable(say("Restated figures"), columns, rows, empty)


def _change(one: Revised, language: Language) -> str:
    if (currency := one.currency) is None:
        return language.say("only quantities changed")
    money = language.exact_money if one.looks_equal else language.money
    old, new = (
        language.say("no charge") if cost is None else money(cost, currency)
        for cost in (one.old, one.new)
    )
    return f"{old} → {new}"
