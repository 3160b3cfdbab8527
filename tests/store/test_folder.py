"""A folder writes files whole or not at all; what all files promise is in test_files.py."""

import os
from pathlib import Path

import pytest

from ecot.store.folder import Folder


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    files.put("a/b.txt", b"")
    assert files.get("a") is None


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    files = Folder(tmp_path / "files")
    files.put("a.txt", b"")
    (tmp_path / "files" / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="not a name inside"):
        files.put("link/out.txt", b"")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = Folder(tmp_path)
    files.put("a.txt", b"old")

    def full(_: int) -> None:
        raise OSError("no room left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no room left"):
        files.put("a.txt", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert files.get("a.txt") == b"old"


def test_a_file_that_is_still_being_written_has_no_name_yet(tmp_path: Path) -> None:
    (tmp_path / ".new-abc").write_bytes(b"half")
    assert list(Folder(tmp_path).names()) == []
