"""Whatever goes wrong at whichever call: a clean run ends in exactly the wanted rows."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from ecot.errors import SinkError
from ecot.sandbox.faults import Fault, Next
from ecot.sandbox.messages import Request, Response
from ecot.sandbox.notion import faults
from ecot.sandbox.troubles import connection_reset
from ecot.sinks.notion.rows import UsageRow
from tests.sinks.notion.office import OCTOBER, OPENAI, Copied, Office, office_of, usage
from tests.waited import Waited

CALLS = 11
"""Of a clean run: 4 to read, a service, a key, three new rows, two changed ones."""


def out_of_time(time: Waited) -> Fault:
    """The answer comes after a day: whatever deadline there is has passed."""

    def effect(request: Request, rest: Next) -> Response:
        time.sleep(86400)
        return replace(rest(request))

    return Fault("out of time", effect)


KINDS: Mapping[str, Callable[[Waited], Fault]] = {
    "502 before": lambda _: faults.bad_gateway(),
    "503 before": lambda _: faults.unavailable(),
    "500": lambda _: faults.internal_error(),
    "503 after saving": lambda _: faults.saved_then_unavailable(),
    "502 after saving": lambda _: faults.saved_then_bad_gateway(),
    "cut after saving": lambda _: faults.saved_then_cut(),
    "reset after saving": lambda _: faults.saved_then_reset(),
    "reset": lambda _: connection_reset(),
    "429": lambda _: faults.rate_limited(),
    "529": lambda _: faults.overloaded(),
    "409": lambda _: faults.conflict(),
    "blocked": lambda _: faults.blocked(),
    "row limit": lambda _: faults.row_limit(),
    "block limit": lambda _: faults.block_limit(),
    "out of time": out_of_time,
}
SAVED = frozenset(kind for kind in KINDS if "after saving" in kind)
"""They let a request through first, and count only where it succeeds."""
READS = 4
OLD = [
    usage("a", OCTOBER),
    usage("b", OCTOBER, cost_usd=Decimal("1.10")),
    usage("c", OCTOBER),
]
WANTED = [
    usage("a", OCTOBER),
    usage("b", OCTOBER, cost_usd=Decimal("1.20"), run="run-2"),
    usage("c", OCTOBER, cost_usd=None, origin="unknown", status="failed", models=()),
    usage("a", cost_usd=Decimal(0)),
    usage("b", cost_usd=None, origin="unknown", status="failed"),
    usage(None, provider="digitalocean", account="prod"),
]


def before(office: Office) -> None:
    """Three rows of last month, one of them with a note; a service that has lost its key, a row of
    somebody's own; another service is not there yet."""
    office.sync(OLD, services=[OPENAI])
    office.world.edit(office.row(OLD[0].key), {"Notes": "à revoir", "Nom": "Mon titre"})
    office.world.edit(office.services()["OpenAI"], {"Clé": None, "Notes": "contrat"})
    office.world.add_row(office.ids.usages, {"Nom": "À moi", "Coût USD": 99, "Notes": "privé"})
    office.time.sleep(600)


def is_as_wanted(office: Office, wanted: list[UsageRow]) -> None:
    rows = office.rows()
    assert sorted(row["Clé"] for row in rows if row["Clé"]) == sorted(one.key for one in wanted)
    for one in wanted:
        held = office.row(one.key)["Coût USD"]
        assert held == (None if one.cost_usd is None else pytest.approx(float(one.cost_usd)))
    assert office.row(OLD[0].key)["Notes"] == "à revoir"
    assert office.row(OLD[0].key)["Nom"] == "Mon titre"
    [own] = [row for row in rows if row["Nom"] == "À moi"]
    assert (own["Coût USD"], own["Notes"], own["Clé"]) == (99, "privé", "")
    services = office.services()
    assert sorted(services) == ["DigitalOcean", "OpenAI"]
    assert {row["Clé"] for row in services.values()} == {"openai", "digitalocean"}
    assert services["OpenAI"]["Notes"] == "contrat"


@pytest.fixture(scope="module")
def kept() -> Iterator[Copied]:
    with office_of() as office:
        before(office)
        yield Copied(office)


@pytest.mark.parametrize("is_lasting", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_any_call_costs_no_row_and_makes_none_twice(
    kept: Copied, kind: str, is_lasting: bool
) -> None:
    """At every second call, what was remembered is lost as well."""
    for call in range(1, CALLS + 1):
        office = kept.again()
        begun = len(office.faults.struck)
        fault = KINDS[kind](office.time).on(first=call)
        office.faults.add(fault.repeated(None) if is_lasting else fault)
        deadline = office.time.seconds + 3600 if kind == "out of time" else None
        try:
            office.sync(WANTED, deadline=deadline)
        except SinkError:
            assert call <= READS or kind in ("row limit", "block limit")
        assert len(office.faults.struck) > begun or kind in SAVED
        office.faults.clear()
        office.memory = office.memory if (call + is_lasting) % 2 else None
        office.time.sleep(300)
        assert office.sync(WANTED).stopped is None
        is_as_wanted(office, WANTED)
        start = office.asked
        again = office.sync(WANTED)
        assert office.asked - start == 4
        assert (again.created, again.updated, again.unchanged) == (0, 0, 6)


def test_a_clean_run_makes_the_calls_that_are_struck(kept: Copied) -> None:
    office = kept.again()
    start = office.asked

    synced = office.sync(WANTED)

    assert office.asked - start == CALLS
    assert (synced.created, synced.updated, synced.unchanged) == (3, 2, 1)
    is_as_wanted(office, WANTED)
