"""The euro reference rates of the European Central Bank: three files of one format, no key.

https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/ says
(2026-11): rates are "usually updated around 16:00 CET on every working day, except on TARGET
closing days", and are for information. Units of each currency are given for one euro. `hist-90d`
holds the last 90 calendar days and `hist` everything since 1999, newest first; weekends and
holidays are simply not there, and neither is a currency on days when it had no rate. It is not a
supplier, and not in `PROVIDERS`.

What was dropped (all seen in 2026-11): RUB, whose last rate is of 1 March 2022, and HRK, since
Croatia has the euro (2023), by the ECB's own words, as https://nbs.sk/en/statistics/exchange-rates/
ecb-foreign-exchange-reference-rates/ repeats them; BGN, since Bulgaria has it (2026), by the ECB's
notice of December 2025, as told by https://www.novinite.com/view_news.php?id=235945.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from ecot.errors import AccessDenied, UnexpectedAnswer
from ecot.model.money import CURRENCIES, exact
from ecot.model.rates import Publication
from ecot.providers.http import Http
from ecot.providers.patience import Budget
from ecot.providers.redaction import quotable

if TYPE_CHECKING:  # 30 ms, which a function that asks no provider starts without
    import httpx

URL = "https://www.ecb.europa.eu"
DAILY = "/stats/eurofxref/eurofxref-daily.xml"
LAST_90_DAYS = "/stats/eurofxref/eurofxref-hist-90d.xml"
LARGEST = 40_000_000  # bytes; everything since 1999 has about 8 million (2026)
NAME = "ecb"

_GESMES = "http://www.gesmes.org/xml/2002-08-01"
_CUBE = "http://www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"
_ENVELOPE = f"{_GESMES} Envelope"


def opened(shared: "httpx.AsyncClient", url: str, budget: Budget) -> Http:
    """The ECB's server, or what stands in for it at `url`."""
    return Http(
        shared,
        base_url=url,
        headers={"accept": "application/xml"},
        secrets=(),
        provider="European Central Bank",
        account=NAME,
        budget=budget,
    )


async def fetch(http: Http, path: str) -> bytes:
    """The file. Raises ProviderError where there is none; no key is involved, so what refuses us
    is no AccessDenied."""
    try:
        return await http.get(path)
    except (AccessDenied, UnexpectedAnswer) as refusal:
        text = "{account}: {provider} does not accept {endpoint} ({status}): {detail}"
        raise UnexpectedAnswer(text, **refusal.values) from None


def parse(body: bytes, source: str = NAME) -> list[Publication]:
    """Every publication of the file, in order of day. Raises UnexpectedAnswer, which names `source`
    and the line, for anything but such a file: nothing in it is stepped over but currencies that
    we do not know, and the name of the sender."""
    if len(body) > LARGEST:
        raise UnexpectedAnswer("{source} is larger than any file of the ECB", source=source)
    reader = _Reader(source)
    reader.read(body)
    if not reader.published:
        raise UnexpectedAnswer("{source} holds no exchange rate", source=source)
    return [Publication(day, per_euro) for day, per_euro in sorted(reader.published.items())]


class _Reader:
    """Reads one file from start to end. A document type is refused where it begins, so that no
    entity is ever declared, let alone expanded or fetched."""

    def __init__(self, source: str) -> None:
        self.published: dict[date, dict[str, Decimal]] = {}
        self._source = source
        self._open: list[str] = []
        self._day: date | None = None
        self._listed: set[str] = set()
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def read(self, body: bytes) -> None:
        """All of it."""
        try:
            self._parser.Parse(body, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            why = str(error)
        else:
            return
        self._refuse("{source}, line {line}: this is not XML, or not all of it: {part}", why)

    def _doctype(self, *_: object) -> None:
        self._refuse("{source}, line {line}: a document type, which no file of the ECB has", "")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._open.append(name)
        match self._open:
            case [_, first, second, third] if first == second == third == _CUBE:
                self._rate(attributes)
            case [_, first, second] if first == second == _CUBE:
                self._begin_day(attributes)
            case [_, first] if first == _CUBE:
                pass
            case [first] if first == _ENVELOPE:
                pass
            case [_, *below] if below and all(one.startswith(_GESMES) for one in below):
                pass  # who sends it
            case _:
                self._refuse("{source}, line {line}: {part} is not part of the ECB's files", name)

    def _end(self, _: str) -> None:
        if len(self._open) == 3 and self._day is not None:
            if not self._listed:
                text = "{source}, line {line}: the day {part} has no rates"
                self._refuse(text, str(self._day))
            self._day = None
        self._open.pop()

    def _begin_day(self, attributes: Mapping[str, str]) -> None:
        written = attributes.get("time", "")
        try:
            day = date.fromisoformat(written)
        except ValueError:
            day = None
        if day is None or str(day) != written or day.year < 1999:
            self._refuse("{source}, line {line}: {part} is no day of exchange rates", written)
        if day in self.published:
            self._refuse("{source}, line {line}: the day {part} is there twice", written)
        self._day, self._listed = day, set()
        self.published[day] = {}

    def _rate(self, attributes: Mapping[str, str]) -> None:
        code, written = attributes.get("currency", ""), attributes.get("rate", "")
        if not code or code in self._listed or self._day is None:
            text = "{source}, line {line}: {part} is no currency, or there twice"
            self._refuse(text, code)
        self._listed.add(code)
        rate = self._positive(written, code)
        if code in CURRENCIES:
            self.published[self._day][code] = rate

    def _positive(self, written: str, code: str) -> Decimal:
        try:
            rate = exact(written)
        except ValueError:
            rate = Decimal(0)
        if rate <= 0:
            text = "{source}, line {line}: {part} is no exchange rate"
            self._refuse(text, f"{code} {written}")
        return rate

    def _refuse(self, text: str, part: str) -> NoReturn:
        shown = quotable(part) or "nothing"
        line = self._parser.CurrentLineNumber
        raise UnexpectedAnswer(text, source=self._source, line=line, part=shown)
