"""Exchange rates at night: asked for where one is needed, kept, fixed when the month is due to
close; and whatever goes wrong leaves the ledger as it was, says so, and fails nothing."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from ecot.errors import LedgerError, UnexpectedAnswer
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.place import Place, open_place
from ecot.jobs.rates import REMEDY, import_rates, lacking_days, refresh_rates
from ecot.jobs.rates_needed import needed_days, rate_book
from ecot.jobs.rates_overview import overview
from ecot.jobs.restore import reset, restore
from ecot.jobs.round import Round
from ecot.jobs.run import run
from ecot.jobs.sweep import EVERYWHERE_EVERY
from ecot.ledger.plans import Plan
from ecot.model.money import text
from ecot.model.period import DAY, Month
from ecot.model.rates import Publication, TypedRate
from ecot.model.sentence import Sentence
from ecot.model.target_days import is_target_day
from ecot.sandbox import ecb, troubles
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.faults import Fault
from ecot.sandbox.messages import Response
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Key, Store
from ecot.store.rates import (
    add_publications,
    all_rates,
    fix_month,
    latest_publication,
    read_rates,
)
from tests.jobs.shelf import Shelf
from tests.jobs.world import Clock, dump
from tests.plans import plan
from tests.rows import charge

SATURDAY = date(2026, 11, 21)
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
DAILY, LAST_90 = "/stats/eurofxref/eurofxref-daily.xml", "/stats/eurofxref/eurofxref-hist-90d.xml"
PLAN = plan(
    "18.00",
    account="penpot/penpot",
    name="équipe",
    category="developer tools",
    currency="EUR",
    since=OCTOBER,
)


@dataclass
class Bank:
    """A ledger, a clock, and the made-up ECB."""

    place: Place
    clock: Clock
    server: LoopbackServer
    warned: list[Sentence] = field(default_factory=list)

    def round(self, url: str | None = None) -> Round:
        url = self.server.url if url is None else url
        return replace(self.clock.round(), rates_url=url, warned=self.warn)

    def warn(self, warning: Sentence, remedy: Sentence | None) -> None:
        assert remedy == REMEDY
        self.warned.append(warning)

    def night(
        self,
        *plans: Plan,
        currency: str = "USD",
        typed: Sequence[TypedRate] = (),
        url: str | None = None,
    ) -> None:
        """A whole run without any account."""
        job = run(self.place, [], plans or [PLAN], self.round(url), currency=currency, rates=typed)
        assert asyncio.run(job) == []

    @property
    def asked(self) -> list[str]:
        """The files that were asked for, since the last time."""
        paths = [request.path for request in self.server.requests]
        new, self._seen = paths[self._seen :], len(paths)
        return new

    _seen: int = 0

    def rate(self, day: date, source: str = "EUR", target: str = "USD") -> tuple[str, str] | None:
        book = rate_book(self.place.store, Month.of(day), Month.of(day), ())
        found = book.rate(source, target, day)
        return None if found is None else (text(found.rate), str(found.day))


@pytest.fixture
def bank(place: Place) -> Iterator[Bank]:
    clock = Clock(None)  # type: ignore[arg-type]
    clock.at(SATURDAY)
    with LoopbackServer(EcbSite(clock)) as server:
        yield Bank(place, clock, server)


# --- asking --------------------------------------------------------------------------------------


def test_the_first_night_reads_ninety_days_and_says_nothing(bank: Bank) -> None:
    bank.night()
    assert (bank.asked, bank.warned) == ([LAST_90], [])
    friday = SATURDAY - DAY
    assert bank.rate(SATURDAY) == (str(ecb.units("USD", friday)), str(friday))
    assert bank.rate(date(2026, 10, 4)) == (str(ecb.units("USD", date(2026, 10, 2))), "2026-10-02")


def test_a_night_without_anything_new_asks_nothing(bank: Bank) -> None:
    bank.night()
    before = list(all_rates(bank.place.store))
    for day, hour in ((SATURDAY, 22), (SATURDAY + DAY, 12), (SATURDAY + 2 * DAY, 14)):
        bank.clock.at(day, hour)
        bank.night()
    assert bank.asked == [LAST_90]
    assert list(all_rates(bank.place.store)) == before


def test_one_missing_day_is_the_daily_file_and_more_are_ninety(bank: Bank) -> None:
    bank.night()
    bank.clock.at(date(2026, 11, 23), 16)
    bank.night()
    bank.clock.at(date(2026, 11, 26), 16)
    bank.night()
    assert bank.asked == [LAST_90, DAILY, LAST_90]
    assert [bank.rate(date(2026, 11, number)) for number in (23, 24, 25, 26)] == [
        (str(ecb.units("USD", day)), str(day))
        for day in (date(2026, 11, number) for number in (23, 24, 25, 26))
    ]


def test_a_late_publication_is_no_trouble_and_is_asked_for_again(bank: Bank) -> None:
    bank.night()
    bank.clock.at(date(2026, 11, 23), 16)
    yesterdays = EcbSite(lambda: bank.clock.moment - DAY).file(date(2026, 11, 20), SATURDAY)
    late = Fault("late", lambda _request, _rest: Response(200, body=yesterdays))
    bank.server.faults.add(late)
    bank.night()
    bank.night()
    bank.night()
    assert (bank.asked, bank.warned) == ([LAST_90, DAILY, DAILY], [])


def test_nothing_is_asked_where_no_rate_is_needed(bank: Bank) -> None:
    bank.night(currency="EUR")
    bank.night(typed=[TypedRate("EUR", "USD", Decimal("1.1"), OCTOBER.first)])
    bank.night(typed=[TypedRate("USD", "EUR", Decimal("0.9"), date(2020, 1, 1))])
    assert (bank.asked, bank.warned, list(all_rates(bank.place.store))) == ([], [], [])


def test_a_typed_rate_that_begins_later_leaves_the_first_days_to_the_ecb(bank: Bank) -> None:
    bank.night(typed=[TypedRate("EUR", "USD", Decimal("1.1"), OCTOBER.first + DAY)])
    assert bank.asked == [LAST_90]


def test_nobody_is_asked_unless_an_address_is_given(bank: Bank) -> None:
    asyncio.run(run(bank.place, [], [PLAN], bank.clock.round(), currency="USD"))
    asyncio.run(run(bank.place, [], [PLAN], bank.round()))
    assert (bank.asked, bank.warned) == ([], [])


def test_days_of_thirteen_months_ask_for_rates_by_currency(bank: Bank) -> None:
    francs = msgspec.structs.replace(
        PLAN, name="hosting", currency="CHF", since=Month(2025, 9), until=Month(2026, 9)
    )
    bank.night(PLAN, francs)
    needed = needed_days(bank.place.store, SATURDAY, "USD")
    found = {code: (str(days[0]), str(days[-1]), len(days)) for code, days in needed.items()}
    assert found == {
        "CHF": ("2025-11-01", "2026-09-30", 334),
        "EUR": ("2026-10-01", "2026-11-21", 52),
    }
    assert list(needed_days(bank.place.store, SATURDAY, "CHF")) == ["EUR"]


def test_nothing_is_asked_for_days_that_the_last_ninety_do_not_hold(bank: Bank) -> None:
    days = {"EUR": [date(2024, 3, 6)]}
    asyncio.run(refresh_rates(bank.place, days, "USD", (), bank.round()))
    assert (bank.asked, bank.warned) == ([], [])


@pytest.mark.parametrize(
    ("known", "first", "lacking"),
    [
        ([], "2026-11-18", ["11-18", "11-19", "11-20"]),
        ([], "2026-11-15", ["11-13", "11-16", "11-17", "11-18", "11-19", "11-20"]),
        (["2026-11-20"], "2026-11-21", []),
        (["2026-11-20"], "2026-11-25", []),
        (["2026-11-19"], "2026-11-19", ["11-20"]),
        (["2026-11-18", "2026-11-20"], "2026-11-18", ["11-19"]),
    ],
)
def test_what_is_lacking_begins_with_the_working_day_before(
    known: list[str], first: str, lacking: list[str]
) -> None:
    clock = Clock(None)  # type: ignore[arg-type]
    clock.at(SATURDAY)
    days = lacking_days([date.fromisoformat(one) for one in known], date.fromisoformat(first),
                        clock())  # fmt: skip
    assert [f"{day:%m-%d}" for day in days] == lacking


def test_only_what_the_ninety_days_hold_is_lacking() -> None:
    clock = Clock(None)  # type: ignore[arg-type]
    clock.at(SATURDAY)
    lacking = lacking_days([], date(2025, 1, 1), clock())
    assert lacking[0] >= SATURDAY - 90 * DAY
    assert all(map(is_target_day, lacking))


# --- what goes wrong -----------------------------------------------------------------------------

UNREACHABLE = "http://127.0.0.1:9"  # nothing listens on the discard port
WRONG = Fault("wrong", lambda _request, _rest: Response(200, body=b"<rates><usd>1.1</usd></rates>"))


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (troubles.server_error(503), "could not answer GET /stats/eurofxref/eurofxref-hist-90d"),
        (troubles.not_json(404), "does not accept GET /stats/eurofxref/eurofxref-hist-90d.xml"),
        (troubles.not_json(), "ecb, line 1: a document type"),
        (troubles.truncated_json(), "this is not XML, or not all of it"),
        (troubles.cut_off(), "gave no answer to GET /stats/eurofxref/eurofxref-hist-90d.xml"),
        (troubles.connection_reset(), "gave no answer to GET"),
        (troubles.rate_limited(3600), "asks to wait 3600 s, longer than the time left"),
        (WRONG, "ecb, line 1: rates is not part of the ECB's files"),
    ],
    ids=["503", "404", "a page", "truncated", "cut off", "reset", "limited", "other XML"],
)
def test_a_fault_leaves_the_rates_as_they_were_and_is_said(
    bank: Bank, fault: Fault, why: str
) -> None:
    bank.night()
    bank.clock.at(date(2026, 11, 25), 16)
    before = list(all_rates(bank.place.store))
    bank.server.faults.add(fault.repeated(None))
    bank.night()
    (warning,) = bank.warned
    assert why in str(warning)
    assert list(all_rates(bank.place.store)) == before
    assert bank.rate(date(2026, 11, 25)) == bank.rate(SATURDAY)
    bank.server.faults.clear()
    bank.night()
    assert bank.rate(date(2026, 11, 25)) != bank.rate(SATURDAY)
    assert len(bank.warned) == 1


def test_an_unreachable_bank_fails_no_run(bank: Bank) -> None:
    bank.night(url=UNREACHABLE)
    (warning,) = bank.warned
    assert "European Central Bank gave no answer" in str(warning)
    assert list(all_rates(bank.place.store)) == []


def test_a_moment_of_trouble_is_waited_out(bank: Bank) -> None:
    bank.server.faults.add(troubles.server_error(503), troubles.connection_reset())
    bank.night()
    assert (bank.warned, latest_publication(bank.place.store) is None) == ([], False)


def test_a_publication_of_the_future_is_refused(bank: Bank) -> None:
    tomorrow = EcbSite(lambda: bank.clock.moment + 3 * DAY).file(SATURDAY - DAY, SATURDAY + 2 * DAY)
    odd = Fault("odd", lambda _request, _rest: Response(200, body=tomorrow))
    bank.server.faults.add(odd)
    bank.night()
    assert "ecb is about 2026-11-23, which is in the future" in str(bank.warned[0])
    assert list(all_rates(bank.place.store)) == []


def test_damaged_rates_are_said_and_fail_no_run(bank: Bank) -> None:
    bank.place.store.put(Key("rate", "2026-10"), b"?")
    bank.night()
    assert "rate 2026-10 is missing or was changed" in str(bank.warned[0])


def test_what_could_not_be_read_is_told_also_where_fixing_fails(bank: Bank) -> None:
    def spoil(_request: object, _rest: object) -> Response:
        bank.place.store.put(Key("rate", "2026-10"), b"?")
        return Response(200, body=b"<rates/>")

    bank.server.faults.add(Fault("spoilt", spoil))
    bank.night()
    told = [str(warning) for warning in bank.warned]
    assert len(told) == 2
    assert "ecb, line 1: rates is not part of the ECB's files" in told[0]
    assert "rate 2026-10 is missing or was changed" in told[1]


def test_what_stops_both_is_told_once(bank: Bank) -> None:
    bank.place.store.put(Key("rate", "2026-10"), b"?")
    bank.night()
    assert len(bank.warned) == 1


def test_where_nobody_listens_the_log_is_told(bank: Bank, caplog: pytest.LogCaptureFixture) -> None:
    round_ = replace(bank.clock.round(), rates_url=UNREACHABLE)
    with caplog.at_level(logging.WARNING):
        asyncio.run(run(bank.place, [], [PLAN], round_, currency="USD"))
    assert "European Central Bank gave no answer" in caplog.text


# --- fixed ---------------------------------------------------------------------------------------


def fixed(place: Place, month: Month) -> dict[str, str]:
    known = read_rates(place.store, month, month).fixed
    return {str(day): str(used) for day, used in known.items() if Month.of(day) == month}


def test_a_month_is_fixed_when_it_is_due_to_close_and_not_before(bank: Bank) -> None:
    bank.clock.at(date(2026, 11, 9))
    bank.night()
    assert fixed(bank.place, OCTOBER) == {}
    bank.clock.at(date(2026, 11, 10))
    bank.night()
    of_october = fixed(bank.place, OCTOBER)
    assert len(of_october) == 31
    assert (of_october["2026-10-02"], of_october["2026-10-04"]) == ("2026-10-02", "2026-10-02")
    assert fixed(bank.place, NOVEMBER) == {}


def test_what_becomes_known_later_moves_no_fixed_day(bank: Bank) -> None:
    bank.clock.at(date(2026, 11, 12))
    gap = EcbSite(bank.clock)
    import_rates(bank.place, [("a", gap.file(date(2026, 9, 28), date(2026, 10, 20)))],
                 bank.clock.today)  # fmt: skip
    bank.night(url=UNREACHABLE)
    before = {day: bank.rate(day) for day in OCTOBER.days()}
    assert max(fixed(bank.place, OCTOBER)) == "2026-10-20"  # later: the right one is to come
    bank.night()
    after = {day: bank.rate(day) for day in OCTOBER.days()}
    changed = [day.day for day in after if after[day] != before[day]]
    assert changed == list(range(21, 32))
    assert len(fixed(bank.place, OCTOBER)) == 31


def test_a_week_of_which_one_day_is_known_waits_for_the_others(bank: Bank) -> None:
    bank.clock.at(date(2026, 11, 12))
    site = EcbSite(bank.clock)
    mondays = [date(2026, 9, 28) + number * 7 * DAY for number in range(7)]
    files = [(str(day), site.file(day, day)) for day in mondays]
    import_rates(bank.place, files, bank.clock.today)
    bank.night(url=UNREACHABLE)
    assert list(fixed(bank.place, OCTOBER)) == [str(day) for day in mondays if day.month == 10]
    friday = date(2026, 10, 9)
    import_rates(bank.place, [("9 October", site.file(friday, friday))], bank.clock.today)
    assert bank.rate(friday) == (str(ecb.units("USD", friday)), "2026-10-09")


def test_fixing_again_writes_nothing(bank: Bank) -> None:
    bank.night()
    before = [item.version for item in bank.place.store.query("rate")]
    bank.night()
    assert [item.version for item in bank.place.store.query("rate")] == before


def test_months_are_fixed_also_where_nobody_is_asked(bank: Bank) -> None:
    history = EcbSite(bank.clock).file(date(2026, 9, 1), SATURDAY)
    assert import_rates(bank.place, [("hist", history)], SATURDAY) == 59
    assert fixed(bank.place, OCTOBER) == {}
    asyncio.run(run(bank.place, [], [PLAN], bank.clock.round(), currency="USD"))
    assert len(fixed(bank.place, OCTOBER)) == 31


def test_charges_that_come_years_late_are_fixed_when_the_whole_ledger_is_looked_through(
    bank: Bank,
) -> None:
    march = Month(2025, 3)
    history = EcbSite(bank.clock).file(date(2025, 2, 1), date(2025, 5, 1))
    bank.night()
    import_rates(bank.place, [("hist", history)], SATURDAY)
    late = [charge("10", march.first, currency="EUR")]
    Shelf(bank.place, bank.clock()).put("aws/old", late, march.period)
    bank.clock.at(SATURDAY + EVERYWHERE_EVERY - DAY)
    bank.night()
    assert fixed(bank.place, march) == {}
    bank.clock.at(SATURDAY + EVERYWHERE_EVERY)
    bank.night()
    assert len(fixed(bank.place, march)) == 31


# --- by hand, and what is known ------------------------------------------------------------------


def test_all_files_are_read_before_any_is_kept(bank: Bank) -> None:
    good = EcbSite(bank.clock).file(SATURDAY - 7 * DAY, SATURDAY)
    with pytest.raises(UnexpectedAnswer, match=r"bad\.xml, line 1"):
        import_rates(bank.place, [("good.xml", good), ("bad.xml", b"no")], SATURDAY)
    assert list(all_rates(bank.place.store)) == []
    assert import_rates(bank.place, [("good.xml", good), ("again.xml", good)], SATURDAY) == 5
    assert import_rates(bank.place, [("good.xml", good)], SATURDAY) == 0


def test_what_is_known_and_what_is_lacking(bank: Bank) -> None:
    rubles = msgspec.structs.replace(PLAN, account="dacha/dacha", currency="RUB")
    old = msgspec.structs.replace(PLAN, name="old", currency="CHF", since=Month(2026, 8))
    typed = TypedRate("EUR", "GBP", Decimal("0.85"), date(2026, 1, 1))
    bank.night(PLAN, rubles, old, typed=[typed])
    found = overview(bank.place.store, SATURDAY, "USD", [typed])
    assert str(found.published) == "2026-11-20"
    assert [(rate.source, str(rate.day)) for rate in found.rates] == [
        ("CHF", "2026-11-20"), ("EUR", "2026-11-20")]  # fmt: skip
    lacking = [(one.currency, str(one.first), str(one.last), one.days) for one in found.lacking]
    assert lacking == [
        ("CHF", "2026-08-01", "2026-08-23", 23),
        ("RUB", "2026-10-01", "2026-11-21", 52),
    ]
    assert found.typed == (typed,)


def test_an_empty_ledger_knows_and_lacks_nothing(place: Place) -> None:
    found = overview(place.store, SATURDAY, "USD", ())
    assert (found.published, found.rates, found.typed, found.lacking) == (None, (), (), ())


def test_nothing_needed_is_nothing_done(bank: Bank) -> None:
    assert asyncio.run(refresh_rates(bank.place, {}, "USD", (), bank.round())) is None
    assert bank.asked == []


# --- exported ------------------------------------------------------------------------------------


def test_rates_come_back_identical(bank: Bank) -> None:
    bank.night()
    before = dump(bank.place)
    assert b'"rates":[\n{"month":' in before
    reset(bank.place)
    assert list(all_rates(bank.place.store)) == []
    restore(bank.place, read_dump(before, "l.json"), "l.json")
    assert dump(bank.place) == before
    restore(bank.place, read_dump(before, "l.json"), "l.json")
    assert dump(bank.place) == before


def test_an_export_of_before_there_were_rates_still_comes_back(bank: Bank) -> None:
    bank.night(currency="EUR")
    whole = dump(bank.place)
    older = whole[: whole.rindex(b',\n"rates":[')] + b"}\n"
    reset(bank.place)
    restore(bank.place, read_dump(older, "l.json"), "l.json")
    assert dump(bank.place) == whole


def test_chosen_months_bring_their_rates_and_those_just_before(bank: Bank) -> None:
    bank.night()
    exported = read_dump(b"".join(write_dump(bank.place, OCTOBER, OCTOBER)), "l.json")
    assert [str(one.month) for one in exported.rates] == ["2026-09", "2026-10"]
    from_the_start = b"".join(write_dump(bank.place, Month(1970, 1), OCTOBER))
    assert len(read_dump(from_the_start, "ledger.json").rates) > 1


FRIDAY = SATURDAY - DAY


@pytest.mark.parametrize(
    ("spoil", "day"),
    [
        (lambda store: add_publications(store, [Publication(FRIDAY, {})]), "2026-11-20"),
        (lambda store: fix_month(store, OCTOBER, {OCTOBER.first: FRIDAY}), "2026-10-01"),
    ],
    ids=["publication", "choice"],
)
def test_other_rates_are_refused_and_nothing_is_written(
    bank: Bank, tmp_path: Path, spoil: Callable[[Store], object], day: str
) -> None:
    bank.night()
    other = open_place(tmp_path / "other")
    spoil(other.store)
    before = dump(other)
    with pytest.raises(LedgerError, match=f"has other exchange rates for {day} than l.json"):
        restore(other, read_dump(dump(bank.place), "l.json"), "l.json")
    assert dump(other) == before
    other.store.close()
