"""The first lines of a printed month: how much, against the month before, where it comes from."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ecot.language import Language
from ecot.report import words
from ecot.report.conversions import conversion
from ecot.report.labels import account_name
from ecot.report.movers import mover_sentence
from ecot.report.origin import unknown_cost
from ecot.report.paper import Line, name, told
from ecot.report.paper_outlook import outlook
from ecot.report.views import MonthView


def compared(view: MonthView, language: Language) -> Iterator[Line]:
    """The total beside the month before, and why there is no percentage."""
    one, say = view.comparison, language.say
    if one.first > one.last:
        yield Line(say("Nothing to compare yet: the first day of the month is not over."))
        return
    before = language.days(one.first, one.last)
    if one.difference is None:
        if view.total is not None:
            text = "Nothing to compare with: a total is not known for {days}."
            yield Line(say(text, days=before))
        elif view.totals.unconverted:
            text = "No cost of this month has an exchange rate, so that there is no total."
            yield Line(say(text))
        else:
            yield Line(say("No cost is known for this month yet."))
        return
    yield Line(_difference(view, language, one.difference, before))
    if one.why == "incomplete":
        yield Line(say("No percentage, because one of the two lacks days or costs"), "soft")
    elif one.why == "not positive":
        yield Line(say("No percentage, because that total was not positive"), "soft")


def _difference(view: MonthView, language: Language, difference: Decimal, before: str) -> str:
    say, amount = language.say, language.money(difference.copy_abs(), view.facts.currency)
    if (percent := view.comparison.percent) is not None:
        sign = "+" if percent > 0 else ""
        amount += f" ({sign}{language.percent(percent / 100, 1)})"
    if view.facts.state == "open":
        more = "{amount} more until yesterday than on the same days of the month before ({days})"
        less = "{amount} less until yesterday than on the same days of the month before ({days})"
        same = "The same amount until yesterday as on the same days of the month before ({days})"
        values = {"days": before}
    else:
        more, less = "{amount} more than in {month}", "{amount} less than in {month}"
        same = "The same amount as in {month}"
        values = {"month": before}
    if not difference:
        return say(same, **values)
    return say(more if difference > 0 else less, amount=amount, **values)


def moved(view: MonthView, language: Language) -> Iterator[Line]:
    """What changed: the lines that moved most, and what all others come to."""
    if (found := view.movers) is None:
        return
    currency = view.facts.currency
    for one in found.lines:
        arrow = "↑" if one.amount > 0 else "↓"
        yield Line(f"{arrow} {told(language, mover_sentence(language, one, currency))}")
    rest = []
    if found.others:
        amount = _signed(found.others, currency, language)
        rest.append(language.say("All other changes together: {amount}", amount=amount))
    if found.rounding:
        rest.append(f"{language.say('rounding')} {_signed(found.rounding, currency, language)}")
    if rest:
        yield Line(" · ".join(rest), "soft")


def _signed(amount: Decimal, currency: str, language: Language) -> str:
    return ("+" if amount > 0 else "") + language.money(amount, currency)


def origins(view: MonthView, language: Language) -> Iterator[dict[str, Any]]:
    """The share of each basis, for a bar (0 to 1) and in words."""
    for one in view.shares:
        basis = language.sentence(words.BASES[one.basis])
        percent = f"{one.bound} {language.percent(one.percent)}".strip()
        text = f"{basis} {percent}"
        yield {"basis": one.basis, "percent": float(one.percent), "text": text}


def coverage(view: MonthView, language: Language) -> list[str]:
    """What is said beside the shares."""
    unknown = view.totals.coverage.unknown
    return [
        *([unknown_cost(language, unknown)] if unknown else []),
        *([] if view.missing else [language.say("no day is missing")]),
    ]


def notes(view: MonthView, language: Language) -> Iterator[Line]:
    """Everything that is not in the total."""
    say = language.say
    for gap in view.missing:
        days = language.count("{count} day", "{count} days", gap.gap.days)
        span = language.days(gap.gap.first, gap.gap.last)
        text = f"{say('missing:')} {name(gap.name)} ({days}) · {span}"
        yield Line(f"{text} · {language.sentence(gap.reason)}", "alert")
    for lacking in view.unpriced:
        charges = unknown_cost(language, lacking.charges)
        text = "Not in the total: {name}, {charges}"
        yield Line(say(text, name=name(lacking.name), charges=charges), "soft")
    for account, cost in view.totals.coverage.breakdowns.items():
        text = "Not in the total: {amount} that others bill, as {name} estimates it"
        amount = language.money(cost, view.facts.currency)
        who = name(account_name(account, view.facts.titles))
        yield Line(say(text, amount=amount, name=who), "soft")


def aside(view: MonthView, language: Language) -> Iterator[tuple[str, str]]:
    """What stands beside the total, with its label."""
    say, totals = language.say, view.totals
    yield from outlook(view, language)
    if totals.tax:
        yield say("Tax, on top"), language.money(totals.tax, totals.currency)
    for code, cost in totals.unconverted_tax.items():
        yield say("Tax, on top"), language.money(cost, code)
    for one in totals.converted:
        label = say("Converted, of the tax") if one.is_tax else say("Converted, inside the total")
        yield label, told(language, conversion(language, one))
    for code, cost in totals.unconverted.items():
        yield say("Not converted, on top"), language.money(cost, code)
    if view.facts.collected_at:
        yield say("Last collection"), language.moment(view.facts.collected_at)
