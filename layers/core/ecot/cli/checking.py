"""`ecot doctor` and `ecot providers`: what is configured, what is wrong, and the remedy."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import typer

from ecot.cli import options
from ecot.cli.accounts import chosen, tell_outcomes
from ecot.cli.notion_told import tell_notices
from ecot.cli.options import examples
from ecot.cli.session import Session, opened
from ecot.cli.show import (
    MARKS,
    STATES,
    complain,
    print_json,
    print_table,
    progress,
    sentences,
    tell,
)
from ecot.cli.stack_told import stack_state
from ecot.edge.cloud import everything
from ecot.edge.documents import checked_fields, said
from ecot.edge.sources import source_of
from ecot.errors import LedgerError, ProviderError, SinkError
from ecot.jobs.doctor import examine
from ecot.jobs.known import facts
from ecot.jobs.known import providers as known_providers
from ecot.jobs.migrate import check_usable
from ecot.jobs.notion.databases import examine as examine_notion
from ecot.jobs.people import NAME, try_project
from ecot.jobs.place import LEDGER, has_ledger
from ecot.model.outcome import Outcome
from ecot.model.sentence import Sentence

PANEL = "Collect"


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    of_doctor = examples("ecot doctor", "ecot doctor --json")
    app.command("doctor", rich_help_panel=PANEL, epilog=of_doctor)(doctor)
    app.command("providers", rich_help_panel=PANEL, epilog=examples("ecot providers"))(providers)


def doctor(
    json: options.Json = False, config: options.Config = None, verbose: options.Verbose = False
) -> None:
    """Try every key with its provider's smallest call, and say what is wrong and what to do.

    Nothing is collected or written. The exit code is 1 where something is wrong.
    """
    session = Session(config, verbose=verbose, wanted=everything)
    outcomes = _examined(session)
    people, notion, ledger = _people(session), _notion(session), _ledger(session)
    found = {"people": people, "notion": notion, "ledger": ledger}
    if session.deployed is not None:
        found["stack"] = stack_state(session)
    if json:
        accounts = [checked_fields(one, session.language) for one in outcomes]
        print_json({"accounts": accounts, **found})
    is_well = all(one.state == "ok" for one in outcomes)
    states = [one["state"] for one in found.values()]
    raise typer.Exit(int(not is_well or "failed" in states))


def providers(json: options.Json = False, config: options.Config = None) -> None:
    """List the suppliers that Ecot can read, and the accounts that are configured."""
    session = Session(config)
    accounts = session.settings.accounts
    lines: list[dict[str, Any]] = [
        {
            "provider": one.name,
            "title": one.title,
            "category": one.category,
            "variables": one.variables,
            "accounts": [account.key for account in accounts if account.provider == one.name],
            **facts(one),
        }
        for one in known_providers()
    ]
    if json:
        print_json({"providers": lines})
    else:
        _print_providers(session.language.say, lines)


def _print_providers(say: Callable[[str], str], lines: Sequence[Mapping[str, Any]]) -> None:
    headings = [say("Provider"), say("Variable for the key"), say("Configured accounts")]
    cells = (
        [line["title"], " / ".join(line["variables"]), ", ".join(line["accounts"]) or "—"]
        for line in lines
    )
    print_table(headings, cells)


def _examined(session: Session) -> list[Outcome]:
    sources = [source_of(one) for one in chosen(session, None, None)]
    with progress() as told:
        for source in sources:
            told(source.account, source.secret_name)
        outcomes = asyncio.run(examine(sources, session.round(told=told)))
    tell_outcomes(session, outcomes)
    return outcomes


def _people(session: Session) -> dict[str, Any]:
    """Whether the project that people's names are asked of answers; "none" where none is asked."""
    language, problem, remedy = session.language, None, None
    if session.project is None:
        state = "none"
    else:
        try:
            asyncio.run(try_project(session.project, session.round()))
            state = "ok"
            tell(f"{MARKS[state]} {NAME}  {language.sentence(STATES[state])}")
        except ProviderError as error:
            state, (problem, remedy) = "failed", sentences(error)
            complain(language, problem, remedy)
    return {
        "state": state,
        "message": said(problem, language),
        "remedy": said(remedy, language),
    }


def _notion(session: Session) -> dict[str, Any]:
    """Whether the databases of Notion can be synced; "none" where nobody asks for it, and
    "not_configured" where the key or the databases are still missing."""
    language, access = session.language, session.notion()
    state, problem, remedy = "ok", None, None
    if not access.is_wanted:
        state = "none"
    elif (lacking := access.lacks) is not None:
        state, (problem, remedy) = "not_configured", lacking
        complain(language, problem, remedy, MARKS[state])
    else:
        try:
            found = examine_notion(access, session.clocks(), session.currency, is_brief=True)
            if found.problems:
                state, first = "failed", found.problems[0]
                problem, remedy = first.problem, first.remedy
            tell_notices(language, found.problems, MARKS["failed"])
        except SinkError as error:
            state, (problem, remedy) = "failed", sentences(error)
            complain(language, problem, remedy)
    if state == "ok":
        tell(f"{MARKS[state]} Notion  {language.sentence(STATES[state])}")
    return {
        "state": state,
        "message": said(problem, language),
        "remedy": said(remedy, language),
    }


def _ledger(session: Session) -> dict[str, Any]:
    """Whether the ledger can be used; one that is not there is not made."""
    home, language = session.settings.home, session.language
    file = home / LEDGER if session.folder == home else home
    state, problem, remedy = "ok", None, None
    if not has_ledger(str(home)):
        state, problem = "none", Sentence("There is no ledger yet; `ecot run` makes one.")
        complain(language, problem, mark="·")
    else:
        try:
            check_usable(opened(str(home)).store)
        except LedgerError as error:
            state, (problem, remedy) = "failed", sentences(error)
            complain(language, problem, remedy)
    message, advice = said(problem, language), said(remedy, language)
    return {"file": str(file), "state": state, "message": message, "remedy": advice}
