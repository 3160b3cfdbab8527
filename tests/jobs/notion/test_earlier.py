"""Databases of an earlier system under the ledger: adopted as they are, without a new row."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from ecot.jobs.bills import stands
from ecot.jobs.notion.databases import examine, put_together
from ecot.jobs.notion.scope import Asked
from ecot.model.outcome import Outcome
from ecot.model.period import Month
from ecot.model.rows import Name
from ecot.store.protocol import Place
from ecot.store.records import put_names, put_outcome
from tests.jobs.notion.bureau import NOW, Bureau, bureau_of
from tests.rows import ACCOUNT, charge
from tests.sandbox.notion.earlier import Earlier, earlier_system

JANUARY = Month(2025, 1)
PROJECTS = {"proj_1": "edugami", "proj_2": "Studio", "proj_3": "Recherche"}


@pytest.fixture
def bureau(place: Place) -> Iterator[Bureau]:
    with bureau_of(place, requests_per_minute=100_000) as made:
        rows = [charge(f"{number}.50", JANUARY.first, sub_account_id=sub_account)
                for number, sub_account in enumerate(PROJECTS, start=1)]  # fmt: skip
        made.shelf.put(ACCOUNT, rows, JANUARY.period)
        names = [Name("sub_account_id", *pair) for pair in PROJECTS.items()]
        put_names(place.store, ACCOUNT, names)
        put_outcome(
            place.store,
            Outcome(provider="openai", account=ACCOUNT, run="run-1", at=NOW, state="ok"),
        )
        yield made


@pytest.fixture
def earlier(bureau: Bureau) -> Earlier:
    found = earlier_system(bureau.world)
    bureau.access = replace(
        bureau.access,
        services=found.services.replace("-", ""),
        usages=found.usages.replace("-", ""),
    )
    return found


def test_120_rows_are_adopted_without_a_new_one(bureau: Bureau, earlier: Earlier) -> None:
    before = {row.id: row.values for row in bureau.world.pages(earlier.usages)}
    done = bureau.sync(Asked(month=JANUARY))
    assert (done.state, done.created, done.updated) == ("ok", 0, 3)
    after = {row.id: row.values for row in bureau.world.pages(earlier.usages)}
    assert after.keys() == before.keys()
    changed = [page for page in after if after[page]["Coût USD"] != before[page]["Coût USD"]]
    costs = {after[page]["Projet/API Key"]: after[page]["Coût USD"] for page in changed}
    assert costs == {"edugami": 1.5, "Studio": 2.5, "Recherche": 3.5}
    assert {after[page]["Statut Collecte"] for page in changed} == {"Succes"}
    again = bureau.sync(Asked(month=JANUARY))
    assert (again.calls, again.created, again.updated) == (4, 0, 0)


def test_its_doubles_are_named_and_go_on_request_alone(bureau: Bureau, earlier: Earlier) -> None:
    found = examine(bureau.access, bureau.clocks, "USD")
    assert (found.is_earlier, found.can_sync, len(found.doubles)) == (True, True, 15)
    bureau.sync(Asked(month=JANUARY))
    assert len(bureau.world.pages(earlier.usages)) == 120
    count, notices = put_together(bureau.access, bureau.clocks)
    assert (count, notices) == (15, ())
    kept = {row.id for row in bureau.world.pages(earlier.usages)}
    assert kept == set(earlier.rows) - {younger for _, younger in earlier.twins}
    assert examine(bureau.access, bureau.clocks, "USD").doubles == ()


def test_a_row_typed_there_is_a_bill_and_its_amount_stays(bureau: Bureau, earlier: Earlier) -> None:
    page = bureau.world.add_row(
        earlier.usages,
        {
            "Identifiant": "2026-05 - Figma",
            "Service": bureau.world.add_row(earlier.services, {"Nom": "Figma"}),
            "Mois": "2026-05",
            "Statut Collecte": "Manuel",
            "Coût USD": 31,
        },
    )
    assert bureau.sync().entered == 1
    (entered,) = stands(bureau.place.store, "figma/figma").values()
    assert entered.net == Decimal(31)
    assert bureau.world.row(page)["Coût USD"] == 31  # there is no other column for it
    assert bureau.sync().entered == 0
