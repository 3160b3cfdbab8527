"""A ledger that is moved is the same ledger, and nothing else is ever written over."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from ecot.errors import Conflict, LedgerError
from ecot.jobs.access import digest_of, new_link, new_token, tokens
from ecot.jobs.carry import carry_items, differences
from ecot.jobs.move import _ID, Moved, move
from ecot.jobs.place import Place, open_place, place_at
from ecot.jobs.restore import reset
from ecot.jobs.sweep import sweep
from ecot.ledger.months import begun
from ecot.model.run import Run
from ecot.store import writes
from ecot.store.leases import take
from ecot.store.protocol import Key, Store, Write
from ecot.store.records import put_progress
from ecot.store.runs import latest_runs, put_run
from ecot.store.runs import put_mark as put_mark_of_runs
from ecot.store.schema import FILLING, KEY, VERSION, Mark, Marked, put_mark, read_mark
from ecot.store.whole import all_items
from tests.jobs.older import write_older
from tests.jobs.world import dump, figures
from tests.jobs.years import LAST, commit, fill
from tests.rows import ACCOUNT, MUCH_LATER
from tests.store.watched import WatchedStore, nothing, watched

At = Callable[[str], Place]
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[At]:
    """Opens places below the test's folder as they are, and closes them."""
    opened: list[Place] = []

    def opens(name: str) -> Place:
        opened.append(place_at(str(tmp_path / name)))
        return opened[-1]

    yield opens
    for place in opened:
        place.store.close()


@pytest.fixture
def source(at: At, tmp_path: Path) -> Place:
    """A ledger of two months."""
    open_place(tmp_path / "source").store.close()
    place = at("source")
    fill(place, months=2)
    return place


def bodies(place: Place) -> dict[Key, bytes]:
    """All that the store holds, its own notes included."""
    store = place.store
    return {item.key: item.body for name in store.partitions() for item in store.query(name)}


# The same ledger


def test_three_years_come_and_go_and_say_the_same(at: At, tmp_path: Path) -> None:
    home = open_place(tmp_path / "home")
    fill(home, months=36)
    sweep(home, MUCH_LATER)
    before, exported = bodies(home), dump(home)
    there, back = at("there"), at("back")

    moved = move(home, there)
    assert dump(there) == exported
    assert moved.items == len(bodies(there)) - 1  # its mark is its own
    assert (moved.items_written, moved.files_written) == (moved.items, 36)
    assert (moved.items_removed, moved.files_removed) == (0, 0)
    again = move(there, back)
    assert dump(back) == exported
    assert (again.items_digest, again.files_digest) == (moved.items_digest, moved.files_digest)
    assert before.items() <= bodies(home).items()  # the source has got a name, and lost nothing
    home.store.close()
    opened = open_place(tmp_path / "back")
    commit(opened, LAST, 6)
    assert dump(opened) != exported
    opened.store.close()


def test_a_move_that_was_finished_is_only_compared(source: Place, at: At) -> None:
    there = at("there")
    first = move(source, there)
    calls: list[Key] = []
    before = bodies(there)
    again = move(source, watched(there, after=lambda: calls.append(KEY)))
    assert bodies(there) == before
    assert again == Moved(
        items=first.items,
        items_written=0,
        items_removed=0,
        items_digest=first.items_digest,
        files=2,
        files_written=0,
        files_removed=0,
        files_digest=first.files_digest,
    )


def test_an_older_ledger_is_migrated_and_its_copy_comes_along(at: At, tmp_path: Path) -> None:
    write_older(tmp_path / "older")
    there = at("there")
    move(at("older"), there)
    assert read_mark(there.store).mark == Mark(VERSION)
    assert "copies/schema-1/manifest.json" in there.files.names("copies/")


def test_heads_are_written_last(source: Place, at: At) -> None:
    there, order = at("there"), []

    def after() -> None:
        order.append(next(iter(there.store.query("head")), None) is not None)

    carry_items(source.store, watched(there, after=after).store, lambda *_: None, nothing)
    assert order.index(True) >= len(order) - 3
    expected = [item.key for item in all_items(source.store)]
    assert [item.key for item in all_items(there.store)] == expected


def test_what_a_store_notes_about_itself_stays_there(source: Place, at: At) -> None:
    source.store.put(Key("ledger", "unreferenced"), b"{}")
    there = at("there")
    move(source, there)
    assert set(bodies(there)) & {Key("ledger", "unreferenced"), KEY} == {KEY}


