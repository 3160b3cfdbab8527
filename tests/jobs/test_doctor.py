"""The doctor makes one smallest call an account, says what is wrong, and writes nothing."""

import asyncio

from ecot.jobs.doctor import examine
from ecot.jobs.round import Source
from ecot.model.outcome import Outcome
from ecot.sandbox import troubles
from tests.jobs.world import World, dump


def examined(world: World, *sources: Source) -> list[Outcome]:
    return asyncio.run(examine(sources, world.clock.round()))


def test_each_account_has_its_own_sentence(world: World) -> None:
    before = dump(world.place)
    outcomes = examined(
        world,
        world.own(),
        world.source("wrong", "sk-admin-wrong-0123456789"),
        world.source("project", "sk-proj-0123456789-abcdefgh"),
        world.source("none", None),
    )

    assert [one.state for one in outcomes] == ["ok", "failed", "failed", "not_configured"]
    assert outcomes[0].message is None
    assert all(one.message and one.remedy for one in outcomes[1:])
    assert "(401): Incorrect API key provided" in str(outcomes[1].message)
    assert "This is a project key" in str(outcomes[2].remedy)
    assert len(world.server.requests) == 2
    assert dump(world.place) == before


def test_a_key_that_may_only_read_usage_is_well(world: World) -> None:
    limited = world.source("limited", world.first.admin_keys[1].value)
    assert [one.state for one in examined(world, limited)] == ["ok"]


def test_a_fault_of_ours_does_not_hide_the_others(world: World) -> None:
    world.server.faults.add(troubles.not_json().repeated(1))
    states = {one.state for one in examined(world, world.own(), world.own())}
    assert states == {"ok", "failed"}
