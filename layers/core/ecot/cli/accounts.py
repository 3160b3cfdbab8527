"""Which accounts a command is about, and which of those keys that merely happen to be there."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ecot.cli.session import Session
from ecot.cli.show import complain, progress, tell_outcome
from ecot.edge.sources import source_of, sources_of
from ecot.errors import SettingsError
from ecot.jobs.doctor import examine
from ecot.jobs.known import providers as known_providers
from ecot.jobs.query import expected, heads_of
from ecot.jobs.round import Source
from ecot.model.outcome import Outcome
from ecot.model.sentence import Sentence
from ecot.settings import Account

CHECK_SECONDS = 5.0  # for a key that nobody named: a machine without a network does not wait long
_CALENDAR = date(1970, 1, 1)

logger = logging.getLogger(__name__)


def chosen(session: Session, provider: str | None, account: str | None) -> list[Account]:
    """The active accounts, or those of one provider, or one. Raises SettingsError where what was
    asked for is none."""
    found = []
    for one in session.settings.accounts:
        if provider not in (None, one.provider) or account not in (None, one.key):
            logger.info("%s: not asked for", one.key)
        elif not one.active:
            logger.info("%s: switched off in %s", one.key, session.settings.file)
        else:
            found.append(one)
    if (provider or account) and not found:
        raise SettingsError(
            "No active account is called {wanted}",
            remedy="`ecot providers` lists what is configured.",
            wanted=account or provider,
        )
    for supplier in known_providers():
        if supplier.name not in {one.provider for one in session.settings.accounts}:
            variable = supplier.variables[0]
            logger.info("%s: no account is configured (%s is not set)", supplier.title, variable)
    return found


def collectable(session: Session, accounts: Sequence[Account]) -> list[Source]:
    """The accounts to collect, less those whose key nobody named, is new here and does not work: a
    developer's everyday key is not an error. Of each a sentence says why, and what to do."""
    known = expected(session.place.store)
    strange = [one for one in accounts if one.origin == "environment" and one.key not in known]
    left_out = set()
    for outcome in _checked(session, strange):
        if outcome.state != "ok":
            left_out.add(outcome.account)
            if outcome.message:
                complain(session.language, outcome.message, outcome.remedy, mark="·")
            logger.info(
                "%s: left out, for its key is only in the environment, is new here, and failed "
                "its check; name it in ecot.toml to have it collected anyway",
                outcome.account,
            )
    return sources_of(session, [one for one in accounts if one.key not in left_out])


def tell_outcomes(session: Session, outcomes: Sequence[Outcome]) -> None:
    """A line for each account; where there is nothing to collect at all, what to do about it."""
    for outcome in outcomes:
        tell_outcome(session.language, outcome)
    if outcomes or session.settings.plans:
        return
    if session.settings.file is None:
        remedy = Sentence("Start with `ecot init`, or look at `ecot demo`.")
    else:
        remedy = Sentence(
            "Say `ecot connect PROVIDER`, or add an [[account]] to {file} and its key to .env; "
            "`ecot doctor` then tries it.",
            {"file": str(session.settings.file)},
        )
    complain(session.language, Sentence("No account is configured."), remedy, mark="·")


def log_closed_months(session: Session, sources: Sequence[Source]) -> None:
    """Says which months were not read again because they are closed."""
    if not logger.isEnabledFor(logging.INFO):
        return
    closed: dict[str, list[str]] = {source.account: [] for source in sources}
    for head in heads_of(session.place.store, session.question((_CALENDAR, session.today))):
        if head.closed_at and head.account in closed:
            closed[head.account].append(str(head.month))
    for account, months in closed.items():
        if months:
            logger.info("%s: closed, not read every night: %s", account, ", ".join(months))


def _checked(session: Session, accounts: Sequence[Account]) -> Sequence[Outcome]:
    if not accounts:
        return []
    with progress() as told:
        for account in accounts:
            told(account.key, account.secret_name)
        round_ = replace(session.round(told=told), budget_seconds=CHECK_SECONDS)
        return asyncio.run(examine([source_of(one) for one in accounts], round_))
