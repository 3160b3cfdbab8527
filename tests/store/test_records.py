"""The small records come back as they were put, and claims move under a version only."""

import zlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import msgspec
import pytest

from ecot.errors import Conflict, LedgerError
from ecot.model.head import Head
from ecot.model.outcome import Outcome, Progress, Restatement
from ecot.model.period import DAY, Month
from ecot.model.rows import Name
from ecot.model.sentence import Sentence
from ecot.store.protocol import Key, Store
from ecot.store.records import (
    Standing,
    all_claims,
    all_names,
    all_outcomes,
    all_progress,
    forget_outcome,
    latest_outcomes,
    outcomes_of,
    put_claims,
    put_names,
    put_outcome,
    put_progress,
    read_claims,
    read_standing,
    restatement_write,
    restatements,
    restatements_of,
)
from tests.rows import ACCOUNT, MONDAY, MUCH_LATER

PROGRESS = Progress(
    account=ACCOUNT,
    feeds=("costs", "usage.chat"),
    since=MONDAY,
    unread_from=date(2026, 1, 20),
    open_from=Month(2026, 1),
    owes_rereading=(Month(2025, 11), Month(2025, 12)),
)
NAMES = {
    Name("sub_account_id", "proj_a", "Site"),
    Name("user", "u1", "Ana"),
    Name("user", "u2", ""),
}


def outcome(account: str, run: str, **more: Any) -> Outcome:
    return Outcome(provider="openai", account=account, run=run, at=MUCH_LATER, state="ok", **more)


def restatement(day: date, account: str = ACCOUNT) -> Restatement:
    return Restatement(
        account=account,
        day=day,
        feeds=("costs",),
        old="a" * 32,
        new=None,
        old_cost={"USD": Decimal("0.00000080"), "EUR": Decimal("1E+3")},
        new_cost={},
        seen_at=MUCH_LATER,
        run="run-1",
    )


def test_a_new_account_stands_nowhere(store: Store) -> None:
    assert read_standing(store, ACCOUNT) == Standing(None, frozenset(), {}, {})


def test_a_standing_is_progress_names_and_the_claims_of_the_provider(store: Store) -> None:
    put_progress(store, PROGRESS)
    put_names(store, ACCOUNT, NAMES)
    put_claims(store, "openai", {"proj_a": "openai/other"}, 0)
    put_claims(store, "aws", {"proj_b": "aws/1"}, 0)
    standing = read_standing(store, ACCOUNT)
    assert standing == Standing(
        PROGRESS, frozenset(NAMES), {"proj_a": "openai/other"}, standing.versions
    )
    assert standing.versions.keys() == {"progress", "names", "claims"}
    assert standing.versions["claims"] == read_claims(store, "openai")[1]
    assert list(all_progress(store)) == [PROGRESS]
    assert {account: set(names) for account, names in all_names(store).items()} == {ACCOUNT: NAMES}
    assert dict(all_claims(store)) == {
        "aws": {"proj_b": "aws/1"},
        "openai": {"proj_a": "openai/other"},
    }


def test_names_are_kept_in_one_order(store: Store) -> None:
    bodies: set[bytes] = set()
    for names in (sorted(NAMES, key=str), sorted(NAMES, key=str, reverse=True)):
        put_names(store, ACCOUNT, names)
        bodies.update(item.body for item in store.query("names"))
    assert len(bodies) == 1


def test_claims_are_lost_to_whoever_was_first(store: Store) -> None:
    assert read_claims(store, "openai") == ({}, 0)
    put_claims(store, "openai", {"proj_a": ACCOUNT}, 0)
    with pytest.raises(Conflict):
        put_claims(store, "openai", {"proj_a": "openai/other"}, 0)
    claims, version = read_claims(store, "openai")
    assert claims == {"proj_a": ACCOUNT}
    put_claims(store, "openai", {}, version)
    put_claims(store, "openai", {"proj_b": ACCOUNT}, None)
    assert read_claims(store, "openai")[0] == {"proj_b": ACCOUNT}


def test_the_latest_outcome_of_each_account_and_all_that_went_before(store: Store) -> None:
    told = Sentence("{account} has no key", {"account": ACCOUNT})
    first = outcome("openai/b", "run-1", message=told, restatements=(restatement(MONDAY),))
    other, second = outcome(ACCOUNT, "run-1", seconds=1.5), outcome("openai/b", "run-2")
    for one in (first, other, second):
        put_outcome(store, one)
    assert list(latest_outcomes(store)) == [second, other]
    assert list(all_outcomes(store)) == [first, second, other]
    forget_outcome(store, "openai/b")
    assert list(latest_outcomes(store)) == [other]
    assert list(all_outcomes(store)) == [first, second, other]


def test_the_last_runs_of_an_account_the_latest_first(store: Store) -> None:
    runs = [outcome(ACCOUNT, f"2026110{day}T020000.000000Z") for day in range(1, 6)]
    for one in (*runs, outcome("openai/edugami2", "20261109T020000.000000Z")):
        put_outcome(store, one)
    assert outcomes_of(store, ACCOUNT, 3) == runs[:1:-1]
    assert outcomes_of(store, ACCOUNT, 30) == runs[::-1]
    assert outcomes_of(store, "openai/nobody", 30) == []


