"""The made-up ECB: its own calendar and digits, as of a clock, in a form that a reader can read."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree as ET

import httpx
import pytest

from ecot.sandbox import ecb
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.server import LoopbackServer
from tests.sandbox.conftest import Clock

SPACE = "{http://www.ecb.int/vocabulary/2002-08-01/eurofxref}"


def asked(clock: Clock, name: str) -> dict[str, dict[str, str]]:
    """The rates of the file, by day, in its order."""
    with LoopbackServer(EcbSite(clock)) as server:
        body = httpx.get(f"{server.url}/stats/eurofxref/{name}").raise_for_status().content
    (outer,) = ET.fromstring(body).findall(f"{SPACE}Cube")
    return {
        day.attrib["time"]: {rate.attrib["currency"]: rate.attrib["rate"] for rate in day}
        for day in outer
    }


def test_the_daily_file_has_the_last_publication_that_is_out(clock: Clock) -> None:
    assert list(asked(clock, "eurofxref-daily.xml")) == ["2026-11-20"]
    clock.moment = datetime(2026, 11, 20, 14, 59, tzinfo=UTC)
    assert list(asked(clock, "eurofxref-daily.xml")) == ["2026-11-19"]


def test_ninety_days_newest_first_without_weekends(clock: Clock) -> None:
    days = list(asked(clock, "eurofxref-hist-90d.xml"))
    assert (days[0], days[-1], len(days)) == ("2026-11-20", "2026-08-24", 65)
    assert all(date.fromisoformat(day).weekday() < 5 for day in days)
    assert days == sorted(days, reverse=True)


def test_the_history_has_no_holidays_and_loses_the_lev(clock: Clock) -> None:
    history = asked(clock, "eurofxref-hist.xml")
    closed = {"2025-04-18", "2025-04-21", "2025-05-01", "2025-12-25", "2025-12-26", "2026-01-01"}
    assert not closed & set(history)
    assert {"2025-04-17", "2025-04-22", "2025-12-24", "2025-12-29"} <= set(history)
    assert history["2025-12-31"]["BGN"] == "1.9558"
    assert "BGN" not in history["2026-01-02"]
    assert all("XYZ" in rates for rates in history.values())


def test_rates_are_plausible_vary_and_are_the_same_each_time(clock: Clock) -> None:
    history = asked(clock, "eurofxref-hist.xml")
    assert history == asked(clock, "eurofxref-hist.xml")
    dollars = [float(rates["USD"]) for rates in history.values()]
    assert 1.07 < min(dollars) < max(dollars) < 1.13
    assert len(set(dollars)) > 100
    assert {len(rates["JPY"].partition(".")[2]) for rates in history.values()} == {2}


@pytest.mark.parametrize("path", ["/stats/eurofxref/eurofxref.csv", "/"])
def test_what_is_not_there_is_a_web_page(clock: Clock, path: str) -> None:
    with LoopbackServer(EcbSite(clock)) as server:
        found = httpx.get(f"{server.url}{path}")
    assert (found.status_code, found.headers["content-type"]) == (404, "text/html")


def test_units_of_a_pegged_currency_never_move() -> None:
    assert {str(ecb.units("BGN", date(2025, 1, day))) for day in range(2, 30)} == {"1.9558"}