def test_a_place_that_people_open_already_takes_a_move_and_its_tokens_stay(
    source: Place, at: At
) -> None:
    """As after a first deployment: somebody has a token, a night was run, a publisher died."""
    there = at("there")
    put_mark(there.store, Mark(VERSION), 0)
    theirs = new_token(there.store, "report", NOW)
    ours = new_token(source.store, "admin", NOW)
    new_link(source.store, "2026-01", NOW, NOW + timedelta(days=30))
    night = Run(id="20261122T010000Z-daily", kind="daily", time=NOW, made_at=NOW, handed_at=NOW)
    put_run(there.store, night, 0)
    put_run(source.store, replace(night, id="20261121T010000Z-daily"), 0)
    put_mark_of_runs(there.store, "watch", night, None)
    assert take(there.store, "publish", NOW, timedelta(minutes=15)) is not None

    move(source, there)

    assert [one.id for one in tokens(there.store)] == [theirs.id]
    assert tokens(there.store)[0].digest == digest_of(theirs.shown)
    assert [one.id for one in latest_runs(there.store, 9)] == [night.id]
    assert dump(there) == dump(source)
    assert move(source, there).items_written == 0
    exported = dump(source)
    assert ours.id not in str(exported)
    assert digest_of(ours.shown) not in str(exported)


def test_an_emptied_ledger_is_still_opened_by_its_tokens(source: Place) -> None:
    token = new_token(source.store, "report", NOW)
    reset(source)
    assert [one.id for one in tokens(source.store)] == [token.id]
    assert next(all_items(source.store), None) is None


def test_only_what_belongs_to_the_ledger_is_carried(source: Place, at: At) -> None:
    source.files.put("site/index.html", b"page")
    source.files.put("copies/schema-1/manifest.json", b"{}")
    there = at("there")
    there.files.put("site/own.html", b"stays")
    moved = move(source, there)
    assert moved.files == 3
    assert there.files.get("site/index.html") is None
    assert there.files.get("site/own.html") == b"stays"
    assert there.files.get("copies/schema-1/manifest.json") == b"{}"


def test_what_is_being_done_is_told(source: Place, at: At) -> None:
    told: list[tuple[str, str]] = []
    move(source, at("there"), lambda *step: told.append(step))
    steps = [step for name, step in told if name == "move"]
    assert steps.index("head") > steps.index(f"day#{ACCOUNT}")
    assert any(step.startswith("evidence/") for step in steps)


# What is refused


def test_a_place_that_is_being_filled_is_no_ledger_yet(
    source: Place, at: At, tmp_path: Path
) -> None:
    there = at("there")
    _begin(source, there)
    with pytest.raises(LedgerError, match="still being filled") as refusal:
        open_place(tmp_path / "there")
    assert "Run the same `ecot move` again" in refusal.value.remedy
    with pytest.raises(LedgerError, match="still being filled"):
        move(there, at("elsewhere"))
    move(source, there)
    open_place(tmp_path / "there").store.close()


def _begin(source: Place, target: Place) -> None:
    """A move that is cut off in the middle."""

    class CutOff(Exception):
        pass

    def told(_: str, step: str) -> None:
        if step == "names":
            raise CutOff

    with pytest.raises(CutOff):
        move(source, target, told)
    mark = read_mark(target.store).mark
    assert mark is not None
    assert mark.state == FILLING


@pytest.mark.parametrize("there", ["ledger", "item", "evidence", "copy", "move", "newer", "older"])
def test_a_target_that_is_somebody_elses_is_refused_and_stays(
    source: Place, at: At, tmp_path: Path, there: str
) -> None:
    target = at("there")
    if there == "ledger":
        open_place(tmp_path / "there").store.close()
        fill(target, months=1)
    elif there == "item":
        target.store.put(Key("names", "a/b"), b"[]")
    elif there == "older":
        target.store.close()
        write_older(tmp_path / "there")
        target = at("there")
    elif there == "newer":
        put_mark(target.store, Mark(VERSION + 1), 0)
        target.store.put(Key("names", "a/b"), b"[]")
    elif there == "move":
        put_mark(target.store, Mark(VERSION, FILLING, "of-another-ledger"), 0)
    else:
        name = {"evidence": "evidence/mine.pdf", "copy": "copies/schema-1/manifest.json"}[there]
        target.files.put(name, b"mine")
    before = bodies(target), list(target.files.names())
    with pytest.raises(LedgerError, match="already something else") as refusal:
        move(source, target)
    assert refusal.value.remedy
    assert (bodies(target), list(target.files.names())) == before


