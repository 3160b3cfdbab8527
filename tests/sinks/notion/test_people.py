"""What people do to rows and columns: nothing of theirs is touched, and nothing is doubled."""

from datetime import timedelta
from decimal import Decimal

import pytest

from ecot.errors import SinkRefused, SinkUnavailable
from ecot.sandbox.notion import faults
from ecot.sandbox.troubles import refused
from ecot.sinks.notion.look import MOST_MONTHS, filter_of
from ecot.sinks.notion.lost import Policy
from ecot.sinks.notion.rows import Memory
from tests.sinks.notion.office import NOVEMBER, NOW, OCTOBER, Office, many, office_of, usage

ROW = usage("a")


def test_a_locked_row_is_not_touched(office: Office) -> None:
    office.sync([ROW])
    office.world.edit(office.row(ROW.key), {"Verrouillé": True, "Coût USD": 7})

    synced = office.sync([usage("a", cost_usd=Decimal(9))])

    assert (synced.skipped, synced.updated) == (1, 0)
    assert office.row(ROW.key)["Coût USD"] == 7
    [told] = synced.warnings
    assert told.values["columns"] == "Coût USD"
    office.world.edit(office.row(ROW.key), {"Coût USD": 9})
    assert office.sync([usage("a", cost_usd=Decimal(9), status="failed")]).warnings == ()


@pytest.mark.parametrize("kind", ["rich_text", "select"])
def test_a_lock_holds_also_where_its_column_became_another_kind(office: Office, kind: str) -> None:
    other = usage("b")
    office.sync([ROW, other])
    office.world.edit(office.row(ROW.key), {"Verrouillé": True, "Coût USD": 7})
    office.world.retype_property(office.ids.usages, "Verrouillé", kind)

    synced = office.sync([usage("a", cost_usd=Decimal(9)), usage("b", cost_usd=Decimal(9))])

    assert (synced.skipped, synced.updated) == (1, 1)
    assert office.row(ROW.key)["Coût USD"] == 7


def test_a_cell_of_ours_is_written_over_and_only_that(office: Office) -> None:
    office.sync([ROW])
    office.world.edit(office.row(ROW.key), {"Coût USD": 7, "Notes": "hm", "Nom": "Mon titre"})

    synced = office.sync([ROW])

    row = office.row(ROW.key)
    assert synced.updated == 1
    assert (row["Coût USD"], row["Notes"], row["Nom"]) == (3.02, "hm", "Mon titre")


def test_when_it_was_read_is_written_once_a_day_and_with_other_changes(office: Office) -> None:
    last = usage("a", OCTOBER)
    office.sync([ROW, last])

    def later(hours: int, **values: object) -> tuple[int, str]:
        office.time.seconds = 3600.0 * hours
        at = NOW + timedelta(hours=hours)
        rows = [
            usage("a", month, collected_at=at, run=f"run-{hours}", **values)
            for month in (NOVEMBER, OCTOBER)
        ]
        return office.sync(rows).updated, office.row(ROW.key)["Collecte"]

    assert later(2) == (0, "run-1")
    assert later(22) == (0, "run-1")
    assert later(24) == (1, "run-24")  # the running month alone
    assert later(25, log="une page de plus") == (2, "run-25")


@pytest.mark.parametrize(
    ("policy", "created", "updated", "skipped"),
    [("ignore", 0, 0, 1), ("restore", 0, 0, 0), ("recreate", 1, 0, 0)],
)
def test_a_deleted_row_is_left_restored_or_made_anew(
    office: Office, policy: str, created: int, updated: int, skipped: int
) -> None:
    office.sync([ROW])
    page = office.row(ROW.key).id
    office.world.trash(page)
    office.policy = Policy(on_deleted_row=policy)  # type: ignore[arg-type]
    blocks = office.world.blocks

    synced = office.sync([ROW])

    assert (synced.created, synced.updated, synced.skipped) == (created, updated, skipped)
    assert len(office.rows()) == (policy != "ignore")
    assert office.world.blocks - blocks == created
    start = office.asked
    office.sync([ROW])
    assert office.asked - start == 4
    if policy == "ignore":
        assert any("stay deleted" in str(one) for one in synced.warnings)
        office.world.restore(page)
        assert office.sync([ROW]).unchanged == 1
        assert office.memory is not None
        assert office.memory.gone == ()


def test_a_deleted_service_stays_deleted_and_its_rows_have_none(office: Office) -> None:
    office.sync([ROW])
    office.world.trash(office.services()["OpenAI"])

    synced = office.sync([ROW, usage("b")])

    assert list(office.services()) == ["DigitalOcean"]
    assert office.row(usage("b").key)["Service"] == ()
    assert any("OpenAI" in str(one) for one in synced.warnings)
    start = office.asked
    office.sync([ROW, usage("b")])
    assert office.asked - start == 4


