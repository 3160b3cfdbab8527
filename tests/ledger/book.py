"""A small ledger in memory or on disk: commit readings into it, and look at all that it holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from ecot.jobs.commit import Commit, Writing, commit_month
from ecot.ledger.months import begun
from ecot.ledger.reading import Reading
from ecot.model.answer import Evidence
from ecot.model.cells import Cell, condensed
from ecot.model.cube import DIMENSIONS
from ecot.model.document import Document
from ecot.model.head import Head
from ecot.model.money import total
from ecot.model.outcome import Progress, Restatement
from ecot.model.period import Month
from ecot.model.rows import AnyRow, Charge
from ecot.store.documents import read_cube, read_document
from ecot.store.folder import Folder
from ecot.store.heads import all_heads, read_heads
from ecot.store.protocol import Key, Place
from ecot.store.records import restatements
from ecot.store.sqlite import SqliteStore
from tests.rows import ACCOUNT, MUCH_LATER, to_the_letter
from tests.store.opened import closed_later

JANUARY = Month(2026, 1)
LATENESS = timedelta(days=2)


class MemoryFiles:
    """`Files` in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, name: str, body: bytes) -> None:
        self.kept[name] = body

    def get(self, name: str) -> bytes | None:
        return self.kept.get(name)

    def names(self, prefix: str = "") -> Iterator[str]:
        yield from sorted(name for name in self.kept if name.startswith(prefix))

    def delete(self, name: str) -> None:
        self.kept.pop(name, None)


def in_memory() -> Place:
    """A fresh ledger that leaves no file."""
    return Place(closed_later(SqliteStore(Path(":memory:"))), MemoryFiles())


def on_disk(root: Path) -> Place:
    """The ledger in the folder."""
    return Place(closed_later(SqliteStore(root / "ecot.sqlite")), Folder(root / "files"))


def writing(
    run: str = "run-1",
    *,
    now: datetime = MUCH_LATER,
    feeds: Sequence[str] = (),
    progress: Progress | None = None,
) -> Writing:
    """Who writes: a run at a time."""
    return Writing(
        run=run,
        today=now.date(),
        now=now,
        progress=progress or begun(ACCOUNT, feeds, JANUARY.first),
        lateness=LATENESS,
    )


class Book:
    """One account's ledger."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def commit(
        self,
        *readings: Reading,
        month: Month = JANUARY,
        evidence: Mapping[str, Evidence] | None = None,
        writing: Writing = writing(),  # noqa: B008 - frozen
    ) -> Commit:
        return commit_month(self.place, month, readings, evidence or {}, writing)

    def head(self, month: Month = JANUARY) -> Head:
        return read_heads(self.place.store, ACCOUNT, [month])[month].head

    def documents(self, month: Month = JANUARY) -> list[Document]:
        """Every document that the month's head points to."""
        return [
            read_document(self.place.store, ACCOUNT, day, name)
            for day, name in self.head(month).documents()
        ]

    def rows(self, day: date) -> dict[str, tuple[AnyRow, ...]]:
        """The day's rows, feed by feed."""
        found = [one for one in self.documents(Month.of(day)) if one.day == day]
        return dict(found[0].feeds) if found else {}

    def cost(self, day: date) -> Decimal:
        return total(
            row.billed_cost or Decimal(0)
            for rows in self.rows(day).values()
            for row in rows
            if isinstance(row, Charge)
        )

    def restatements(self, month: Month = JANUARY) -> list[Restatement]:
        """Those that took effect."""
        head = self.head(month)
        found = restatements(self.place.store, ACCOUNT, str(month))
        return [one for one in found if one.id in head.restated]

    def items(self) -> dict[Key, tuple[bytes, int]]:
        """All that is in the store, to the byte."""
        store = self.place.store
        return {
            item.key: (item.body, item.version)
            for partition in store.partitions()
            for item in store.query(partition)
        }

    def figures(self, month: Month = JANUARY) -> dict[str, object]:
        """What readers see of the month: the head, its rows and its cubes, to the letter."""
        head = self.head(month)
        names = {"service": head.service_cube, "person": head.person_cube}
        return {
            "head": to_the_letter(head),
            "rows": [(one.day, to_the_letter(one.feeds)) for one in self.documents(month)],
            "cubes": {
                kind: to_the_letter(read_cube(self.place.store, ACCOUNT, month, kind, name))
                for kind in DIMENSIONS
                if (name := names[kind]) is not None
            },
            "restated": [to_the_letter(one) for one in self.restatements(month)],
        }

    def assert_sound(self) -> None:
        """Every pointer leads somewhere, every name is that of its content, and heads and cubes
        hold exactly the cells of the documents."""
        for head in all_heads(self.place.store):
            documents = self.documents(head.month)
            assert [one.name for one in documents] == [name for _, name in head.documents()]
            assert all(all(one.feeds.values()) for one in documents)
            assert to_the_letter(head.cells) == to_the_letter(
                cut(documents, (), lambda one: one.charges())
            )
            names = {"service": head.service_cube, "person": head.person_cube}
            for kind, dimensions in DIMENSIONS.items():
                cells = cut(documents, dimensions, lambda one: one.rows())
                assert (names[kind] is None) == (not cells)
                if (name := names[kind]) is not None:
                    cube = read_cube(self.place.store, ACCOUNT, head.month, kind, name)
                    assert to_the_letter(cube.cells) == to_the_letter(cells)
                    assert cube.name == name
            assert {one.id for one in self.restatements(head.month)} == set(head.restated)
            for one in documents:
                for name in (name for names in one.evidence.values() for name in names):
                    assert self.place.files.get(name) is not None


@contextmanager
def fresh_book() -> Iterator[Book]:
    """An empty ledger in memory, closed afterwards."""
    book = Book(in_memory())
    try:
        yield book
    finally:
        book.place.store.close()


def cut(
    documents: Sequence[Document],
    dimensions: tuple[str, ...],
    rows: Callable[[Document], Sequence[AnyRow]],
) -> tuple[Cell, ...]:
    """The cells of a month, cut from its documents, which are in order of day, and nothing else."""
    return tuple(cell for one in documents for cell in condensed(rows(one), dimensions))
