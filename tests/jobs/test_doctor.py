"""The doctor makes one smallest call an account, says what is wrong, and writes nothing."""

import asyncio

from pydantic import SecretStr

from ecot.jobs.doctor import examine
from ecot.jobs.known import providers
from ecot.jobs.round import Source
from ecot.model.outcome import Outcome
from ecot.model.sentence import Sentence
from ecot.providers.prometheus.options import PrometheusOptions
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


def test_what_an_account_lacks_is_its_own_variable(world: World) -> None:
    """Where WEAVIATE_URL is set, and WEAVIATE_URL_EU is not, the former is not what is missing."""
    by_name = {one.name: one for one in providers()}
    for name, variable in (("weaviate", "WEAVIATE_URL"), ("eu-west.1", "WEAVIATE_URL_EU_WEST_1")):
        source = Source(
            provider=by_name["weaviate"],
            account=f"weaviate/{name}",
            secret=SecretStr("0123456789abcdef"),
            secret_name="WEAVIATE_API_KEY",
        )
        (outcome,) = examined(world, source)
        assert str(outcome.message) == f"weaviate/{name}: {variable} is not set"
        assert f"{variable}=…" in str(outcome.remedy)


def test_what_can_be_no_key_is_told_also_where_none_is_needed(world: World) -> None:
    prometheus = next(one for one in providers() if one.name == "prometheus")
    fault = Sentence("{variable} holds a space", {"variable": "PROMETHEUS_API_KEY"})
    source = Source(
        provider=prometheus,
        account="prometheus/prometheus",
        secret=None,
        secret_name="PROMETHEUS_API_KEY",
        fault=fault,
        base_url="http://127.0.0.1:9",
        options=PrometheusOptions(set=("litellm",)),
    )
    (outcome,) = examined(world, source)
    assert (outcome.state, outcome.message) == ("failed", fault)
