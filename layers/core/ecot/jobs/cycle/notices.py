"""What a mail about trouble says: the notice of `alerts`, in sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby

from ecot.alerts import facts as alerts
from ecot.language import Language
from ecot.model.budget import Spent
from ecot.model.money import total
from ecot.model.outcome import Restatement
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.report.health_sinks import DELIVERIES, REMEDIES, masked
from ecot.report.labels import account_name
from ecot.report.notice import Kind, Notice, NoticeLine

_DOCTOR = Sentence("{command} says what is wrong.", {"command": "`ecot doctor`"})
_SILENCE = Sentence("See that Ecot runs: `ecot run` collects, `ecot doctor` tries every key.")
_LOOK_AT_COSTS = Sentence("The page of the month says what it went to, and what changed.")
_LATER = Sentence("The page of the month has each day, and the next monthly mail says so too.")


class Writer:
    """Writes notices for one reader. `titles` are the providers' names; `people` says whether
    addresses are in clear; `demo` marks what is made up."""

    def __init__(
        self, language: Language, titles: Mapping[str, str], *, people: bool, demo: bool
    ) -> None:
        self._language, self._titles = language, titles
        self._people, self._demo = people, demo

    def notice(self, told: alerts.Notice) -> Notice:
        """The mail."""
        return Notice(
            kind=_kind(told),
            headline=self._headline(told),
            day=told.on,
            lines=tuple(self._lines(told)),
            page=_page(told),
            demo=self._demo,
        )

    def _headline(self, told: alerts.Notice) -> Sentence:
        """The worst of it. Several accounts are counted."""
        if told.silent:
            days = (told.on - told.silent.since.date()).days
            return Sentence("Nothing was read for {days} days", {"days": str(days)})
        if told.failing:
            names = [one.account for one in told.failing]
            return self._of(names, "{account} cannot be read", "{count} accounts cannot be read")
        if told.spent:
            return self._used(max(told.spent, key=lambda one: one.cost / one.budget.amount))
        if told.bounced:
            return Sentence("A monthly mail did not arrive")
        if told.restated:
            return Sentence("A closed month was revised")
        names = [one.account for one in told.recovered]
        if not names:
            return Sentence("Accounts are read again")
        return self._of(names, "{account} is read again", "{count} accounts are read again")

    def _of(self, accounts: Sequence[str], one: str, many: str) -> Sentence:
        if len(accounts) == 1:
            return Sentence(one, {"account": self._name(accounts[0])})
        return Sentence(many, {"count": self._language.number(len(accounts))})

    def _lines(self, told: alerts.Notice) -> Iterator[NoticeLine]:
        if told.silent:
            yield self._silent(told.silent)
        yield from map(self._failing, sorted(told.failing, key=lambda one: not one.is_new))
        yield from map(self._spent, told.spent)
        yield from self._restated(told.restated)
        yield from map(self._bounced, told.bounced)
        yield from map(self._recovered, told.recovered)

    def _name(self, account: str) -> str:
        return account_name(account, self._titles)

    def _whose(self, one: Spent) -> str:
        provider = one.budget.provider
        return account_name(provider, self._titles) if provider else self._language.say("All costs")

    def _used(self, one: Spent) -> Sentence:
        values = {"whose": self._whose(one), "month": self._language.month(one.month)}
        mark = max((mark for mark, _ in one.marks), default=0)
        if mark >= 100:
            return Sentence("{whose}: the budget of {month} is used up", values)
        values["percent"] = self._language.percent(Decimal(mark) / 100)
        return Sentence("{whose}: {percent} of the budget of {month} is used", values)

    def _spent(self, one: Spent) -> NoticeLine:
        values = {
            "month": self._language.month(one.month),
            "cost": self._language.money(one.cost, one.budget.currency),
            "budget": self._language.money(one.budget.amount, one.budget.currency),
        }
        text = "{month}: {cost} of {budget}, net of tax."
        if one.is_part:
            text = "{month}: at least {cost} of {budget}, net of tax; days or costs are missing."
        return NoticeLine(
            account=self._whose(one), message=Sentence(text, values), remedy=_LOOK_AT_COSTS
        )

    def _silent(self, silent: alerts.Silent) -> NoticeLine:
        moment = self._language.moment(silent.since)
        return NoticeLine(
            account=self._language.say("All accounts"),
            since=silent.since.date(),
            message=Sentence("Nothing was read since {moment}.", {"moment": moment}),
            remedy=_SILENCE,
        )

    def _failing(self, one: alerts.Failing) -> NoticeLine:
        return NoticeLine(
            account=self._name(one.account),
            since=one.since.date(),
            message=one.outcome.message,
            remedy=one.outcome.remedy or _DOCTOR,
        )

    def _restated(self, restated: Iterable[Restatement]) -> Iterator[NoticeLine]:
        """A line for each account's month."""
        ordered = sorted(restated, key=lambda one: (one.account, one.day, one.seen_at))
        for (account, month), changes in groupby(
            ordered, key=lambda one: (one.account, Month.of(one.day))
        ):
            message = self._change(month, list(changes))
            yield NoticeLine(account=self._name(account), message=message, remedy=_LATER)

    def _change(self, month: Month, changes: Sequence[Restatement]) -> Sentence:
        days = {one.day for one in changes}
        values = {
            "month": self._language.month(month),
            "days": self._language.count("{count} day", "{count} days", len(days)),
        }
        # A day that was revised twice went from its first figure to its last.
        first = {one.day: one for one in reversed(changes)}
        last = {one.day: one for one in changes}
        old = _sums(one.old_cost for one in first.values())
        new = _sums(one.new_cost for one in last.values())
        if old == new:
            return Sentence("{month} is closed, and quantities were revised on {days}.", values)
        values |= {"old": self._money(old), "new": self._money(new)}
        return Sentence("{month} is closed, and was revised on {days}: {old}, now {new}.", values)

    def _money(self, sums: Mapping[str, Decimal]) -> str:
        said = (self._language.money(amount, currency) for currency, amount in sums.items())
        return " + ".join(said) or self._language.say("nothing")

    def _bounced(self, one: alerts.Bounce) -> NoticeLine:
        to = ", ".join(address if self._people else masked(address) for address in one.to)
        state = DELIVERIES.get(one.state, Sentence("could not be delivered"))
        values = {
            "month": self._language.month(one.month),
            "to": to,
            "state": self._language.sentence(state),
        }
        return NoticeLine(
            account=self._language.say("Mails"),
            message=Sentence("About {month}, to {to}: {state}.", values),
            remedy=REMEDIES.get(one.state),
        )

    def _recovered(self, one: alerts.Recovered) -> NoticeLine:
        values = {
            "day": self._language.date(one.since),
            "moment": self._language.moment(one.well_at),
        }
        return NoticeLine(
            account=self._name(one.account),
            message=Sentence("Not read from {day} on; read again since {moment}.", values),
        )


def _kind(told: alerts.Notice) -> Kind:
    if told.is_all_well:
        return "recovery"
    if told.failing or told.silent or told.bounced:
        return "failure"
    return "budget" if told.spent else "restatement"


def _page(told: alerts.Notice) -> str:
    """Where there is more to see."""
    return str(told.spent[0].month) if _kind(told) == "budget" else "health"


def _sums(costs: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """The costs by currency."""
    found: dict[str, list[Decimal]] = {}
    for one in costs:
        for currency, amount in one.items():
            found.setdefault(currency, []).append(amount)
    return {currency: total(amounts) for currency, amounts in sorted(found.items())}
