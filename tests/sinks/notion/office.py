"""A pair of databases in the stand-in, people's hands on it, and syncs that remember."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic import SecretStr

from ecot.model.period import Month
from ecot.sandbox.faults import Faults
from ecot.sandbox.messages import Request, Response, Site
from ecot.sandbox.notion import NotionSite
from ecot.sandbox.notion.limits import Budget
from ecot.sandbox.notion.world import NotionWorld, Row
from ecot.sandbox.server import LoopbackServer
from ecot.sinks.notion.link import Link
from ecot.sinks.notion.look import look
from ecot.sinks.notion.lost import Policy
from ecot.sinks.notion.progress import Synced
from ecot.sinks.notion.put import put
from ecot.sinks.notion.rows import Memory, ServiceRow, UsageRow
from ecot.sinks.notion.schema import Ids
from ecot.sinks.notion.setup import set_up
from ecot.sinks.notion.view import View
from tests.sandbox.notion.checked import check_request, operation_of
from tests.waited import Waited

TOKEN = "ntn_of_the_sandbox"
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
MONTHS = (OCTOBER, NOVEMBER)
OPENAI = ServiceRow(key="openai", title="OpenAI", console_url="https://platform.openai.com/")
DIGITALOCEAN = ServiceRow(key="digitalocean", title="DigitalOcean")
SERVICES = (OPENAI, DIGITALOCEAN)


class Held:
    """A site that holds every request that it takes against Notion's specification; what it answers
    is held by the stand-in's own tests (a long answer takes 40 ms). Skips without it."""

    def __init__(self, site: Site) -> None:
        self.site = site
        operation_of("GET", "/v1/users/me")

    def answer(self, request: Request, /) -> Response:
        response = self.site.answer(request)
        operation = operation_of(request.method, request.path)
        if operation is not None and request.body and response.status < 300:
            check_request(operation, json.loads(request.body))
        return response


@dataclass
class Office:
    """Everything that a test of the sync holds in its hands."""

    time: Waited
    site: NotionSite
    server: LoopbackServer
    faults: Faults
    patient: Link
    ids: Ids
    memory: Memory | None = None
    policy: Policy = field(default_factory=Policy)

    @property
    def world(self) -> NotionWorld:
        return self.site.world

    @contextmanager
    def link(self, deadline: float | None = None) -> Iterator[Link]:
        """A link that waits by moving the clock on; without a deadline always the same one."""
        if deadline is None:
            yield self.patient
            return
        made = link_to(self.server, self.time, deadline)
        try:
            yield made
        finally:
            made.close()

    def look(self, months: Sequence[Month] | None = MONTHS) -> View:
        with self.link() as link:
            return look(link, self.ids, months, self.memory)

    def sync(
        self,
        wanted: Sequence[UsageRow],
        services: Sequence[ServiceRow] = SERVICES,
        *,
        months: Sequence[Month] | None = MONTHS,
        adopted: Mapping[str, str] | None = None,
        settled: Collection[str] = (),
        deadline: float | None = None,
    ) -> Synced:
        """What a job does: look, write, remember."""
        with self.link(deadline) as link:
            view = look(link, self.ids, months, self.memory)
            synced = put(link, view, services, wanted, self.policy, self.time(), adopted, settled)
        self.memory = synced.memory
        return synced

    @property
    def asked(self) -> int:
        """The requests that went over the wire so far."""
        return len(self.server.requests)

    def rows(self) -> list[Row]:
        """The rows of Usages, as a person sees them."""
        return self.world.pages(self.ids.usages)

    def row(self, key: str) -> Row:
        """The one row of a key."""
        [found] = [row for row in self.rows() if row["Clé"] == key]
        return found

    def services(self) -> dict[str, Row]:
        """The rows of Services, by their title."""
        return {row["Nom"]: row for row in self.world.pages(self.ids.services)}


def link_to(server: LoopbackServer, time: Waited, deadline: float | None = None) -> Link:
    return Link(
        token=SecretStr(TOKEN),
        base_url=server.url,
        monotonic=time.monotonic,
        sleep=time.sleep,
        deadline=deadline,
        jitter=lambda: 0.5,
    )


@contextmanager
def office_of(*, currency: str | None = None, **options: Any) -> Iterator[Office]:
    """An office with a pair that our own set-up has made."""
    time, faults = Waited(NOW), Faults()
    site = NotionSite(time, TOKEN, **options)
    root = site.world.add_page("Coûts")
    with LoopbackServer(Held(site), faults) as server:
        link = link_to(server, time)
        try:
            ids = set_up(link, root, currency).ids
            time.sleep(60)
            yield Office(time, site, server, faults, link, ids)
        finally:
            link.close()


class Copied:
    """An office that can be had again as it is now, however much is changed in between."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._kept = deepcopy(_parts(office.world)), office.time.seconds, office.memory

    def again(self) -> Office:
        """The office as it was."""
        office = self._office
        parts, office.time.seconds, office.memory = deepcopy(self._kept)
        vars(office.world).update(parts)
        office.site.budget = Budget(office.time, office.site.budget.most)
        office.faults.clear()
        office.policy = Policy()
        return office


def _parts(world: NotionWorld) -> dict[str, Any]:
    return {name: one for name, one in vars(world).items() if name not in ("lock", "now")}


def usage(sub_account: str | None = None, month: Month = NOVEMBER, **values: Any) -> UsageRow:
    """A row of OpenAI's account edugami."""
    told = {
        "provider": "openai",
        "account": "edugami",
        "cost_usd": Decimal("3.02"),
        "origin": "billed",
        "status": "ok",
        "models": ("gpt-5", "o3"),
        "requests": Decimal(28),
        "collected_at": NOW - timedelta(hours=1),
        "run": "run-1",
        **values,
    }
    return UsageRow(sub_account=sub_account, month=month, **told)


def many(count: int, cents: int = 0, month: Month = NOVEMBER) -> list[UsageRow]:
    """So many sub accounts of one account."""
    return [
        usage(f"proj_{number:03}", month, cost_usd=Decimal(100 * number + cents) / 100)
        for number in range(count)
    ]
