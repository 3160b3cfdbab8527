"""What differs in the two databases is said as it is, and only what is missing is added."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecot.errors import SinkError, SinkRefused
from ecot.sandbox.faults import Fault
from ecot.sandbox.notion import NotionSite, faults
from ecot.sandbox.server import LoopbackServer
from ecot.sinks.notion.adding import add
from ecot.sinks.notion.check import Checked, Difference, Where, check, ids_of
from ecot.sinks.notion.definitions import ROLL_UPS
from ecot.sinks.notion.errors import NotFound
from ecot.sinks.notion.names import (
    ORIGINS,
    SERVICES,
    STATUSES,
    USAGES,
    Option,
    Property,
    usages,
)
from ecot.sinks.notion.schema import (
    Column,
    Ids,
    Schema,
    loosely,
    meaning,
    read,
    resolve,
    spelt,
)
from ecot.sinks.notion.setup import Pair, set_up
from tests.sandbox.notion.earlier import Earlier, earlier_system
from tests.sinks.notion.conftest import NOW, Desk
from tests.sinks.notion.wire import TOKEN, Clock


@pytest.fixture
def pair(desk: Desk) -> Pair:
    return set_up(desk.link(), desk.page)


def found(checked: Checked) -> list[tuple[str, str, str]]:
    return [(one.where, one.name, one.problem) for one in checked.differences]


def only(checked: Checked) -> Difference:
    [one] = checked.differences
    return one


# --- what is found --------------------------------------------------------------------------------


def test_a_check_takes_two_calls_and_finds_nothing_in_a_new_pair(desk: Desk, pair: Pair) -> None:
    link = desk.link()
    checked = check(link, pair.ids)

    assert (found(checked), link.calls, checked.can_sync) == ([], 2, True)


def test_a_missing_property_can_be_added(desk: Desk, pair: Pair) -> None:
    desk.world.delete_property(pair.ids.usages, "Requêtes")
    one = only(check(desk.link(), pair.ids))

    assert (one.where, one.what, one.problem, one.can_be_added, one.stops) == (
        "Usages",
        "Requêtes",
        "missing",
        True,
        False,
    )
    assert str(one.sentence) == "Usages: the property Requêtes is missing"
    assert one.remedy is not None
    assert "--add" in str(one.remedy)


def test_a_sync_cannot_do_without_what_tells_rows_apart(desk: Desk, pair: Pair) -> None:
    desk.world.delete_property(pair.ids.usages, "Clé")
    checked = check(desk.link(), pair.ids)

    assert (only(checked).stops, checked.can_sync) == (True, False)


def test_a_renamed_property_is_known_by_its_id_and_used(desk: Desk, pair: Pair) -> None:
    before = read(desk.link(), pair.ids.usages)
    ids = {name: one.id for name, one in resolve(before, USAGES).items()}
    desk.world.rename_property(pair.ids.usages, "Coût USD", "Dépense")

    one = only(check(desk.link(), pair.ids, stored={"Usages": ids}))
    now = resolve(read(desk.link(), pair.ids.usages), USAGES, ids)

    assert (one.name, one.problem, one.stops, one.remedy) == ("cost_usd", "renamed", False, None)
    assert str(one.sentence) == "Usages: the property Coût USD is called Dépense there, and is used"
    assert now["cost_usd"].name == "Dépense"


def test_a_renamed_property_that_nobody_remembers_is_missing(desk: Desk, pair: Pair) -> None:
    desk.world.rename_property(pair.ids.usages, "Coût USD", "Dépense")

    assert found(check(desk.link(), pair.ids)) == [("Usages", "cost_usd", "missing")]


@pytest.mark.parametrize(
    "name", ["Cout USD", "COÛT usd", "Coût  USD", normalize("NFD", "cOUt USD")]
)
def test_a_name_without_its_accents_is_understood(desk: Desk, pair: Pair, name: str) -> None:
    desk.world.rename_property(pair.ids.usages, "Coût USD", name)
    checked = check(desk.link(), pair.ids)

    assert resolve(checked.usages, USAGES)["cost_usd"].name == name
    assert all(one.problem == "renamed" for one in checked.differences)


def test_a_decomposed_name_is_no_other_name(desk: Desk, pair: Pair) -> None:
    decomposed = normalize("NFD", "Coût USD")
    assert len(decomposed) == 9
    desk.world.rename_property(pair.ids.usages, "Coût USD", decomposed)

    assert found(check(desk.link(), pair.ids)) == []


def test_a_property_of_another_type_is_left_alone_and_out(desk: Desk, pair: Pair) -> None:
    desk.world.retype_property(pair.ids.usages, "Coût USD", "rich_text")
    checked = check(desk.link(), pair.ids)
    one = only(checked)

    assert (one.problem, one.stops, one.can_be_added) == ("retyped", True, False)
    assert str(one.sentence) == (
        "Usages: the property Coût USD is of the type rich_text; number is needed for Coût USD"
    )
    assert "cost_usd" not in resolve(checked.usages, USAGES)


def test_a_type_that_will_do_is_no_difference(desk: Desk, pair: Pair) -> None:
    desk.world.retype_property(pair.ids.usages, "Modèles", "rich_text")
    checked = check(desk.link(), pair.ids)

    assert found(checked) == []
    assert resolve(checked.usages, USAGES)["models"].kind == "rich_text"


def test_a_title_is_the_title_whatever_it_is_called(desk: Desk, pair: Pair) -> None:
    desk.world.rename_property(pair.ids.usages, "Nom", "Ligne")

    assert found(check(desk.link(), pair.ids)) == []


def test_a_relation_to_another_database_is_not_ours(desk: Desk, pair: Pair) -> None:
    other = desk.world.add_database(desk.page, "Clients", {"Nom": {"title": {}}})
    desk.world.delete_property(pair.ids.usages, "Service")
    dual = {"data_source_id": other, "type": "dual_property", "dual_property": {}}
    desk.world.add_property(pair.ids.usages, "Service", {"relation": dual})
    checked = check(desk.link(), pair.ids)

    assert ("Usages", "service", "elsewhere") in found(checked)
    assert not checked.can_sync
    names = resolve(checked.usages, USAGES, services=pair.ids.services)
    assert "service" not in names


def test_a_relation_that_is_seen_from_one_side_sums_nothing_up(desk: Desk, pair: Pair) -> None:
    desk.world.delete_property(pair.ids.usages, "Service")
    single = {"data_source_id": pair.ids.services, "single_property": {}}
    desk.world.add_property(pair.ids.usages, "Service", {"relation": single})
    checked = check(desk.link(), pair.ids)

    assert found(checked)[0] == ("Services", "usages", "one_sided")
    assert {(one.name, one.problem) for one in checked.differences[1:]} == {
        (name, "lost") for name in ROLL_UPS
    }
    assert checked.can_sync


def test_a_roll_up_without_its_property_is_said(desk: Desk, pair: Pair) -> None:
    desk.world.delete_property(pair.ids.usages, "Collecté le")

    assert found(check(desk.link(), pair.ids)) == [
        ("Services", "last_sync", "lost"),
        ("Usages", "collected_at", "missing"),
    ]
    assert found(add(desk.link(), pair.ids)) == []


def test_the_other_side_is_known_by_its_id_under_any_name(desk: Desk, pair: Pair) -> None:
    desk.world.rename_property(pair.ids.services, "Usages", "Lignes")

    assert found(check(desk.link(), pair.ids)) == [("Services", "usages", "renamed")]


def test_a_name_that_another_of_ours_bears_is_not_taken_from_it(desk: Desk, pair: Pair) -> None:
    before = resolve(read(desk.link(), pair.ids.usages), USAGES)
    ids = {name: one.id for name, one in before.items()}
    desk.world.delete_property(pair.ids.usages, "Requêtes")
    desk.world.rename_property(pair.ids.usages, "Quantité", "Requêtes")

    checked = check(desk.link(), pair.ids, stored={"Usages": ids})
    assert found(checked) == [
        ("Usages", "requests", "taken"),
        ("Usages", "quantity", "renamed"),
    ]


def test_exchanged_ids_are_noticed(desk: Desk, pair: Pair) -> None:
    exchanged = Ids(services=pair.ids.usages, usages=pair.ids.services)
    with pytest.raises(SinkRefused, match="exchanged"):
        check(desk.link(), exchanged)


# --- which table is meant -------------------------------------------------------------------------


def test_the_ids_of_databases_lead_to_their_tables(desk: Desk, pair: Pair) -> None:
    undashed = (pair.services.replace("-", ""), pair.usages.replace("-", ""))

    assert ids_of(desk.link(), *undashed) == pair.ids
    assert ids_of(desk.link(), pair.ids.services, pair.ids.usages) == pair.ids


def test_a_database_with_two_tables_is_refused_until_one_is_named(desk: Desk, pair: Pair) -> None:
    second = desk.world.add_data_source(pair.usages, "Essais")
    with pytest.raises(SinkRefused, match="more than one table") as caught:
        ids_of(desk.link(), pair.services, pair.usages)
    assert "Essais" in str(caught.value)

    for named in (second, second.replace("-", ""), "essais"):
        assert ids_of(desk.link(), pair.services, pair.usages, (None, named)).usages == second
    with pytest.raises(SinkRefused, match="no single table called autre"):
        ids_of(desk.link(), pair.services, pair.usages, (None, "autre"))


def test_a_database_in_the_trash_or_not_shared_is_said(desk: Desk, pair: Pair) -> None:
    desk.world.databases[pair.usages].in_trash = True
    with pytest.raises(SinkRefused, match="in the trash"):
        ids_of(desk.link(), pair.services, pair.usages)
    desk.world.unshare(pair.services)
    with pytest.raises(NotFound):
        ids_of(desk.link(), pair.services, pair.usages)


# --- adding ---------------------------------------------------------------------------------------


def test_adding_where_nothing_is_missing_writes_nothing(desk: Desk, pair: Pair) -> None:
    before = len(desk.told)
    add(desk.link(), pair.ids)

    assert desk.told[before:] == ["GET data_sources/…"] * 2


def test_what_is_missing_is_added_and_nothing_else_changes(desk: Desk, pair: Pair) -> None:
    world, ids = desk.world, pair.ids
    row = world.add_row(ids.usages, {"Nom": "à moi", "Notes": "à garder", "Coût USD": 3})
    world.delete_property(ids.usages, "Requêtes")
    world.delete_property(ids.services, "Budget mensuel USD")
    world.retype_property(ids.usages, "Quantité", "rich_text")
    world.add_property(ids.usages, "Équipe", {"select": {"options": [{"name": "R&D"}]}})
    before = world.property_names(ids.usages)
    after = add(desk.link(), ids)

    assert found(after) == [("Usages", "quantity", "retyped")]
    assert world.property_names(ids.usages) == before | {"Requêtes": "number"}
    assert (world.row(row)["Notes"], world.row(row)["Coût USD"]) == ("à garder", 3)


def test_what_was_only_renamed_is_not_added_again(desk: Desk, pair: Pair) -> None:
    before = resolve(read(desk.link(), pair.ids.usages), USAGES)
    ids = {name: one.id for name, one in before.items()}
    desk.world.rename_property(pair.ids.usages, "Coût USD", "Dépense")
    add(desk.link(), pair.ids, stored={"Usages": ids})

    assert "Coût USD" not in desk.world.property_names(pair.ids.usages)


def test_a_lost_relation_is_added_with_its_other_side_and_its_roll_ups(
    desk: Desk, pair: Pair
) -> None:
    desk.world.delete_property(pair.ids.usages, "Service")
    for name in ("Coût total USD", "Dernière synchro", "Nb usages", "Première période"):
        desk.world.delete_property(pair.ids.services, name)
    checked = add(desk.link(), pair.ids)

    assert found(checked) == []
    assert desk.world.property_names(pair.ids.services)["Usages"] == "relation"


def test_a_column_for_another_currency_is_added_beside_the_dollars(desk: Desk, pair: Pair) -> None:
    assert found(check(desk.link(), pair.ids, "EUR")) == [("Usages", "cost", "missing")]
    assert found(add(desk.link(), pair.ids, "EUR")) == []
    assert desk.world.property_names(pair.ids.usages)["Coût EUR"] == "number"


FAULTS: dict[str, Callable[[], Fault]] = {
    "unavailable": faults.unavailable,
    "saved, then 503": faults.saved_then_unavailable,
    "saved, then 502": faults.saved_then_bad_gateway,
    "saved, then reset": faults.saved_then_reset,
    "conflict": faults.conflict,
}


@pytest.mark.parametrize("call", range(1, 13))
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_adding_survives_whatever_goes_wrong_at_whichever_call(
    desk: Desk, pair: Pair, call: int, fault: Callable[[], Fault]
) -> None:
    world, ids = desk.world, pair.ids
    world.delete_property(ids.usages, "Service")
    world.delete_property(ids.services, "Coût total USD")
    world.delete_property(ids.usages, "Requêtes")
    desk.faults.add(fault().on(first=call))
    try:
        add(desk.link(), ids)
    except SinkError:
        desk.faults.clear()

    assert found(add(desk.link(), ids)) == []
    relations = [kind for kind in world.property_names(ids.services).values() if kind == "relation"]
    assert relations == ["relation"]


# --- an earlier system's pair ---------------------------------------------------------------------


@pytest.fixture
def earlier(desk: Desk) -> Earlier:
    return earlier_system(desk.world, rows=3, doubled=1)


def test_an_earlier_pair_is_recognised_and_adopted_as_it_is(desk: Desk, earlier: Earlier) -> None:
    ids = Ids(services=earlier.services, usages=earlier.usages)
    checked = check(desk.link(), ids)
    columns = resolve(checked.usages, USAGES, services=ids.services)
    heads = resolve(checked.services, SERVICES)

    assert (checked.is_earlier, checked.can_sync) == (True, True)
    assert {one.problem for one in checked.differences} == {"missing"}
    assert {name: one.name for name, one in columns.items()} == {
        "title": "Identifiant",
        "service": "Service",
        "period": "Mois",
        "account": "Workspace",
        "sub_account_name": "Projet/API Key",
        "models": "Modèles",
        "input_tokens": "Tokens Input",
        "output_tokens": "Tokens Output",
        "cost_usd": "Coût USD",
        "requests": "Requêtes",
        "collected_at": "Collecte Le",
        "status": "Statut Collecte",
        "log": "Log Status",
    }
    assert {name: one.name for name, one in heads.items()} == {
        "title": "Nom",
        "key": "ID Provider",
        "active": "Statut",
        "console_url": "URL Console",
        "notes": "Notes",
        "usages": "Usages",
        "total_cost": "Total Coût USD",
        "last_sync": "Derniere Collecte",
        "usage_count": "Nb Collectes",
    }
    assert columns["period"].kind == "rich_text"


def test_its_own_options_are_used_where_they_mean_the_same(desk: Desk, earlier: Earlier) -> None:
    status = resolve(read(desk.link(), earlier.usages), USAGES)["status"]

    assert {name: spelt(status, one) for name, one in STATUSES.items()} == {
        "ok": "Succes",
        "partial": "Partiel",
        "failed": "Echec",
        "not_configured": "Donnees indisponibles",
        "provisional": "Provisoire",
        "manual": "Manuel",
    }


def test_adding_to_an_earlier_pair_leaves_its_columns_and_rows(
    desk: Desk, earlier: Earlier
) -> None:
    ids = Ids(services=earlier.services, usages=earlier.usages)
    before = desk.world.property_names(earlier.usages)
    rows = [desk.world.row(one) for one in earlier.rows]
    checked = add(desk.link(), ids)
    after = desk.world.property_names(earlier.usages)

    assert (found(checked), checked.is_earlier) == ([], True)
    assert before.items() <= after.items()
    assert {"Période", "Compte", "Nom", "Tokens entrée"}.isdisjoint(after)
    assert "Clé" in after
    for old in rows:
        new = desk.world.row(old.id)
        assert {name: new[name] for name in old.values} == old.values


# --- options --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("OK", "ok"),
        ("succes", "ok"),
        ("Echec", "failed"),
        ("Donnees indisponibles", "not_configured"),
        (normalize("NFD", "Non configuré"), "not_configured"),
        ("manuel", "manual"),
        ("Autre", None),
        ("", None),
    ],
)
def test_an_option_is_understood_without_its_accents(text: str, status: str | None) -> None:
    assert meaning(STATUSES, text) == status


def test_every_option_means_one_thing() -> None:
    for options in (STATUSES, ORIGINS):
        names = [loosely(name) for one in options.values() for name in (one.name, *one.also)]
        for word, one in options.items():
            assert meaning(cast("dict[str, Option]", options), one.name) == word
        assert all("," not in name for name in names)


def test_names_hold_no_apostrophe_and_are_composed_and_unlike_each_other() -> None:
    for wanted in (SERVICES, usages("EUR")):
        names = [name for one in wanted.values() for name in (one.name, *one.also)]
        assert not any(sign in name for name in names for sign in "'’,")
        assert names == [normalize("NFC", name) for name in names]
        assert len({one.name for one in wanted.values()}) == len(wanted)


# --- anything that people may do ------------------------------------------------------------------

OURS: dict[Where, Mapping[str, Property]] = {"Services": SERVICES, "Usages": USAGES}
NAMES = [
    (where, one.name)
    for where, wanted in OURS.items()
    for one in wanted.values()
    if one.kind != "title"
]
WORDS = ["Ma colonne", "autre", "Coût", "coût usd", "Mois", "Statut", "Clé", "Requêtes", "Notes"]
KINDS = ["rich_text", "number", "checkbox", "select", "date", "url"]


@dataclass(frozen=True)
class Act:
    """What somebody does to a property."""

    where: Where
    name: str
    kind: str
    word: str = ""


def acts() -> st.SearchStrategy[list[Act]]:
    one = st.sampled_from(NAMES).flatmap(
        lambda at: st.one_of(
            st.just(Act(*at, "delete")),
            st.builds(
                Act, st.just(at[0]), st.just(at[1]), st.just("rename"), st.sampled_from(WORDS)
            ),
            st.builds(
                Act, st.just(at[0]), st.just(at[1]), st.just("retype"), st.sampled_from(KINDS)
            ),
        )
    )
    return st.lists(one, max_size=6)


def done(desk: Desk, tables: Mapping[Where, str], steps: list[Act]) -> None:
    """Does what can be done of it."""
    for step in steps:
        table = tables[step.where]
        names = desk.world.property_names(table)
        if step.name not in names:
            continue
        match step.kind:
            case "delete":
                desk.world.delete_property(table, step.name)
            case "rename" if step.word not in names:
                desk.world.rename_property(table, step.name, step.word)
            case "retype":
                desk.world.retype_property(table, step.name, step.word)


@settings(max_examples=40)  # each with a server of its own
@given(acts())
def test_whatever_people_do_every_difference_is_said_and_only_what_is_missing_is_added(
    steps: list[Act],
) -> None:
    site = NotionSite(lambda: NOW, TOKEN, requests_per_minute=100_000)
    with LoopbackServer(site) as server:
        desk = Desk(site, server, site.world.add_page("Coûts"), Clock(), [])
        try:
            _holds(desk, steps)
        finally:
            for link in desk.links:
                link.close()


def _holds(desk: Desk, steps: list[Act]) -> None:
    link = desk.link()
    ids = set_up(link, desk.page).ids
    tables: dict[Where, str] = {"Services": ids.services, "Usages": ids.usages}
    stored = {
        where: {name: one.id for name, one in resolve(read(link, table), OURS[where]).items()}
        for where, table in tables.items()
    }
    done(desk, tables, steps)
    changed = {where: columns(desk, table) for where, table in tables.items()}
    checked = check(link, ids, stored=stored)
    _is_said(checked, stored)

    after = add(link, ids, stored=stored)
    for where, table in tables.items():
        later = columns(desk, table)
        assert changed[where].items() <= later.items()  # ids, names and types of what was there
        added = {name for _, (name, _) in later.items() - changed[where].items()}
        ours = {OURS[where][name].name for name in checked.missing(where)}
        # The other side of a relation that was made again has its name, or Notion's where a column
        # of somebody's has that.
        assert added <= ours | {SERVICES["usages"].name, "Related to Usages (Service)"}
    assert after.missing("Usages") == ()
    assert set(after.missing("Services")) <= set(ROLL_UPS)  # of what Usages cannot give them


def columns(desk: Desk, table: str) -> dict[str, tuple[str, str]]:
    """The properties of a table by id: name and type."""
    kept = desk.world.data_source(table).properties.values()
    return {one.id: (one.name, one.type) for one in kept}


def _is_said(checked: Checked, stored: Mapping[Where, Mapping[str, str]]) -> None:
    """What is not usable is said to be so, and no column is two of ours."""
    schemas: dict[Where, Schema] = {"Services": checked.services, "Usages": checked.usages}
    for where, schema in schemas.items():
        usable = resolve(schema, OURS[where], stored[where], checked.ids.services)
        said = {
            one.name
            for one in checked.differences
            if one.where == where and one.problem not in ("renamed", "lost")
        }
        assert said == set(OURS[where]) - set(usable)
        assert len({one.id for one in usable.values()}) == len(usable)
        assert all(one.kind in OURS[where][name].accepted for name, one in usable.items())
    assert all(str(one.sentence) for one in checked.differences)


def test_an_id_that_is_stored_goes_before_every_name() -> None:
    schema = Schema(
        data_source="d",
        title="Usages",
        columns=(
            Column(id="%5B%3Dyq", name="Ailleurs", kind="number"),
            Column(id="b", name="Coût USD", kind="number"),
        ),
    )

    assert resolve(schema, USAGES, {"cost_usd": "[=yq"})["cost_usd"].name == "Ailleurs"
    assert resolve(schema, USAGES)["cost_usd"].name == "Coût USD"
