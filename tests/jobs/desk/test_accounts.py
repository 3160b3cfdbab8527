"""What is known of a key, where nobody can look at it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ecot.jobs.desk.accounts import Stated, accounts_read, connections, offers
from ecot.jobs.place import open_place
from ecot.model.outcome import Outcome, State
from ecot.report.desk.connecting import Key
from ecot.store.protocol import Store
from ecot.store.records import put_outcome

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ACCOUNT = "openai/studio"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    place = open_place(tmp_path)
    yield place.store
    place.store.close()


def told(store: Store, state: State, run: str = "r1", day: int = 22) -> None:
    """How the last reading ended."""
    at = NOW.replace(day=day)
    put_outcome(store, Outcome(provider="openai", account=ACCOUNT, run=run, at=at, state=state))


def stated(*, has_key: bool | None, account: str = ACCOUNT) -> Stated:
    return Stated(account, is_active=True, variable="OPENAI_ADMIN_KEY", has_key=has_key)


@pytest.mark.parametrize(
    ("has_key", "state", "key"),
    [
        (True, None, "there"),
        (False, "ok", "lacking"),
        (True, "not_configured", "lacking"),
        (None, None, "not told"),
        (None, "ok", "there"),
        (None, "failed", "there"),
        (None, "not_configured", "lacking"),
    ],
)
def test_a_key_is_there_as_far_as_anybody_can_know(
    store: Store, has_key: bool | None, state: State | None, key: Key
) -> None:
    if state:
        told(store, state)

    (one,) = connections(store, [stated(has_key=has_key)])

    assert one.key == key


def test_an_account_without_a_key_needs_none(store: Store) -> None:
    (one,) = connections(store, [stated(has_key=None, account="prometheus/main")])

    assert one.key == "none"


def test_when_it_was_last_read_completely_is_looked_for_among_its_runs(store: Store) -> None:
    told(store, "ok", "20261120T0", 20)
    told(store, "failed", "20261121T0", 21)
    told(store, "partial", "20261122T0", 22)

    (one,) = connections(store, [])

    assert (one.good, one.is_active) == (NOW.replace(day=20), None)
    assert one.outcome is not None
    assert one.outcome.state == "partial"


def test_an_account_that_was_never_read_is_listed_all_the_same(store: Store) -> None:
    (one,) = accounts_read(store, ["openai/new"])

    assert (one.account, one.outcome, one.unread_from) == ("openai/new", None, None)


def test_what_could_be_connected_is_what_nobody_has(store: Store) -> None:
    names = {one.name for one in offers(["openai/a", "aws/b"])}

    assert {"openai", "aws"}.isdisjoint(names)
    assert {"mistral", "stripe"} <= names
