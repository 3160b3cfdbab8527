"""Files are written whole or not at all, and never outside the folder."""

import os
from pathlib import Path

import pytest

from ecot.store.folder import Folder


def test_a_file_comes_back_and_is_replaced_and_removed(tmp_path: Path) -> None:
    files = Folder(tmp_path / "files")
    assert (files.get("a/b.txt"), list(files.names())) == (None, [])
    files.put("a/b.txt", b"one")
    files.put("a/b.txt", b"two")
    assert files.get("a/b.txt") == b"two"
    files.delete("a/b.txt")
    files.delete("a/b.txt")
    assert files.get("a/b.txt") is None


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    files.put("a/b.txt", b"")
    assert files.get("a") is None


def test_names_are_relative_in_order_and_begin_with_the_prefix(tmp_path: Path) -> None:
    files = Folder(tmp_path)
    for name in ("b.txt", "a/z.txt", "a/b/c.txt", "ab.txt"):
        files.put(name, b"")
    assert list(files.names()) == ["a/b/c.txt", "a/z.txt", "ab.txt", "b.txt"]
    assert list(files.names("a/")) == ["a/b/c.txt", "a/z.txt"]
    assert list(files.names("c")) == []


@pytest.mark.parametrize("name", ["../out.txt", "/etc/out.txt", "a/../../out.txt", "", ".", "a/.."])
def test_a_name_outside_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    files = Folder(tmp_path / "files")
    with pytest.raises(ValueError, match="not a name inside"):
        files.put(name, b"")
    with pytest.raises(ValueError, match="not a name inside"):
        files.get(name)
    with pytest.raises(ValueError, match="not a name inside"):
        files.delete(name)
    assert list(tmp_path.rglob("*")) == []


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
