"""The folder of the site: written where it changed, made again where its stamp did, and tidy."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ecot.jobs.site.shelf import STAMPS, Page, Stamped, put_all, stamp_of
from ecot.store.folder import Folder


class Site(Folder):
    """A folder that knows what was written and taken away."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.written: list[str] = []
        self.deleted: list[str] = []
        self.read: list[str] = []

    def put(self, name: str, body: bytes) -> None:
        if name != STAMPS:
            self.written.append(name)
        super().put(name, body)

    def get(self, name: str) -> bytes | None:
        self.read.append(name)
        return super().get(name)

    def delete(self, name: str) -> None:
        self.deleted.append(name)
        super().delete(name)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def made(*pages: Page) -> Callable[[], Iterator[Page]]:
    return lambda: iter(pages)


def never() -> Iterator[Page]:
    raise AssertionError("it was made again")


def test_only_what_differs_is_written(site: Site) -> None:
    assert put_all(site, [("a.html", b"1"), ("b.html", b"2")]) == ["a.html", "b.html"]
    site.written.clear()
    put_all(site, [("a.html", b"1"), ("b.html", b"3")])
    assert site.written == ["b.html"]
    site.written.clear()
    put_all(site, [("a.html", b"1"), ("b.html", b"3")])
    assert site.written == []


def test_no_file_is_read_back(site: Site) -> None:
    """Over a network each would be a request; so what somebody changes there stays theirs until it
    is made differently, or the stamps go."""
    put_all(site, [("a.html", b"1"), Stamped("may", "s1", made(("may.csv", b"1")))])
    (site.root / "a.html").write_bytes(b"theirs")
    put_all(site, [("a.html", b"1"), Stamped("may", "s2", made(("may.csv", b"1")))])
    assert site.get("a.html") == b"theirs"
    assert set(site.read[:-1]) == {STAMPS}
    put_all(site, [("a.html", b"2")])
    assert site.get("a.html") == b"2"


def test_a_file_that_was_written_before_a_crash_is_written_again(site: Site) -> None:
    """What is there then is nobody's idea of the site, though an earlier one had its digest."""

    def pages(body: bytes) -> Iterator[Page]:
        yield "a.html", body
        never()

    put_all(site, [("a.html", b"1"), ("b.html", b"1")])
    with pytest.raises(AssertionError):
        put_all(site, pages(b"2"))
    put_all(site, [("a.html", b"1")])
    assert site.get("a.html") == b"1"
    assert site.deleted == ["b.html"]


def test_what_two_wrote_at_once_is_written_again_by_the_next(site: Site) -> None:
    def pages() -> Iterator[Page]:
        yield "a.html", b"1"
        put_all(site, [("a.html", b"2"), ("c.html", b"2")])
        yield "b.html", b"1"

    put_all(site, pages())
    assert site.get("a.html") == b"2"
    put_all(site, [("a.html", b"1"), ("b.html", b"1")])
    assert site.get("a.html") == b"1"
    site.written.clear()
    put_all(site, [("a.html", b"1"), ("b.html", b"1")])
    assert site.written == []


def test_what_has_the_same_stamp_is_not_made_again_and_stays(site: Site) -> None:
    put_all(site, [Stamped("may", "s1", made(("may.csv", b"1"), ("may.json", b"2")))])
    assert put_all(site, [Stamped("may", "s1", never)]) == ["may.csv", "may.json"]
    assert site.deleted == []
    put_all(site, [Stamped("may", "s2", made(("may.csv", b"9")))])
    assert site.get("may.csv") == b"9"
    assert site.deleted == ["may.json"]


def test_of_a_site_with_the_same_stamp_nothing_is_made(site: Site) -> None:
    def pages() -> Iterator[Page]:
        yield from never()

    put_all(site, [("a.html", b"1")], "w1")
    site.written.clear()
    assert put_all(site, pages(), "w1") == ["a.html"]
    assert site.written == []
    put_all(site, [("a.html", b"2")], "w2")
    assert site.get("a.html") == b"2"
    (site.root / "a.html").unlink()
    put_all(site, [("a.html", b"2")], "w2")
    assert site.get("a.html") == b"2"


def test_a_site_that_was_left_half_written_is_made_anew(site: Site) -> None:
    def pages() -> Iterator[Page | Stamped]:
        yield Stamped("may", "s2", made(("may.csv", b"2")))
        never()

    put_all(site, [Stamped("may", "s1", made(("may.csv", b"1")))], "w1")
    with pytest.raises(AssertionError):
        put_all(site, pages(), "w2")
    put_all(site, [Stamped("may", "s1", made(("may.csv", b"1")))], "w1")
    assert site.get("may.csv") == b"1"


def test_a_file_that_somebody_removed_is_made_again(site: Site) -> None:
    put_all(site, [Stamped("may", "s1", made(("may.csv", b"1")))])
    (site.root / "may.csv").unlink()
    put_all(site, [Stamped("may", "s1", made(("may.csv", b"1")))])
    assert site.get("may.csv") == b"1"


def test_what_is_made_no_more_is_taken_away_and_nothing_else_is(site: Site) -> None:
    (site.root / "notes.txt").write_text("mine")
    put_all(site, [("a.html", b"1"), ("project.html", b"2")])
    put_all(site, [("a.html", b"1")])
    assert site.deleted == ["project.html"]
    assert (site.root / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("damaged", [b"", b"{", b'{"groups": 3}', b"\xff"])
def test_without_its_stamps_everything_is_made_and_nothing_is_taken_away(
    site: Site, damaged: bytes
) -> None:
    put_all(site, [("a.html", b"1"), Stamped("may", "s1", made(("may.csv", b"1")))])
    site.put(STAMPS, damaged)
    put_all(site, [Stamped("may", "s1", made(("may.csv", b"2")))])
    assert site.get("may.csv") == b"2"
    assert site.deleted == []


def test_a_name_from_outside_the_folder_is_refused(site: Site, tmp_path: Path) -> None:
    site.put(STAMPS, b'{"names":["../outside.txt"]}')
    with pytest.raises(ValueError, match="outside"):
        put_all(site, [("a.html", b"1")])


def test_a_stamp_depends_on_every_part() -> None:
    assert stamp_of("a", [1]) == stamp_of("a", [1])
    assert len({stamp_of("a", [1]), stamp_of("a", [2]), stamp_of("b", [1]), stamp_of("a")}) == 4
