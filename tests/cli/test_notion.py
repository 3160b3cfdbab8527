"""`ecot notion` as a person uses it, over the wire to a stand-in; what goes wrong in sentences."""

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.sandbox.notion import NotionSite, faults
from ecot.sandbox.notion.world import NotionWorld
from ecot.sandbox.server import LoopbackServer
from tests.cli.conftest import NOW, Done, Ecot, House

TOKEN = "ntn_canary0123456789"
LINK = "https://www.notion.so/lumen/Couts-{page}?pvs=4"


@dataclass
class Office:
    """The stand-in, and a page of it that is shared."""

    site: NotionSite
    server: LoopbackServer
    page: str

    @property
    def world(self) -> NotionWorld:
        return self.site.world

    @property
    def link(self) -> str:
        return LINK.format(page=self.page.replace("-", ""))


@pytest.fixture
def office(collected: Path, house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """A company that was collected, and the secret of its integration in `.env`."""
    monkeypatch.setattr("ecot.edge.setup.wait", lambda _: None)
    site = NotionSite(lambda: NOW, TOKEN, requests_per_minute=100_000)
    with LoopbackServer(site) as server:
        table = f'\n[notion]\nbase_url = "{server.url}"\n'
        (collected / "ecot.toml").write_text(house.settings + table, encoding="utf-8")
        with (collected / ".env").open("a", encoding="utf-8") as file:
            file.write(f"NOTION_API_KEY={TOKEN}")  # without a line's end, as people leave it
        yield Office(site, server, site.world.add_page("Coûts"))


def set_up(ecot: Ecot, office: Office) -> Done:
    done = ecot("notion", "setup", office.link, "--write")
    assert done.code == 0, done.err
    return done


def usages(done: Done) -> str:
    """The id that was printed."""
    found = re.search(r"^NOTION_USAGES_DB_ID=([0-9a-f]{32})$", done.out, re.MULTILINE)
    assert found is not None, done.out
    return found[1]


def no_secret(*results: Done) -> None:
    assert all(TOKEN not in done.out + done.err for done in results)


# --- setup ---------------------------------------------------------------------------------------


def test_from_a_page_to_rows_in_three_commands(ecot: Ecot, office: Office, here: Path) -> None:
    made = set_up(ecot, office)
    assert len(made.out.splitlines()) == 2
    assert "Written: .env" in made.err
    env = (here / ".env").read_text(encoding="utf-8")
    assert env.endswith(f"NOTION_API_KEY={TOKEN}\n{made.out}")
    assert stat.S_IMODE((here / ".env").stat().st_mode) == 0o600
    checked = ecot("notion", "check")
    assert (checked.code, checked.out) == (0, "")
    assert "✓ Both databases of Notion are as they should be." in checked.err
    synced = ecot("notion", "sync")
    assert synced.code == 0
    assert "March 2026: rows made 2, changed 0, unchanged 0" in synced.err
    costs = [row["Coût USD"] for row in office.world.pages(usages(made))]
    (cost,) = (one for one in costs if one is not None)  # nothing is known of February
    total = ecot("totals", "--month", "2026-03", "--currency", "USD", "--json").document["total"]
    assert cost == pytest.approx(float(Decimal(total)))
    no_secret(made, checked, synced)


def test_a_second_sync_makes_four_calls(ecot: Ecot, office: Office) -> None:
    set_up(ecot, office)
    ecot("notion", "sync")
    done = ecot("notion", "sync", "--json")
    document = done.document
    assert (done.code, document["state"], document["calls"]) == (0, "ok", 4)
    assert (document["created"], document["updated"], document["notices"]) == (0, 0, [])
    assert document["months"] == ["2026-02", "2026-03"]


def test_in_a_pipe_nothing_is_written_that_nobody_asked_for(
    ecot: Ecot, office: Office, here: Path
) -> None:
    before = (here / ".env").read_bytes()
    done = ecot("notion", "setup", office.link)
    assert done.code == 0
    assert (here / ".env").read_bytes() == before
    assert "Put these lines into .env" in done.err
    again = ecot("notion", "setup", office.link)
    assert again.out == done.out  # one pair under a page, however often


def test_a_set_up_that_was_cut_off_goes_on(ecot: Ecot, office: Office) -> None:
    office.server.faults.add(
        faults.internal_error().on(r"data_sources/", method="PATCH").repeated(9)
    )
    cut = ecot("notion", "setup", office.link)
    assert (cut.code, cut.out) == (1, "")
    office.server.faults.clear()
    made = set_up(ecot, office)
    assert len(office.world.databases) == 2
    assert ecot("notion", "check").code == 0
    no_secret(cut, made)


def test_a_pair_that_the_settings_name_is_not_made_again(ecot: Ecot, office: Office) -> None:
    set_up(ecot, office)
    again = ecot("notion", "setup", office.link)
    assert again.code == 2
    assert "The settings name a pair of databases already" in again.err
    assert len(office.world.databases) == 2


def test_what_env_has_already_is_never_replaced(ecot: Ecot, office: Office, here: Path) -> None:
    with (here / ".env").open("a", encoding="utf-8") as file:
        file.write(f"\nNOTION_USAGES_DB_ID={'f' * 32}\n")
    before = (here / ".env").read_bytes()
    done = ecot("notion", "setup", office.link, "--write")
    assert done.code == 2
    assert ".env has NOTION_USAGES_DB_ID already" in done.err
    assert (here / ".env").read_bytes() == before
    assert usages(done)


@pytest.mark.parametrize("page", ["Coûts", "https://www.notion.so/", "?v=" + "a" * 32])
def test_what_is_no_link_of_a_page_is_said(ecot: Ecot, office: Office, page: str) -> None:
    done = ecot("notion", "setup", page)
    assert done.code == 2
    assert "is no link of a page in Notion" in done.err
    assert office.server.requests == ()


def test_a_page_that_is_not_shared_is_said_with_the_remedy(ecot: Ecot, office: Office) -> None:
    office.world.unshare(office.page)
    done = ecot("notion", "setup", office.link)
    assert done.code == 1
    assert "Notion does not find" in done.err
    assert "Connections" in done.err


# --- check ---------------------------------------------------------------------------------------


def test_what_is_missing_is_named_and_can_be_added(ecot: Ecot, office: Office) -> None:
    table = usages(set_up(ecot, office))
    office.world.delete_property(table, "Modèles")
    office.world.rename_property(table, "Requêtes", "Appels")
    ecot("notion", "sync")
    done = ecot("notion", "check", "--json")
    assert done.code == 1
    assert "✗ Usages: the property Modèles is missing" in done.err
    assert "`ecot notion check --add` adds it" in done.err
    document = done.document
    assert [len(document[name]) for name in ("problems", "remarks", "doubles")] == [2, 0, 0]
    added = ecot("notion", "check", "--add")
    assert added.code == 0
    assert "Modèles" in office.world.property_names(table)
    assert ecot("notion", "check").code == 0


def test_doubles_are_named_and_put_together_on_request_alone(ecot: Ecot, office: Office) -> None:
    table = usages(set_up(ecot, office))
    ecot("notion", "sync")
    row, other = office.world.pages(table)
    copied = {name: row[name] for name in ("Nom", "Clé", "Période", "Statut Collecte")}
    office.world.add_row(table, copied)
    found = ecot("notion", "check")
    assert found.code == 0
    assert "! There twice:" in found.err
    refused = ecot("notion", "check", "--merge")
    assert refused.code == 2
    assert "Nothing was done" in refused.err
    assert len(office.world.pages(table)) == 3
    merged = ecot("notion", "check", "--merge", "--yes")
    assert merged.code == 0
    assert "1 row is in the trash now" in merged.err
    assert [one.id for one in office.world.pages(table)] == [row.id, other.id]


# --- sync ----------------------------------------------------------------------------------------


def test_a_typed_row_is_a_bill_under_its_authors_name(ecot: Ecot, office: Office) -> None:
    table = usages(set_up(ecot, office))
    services = next(one for one in office.world.databases if one.replace("-", "") != table)
    figma = office.world.add_row(services, {"Nom": "Figma"})
    office.world.add_row(
        table,
        {"Nom": "Figma", "Service": figma, "Période": "2026-02-03", "Statut Collecte": "Manuel",
         "Coût USD": 45},
    )  # fmt: skip
    office.world.add_row(table, {"Nom": "Rien", "Statut Collecte": "Manuel"})
    done = ecot("notion", "sync")
    assert done.code == 0
    assert "Typed in Notion: bills entered or corrected 1, voided 0" in done.err
    assert "! Rien: The row says no amount" in done.err
    history = ecot("bill", "history", "--json").document
    assert "(Notion)" in str(history)
    total = ecot("totals", "--month", "2026-02", "--currency", "USD", "--json").document
    assert Decimal(total["total"]) == Decimal(45)


def test_months_are_asked_for_in_one_way(ecot: Ecot, office: Office) -> None:
    set_up(ecot, office)
    both = ecot("notion", "sync", "--month", "2026-02", "--since", "2026-01")
    assert (both.code, "either --month or --since" in both.err) == (2, True)
    future = ecot("notion", "sync", "--month", "2026-05")
    assert (future.code, "in the future" in future.err) == (2, True)
    alone = ecot("notion", "sync", "--month", "2026-03", "--json")
    assert (alone.code, alone.document["months"]) == (0, ["2026-03"])


def test_without_databases_or_a_secret_nothing_is_started(
    ecot: Ecot, office: Office, here: Path
) -> None:
    done = ecot("notion", "sync")
    assert done.code == 2
    assert "The settings name no databases of Notion" in done.err
    assert "`ecot notion setup PAGE`" in done.err
    (here / ".env").write_text("", encoding="utf-8")
    for command in (("sync",), ("check",), ("setup", office.link)):
        done = ecot("notion", *command)
        assert done.code == 2
        assert "NOTION_API_KEY is not set" in done.err
    assert office.server.requests == ()


def test_a_wrong_secret_is_a_sentence(ecot: Ecot, office: Office, here: Path) -> None:
    set_up(ecot, office)
    env = (here / ".env").read_text(encoding="utf-8")
    (here / ".env").write_text(env.replace(TOKEN, "ntn_other"), encoding="utf-8")
    for command in ("sync", "check"):
        done = ecot("notion", command)
        assert done.code == 1
        assert "Notion does not accept the token" in done.err
        assert "ntn_other" not in done.out + done.err


def test_no_network_is_a_sentence_and_the_ledger_is_as_it_was(
    ecot: Ecot, office: Office, here: Path
) -> None:
    set_up(ecot, office)
    settings = (here / "ecot.toml").read_text(encoding="utf-8")
    nobody = "http://127.0.0.1:9"
    (here / "ecot.toml").write_text(settings.replace(office.server.url, nobody), encoding="utf-8")
    done = ecot("notion", "sync", "--json")
    assert (done.code, done.document["state"]) == (1, "failed")
    assert "Notion gave no answer" in done.document["message"]
    assert done.document["remedy"]
    assert ecot("totals", "--month", "2026-03").code == 0


def test_a_full_workspace_is_said(ecot: Ecot, office: Office) -> None:
    set_up(ecot, office)
    office.server.faults.add(faults.creates(faults.block_limit()).repeated(None))
    done = ecot("notion", "sync")
    assert "takes no new row" in done.err


def test_everything_is_said_in_french_too(ecot: Ecot, office: Office, here: Path) -> None:
    settings = (here / "ecot.toml").read_text(encoding="utf-8")
    (here / "ecot.toml").write_text(settings.replace("en-US", "fr-FR"), encoding="utf-8")
    set_up(ecot, office)
    done = ecot("notion", "sync")
    assert "lignes créées 2, modifiées 0, inchangées 0" in done.err
    assert "Les deux bases de Notion sont en ordre." in ecot("notion", "check").err


# --- doctor --------------------------------------------------------------------------------------


def test_the_doctor_looks_at_the_databases_and_writes_nothing(
    ecot: Ecot, office: Office, here: Path
) -> None:
    begun = ecot("doctor", "--json")
    assert begun.document["notion"]["state"] == "not_configured"
    table = usages(set_up(ecot, office))
    well = ecot("doctor", "--json")
    assert (well.code, well.document["notion"]["state"]) == (0, "ok")
    office.world.delete_property(table, "Log Status")
    ill = ecot("doctor", "--json")
    assert (ill.code, ill.document["notion"]["state"]) == (1, "failed")
    assert "Log Status is missing" in ill.document["notion"]["message"]
    office.world.unshare(office.page)
    assert "does not find" in ecot("doctor", "--json").document["notion"]["message"]
    assert "Log Status" not in office.world.property_names(table)
    (here / ".env").write_text("", encoding="utf-8")
    assert ecot("doctor", "--json").document["notion"]["state"] == "none"
