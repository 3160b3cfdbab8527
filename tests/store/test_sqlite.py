"""The SQLite file: ours or refused, with a sentence and not a traceback."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ecot.errors import LedgerError
from ecot.store.protocol import Key
from ecot.store.sqlite import SqliteStore

HERE = Key("here", "a")


def test_the_store_makes_the_folders_above_its_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "home" / "ecot.sqlite"
    SqliteStore(path).close()
    assert path.is_file()


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(b"not a database, but somebody's notes" * 100)
    with pytest.raises(LedgerError, match=r"notes\.txt cannot be used as a ledger"):
        SqliteStore(path)
    assert path.read_bytes() == b"not a database, but somebody's notes" * 100


@pytest.mark.parametrize(
    "table", ["bookmarks (url TEXT)", "item (id INTEGER PRIMARY KEY AUTOINCREMENT)"]
)
def test_a_database_of_somebody_else_is_refused_and_left_alone(tmp_path: Path, table: str) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as theirs:
        theirs.execute(f"CREATE TABLE {table}")
    with pytest.raises(LedgerError, match=r"other\.sqlite cannot be used"):
        SqliteStore(path)
    with closing(sqlite3.connect(path)) as theirs:
        names = theirs.execute("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'")
        assert names.fetchall() == [(f"CREATE TABLE {table}",)]


def test_a_folder_that_cannot_be_made_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LedgerError) as caught:
        SqliteStore(tmp_path / "file" / "ecot.sqlite")
    assert "ECOT_HOME" in caught.value.remedy


def test_damage_inside_the_file_is_a_ledger_error(tmp_path: Path) -> None:
    path = tmp_path / "ecot.sqlite"
    with closing(SqliteStore(path)) as store:
        for number in range(200):
            store.put(Key("here", f"{number:03}"), b"x" * 1000)
    body = bytearray(path.read_bytes())
    body[8192:] = b"\xff" * (len(body) - 8192)
    path.write_bytes(body)
    with closing(SqliteStore(path)) as store:
        with pytest.raises(LedgerError, match=r"ecot\.sqlite cannot be used"):
            list(store.query("here"))
        with pytest.raises(LedgerError, match=r"ecot\.sqlite cannot be used"):
            store.put(Key("here", "150"), b"new")


def test_a_store_that_was_closed_says_so(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "ecot.sqlite")
    store.close()
    with pytest.raises(LedgerError):
        store.get([HERE])


def test_many_writes_are_all_kept_or_none(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "ecot.sqlite")) as store:
        text: Any = "a text, which the column of bytes refuses"
        with pytest.raises(LedgerError, match=r"ecot\.sqlite cannot be used"):
            store.put_all([(HERE, b"one"), (Key("here", "b"), text)])
        assert list(store.partitions()) == []
        store.put_all([(HERE, b"one")])
        assert store.get([HERE])[HERE].body == b"one"
