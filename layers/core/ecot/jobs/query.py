"""Asking the ledger: figures, totals and gaps. A month view reads heads, an exploration cubes."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from ecot.analysis.crossed import Crossed
from ecot.analysis.groups import By, Group
from ecot.analysis.sums import Converted
from ecot.analysis.totals import Gap, Totals, parentless, totals
from ecot.errors import SettingsError
from ecot.jobs.figures import Asked, Books, Settled, covered_days, settled
from ecot.jobs.known import counts, earning, shared
from ecot.ledger.months import first_day, missing_days, unread_days
from ecot.model.cube import CubeKind
from ecot.model.figure import Figure
from ecot.model.head import Head
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import DAY, Month, Period
from ecot.model.rates import TypedRate
from ecot.model.rows import provider_of
from ecot.model.settlement import Settlement
from ecot.providers import supabase_auth
from ecot.store.heads import query_heads
from ecot.store.protocol import Store
from ecot.store.records import all_names, all_progress, latest_outcomes, restatements_of

__all__ = [
    "By",
    "Converted",
    "Crossed",
    "Group",
    "Question",
    "Slice",
    "Totals",
    "answer",
    "books_of",
    "collected_at",
    "concerned",
    "cube_of",
    "expected",
    "figures",
    "gaps",
    "heads_of",
    "names",
    "outcomes",
    "restated",
    "told_by_others",
    "unread_by_account",
    "unread_costs",
    "unread_earnings",
    "waiting",
]

_OF_PERSONS: frozenset[By] = frozenset({"api_key", "user"})


class _Unread(NamedTuple):
    """Days of an account that are missing; `readable` are those that a later reading may still
    give (None: all of them)."""

    account: str
    days: list[date]
    outcome: Outcome | None
    readable: Collection[date] | None = None


@dataclass(frozen=True, kw_only=True)
class Question:
    """Which days `[first, after)`, whose, and in which currency. `today` (UTC) comes from the edge:
    days after it have not elapsed and count nowhere, not even those of a plan. `typed` are the
    exchange rates of the settings. `people` says whether persons are named."""

    first: date
    after: date
    today: date
    currency: str
    provider: str | None = None
    account: str | None = None
    typed: tuple[TypedRate, ...] = ()
    people: bool = False

    @property
    def until(self) -> date:
        """The first day that does not count."""
        return max(min(self.after, self.today + DAY), self.first)

    @property
    def months(self) -> tuple[Month, Month]:
        """The first and the last month that it touches."""
        return Month.of(self.first), Month.of(max(self.after - DAY, self.first))

    def concerns(self, account: str) -> bool:
        """Whether the account is asked about."""
        return self.account in (None, account) and self.provider in (
            None,
            provider_of(account),
        )


def answer(
    store: Store,
    question: Question,
    by: By,
    titles: Mapping[str, str],
    further: tuple[By, ...] = (),
) -> Totals:
    """The totals by `by`, and by `further` dimensions at the same time; `titles` are the providers'
    names as people write them."""
    return Slice(store, question, titles, cube_of({by, *further})).by(by, *further)


class Slice:
    """The figures of a question, asked once, to be added up in several ways; of `only` those that
    it wants, where it is given. `titles` are the providers' names as people write them."""

    def __init__(
        self,
        store: Store,
        question: Question,
        titles: Mapping[str, str],
        kind: CubeKind | None = "service",
        only: Callable[[Figure], bool] | None = None,
    ) -> None:
        heads = heads_of(store, question)
        found = figures(store, question, heads, kind)
        self.question = question
        self.figures = [one for one in found.figures if only is None or only(one)]
        self.missing = gaps(store, question, heads, found)
        self.bills = found.bills
        self.names = names(store, titles, people=question.people)

    def by(self, by: By, *further: By) -> Totals:
        """The totals by one dimension, or by several at the same time."""
        return totals(
            self.figures,
            by=by,
            further=further,
            first=self.question.first,
            after=self.question.until,
            currency=self.question.currency,
            missing=self.missing,
            bills=self.bills,
            names=self.names,
            shared=shared(),
        )


