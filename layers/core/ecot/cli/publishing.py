"""`ecot report` and `ecot demo`: the page on screen."""

import asyncio
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.session import Session
from ecot.cli.show import err, out, print_json, progress, tell_outcome
from ecot.jobs.demo import run_demo
from ecot.jobs.place import Folder, open_site
from ecot.jobs.publish import publish
from ecot.language import Language

Open = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("report")(report)
    app.command("demo")(demo)


def report(
    month: options.OfMonth = None,
    folder: Annotated[
        Path | None, typer.Option("--out", help="The folder to render into (default: the site).")
    ] = None,
    is_opening: Open = False,
    currency: options.Currency = None,
    config: options.Config = None,
) -> None:
    """Render the report of what the ledger holds; nothing is collected.

    Examples: `ecot report --open`, `ecot report --month 2026-01 --out somewhere`
    """
    session = Session(config, currency)
    site = Folder(folder) if folder else session.site
    chosen = options.month_of(month) if month else None
    publish(session.place, site, session.edition(), chosen)
    say_where(site, session.language)
    if is_opening:
        webbrowser.open((site.root / "index.html").as_uri())


def demo(is_opening: Open = False, config: options.Config = None) -> None:
    """Show the whole product over a made-up company: no key, no account, nothing of yours touched.

    Example: `ecot demo --open`
    """
    session = Session(config)
    site = run_demo_and_show(session)
    if is_opening:
        webbrowser.open((site.root / "index.html").as_uri())


def run_demo_and_show(session: Session) -> Folder:
    """Runs the demo in its own folder and says where its report is, and what comes next."""
    say, home = session.language.say, session.settings.home / "demo"
    err().print(say("DEMO: a made-up company, in {home}", home=home))
    with progress() as told:
        place, outcomes = asyncio.run(run_demo(home, session.now(), told))
    for outcome in outcomes:
        tell_outcome(session.language, outcome)
    site = open_site(home)
    publish(place, site, session.edition(is_demo=True))
    say_where(site, session.language)
    err().print(say("Next: `ecot init` sets up your own accounts."))
    return site


def say_where(site: Folder, language: Language) -> None:
    """The path of the report, on stdout."""
    err().print(language.say("The report is here:"))
    out().print(str(site.root / "index.html"))
