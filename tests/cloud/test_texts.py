"""Settings files in the bucket: only what changed is sent, and nobody's change is lost."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from boto3.session import Session

from ecot.cloud.texts import Texts
from ecot.errors import Conflict, LedgerError
from tests.cloud.stacks import ONCE, Stack
from tests.store.backends import IMPATIENT
from tests.store.wire import Wire

FILE = "ecot.toml"


@pytest.fixture
def wired(stack: Stack) -> Iterator[tuple[Texts, Wire]]:
    """The stack's files, and what goes over the wire."""
    with closing(Session().client("s3", config=ONCE)) as client:
        yield Texts(client, stack.table, "config", IMPATIENT), Wire(client)


def test_a_file_is_read_again_only_where_it_changed(wired: tuple[Texts, Wire]) -> None:
    texts, _ = wired
    assert texts.get(FILE) is None
    first = texts.put(FILE, b"first", None)
    assert texts.get(FILE) == first
    assert texts.get(FILE, first) is first
    second = texts.put(FILE, b"second", first)
    assert texts.get(FILE, first) == second
    assert (second.body, second.etag != first.etag) == (b"second", True)


def test_of_two_who_write_one_is_told_and_nothing_is_lost(wired: tuple[Texts, Wire]) -> None:
    texts, _ = wired
    first = texts.put(FILE, b"first", None)
    texts.put(FILE, b"theirs", first)
    for over in (None, first):
        with pytest.raises(Conflict, match="changed by somebody else"):
            texts.put(FILE, b"ours", over)
    found = texts.get(FILE)
    assert found is not None
    assert found.body == b"theirs"


def test_a_write_whose_answer_was_lost_is_ours(wired: tuple[Texts, Wire]) -> None:
    texts, wire = wired
    wire.lose_answer("PutObject")
    first = texts.put(FILE, b"first", None)
    wire.lose_answer("PutObject")
    assert texts.put(FILE, b"second", first) == texts.get(FILE)


def test_a_file_that_was_removed_meanwhile_was_changed(
    wired: tuple[Texts, Wire], stack: Stack
) -> None:
    texts, wire = wired
    first = texts.put(FILE, b"first", None)
    wire.refuse_s3("PutObject", "NoSuchKey", 1, status=404)
    with closing(Session().client("s3")) as client:
        client.delete_object(Bucket=stack.table, Key=f"config/{FILE}")
    with pytest.raises(Conflict):
        texts.put(FILE, b"ours", first)


def test_a_refusal_is_a_sentence(wired: tuple[Texts, Wire]) -> None:
    texts, wire = wired
    wire.refuse_s3("GetObject", "AccessDenied", 1, status=403)
    with pytest.raises(LedgerError, match="AWS denies access to s3:"):
        texts.get(FILE)
    wire.refuse_s3("GetObject", "NoSuchBucket", 1, status=404)
    with pytest.raises(LedgerError, match="does not exist"):
        texts.get(FILE)
    wire.refuse_s3("PutObject", "SlowDown", 2, status=503)
    assert texts.put(FILE, b"at last", None).body == b"at last"


def test_a_name_that_leaves_the_folder_is_refused(wired: tuple[Texts, Wire]) -> None:
    with pytest.raises(ValueError, match="not a name inside"):
        wired[0].get("../ledger/evidence")
