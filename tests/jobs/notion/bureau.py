"""A ledger that tests fill, the stand-in of Notion with people's hands on it, and syncs between."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import SecretStr

from ecot.jobs.known import titles
from ecot.jobs.notion.access import Access, Clocks
from ecot.jobs.notion.databases import make
from ecot.jobs.notion.kept import NotionSync
from ecot.jobs.notion.scope import Asked
from ecot.jobs.notion.sync import sync
from ecot.jobs.query import answer
from ecot.jobs.site.edition import Edition
from ecot.language import Language
from ecot.model.period import Month
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.notion.world import NotionWorld, Row
from ecot.sandbox.server import LoopbackServer
from ecot.store.protocol import Place
from tests.jobs.shelf import Shelf
from tests.waited import Waited

TOKEN = "ntn_of_the_sandbox"
NOW = datetime(2026, 5, 20, 6, tzinfo=UTC)
APRIL, MAY = Month(2026, 4), Month(2026, 5)


@dataclass
class Bureau:
    """Everything that a sync touches."""

    shelf: Shelf
    site: NotionSite
    server: LoopbackServer
    time: Waited
    page: str
    access: Access
    shown: Edition = field(
        default_factory=lambda: Edition(
            today=NOW.date(), currency="USD", language=Language("en-US"), titles=titles()
        )
    )

    @property
    def place(self) -> Place:
        return self.shelf.place

    @property
    def world(self) -> NotionWorld:
        return self.site.world

    @property
    def clocks(self) -> Clocks:
        return Clocks(now=self.time, monotonic=self.time.monotonic, sleep=self.time.sleep)

    def set_up(self) -> None:
        made = make(self.access, self.clocks, self.page, self.shown.currency)
        self.access = replace(self.access, services=made.services, usages=made.usages)
        self.time.sleep(60)

    def sync(
        self, asked: Asked | None = None, place: Place | None = None, **more: Any
    ) -> NotionSync:
        """A sync, an hour after the one before."""
        self.time.sleep(3600)
        clocks = replace(self.clocks, **more)
        return sync(place or self.place, self.shown, self.access, clocks, asked or Asked())

    def rows(self) -> dict[str, Row]:
        """The rows of Usages that have a key, as a person sees them."""
        found = self.world.pages(self.access.usages or "")
        keyed = {row["Clé"]: row for row in found if row["Clé"]}
        assert len(keyed) == sum(bool(row["Clé"]) for row in found)
        return keyed

    def typed(self, **values: Any) -> str:
        """A row that somebody types."""
        told: Mapping[str, Any] = {
            "Nom": "Figma, April",
            "Service": self.service("Figma"),
            "Statut Collecte": "Manuel",
            "Période": "2026-04-05",
            **{name.replace("_", " "): value for name, value in values.items()},
        }
        return self.world.add_row(self.access.usages or "", told)

    def service(self, title: str) -> str:
        """A service of this name, which a person makes where there is none."""
        table = self.access.services or ""
        found = [row.id for row in self.world.pages(table) if row["Nom"] == title]
        return found[0] if found else self.world.add_row(table, {"Nom": title})

    def summed(self, month: Month, column: str = "Coût USD") -> Decimal | None:
        """What Notion's own sum of the column says of the month."""
        rows = [row for row in self.world.pages(self.access.usages or "")
                if str(row["Période"]).startswith(str(month))]  # fmt: skip
        costs = [Decimal(str(row[column])) for row in rows if row[column] is not None]
        return sum(costs, Decimal(0)) if costs else None

    def total(self, month: Month, currency: str = "USD") -> Decimal | None:
        """What `ecot totals --month M --currency C` says."""
        question = replace(self.shown, currency=currency).question(month.first, month.after)
        return answer(self.place.store, question, "provider", titles()).total


@contextmanager
def bureau_of(place: Place, **site: Any) -> Iterator[Bureau]:
    """A bureau whose Notion has a page that is shared, and nothing else."""
    time = Waited(NOW)
    served = NotionSite(time, TOKEN, **site)
    page = served.world.add_page("Coûts")
    with LoopbackServer(served) as server:
        access = Access(secret_name="NOTION_API_KEY", token=SecretStr(TOKEN), base_url=server.url)
        yield Bureau(Shelf(place, now=NOW), served, server, time, page, access)