def test_a_service_is_found_by_its_title_whatever_its_accents(office: Office) -> None:
    office.world.add_row(office.ids.services, {"Nom": "Ópenai", "Notes": "contrat"})

    office.sync([ROW])

    services = office.services()
    assert sorted(services) == ["DigitalOcean", "Ópenai"]
    assert (services["Ópenai"]["Clé"], services["Ópenai"]["Notes"]) == ("openai", "contrat")


def test_a_column_that_was_renamed_is_still_ours(office: Office) -> None:
    office.sync([ROW])
    office.world.rename_property(office.ids.usages, "Coût USD", "Prix en dollars")
    office.world.rename_property(office.ids.usages, "Clé", "Identité")

    synced = office.sync([usage("a", cost_usd=Decimal(9)), usage("b")])

    assert (synced.created, synced.updated) == (1, 1)
    assert {row["Prix en dollars"] for row in office.rows()} == {9, 3.02}


def test_a_column_that_was_deleted_is_left_out_and_told_or_made_anew(office: Office) -> None:
    office.sync([ROW])
    office.world.delete_property(office.ids.usages, "Requêtes")
    assert office.sync([usage("a", cost_usd=Decimal(9))]).updated == 1
    assert any("Requêtes" in str(one) for one in office.look().warnings)

    office.policy = Policy(on_missing_property="create")
    assert office.sync([ROW]).updated == 1
    assert office.row(ROW.key)["Requêtes"] == 28
    assert office.sync([ROW]).unchanged == 1


def test_without_its_column_of_keys_a_row_is_known_by_its_page_or_by_what_it_says(
    office: Office,
) -> None:
    rows = [ROW, usage(None), usage("a", OCTOBER)]
    office.sync(rows)
    office.world.delete_property(office.ids.usages, "Clé")
    changed = [usage("a", cost_usd=Decimal(9)), *rows[1:]]
    assert office.sync(changed).created == 0
    office.memory = None
    again = office.sync(changed)
    assert (again.created, again.unchanged) == (0, 3)
    office.memory, office.policy = None, Policy(on_missing_property="create")
    assert office.sync(changed).created == 0
    assert {row["Clé"] for row in office.rows()} == {row.key for row in rows}


@pytest.mark.parametrize(
    ("column", "kind", "shown"),
    [
        ("Modèles", "rich_text", "gpt-5, o3"),
        ("Période", "rich_text", "2026-11"),
        ("Collecté le", "rich_text", "2026-11-22 05:30 UTC"),
    ],
)
def test_a_text_takes_what_a_list_or_a_date_said(
    office: Office, column: str, kind: str, shown: str
) -> None:
    office.world.retype_property(office.ids.usages, column, kind)

    office.sync([ROW])

    assert office.row(ROW.key)[column] == shown
    assert office.sync([ROW]).unchanged == 1
    office.memory = None
    assert office.sync([ROW]).unchanged == 1


def test_a_number_that_became_a_text_is_left_out_and_told(office: Office) -> None:
    office.sync([ROW])
    office.world.retype_property(office.ids.usages, "Requêtes", "rich_text")
    before = office.row(ROW.key)["Requêtes"]

    synced = office.sync([usage("a", requests=Decimal(99), cost_usd=Decimal(9))])

    assert synced.updated == 1
    assert office.row(ROW.key)["Requêtes"] == before
    assert any("Requêtes" in str(one) for one in office.look().warnings)


def test_a_row_that_was_moved_to_another_month_is_found_by_its_key(office: Office) -> None:
    office.sync([ROW])
    office.world.edit(office.row(ROW.key), {"Période": "2024-01-01"})
    office.memory = None

    synced = office.sync([ROW])

    assert (synced.created, synced.updated) == (0, 1)
    assert office.row(ROW.key)["Période"] == "2026-11-01/2026-11-30"


def test_rows_that_are_not_wanted_are_not_touched(office: Office) -> None:
    office.sync(many(3))
    before = {row.id: row.values for row in office.rows()}

    office.sync(many(1))

    assert {row.id: row.values for row in office.rows()} == before


def test_of_two_rows_of_ours_the_younger_goes_to_the_trash(office: Office) -> None:
    office.sync([ROW])
    office.time.sleep(60)
    page = office.row(ROW.key)
    with office.link() as link:
        twin = link.create_page(
            office.ids.usages,
            {"Clé": {"rich_text": [{"type": "text", "text": {"content": ROW.key}}]}},
        )["id"]
    for memory in (office.memory, None):
        office.world.restore(twin)
        office.memory = memory
        synced = office.sync([ROW])
        assert (synced.created, synced.trashed) == (0, 1)
        assert [row.id for row in office.rows()] == [page.id]


