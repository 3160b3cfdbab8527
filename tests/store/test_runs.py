"""Runs in the store: what waits sorts last, and all of it is forgotten after 90 days."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ecot.errors import Conflict, LedgerError
from ecot.model.outcome import Outcome
from ecot.model.run import Run, Waiting
from ecot.store.dynamodb_items import EXPIRES
from ecot.store.protocol import Key, Store
from ecot.store.runs import (
    KEPT,
    accounts_of,
    drop_expired,
    is_trace,
    is_waiting,
    latest_runs,
    put_all_waiting,
    put_collected,
    put_run,
    put_waiting,
    read_account,
    read_run,
    runs_since,
)
from tests.store import servers
from tests.store.backends import client, name_of, open_store_on

NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def run(at: datetime = NOW) -> Run:
    name = at.strftime("%Y%m%dT%H%M%SZ-daily")
    return Run(id=name, kind="daily", time=at, made_at=at, handed_at=at)


def account(name: str) -> Waiting:
    return Waiting(account=name, provider=name.partition("/")[0], handed_at=NOW)


def outcome(name: str, of: Run) -> Outcome:
    return Outcome(provider="openai", account=name, run=of.id, at=NOW, state="ok")


def test_a_run_waits_until_its_last_account_is_collected(store: Store) -> None:
    night = run()
    put_run(store, night, 0)
    names = ["zebra/zebra", "anthropic/labo", "openai/~~"]
    put_all_waiting(store, night, map(account, names))
    for name in names:
        assert is_waiting(store, night.id)
        found = read_account(store, night.id, name)
        assert (found.run, found.waiting) == (night, account(name))
        put_collected(store, night.id, outcome(name, night))
    assert not is_waiting(store, night.id)
    done = accounts_of(store, night.id)
    assert done.waiting == []
    assert {one.account for one in done.outcomes} == set(names)
    found = read_account(store, night.id, names[0])
    assert (found.waiting, found.collected) == (None, outcome(names[0], night))


def test_nobody_makes_an_account_wait_again_that_was_collected_meanwhile(store: Store) -> None:
    night = run()
    put_all_waiting(store, night, [account("openai/a")])
    version = read_account(store, night.id, "openai/a").version
    put_collected(store, night.id, outcome("openai/a", night))
    with pytest.raises(Conflict):
        put_waiting(store, night.id, account("openai/a"), version)
    assert not is_waiting(store, night.id)


def test_runs_are_found_by_their_moment(store: Store) -> None:
    runs = [run(NOW + number * DAY) for number in range(5)]
    for one in runs:
        put_run(store, one, 0)
    assert latest_runs(store, 2) == [runs[4], runs[3]]
    assert runs_since(store, NOW + 3 * DAY) == runs[3:]
    with pytest.raises(Conflict):
        put_run(store, runs[0], 0)


def test_after_ninety_days_a_sweep_removes_them(store: Store) -> None:
    old, new = run(NOW - KEPT - DAY), run()
    for one in (old, new):
        put_run(store, one, 0)
        put_all_waiting(store, one, [account("openai/a"), account("openai/b")])
        put_collected(store, one.id, outcome("openai/b", one))
    assert drop_expired(store, NOW) == 3
    assert drop_expired(store, NOW) == 0
    assert read_run(store, old.id) == (None, 0)
    assert latest_runs(store, 9) == [new]
    assert sorted(store.partitions()) == ["runs", f"runs#{new.id}"]
    assert all(map(is_trace, store.partitions()))
    assert not any(map(is_trace, ("run#openai/a", "head", "lease", "progress")))


def test_the_table_may_forget_them_by_itself(tmp_path: Path) -> None:
    store, night = open_store_on("moto", tmp_path), run()
    put_run(store, night, 0)
    put_all_waiting(store, night, [account("openai/a"), account("openai/b")])
    put_collected(store, night.id, outcome("openai/b", night))
    store.put(Key("head", "openai/a"), b"stays")
    table = client("dynamodb", servers.moto())
    items = table.scan(TableName=name_of(tmp_path))["Items"]
    table.close()
    seconds = {one["pk"]["S"]: one.get(EXPIRES) for one in items}
    ends = {"N": str(int((NOW + KEPT).timestamp()))}
    assert seconds == {"runs": ends, f"runs#{night.id}": ends, "head": None}


def test_a_damaged_run_is_an_error(store: Store) -> None:
    store.put(Key("runs", run().id), b"nothing")
    with pytest.raises(LedgerError, match="damaged"):
        read_run(store, run().id)
