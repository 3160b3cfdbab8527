"""What all files promise, in a folder and in a bucket."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from ecot.store.protocol import Files
from ecot.store.s3 import S3Files
from tests.store import servers
from tests.store.backends import client, name_of, open_files_on


@pytest.fixture(params=["sqlite", "moto"], ids=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    return open_files_on(request.param, tmp_path)


def test_a_file_comes_back_and_is_replaced_and_removed(files: Files) -> None:
    assert (files.get("a/b.txt"), list(files.names())) == (None, [])
    files.put("a/b.txt", b"one")
    files.put("a/b.txt", b"two")
    assert files.get("a/b.txt") == b"two"
    files.delete("a/b.txt")
    files.delete("a/b.txt")
    assert files.get("a/b.txt") is None


@pytest.mark.parametrize("body", [b"", bytes(range(256)), b"x" * 5_000_000])
def test_a_body_comes_back_as_it_was(files: Files, body: bytes) -> None:
    files.put("a", body)
    assert files.get("a") == body


@pytest.mark.parametrize("name", ["é/à ü.txt", "a%2Fb.json.gz", "a+b&c=d.txt", "-"])
def test_a_name_comes_back_as_it_was(files: Files, name: str) -> None:
    files.put(name, b"here")
    assert (list(files.names()), files.get(name)) == ([name], b"here")


def test_names_are_relative_in_order_and_begin_with_the_prefix(files: Files) -> None:
    for name in ("b.txt", "a/z.txt", "a/b/c.txt", "ab.txt"):
        files.put(name, b"")
    assert list(files.names()) == ["a/b/c.txt", "a/z.txt", "ab.txt", "b.txt"]
    assert list(files.names("a/")) == ["a/b/c.txt", "a/z.txt"]
    assert list(files.names("a")) == ["a/b/c.txt", "a/z.txt", "ab.txt"]
    assert list(files.names("c")) == []


def test_a_name_written_in_another_way_is_the_same_file(files: Files) -> None:
    files.put("a/./b//c.txt", b"one")
    assert list(files.names()) == ["a/b/c.txt"]
    assert files.get("x/../a/b/c.txt") == b"one"


@pytest.mark.parametrize(
    "name",
    [
        "../out.txt",
        "/etc/out.txt",
        "//out",
        "a/../../out.txt",
        "",
        ".",
        "..",
        "a/..",
        "a\0",
        "\ud800",
    ],
)
def test_a_name_outside_is_refused(files: Files, name: str) -> None:
    calls: list[Callable[[str], object]] = [lambda name: files.put(name, b""), files.get]
    for call in (*calls, files.delete):
        with pytest.raises(ValueError, match="not a name inside"):
            call(name)
    assert list(files.names()) == []


def test_more_names_than_a_page_holds_come_all_in_order(files: Files) -> None:
    if isinstance(files, S3Files):
        files = S3Files(Pages(files._client), files._bucket)  # type: ignore[arg-type]
    names = [f"{number:02}" for number in range(25)]
    for name in reversed(names):
        files.put(name, b"")
    assert list(files.names()) == names


class Pages:
    """A client whose pages are short: a real one has 1,000 names."""

    def __init__(self, inner: object) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        found = getattr(self._inner, name)
        if name == "list_objects_v2":
            return lambda **request: found(**request, MaxKeys=10)
        return found


def test_two_prefixes_of_one_bucket_do_not_see_each_other(tmp_path: Path) -> None:
    open_files_on("moto", tmp_path)
    s3 = client("s3", servers.moto())
    one, other = (S3Files(s3, name_of(tmp_path), prefix) for prefix in ("ecot", "ecot/b"))
    one.put("a.txt", b"one")
    other.put("a.txt", b"other")
    assert (one.get("a.txt"), other.get("a.txt")) == (b"one", b"other")
    assert (list(one.names()), list(other.names())) == (["a.txt", "b/a.txt"], ["a.txt"])
    one.delete("b/a.txt")
    assert list(other.names()) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("share.html", "text/html; charset=utf-8"),
        ("badge.svg", "image/svg+xml"),
        ("badge.json", "application/json"),
        ("share.png", "image/png"),
        ("evidence/a.json.gz", "application/octet-stream"),
        ("key", "application/octet-stream"),
    ],
)
def test_a_file_in_a_bucket_says_what_it_is(name: str, kind: str, tmp_path: Path) -> None:
    files = open_files_on("moto", tmp_path)
    files.put(name, b"here")

    with closing(client("s3", servers.moto())) as s3:
        found = s3.list_objects_v2(Bucket=name_of(tmp_path))["Contents"]
        (key,) = [one["Key"] for one in found if one["Key"].endswith(name)]
        assert s3.head_object(Bucket=name_of(tmp_path), Key=key)["ContentType"] == kind
