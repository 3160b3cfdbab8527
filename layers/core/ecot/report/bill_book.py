"""What the page of bills shows: what was typed, beside the charges, and what is still missing."""

import shlex
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any, Generic, Literal, TypeVar

import msgspec

from ecot.model.bill import Bill, Entry
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.model.settlement import Settlement
from ecot.report.labels import account_name
from ecot.report.sources import anchor
from ecot.report.words import GAP_REMEDIES

_T = TypeVar("_T")
Lack = Literal["unknown", "estimated", "unread"]


class TypedBill(msgspec.Struct, frozen=True, kw_only=True):
    """A bill with all that was ever said about it, in order. `bill` is its last version, which
    `stands` unless it was voided; `converted` is its net in the report's currency (None: there is
    no rate, or it does not stand)."""

    bill: Bill
    stands: bool
    history: tuple[Entry, ...]
    converted: Decimal | None = None

    @property
    def typed(self) -> Entry:
        """Who typed the last version, and when."""
        return next(entry for entry in reversed(self.history) if entry.bill is not None)


class MissingBill(msgspec.Struct, frozen=True, kw_only=True):
    """A month that is over, of an account without a bill or a plan, and why a bill would help:
    `lacks`, of which `days` were not read. `currency` is None where the account has not one."""

    account: str
    month: Month
    lacks: tuple[Lack, ...]
    days: int = 0
    currency: str | None = None

    @property
    def place(self) -> str:
        """Where it is on the page."""
        return anchor(f"{self.account} {self.month}")

    @property
    def command(self) -> str:
        """What to type; the words in capitals are on the bill."""
        account = shlex.quote(self.account)
        return (
            f"ecot bill add {account} --month {self.month} --number NUMBER --issued DAY "
            f"--net AMOUNT --currency {self.currency or 'CODE'}"
        )


class Purse(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid in advance for an account, and what is left of it (None: not known)."""

    account: str
    currency: str
    since: date
    paid_in: Decimal
    spent: Decimal | None
    left: Decimal | None


class BillFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to know about bills. `settlements` are those of the bills that stand."""

    today: date
    currency: str
    bills: tuple[TypedBill, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    missing: tuple[MissingBill, ...] = ()
    purses: tuple[Purse, ...] = ()


class Named(msgspec.Struct, Generic[_T], frozen=True):
    """A line, with the name of its account."""

    name: str
    line: _T


class Year(msgspec.Struct, Generic[_T], frozen=True):
    """The lines of a year, the newest first."""

    number: int
    lines: tuple[Named[_T], ...]


class BillBookView(msgspec.Struct, frozen=True, kw_only=True):
    """The page: each list by year, the newest first. `to_do` counts the gaps that somebody has to
    look at."""

    facts: BillFacts
    bills: tuple[Year[TypedBill], ...]
    settlements: tuple[Year[Settlement], ...]
    missing: tuple[Year[MissingBill], ...]
    purses: tuple[Named[Purse], ...]
    to_do: int
    example: str


def bill_book_view(facts: BillFacts, titles: Mapping[str, str]) -> BillBookView:
    """The facts as the page shows them."""
    return BillBookView(
        facts=facts,
        bills=by_years(facts.bills, titles),
        settlements=_years(facts.settlements, lambda one: (starts(one), one.account), titles),
        missing=_years(facts.missing, lambda one: (one.month.first, one.account), titles),
        purses=tuple(Named(account_name(one.account, titles), one) for one in facts.purses),
        to_do=sum(one.is_to_do for one in facts.settlements),
        example=_example(facts),
    )


def by_years(bills: Iterable[TypedBill], titles: Mapping[str, str]) -> tuple[Year[TypedBill], ...]:
    """The bills by year, the newest first."""
    return _years(bills, lambda one: (one.bill.first, one.bill.account), titles)


def starts(one: Settlement) -> date:
    """The first day that its bills are about."""
    return min(bill.first for bill in one.bills)


def ends(one: Settlement) -> date:
    """The last day that its bills are about."""
    return max(bill.period.last for bill in one.bills)


def remedy(one: Settlement) -> tuple[Sentence, str | None] | None:
    """What to do about the gap, in a sentence and, where one helps, a command; None where nobody
    has to do anything."""
    if not one.is_to_do:
        return None
    if one.gap is None:
        return Sentence("There is no rate to compare them at:"), "ecot rates"
    reason = one.reason if one.is_over else "late data"
    told = GAP_REMEDIES.get(reason or "unexplained", GAP_REMEDIES["unexplained"])
    books = f"ecot bill book {shlex.quote(one.account)} {shlex.quote(one.bills[-1].number)}"
    return told, books if told.text.endswith(":") else None


def _years(
    lines: Iterable[_T], place: Callable[[_T], tuple[date, str]], titles: Mapping[str, str]
) -> tuple[Year[_T], ...]:
    def order(line: _T) -> tuple[Any, ...]:
        day, account = place(line)
        return -day.toordinal(), account_name(account, titles)

    years = groupby(sorted(lines, key=order), lambda line: place(line)[0].year)
    return tuple(
        Year(year, tuple(Named(account_name(place(one)[1], titles), one) for one in of_year))
        for year, of_year in years
    )


def _example(facts: BillFacts) -> str:
    """How a bill is entered: the first that is missing, else one of last month."""
    month = Month.of(facts.today).previous()
    nobody = MissingBill(account="PROVIDER/NAME", month=month, lacks=())
    return max(facts.missing, key=lambda one: one.month, default=nobody).command
