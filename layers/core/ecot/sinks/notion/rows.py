"""What stands in the two databases, in our words: what a sync wants there, and what people typed.

French names of properties and options are in `names.py` alone.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Literal
from unicodedata import normalize
from urllib.parse import quote, unquote

import msgspec

from ecot.model.period import Month

Origin = Literal["billed", "estimated", "entered", "unknown"]
Status = Literal["ok", "partial", "failed", "not_configured", "provisional", "manual"]
NOBODY = "—"
"""The sub account of figures that belong to none."""
_LONGEST_PART, _BEGINNING = 600, 40  # characters; Notion takes 2,000 in a text


class ServiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A supplier: `key` is its name in the ledger ("openai"), `title` how people write it."""

    key: str
    title: str
    console_url: str | None = None


class UsageRow(msgspec.Struct, frozen=True, kw_only=True):
    """What one account's sub account comes to in one month.

    `provider`, `account` ("edugami", without its provider) and `sub_account` (the supplier's id,
    None where there is none) identify it, with the month. `cost_usd` is None where no cost is
    known, and for details of other charges and list costs, which never add up. `cost` is the same
    cost in the currency of the report where that is another one; `native` what the supplier states,
    where that is in one currency. `run` is the collection that it comes from, and `collected_at`
    (UTC) when that was; `page_url` the page of the report that shows it.
    """

    provider: str
    account: str
    sub_account: str | None = None
    sub_account_name: str | None = None
    month: Month
    cost_usd: Decimal | None
    cost: tuple[Decimal, str] | None = None
    native: tuple[Decimal, str] | None = None
    origin: Origin
    models: tuple[str, ...] = ()
    requests: Decimal | None = None
    input_tokens: Decimal | None = None
    output_tokens: Decimal | None = None
    quantity: tuple[Decimal, str] | None = None
    status: Status
    log: str = ""
    collected_at: datetime | None = None
    run: str | None = None
    page_url: str | None = None

    @property
    def key(self) -> str:
        """`openai:edugami:proj_1:2026-01`"""
        return key_of(self.provider, self.account, self.sub_account, self.month)


class TypedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of Usages that a person made: status `Manuel`. `page_id` identifies it for good.

    What is None was left empty. `provider` is the key of its service; `title` is how it is called.
    `edited_at` (UTC) is cut to the minute by Notion; `edited_by` is the user's id there. `unread`
    are our names of the columns in which something stands that cannot be read.
    """

    page_id: str
    title: str
    key: str | None
    provider: str | None
    account: str | None
    sub_account: str | None
    month: Month | None
    cost_usd: Decimal | None
    native: tuple[Decimal, str] | None
    note: str | None
    edited_at: datetime
    edited_by: str
    edited_by_name: str | None = None
    url: str | None = None
    period: tuple[date, date] | None = None
    unread: tuple[str, ...] = ()


class Budget(msgspec.Struct, frozen=True):
    """What a service may cost a month, in US dollars, as somebody typed it in Notion."""

    provider: str
    usd: Decimal


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync remembers of one data source of Usages. It saves calls and protects from
    doubles; where it is lost nothing is, for the databases are read before anything is written.

    `properties` has the id of each property by our name for it, of both data sources; `pages` the
    page of each row that we have written, `gone` the rows that somebody has deleted there;
    `services` the page of each service.
    """

    data_source: str
    properties: Mapping[str, str] = {}
    services: Mapping[str, str] = {}
    pages: Mapping[str, str] = {}
    gone: tuple[str, ...] = ()


def key_of(provider: str, account: str, sub_account: str | None, month: Month) -> str:
    """The key of a row, another one for each row: a text that Notion keeps as it is (composed, not
    too long), its parts free of colons. Ids may differ in their case alone, so that it is kept."""
    named = NOBODY if not sub_account else _part(sub_account)
    return ":".join((_part(provider), _part(account), named, str(month)))


def _part(text: str) -> str:
    """The text, escaped where it could be taken for another; a very long one by its beginning and
    a digest."""
    is_kept = normalize("NFC", text) == text != NOBODY
    escaped = "".join(
        one if one not in ":%" and one.isprintable() and (is_kept or one.isascii()) else quote(one)
        for one in text
    )
    if len(escaped) <= _LONGEST_PART:
        return escaped
    return _part(f"{text[:_BEGINNING]}~{sha256(text.encode()).hexdigest()[:16]}")


def parts_of(key: str) -> tuple[str, str, str | None, Month]:
    """Provider, account, sub account (of a very long one what its key has of it) and month of a key
    that `key_of` made. Raises ValueError for any other text."""
    provider, account, sub_account, month = key.split(":")
    named = None if sub_account == NOBODY else unquote(sub_account)
    return unquote(provider), unquote(account), named, Month.parse(month)
