"""What the mail asks somebody to do: bills to enter, and credit that runs out."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from ecot.language import Language
from ecot.model.money import CURRENCIES, quotient, times
from ecot.model.period import DAY
from ecot.model.sentence import Sentence
from ecot.report import words
from ecot.report.bill_book import Lack, MissingBill, Purse
from ecot.report.labels import account_name
from ecot.report.mail_checks import Line
from ecot.report.mail_facts import MailFacts, Remaining
from ecot.report.mail_view import MailView

_LITTLE = Decimal("0.1")  # of a limit


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


def _missing(one: MissingBill, facts: MailFacts, language: Language) -> Line:
    values = {
        "account": account_name(one.account, facts.of_month.titles),
        "month": language.month(one.month),
        "why": ", ".join(_lack(lack, one.days, language) for lack in one.lacks),
    }
    text = Sentence("{account}, {month}: enter the bill ({why})", values)
    return Line(text=text, page="bills", at=one.place)


def _lack(lack: Lack, days: int, language: Language) -> str:
    if lack == "unread":
        return language.count("{count} day not read", "{count} days not read", days)
    return language.sentence(words.BASES[lack])


def _running_out(view: MailView, language: Language) -> Iterator[Line]:
    """Prepaid credit that does not last another month at the pace of the days that were read, and
    quotas that are nearly used up. What is at nothing already runs out no more. Where a provider
    tells what is left, what people have typed does not count."""
    facts = view.facts
    of_month, titles = facts.of_month, facts.of_month.titles
    costs = {one.key: one.billed_cost for one in of_month.by_account.groups}
    length = Decimal((of_month.month.after - of_month.month.first).days)
    stated = {(one.account, one.unit) for one in facts.remaining}
    typed = (
        _of_purse(one, one.left, of_month.today)
        for one in facts.purses
        if one.left is not None and (one.account, one.currency) not in stated
    )
    for one in (*typed, *facts.remaining):
        account = account_name(one.account, titles)
        cost = costs.get(one.account) if one.unit == of_month.currency else None
        if cost is not None and cost > 0:
            daily = quotient(cost, Decimal(_days_read(view, one.account)))
            if 0 < one.left < times(daily, length):
                yield _credit(account, one, daily, language)
        elif one.limit and 0 < one.left <= times(one.limit, _LITTLE):
            values = {
                "account": account,
                "left": _counted(one, one.left, language),
                "limit": _counted(one, one.limit, language),
            }
            yield Line(text=Sentence("{account}: {left} left of {limit}", values))


def _days_read(view: MailView, account: str) -> int:
    """Of those that are over: today's costs are known in part."""
    first, last = view.of_month.totals.first, view.of_month.last
    days = (min(last, view.facts.of_month.today - DAY) - first).days + 1
    missing = (one.gap for one in view.of_month.missing if one.gap.account == account)
    return max(days - sum(gap.days for gap in missing), 1)


def _of_purse(purse: Purse, left: Decimal, today: date) -> Remaining:
    return Remaining(
        account=purse.account,
        name="credit",
        unit=purse.currency,
        left=left,
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
