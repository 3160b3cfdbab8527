"""A stack of functions over the settings of a made-up company: events go over the wire to the step
that they are for, and each step is given the secrets that it asks for."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from ecot.edge.setup import Setup
from ecot.edge.steps import run_step
from ecot.jobs.known import providers
from ecot.jobs.runs.events import Event, Step
from ecot.sandbox.faults import Faults
from ecot.sandbox.resend import FULL, ResendSite
from ecot.sandbox.resend.rules import Team
from ecot.sandbox.server import LoopbackServer
from ecot.settings import Settings, load_texts
from tests.jobs.world import Clock, World

TO = "camille@lumen.example"
RESEND = "re_stack_canary"
STUDIO, LABO = "OPENAI_ADMIN_KEY_STUDIO", "OPENAI_ADMIN_KEY_LABO"
SETTINGS = """
[report]
currency = "USD"
locale = "en-US"
ecb_url = "http://127.0.0.1:9"

[mail]
to = ["{to}"]
from = "Ecot <ecot@lumen.example>"
base_url = "{resend}"

[[account]]
provider = "openai"
name = "studio"
secret = "{studio}"
base_url = "{openai}/v1"
since = 2026-10-25

[[account]]
provider = "openai"
name = "labo"
secret = "{labo}"
base_url = "{openai}/v1"
since = 2026-10-25
"""


@dataclass
class Stack:
    """What was handed on and not delivered yet, which secrets were asked for, what was counted;
    `trouble` is what goes wrong at Resend; `makes` makes a Setup of settings and a clock."""

    world: World
    resend: ResendSite
    home: str
    body: str
    values: dict[str, str]
    trouble: Faults
    waiting: list[tuple[Step, Event]] = field(default_factory=list)
    asked: list[tuple[str, ...] | None] = field(default_factory=list)
    counted: list[tuple[str, float]] = field(default_factory=list)
    names_every_key: bool = False
    is_report_scheduled: bool = False
    makes: Callable[[Settings, Clock], Setup] = Setup
    _lock: Lock = field(default_factory=Lock)

    def opens(self, variables: Collection[str] | None = None, /) -> Setup:
        self.asked.append(None if variables is None else tuple(variables))
        known = self.values.items()
        setup = self.makes(
            load_texts(
                body=self.body.encode(),
                name="ecot.toml",
                home=self.home,
                values={k: v for k, v in known if variables is None or k in variables},
                providers=providers(),
                today=self.world.clock.today,
            ),
            self.world.clock,
        )
        setup.names_every_key = self.names_every_key
        setup.is_report_scheduled = self.is_report_scheduled
        return setup

    def hand(self, step: Step, event: Event) -> None:
        with self._lock:
            self.waiting.append((step, event))

    def step(self, step: Step, raw: Any) -> dict[str, Any]:
        """What the step's function returns for the event."""
        self.world.clock.moment += timedelta(seconds=1)
        return run_step(
            step, raw, self.opens, self.hand, lambda: 900.0,
            lambda name, value: self.counted.append((name, value)),
        )  # fmt: skip

    def deliver(self) -> dict[str, Any]:
        """Delivers the next event."""
        step, event = self.waiting.pop(0)
        return self.step(step, msgspec.json.decode(msgspec.json.encode(event)))

    def all(self) -> list[dict[str, Any]]:
        """Delivers all of them, and what that hands on."""
        came = []
        while self.waiting:
            came.append(self.deliver())
        return came


@contextmanager
def stack_over(world: World, home: str | Path) -> Iterator[Stack]:
    """A stack whose ledger is at `home`."""
    resend = ResendSite(world.clock, {RESEND: FULL}, team=Team(TO, ("lumen.example",)))
    studio, labo = (one.admin_keys[0].value for one in world.truth.company.organisations[:2])
    with LoopbackServer(resend) as mails:
        body = SETTINGS.format(
            to=TO, resend=mails.url, openai=world.server.url, studio=STUDIO, labo=LABO
        )
        values = {STUDIO: studio, LABO: labo, "RESEND_API_KEY": RESEND}
        yield Stack(world, resend, str(home), body, values, mails.faults)
