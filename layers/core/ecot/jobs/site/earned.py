"""What was earned, in the report's currency: each month's net revenue, and MRR day by day."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from ecot.analysis.margin import Earned, by_currency
from ecot.analysis.recurring import Recurring, Snapshot, stood, together
from ecot.jobs.earnings import earns
from ecot.jobs.known import earning, snapshots_of
from ecot.jobs.query import unread_earnings
from ecot.jobs.revenue import Earned as Movement
from ecot.jobs.revenue import mrr_by_day, net_revenue
from ecot.jobs.site.history import History
from ecot.model.head import Head
from ecot.model.money import total
from ecot.model.period import Month
from ecot.model.rows import provider_of
from ecot.store.records import all_progress


class _Converted(NamedTuple):
    """What amounts come to in the report's currency (None: there are some, and none has a rate),
    and those that have no rate."""

    amount: Decimal | None
    unconverted: Mapping[str, Decimal]


class Earnings:
    """The revenue of the days `[first, after)` of a history. Every document is read once."""

    def __init__(self, history: History, first: date, after: date) -> None:
        self._history = history
        self._question = history.edition.question(first, after)

    @cached_property
    def accounts(self) -> Mapping[str, date | None]:
        """The accounts that earn, with the day from which on one is no longer in the settings."""
        found = (one for one in all_progress(self._history.store) if _is_earner(one.account))
        return {one.account: one.until for one in found}

    @cached_property
    def snapshots(self) -> list[Snapshot]:
        """Each account's MRR on every day on which it was read."""
        found = mrr_by_day(self._history.place, self._question)
        return [
            Snapshot(
                account=one.account,
                day=one.day,
                amount=self._whole((amount, code, one.day) for code, amount in one.amounts.items()),
                paying=one.counts.get("paying_subscribers", Decimal(0)),
            )
            for one in found
        ]

    @property
    def mrr(self) -> dict[date, Decimal]:
        """The MRR of all accounts together, of the days on which all of it was read."""
        return together(self.snapshots, self.accounts)

    def recurring(self, month: Month) -> Recurring | None:
        """MRR as it last stood in the month; None where it was not read of every account."""
        return stood(self.snapshots, self.accounts, month)

    def earned(self, month: Month) -> Earned | None:
        """The month's net revenue; None where nothing of it was read."""
        history, heads = self._history, [one for one in self._history.heads(month) if earns(one)]
        question = history.edition.question(month.first, month.after)
        missing = tuple(unread_earnings(history.store, question, heads))
        if not any(_was_read(head) for head in heads):
            return None
        found = [one for one in self._movements if month.first <= one.day < month.after]
        clear = [(one.net, one.currency, one.day) for one in found if one.net is not None]
        unclear = [{one.currency: one.gross or Decimal(0)} for one in found if one.net is None]
        known = self._converted(one for one in clear if one[0])
        return Earned(
            amount=None if unclear and not clear else known.amount,
            unconverted=known.unconverted,
            unclear=by_currency(unclear),
            missing=missing,
            is_whole=not missing and any(map(_is_whole, heads)),
        )

    @cached_property
    def _movements(self) -> list[Movement]:
        return net_revenue(self._history.place, self._question)

    def _whole(self, amounts: Iterable[tuple[Decimal, str, date]]) -> Decimal | None:
        found = self._converted(amounts)
        return None if found.unconverted else found.amount

    def _converted(self, amounts: Iterable[tuple[Decimal, str, date]]) -> _Converted:
        """Each at the rate of its day."""
        rates, target = self._history.books.rates, self._history.edition.currency
        known, apart = list[Decimal](), list[dict[str, Decimal]]()
        for amount, currency, day in amounts:
            if (found := rates.converted(amount, currency, target, day)) is not None:
                known.append(found[0])
            else:
                apart.append({currency: amount})
        return _Converted(None if apart and not known else total(known), by_currency(apart))


def _is_earner(account: str) -> bool:
    return provider_of(account) in earning()


def _was_read(head: Head) -> bool:
    """Whether net revenue of any day was read: a snapshot alone is none."""
    return any(head.was_read(day, _feeds(head)) for day in head.month.days())


def _is_whole(head: Head) -> bool:
    return all(head.is_complete(day, _feeds(head)) for day in head.month.days())


def _feeds(head: Head) -> list[str]:
    return [feed for feed in head.feeds if feed not in snapshots_of(provider_of(head.account))]
