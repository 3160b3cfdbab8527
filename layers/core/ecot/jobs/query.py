"""Asking the ledger: figures, totals and gaps. A month view reads heads, an exploration cubes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from ecot.analysis.totals import By, Figure, Gap, Totals, totals
from ecot.ledger.months import first_day, unread_days
from ecot.model.cube import CubeKind
from ecot.model.head import Head
from ecot.model.outcome import Outcome, Progress, Restatement
from ecot.model.period import DAY, Month
from ecot.model.rows import provider_of
from ecot.store.documents import read_cube
from ecot.store.heads import query_heads
from ecot.store.protocol import Store
from ecot.store.records import all_names, all_progress, latest_outcomes, restatements_of

__all__ = [
    "By",
    "Question",
    "Totals",
    "answer",
    "expected",
    "explored",
    "gaps",
    "heads_of",
    "names",
    "overview",
    "restated",
]

_OF_PERSONS: frozenset[By] = frozenset({"api_key", "user"})


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which days `[first, after)`, whose, and in which currency. `today` (UTC) comes from the edge:
    days after it have not elapsed and count nowhere, not even those of a plan."""

    first: date
    after: date
    today: date
    currency: str
    provider: str | None = None
    account: str | None = None

    @property
    def until(self) -> date:
        """The first day that does not count."""
        return max(min(self.after, self.today + DAY), self.first)

    def concerns(self, account: str) -> bool:
        """Whether the account is asked about."""
        return self.account in (None, account) and self.provider in (
            None,
            provider_of(account),
        )


def answer(store: Store, question: Question, by: By, titles: Mapping[str, str]) -> Totals:
    """The totals by `by`; `titles` are the providers' names as people write them."""
    heads = heads_of(store, question)
    kind: CubeKind = "person" if by in _OF_PERSONS else "service"
    return totals(
        explored(store, heads, kind),
        by=by,
        first=question.first,
        after=question.until,
        currency=question.currency,
        missing=gaps(store, question, heads),
        names=names(store, titles),
    )


def heads_of(store: Store, question: Question) -> list[Head]:
    """The heads of the months that the question touches: one query."""
    last = Month.of(max(question.after - DAY, question.first))
    heads = query_heads(store, Month.of(question.first), last)
    return [head for head in heads if question.concerns(head.account)]


def overview(heads: Iterable[Head]) -> Iterator[Figure]:
    """The costs by day and account: all that a month view needs, out of the heads alone."""
    return (Figure(head.account, cell) for head in heads for cell in head.cells)


def explored(store: Store, heads: Iterable[Head], kind: CubeKind) -> Iterator[Figure]:
    """The figures by service or by person, out of one cube a head."""
    for head in heads:
        name = head.service_cube if kind == "service" else head.person_cube
        if name is not None:
            for cell in read_cube(store, head.account, head.month, kind, name).cells:
                yield Figure(head.account, cell)


def gaps(store: Store, question: Question, heads: Iterable[Head]) -> list[Gap]:
    """What is missing from the question's elapsed days, today itself excepted, by account."""
    by_account = {
        account: {head.month: head for head in of_account}
        for account, of_account in groupby(
            sorted(heads, key=lambda head: head.account), lambda head: head.account
        )
    }
    outcomes = {outcome.account: outcome for outcome in latest_outcomes(store)}
    waited = {one.account: one for one in all_progress(store) if question.concerns(one.account)}
    found = [
        _gap(progress, by_account.get(account, {}), question, outcomes.get(account))
        for account, progress in waited.items()
    ]
    found += [
        _never_read(outcome, question)
        for account, outcome in outcomes.items()
        if outcome.state == "not_configured"
        if account not in waited and question.concerns(account)
    ]
    return [gap for gap in found if gap is not None]


def _gap(
    progress: Progress, heads: Mapping[Month, Head], question: Question, outcome: Outcome | None
) -> Gap | None:
    before = min(question.until, question.today)
    days = list(unread_days(progress, heads, question.first, before))
    if not days:
        return None
    return Gap(
        provider=provider_of(progress.account),
        account=progress.account,
        first=days[0],
        last=days[-1],
        days=len(days),
        reason=outcome.state if outcome else None,
    )


def _never_read(outcome: Outcome, question: Question) -> Gap | None:
    """It is expected like an account that is new today: years that are over lack nothing of it."""
    first = max(question.first, first_day(question.today))
    before = min(question.until, question.today)
    if first >= before:
        return None
    return Gap(
        provider=outcome.provider,
        account=outcome.account,
        first=first,
        last=before - DAY,
        days=(before - first).days,
        reason=outcome.state,
    )


def expected(store: Store) -> set[str]:
    """The accounts that the ledger waits for, because they were collected once, or ought to be."""
    return {progress.account for progress in all_progress(store)}


def names(store: Store, titles: Mapping[str, str]) -> dict[str, str]:
    """What people call things: providers by their name ("openai"), what a provider names itself by
    provider and id ("openai/proj_1")."""
    known: dict[str, str] = {}
    for account, of_account in all_names(store).items():
        for name in of_account:
            is_provider = name.dimension == "provider"
            known[name.id if is_provider else f"{provider_of(account)}/{name.id}"] = name.name
    return known | dict(titles)


def restated(store: Store, heads: Iterable[Head]) -> list[Restatement]:
    """The restatements of the heads' months that took effect, latest first."""
    found = [record for head in heads for record in restatements_of(store, head)]
    return sorted(found, key=lambda record: (record.seen_at, record.day), reverse=True)
