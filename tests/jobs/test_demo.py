"""The demo makes the figures of its company's truth, in its own folder, and says what it is."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from ecot.jobs.demo import run_demo
from ecot.jobs.publish import publish
from ecot.jobs.round import nothing_to_tell
from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.truth import Truth
from ecot.store.folder import Folder
from ecot.store.heads import all_heads
from ecot.store.protocol import Place
from tests.jobs.world import dump, edition, totals

NOW = datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
MONTHS = [Month(2026, number) for number in (8, 9, 10, 11)]


class Demo(NamedTuple):
    folder: Path
    place: Place
    outcomes: list[Outcome]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder = tmp_path_factory.mktemp("somewhere")
    (folder / "mine.txt").write_text("mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("OPENAI_ADMIN_KEY", "sk-admin-of-somebody-0123456789")
        place, outcomes = asyncio.run(run_demo(folder / "demo", NOW, nothing_to_tell))
    yield Demo(folder, place, outcomes)
    place.store.close()


def test_it_reads_its_own_months_and_no_further_back(demo: Demo) -> None:
    read = {
        head.month for head in all_heads(demo.place.store) if head.account != "supabase/supabase"
    }
    assert sorted(read) == MONTHS


def test_its_figures_are_the_truth(demo: Demo) -> None:
    truth = Truth(atelier_lumen(), lambda: NOW)
    studio = truth.company.organisations[0]
    for days_ago, factor in ((6, "0.97"), (4, "1.04")):
        truth.restate(studio, NOW.date() - days_ago * DAY, factor=Decimal(factor))
    for month in MONTHS:
        said = totals(demo.place, "account", month.first, month.after, NOW.date())
        paid = {group.key: group.basis.get("billed") for group in said.groups}
        for organisation in truth.company.organisations:
            assert paid[f"openai/{organisation.name}"] == total(
                row.amount for day in month.days() for row in truth.costs(organisation, day)
            )


def test_it_shows_what_the_product_can_say(demo: Demo) -> None:
    assert [outcome.state for outcome in demo.outcomes] == ["ok", "ok"]
    assert [len(outcome.restatements) for outcome in demo.outcomes] == [2, 0]
    said = totals(demo.place, "account", MONTHS[-2].first, MONTHS[-2].after, NOW.date())
    assert {"supabase/supabase", "penpot/penpot"} < {group.key for group in said.groups}
    (converted,) = said.converted
    assert (converted.currency, converted.amount) == ("EUR", Decimal(18))
    assert len({rate.day for rate in converted.rates}) > 15  # one a working day
    assert said.unconverted == {}
    assert said.coverage.missing == ()


def test_every_page_is_marked(demo: Demo) -> None:
    site = Folder(demo.folder / "demo" / "site")
    for name in publish(demo.place, site, replace(edition(NOW.date()), is_demo=True)):
        assert '<p class="demo" role="note">' in (site.get(name) or b"").decode()


def test_it_touches_nothing_outside_its_folder(demo: Demo) -> None:
    assert {path.name for path in demo.folder.iterdir()} == {"mine.txt", "demo"}
    assert b"of-somebody" not in dump(demo.place)


def test_it_is_the_same_each_time(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "left.txt").write_text("from another time")
    place, _ = asyncio.run(run_demo(tmp_path / "demo", NOW, nothing_to_tell))
    span = (MONTHS[0].first, MONTHS[-1].after, NOW.date())
    assert totals(place, "model", *span) == totals(demo.place, "model", *span)
    assert not (tmp_path / "demo" / "left.txt").exists()
    place.store.close()
