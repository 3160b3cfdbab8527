"""A made-up European Central Bank: its three files of reference rates, in its own format.

The series is the same each time, moves a little every day, has no weekends and no TARGET holidays,
and loses the Bulgarian lev at the end of 2025. Today's rates are out from 16:00 in Frankfurt on.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import blake2b

from ecot.model.period import DAY, Period
from ecot.model.target_days import is_target_day, last_published
from ecot.sandbox.messages import Request, Response

FOLDER = "/stats/eurofxref"
SINCE = date(2025, 1, 2)
LAST_OF_BGN = date(2025, 12, 31)
# Units for one euro around which each currency moves, in the digits that the ECB writes.
AROUND = {
    "USD": "1.1012", "JPY": "163.24", "BGN": "1.9558", "CZK": "24.812", "DKK": "7.4601",
    "GBP": "0.85430", "HUF": "398.55", "PLN": "4.2710", "SEK": "11.1035", "CHF": "0.9412",
    "ISK": "142.10", "NOK": "11.6420", "AUD": "1.7205", "CAD": "1.5218", "CNY": "7.9104",
    "INR": "94.2050", "SGD": "1.4585",
}  # fmt: skip
PEGGED = frozenset({"BGN"})
UNKNOWN = ("XYZ", "1.2345")  # a currency that is newer than the reader
WAVE = (0, 1, 2, 3, 4, 5, 4, 3, 2, 1, 0, -1, -2, -3, -4, -5, -4, -3, -2, -1)

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
\t<gesmes:subject>Reference rates</gesmes:subject>
\t<gesmes:Sender>
\t\t<gesmes:name>European Central Bank</gesmes:name>
\t</gesmes:Sender>
\t<Cube>
"""
TAIL = "\t</Cube>\n</gesmes:Envelope>\n"


def units(currency: str, day: date) -> Decimal:
    """What one euro is in the currency: within 2 % of the usual, with the ECB's digits."""
    usual = Decimal(AROUND[currency])
    if currency in PEGGED:
        return usual
    phase = (day.toordinal() // 7 + len(AROUND) * ord(currency[0])) % len(WAVE)
    noise = blake2b(f"{currency} {day}".encode(), digest_size=1).digest()[0] - 128
    moved = usual * (1 + Decimal(WAVE[phase]) / 500 + Decimal(noise) / 20_000)
    return moved.quantize(usual)


def published(day: date) -> dict[str, Decimal]:
    """All rates of a day on which there are some."""
    known = (code for code in AROUND if code != "BGN" or day <= LAST_OF_BGN)
    return {code: units(code, day) for code in known}


class EcbSite:
    """Serves `eurofxref-daily.xml`, `-hist-90d.xml` and `-hist.xml` as of the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def answer(self, request: Request, /) -> Response:
        """The file, or the ECB's page for what it does not have."""
        span = self._span(request.path)
        if request.method != "GET" or span is None:
            page = b"<!DOCTYPE html>\n<html><body>Page not found</body></html>\n"
            return Response(404, {"content-type": "text/html"}, page)
        return Response(200, {"content-type": "text/xml"}, self.file(*span))

    def file(self, first: date, last: date) -> bytes:
        """The publications from `first` to `last`, both inside, newest first, as of the clock."""
        last = min(last, last_published(self._now()))
        days = Period.of_days(min(first, last), last + DAY).days()
        cubes = [_cube(day) for day in days if is_target_day(day)]
        return (HEAD + "".join(reversed(cubes)) + TAIL).encode()

    def _span(self, path: str) -> tuple[date, date] | None:
        latest = last_published(self._now())
        first = {
            f"{FOLDER}/eurofxref-daily.xml": latest,
            f"{FOLDER}/eurofxref-hist-90d.xml": self._now().date() - timedelta(days=90),
            f"{FOLDER}/eurofxref-hist.xml": SINCE,
        }.get(path)
        return None if first is None else (first, latest)


def _cube(day: date) -> str:
    return f'\t\t<Cube time="{day}">\n{"".join(_lines(day))}\t\t</Cube>\n'


def _lines(day: date) -> Iterator[str]:
    for code, rate in [*published(day).items(), UNKNOWN]:
        yield f'\t\t\t<Cube currency="{code}" rate="{rate}"/>\n'
