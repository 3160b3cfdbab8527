"""A mail to send, a Resend to send it by, and a clock that only moves when somebody waits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
from pydantic import SecretStr

from ecot.sandbox.faults import Fault, Faults
from ecot.sandbox.resend import FULL, SENDING, ResendSite
from ecot.sandbox.server import LoopbackServer
from ecot.sinks.mail.message import Message, Part
from ecot.sinks.mail.resend import ResendPost

KEY = SecretStr("re_CANARY_6fJ2mWq8")
SEND_ONLY = SecretStr("re_CANARY_sendonly_9kP1")
OWN = "camille@lumen.example"
NOE = "Noé Béguin <noe@lumen.example>"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452") + bytes(range(256))
CSV = "jour;coût\r\n2026-10-01;1,25\r\n".encode("utf-8-sig")
HTML = '<!doctype html><html lang="fr"><body><p>Coûts : 14,83 $US</p><img src="cid:chart" alt="">'
MESSAGE = Message(
    sender="Écot <ecot@lumen.example>",
    to=(OWN,),
    subject="Coûts octobre 2026\u00a0: 14,83\u00a0$US (+1\u202f204\u00a0%)",
    html=HTML + "x" * 2000 + "</body></html>",
    text="Coûts d’octobre : 14,83 $US\n\nFacturé 71 %\n",
    reply_to="compta@lumen.example",
    parts=(
        Part(name="chart.png", media_type="image/png", content=PNG, content_id="chart"),
        Part(name="coûts 2026-10.csv", media_type="text/csv; charset=utf-8", content=CSV),
    ),
    tags=(("kind", "report"), ("month", "2026-10")),
)


@dataclass
class Clock:
    """A clock that waits by moving on."""

    moment: datetime = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.moment += timedelta(seconds=seconds)

    def monotonic(self) -> float:
        return self.moment.timestamp()


@dataclass
class Office:
    """A Resend on loopback, with its faults, and posts that send by it."""

    clock: Clock
    site: ResendSite
    server: LoopbackServer

    def post(
        self, secret: SecretStr = KEY, *, timeout: float = 5.0, seconds: float = 60.0
    ) -> ResendPost:
        """A way to send, whose waiting moves the clock."""
        return ResendPost(
            secret,
            self.clock,
            base_url=self.server.url,
            sleep=self.clock.sleep,
            monotonic=self.clock.monotonic,
            jitter=lambda: 1.0,
            timeout=httpx.Timeout(timeout),
            seconds=seconds,
        )

    def script(self, *faults: Fault) -> None:
        self.server.faults.add(*faults)


@contextmanager
def office(folder: Path | None = None, clock: Callable[[], Clock] = Clock) -> Iterator[Office]:
    """A Resend whose team has a verified domain, two keys, and one of the two for sending only."""
    ticking = clock()
    keys = {KEY.get_secret_value(): FULL, SEND_ONLY.get_secret_value(): SENDING}
    site = ResendSite(ticking, keys, folder=folder)
    with LoopbackServer(site, Faults()) as server:
        yield Office(ticking, site, server)
