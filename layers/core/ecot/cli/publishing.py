"""`ecot report` and `ecot demo`: the page on screen."""

import asyncio
import webbrowser
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.demo_told import tell_cycle
from ecot.cli.options import examples
from ecot.cli.session import Session
from ecot.cli.show import out, progress, tell, tell_outcome
from ecot.jobs.demo import run_demo
from ecot.jobs.demo.cycle import show_cycle
from ecot.jobs.paper import print_month
from ecot.jobs.place import Folder, open_site
from ecot.jobs.publish import publish
from ecot.jobs.written import begun_month
from ecot.model.period import Month
from ecot.report.render import file_name

Open = Annotated[bool, options.flag("--open", "Open the page in the browser.")]
Out = Annotated[
    Path | None,
    options.valued("--out", "DIR", "The folder to render into (default: `site` in `ECOT_HOME`)."),
]
Pdf = Annotated[
    bool,
    options.flag("--pdf", "Write the month as PDF instead (default: the month before)."),
]
INDEX = "index.html"


def add_to(app: typer.Typer) -> None:
    """Adds the command."""
    of_report = examples(
        "ecot report --open",
        "ecot report --month 2026-01 --out january",
        "ecot report --pdf --month 2026-01",
    )
    app.command("report", rich_help_panel="Ask", epilog=of_report)(report)


def report(
    month: options.OfMonth = None,
    folder: Out = None,
    is_pdf: Pdf = False,
    is_opening: Open = False,
    currency: options.Currency = None,
    config: options.Config = None,
) -> None:
    """Render the report of what the ledger holds, every month of it; nothing is collected.

    Prints the path of the page, which opens on the month that is asked for (default: the month
    before until the 7th, then the running one). With `--pdf` it writes that one month as PDF in
    the language of the settings, and prints the path of it; this needs the extra `ecot[pdf]`.
    """
    session = Session(config, currency)
    site = Folder(folder) if folder else session.rendered
    if is_pdf:
        put_on_paper(session, site, month, is_opening=is_opening)
        return
    render(session, site, month)
    if is_opening:
        open_page(site)


def demo(
    is_opening: Open = False,
    currency: options.Currency = None,
    config: options.Config = None,
) -> None:
    """Show the whole product over a made-up company: no key, no account, nothing of yours touched.

    It lives in the folder `demo` of `ECOT_HOME`, and every page of it says DEMO.
    """
    site = run_demo_and_show(Session(config, currency))
    if is_opening:
        open_page(site)


def run_demo_and_show(session: Session) -> Folder:
    """Runs the demo in its own folder and says where its report is, and what comes next."""
    say, home = session.language.say, session.folder / "demo"
    tell(say("DEMO: a made-up company, in {home}", home=home))
    with progress() as told:
        place, outcomes = asyncio.run(run_demo(home, session.now(), told, session.currency))
    for outcome in outcomes:
        tell_outcome(session.language, outcome)
    tell(say("Part of the demo: a key that is revoked (✗) and one that was never given (·)."))
    site, edition = open_site(home), session.edition(is_demo=True)
    with closing(place.store):
        tell_cycle(session, show_cycle(place, home, edition, outcomes, session.now()))
        publish(place, site, edition)
    _say_where(session, site)
    tell(say("Next: `ecot init` sets up your own accounts."))
    return site


def render(session: Session, site: Folder, month: str | None) -> None:
    """Renders what the ledger holds, and says where it is."""
    wanted = begun_month(month, session.today) if month else None
    tell_site(session, site, wanted, publish(session.place, site, session.edition(), wanted))


def tell_site(
    session: Session, site: Folder | None, wanted: Month | None, names: Sequence[str]
) -> None:
    """Where the report is (None: in the bucket of the stack); and where it does not have the month
    that was asked for, that."""
    if wanted and file_name(wanted, session.language) not in names:
        shown = session.language.month(wanted)
        tell(session.language.say("The ledger holds nothing for {days}.", days=shown))
    _say_where(session, site)


def put_on_paper(session: Session, site: Folder, month: str | None, *, is_opening: bool) -> None:
    """Writes a month as PDF, the one before unless another is asked for, and says where it is."""
    wanted = begun_month(month, session.today) if month else None
    wanted = wanted or Month.of(session.today).previous()
    name = print_month(session.place, site, session.edition(), wanted)
    tell(session.language.say("The report is here:"))
    out().print(str(site.root / name), markup=False)
    if is_opening:
        webbrowser.open((site.root / name).as_uri())


def open_page(site: Folder) -> None:
    """Shows the page in the person's browser."""
    webbrowser.open((site.root / INDEX).as_uri())


def _say_where(session: Session, site: Folder | None) -> None:
    """The path of the report, or its address, on stdout."""
    tell(session.language.say("The report is here:"))
    url = session.deployed.url if session.deployed else ""
    out().print(f"{url}/site/{INDEX}" if site is None else str(site.root / INDEX), markup=False)
