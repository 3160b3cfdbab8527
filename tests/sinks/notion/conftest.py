"""A link to the stand-in of Notion, with a page that is shared, on clocks that only tests move."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from ecot.sandbox.faults import Faults
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.notion.world import NotionWorld
from ecot.sandbox.server import LoopbackServer
from ecot.sinks.notion.link import Link
from tests.sinks.notion.office import Office, office_of
from tests.sinks.notion.wire import TOKEN, Clock

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@dataclass
class Desk:
    """The stand-in, what goes wrong with it, and the page under which databases are made."""

    site: NotionSite
    server: LoopbackServer
    page: str
    clock: Clock
    links: list[Link]

    @property
    def world(self) -> NotionWorld:
        return self.site.world

    @property
    def faults(self) -> Faults:
        return self.server.faults

    @property
    def told(self) -> list[str]:
        """What was asked so far: method and path without ids."""
        return [f"{one.method} {_bare(one.path)}" for one in self.server.requests]

    def link(
        self, sleep: Callable[[float], None] | None = None, per_second: float | None = None
    ) -> Link:
        """Another link; the test closes it."""
        made = Link(
            token=SecretStr(TOKEN),
            base_url=self.server.url,
            monotonic=self.clock,
            sleep=sleep or self.clock.sleep,
            jitter=lambda: 1.0,
            per_second=per_second,
        )
        self.links.append(made)
        return made


def _bare(path: str) -> str:
    parts = path.removeprefix("/v1/").split("/")
    return "/".join("…" if "-" in part or len(part) == 32 else part for part in parts)


@pytest.fixture
def desk() -> Iterator[Desk]:
    site = NotionSite(lambda: NOW, TOKEN, requests_per_minute=100_000)
    with LoopbackServer(site) as server:
        links: list[Link] = []
        try:
            yield Desk(site, server, site.world.add_page("Coûts"), Clock(), links)
        finally:
            for link in links:
                link.close()


@pytest.fixture
def office() -> Iterator[Office]:
    """A pair that our own set-up has made, in a stand-in that is held to the specification."""
    with office_of() as made:
        yield made
