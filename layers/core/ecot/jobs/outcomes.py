"""Turning what happened to an account into its outcome: a value that is kept and shown."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ecot.errors import (
    AccessDenied,
    EcotError,
    NotOffered,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from ecot.jobs.round import Round, Source
from ecot.jobs.streams import Streams
from ecot.model.outcome import Outcome, Restatement, State
from ecot.model.sentence import Sentence
from ecot.providers.contract import Provider, Trouble


def outcome(source: Source, round_: Round, state: State, **more: Any) -> Outcome:
    """The account's outcome in this run, as of now; `more` are further fields of it."""
    provider = source.provider.name
    at = round_.now()
    return Outcome(
        provider=provider, account=source.account, run=round_.run, at=at, state=state, **more
    )


def without_key(source: Source, round_: Round) -> Outcome:
    """There is no key, or not all that is needed beside it: a state, not a failure, and never a
    cost of zero. But a variable that holds what no key can be is a failure: somebody meant it."""
    values = {"account": source.account, "variable": source.lacking or source.secret_name}
    return outcome(
        source,
        round_,
        "failed" if source.fault else "not_configured",
        message=source.fault or Sentence("{account}: {variable} is not set", values),
        remedy=Sentence(
            "Put {variable}=… into the .env file of the folder that you run Ecot in.", values
        ),
    )


def failed(source: Source, round_: Round, error: EcotError) -> Outcome:
    """Nothing was read, or nothing of it may be taken; the ledger is as it was. That the
    customer's plan has no interface is a state, not a failure."""
    return outcome(
        source,
        round_,
        "not_configured" if isinstance(error, NotOffered) else "failed",
        message=Sentence(error.text, error.values),
        remedy=remedy_of(source, error),
    )


def read(
    source: Source,
    round_: Round,
    streams: Streams,
    restatements: tuple[Restatement, ...],
    *,
    has_rows: bool,
    doubted: Sequence[date],
    forgotten: Sequence[date] = (),
    note: Sentence | None = None,
) -> Outcome:
    """Something was read; `has_rows` says whether the account has ever had a row, `doubted` are its
    days that came back empty for the first time, `forgotten` those that a person asked for and the
    provider no longer answers for. `note` is said where nothing else is."""
    asked = (*source.feeds, *source.provider.snapshots)
    unread = tuple(feed for feed in asked if feed in streams.troubles)
    trouble = next(iter({**streams.troubles, **streams.unnamed}.values()), None)
    remedy = _ONLY_NAMES if streams.unnamed else None
    unsettled = _doubt(source, doubted) or _forgotten(source, round_, forgotten)
    message = Sentence(trouble.text, trouble.values) if trouble else unsettled or note
    state: State = "partial" if unread or doubted else "ok" if has_rows else "no_data"
    return outcome(
        source,
        round_,
        state,
        charges=streams.charges,
        usages=streams.usages,
        revenues=streams.revenues,
        restatements=restatements,
        unread=unread,
        message=message,
        remedy=remedy_of(source, trouble) if trouble and unread else remedy,
    )


def _doubt(source: Source, doubted: Sequence[date]) -> Sentence | None:
    if not doubted:
        return None
    return Sentence(
        "{account}: figures of {days} came back empty; those that were there are kept until the "
        "next run says the same",
        {"account": source.account, "days": ", ".join(map(str, doubted))},
    )


def _forgotten(source: Source, round_: Round, days: Sequence[date]) -> Sentence | None:
    if not days:
        return None
    oldest = source.oldest(round_.today)
    return Sentence(
        "{account}: {provider} answers in full only for days since {oldest}; what the ledger has "
        "of earlier ones stays as it is",
        {
            "account": source.account,
            "provider": source.provider.title,
            "oldest": str(oldest),
        },
    )


def own_mistake(source: Source, error: Exception) -> EcotError:
    """A fault of this program, said as such; its details are in the log, not on the page."""
    return EcotError(
        "{account}: Ecot itself failed ({kind})",
        remedy="Run again with --verbose and report what it prints; "
        "every day it had not finished is as it was.",
        account=source.account,
        kind=type(error).__name__,
    )


def remedy_of(source: Source, error: EcotError) -> Sentence | None:
    """What a person can do about it: the error's own remedy, else the provider's for its kind, else
    what can be done about any provider's."""
    kind, provider = _KINDS.get(type(error)), source.provider
    remedy = error.remedy or (_remedy(provider, kind) if kind else "")
    values = {"account": source.account, "provider": provider.title}
    known = error.values | values | {"status_page": provider.status_page}
    return Sentence(remedy, known) if remedy else None


def _remedy(provider: Provider, kind: Trouble) -> str:
    return provider.remedies.get(kind) or (_ALWAYS[kind].text if kind in _ALWAYS else "")


_ONLY_NAMES = Sentence("Every figure was read; where a name is missing, its id is shown instead.")
_ALWAYS: Mapping[Trouble, Sentence] = {
    "rate_limited": Sentence("Collect again in a few minutes; nothing is lost."),
    "unavailable": Sentence(
        "Look at {status_page} and at the network on your side, then try again; nothing is lost."
    ),
    "unexpected_answer": Sentence(
        "{provider} may have changed its answers: look for a newer Ecot, else report this message."
    ),
}
_KINDS: dict[type[EcotError], Trouble] = {
    AccessDenied: "access_denied",
    NotOffered: "not_offered",
    RateLimited: "rate_limited",
    Unavailable: "unavailable",
    UnexpectedAnswer: "unexpected_answer",
}
