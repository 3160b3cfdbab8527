"""The demo's company behind `ecot serve`: its ledger, two of its accounts with their supplier on
loopback, the worker that does what is asked for, and tokens to sign in with."""

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Condition, Thread

from ecot.api.serve import Loopback
from ecot.api.world import World
from ecot.edge.setup import Setup
from ecot.edge.worker import Worker
from ecot.jobs.access import new_token
from ecot.jobs.known import providers
from ecot.jobs.publish import publish
from ecot.model.access import Role
from ecot.sandbox.companies import atelier_lumen
from ecot.sandbox.ecb import EcbSite
from ecot.sandbox.openai import OpenAISite
from ecot.sandbox.server import LoopbackServer
from ecot.sandbox.truth import Truth
from ecot.settings import load_texts
from tests.cloud.limited import Function, LimitedSetup
from tests.site.site import DEMO_NOW, demo_copied

KEY = b"0123456789abcdef0123456789abcdef"
_SETTINGS = """
[report]
locale = "{locale}"
timezone = "Europe/Zurich"
ecb_url = "{bank}"

[share]
public = ["change", "mix"]

{accounts}

[[account]]
provider = "mistral"
name = "lumen"
"""
_ACCOUNT = """
[[account]]
provider = "openai"
name = "{name}"
secret = "OPENAI_ADMIN_KEY_{variable}"
base_url = "{url}/v1"
since = 2026-09-01
"""


@dataclass
class Served:
    """Where it is served, and its ledger. `settings` may be changed while it is. `ended` is told
    each time that a request or a step of a run is done."""

    home: Path
    settings: str
    values: dict[str, str]
    now: datetime = DEMO_NOW
    url: str = ""
    ended: Condition = field(default_factory=Condition)

    def __call__(self, _: Collection[str] | None = None, /) -> Setup:
        """The settings as they are now."""
        return self.opened(None)

    def opened(self, function: Function | None) -> Setup:
        """The same, with a ledger that is used as the function may use it."""
        found = load_texts(
            body=self.settings.encode(),
            name="ecot.toml",
            home=str(self.home),
            values=self.values,
            providers=providers(),
            today=self.now.date(),
        )
        setup = LimitedSetup(function, found, lambda: self.now)
        setup.at_the_end.callback(self._tell)
        return setup

    def _tell(self) -> None:
        with self.ended:
            self.ended.notify_all()

    def until(self, holds: Callable[[], bool]) -> None:
        """Waits for the worker: it looks again whenever something has ended."""
        with self.ended:
            assert self.ended.wait_for(holds, timeout=120)

    def token(self, role: Role, label: str = "") -> str:
        """A new token of the role."""
        with self() as setup:
            return new_token(setup.place.store, role, self.now, label).shown


@contextmanager
def served(shared: Path, home: Path, locale: str = "en-GB") -> Iterator[Served]:
    """The company, served until the end; its ledger is its own, and may be written to."""
    demo_copied(shared, home).store.close()
    truth = Truth(atelier_lumen(), lambda: DEMO_NOW)
    with ExitStack() as around:
        supplier = around.enter_context(LoopbackServer(OpenAISite(truth)))
        bank = around.enter_context(LoopbackServer(EcbSite(lambda: DEMO_NOW)))
        names = {one.name: one.admin_keys[0].value for one in truth.company.organisations}
        accounts = (
            _ACCOUNT.format(name=name, variable=name.upper(), url=supplier.url) for name in names
        )
        one = Served(
            home,
            _SETTINGS.format(locale=locale, bank=bank.url, accounts="".join(accounts)),
            {f"OPENAI_ADMIN_KEY_{name.upper()}": key for name, key in names.items()},
        )
        with one() as setup:
            publish(setup.place, setup.site, setup.edition())
        worker = around.enter_context(Worker(one, time.monotonic))
        server = around.enter_context(_listening(one, worker))
        one.url = server.url
        yield one


@contextmanager
def _listening(one: Served, worker: Worker) -> Iterator[Loopback]:
    world = World(
        open_setup=lambda: one.opened("api"),
        hand=worker,
        signing_key=lambda: KEY,
        now=lambda: one.now,
    )
    with Loopback(world, 0) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