def cube_of(dimensions: Collection[By]) -> CubeKind:
    """The cube that tells all of them apart. Raises SettingsError where none does: none has models
    beside people and their keys."""
    if not _OF_PERSONS.intersection(dimensions):
        return "service"
    if "model" in dimensions:
        raise SettingsError(
            "Totals are not kept by model and by {person} at the same time",
            remedy="Ask for one of the two; `ecot usage` has both, row by row.",
            person=min(_OF_PERSONS.intersection(dimensions)),
        )
    return "person"


def figures(
    store: Store,
    question: Question,
    heads: Iterable[Head],
    kind: CubeKind | None,
    books: Books | None = None,
) -> Settled:
    """The figures of the question's days, bills and exchange rates applied. By account alone they
    come out of the heads (out of cubes beside a bill with a scope); else one cube a head is read.
    `books` are those of a wider question."""
    books = books or books_of(store, question)
    asked = Asked(question.first, question.until, question.currency, kind)
    accounts = [account for account in books.bills if question.concerns(account)]
    return settled(store, heads, accounts, asked, books)


def books_of(store: Store, question: Question) -> Books:
    """What bears on the question's figures beside the heads."""
    return Books(store, *question.months, question.today, question.typed)


def heads_of(store: Store, question: Question) -> list[Head]:
    """The heads of the months that the question touches: one query."""
    return list(concerned(question, query_heads(store, *question.months)))


def concerned(question: Question, heads: Iterable[Head]) -> Iterator[Head]:
    """Those of the accounts that are asked about."""
    return (head for head in heads if question.concerns(head.account))


def gaps(store: Store, question: Question, heads: Iterable[Head], found: Settled) -> list[Gap]:
    """What is missing from the question's elapsed days, today itself excepted, by account, and
    providers that are only told of by others. Where a bill settles everything, nothing is; nor are
    accounts that never count."""
    unread = unread_costs(store, question, heads, found.bills)
    return [*unread, *told_by_others(question, found.figures, unread)]


def unread_costs(
    store: Store, question: Question, heads: Iterable[Head], bills: Iterable[Settlement]
) -> list[Gap]:
    """Of the gaps those that were to be read."""
    found = _unread_gaps(store, question, heads, bills)
    return [gap for gap in found if counts(gap.provider)]


def told_by_others(
    question: Question, figures: Iterable[Figure], unread: Iterable[Gap]
) -> list[Gap]:
    """Of the gaps those of providers that are only told of by others; whose days are unread is
    known already."""
    if question.provider is not None or question.account is not None:
        return []
    known = {gap.provider for gap in unread}
    return [gap for gap in parentless(figures, question.today) if gap.provider not in known]


def unread_earnings(store: Store, question: Question, heads: Iterable[Head]) -> list[Gap]:
    """The elapsed days of the question, today itself excepted, whose revenue was not read."""
    unread = _unread_gaps(store, question, heads, ())
    return [gap for gap in unread if gap.provider in earning()]


def unread_by_account(
    store: Store, question: Question, heads: Iterable[Head], bills: Iterable[Settlement]
) -> dict[str, list[date]]:
    """By account, the elapsed days of the question, today itself excepted, of which something is
    missing that no bill settles; accounts that never count have none."""
    found = _unread(store, question, heads, bills)
    return {account: days for account, days, *_ in found if counts(provider_of(account))}


def _unread_gaps(
    store: Store, question: Question, heads: Iterable[Head], bills: Iterable[Settlement]
) -> list[Gap]:
    return [_gap(*found) for found in _unread(store, question, heads, bills)]


