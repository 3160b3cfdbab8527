"""Leases: whatever several runs do, and whenever, no two hold one at once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.errors import LedgerError
from ecot.store.leases import Lease, release, take
from ecot.store.protocol import Key, Store
from tests.ledger.book import in_memory

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_one_that_is_held_is_given_to_nobody_else(store: Store) -> None:
    held = take(store, "notion", NOON, MINUTE)
    assert held is not None
    assert (held.name, held.until) == ("notion", NOON + MINUTE)
    assert take(store, "notion", NOON + MINUTE / 2, MINUTE) is None
    assert take(store, "mail", NOON, MINUTE) is not None


def test_one_that_was_given_back_or_has_run_out_is_free(store: Store) -> None:
    first = take(store, "notion", NOON, MINUTE)
    assert first is not None
    release(store, first)
    second = take(store, "notion", NOON, MINUTE)
    assert second is not None
    third = take(store, "notion", NOON + MINUTE, MINUTE)
    assert third is not None
    assert third.holder != second.holder


def test_who_overran_takes_nothing_away_from_whoever_came_after(store: Store) -> None:
    late = take(store, "notion", NOON, MINUTE)
    assert late is not None
    assert take(store, "notion", NOON + MINUTE, MINUTE) is not None
    release(store, late)
    assert take(store, "notion", NOON + MINUTE, MINUTE) is None
    release(store, late)


def test_of_two_who_take_it_at_once_one_has_it(store: Store) -> None:
    class Interrupted:
        """A store in which somebody takes the lease between a look and a put."""

        def __init__(self) -> None:
            self.other: Lease | None = None

        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def put(
            self, key: Key, body: bytes, *, if_version: int | None = None,
            expires: datetime | None = None,
        ) -> None:  # fmt: skip
            self.other = take(store, "notion", NOON, MINUTE)
            store.put(key, body, if_version=if_version, expires=expires)

    between = Interrupted()
    assert take(between, "notion", NOON, MINUTE) is None  # type: ignore[arg-type]
    assert between.other is not None


def test_a_damaged_lease_is_an_error(store: Store) -> None:
    store.put(Key("lease", "notion"), b"nothing")
    with pytest.raises(LedgerError, match="damaged"):
        take(store, "notion", NOON, MINUTE)


STEPS = st.lists(
    st.tuples(
        st.integers(0, 2),  # who
        st.sampled_from(["take", "release"]),
        st.integers(0, 90),  # seconds that pass first
        st.integers(1, 120),  # seconds that it is to last
    ),
    max_size=30,
)


@given(STEPS)
def test_two_runs_never_hold_it_at_once(steps: list[tuple[int, str, int, int]]) -> None:
    place = in_memory()
    now, held = NOON, dict[int, Lease]()
    for who, action, passed, lasts in steps:
        now += timedelta(seconds=passed)
        if action == "release" and who in held:
            release(place.store, held.pop(who))
        elif action == "take" and who not in held:
            lease = take(place.store, "notion", now, timedelta(seconds=lasts))
            others = [other for other in held.values() if now < other.until]
            assert (lease is None) == bool(others)
            if lease is not None:
                held[who] = lease
        held = {one: lease for one, lease in held.items() if now < lease.until}
    place.store.close()
