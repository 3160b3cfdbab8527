"""An earlier system's pair is used as it is: its rows are ours from then on, none is doubled."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest

from ecot.model.period import Month
from ecot.sandbox.faults import Fault, Faults
from ecot.sandbox.notion import NotionSite, faults
from ecot.sandbox.server import LoopbackServer
from ecot.sinks.notion.adopt import merge
from ecot.sinks.notion.lost import Policy
from ecot.sinks.notion.rows import NOBODY, ServiceRow, UsageRow
from ecot.sinks.notion.schema import Ids
from tests.sandbox.notion.earlier import PROJECTS, Earlier, earlier_system
from tests.sinks.notion.office import NOW, TOKEN, Held, Office, link_to, usage
from tests.waited import Waited

SERVICES = [ServiceRow(key=name.lower(), title=name) for name in PROJECTS]
ROWS, DOUBLED = 120, 15


@contextmanager
def office_of_earlier(rows: int = ROWS, doubled: int = DOUBLED) -> Iterator[tuple[Office, Earlier]]:
    time, script = Waited(NOW), Faults()
    site = NotionSite(time, TOKEN, requests_per_minute=1000)
    left = earlier_system(site.world, rows, doubled)
    site.world.share(left.root)
    with LoopbackServer(Held(site), script) as server:
        link = link_to(server, time)
        try:
            ids = Ids(services=left.services, usages=left.usages)
            yield Office(time, site, server, script, link, ids), left
        finally:
            link.close()


def wanted_of(office: Office) -> list[UsageRow]:
    """What a ledger of the same projects wants: a sub account each, known by its name or its id."""
    found = {}
    for row in office.rows():
        month, provider, project = row["Identifiant"].split(" - ", 2)
        by_id = len(project) % 2 == 0
        one = usage(
            project if by_id else f"proj_{sum(map(ord, project))}",
            Month.parse(month),
            provider=provider.lower(),
            account=provider.lower(),
            sub_account_name=None if by_id else project.upper(),
            cost_usd=Decimal(len(project)),
        )
        found[row["Identifiant"]] = one
    return list(found.values())


def test_120_rows_with_15_doubled_are_adopted_without_a_new_row() -> None:
    with office_of_earlier() as (office, left):
        blocks, before = office.world.blocks, {row.id: row for row in office.rows()}
        wanted = wanted_of(office)
        assert len(wanted) == ROWS - DOUBLED

        synced = office.sync(wanted, SERVICES, months=None)

        assert (synced.created, synced.updated, synced.stopped) == (0, ROWS - DOUBLED, None)
        assert (office.world.blocks, len(office.rows())) == (blocks, ROWS)
        younger = {page for _, page in left.twins}
        for row in office.rows():
            old = before[row.id]
            assert row["Identifiant"] == old["Identifiant"]
            assert (row["Projet/API Key"], row["Workspace"]) == (old["Projet/API Key"], "Principal")
            assert row["Breakdown JSON"] == old["Breakdown JSON"]
            if row.id in younger:
                assert row.values == old.values
            else:
                assert row["Coût USD"] == len(row["Projet/API Key"])
                assert row["Statut Collecte"] == "Succes"
        told = [one for one in synced.warnings if "twice" in str(one)]
        assert len(told) == DOUBLED


@pytest.mark.parametrize("forgets", [False, True])
def test_the_next_sync_of_an_adopted_pair_writes_nothing(forgets: bool) -> None:
    with office_of_earlier(30, 4) as (office, _):
        wanted = wanted_of(office)
        office.sync(wanted, SERVICES, months=None)
        office.memory = None if forgets else office.memory
        start = office.asked

        again = office.sync(wanted, SERVICES, months=None)

        assert (again.created, again.updated, again.unchanged) == (0, 0, 26)
        assert office.asked - start == 4


def test_an_adopted_pair_that_gets_our_columns_keeps_its_rows_and_their_names() -> None:
    with office_of_earlier(30, 4) as (office, _):
        wanted, blocks = wanted_of(office), office.world.blocks
        names = {row.id: row["Projet/API Key"] for row in office.rows()}
        office.policy = Policy(on_missing_property="create")

        assert office.sync(wanted, SERVICES, months=None).created == 0

        assert office.world.blocks == blocks
        assert {row["Clé"] for row in office.rows()} == {"", *(row.key for row in wanted)}
        assert {row.id: row["Projet/API Key"] for row in office.rows()} == names
        assert {row["Origine du coût"] for row in office.rows()} == {"Facturé", None}
        office.memory = None
        again = office.sync(wanted, SERVICES, months=None)
        assert (again.created, again.updated, again.trashed) == (0, 0, 0)


def test_new_rows_of_an_adopted_pair_are_called_as_the_earlier_system_called_them() -> None:
    with office_of_earlier(30, 0) as (office, _):
        november = Month(2026, 11)
        rows = [
            usage("proj_1", november, sub_account_name="Studio", cost_usd=None, status="failed"),
            usage(None, november, provider="deepgram", account="prod", status="not_configured"),
        ]
        assert office.sync(rows, SERVICES, months=[november]).created == 2

        made = {row["Identifiant"]: row for row in office.rows()[30:]}
        studio = made["2026-11 - OpenAI - Studio"]
        assert (studio["Mois"], studio["Workspace"]) == ("2026-11", "edugami")
        assert (studio["Coût USD"], studio["Statut Collecte"]) == (None, "Echec")
        other = made["2026-11 - Deepgram - prod"]
        assert other["Statut Collecte"] == "Donnees indisponibles"
        for forgets in (False, True):
            office.memory = None if forgets else office.memory
            assert office.sync(rows, SERVICES, months=[november]).created == 0
        assert len(office.rows()) == 32


def test_doubled_rows_are_merged_on_request_only() -> None:
    with office_of_earlier(30, 4) as (office, left):
        noted = left.twins[0][1]
        office.world.add_property(left.usages, "Avis", {"rich_text": {}})
        office.world.edit(noted, {"Avis": "à garder"})
        view = office.look(None)
        assert Counter(double.is_ours for double in view.doubles) == {False: 4}

        with office.link() as link:
            merged = merge(link, view)

        assert (len(merged.trashed), len(merged.kept)) == (3, 1)
        alive = {row.id for row in office.rows()}
        assert alive == set(left.rows) - {page for _, page in left.twins[1:]}
        assert len(office.look(None).doubles) == 1


def test_a_workspace_decides_where_two_accounts_have_a_project_of_the_same_name() -> None:
    with office_of_earlier(30, 0) as (office, _):
        month = Month(2025, 1)
        [page] = [
            row.id for row in office.rows() if row["Identifiant"] == "2025-01 - Anthropic - Default"
        ]
        both = [
            usage("default", month, provider="anthropic", account=account)
            for account in ("edugami", "memoways")
        ]
        office.sync(both, SERVICES, months=[month])
        assert office.memory is not None
        assert page.replace("-", "") not in office.memory.pages.values()

    with office_of_earlier(30, 0) as (office, _):
        [page] = [
            row.id for row in office.rows() if row["Identifiant"] == "2025-01 - Anthropic - Default"
        ]
        office.world.edit(page, {"Workspace": "Memoways"})
        synced = office.sync(both, SERVICES, months=[month])
        assert synced.memory.pages[both[1].key] == page.replace("-", "")
        assert synced.created == 1


def test_an_account_without_sub_accounts_is_the_project_that_has_its_name() -> None:
    with office_of_earlier(30, 0) as (office, _):
        month = Month(2025, 1)
        rows = [usage(None, month), usage("proj_9", month, sub_account_name="recherche")]

        synced = office.sync(rows, SERVICES, months=[month])

        assert (synced.created, synced.updated) == (0, 2)
        assert NOBODY not in {row["Projet/API Key"] for row in office.rows()}
        assert any("OpenAI - Studio" in str(one) for one in synced.warnings)


@pytest.mark.parametrize(
    "fault", [faults.saved_then_bad_gateway, faults.saved_then_unavailable, faults.saved_then_reset]
)
def test_without_keys_a_row_that_may_be_there_is_looked_for_by_its_title(
    fault: Callable[[], Fault],
) -> None:
    with office_of_earlier(30, 0) as (office, _):
        november = Month(2026, 11)
        rows = [usage("proj_1", november, sub_account_name="Studio"), usage(None, november)]
        office.faults.add(faults.creates(fault()))

        synced = office.sync(rows, SERVICES, months=[november])

        assert (synced.created, len(office.rows())) == (2, 32)
        assert office.faults.struck
