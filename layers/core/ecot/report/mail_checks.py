"""The two lists of the mail that ask somebody for something: to check, and to do."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from itertools import groupby, repeat

import msgspec

from ecot.language import Language
from ecot.model.money import CURRENCIES, minus, quotient, times, total
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence
from ecot.model.settlement import Settlement
from ecot.report import bills, words
from ecot.report.bill_book import MissingBill, Purse, remedy
from ecot.report.health import AccountHealth
from ecot.report.labels import account_name
from ecot.report.mail_facts import MailFacts, Remaining, Seen
from ecot.report.mail_view import MailView
from ecot.report.mail_words import signed_money
from ecot.report.views import revised

MOST = 8  # lines of each list; the pages of the report have all
_LITTLE = Decimal("0.1")  # of a limit


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


def to_do(view: MailView, language: Language) -> list[Line]:
    """What a person can settle: bills that were not entered, and credit that runs out."""
    facts = view.facts
    of_month = [one for one in facts.missing_bills if one.month == facts.month]
    earlier = sorted(
        (one for one in facts.missing_bills if one.month < facts.month),
        key=lambda one: (-one.month.first.toordinal(), one.account),
    )
    return [
        *(_missing(one, facts, language) for one in (*of_month, *earlier)),
        *_running_out(view, language),
    ]


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
    """One line for each account and month, each currency by itself."""

    def place(one: Seen) -> tuple[Month, str]:
        return Month.of(one.restatement.day), one.restatement.account

    for (month, account), seen in groupby(sorted(found, key=place), place):
        lines = [line for one in seen for line in revised(one.restatement, facts.of_month.titles)]
        by_code: dict[str | None, list[Decimal]] = {}
        days: set[date] = {line.restatement.day for line in lines}
        for line in lines:
            moved = by_code.setdefault(line.currency, [])
            moved.append(minus(line.new or Decimal(0), line.old or Decimal(0)))
        amounts = [
            signed_money(total(moved), code, language)
            for code, moved in by_code.items()
            if code is not None
        ]
        values = {
            "account": account_name(account, facts.of_month.titles),
            "month": language.month(month),
            "days": language.count("{count} day", "{count} days", len(days)),
            "amount": ", ".join(amounts) or language.say("only quantities changed"),
        }
        text = Sentence("{account}, {month}: {days} revised, {amount}", values)
        yield Line(text=text, page="health", at="restatements")


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
    for name in view.budget.over if view.budget else ():
        yield Line(text=Sentence("{account}: more than its budget", {"account": name}))


def _missing(one: MissingBill, facts: MailFacts, language: Language) -> Line:
    values = {
        "account": account_name(one.account, facts.of_month.titles),
        "month": language.month(one.month),
        "why": ", ".join(_lack(lack, one.days, language) for lack in one.lacks),
    }
    text = Sentence("{account}, {month}: enter the bill ({why})", values)
    return Line(text=text, page="bills", at=one.place)


def _lack(lack: str, days: int, language: Language) -> str:
    if lack == "unread":
        return language.count("{count} day not read", "{count} days not read", days)
    return language.sentence(words.BASES["estimated" if lack == "estimated" else "unknown"])


def _running_out(view: MailView, language: Language) -> Iterator[Line]:
    """Prepaid credit that does not last another month at this month's pace, and quotas that are
    nearly used up. What is at nothing already runs out no more."""
    facts = view.facts
    of_month, titles = facts.of_month, facts.of_month.titles
    costs = {one.key: one.billed_cost for one in of_month.by_account.groups}
    for one in (*map(_of_purse, facts.purses, repeat(of_month.today)), *facts.remaining):
        account = account_name(one.account, titles)
        cost = costs.get(one.account) if one.unit == of_month.currency else None
        if cost is not None and cost > 0:
            if 0 < one.left < cost:
                yield _credit(account, one, quotient(cost, Decimal(_days(view))), language)
        elif one.limit and 0 < one.left <= times(one.limit, _LITTLE):
            values = {
                "account": account,
                "left": _counted(one, one.left, language),
                "limit": _counted(one, one.limit, language),
            }
            yield Line(text=Sentence("{account}: {left} left of {limit}", values))


def _days(view: MailView) -> int:
    return (view.of_month.last - view.of_month.totals.first).days + 1


def _of_purse(purse: Purse, today: date) -> Remaining:
    return Remaining(
        account=purse.account,
        name="credit",
        unit=purse.currency,
        left=purse.left or Decimal(0),
        limit=purse.paid_in,
        day=today,
    )


def _credit(account: str, one: Remaining, daily: Decimal, language: Language) -> Line:
    last = one.day + int(quotient(one.left, daily)) * DAY
    values = {"account": account, "left": language.money(one.left, one.unit)}
    return Line(
        text=Sentence("{account}: {left} left of what was paid in advance", values),
        notes=(Sentence("at this pace, until {day}", {"day": language.date(last)}),),
        page="bills",
    )


def _counted(one: Remaining, amount: Decimal, language: Language) -> str:
    if one.unit in CURRENCIES:
        return language.money(amount, one.unit)
    quantity = language.quantity(amount)
    if (name := words.QUANTITIES.get(one.unit)) is not None:
        return language.count(name[0].text, name[1].text, amount, count=quantity)
    return f"{quantity} {one.unit}"
