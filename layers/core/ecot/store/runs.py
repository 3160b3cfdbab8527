"""Runs in the store: a small item each in the list of runs, and one an account in the run's own
partition, for 90 days.

An account is `waiting` until it is `collected`, and what waits sorts last: one look at the last
item of a run's partition tells whether it still waits for anybody, however many accounts it has.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

import msgspec

from ecot.model.outcome import Outcome
from ecot.model.run import Run, Waiting
from ecot.store.packs import damaged
from ecot.store.protocol import Item, Key, Store
from ecot.store.records import outcome_key

KEPT = timedelta(days=90)
_LIST = "runs"
_OWN = "runs#"
_MARKS = "runs-marks"
_COLLECTED, _WAITING = "collected#", "waiting#"
_RUN = msgspec.json.Decoder(Run)
_ACCOUNT = msgspec.json.Decoder(Waiting)
_OUTCOME = msgspec.json.Decoder(Outcome)
_T = TypeVar("_T")


class InRun(NamedTuple):
    """An account in a run: its item while it waits, with the item's version, and its outcome, once
    there is one (in the run, or so far in the ledger only)."""

    run: Run | None
    waiting: Waiting | None
    version: int
    collected: Outcome | None
    in_ledger: Outcome | None


class Accounts(NamedTuple):
    """All accounts of a run: those that wait, each with its item's version, and the outcomes."""

    waiting: list[tuple[Waiting, int]]
    outcomes: list[Outcome]


def stamp(moment: datetime) -> str:
    """With what the id of a run of that moment begins: ids sort by it."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def is_trace(partition: str) -> bool:
    """Whether what lies there tells of runs only: no figure, and forgotten after a while."""
    return partition in (_LIST, _MARKS) or partition.startswith(_OWN)


def read_run(store: Store, name: str) -> tuple[Run | None, int]:
    """The run, and its version (0: there is none)."""
    key = Key(_LIST, name)
    item = store.get([key]).get(key)
    return (_read(_RUN, item), item.version) if item else (None, 0)


def put_run(store: Store, run: Run, version: int) -> None:
    """Writes it. Raises Conflict where somebody else has written since `version`."""
    _put(store, Key(_LIST, run.id), run, run.made_at, version)


def latest_runs(store: Store, most: int) -> list[Run]:
    """The last runs, at most so many, the last first: one query."""
    return [_read(_RUN, item) for item in store.latest(_LIST, most)]


def runs_since(store: Store, moment: datetime) -> list[Run]:
    """The runs that were for that moment or a later one, in order: one query."""
    return [_read(_RUN, item) for item in store.query(_LIST, stamp(moment))]


def put_all_waiting(store: Store, run: Run, waiting: Iterable[Waiting]) -> None:
    """Writes all accounts of a run that has not begun."""
    writes = [(_waiting(run.id, one.account), _encoded(one)) for one in waiting]
    store.put_all(writes, expires=run.made_at + KEPT)


def put_waiting(store: Store, run: str, waiting: Waiting, version: int) -> None:
    """Writes the account anew. Raises Conflict where somebody else has since `version`, or where it
    waits no more."""
    _put(store, _waiting(run, waiting.account), waiting, waiting.handed_at, version)


def put_collected(store: Store, run: str, outcome: Outcome) -> None:
    """The account waits no more; in this order, so that it is never neither."""
    known = msgspec.structs.replace(outcome, restatements=())  # which the account's history has
    _put(store, Key(_own(run), f"{_COLLECTED}{outcome.account}"), known, outcome.at, None)
    store.delete(_waiting(run, outcome.account))


def drop_waiting(store: Store, run: str, account: str) -> None:
    """The account waits no more."""
    store.delete(_waiting(run, account))


def is_waiting(store: Store, run: str) -> bool:
    """Whether the run still waits for an account: a query of one item."""
    return any(item.key.sort.startswith(_WAITING) for item in store.latest(_own(run), 1))


def read_account(store: Store, run: str, account: str) -> InRun:
    """The account in the run, and the run: one read."""
    of_run, waiting = Key(_LIST, run), _waiting(run, account)
    collected, in_ledger = (
        Key(_own(run), f"{_COLLECTED}{account}"),
        outcome_key(account, run),
    )
    found = store.get([of_run, waiting, collected, in_ledger])
    return InRun(
        run=_read(_RUN, found[of_run]) if of_run in found else None,
        waiting=_read(_ACCOUNT, found[waiting]) if waiting in found else None,
        version=found[waiting].version if waiting in found else 0,
        collected=_read(_OUTCOME, found[collected]) if collected in found else None,
        in_ledger=_read(_OUTCOME, found[in_ledger]) if in_ledger in found else None,
    )


def accounts_of(store: Store, run: str) -> Accounts:
    """All accounts of the run: one query."""
    found = Accounts([], [])
    for item in store.query(_own(run)):
        if item.key.sort.startswith(_WAITING):
            found.waiting.append((_read(_ACCOUNT, item), item.version))
        else:
            found.outcomes.append(_read(_OUTCOME, item))
    return found


def read_mark(store: Store, name: str, kind: type[_T]) -> tuple[_T | None, int]:
    """A mark about runs, and its version (0: there is none)."""
    key = Key(_MARKS, name)
    item = store.get([key]).get(key)
    return (_read(msgspec.json.Decoder(kind), item), item.version) if item else (None, 0)


def put_mark(store: Store, name: str, mark: msgspec.Struct, version: int | None) -> None:
    """Writes it. Raises Conflict where somebody else has since `version` (None: anyhow)."""
    store.put(Key(_MARKS, name), _encoded(mark), if_version=version)


def drop_mark(store: Store, name: str, version: int) -> None:
    """Removes it. Raises Conflict where somebody else has written it since `version`."""
    store.delete(Key(_MARKS, name), if_version=version)


def drop_expired(store: Store, now: datetime) -> int:
    """Removes the runs of more than 90 days ago, where the store does not by itself, and returns
    how many items went. A run's own item goes last: what is left of it is found next time."""
    count = 0
    for item in list(store.query(_LIST, before=stamp(now - KEPT))):
        for own in list(store.query(_own(item.key.sort))):
            store.delete(own.key)
            count += 1
        store.delete(item.key)
        count += 1
    return count


def _own(run: str) -> str:
    return f"{_OWN}{run}"


def _waiting(run: str, account: str) -> Key:
    return Key(_own(run), f"{_WAITING}{account}")


def _put(
    store: Store, key: Key, value: msgspec.Struct, since: datetime, version: int | None
) -> None:
    store.put(key, _encoded(value), if_version=version, expires=since + KEPT)


def _encoded(value: msgspec.Struct) -> bytes:
    return msgspec.json.encode(value, order="sorted")


def _read(decoder: "msgspec.json.Decoder[_T]", item: Item) -> _T:
    try:
        return decoder.decode(item.body)
    except msgspec.DecodeError:
        raise damaged(item.key) from None
