"""What the ledger knows that somebody may have to be told of: failures, silence, late changes."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, timedelta

from ecot.alerts.facts import AccountRuns, AlertFacts, Bounce
from ecot.alerts.judge import IN_A_ROW
from ecot.jobs.mail.report import REPORT
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import Month, midnight
from ecot.store.heads import query_heads
from ecot.store.mails import latest_mails
from ecot.store.protocol import Store
from ecot.store.records import latest_outcomes, outcomes_of, restatements_of

_SEEN_FOR = timedelta(days=62)  # of late changes, longer than anybody waits to be told of one
_LOOKED_BACK = 14  # months: a closed one is read late, and a whole year may be asked for again
_MAILS = 3  # months
_RUNS = 30  # of an account, looked through for its last good one


def alert_facts(
    store: Store, expected: Collection[str], now: datetime, today: date, began: date
) -> AlertFacts:
    """What is known at `now`, which is the day `today` where the user lives. `expected` are the
    accounts of the settings (of which those count that were ever tried), `began` is the UTC day on
    which the ledger did."""
    latest = [one for one in latest_outcomes(store) if one.account in expected]
    return AlertFacts(
        now=now,
        today=today,
        accounts=tuple(_runs(store, one) for one in latest),
        collected_at=_collected_at(store, latest) or midnight(began),
        restated=tuple(_restated(store, now)),
        bounced=tuple(_bounced(store)),
    )


def _runs(store: Store, latest: Outcome) -> AccountRuns:
    """Only of an account that has failed more than its last run is looked at."""
    is_failed = latest.state == "failed"
    runs = outcomes_of(store, latest.account, IN_A_ROW) if is_failed else [latest]
    return AccountRuns(account=latest.account, runs=tuple(runs or [latest]))


def _collected_at(store: Store, latest: Iterable[Outcome]) -> datetime | None:
    """When an account was last read; where none was among the last runs of any, when the first of
    those was: it is as long at least. None where nothing was ever tried."""
    found = list(latest)
    if (read := _last_read(found)) is not None:
        return read
    runs = [run for one in found for run in outcomes_of(store, one.account, _RUNS)]
    return _last_read(runs) or min((run.at for run in runs), default=None)


def _last_read(runs: Iterable[Outcome]) -> datetime | None:
    return max((run.at for run in runs if run.is_read), default=None)


def _restated(store: Store, now: datetime) -> Iterator[Restatement]:
    """What was changed in closed months after their closing, and seen in the last two months."""
    this_month = Month.of(now.date())
    for head in query_heads(store, this_month.shifted(-_LOOKED_BACK), this_month):
        if head.closed_at is not None and head.restated:
            since = max(head.closed_at, now - _SEEN_FOR)
            yield from (one for one in restatements_of(store, head) if one.seen_at > since)


def _bounced(store: Store) -> Iterator[Bounce]:
    """The last monthly mails that did not arrive, or were not welcome."""
    for book in latest_mails(store, REPORT, _MAILS):
        for mail in book.mails:
            if mail.is_undelivered and mail.delivery is not None:
                yield Bounce(
                    id=mail.key,
                    month=Month.parse(book.subject.rpartition("/")[2]),
                    to=mail.to,
                    state=mail.delivery,
                    at=mail.delivery_at or mail.tried_at,
                )
