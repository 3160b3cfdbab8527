"""The table of bills of a printed month: what each does to the total, and what it differs by."""

from collections.abc import Iterator, Mapping

from ecot.language import Language
from ecot.model.bill import Bill
from ecot.report import bills
from ecot.report.paper import Cell, Column, PaperTable, Row, cell, name, soft, told
from ecot.report.views import Invoiced, MonthView


def bill_table(view: MonthView, language: Language) -> PaperTable:
    """Those about a day of the month."""
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
