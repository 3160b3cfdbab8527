"""What the ledger says for the page of the business, already in the report's currency."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

import msgspec

from ecot.analysis.efficiency import Failures, ModelUse, Spender
from ecot.analysis.margin import BusinessMonth
from ecot.model.figure import Figure
from ecot.model.period import Month
from ecot.model.rows import Category


class Daily(msgspec.Struct, frozen=True, kw_only=True):
    """The counted charges of the days from `first` until today, which is not among them. `unread`
    has, by account, the days of which something is missing."""

    first: date
    figures: tuple[Figure, ...]
    unread: Mapping[str, Collection[date]]


class MonthOfUse(msgspec.Struct, frozen=True, kw_only=True):
    """What a month's AI was used for: `models`, what persons cost (`spenders`, who add up to all of
    it), what accounts that detail the bills of others say of that (`details`, in no total), and how
    often requests failed."""

    month: Month
    is_over: bool
    models: tuple[ModelUse, ...] = ()
    spenders: tuple[Spender, ...] = ()
    details: Mapping[str, tuple[Spender, ...]] = {}
    failures: tuple[Failures, ...] = ()


class BusinessFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`today` is the UTC day of the edge. `earners` are the accounts that tell of revenue. `months`
    are the last ones, the running one included; `ai` is their cost of AI by provider, and `dark`
    has by category the accounts of which nobody knows all costs; `mrr` is that of the days on which
    all of it was read. `used` are the last two months, the newest first."""

    today: date
    currency: str
    titles: Mapping[str, str]
    people: bool
    earners: tuple[str, ...]
    months: tuple[BusinessMonth, ...]
    ai: Mapping[Month, Mapping[str, Decimal]]
    dark: Mapping[Month, Mapping[Category, Collection[str]]]
    daily: Daily
    mrr: Mapping[date, Decimal]
    used: tuple[MonthOfUse, ...]
