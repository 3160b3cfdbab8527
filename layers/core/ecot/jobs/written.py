"""What a person writes in a bill, read strictly: a word that could mean two things is refused."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Literal

from ecot.errors import SettingsError
from ecot.model.money import currency, exact
from ecot.model.period import Month

_AMOUNT = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
DecimalSign = Literal["dot", "dot or comma", "comma, or dot"]
"""What stands before decimals: a dot where commas separate cells; what a person is used to, on the
command line; mostly a comma, where semicolons separate cells."""
_UNCLEAR: Mapping[DecimalSign, re.Pattern[str]] = {  # 1,234: a thousand, or a bit over one?
    "dot": re.compile(r".*,.*"),
    "dot or comma": re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}"),
    "comma, or dot": re.compile(r"[+-]?[1-9][0-9]{0,2}[.,][0-9]{3}"),
}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9-]{0,63}/[^\s].{0,199}")  # files name billing accounts
_LONGEST = 500  # characters: a number, a service or a note, and never a whole page
_SHOWN = 60  # characters of a text that is refused


def amount_of(text: str, decimal_sign: DecimalSign = "dot or comma") -> Decimal:
    """`25.10` or `25,10`, with its own digits; no thousands separators, no currency sign."""
    if not _AMOUNT.fullmatch(text) or _UNCLEAR[decimal_sign].fullmatch(text):
        raise SettingsError(
            "{text} is not an amount, or could be two",
            remedy="Write it as 1234.50 or -1234.50: a dot before the decimals and nothing between "
            "thousands. A decimal comma (1234,50) is understood too, in files whose cells are "
            "separated by semicolons.",
            text=text,
        )
    try:
        amount = exact(text.replace(",", "."))
    except ValueError:
        raise SettingsError(
            "{text} is larger or finer than any amount",
            remedy="Check its digits.",
            text=text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…",
        ) from None
    return amount or abs(amount)  # a bill of -0 is one of 0


def day_of(text: str) -> date:
    """`2026-01-31`, and no other way to write it."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        day = date.fromisoformat(text)
        Month.of(day)  # the ledger's calendar begins in 1970
    except ValueError:
        raise SettingsError(
            "{text} is not a day", remedy="Write it as 2026-01-31.", text=text
        ) from None
    return day


def month_of(text: str) -> Month:
    """`2026-01`."""
    try:
        return Month.parse(text)
    except ValueError:
        raise SettingsError(
            "{text} is not a month", remedy="Write it as 2026-01.", text=text
        ) from None


def currency_of(text: str) -> str:
    """An ISO 4217 code, in capitals."""
    try:
        return currency(text)
    except ValueError:
        raise SettingsError(
            "{code} is not a currency", remedy="Give an ISO code, such as EUR.", code=text
        ) from None


def account_of(text: str) -> str:
    """`PROVIDER/NAME`."""
    if not (_ACCOUNT.fullmatch(text) and text.isprintable()):
        raise SettingsError(
            "{account} names no provider and account",
            remedy="Write it as PROVIDER/NAME, such as aws/main.",
            account=text,
        )
    return text


def reason_of(text: str) -> str:
    """Why something was said: a line that is not empty."""
    if not text.strip():
        raise SettingsError(
            "the reason is missing", remedy="Say why, for the reader of the history."
        )
    return words_of(text.strip())


def words_of(text: str) -> str:
    """A number, a name or a note: one line that can be printed."""
    if not text.isprintable() or len(text) > _LONGEST:
        raise SettingsError(
            "{text} is too long, or holds signs that cannot be printed",
            remedy="Write one line of at most {longest} characters.",
            text=ascii(text[:40]),
            longest=_LONGEST,
        )
    return text


def begun(day: date, today: date) -> date:
    """The day. Raises SettingsError where it is still to come."""
    if day > today:
        raise SettingsError(
            "{first} is in the future",
            remedy="Days are UTC; ask for one that has begun.",
            first=day,
        )
    return day


def begun_month(text: str, today: date) -> Month:
    """The month that a person wrote; it has begun."""
    month = month_of(text)
    begun(month.first, today)
    return month
