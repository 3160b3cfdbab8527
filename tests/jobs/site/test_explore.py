"""The explorer's pages over a real ledger: its totals, its gaps, and what is made again."""

import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ecot.jobs.publish import publish
from ecot.jobs.site.explore import explore_facts
from ecot.jobs.site.history import History
from ecot.model.period import Month
from ecot.report.explore import gaps_of
from ecot.store.folder import Folder
from ecot.store.protocol import Place
from tests.jobs.conftest import NOW
from tests.jobs.focus import file, imported, line
from tests.jobs.world import World, edition, totals

AUGUST, OCTOBER, NOVEMBER = (Month(2026, number) for number in (8, 10, 11))


def content(html: str) -> dict[str, Any]:
    found = re.search(r'id="explore-content">(.*?)</script>', html, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def sums(told: dict[str, Any], kind: str, grain: str) -> Decimal:
    columns = next(
        one["columns"] for one in told["cubes"] if (one["kind"], one["grain"]) == (kind, grain)
    )
    values = (columns.get(basis, "") for basis in ("billed", "estimated", "entered"))
    return sum((Decimal(one) for text in values for one in text.split(",") if one), Decimal())


def test_the_months_of_the_page_are_the_ledgers(world: World) -> None:
    world.collect()
    pages = world.publish()
    first = min(Month.parse(name[:7]) for name in pages if re.match(r"\d", name))
    asked = world.totals("provider", first.first, NOVEMBER.after)

    told = content(pages["explore.en.html"])
    assert sums(told, "service", "month") == asked.total
    assert content(pages["explore.fr.html"]) == told


def test_each_month_that_is_not_held_by_day_has_a_page_that_holds_it(world: World) -> None:
    world.collect()
    pages = world.publish()
    for month in content(pages["explore.en.html"])["further"]:
        asked = world.totals("provider", Month.parse(month).first, Month.parse(month).after)
        told = content(pages[f"explore-{month}.en.html"])
        assert sums(told, "service", "day") == asked.total
        assert told["month"] == month


def test_days_that_were_not_read_are_told_one_row_after_the_other(world: World) -> None:
    world.collect(days=[*AUGUST.days()[:9], *AUGUST.days()[12:]])
    facts = explore_facts(History(world.place, edition(NOW.date())))
    in_august = [one for one in facts.missing if Month.of(one.first) == AUGUST]
    gap = next(one for one in gaps_of(facts, [AUGUST]) if one.provider == "openai")

    assert [(one.first, one.last) for one in in_august] == [(date(2026, 8, 10), date(2026, 8, 12))]
    assert gap.days == 3


def test_a_provider_of_a_file_has_a_ready_made_page(place: Place, tmp_path: Path) -> None:
    imported(
        place,
        file(
            tmp_path,
            line("0.0000008", "2026-09-01", "2026-09-02"),
            line("12.5", "2026-10-03", "2026-10-04", service="EC2"),
            line("9", "2026-10-03", "2026-10-04", category="Tax"),
        ),
    )
    site = Folder(tmp_path / "site")
    names = publish(place, site, edition(NOW.date()))
    html = (site.get("of-aws.en.html") or b"").decode()
    asked = totals(place, "provider", date(2026, 9, 1), NOVEMBER.after, NOW.date())

    assert f'<data value="{asked.total}"' in html
    assert 'href="of-aws.en.html"' in (site.get("explore.en.html") or b"").decode()
    assert not [name for name in names if name.startswith("of-aws-")]


def test_what_has_not_changed_is_not_made_again(world: World) -> None:
    world.collect()
    world.publish()
    site = Folder(world.home / "site")
    changed = {name: site.get(name) for name in site.names()}
    publish(world.place, site, edition(NOW.date()))

    assert {name: site.get(name) for name in site.names()} == changed