def _unread(
    store: Store, question: Question, heads: Iterable[Head], bills: Iterable[Settlement]
) -> Iterator[_Unread]:
    covered = set(covered_days(bills))
    by_account = {
        account: {head.month: head for head in of_account}
        for account, of_account in groupby(
            sorted(heads, key=lambda head: head.account), lambda head: head.account
        )
    }
    before = min(question.until, question.today)
    outcomes = {outcome.account: outcome for outcome in latest_outcomes(store)}
    waited = {one.account: one for one in all_progress(store) if question.concerns(one.account)}

    def left(account: str, days: Iterable[date]) -> list[date]:
        return [day for day in days if (account, day) not in covered]

    for account, progress in waited.items():
        asked = (progress, by_account.get(account, {}), question.first, before)
        if days := left(account, missing_days(*asked)):
            readable = set(unread_days(*asked))
            yield _Unread(account, days, outcomes.get(account), readable)
    for account, outcome in outcomes.items():
        if outcome.state != "not_configured" or account in waited:
            continue
        if question.concerns(account) and (days := left(account, _never_read(question))):
            yield _Unread(account, days, outcome)


def _gap(
    account: str,
    days: Sequence[date],
    outcome: Outcome | None,
    readable: Collection[date] | None,
) -> Gap:
    return Gap(
        provider=provider_of(account),
        account=account,
        first=days[0],
        last=days[-1],
        days=len(days),
        reason=_reason(days, outcome, readable),
    )


def _reason(
    days: Collection[date], outcome: Outcome | None, readable: Collection[date] | None
) -> str | None:
    if outcome is None:
        return None
    is_over = readable is not None and not any(day in readable for day in days)
    return "told on its day" if is_over and outcome.state in ("ok", "no_data") else outcome.state


def _never_read(question: Question) -> Iterator[date]:
    """It is expected like an account that is new today: years that are over lack nothing of it."""
    first = max(question.first, first_day(question.today))
    before = min(question.until, question.today)
    return Period.of_days(first, before).days() if first < before else iter(())


def expected(store: Store) -> set[str]:
    """The accounts that the ledger waits for, because they were collected once, or ought to be."""
    return {progress.account for progress in all_progress(store)}


def waiting(store: Store, question: Question) -> set[str]:
    """The question's accounts that are in the settings and have no key, so that they never ran."""
    return {
        outcome.account
        for outcome in latest_outcomes(store)
        if outcome.state == "not_configured" and question.concerns(outcome.account)
    }


def outcomes(store: Store) -> list[Outcome]:
    """The latest of each account, by account."""
    return list(latest_outcomes(store))


def collected_at(store: Store) -> datetime | None:
    """When an account was last read, as far as it could be (UTC); None where none ever was."""
    read = (one.at for one in latest_outcomes(store) if one.is_read)
    return max(read, default=None)


def names(store: Store, titles: Mapping[str, str], *, people: bool = False) -> dict[str, str]:
    """What people call things: providers by their name ("openai"), what a provider names itself by
    provider and id ("openai/proj_1"). Persons have theirs only where `people` are to be named; one
    who is called by an id alone has the address that is known for it, or no name."""
    known: dict[str, str] = {}
    told = all_names(store)
    addresses = {name.id: name.name for name in told.pop(supabase_auth.NAME, [])}
    for account, of_account in told.items():
        for name in of_account:
            called: str | None = name.name
            if name.dimension == "user":
                called = _person(name.name, addresses) if people else None
            if called is not None:
                is_provider = name.dimension == "provider"
                known[name.id if is_provider else f"{provider_of(account)}/{name.id}"] = called
    return known | dict(titles)


def _person(name: str, addresses: Mapping[str, str]) -> str | None:
    return addresses.get(name.casefold()) if supabase_auth.is_id(name) else name


def restated(store: Store, heads: Iterable[Head]) -> list[Restatement]:
    """The restatements of the heads' months that took effect, latest first."""
    found = [record for head in heads for record in restatements_of(store, head)]
    return sorted(found, key=lambda record: (record.seen_at, record.day), reverse=True)
