"""The same money once: an organisation that is seen through several keys counts through one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from ecot.jobs.round import Source
from ecot.model.money import total
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month
from ecot.sandbox import troubles
from ecot.sandbox.company import Organisation
from ecot.sandbox.openai.access import Access
from ecot.sandbox.server import LoopbackServer
from tests.jobs.conftest import NOW
from tests.jobs.world import World, figures

THIRD = "sk-admin-studio-the-third-key-0123456789"
NOVEMBER = Month(2026, 11)


@pytest.fixture
def keys(world: World) -> list[Source]:
    """Three keys of one organisation: two that read all, one limited to usage and costs."""
    world.site.keys[THIRD] = Access(world.first.id)
    full, limited = (key.value for key in world.first.admin_keys)
    return [
        world.source("one", full), world.source("two", THIRD), world.source("three", limited)
    ]  # fmt: skip


def _sentences(outcome: Outcome) -> str:
    return f"{outcome.message} {outcome.remedy}"


def _cost(world: World, organisation: Organisation | None = None) -> Decimal:
    """What November cost an organisation (default: the first)."""
    organisation = organisation or world.first
    return total(
        row.amount for day in NOVEMBER.days() for row in world.truth.costs(organisation, day)
    )


def test_three_keys_of_one_organisation_count_once(world: World, keys: list[Source]) -> None:
    first, second, third = world.collect(*keys)

    assert [one.state for one in (first, second, third)] == ["ok", "failed", "failed"]
    for twin in (second, third):
        assert f"{twin.account} shows proj_" in _sentences(twin)
        assert "which openai/one already counts" in _sentences(twin)
        assert f"Remove {twin.account}, or put its key in the place of the key of openai/one" in (
            _sentences(twin)
        )
    said = world.totals("account", NOVEMBER.first, NOVEMBER.after)
    assert [group.key for group in said.groups] == ["openai/one"]
    assert said.total == _cost(world)
    assert said.coverage.missing == ()


def test_twins_leave_nothing_but_their_outcome(world: World, keys: list[Source]) -> None:
    world.collect(keys[0])
    before = figures(world.place)
    world.collect(*keys)
    assert figures(world.place) == before


def test_the_first_in_the_settings_counts_however_slow_it_is(
    world: World, keys: list[Source]
) -> None:
    with LoopbackServer(world.site, latency_seconds=0.005) as slow:
        sources = [replace(keys[0], base_url=f"{slow.url}/v1"), *keys[1:]]
        states = [outcome.state for outcome in world.collect(*sources)]
    assert states == ["ok", "failed", "failed"]


def test_a_key_that_may_not_read_names_is_recognised_by_its_rows(
    world: World, keys: list[Source]
) -> None:
    _, two, three = keys
    world.collect(two)
    asked = len(world.server.requests)
    (outcome,) = world.collect(three)

    assert outcome.state == "failed"
    assert "which openai/two already counts" in _sentences(outcome)
    assert any("/costs" in request.path for request in world.server.requests[asked:])


def test_a_key_that_may_not_read_names_reads_every_figure(world: World, keys: list[Source]) -> None:
    outcome, twin = world.collect(keys[2], keys[0])

    assert (outcome.state, outcome.unread, twin.state) == ("ok", (), "failed")
    assert "Missing scopes: api.management.read" in _sentences(outcome)
    assert "Every figure was read" in _sentences(outcome)
    assert world.totals("account", NOVEMBER.first, NOVEMBER.after).total == _cost(world)


def test_two_organisations_both_count(world: World) -> None:
    organisations = world.truth.company.organisations
    outcomes = world.collect(*(world.own(organisation) for organisation in organisations))

    assert [outcome.state for outcome in outcomes] == ["ok", "ok"]
    said = world.totals("account", NOVEMBER.first, NOVEMBER.after)
    assert {group.key: group.billed_cost for group in said.groups} == {
        f"openai/{organisation.name}": _cost(world, organisation) for organisation in organisations
    }


def test_a_twin_that_could_not_be_read_at_first_is_not_missing_afterwards(
    world: World, keys: list[Source]
) -> None:
    world.server.faults.add(troubles.server_error(503).repeated(None))
    world.collect(*keys)
    said = world.totals("account", NOVEMBER.first, NOVEMBER.after)
    assert {gap.account for gap in said.coverage.missing} == {one.account for one in keys}

    world.server.faults.clear()
    world.collect(*keys)
    assert not world.totals("account", NOVEMBER.first, NOVEMBER.after).coverage.missing


def test_the_other_key_in_the_place_of_the_dead_one_goes_on_counting(
    world: World, keys: list[Source]
) -> None:
    """What the remedy promises."""
    one, two, _ = keys
    world.collect(one)
    assert one.secret is not None
    del world.site.keys[one.secret.get_secret_value()]
    world.clock.at(NOW.date() + DAY)
    assert [outcome.state for outcome in world.collect(one, two)] == ["failed", "failed"]

    (repaired,) = world.collect(world.source("one", THIRD))
    assert repaired.state == "ok"
    assert world.totals("account", NOVEMBER.first, NOVEMBER.after).total == _cost(world)
    assert two.account != repaired.account
