"""`ecot serve`: the interface and the site on this machine, over its own ledger."""

import os
import sys
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import out, print_json, tell
from ecot.edge.setup import Setup
from ecot.edge.signing_key import key_in
from ecot.edge.tokens import known_tokens
from ecot.edge.waiting import utc_now
from ecot.jobs.access import new_token
from ecot.jobs.known import providers
from ecot.settings import load

PORT = 8718
_LABEL = "ecot serve"
Port = Annotated[
    int,
    typer.Option("--port", metavar="N", min=0, max=65535, help="Where it listens; 0: any port."),
]


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_serve = examples("ecot serve", "ecot serve --port 9000")
    app.command("serve", rich_help_panel="Serve", epilog=of_serve)(serve)


def serve(
    port: Port = PORT,
    json: options.Json = False,
    config: options.Config = None,
    verbose: options.Verbose = False,
) -> None:
    """Serve the site and the interface to this machine, until Ctrl-C.

    They are those of the cloud, over the ledger of this folder. Other people may use this machine
    too, so that a token is needed here as well: the first one is made and printed.
    """
    from ecot.api.serve import Loopback  # no other command should wait for what this one needs
    from ecot.api.world import World
    from ecot.edge.worker import Worker

    session = Session(config, verbose=verbose)
    key = key_in(session.folder)  # a file that is none is told before anybody asks
    opens = _Opens(config)
    with (
        Worker(opens, time.monotonic, utc_now) as hand,
        Loopback(
            World(open_setup=opens, hand=hand, signing_key=lambda: key, now=utc_now), port
        ) as server,
    ):
        token = _first_token(session)
        if json:
            print_json({"url": server.url, "token": token})
        else:
            _tell(session, server.url, token)
        sys.stdout.flush()  # whoever waits in a pipe for the address would wait for ever
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            tell(session.language.say("Stopped."))


def _tell(session: Session, url: str, token: str | None) -> None:
    say = session.language.say
    out().print(f"{url}/", markup=False)
    if token is None:
        tell(say("Sign in with a token of yours; `ecot tokens new admin` makes another one."))
    else:
        tell(say("Sign in with this token; it is not shown again:"))
        out().print(token, markup=False)
    tell(say("Ctrl-C stops it."))


def _first_token(session: Session) -> str | None:
    """A token for everything, where there is none that still opens anything."""
    now = session.now()
    if any(one.digest and one.holds(now) for one in known_tokens(session)):
        return None
    return new_token(session.place.store, "admin", now, _LABEL).shown


class _Opens:
    """The settings as they are now: they may change while it runs."""

    def __init__(self, config: Path | None) -> None:
        self._config = config

    def __call__(self, _: Collection[str] | None = None, /) -> Setup:
        """All of them are on this machine, whichever are wanted."""
        now: datetime = utc_now()
        settings = load(
            environ=os.environ,
            providers=providers(),
            today=now.date(),
            config=self._config,
            dotenv=Path(".env"),
        )
        return Setup(settings, utc_now)
