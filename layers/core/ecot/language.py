"""What people read, by locale: money, numbers, dates and sentences, in French or in English.

Sentences are written in English in the code; the catalogue `templates/locale/fr.po` has the French
ones, found by the English text. Everything else is CLDR's, through Babel.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from datetime import date as Day
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
from babel import Locale, dates, numbers
from babel.messages.pofile import read_po

from ecot.errors import EcotError
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence

LocaleName = Literal["fr-FR", "fr-CH", "en-US", "en-GB"]
_DIGITS = 400  # as in model/money: no amount that the ledger accepts is rounded on the way
_COMPACT_FROM = 1_000_000


class Language(msgspec.Struct, frozen=True):
    """A reader's locale and time zone, and how things are said to them."""

    locale: LocaleName = "fr-FR"
    timezone: str = "UTC"

    @property
    def code(self) -> str:
        """`fr` or `en`."""
        return self.locale[:2]

    def other(self) -> "Language":
        """The language of the same page's twin, in the same time zone."""
        return Language("en-GB" if self.code == "fr" else "fr-FR", self.timezone)

    def say(self, text: str, /, **values: object) -> str:
        """The sentence in this language, its {places} filled; English where it has no words."""
        return self.sentence(Sentence(text, {name: str(value) for name, value in values.items()}))

    def sentence(self, sentence: Sentence) -> str:
        """A sentence that was kept with its blanks apart."""
        return sentence.filled(self.words(sentence.text))

    def words(self, text: str) -> str:
        """The sentence in this language with its {places} still open."""
        return catalogue(self.code).get(text, text)

    def count(self, one: str, many: str, number: int | Decimal, /, **values: object) -> str:
        """`one` or `many`, as the language's grammar asks for this number; {count} is the number
        as written, unless `values` has its own."""
        form = Locale.parse(self._cldr).plural_form(number)
        if "count" not in values:
            values["count"] = self.number(number)
        return self.say(one if form == "one" else many, **values)

    def money(self, amount: Decimal, currency: str) -> str:
        """The amount rounded once, half to even, to the digits that its currency is written in."""
        return self.exact_money(rounded(amount, currency), currency)

    def exact_money(self, amount: Decimal, currency: str) -> str:
        """The amount with all its digits, and at least those of its currency."""
        with localcontext(prec=_DIGITS):
            return numbers.format_currency(
                amount, currency, locale=self._cldr, decimal_quantization=False
            )

    def round_money(self, amount: Decimal, currency: str) -> str:
        """A round amount, with as many digits as it has: 200 $US, 0,25 $US."""
        pattern = "#,##0.########\u00a0¤" if self.code == "fr" else "¤#,##0.########"
        return numbers.format_currency(
            amount, currency, pattern, locale=self._cldr, currency_digits=False
        )

    def unit_price(self, amount: Decimal, currency: str) -> str:
        """A price of one of something, which may be far below a cent: to three digits that say
        something, and at least those of its currency."""
        with localcontext(prec=_DIGITS):
            last = min(amount.adjusted() - 2, -numbers.get_currency_precision(currency))
            return self.exact_money(amount.quantize(Decimal(1).scaleb(last)).normalize(), currency)

    def number(self, number: int | Decimal) -> str:
        """The number with all its digits, in groups of three."""
        with localcontext(prec=_DIGITS):
            return numbers.format_decimal(number, locale=self._cldr, decimal_quantization=False)

    def quantity(self, number: Decimal) -> str:
        """A measured quantity, to read at a glance: 48.2M, 12,345, 1.25."""
        with localcontext(prec=_DIGITS):
            if abs(number) < _COMPACT_FROM:
                return numbers.format_decimal(
                    number, "#,##0.##" if abs(number) < 1000 else "#,##0", locale=self._cldr
                )
            return numbers.format_compact_decimal(number, locale=self._cldr, fraction_digits=1)

    def percent(self, share: Decimal, decimals: int = 0) -> str:
        """A share of 1 as a percentage: 0.237 is 24 %, or 23,7 %."""
        with localcontext(prec=_DIGITS):
            exact = share.quantize(Decimal(1).scaleb(-2 - decimals), ROUND_HALF_EVEN)
            return numbers.format_percent(exact, locale=self._cldr, decimal_quantization=False)

    def month(self, month: Month) -> str:
        """January 2026, janvier 2026."""
        return dates.format_date(month.first, "MMMM y", locale=self._cldr)

    def short_month(self, month: Month) -> str:
        """Jan 2026, janv. 2026: under a chart."""
        return dates.format_date(month.first, "MMM y", locale=self._cldr)

    def month_name(self, number: int) -> str:
        """Jan, janv.: a month of any year."""
        names = dates.get_month_names("abbreviated", "stand-alone", locale=self._cldr)
        return str(names[number])

    def short_day(self, day: Day) -> str:
        """5 Jan, 5 janv.: where the year goes without saying."""
        return dates.format_skeleton("MMMd", day, locale=self._cldr)

    def weekday(self, day: Day) -> str:
        """Mon, lun.: beside a calendar."""
        return dates.format_date(day, "ccc", locale=self._cldr)

    def date(self, day: Day) -> str:
        """2 January 2026, 2 janvier 2026, 1er janvier 2026."""
        shown = dates.format_date(day, "long", locale=self._cldr)
        return shown.replace("1 ", "1er ", 1) if self.code == "fr" and day.day == 1 else shown

    def days(self, first: Day, last: Day) -> str:
        """The days from `first` to `last`, both inside: 1–14 Jan 2026, or the month's own name."""
        month = Month.of(first)
        if (first, last + DAY) == (month.first, month.after):
            return self.month(month)
        if first == last:
            return self.date(first)
        return dates.format_interval(first, last, "yMMMd", locale=self._cldr)

    def months(self, first: Month, last: Month) -> str:
        """The months from `first` to `last`, both inside: August – October 2026."""
        return dates.format_interval(first.first, last.first, "yMMMM", locale=self._cldr)

    def utc_time(self, moment: datetime) -> str:
        """When on its UTC day it was, in hours and minutes: 07:45 UTC."""
        utc = moment.astimezone(UTC)
        return f"{dates.format_time(utc, 'short', tzinfo=UTC, locale=self._cldr)} UTC"

    def moment(self, moment: datetime) -> str:
        """When it was in the reader's time zone, which is named: 2 January 2026, 07:45 (UTC)."""
        local = moment.astimezone(ZoneInfo(self.timezone))
        time = dates.format_time(local, "short", tzinfo=local.tzinfo, locale=self._cldr)
        return f"{self.date(local)}, {time} ({self.timezone})"

    @property
    def _cldr(self) -> str:
        return self.locale.replace("-", "_")


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in the digits that people write its currency in (2, JPY 0, BHD 3); never -0."""
    with localcontext(prec=_DIGITS):
        last_digit = Decimal(1).scaleb(-numbers.get_currency_precision(currency))
        return amount.quantize(last_digit, ROUND_HALF_EVEN) + 0


@cache
def catalogue(code: str) -> Mapping[str, str]:
    """Every English sentence that the language (`fr`) has words for; English needs none."""
    if code == "en":
        return {}
    with (templates_folder() / "locale" / f"{code}.po").open("rb") as file:
        entries = read_po(file, locale=code)
    return {
        str(entry.id): typeset(str(entry.string))
        for entry in entries
        if entry.id and entry.string and not entry.fuzzy
    }


def typeset(french: str) -> str:
    """The sentence with the spaces that French signs ask for, so that none begins a line."""
    narrow = re.sub(r" (?=[;!?])", "\u202f", french)
    return re.sub(r"(?<=«) | (?=[:»%])", "\u00a0", narrow)


@cache
def templates_folder() -> Path:
    """Where the templates are: beside the code in a wheel and in a layer, else at the top level
    of the checkout."""
    package = Path(__file__).resolve().parent
    for folder in (package / "templates", package.parent.parent.parent / "templates"):
        if (folder / "locale").is_dir():
            return folder
    raise EcotError("the templates are not beside {package}", remedy="Install Ecot again.",
                    package=package)  # fmt: skip
