"""What a provider tells of a run though nothing is wrong: said, unless there is more to say."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from ecot.jobs.doctor import examine
from ecot.jobs.round import Source
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.model.sentence import Sentence
from ecot.providers.http import Http
from ecot.providers.openai import OPENAI
from ecot.sandbox import troubles
from tests.jobs.world import World

NOTE = Sentence("{pages} pages were asked for", {"pages": "2"})


@pytest.fixture
def noting(world: World) -> Source:
    """An account whose provider waits as it is told to, and tells something."""

    async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
        await http.sleep(7.0)
        http.note = NOTE
        async for answer in OPENAI.fetch(http, stream, period):
            yield answer

    async def check(http: Http) -> None:
        http.note = NOTE
        await OPENAI.check(http)

    source = world.own()
    provider = replace(source.provider, fetch=fetch, check=check, feeds=("costs",), directories=())
    return replace(source, provider=provider)


def test_a_note_is_the_message_of_a_run_that_went_well(world: World, noting: Source) -> None:
    (outcome,) = world.collect(noting, days=[world.clock.today])

    assert (outcome.state, outcome.message, outcome.remedy) == ("ok", NOTE, None)
    assert world.clock.slept == [7.0]


def test_a_trouble_is_said_before_a_note(world: World, noting: Source) -> None:
    world.collect(noting, days=[world.clock.today])
    world.server.faults.add(troubles.not_json().on("/costs"))
    (outcome,) = world.collect(noting, days=[world.clock.today])

    assert outcome.state == "failed"
    assert outcome.message != NOTE


def test_the_doctor_tells_a_note_too(world: World, noting: Source) -> None:
    (outcome,) = asyncio.run(examine([noting], world.clock.round()))

    assert (outcome.state, outcome.message) == ("ok", NOTE)
