"""Taking back what a plan of the settings stands in the place of, where its account was not read.

A plan is often entered because a key no longer works, and is written all the same: what snapshots
had said of its months would be counted beside it for as long as the account does not answer.
"""

from collections.abc import Iterable, Sequence

from ecot.errors import Conflict
from ecot.jobs.commit import TRIES, commit_month, writing_of
from ecot.jobs.known import providers
from ecot.jobs.plan_prices import taken_back
from ecot.jobs.round import Round, Source
from ecot.ledger.plans import Plan
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Month, Period
from ecot.model.rows import provider_of
from ecot.store.heads import Held, read_heads
from ecot.store.protocol import Place

_LOOKED_BACK = 12  # months, like plans


def take_back(
    place: Place,
    sources: Iterable[Source],
    outcomes: Iterable[Outcome],
    plans: Sequence[Plan],
    round_: Round,
) -> None:
    """Takes it back, today's too, of every account with a plan that has not just been read as it
    stands today: it failed, has no key any more, or was not asked."""
    known = {source.account: source for source in sources}
    whole = {one.account for one in outcomes if one.state in ("ok", "no_data")}
    read = whole if round_.days is None else set()
    for account in sorted({plan.account for plan in plans} - read):
        own = tuple(plan for plan in plans if plan.account == account)
        source = known.get(account) or _unread(account, own)
        if source is not None and source.provider.snapshots:
            _take_back(place, source, min(plan.since for plan in own), round_)


def _unread(account: str, plans: tuple[Plan, ...]) -> Source | None:
    """An account that is not among those that were collected; None of a supplier that never is."""
    name = provider_of(account)
    provider = next((one for one in providers() if one.name == name), None)
    if provider is None:
        return None
    return Source(provider=provider, account=account, secret=None, secret_name="", plans=plans)


def _take_back(place: Place, source: Source, since: Month, round_: Round) -> None:
    this_month = Month.of(round_.today)
    first = max(since, this_month.shifted(-_LOOKED_BACK))
    months = Period.of_days(first.first, this_month.after).months()
    for month, held in read_heads(place.store, source.account, months).items():
        _out_of(place, source, month, held, round_)


def _out_of(place: Place, source: Source, month: Month, held: Held, round_: Round) -> None:
    for left in reversed(range(TRIES)):
        readings = [
            reading
            for stream in source.provider.snapshots
            for reading in taken_back(
                source, stream, [held.head], round_, place.store, round_.today + DAY
            )
        ]
        if not readings:
            return
        lateness = source.provider.lateness
        writing = writing_of(place.store, source.account, round_, lateness=lateness)
        writing = writing._replace(closes=False)
        try:
            commit_month(place, month, readings, {}, writing, held, tries=1)
            return
        except Conflict:  # somebody has read the account meanwhile
            if not left:
                raise
            held = read_heads(place.store, source.account, [month])[month]
