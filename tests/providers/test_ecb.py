"""The ECB's files: what they mean, and that anything else is refused, with its line."""

import asyncio
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import ProviderError, RateLimited, Unavailable, UnexpectedAnswer
from ecot.ledger.convert import RateBook
from ecot.model.money import text
from ecot.providers import ecb
from ecot.providers.http import client
from ecot.providers.patience import Budget
from tests.providers.asking import Answering, Waiting, patient

FILES = Path(__file__).parent / "ecb"
DAILY = (FILES / "eurofxref-daily.xml").read_bytes()
HISTORY = (FILES / "eurofxref-hist-90d.xml").read_bytes()
DAY = b"<Cube time='2026-11-20'>"
USD = b"<Cube currency='USD' rate='1.0830'/>"
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]>
<lolz>&lol2;</lolz>"""
FETCHED = b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>'
SECRET = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/hostname">]><x>&f;</x>'


def test_a_publication_keeps_its_digits_and_known_currencies_only() -> None:
    (found,) = ecb.parse(DAILY)
    assert {code: text(rate) for code, rate in found.per_euro.items()} == {
        "USD": "1.0830",
        "JPY": "163.20",
        "CZK": "24.812",
        "GBP": "0.85430",
        "CHF": "0.9412",
        "IDR": "17905.46",
    }
    assert str(found.day) == "2026-11-20"


def test_a_history_comes_in_order_with_its_gaps_and_a_dropped_currency() -> None:
    found = ecb.parse(HISTORY)
    assert [f"{one.day:%m-%d}" for one in found] == [
        "03-27", "03-30", "03-31", "04-01", "04-02", "04-07", "04-08"]  # fmt: skip
    book = RateBook(found)
    good_friday, easter_monday, after = (found[4].day.replace(day=number) for number in (3, 6, 7))
    for day in (good_friday, easter_monday):
        rate = book.rate("EUR", "USD", day)
        assert rate is not None
        assert (text(rate.rate), str(rate.day)) == ("1.0890", "2026-04-02")
    assert book.rate("BGN", "EUR", easter_monday) is not None
    assert book.rate("BGN", "EUR", after) is None


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "f.xml, line 1: this is not XML, or not all of it: no element found"),
        (DAILY[:500], "f.xml, line 13: this is not XML, or not all of it: "),
        (DAILY[:-10], "f.xml, line 18: this is not XML, or not all of it: "),
        (b"not found", "f.xml, line 1: this is not XML"),
        (b'<?xml version="1.0" encoding="klingon"?><x/>', "f.xml, line 1: this is not XML"),
        (b"<html><body/></html>", "f.xml, line 1: html is not part of the ECB's files"),
        (DAILY.replace(b"2002-08-01/eurofxref", b"2003"), "2003 Cube is not part of the ECB's"),
        (DAILY.replace(b"gesmes.org", b"example.org"), "Envelope is not part of the ECB's"),
        (DAILY.replace(USD, b"<Tube/>"), "line 9: .*Tube is not part of the ECB's files"),
        (DAILY.replace(USD, USD[:-2] + b"><Cube/></Cube>"), "line 9: .*Cube is not part of"),
        (DAILY.replace(DAY, b"<Cube>"), "line 8: nothing is no day of exchange rates"),
        (DAILY.replace(DAY, b"<Cube time='20261120'>"), "line 8: 20261120 is no day"),
        (DAILY.replace(DAY, b"<Cube time='2026-11-31'>"), "line 8: 2026-11-31 is no day"),
        (DAILY.replace(DAY, b"<Cube time='1066-10-14'>"), "line 8: 1066-10-14 is no day"),
        (DAILY.replace(DAY, DAY + USD + b"</Cube>" + DAY), "line 8: the day 2026-11-20 is there"),
        (DAILY.replace(DAY, b"<Cube time='2026-11-19'></Cube>" + DAY), "2026-11-19 has no rates"),
        (DAILY.replace(USD, USD + USD), "line 9: USD is no currency, or there twice"),
        (DAILY.replace(b"currency='USD' ", b""), "line 9: nothing is no currency"),
        (DAILY.replace(b" rate='1.0830'", b""), "line 9: USD is no exchange rate"),
        (DAILY.replace(b"1.0830", b"0"), "line 9: USD 0 is no exchange rate"),
        (DAILY.replace(b"1.0830", b"-1.0830"), "line 9: USD -1.0830 is no exchange rate"),
        (DAILY.replace(b"1.0830", b"NaN"), "line 9: USD NaN is no exchange rate"),
        (DAILY.replace(b"1.0830", b"1,0830"), "line 9: USD 1,0830 is no exchange rate"),
        (DAILY.replace(b"1.0830", b"N/A"), "line 9: USD N/A is no exchange rate"),
        (DAILY.replace(b"1.0830", b"1E+99"), "is no exchange rate"),
        (DAILY.replace(b"1.2345", b"no"), "line 15: XYZ no is no exchange rate"),
        (b"<e:Envelope xmlns:e='http://www.gesmes.org/xml/2002-08-01'/>", "holds no exchange rate"),
        (BOMB, "f.xml, line 2: a document type, which no file of the ECB has"),
        (FETCHED, "f.xml, line 1: a document type"),
        (SECRET, "f.xml, line 1: a document type"),
        (BOMB.decode().replace("?>", ' encoding="utf-16"?>').encode("utf-16"), "a document type"),
    ],
)
def test_anything_else_is_refused_and_the_line_is_named(body: bytes, why: str) -> None:
    with pytest.raises(UnexpectedAnswer, match=why) as refusal:
        ecb.parse(body, "f.xml")
    assert "root:" not in str(refusal.value)


def test_a_file_of_absurd_size_is_not_even_read() -> None:
    with pytest.raises(UnexpectedAnswer, match=r"f\.xml is larger than any file of the ECB"):
        ecb.parse(b"<" * (ecb.LARGEST + 1), "f.xml")


@given(st.binary(max_size=200), st.integers(0, len(DAILY)), st.integers(0, len(DAILY)))
def test_a_spoilt_file_is_refused_or_read_and_nothing_else(
    dirt: bytes, start: int, end: int
) -> None:
    try:
        found = ecb.parse(DAILY[:start] + dirt + DAILY[end:])
    except UnexpectedAnswer:
        return
    assert all(rate > 0 for one in found for rate in one.per_euro.values())


# --- asking --------------------------------------------------------------------------------------


def fetched(answering: Answering, path: str = ecb.DAILY) -> bytes:
    async def ask() -> bytes:
        async with client(patient(httpx.MockTransport(answering), Waiting())) as shared:
            return await ecb.fetch(ecb.opened(shared, ecb.URL, Budget(20)), path)

    return asyncio.run(ask())


def test_the_file_is_asked_for_without_a_key() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, content=DAILY)

    assert fetched(answer, ecb.LAST_90_DAYS) == DAILY
    (request,) = asked
    assert request.url == "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist-90d.xml"
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    ("status", "kind", "why"),
    [
        (403, UnexpectedAnswer, r"European Central Bank does not accept GET .*daily\.xml \(403\)"),
        (404, UnexpectedAnswer, r"does not accept GET .*daily\.xml \(404\)"),
        (302, UnexpectedAnswer, r"does not accept GET .*daily\.xml \(302\)"),
        (429, RateLimited, "still allows no request"),
        (503, Unavailable, r"ecb: European Central Bank could not answer GET .*daily\.xml \(503\)"),
    ],
)
def test_a_refusal_names_the_file_and_speaks_of_no_key(
    status: int, kind: type[ProviderError], why: str
) -> None:
    with pytest.raises(kind, match=why) as refusal:
        fetched(lambda _: httpx.Response(status))
    assert "key" not in str(refusal.value)
