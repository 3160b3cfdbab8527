"""`ecot run` and `ecot collect`: fetching figures."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated

import typer

from ecot.cli import options
from ecot.cli.accounts import chosen, collectable, log_closed_months, tell_outcomes
from ecot.cli.following import follow
from ecot.cli.options import examples
from ecot.cli.publishing import run_demo_and_show
from ecot.cli.session import Session
from ecot.cli.show import complain, print_json, progress
from ecot.edge.cloud import everything
from ecot.edge.documents import collect_document
from ecot.edge.mailing import mailing_of
from ecot.edge.sources import sources_of
from ecot.jobs import run as run_job
from ecot.jobs.place import is_empty
from ecot.jobs.round import Source
from ecot.jobs.written import begun_month
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.model.sentence import Sentence

PANEL = "Collect"
Send = Annotated[bool, options.flag("--send", "Mail what is owed: the month, and trouble.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command(
        "run",
        rich_help_panel=PANEL,
        epilog=examples("ecot run", "ecot run --month 2026-01", "ecot run --send"),
    )(run)
    app.command(
        "collect",
        rich_help_panel=PANEL,
        epilog=examples(
            "ecot collect",
            "ecot collect --provider openai --month 2026-01 --json",
            "ecot collect --account openai/edugami --from 2026-01-05 --to 2026-01-08",
        ),
    )(collect)


def run(
    month: options.OfMonth = None,
    is_sending: Send = False,
    currency: options.Currency = None,
    config: options.Config = None,
    verbose: options.Verbose = False,
) -> None:
    """Collect every account, write the ledger, bring Notion up to date, render the report.

    Prints the path of the report. With `--send` it mails what is owed: a month's report once, from
    its day on, and a word about trouble. With nothing configured it shows the demo instead. With a
    month, that month is read again and the report opens on it.
    """
    session = Session(config, currency, verbose=verbose, wanted=everything)
    span = options.span_of(month, None, None, session.today)
    sources = collectable(session, chosen(session, None, None))
    is_configured = sources or session.settings.plans or session.settings.file
    if session.deployed is None and not is_configured and is_empty(session.place):
        run_demo_and_show(session)
        return
    mailing = mailing_of(session) if is_sending else None
    _, outcomes = _collect(session, sources, span)
    wanted = begun_month(month, session.today) if month else None
    raise typer.Exit(max(_code(outcomes), follow(session, outcomes, wanted, mailing)))


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

    Without days it reads what is due: the last days, every open month, and what was missed.
    """
    session = Session(config, verbose=verbose, wanted=everything)
    span = options.span_of(month, first, after, session.today)
    accounts = chosen(session, provider, account)
    is_named = provider or account
    sources = (sources_of if is_named else collectable)(session, accounts)
    run, outcomes = _collect(session, sources, span)
    if json:
        print_json(collect_document(run, outcomes, session.language))
    raise typer.Exit(_code(outcomes))


def _collect(
    session: Session, sources: Sequence[Source], span: tuple[date, date] | None
) -> tuple[str, list[Outcome]]:
    """Runs the collection, with its progress on a terminal, and tells each outcome. Returns the
    run's id and the outcomes."""
    warnings: list[tuple[Sentence, Sentence | None]] = []
    with progress() as told:
        round_ = session.round(
            _days(span, session.today), told, lambda *said: warnings.append(said)
        )
        job = run_job.run(
            session.place,
            sources,
            session.plans(),
            round_,
            expected=session.expected,
            currency=session.currency,
            rates=session.rates(),
            project=session.project,
        )
        outcomes = asyncio.run(job)
    if span is None:
        log_closed_months(session, sources)
    tell_outcomes(session, outcomes)
    for warning, remedy in warnings:
        complain(session.language, warning, remedy, mark="~")
    return round_.run, outcomes


def _days(span: tuple[date, date] | None, today: date) -> tuple[date, ...] | None:
    """The elapsed days that a person asked for."""
    if span is None:
        return None
    return tuple(Period.of_days(span[0], min(span[1], today + DAY)).days())


def _code(outcomes: Sequence[Outcome]) -> int:
    return int(any(outcome.state in ("failed", "partial") for outcome in outcomes))
