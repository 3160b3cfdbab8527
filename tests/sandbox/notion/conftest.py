"""A stand-in with a shared page and two related tables, and the real client before it."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from notion_client import Client

from ecot.sandbox.faults import Faults
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.notion.world import NotionWorld
from ecot.sandbox.server import LoopbackServer
from tests.sandbox.conftest import Clock
from tests.sandbox.notion.checked import Checked

TOKEN = "ntn_of_the_sandbox"
VERSION = "2026-03-11"
QUIET = logging.getLogger("tests.sandbox.notion")  # without one, each client adds a handler
SERVICES: dict[str, Any] = {
    "Nom": {"title": {}},
    "URL console": {"url": {}},
    "Actif": {"checkbox": {}},
}


@dataclass
class Desk:
    """Everything that a test of the stand-in holds in its hands."""

    clock: Clock
    site: NotionSite
    server: LoopbackServer
    client: Client
    raw: httpx.Client
    faults: Faults
    root: str
    services: str = ""
    usages: str = ""
    said: list[Any] = field(default_factory=list)

    @property
    def world(self) -> NotionWorld:
        return self.site.world

    def wait(self, seconds: float) -> None:
        """Let the clock go on."""
        self.clock.moment += timedelta(seconds=seconds)

    def create(self, data_source: str, **properties: Any) -> Any:
        """A row, by the real client."""
        return self.client.pages.create(
            parent={"type": "data_source_id", "data_source_id": data_source},
            properties=properties,
        )

    def refused(self, method: str, path: str, body: Any = None, status: int = 400) -> Any:
        """The body of a refusal of this status."""
        response = self.raw.request(method, path, json=body)
        assert response.status_code == status, response.text
        return response.json()


@pytest.fixture
def desk(clock: Clock) -> Iterator[Desk]:
    """The tables Services and Usages under a shared page, related both ways."""
    site, faults = NotionSite(clock, TOKEN), Faults()
    root = site.world.add_page("Coûts")
    headers = {"authorization": f"Bearer {TOKEN}", "notion-version": VERSION}
    with (
        LoopbackServer(Checked(site), faults) as server,
        httpx.Client(base_url=server.url, headers=headers) as raw,
    ):
        client = Client(
            auth=TOKEN, base_url=server.url, notion_version=VERSION, retry=False, logger=QUIET
        )
        desk = Desk(clock, site, server, client, raw, faults, root)
        desk.services = _table(desk, "Services", SERVICES)
        desk.usages = _table(desk, "Usages", _usages(desk.services))
        yield desk
        client.close()


def _table(desk: Desk, title: str, properties: dict[str, Any]) -> str:
    made: Any = desk.client.databases.create(
        parent={"type": "page_id", "page_id": desk.root},
        title=[{"type": "text", "text": {"content": title}}],
        initial_data_source={"properties": properties},
    )
    assert "properties" not in made
    [table] = made["data_sources"]
    assert table["name"] == title
    return str(table["id"])


def _usages(services: str) -> dict[str, Any]:
    relation = {"data_source_id": services, "type": "dual_property", "dual_property": {}}
    return {
        "Nom": {"title": {}},
        "Clé": {"rich_text": {}},
        "Service": {"relation": relation},
        "Période": {"date": {}},
        "Coût USD": {"number": {"format": "dollar"}},
        "Modèles": {"multi_select": {"options": []}},
        "Statut": {"select": {"options": [{"name": "OK", "color": "green"}, {"name": "Erreur"}]}},
        "Collecté le": {"date": {}},
    }