def test_a_ledger_that_holds_nothing_yet_is_filled(source: Place, at: At, tmp_path: Path) -> None:
    open_place(tmp_path / "there").store.close()
    there = at("there")
    move(source, there)
    assert dump(there) == dump(source)


def test_there_is_nothing_to_move(at: At) -> None:
    nothing, there = at("nothing"), at("there")
    with pytest.raises(LedgerError, match="There is no ledger to move"):
        move(nothing, there)
    assert bodies(nothing) == bodies(there) == {}


def test_a_ledger_that_went_on_after_it_was_moved_is_not_written_over(
    source: Place, at: At
) -> None:
    there = at("there")
    move(source, there)
    commit(there, LAST, 6)
    before = figures(there)
    with pytest.raises(LedgerError, match="one of the two has changed since"):
        move(source, there)
    assert figures(there) == before
    assert read_mark(there.store).mark == Mark(VERSION)


# What is not equal in the end


def test_a_source_that_changes_meanwhile_is_noticed_and_moved_again(source: Place, at: At) -> None:
    there, is_late = at("there"), iter([False])

    def told(_: str, step: str) -> None:
        if step == "head" and next(is_late, None) is False:
            put_progress(source.store, begun("late/one", ("costs",), LAST.first))
            commit(source, LAST.shifted(-1), 6)

    with pytest.raises(LedgerError, match="it was written to meanwhile") as refusal:
        move(source, there, told)
    assert "while nothing collects" in refusal.value.remedy
    moved = move(source, there)
    assert 0 < moved.items_written < moved.items / 2
    assert dump(there) == dump(source)


def test_what_the_source_no_longer_has_goes(source: Place, at: At) -> None:
    there = at("there")
    _begin(source, there)
    gone = next(iter(source.files.names("evidence/")))
    there.files.put(gone, source.files.get(gone) or b"")
    there.store.put(Key("orphan", "a"), b"of a part that was swept")
    source.files.delete(gone)
    moved = move(source, there)
    assert (moved.items_removed, moved.files_removed) == (1, 1)
    assert dump(there) == dump(source)


@pytest.mark.parametrize("what", ["item", "lost item", "evidence", "lost evidence"])
def test_a_byte_that_is_not_the_same_is_found_and_put_right(
    source: Place, at: At, what: str
) -> None:
    there = at("there")
    key = next(item.key for item in source.store.query(f"day#{ACCOUNT}"))
    name = next(iter(source.files.names("evidence/")))
    steps: list[str] = []

    def told(_: str, step: str) -> None:
        steps.append(step)
        if step != "comparing" or steps.count(step) > 1:
            return
        if what == "item":
            body = there.store.get([key])[key].body
            there.store.put(key, bytes([body[0] ^ 1]) + body[1:])
        elif what == "lost item":
            there.store.delete(key)
        elif what == "evidence":
            there.files.put(name, b"x" + (there.files.get(name) or b"")[1:])
        else:
            there.files.delete(name)

    with pytest.raises(LedgerError, match="What arrived is not what is at the source"):
        move(source, there, told)
    moved = move(source, there)
    assert (moved.items_written, moved.files_written) == ((1, 0) if "item" in what else (0, 1))
    assert dump(there) == dump(source)


# Side by side


@pytest.mark.parametrize(
    ("ours", "theirs", "changes"),
    [
        ({}, {}, {}),
        ({"a": b"1", "é": b"2"}, {"a": b"1", "é": b"2"}, {}),
        ({"a": b"1", "c": b""}, {"b": b"2", "c": b"3"}, {"a": b"1", "b": None, "c": b""}),
        ({"\U0001f600": b"1"}, {"\uffff": b"2"}, {"\uffff": None, "\U0001f600": b"1"}),
    ],
)
def test_differences_make_theirs_equal_to_ours(
    ours: dict[str, bytes], theirs: dict[str, bytes], changes: dict[str, bytes | None]
) -> None:
    found = list(differences(ours.items(), theirs.items()))
    assert found == list(changes.items())


def test_large_items_are_written_in_small_batches(
    source: Place, at: At, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "BATCH_BYTES", 3_000_000)
    for number in range(20):
        source.store.put(Key("large", f"{number:02}"), bytes(330_000))
    there = Batches(at("there").store)
    carry_items(source.store, there, lambda *_: None, nothing)
    assert max(there.sizes) <= 100
    assert there.sizes.count(10) == 2


