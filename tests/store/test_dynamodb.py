"""What imitations of DynamoDB forgive, and what a network does: lost answers, refusals, pages."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecot.errors import Conflict, LedgerError, StoreUnavailable
from ecot.store.dynamodb import DynamoStore
from ecot.store.patience import Patience
from ecot.store.protocol import Key
from tests.store import servers
from tests.store.backends import client, name_of, open_store_on
from tests.store.wire import Clock, Wire

HERE = Key("here", "a")
BIG = b"x" * 350_000


class Rig:
    """A store in an empty table, its wire, its clock, and another store in the same table."""

    def __init__(self, folder: Path) -> None:
        self.other = open_store_on("moto", folder)
        dynamodb = client("dynamodb", servers.moto())
        self.clock = Clock()
        self.wire = Wire(dynamodb)
        patience = Patience(20, sleep=self.clock.sleep, clock=self.clock, jitter=lambda: 1.0)
        self.store = DynamoStore(dynamodb, name_of(folder), patience)
        self.table = name_of(folder)

    def body(self) -> bytes | None:
        item = self.other.get([HERE]).get(HERE)
        return item.body if item else None

    def version(self) -> int:
        return self.other.get([HERE])[HERE].version


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    one = Rig(tmp_path)
    yield one
    one.store.close()
    one.other.close()


# --- what moto would forgive ---------------------------------------------------------------------


def test_no_batch_is_larger_than_dynamodb_takes_nor_names_a_key_twice(rig: Rig) -> None:
    keys = [Key("p", f"{number:03}") for number in range(260)]
    rig.store.put_all([(key, b"") for key in [*keys, *keys]])
    assert len(rig.store.get([*keys, *reversed(keys)])) == 260
    written, read = [], []
    for operation, params in rig.wire.sent:
        wanted = params["RequestItems"][rig.table]
        if operation == "BatchWriteItem":
            written.append([one["PutRequest"]["Item"]["sk"]["S"] for one in wanted])
        else:
            assert (operation, wanted["ConsistentRead"]) == ("BatchGetItem", True)
            read.append([one["sk"]["S"] for one in wanted["Keys"]])
    assert [len(batch) for batch in written] == [25] * 10 + [10]
    assert [len(batch) for batch in read] == [100, 100, 60]
    for batches in (written, read):
        assert sorted(sort for batch in batches for sort in batch) == [key.sort for key in keys]


def test_the_largest_batch_is_below_16_megabytes(rig: Rig) -> None:
    rig.store.put_all([(Key("é" * 1024, f"{number:0512}é"), BIG) for number in range(25)])
    ((_, params),) = rig.wire.sent
    items = [one["PutRequest"]["Item"] for one in params["RequestItems"][rig.table]]
    in_base64 = sum(len(str(item)) + len(item["b"]["B"]) * 4 // 3 for item in items)
    assert in_base64 < 45_000_000  # str() writes a byte in at most four characters
    assert sum(len(item["b"]["B"]) for item in items) < 16 * 2**20


def test_what_dynamodb_would_refuse_is_never_sent(rig: Rig) -> None:
    for key in (Key("", "a"), Key("a", ""), Key("a", "é" * 513), Key("é" * 1025, "a")):
        with pytest.raises(LedgerError):
            rig.store.get([key])
        with pytest.raises(LedgerError):
            rig.store.put_all([(HERE, b""), (key, b"")])
    with pytest.raises(LedgerError):
        rig.store.put(HERE, BIG + b"x")
    assert list(rig.store.query("p", "b", "a")) == []
    assert list(rig.store.query("p", "b", "b")) == []
    assert list(rig.store.query("p", "", "")) == []
    rig.store.put_all([])
    assert rig.store.get([]) == {}
    assert rig.wire.sent == []


def test_every_read_is_consistent(rig: Rig) -> None:
    list(rig.store.query("p"))
    list(rig.store.partitions())
    rig.store.get([HERE])
    operations = dict(rig.wire.sent)
    assert operations["Query"]["ConsistentRead"] is True
    assert operations["Scan"]["ConsistentRead"] is True
    assert operations["BatchGetItem"]["RequestItems"][rig.table]["ConsistentRead"] is True


# --- pages ---------------------------------------------------------------------------------------


def test_a_query_goes_on_where_a_page_of_a_megabyte_ended(rig: Rig) -> None:
    rig.other.put_all([(Key("p", str(number)), BIG) for number in range(8)])
    assert [item.key.sort for item in rig.store.query("p")] == list("01234567")
    assert [item.key.sort for item in rig.store.query("p", "1", "6")] == list("12345")
    assert rig.wire.operations().count("Query") >= 6
    assert list(rig.store.partitions()) == ["p"]
    assert rig.wire.operations().count("Scan") >= 3


def test_a_query_asks_for_a_page_when_somebody_wants_it(rig: Rig) -> None:
    rig.other.put_all([(Key("p", str(number)), BIG) for number in range(8)])
    items = rig.store.query("p")
    assert rig.wire.sent == []
    next(items)
    assert rig.wire.operations() == ["Query"]


# --- parts of a batch that were not done ---------------------------------------------------------


def test_what_a_batch_left_unwritten_is_sent_again_until_all_is_there(rig: Rig) -> None:
    rig.wire.do_only("BatchWriteItem", "UnprocessedItems", 4)
    items = {Key("p", f"{number:02}"): b"%d" % number for number in range(30)}
    rig.store.put_all(list(items.items()))
    assert {item.key: item.body for item in rig.other.query("p")} == items
    assert rig.wire.operations() == ["BatchWriteItem"] * (7 + 2)


def test_what_a_batch_left_unread_is_asked_again_until_all_is_there(rig: Rig) -> None:
    keys = [Key("p", f"{number:03}") for number in range(130)]
    rig.other.put_all([(key, b"") for key in keys])
    rig.wire.do_only("BatchGetItem", "UnprocessedKeys", 30)
    assert rig.store.get(keys).keys() == set(keys)
    assert rig.wire.operations() == ["BatchGetItem"] * 5


def test_a_batch_that_never_gets_done_ends_with_the_time(rig: Rig) -> None:
    rig.wire.do_only("BatchWriteItem", "UnprocessedItems", 0)
    rig.wire.do_only("BatchGetItem", "UnprocessedKeys", 0)
    with pytest.raises(StoreUnavailable, match="does not answer \\(throttled\\)"):
        rig.store.put_all([(HERE, b"")])
    with pytest.raises(StoreUnavailable):
        rig.store.get([HERE])
    assert 30 < rig.clock.now < 40


# --- refusals and lost answers -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ProvisionedThroughputExceededException", 400),
        ("ThrottlingException", 400),
        ("RequestLimitExceeded", 400),
        ("TransactionConflictException", 400),
        ("WhateverItIsCalled", 429),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
    ],
)
def test_what_is_turned_away_for_a_moment_is_done_later(rig: Rig, code: str, status: int) -> None:
    for operation in ("PutItem", "BatchGetItem", "Query", "Scan", "BatchWriteItem", "DeleteItem"):
        rig.wire.refuse(operation, code, 3, status=status)
    rig.store.put(HERE, b"one", if_version=0)
    rig.store.put_all([(Key("here", "b"), b"")])
    assert len(list(rig.store.query("here"))) == 2
    assert list(rig.store.partitions()) == ["here"]
    rig.store.delete(HERE, if_version=rig.store.get([HERE])[HERE].version)
    assert rig.body() is None
    assert rig.clock.slept == [0.05, 0.1, 0.2] * 6


def test_a_table_that_turns_everything_away_is_unavailable_when_the_time_is_over(rig: Rig) -> None:
    rig.wire.refuse("PutItem", "ThrottlingException", 1000)
    with pytest.raises(StoreUnavailable) as caught:
        rig.store.put(HERE, b"one")
    assert str(caught.value) == f"dynamodb:{rig.table} does not answer (ThrottlingException)"
    assert "try again" in caught.value.remedy
    assert rig.clock.now < 20
    assert len(rig.wire.sent) == len(rig.clock.slept) + 1 < 20


def test_an_answer_that_is_cut_off_is_asked_for_again(rig: Rig) -> None:
    rig.other.put(HERE, b"one")
    for operation in ("BatchGetItem", "Query", "Scan", "BatchWriteItem"):
        rig.wire.garble(operation, 2)
    assert rig.store.get([HERE])[HERE].body == b"one"
    assert [item.body for item in rig.store.query("here")] == [b"one"]
    assert list(rig.store.partitions()) == ["here"]
    rig.store.put_all([(HERE, b"two")])
    assert rig.body() == b"two"
    rig.wire.garble("Query", 1000)
    with pytest.raises(StoreUnavailable, match="garbled"):
        next(rig.store.query("here"))


NO_ANSWERS = (b"", b'{"ConsumedCapacity":{"Table', b"{}", b"<html>caf\xe9</html>")
"""What a proxy, or a connection that was cut, makes of a whole answer."""


@pytest.mark.parametrize("body", NO_ANSWERS)
def test_a_put_or_a_delete_is_done_when_dynamodb_says_so(rig: Rig, body: bytes) -> None:
    rig.wire.answer("PutItem", body, 2)
    rig.store.put(HERE, b"one", if_version=0)
    assert rig.body() == b"one"
    rig.wire.answer("DeleteItem", body, 2)
    rig.store.delete(HERE, if_version=rig.version())
    assert rig.body() is None
    assert rig.clock.slept == [0.05, 0.1] * 2


@pytest.mark.parametrize("body", NO_ANSWERS)
def test_a_put_or_a_delete_that_was_done_but_told_in_no_words_is_no_conflict(
    rig: Rig, body: bytes
) -> None:
    rig.wire.spoil_answer("PutItem", [(200, body)])
    rig.store.put(HERE, b"one", if_version=0)
    assert rig.body() == b"one"
    rig.wire.spoil_answer("DeleteItem", [(200, body)])
    rig.store.delete(HERE, if_version=rig.version())
    assert rig.body() is None
    assert [rig.wire.operations().count(one) for one in ("PutItem", "DeleteItem")] == [2, 2]


def test_a_put_without_a_word_that_lost_the_race_is_a_conflict(rig: Rig) -> None:
    rig.other.put(HERE, b"theirs")
    rig.wire.answer("PutItem", b"", 1)
    with pytest.raises(Conflict):
        rig.store.put(HERE, b"ours", if_version=0)
    rig.wire.answer("DeleteItem", b"", 1)
    with pytest.raises(Conflict):
        rig.store.delete(HERE, if_version=7)
    assert rig.body() == b"theirs"


def test_a_put_or_a_delete_that_is_never_told_in_words_is_not_done(rig: Rig) -> None:
    for operation in ("PutItem", "DeleteItem"):
        rig.wire.answer(operation, b"", 1000)
    calls: list[Callable[[], object]] = [
        lambda: rig.store.put(HERE, b"one"),
        lambda: rig.store.delete(HERE),
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable, match="garbled"):
            call()


def test_a_put_whose_answer_was_lost_has_succeeded(rig: Rig) -> None:
    rig.wire.lose_answer("PutItem")
    rig.store.put(HERE, b"one", if_version=0)
    rig.wire.lose_answer("PutItem")
    rig.store.put(HERE, b"two", if_version=rig.version())
    assert rig.body() == b"two"
    assert rig.wire.operations().count("PutItem") == 4


def test_a_put_without_a_condition_whose_answer_was_lost_is_done_again(rig: Rig) -> None:
    rig.store.put(HERE, b"one")
    before = rig.version()
    rig.wire.lose_answer("PutItem")
    rig.store.put(HERE, b"two")
    assert (rig.body(), rig.version() == before) == (b"two", False)


def test_a_put_that_was_refused_by_a_server_error_and_done_all_the_same(rig: Rig) -> None:
    rig.wire.do_and_refuse("PutItem", "InternalServerError", 500)
    rig.store.put(HERE, b"one", if_version=0)
    assert rig.body() == b"one"
    assert rig.wire.operations().count("PutItem") == 2


def test_a_put_whose_answer_was_lost_and_that_is_then_turned_away_has_succeeded(rig: Rig) -> None:
    def busy() -> None:
        rig.wire.refuse("PutItem", "ThrottlingException", 1)

    rig.wire.lose_answer("PutItem", busy)
    rig.store.put(HERE, b"one", if_version=0)
    assert rig.body() == b"one"
    assert rig.wire.operations().count("PutItem") == 3


def test_a_lost_answer_of_a_put_that_lost_the_race_is_a_conflict(rig: Rig) -> None:
    rig.other.put(HERE, b"theirs")
    rig.wire.refuse("PutItem", "InternalServerError", 1, status=500)
    with pytest.raises(Conflict):
        rig.store.put(HERE, b"ours", if_version=0)
    assert rig.body() == b"theirs"


def test_a_put_that_was_done_and_replaced_before_its_answer_was_lost_is_a_conflict(
    rig: Rig,
) -> None:
    def replace() -> None:
        assert rig.body() == b"ours"
        rig.other.put(HERE, b"theirs", if_version=rig.version())

    rig.wire.lose_answer("PutItem", replace)
    with pytest.raises(Conflict):
        rig.store.put(HERE, b"ours", if_version=0)
    assert rig.body() == b"theirs"


def test_a_conflict_needs_no_second_look_where_no_answer_was_lost(rig: Rig) -> None:
    rig.other.put(HERE, b"theirs")
    rig.wire.refuse("PutItem", "ThrottlingException", 2)
    with pytest.raises(Conflict):
        rig.store.put(HERE, b"ours", if_version=0)
    assert rig.wire.operations() == ["PutItem"] * 3


def test_a_batch_whose_answer_was_lost_is_written_again(rig: Rig) -> None:
    rig.wire.lose_answer("BatchWriteItem")
    rig.store.put_all([(HERE, b"one")])
    assert rig.body() == b"one"
    assert rig.wire.operations() == ["BatchWriteItem"] * 2


def test_a_delete_whose_answer_was_lost_has_succeeded(rig: Rig) -> None:
    rig.other.put(HERE, b"one")
    rig.wire.lose_answer("DeleteItem")
    rig.store.delete(HERE, if_version=rig.version())
    assert rig.body() is None
    rig.wire.lose_answer("DeleteItem")
    rig.store.delete(HERE)


def test_a_lost_answer_of_a_delete_leaves_what_somebody_else_put(rig: Rig) -> None:
    rig.other.put(HERE, b"one")
    rig.wire.lose_answer("DeleteItem", lambda: rig.other.put(HERE, b"theirs"))
    with pytest.raises(Conflict):
        rig.store.delete(HERE, if_version=rig.version())
    assert rig.body() == b"theirs"


def test_a_delete_that_was_certainly_not_done_by_us_is_a_conflict(rig: Rig) -> None:
    rig.wire.refuse("DeleteItem", "ThrottlingException", 1)
    with pytest.raises(Conflict):
        rig.store.delete(HERE, if_version=7)
