"""The pages of sources: each amount's account, feed, answer and time; made again if it changes."""

import re
from decimal import Decimal

from ecot.jobs.publish import publish
from ecot.jobs.site.history import History
from ecot.jobs.site.sources import sources_facts
from ecot.model.money import total
from ecot.model.period import DAY, Month
from ecot.report.sources import anchor
from tests.jobs.conftest import NOW
from tests.jobs.test_publish import Watched
from tests.jobs.world import World, edition
from tests.plans import plan

OCTOBER = Month(2026, 10)


def test_what_feeds_state_is_the_total(world: World) -> None:
    world.run(
        *map(world.own, world.truth.company.organisations), plans=[plan(since=Month(2026, 9))]
    )
    facts = sources_facts(History(world.place, edition(NOW.date())), OCTOBER, _nobody(world))
    stated = [one for source in facts.sources for feed in source.feeds for one in feed.stated]

    assert total(one.cost for one in stated if one.cost is not None) == (
        world.totals("provider", OCTOBER.first, OCTOBER.after).total
    )
    assert {one.basis for one in stated} == {"billed", "entered"}


def test_each_feed_says_who_was_asked_and_when(world: World) -> None:
    world.collect()
    first = world.clock.moment
    facts = sources_facts(History(world.place, edition(NOW.date())), OCTOBER, _nobody(world))
    (source,) = facts.sources
    costs = next(feed for feed in source.feeds if feed.name == "costs")

    assert costs.endpoint == "GET /organization/costs"
    assert costs.first_read == costs.newest_read == first
    assert "gpt-5.2-2025-12-11" in source.models


def test_every_amount_of_a_month_leads_to_a_place_of_its_page_of_sources(world: World) -> None:
    world.run(
        *map(world.own, world.truth.company.organisations), plans=[plan(since=Month(2026, 9))]
    )
    pages = world.publish()
    links = re.findall(r'class="traced" href="([^"#]+)(?:#([^"]+))?"', pages["2026-10.en.html"])

    assert len(links) > 10
    for page, place in links:
        assert page == "2026-10-sources.en.html"
        assert not place or f'id="{place}"' in pages[page]


def test_a_month_that_did_not_change_is_not_read_again(world: World) -> None:
    world.clock.at(OCTOBER.after + 34 * DAY)
    world.collect()
    site = Watched(world.home / "watched")
    publish(world.place, site, edition(world.clock.today))
    world.clock.at(world.clock.today + DAY)
    world.collect()
    site.written.clear()
    publish(world.place, site, edition(world.clock.today))

    assert "2026-11-sources.en.html" in site.written
    assert "2026-10-sources.en.html" not in site.written


def test_a_restated_month_is_made_again(world: World) -> None:
    world.collect()
    before = world.publish()["2026-10-sources.en.html"]
    day = next(day for day in OCTOBER.days() if world.truth.costs(world.first, day))
    world.truth.restate(world.first, day, factor=Decimal(2))
    world.collect()

    assert world.publish()["2026-10-sources.en.html"] != before


def test_places_of_a_page_are_harmless_and_differ() -> None:
    hostile = ['"><script>', "openai/a", "openai/A", "é", "è", "", "\ud800"]
    anchors = [anchor(one) for one in hostile]

    assert len(set(anchors)) == len(hostile)
    assert all(re.fullmatch(r"[a-z0-9-]+", one) for one in anchors)


def _nobody(world: World) -> dict[str, None]:
    """Nothing is known of when the accounts were last read."""
    heads = History(world.place, edition(NOW.date())).heads(OCTOBER)
    return {head.account: None for head in heads}
