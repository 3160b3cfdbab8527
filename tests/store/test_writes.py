"""Many writes go in few calls, and the stream is never held whole."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from ecot.store.protocol import Key, Write
from ecot.store.sqlite import SqliteStore
from ecot.store.writes import BATCH_BYTES, put_stream


class Noting(SqliteStore):
    """A store that notes the sizes of its batches, and how far the stream had come at each."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.batches: list[int] = []
        self.drawn = 0

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        super().put_all(items, expires=expires)
        self.batches.append(sum(len(body) for _, body in items))

    def stream(self, count: int) -> Iterator[Write]:
        for number in range(count):
            self.drawn += 1
            yield Key("p", f"{number:03}"), b"x" * 300_000
            assert self.drawn - len(self.batches) * 14 <= 14


def test_few_writes_are_one_call_and_none_is_none(tmp_path: Path) -> None:
    store = Noting(tmp_path / "ecot.sqlite")
    put_stream(store, iter(()))
    assert store.batches == []
    put_stream(store, store.stream(10))
    assert store.batches == [3_000_000]
    store.close()


def test_many_writes_are_cut_into_calls_of_about_4_mb(tmp_path: Path) -> None:
    store = Noting(tmp_path / "ecot.sqlite")
    put_stream(store, store.stream(100))
    assert len(list(store.query("p"))) == 100
    assert max(store.batches) < BATCH_BYTES + 350_000
    assert store.batches == [4_200_000] * 7 + [600_000]
    store.close()