def test_runs_that_an_older_ecot_kept_are_exported_with_the_others(store: Store) -> None:
    older, new = outcome(ACCOUNT, "20261101T020000.000000Z"), outcome(ACCOUNT, "run-2")
    store.put(Key(f"run#{older.run}", ACCOUNT), msgspec.json.encode(older))
    put_outcome(store, new)
    assert list(all_outcomes(store)) == [older, new]
    assert outcomes_of(store, ACCOUNT, 30) == [new]


def test_restatements_are_found_by_account_and_by_the_beginning_of_their_day(store: Store) -> None:
    found = [restatement(day) for day in (date(2025, 12, 31), MONDAY, date(2026, 1, 31))]
    for one in [*reversed(found), restatement(date(2026, 2, 1)), restatement(MONDAY, "openai/b")]:
        store.put_all([restatement_write(one)])
        store.put_all([restatement_write(one)])
    assert list(restatements(store, ACCOUNT, "2026-01")) == found[1:]
    assert list(restatements(store, ACCOUNT)) == [*found, restatement(date(2026, 2, 1))]
    assert list(restatements(store, ACCOUNT, "2026-01-3")) == found[2:]


def test_tens_of_thousands_of_names_and_projects_fit_into_an_item(store: Store) -> None:
    random = Random(1)
    ids = [f"key_{random.getrandbits(48):012x}" for _ in range(20_000)]
    put_names(store, ACCOUNT, [Name("api_key_id", one, f"Key {one[-4:]} of a team") for one in ids])
    put_claims(store, "openai", dict.fromkeys(ids, ACCOUNT), 0)
    standing = read_standing(store, ACCOUNT)
    assert len(standing.names) == len(standing.claims) == len(all_names(store)[ACCOUNT])
    assert len(standing.claims) == len(set(ids))


@pytest.mark.parametrize(
    "body", [b"", b"no zlib", b"{", b'{"a":"\xff\xfe"}', b"[7]", b'{"a":7}', zlib.compress(b"{")]
)
def test_a_damaged_record_is_said_to_be(store: Store, body: bytes) -> None:
    reads: dict[Key, list[Callable[[], object]]] = {
        Key("names", ACCOUNT): [lambda: read_standing(store, ACCOUNT), lambda: all_names(store)],
        Key("claim", "openai"): [
            lambda: read_standing(store, ACCOUNT),
            lambda: read_claims(store, "openai"),
            lambda: list(all_claims(store)),
        ],
        Key("progress", ACCOUNT): [
            lambda: read_standing(store, ACCOUNT),
            lambda: list(all_progress(store)),
        ],
        Key("outcome", ACCOUNT): [lambda: list(latest_outcomes(store))],
        Key(f"run#{ACCOUNT}", "1"): [
            lambda: list(all_outcomes(store)),
            lambda: outcomes_of(store, ACCOUNT, 1),
        ],
        Key(f"restatement#{ACCOUNT}", "2026"): [lambda: list(restatements(store, ACCOUNT))],
    }
    for key, calls in reads.items():
        store.put(key, body)
        for call in calls:
            with pytest.raises(LedgerError, match=f"{key.partition} {key.sort} is missing or was"):
                call()
        store.delete(key)


def test_names_and_claims_that_an_older_ecot_wrote_are_read(store: Store) -> None:
    store.put(Key("names", ACCOUNT), b'[{"dimension":"user","id":"u1","name":"Ana"}]')
    store.put(Key("claim", "openai"), b'{"proj_a":"openai/edugami"}')
    standing = read_standing(store, ACCOUNT)
    assert standing.names == {Name("user", "u1", "Ana")}
    assert standing.claims == {"proj_a": ACCOUNT} == read_claims(store, "openai")[0]
    assert dict(all_claims(store)) == {"openai": {"proj_a": ACCOUNT}}
    assert all_names(store) == {ACCOUNT: [Name("user", "u1", "Ana")]}


def test_only_records_that_a_head_names_took_effect(store: Store) -> None:
    took, lost = restatement(MONDAY), restatement(MONDAY + DAY)
    store.put_all([restatement_write(took), restatement_write(lost)])
    head = Head(account=ACCOUNT, month=Month.of(MONDAY), restated=(took.id,))
    assert list(restatements_of(store, head)) == [took]
    assert list(restatements_of(store, msgspec.structs.replace(head, restated=()))) == []


def test_an_outcome_may_be_kept_without_being_the_latest(store: Store) -> None:
    old, new = outcome(ACCOUNT, "run-1"), outcome(ACCOUNT, "run-2")
    put_outcome(store, new)
    put_outcome(store, old, is_latest=False)
    assert list(latest_outcomes(store)) == [new]
    assert list(all_outcomes(store)) == [old, new]