class Batches(WatchedStore):
    """A store that notes how many items each of its batches has."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, nothing, nothing)
        self.sizes: list[int] = []

    def put_all(self, items: Sequence[Write], *, expires: datetime | None = None) -> None:
        self.sizes.append(len(items))
        self._store.put_all(items, expires=expires)


def test_a_move_that_was_overtaken_by_itself_removes_nothing(source: Place, at: At) -> None:
    """The same move in two terminals: the faster one has finished, and somebody collects and types
    bills there already, when the slower one goes on."""
    there = at("there")
    later: dict[Key, bytes] = {}

    def told(_: str, what: str) -> None:
        if what == "claim" and not later:
            move(source, there)
            key = Key("bill", "mistral/mistral")
            there.store.put(key, b"typed after the move")
            put_progress(there.store, begun("mistral/mistral", ("costs",), LAST.first))
            later.update(bodies(there))

    source.store.put(Key("claim", "mistral"), b"{}")
    with pytest.raises(LedgerError, match="Somebody else has just moved this ledger there"):
        move(source, there, told)
    assert bodies(there) == later


@pytest.mark.parametrize("overtaken_at", ["copies/s/a", "copies/s/b"])
def test_a_move_that_was_overtaken_by_itself_leaves_the_files(
    source: Place, at: At, overtaken_at: str
) -> None:
    """Answers that were kept at the target since are no leftovers, and a file that was removed
    there since is not put back."""
    there = at("there")
    _begin(source, there)
    for name in "abc":
        source.files.put(f"copies/s/{name}", b"a copy")
        there.files.put(f"copies/s/{name}", b"a copy" if name == "c" else b"half of it")

    def told(_: str, step: str) -> None:
        if step == overtaken_at:
            move(source, there)
            there.files.put("evidence/later", b"kept after the move")
            there.files.delete(overtaken_at)

    with pytest.raises(Conflict, match="Somebody else has just moved this ledger there"):
        move(source, there, told)
    assert there.files.get("evidence/later") == b"kept after the move"
    assert there.files.get(overtaken_at) is None
    assert read_mark(there.store).mark == Mark(VERSION)


def test_a_move_that_is_overtaken_as_it_begins_writes_nothing(source: Place, at: At) -> None:
    there = at("there")
    later: dict[Key, bytes] = {}

    def after() -> None:
        mark = read_mark(there.store).mark
        if mark is not None and mark.state == FILLING:
            move(source, there)
            there.store.put(Key("bill", "mistral/mistral"), b"typed after the move")
            later.update(bodies(there))

    with pytest.raises(Conflict, match="Somebody else has just moved this ledger there"):
        move(source, watched(there, after=after))
    assert bodies(there) == later


def test_a_move_that_is_overtaken_at_the_end_says_so(source: Place, at: At) -> None:
    there = at("there")

    def after() -> None:
        mark = read_mark(there.store).mark
        if mark != Mark(VERSION) and len(list(there.files.names("evidence/"))) == 2:
            move(source, there)
            there.store.put(Key("bill", "mistral/mistral"), b"typed after the move")

    with pytest.raises(Conflict, match="Somebody else has just moved this ledger there"):
        move(source, watched(there, after=after))


def test_a_move_that_is_overtaken_while_it_compares_does_not_mark_again(
    source: Place, at: At
) -> None:
    """The other one's mark is not this one's to write over, though both would write the same."""
    there = at("there")
    marked: list[Marked] = []

    def told(_: str, step: str) -> None:
        if step == "comparing" and not marked:
            move(source, there)
            marked.append(read_mark(there.store))

    with pytest.raises(Conflict):
        move(source, there, told)
    assert marked == [read_mark(there.store)]


def test_a_source_that_is_being_emptied_has_no_name(source: Place, at: At) -> None:
    class Emptied(WatchedStore):
        def put(
            self, key: Key, body: bytes, *, if_version: int | None = None,
            expires: datetime | None = None,
        ) -> None:  # fmt: skip
            if key == _ID:
                raise Conflict("it was there, and is gone")
            super().put(key, body, if_version=if_version, expires=expires)

    there = at("there")
    emptied = Place(Emptied(source.store, nothing, nothing), source.files)
    with pytest.raises(Conflict, match="Somebody else is emptying the ledger") as refusal:
        move(emptied, there)
    assert "nothing was moved" in refusal.value.remedy
    assert bodies(there) == {}
