"""One pair of databases, related both ways, in six calls, however often a set-up is cut short."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from ecot.errors import SinkError, SinkRefused
from ecot.sandbox.faults import Fault
from ecot.sandbox.notion import NotionSite, faults
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.troubles import connection_reset, refused
from ecot.sinks.notion.check import check
from ecot.sinks.notion.errors import Denied, Full, NotFound
from ecot.sinks.notion.names import SERVICES, usages
from ecot.sinks.notion.setup import Pair, set_up
from tests.sandbox.notion.checked import Checked
from tests.sinks.notion.conftest import NOW, Desk
from tests.sinks.notion.wire import TOKEN, Clock

SIX = [
    "GET blocks/…/children",
    "POST databases",
    "POST databases",
    "GET data_sources/…",
    "PATCH data_sources/…",
    "PATCH data_sources/…",
]


def whole(desk: Desk, pair: Pair, currency: str | None = None) -> None:
    """There is one pair, and nothing is missing in it."""
    assert sorted(desk.world.databases) == sorted([pair.services, pair.usages])
    assert desk.world.blocks == 2
    assert desk.world.property_names(pair.ids.services) == {
        one.name: one.kind for one in SERVICES.values()
    }
    assert desk.world.property_names(pair.ids.usages) == {
        one.name: one.kind for one in usages(currency).values()
    }
    checked = check(desk.link(), pair.ids, currency)
    assert (checked.differences, checked.is_earlier, checked.can_sync) == ((), False, True)


def test_a_set_up_takes_six_calls(desk: Desk) -> None:
    link = desk.link()
    pair = set_up(link, desk.page)

    assert desk.told == SIX
    assert link.calls == 6
    whole(desk, pair)


def test_a_report_in_another_currency_has_a_column_for_it(desk: Desk) -> None:
    pair = set_up(desk.link(), desk.page, "CHF")

    assert desk.world.property_names(pair.ids.usages)["Coût CHF"] == "number"
    whole(desk, pair, "CHF")


def test_what_a_person_types_reaches_the_other_side(desk: Desk) -> None:
    pair = set_up(desk.link(), desk.page)
    openai = desk.world.add_row(pair.ids.services, {"Nom": "OpenAI", "Clé": "openai"})
    for cost in (3.02, 4):
        row = {"Nom": "x", "Service": (openai,), "Coût USD": cost, "Statut Collecte": "Manuel"}
        desk.world.add_row(pair.ids.usages, row)

    service = desk.world.row(openai)
    assert (len(service["Usages"]), service["Coût total USD"], service["Nb usages"]) == (2, 7.02, 2)


def test_what_is_sent_is_what_notion_describes() -> None:
    site = NotionSite(lambda: NOW, TOKEN)
    with LoopbackServer(Checked(site)) as server:
        desk = Desk(site, server, site.world.add_page("Coûts"), Clock(), [])
        link = desk.link()
        set_up(link, desk.page, "EUR")
        link.close()


def test_a_second_set_up_finds_the_pair_and_makes_nothing(desk: Desk) -> None:
    first = set_up(desk.link(), desk.page)
    second = set_up(desk.link(), desk.page)

    assert second == first
    whole(desk, second)


def test_a_pair_that_was_renamed_is_found_all_the_same(desk: Desk) -> None:
    first = set_up(desk.link(), desk.page)
    for database in (first.services, first.usages):
        desk.world.databases[database].title = []

    assert set_up(desk.link(), desk.page) == first


def test_other_databases_of_the_page_are_left_alone(desk: Desk) -> None:
    others = [
        desk.world.add_database(desk.page, title, {"Nom": {"title": {}}, "Clé": {"number": {}}})
        for title in ("Services", "Usages")
    ]
    pair = set_up(desk.link(), desk.page)

    assert not {pair.ids.services, pair.ids.usages} & set(others)
    for one in others:
        assert desk.world.property_names(one) == {"Nom": "title", "Clé": "number"}


def test_a_view_of_a_database_that_is_elsewhere_stands_in_nobodys_way(desk: Desk) -> None:
    hidden = desk.world.add_database(desk.page, "Privé", {"Nom": {"title": {}}})
    desk.world.unshare(desk.world.data_source(hidden).parent_id or "")

    assert set_up(desk.link(), desk.page).services


def test_a_pair_in_the_trash_is_made_anew(desk: Desk) -> None:
    first = set_up(desk.link(), desk.page)
    for database in (first.services, first.usages):
        desk.world.databases[database].in_trash = True
    second = set_up(desk.link(), desk.page)

    assert {first.services, first.usages}.isdisjoint({second.services, second.usages})


def test_halves_of_different_pairs_are_refused_with_a_remedy(desk: Desk) -> None:
    first = set_up(desk.link(), desk.page)
    desk.world.databases[first.services].in_trash = True

    with pytest.raises(SinkRefused, match="do not belong together") as caught:
        set_up(desk.link(), desk.page)

    assert "Restore the one that was deleted" in caught.value.remedy


def test_a_relation_that_was_made_one_sided_is_not_taken_for_whole(desk: Desk) -> None:
    first = set_up(desk.link(), desk.page)
    desk.world.delete_property(first.ids.usages, "Service")
    single = {"data_source_id": first.ids.services, "single_property": {}}
    desk.world.add_property(first.ids.usages, "Service", {"relation": single})

    with pytest.raises(SinkRefused, match="do not belong together"):
        set_up(desk.link(), desk.page)


def test_a_token_that_is_withdrawn_in_between_makes_no_second_pair(desk: Desk) -> None:
    first = set_up(desk.link(), desk.page)
    denied = refused(401, {"code": "unauthorized", "message": "API token is invalid."})
    desk.faults.add(denied.on("databases"))
    with pytest.raises(Denied):
        set_up(desk.link(), desk.page)

    assert set_up(desk.link(), desk.page) == first


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("calls", range(1, 6))
def test_killed_after_any_call_and_run_again_there_is_one_pair(desk: Desk, calls: int) -> None:
    def die(seconds: float) -> None:
        desk.clock.now += seconds
        if len(desk.server.requests) == calls:
            raise Killed

    with pytest.raises(Killed):
        set_up(desk.link(die, per_second=2.5), desk.page)
    assert desk.told == SIX[:calls]

    whole(desk, set_up(desk.link(), desk.page))


FAULTS: dict[str, Callable[[], Fault]] = {
    "limited": faults.rate_limited,
    "shut out": faults.blocked,
    "overloaded": faults.overloaded,
    "conflict": faults.conflict,
    "internal error": faults.internal_error,
    "unavailable": faults.unavailable,
    "no connection": faults.no_connection_to_its_database,
    "bad gateway": faults.bad_gateway,
    "full": faults.block_limit,
    "reset": connection_reset,
    "saved, then 503": faults.saved_then_unavailable,
    "saved, then 502": faults.saved_then_bad_gateway,
    "saved, then cut": faults.saved_then_cut,
    "saved, then reset": faults.saved_then_reset,
}


@pytest.mark.parametrize("call", range(1, 7))
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("times", [1, None], ids=["once", "from then on"])
def test_whatever_goes_wrong_at_whichever_call_there_is_one_pair_in_the_end(
    desk: Desk, call: int, fault: Callable[[], Fault], times: int | None
) -> None:
    desk.faults.add(fault().on(first=call).repeated(times))
    with suppress(SinkError):
        set_up(desk.link(), desk.page)
    assert desk.faults.struck
    desk.faults.clear()

    whole(desk, set_up(desk.link(), desk.page))


def test_a_trouble_that_passes_is_no_failure(desk: Desk) -> None:
    for call, fault in enumerate((faults.unavailable, faults.saved_then_reset) * 3, start=1):
        desk.faults.add(fault().on(first=call * 2))

    whole(desk, set_up(desk.link(), desk.page))


def test_a_page_that_is_not_shared_is_said_with_the_remedy(desk: Desk) -> None:
    hidden = desk.world.add_page("Privé", shared=False)

    with pytest.raises(NotFound) as caught:
        set_up(desk.link(), hidden)

    assert "add the integration" in caught.value.remedy


def test_a_full_workspace_gets_no_half_pair_twice(desk: Desk) -> None:
    desk.world.block_limit = 1
    for _ in range(2):
        with pytest.raises(Full):
            set_up(desk.link(), desk.page)
    assert len(desk.world.databases) == 1
    desk.world.block_limit = None

    whole(desk, set_up(desk.link(), desk.page))
