"""Parts of the mail in words, which its two bodies share: what stands beside an amount."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from ecot.language import Language
from ecot.report import words
from ecot.report.business_cards import SIGNS
from ecot.report.mail_parts import ToolLine, earned
from ecot.report.mail_view import MailView, Row
from ecot.report.mail_words import share_of_total, signed_money
from ecot.report.origin import unknown_cost
from ecot.report.quantities import Quantity
from ecot.report.tables import Line


class Fact(msgspec.Struct, frozen=True):
    """An amount with what it is, and what there is to say of it."""

    label: str
    figure: str
    notes: tuple[str, ...] = ()


def details(row: Row, language: Language) -> list[str]:
    """What the text has below a line of the table: its share, how it is known, its use."""
    line = row.line
    said = [share_of_total(row.share, language)] if row.share is not None else []
    return [*said, *_origin(line, language), *(_quantity(one, language) for one in line.quantities)]


def _origin(line: Line, language: Language) -> Iterator[str]:
    yield from (language.sentence(words.BASES[basis]) for basis in line.bases)
    if line.unpriced:
        yield unknown_cost(language, line.unpriced)
    elif line.is_tax:
        yield f"{language.say('tax')}, {language.say('outside the total')}"
    elif line.is_replaced:
        yield language.say("replaced by a bill")
    elif line.is_unknown and not line.bases:
        yield language.sentence(words.BASES["unknown"])
    if line.missing_days:
        yield language.count("{count} missing day", "{count} missing days", line.missing_days)


def _quantity(one: Quantity, language: Language) -> str:
    shown = language.quantity(one.amount)
    if one.one is None or one.many is None:
        return f"{one.name} {shown}"
    return language.count(one.one.text, one.many.text, one.amount, count=shown)


def use_of(tool: ToolLine, language: Language) -> list[str]:
    """What a tool costs without an exchange rate, who used it, and its seats."""
    count, apart = language.count, language.say("outside the total")
    said = [f"{language.money(cost, code)} {apart}" for code, cost in tool.unconverted.items()]
    if tool.people:
        said.append(count("{count} person used it", "{count} people used it", tool.people))
    for one in tool.seats:
        seats = count("{count} seat", "{count} seats", one.seats)
        text = "{count} unused for 30 days"
        said.append(f"{seats}, {count(text, text, one.idle)}" if one.idle else seats)
    return said


def earnings(view: MailView, language: Language) -> list[Fact]:
    """What was earned and what it leaves. Revenue without an exchange rate stands beside it."""
    return list(_earnings(view, language))


def _earnings(view: MailView, language: Language) -> Iterator[Fact]:
    of_month, currency, say = earned(view), view.facts.of_month.currency, language.say
    if of_month is None:
        return
    part, revenue, recurring = (say("incomplete"),), of_month.earned, of_month.recurring
    if revenue is not None:
        is_short = revenue.is_part or not of_month.has_all_earnings
        text = "not counted, as nobody knows whether it is revenue: {amount}"
        unclear = (language.money(cost, code) for code, cost in revenue.unclear.items())
        notes = (*(part if is_short else ()), *(say(text, amount=one) for one in unclear))
        yield Fact(say("Net revenue"), _money(revenue.amount, currency, language), notes)
        for code, amount in revenue.unconverted.items():
            yield Fact(say("Not converted, on top"), language.money(amount, code))
    if recurring is not None:
        paying = language.count("{count} who pays", "{count} who pay", recurring.paying)
        yield Fact(say("MRR"), _money(recurring.amount, currency, language), (paying,))
    if view.margin is not None and view.sign is not None:
        is_short = of_month.lacks_cost or (revenue is not None and revenue.is_part)
        sign = language.sentence(SIGNS[view.sign])
        label = say("Net margin (revenue − tracked costs)")
        figure = signed_money(view.margin, currency, language)
        yield Fact(label, figure, (*(part if is_short else ()), sign))
    if (each := of_month.cost_per_subscriber) is not None:
        label = say("Cost per paying subscriber")
        yield Fact(label, language.money(each, currency), part if of_month.lacks_cost else ())


def _money(amount: Decimal | None, currency: str, language: Language) -> str:
    return language.say("unknown") if amount is None else language.money(amount, currency)
