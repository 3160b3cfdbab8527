"""What the mail says does not look right, and what a supplier has corrected."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import groupby

import msgspec

from ecot.language import Language
from ecot.model.money import minus, total
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.model.settlement import Settlement
from ecot.report import bills, words
from ecot.report.bill_book import remedy
from ecot.report.health import AccountHealth
from ecot.report.labels import account_name
from ecot.report.mail_facts import MailFacts, Seen
from ecot.report.mail_view import MailView
from ecot.report.mail_words import signed_money
from ecot.report.views import Revised, revised

MOST = 8  # lines of each list; the pages of the report have all


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One thing: what it is, what more there is to say, and the page of the report, with the place
    on it, that has it (None: no page)."""

    text: Sentence
    notes: tuple[Sentence, ...] = ()
    page: str | None = None
    at: str = ""


def to_check(view: MailView, language: Language) -> list[Line]:
    """What does not look right: accounts that are not read as they ought to be, changes of a month
    that was closed, bills that differ from their charges, and budgets that are spent."""
    facts = view.facts
    return [
        *(_account(one, language) for one in view.urgent),
        *_restated((one for one in facts.restated if one.is_late), facts, language),
        *(_gap(one, facts, language) for one in facts.gaps),
        *_over(view),
    ]


def restated(view: MailView, language: Language) -> list[Line]:
    """Changes of months that were not closed: they are expected, and worth knowing."""
    seen = (one for one in view.facts.restated if not one.is_late)
    return list(_restated(seen, view.facts, language))


def _account(one: AccountHealth, language: Language) -> Line:
    said = {"account": one.name, "what": language.sentence(words.CONDITIONS[one.condition])}
    told = (one.latest.message, one.latest.remedy) if one.latest else ()
    since: tuple[Sentence, ...] = ()
    if one.condition not in ("not_configured", "never") and one.good is not None:
        since = (Sentence("last read well on {day}", {"day": language.date(one.good.date())}),)
    return Line(
        text=Sentence("{account}: {what}", said),
        notes=(*since, *(sentence for sentence in told if sentence is not None)),
        page="health",
    )


def _restated(found: Iterable[Seen], facts: MailFacts, language: Language) -> Iterator[Line]:
    """One line for each account and month."""

    def place(one: Seen) -> tuple[Month, str]:
        return Month.of(one.restatement.day), one.restatement.account

    titles = facts.of_month.titles
    for (month, account), seen in groupby(sorted(found, key=place), place):
        lines = [line for one in seen for line in revised(one.restatement, titles)]
        days = len({line.restatement.day for line in lines})
        values = {
            "account": account_name(account, titles),
            "month": language.month(month),
            "days": language.count("{count} day", "{count} days", days),
            "amount": _moved(lines, language),
        }
        text = Sentence("{account}, {month}: {days} revised, {amount}", values)
        yield Line(text=text, page="health", at="restatements")


def _moved(lines: Iterable[Revised], language: Language) -> str:
    """By how much, each currency by itself."""
    found: dict[str, list[Decimal]] = {}
    for line in lines:
        if line.currency is not None:
            # None is a day without a charge (Revised): all of the other figure moved.
            moved = minus(line.new or Decimal(0), line.old or Decimal(0))
            found.setdefault(line.currency, []).append(moved)
    said = [signed_money(total(amounts), code, language) for code, amounts in found.items()]
    return ", ".join(said) or language.say("only quantities changed")


def _gap(one: Settlement, facts: MailFacts, language: Language) -> Line:
    values = {
        "account": account_name(one.account, facts.of_month.titles),
        "numbers": bills.numbers(one),
    }
    said = [*bills.sentences(language, one)]
    told = remedy(one)
    if told is not None:
        said.append(_with_command(*told, language))
    return Line(
        text=Sentence("{account}, bill {numbers}: to be looked at", values),
        notes=tuple(said),
        page="bills",
        at="reconciled",
    )


def _with_command(told: Sentence, command: str | None, language: Language) -> Sentence:
    if command is None:
        return told
    return Sentence("{told} {command}", {"told": language.sentence(told), "command": command})


def _over(view: MailView) -> Iterator[Line]:
    if view.budget and view.budget.is_over:
        yield Line(text=Sentence("The month costs more than its budget"))
    for name in view.budget.over if view.budget else ():
        yield Line(text=Sentence("{account}: more than its budget", {"account": name}))
