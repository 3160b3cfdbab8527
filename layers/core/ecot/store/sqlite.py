"""The embedded store: one SQLite file, used by the laptop and by most tests."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import RLock
from typing import Any

from ecot.errors import LedgerError
from ecot.store.protocol import Item, Key, Write
from ecot.store.refusals import check_bounds, check_key, check_write, conflict

_TABLE = """
CREATE TABLE IF NOT EXISTS item (
    partition TEXT NOT NULL,
    sort      TEXT NOT NULL,
    version   INTEGER NOT NULL,
    body      BLOB NOT NULL,
    UNIQUE (partition, sort)
) STRICT
"""
# A version starts anywhere and counts on: an item that was removed and put again has none that
# somebody noted before.
_PUT = """
INSERT INTO item VALUES (?, ?, (random() & 4611686018427387903) + 1, ?)
ON CONFLICT DO UPDATE SET body = excluded.body, version = version + 1
"""
_PUT_NEW = """
INSERT OR IGNORE INTO item VALUES (?, ?, (random() & 4611686018427387903) + 1, ?)
"""
# With a write-ahead log a power cut may take the last commits back, newest first, and never breaks
# the order: a head that is there has its documents. What was taken back is read again next night.
_SAFE_ENOUGH = "PRAGMA synchronous = NORMAL"
_PAGE = 64  # items fetched at a time, so that a long query neither blocks writers nor fills memory
_KEYS_A_QUERY = 400  # two variables a key; SQLite allows 999 on old builds
_WAIT_SECONDS = 30.0  # how long a writer waits for another process before it gives up


class SqliteStore:
    """A `Store` in one file. Safe across threads (one lock) and processes (SQLite's own)."""

    def __init__(self, path: Path) -> None:
        """Opens or creates the file. Raises LedgerError where it is not a database of ours; what
        somebody else keeps in it stays as it is."""
        self._lock = RLock()
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(
                path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
        except (sqlite3.Error, OSError) as error:
            raise _unusable(path, error) from error
        try:
            self._prepare()
        except LedgerError:
            self.close()
            raise

    def get(self, keys: Sequence[Key]) -> Mapping[Key, Item]:
        for key in keys:
            check_key(key)
        found: dict[Key, Item] = {}
        with self._lock:
            for start in range(0, len(keys), _KEYS_A_QUERY):
                some = keys[start : start + _KEYS_A_QUERY]
                places = ", ".join(["(?, ?)"] * len(some))
                for row in self._rows(
                    "SELECT partition, sort, body, version FROM item "  # noqa: S608 - question marks
                    f"WHERE (partition, sort) IN (VALUES {places})",
                    [part for key in some for part in key],
                ):
                    item = _item(row)
                    found[item.key] = item
        return found

    def query(self, partition: str, first: str = "", before: str | None = None) -> Iterator[Item]:
        check_bounds(partition, first, before)
        comparison, start = ">=", first
        while True:
            page = self._rows(
                "SELECT partition, sort, body, version FROM item "  # noqa: S608 - ">=" or ">"
                f"WHERE partition = ? AND sort {comparison} ? "
                "AND (? IS NULL OR sort < ?) ORDER BY sort LIMIT ?",
                (partition, start, before, before, _PAGE),
            )
            yield from map(_item, page)
            if len(page) < _PAGE:
                return
            comparison, start = ">", page[-1][1]

    def latest(self, partition: str, most: int) -> Sequence[Item]:
        check_bounds(partition, "", None)
        rows = self._rows(
            "SELECT partition, sort, body, version FROM item "
            "WHERE partition = ? ORDER BY sort DESC LIMIT ?",
            (partition, most),
        )
        return [*map(_item, rows)]

    def partitions(self) -> Iterator[str]:
        rows = self._rows("SELECT DISTINCT partition FROM item ORDER BY partition")
        yield from (partition for (partition,) in rows)

    def put(
        self,
        key: Key,
        body: bytes,
        *,
        if_version: int | None = None,
        expires: datetime | None = None,  # noqa: ARG002 - it forgets nothing by itself
    ) -> None:
        check_write(key, body)
        if if_version is None:
            self._changed(_PUT, (*key, body))
        elif if_version == 0:
            self._only_one(_PUT_NEW, (*key, body), key)
        else:
            self._only_one(
                "UPDATE item SET body = ?, version = version + 1 "
                "WHERE partition = ? AND sort = ? AND version = ?",
                (body, *key, if_version),
                key,
            )

    def put_all(
        self,
        items: Sequence[Write],
        *,
        expires: datetime | None = None,  # noqa: ARG002 - as in `put`
    ) -> None:
        for key, body in items:
            check_write(key, body)
        with self._lock:
            try:
                with self._transaction():
                    self._connection.executemany(_PUT, [(*key, body) for key, body in items])
            except sqlite3.Error as error:
                raise _unusable(self._path, error) from error

    def delete(self, key: Key, *, if_version: int | None = None) -> None:
        check_key(key)
        if if_version is None:
            self._changed("DELETE FROM item WHERE partition = ? AND sort = ?", key)
        else:
            self._only_one(
                "DELETE FROM item WHERE partition = ? AND sort = ? AND version = ?",
                (*key, if_version),
                key,
            )

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        tables = self._rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )
        if foreign := {name for (name,) in tables} - {"item"}:
            raise _unusable(self._path, f"it holds other tables ({', '.join(sorted(foreign))})")
        try:
            self._rows("PRAGMA journal_mode = WAL")
        except LedgerError:
            pass  # somebody else has just opened the new file too, and SQLite does not wait here
        self._rows(_SAFE_ENOUGH)
        self._rows(_TABLE)
        self._rows("SELECT partition, sort, version, body FROM item LIMIT 0")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """One sync for many statements: all of them, or none."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.rollback()
            raise

    def _only_one(self, statement: str, values: tuple[object, ...], key: Key) -> None:
        if self._changed(statement, values) != 1:
            raise conflict(key)

    def _changed(self, statement: str, values: Sequence[object]) -> int:
        """Runs the statement and returns how many rows it changed."""
        with self._lock:
            try:
                return self._connection.execute(statement, values).rowcount
            except sqlite3.Error as error:
                raise _unusable(self._path, error) from error

    def _rows(self, statement: str, values: Sequence[object] = ()) -> list[Any]:
        """Runs the statement and returns its rows."""
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise _unusable(self._path, error) from error


def _unusable(path: Path, why: object) -> LedgerError:
    return LedgerError(
        "{path} cannot be used as a ledger: {why}",
        remedy="Check that the disk has room, that the folder is writable and that the file is "
        "Ecot's own, or set ECOT_HOME to another folder.",
        path=path,
        why=why,
    )


def _item(row: tuple[str, str, bytes, int]) -> Item:
    partition, sort, body, version = row
    return Item(Key(partition, sort), body, version)