@pytest.mark.parametrize("forgets", [False, True])
def test_what_a_late_index_hides_is_doubled_once_and_put_together(forgets: bool) -> None:
    """Nothing promises that a query finds what was made a moment ago."""
    lost = faults.saved_then_bad_gateway()
    with office_of(query_lag=timedelta(seconds=30)) as office:
        office.sync([])
        office.time.sleep(60)
        office.faults.add(faults.creates(lost))
        office.sync([ROW])
        assert len(office.rows()) == 2
        assert office.sync([ROW]).created == 0  # the page is known, though no query finds it
        assert len(office.rows()) == 2
        office.time.sleep(60)
        office.memory = None if forgets else office.memory

        synced = office.sync([ROW])

        assert (synced.created, synced.trashed, len(office.rows())) == (0, 1, 1)
        assert office.sync([ROW]).unchanged == 1


def test_a_service_that_is_there_twice_is_told(office: Office) -> None:
    office.sync([ROW])
    office.time.sleep(60)
    office.world.add_row(office.ids.services, {"Nom": "Autre", "Clé": "openai"})

    synced = office.sync([ROW])

    assert (synced.unchanged, len(office.services())) == (1, 3)
    assert any("OpenAI is twice" in str(one) for one in synced.warnings)


def test_a_row_that_a_person_copied_is_told_and_stays(office: Office) -> None:
    office.sync([ROW])
    office.time.sleep(60)
    copy = office.world.add_row(office.ids.usages, office.row(ROW.key).values)

    synced = office.sync([usage("a", cost_usd=Decimal(9))])

    assert (synced.created, synced.trashed, len(office.rows())) == (0, 0, 2)
    assert office.world.row(copy)["Coût USD"] == 3.02
    assert any("twice" in str(one) for one in synced.warnings)


def test_where_there_is_no_room_rows_that_are_there_are_still_written() -> None:
    with office_of() as office:
        office.sync(many(3))
        office.world.block_limit = office.world.blocks + 1

        synced = office.sync([*many(5, cents=7)])

        assert (synced.created, synced.updated, synced.skipped) == (1, 3, 1)
        assert synced.stopped is None
        told = [str(one) for one in synced.warnings]
        assert any("takes no new row" in one for one in told)
        assert any(one.endswith("in the report only: 1") for one in told)


def test_a_sync_that_has_no_time_left_says_how_far_it_came(office: Office) -> None:
    office.faults.add(faults.overloaded(retry_after_seconds=500).on(first=9))

    synced = office.sync(many(5), deadline=office.time.seconds + 60)

    assert str(synced.stopped).startswith("Notion is up to date as far as row 2 of 5")
    assert office.sync(many(5)).created == 3
    assert len(office.rows()) == 5


def test_a_token_that_may_only_read_is_refused_where_nothing_was_written(office: Office) -> None:
    refusal = {"object": "error", "status": 403, "code": "restricted_resource", "message": "No."}
    office.faults.add(faults.writes(refused(403, refusal)).repeated(None))

    with pytest.raises(SinkRefused):
        office.sync([ROW])


def test_what_cannot_be_read_to_its_end_is_not_synced(office: Office) -> None:
    office.faults.add(faults.bad_gateway().on("/query", first=2).repeated(None))

    with pytest.raises(SinkUnavailable):
        office.sync([ROW])
    assert office.rows() == []


def test_what_was_remembered_of_other_tables_is_not_used(office: Office) -> None:
    office.memory = Memory(data_source="elsewhere", gone=(ROW.key,), pages={ROW.key: "0" * 32})

    assert office.sync([ROW]).created == 1


def test_a_filter_has_no_more_parts_than_notion_takes(office: Office) -> None:
    columns = office.look().usages.columns
    months = [NOVEMBER.shifted(-number) for number in range(MOST_MONTHS)]

    asked = filter_of(columns, months)

    assert asked is not None
    assert len(asked["or"]) <= 100
    assert filter_of(columns, [*months, NOVEMBER.next()]) is None
    assert filter_of(columns, None) is None
    assert filter_of({}, months) is None


def test_the_reports_own_currency_has_a_column_beside_the_dollars() -> None:
    row = usage("a", cost=(Decimal("2.80"), "EUR"))
    with office_of(currency="EUR") as office:
        office.sync([row])
        held = office.row(row.key)
        assert (held["Coût USD"], held["Coût EUR"]) == (3.02, 2.8)
        assert office.sync([row]).unchanged == 1
    with office_of() as office:
        assert any("Coût EUR" in str(one) for one in office.sync([row]).warnings)
        office.policy = Policy(on_missing_property="create")
        assert office.sync([row]).updated == 1
        assert office.row(row.key)["Coût EUR"] == 2.8
