"""`ecot run`, `collect`, `doctor`, `providers`: fetching figures, and whether that would work."""

import asyncio
from collections.abc import Sequence
from datetime import date

import typer

from ecot.cli import options
from ecot.cli.publishing import run_demo_and_show, say_where
from ecot.cli.session import Session
from ecot.cli.show import err, print_json, print_table, progress, tell_outcome
from ecot.jobs import doctor as doctor_job
from ecot.jobs import run as run_job
from ecot.jobs.known import providers as known_providers
from ecot.jobs.place import is_empty
from ecot.jobs.publish import publish
from ecot.jobs.round import Source
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("run")(run)
    app.command("collect")(collect)
    app.command("doctor")(doctor)
    app.command("providers")(providers)


def run(
    month: options.OfMonth = None,
    config: options.Config = None,
    verbose: options.Verbose = False,
) -> None:
    """Collect every account, write the ledger, render the report.

    With nothing configured it shows the demo instead.

    Examples: `ecot run`, `ecot run --month 2026-01`
    """
    session = Session(config, verbose=verbose)
    chosen = options.month_of(month) if month else None
    sources = session.sources()
    if session.settings.file is None and not session.settings.plans:
        sources = _that_work(session, sources)
        if not sources and is_empty(session.place):
            run_demo_and_show(session)
            return
    outcomes = _collect(session, sources, options.span_of(month, None, None))
    publish(session.place, session.site, session.edition(), chosen)
    say_where(session.site, session.language)
    raise typer.Exit(_code(outcomes))


def collect(
    provider: options.Provider = None,
    account: options.Account = None,
    month: options.OfMonth = None,
    first: options.From = None,
    after: options.To = None,
    json: options.Json = False,
    config: options.Config = None,
    verbose: options.Verbose = False,
) -> None:
    """Collect only. The exit code is 1 when an account failed.

    Examples: `ecot collect`, `ecot collect --provider openai --month 2026-01 --json`
    """
    session = Session(config, verbose=verbose)
    span = options.span_of(month, first, after)
    outcomes = _collect(session, session.sources(provider, account), span)
    if json:
        print_json({"run": outcomes[0].run if outcomes else None, "outcomes": outcomes})
    raise typer.Exit(_code(outcomes))


def doctor(
    json: options.Json = False, config: options.Config = None, verbose: options.Verbose = False
) -> None:
    """Try every key with its provider's smallest call, and say what is wrong and what to do.

    Nothing is collected or written. Example: `ecot doctor --json`
    """
    session = Session(config, verbose=verbose)
    outcomes = asyncio.run(doctor_job.examine(session.sources(), session.round()))
    if json:
        print_json({"accounts": outcomes})
    _tell(session, outcomes)
    raise typer.Exit(_code(outcomes))


def providers(json: options.Json = False, config: options.Config = None) -> None:
    """List the suppliers that Ecot can read, and the accounts that are configured.

    Example: `ecot providers`
    """
    session = Session(config)
    accounts = session.settings.accounts
    lines = [
        {
            "provider": one.name,
            "title": one.title,
            "category": one.category,
            "variables": one.variables,
            "accounts": [account.key for account in accounts if account.provider == one.name],
        }
        for one in known_providers()
    ]
    if json:
        return print_json({"providers": lines})
    say = session.language.say
    print_table(
        [say("Provider"), say("Variable for the key"), say("Configured accounts")],
        [
            [str(line["title"]), " / ".join(line["variables"]), ", ".join(line["accounts"]) or "—"]
            for line in lines
        ],
        right=0,
    )


def _collect(
    session: Session, sources: Sequence[Source], span: tuple[date, date] | None
) -> list[Outcome]:
    """Runs the collection, with its progress on a terminal, and tells each outcome."""
    with progress() as told:
        round_ = session.round(_days(span, session.today), told)
        job = run_job.run(session.place, sources, session.plans(), round_)
        outcomes = asyncio.run(job)
    _tell(session, outcomes)
    return outcomes


def _tell(session: Session, outcomes: Sequence[Outcome]) -> None:
    for outcome in outcomes:
        tell_outcome(session.language, outcome)
    if not outcomes and not session.settings.plans:
        err().print(session.language.say("No account is configured. Start with `ecot init`."))


def _days(span: tuple[date, date] | None, today: date) -> tuple[date, ...] | None:
    """The elapsed days that a person asked for."""
    if span is None:
        return None
    first, after = span[0], min(span[1], today + DAY)
    if first >= after:
        raise options.not_yet(first)
    return tuple(Period.of_days(first, after).days())


def _that_work(session: Session, sources: Sequence[Source]) -> list[Source]:
    """Keys that merely happen to be in the environment: those that pass their check. Of each
    other one a line says why it does not, and what to do."""
    outcomes = asyncio.run(doctor_job.examine(sources, session.round()))
    pairs = list(zip(sources, outcomes, strict=True))
    for _, outcome in pairs:
        if outcome.state != "ok":
            tell_outcome(session.language, outcome)
    return [source for source, outcome in pairs if outcome.state == "ok"]


def _code(outcomes: Sequence[Outcome]) -> int:
    return int(any(outcome.state in ("failed", "partial") for outcome in outcomes))
