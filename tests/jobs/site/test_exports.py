"""The files beside each month: they add up to its page, come back, and are made when it changes."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.jobs.dump import read_dump
from ecot.jobs.place import open_place
from ecot.jobs.publish import publish
from ecot.jobs.restore import restore
from ecot.jobs.site import exports
from ecot.model.money import total
from ecot.model.period import DAY, Month
from ecot.report.exports import EXPORTS, JSON, Export
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.bills import bill
from tests.jobs import world as worlds
from tests.jobs.conftest import NOW
from tests.jobs.focus import file, imported, line
from tests.jobs.shelf import Shelf
from tests.jobs.test_publish import Watched
from tests.jobs.world import World, edition
from tests.ledger.book import in_memory
from tests.plans import plan
from tests.rows import ACCOUNT, charge
from tests.site.states import HOSTILE, STATES
from tests.site.states import NOW as STATES_NOW
from tests.site.states import edition as states_edition

SEPTEMBER, OCTOBER, NOVEMBER = Month(2026, 9), Month(2026, 10), Month(2026, 11)
NUMBER = re.compile(r"-?\d+([.,]\d+)?")
ENDINGS = [export.ending for export in EXPORTS]


def lines(text: str, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


def written_by(site: Watched, place: Place, today: date) -> set[str]:
    """The files beside months that this publish writes."""
    site.written.clear()
    publish(place, site, edition(today))
    ours = {name for name in site.written if name.endswith(tuple(ENDINGS))}
    return {name for name in ours if name[:1].isdigit()}


@pytest.fixture
def site(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "watched")


@pytest.fixture
def told(world: World) -> dict[str, str]:
    """The site of a company with organisations, a plan and a bill."""
    world.run(*map(world.own, world.truth.company.organisations), plans=[plan(since=SEPTEMBER)])
    more = bill("7.30", account="penpot/x", first=OCTOBER.first, after=OCTOBER.after)
    Shelf(world.place).enter(more)
    return world.publish()


def test_each_month_has_its_files_and_its_page_leads_to_them(told: dict[str, str]) -> None:
    for month in (OCTOBER, NOVEMBER):
        names = [export.name(month) for export in EXPORTS]
        assert set(names) <= set(told)
        for language in ("en", "fr"):
            page = told[f"{month}.{language}.html"]
            assert re.findall(r'<a href="([^"]+)" download>', page) == names


def test_every_table_adds_up_to_the_page(world: World, told: dict[str, str]) -> None:
    whole = world.totals("provider", OCTOBER.first, OCTOBER.after).total
    assert whole
    assert f'<data value="{whole}"' in told["2026-10.en.html"]

    plain = lines(told["2026-10.csv"])
    french = lines(told["2026-10-excel.csv"].removeprefix("\ufeff"), ";")
    focus = lines(told["2026-10-focus.csv"])
    assert total(Decimal(one["cost"]) for one in plain if one["counts"] == "yes") == whole
    counted = [one["cost"].replace(",", ".") for one in french if one["counts"] == "yes"]
    assert total(map(Decimal, counted)) == whole
    costs = [one["BilledCost"] for one in focus if one["ChargeCategory"] != "Tax"]
    assert total(map(Decimal, costs)) == whole


def test_months_come_back_from_their_json(
    world: World, told: dict[str, str], tmp_path: Path
) -> None:
    other = open_place(tmp_path / "other")
    for month in (NOVEMBER, OCTOBER, SEPTEMBER):
        name = JSON.name(month)
        restore(other, read_dump(told[name].encode(), name), name)
    span = (SEPTEMBER.first, NOVEMBER.after, world.clock.today)
    for by in ("account", "model", "user", "day"):
        before, after = (worlds.totals(one, by, *span) for one in (world.place, other))
        assert (after.groups, after.total, after.tax) == (before.groups, before.total, before.tax)

    again = Folder(tmp_path / "again")
    publish(other, again, edition(world.clock.today))
    for month in (SEPTEMBER, OCTOBER, NOVEMBER):
        assert again.get(JSON.name(month)) == told[JSON.name(month)].encode()
    other.store.close()


def test_its_json_has_no_answer_and_no_run(world: World, told: dict[str, str]) -> None:
    dump = read_dump(told["2026-10.json"].encode(), "2026-10.json")
    assert dump.documents
    assert (dump.evidence, dump.outcomes) == ([], [])


def test_a_month_that_did_not_change_is_not_made_again(
    world: World, site: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.clock.at(OCTOBER.after + 34 * DAY)
    world.collect()
    written_by(site, world.place, world.clock.today)
    world.clock.at(world.clock.today + DAY)
    world.collect()
    made: list[str] = []
    original = exports._page

    def page(export: Export, month: Month, parts: Iterator[bytes]) -> tuple[str, bytes]:
        made.append(export.name(month))
        return original(export, month, parts)

    monkeypatch.setattr(exports, "_page", page)
    assert written_by(site, world.place, world.clock.today)
    assert made
    assert not [name for name in made if name.startswith("2026-10")]


def test_a_top_up_and_a_bill_are_in_the_files_at_once(place: Place, site: Watched) -> None:
    Shelf(place).put(ACCOUNT, [charge(day=OCTOBER.first)], OCTOBER.period)
    written_by(site, place, NOW.date())
    span = {"first": OCTOBER.first, "after": OCTOBER.after, "account": ACCOUNT}
    Shelf(place).enter(bill("50", "T", kind="top-up", **span))
    assert written_by(site, place, NOW.date()) == {
        *("2026-10.csv", "2026-10-excel.csv", "2026-10.json"),
        "2026-11.json",  # each has all bills: a book that is a part of another is refused
    }
    assert [one["bill"] for one in lines((site.get("2026-10.csv") or b"").decode())][-1] == "T"
    Shelf(place).enter(bill("3", "B", **span | {"account": "penpot/x"}))
    assert {"2026-10.csv", "2026-10-focus.csv"} <= written_by(site, place, NOW.date())


def test_only_the_days_that_have_elapsed_count(tmp_path: Path, site: Watched) -> None:
    place, today = in_memory(), NOVEMBER.first + 4 * DAY
    path = file(tmp_path, line("30", str(NOVEMBER.first), str(NOVEMBER.after)))
    imported(place, path)
    sums = []
    for day in (today, today + DAY):
        written_by(site, place, day)
        found = lines((site.get("2026-11-focus.csv") or b"").decode())
        sums.append(total(Decimal(one["BilledCost"]) for one in found))
        assert sums[-1] == worlds.totals(place, "day", NOVEMBER.first, NOVEMBER.after, day).total
    assert sums[0] < sums[1]
    place.store.close()


def test_an_empty_ledger_has_no_files(place: Place, site: Watched) -> None:
    assert written_by(site, place, NOW.date()) == set()
    assert b"download" not in (site.get("index.html") or b"")


def test_names_that_mean_harm_do_none_and_come_back(site: Watched, tmp_path: Path) -> None:
    place = in_memory()
    STATES["hostile names"](Shelf(place, now=STATES_NOW), tmp_path)
    publish(place, site, states_edition())
    names = [name for name in site.names() if name.endswith(".csv")]
    assert len(names) == 3 * 3
    signs = ("=", "+", "-", "@", "\t", "\r")
    for name in names:
        told = (site.get(name) or b"").decode("utf-8-sig")
        rows = lines(told, ";" if "excel" in name else ",")
        assert rows
        texts = [text for row in rows for text in row.values() if not NUMBER.fullmatch(text)]
        assert not [text for text in texts if text.startswith(signs)]

    focus = tmp_path / "2026-02-focus.csv"
    focus.write_bytes(site.get(focus.name) or b"")
    other = in_memory()
    imported(other, focus)
    span = (Month(2026, 2).first, Month(2026, 2).after, states_edition().today)
    models = [worlds.totals(one, "model", *span).groups for one in (place, other)]
    before, after = ({one.key: one.billed_cost for one in groups} for groups in models)
    assert set(HOSTILE) <= set(before)
    assert after == before
    place.store.close()
    other.store.close()
