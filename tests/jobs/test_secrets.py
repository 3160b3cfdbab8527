"""A key goes to its provider and nowhere else, whatever goes wrong on the way."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ecot.jobs.export import write_csv
from ecot.jobs.query import Question
from ecot.jobs.round import Source
from ecot.model.period import Month
from ecot.sandbox import edits, troubles
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.openai.access import Access
from tests.jobs.conftest import NOW
from tests.jobs.world import World, dump
from tests.kept import kept_answers

CANARY = "sk-admin-Can4ryBird-Tw33tTweet_9Zk3QwLmNoPq7"
RANDOM = CANARY.removeprefix("sk-admin-")
OCTOBER = Month(2026, 10)


def _echo(status: int) -> Fault:
    """A server that repeats what it was sent, in body and headers."""

    def effect(request: Request, rest: Next) -> Response:
        sent = request.headers["authorization"]
        return Response(status, {"x-echo": sent}, f'{{"error": {{"message": "{sent}"}}}}'.encode())

    return Fault(f"echo {status}", effect).repeated(None)


def _in_rows(request: Request, rest: Next) -> Response:
    """A true answer that names the key: somebody called a line item, or a project, like it."""
    answer = rest(request)
    for name in (b'"line_item":"', b'"name":"'):
        answer = replace(answer, body=answer.body.replace(name, name + CANARY.encode() + b" "))
    return answer


@pytest.fixture
def studio(world: World) -> Source:
    world.site.keys[CANARY] = Access(world.first.id)
    return world.source("studio", CANARY)


@pytest.fixture
def said(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[list[str]]:
    """Everything that is logged, at the most talkative, and printed."""
    caplog.set_level(logging.DEBUG)
    texts: list[str] = []
    yield texts
    texts += [caplog.text, *capfd.readouterr()]
    _assert_silent(*texts)


IN_ROWS = Fault("in the rows", _in_rows, times=None)
FAULTS = {
    "none": (),
    "refused": (_echo(401),),
    "refused without permission": (_echo(403),),
    "down": (_echo(500),),
    "limited": (_echo(429),),
    "elsewhere": (_echo(302),),
    "no JSON": (_echo(200),),
    "in the rows": (IN_ROWS,),
    "cut off": (troubles.cut_off().repeated(None),),
    "truncated": (IN_ROWS, troubles.truncated_json().on("/costs").repeated(None)),
    "unknown row": (IN_ROWS, edits.unknown_row_type()),
    "usage refused": (_echo(403).on("/usage"),),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_key_is_found_nowhere_after_a_run(
    world: World, studio: Source, said: list[str], name: str
) -> None:
    world.server.faults.add(*FAULTS[name])
    outcomes = world.collect(studio, world.source("twin", CANARY), days=OCTOBER.days()[:8])
    said += [repr(outcomes), repr(studio), str(studio), *world.publish().values()]
    _assert_silent(*said, *_kept(world))


def test_a_traceback_does_not_hold_the_key(
    world: World, studio: Source, said: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def told(account: str, step: str) -> None:
        if step.startswith("usage"):
            raise ZeroDivisionError(account)

    world.clock.told = told
    (outcome,) = world.collect(studio)
    assert outcome.state == "failed"
    assert "Traceback" in caplog.text
    _assert_silent(caplog.text, repr(outcome), *_kept(world))


def test_what_is_kept_is_still_the_answer(world: World, studio: Source) -> None:
    """Only the key is taken out: the figures, and the walk back to them, stay."""
    world.server.faults.add(IN_ROWS)
    world.collect(studio, days=OCTOBER.days()[:8])
    told = world.totals("account", OCTOBER.first, OCTOBER.after)
    assert told.total == sum(
        row.amount for day in OCTOBER.days()[:8] for row in world.truth.costs(world.first, day)
    )
    assert b"[redacted]" in dump(world.place)


def _kept(world: World) -> list[str]:
    """Everything on disk, as it lies there, and in clear."""
    place, files = world.place, [path for path in world.home.rglob("*") if path.is_file()]
    raw = [path.read_bytes() for path in files]
    items = [
        item.body for partition in place.store.partitions() for item in place.store.query(partition)
    ]
    question = Question(first=OCTOBER.first, after=OCTOBER.after, today=NOW.date(), currency="USD")
    everything = [
        *raw,
        *kept_answers(place.files, at_least=0),
        *items,
        dump(place),
        b"".join(write_csv(place, question)),
    ]
    assert any(path.name == "ledger.sqlite" for path in files)
    return [str(path) for path in files] + [body.decode("latin-1") for body in everything]


def _assert_silent(*texts: str) -> None:
    for text in texts:
        assert CANARY not in text
        assert RANDOM not in text
        assert RANDOM[-16:] not in text
