"""How accounts stood when they were last read: prepaid credit, quotas, money owed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from ecot.jobs.known import snapshots_of
from ecot.jobs.query import Question, heads_of
from ecot.jobs.rows import Found
from ecot.model.head import UNREAD, Head
from ecot.model.rows import Balance, provider_of
from ecot.store.documents import stream_document
from ecot.store.protocol import Place


def latest_balances(
    place: Place,
    question: Question,
    snapshots: Callable[[str], Sequence[str]] = snapshots_of,
) -> Iterator[Found[Balance]]:
    """Each account's balances, each as of the latest of the question's days that tells it; by
    account and feed. `snapshots` names the feeds of a provider that may hold some: nothing is read
    of accounts that have none."""
    heads: dict[str, list[Head]] = {}
    for head in heads_of(place.store, question):
        heads.setdefault(head.account, []).insert(0, head)
    for account in sorted(heads):
        for feed in snapshots(provider_of(account)):
            yield from _latest(place, question, heads[account], feed)


def _latest(
    place: Place, question: Question, heads: Sequence[Head], feed: str
) -> list[Found[Balance]]:
    """The balances of the feed's newest day; `heads` are newest first."""
    for head in heads:
        for day, name in reversed(list(head.documents())):
            is_asked = question.first <= day < question.until
            is_read = is_asked and head.mark(day, feed) != UNREAD
            found = _balances(place, head.account, day, name, feed) if is_read else []
            if found:
                return found
    return []


def _balances(place: Place, account: str, day: date, name: str, feed: str) -> list[Found[Balance]]:
    header, lines = stream_document(place.store, account, day, name)
    return [
        Found(account, feed, row, header)
        for of_feed, row in lines
        if of_feed == feed and isinstance(row, Balance)
    ]
