"""Export, reset, import and export again give the same bytes; nothing else is ever overwritten."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ecot.errors import LedgerError
from ecot.jobs.bills import say
from ecot.jobs.dump import read_dump, write_dump
from ecot.jobs.place import is_empty, open_place
from ecot.jobs.restore import reset, restore
from ecot.model.period import Month
from ecot.sandbox.openai.access import company_keys
from ecot.store.protocol import Key, Place
from tests.bills import bill, entered, told
from tests.jobs.focus import REAL, file, imported, line, needs_real
from tests.jobs.world import World, dump, totals
from tests.plans import plan

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
TEAM = plan(
    "30.00",
    account="openai/studio",
    name="équipe",
    category="ai",
    currency="EUR",
    since=Month(2026, 8),
)


MAY = Month(2026, 5)
BILL = bill("1.50", account="aws/111", first=MAY.first, after=MAY.after)


def _again(place: Place, exported: bytes) -> bytes:
    """The export after a reset and an import."""
    reset(place)
    assert is_empty(place)
    restore(place, read_dump(exported, "ledger.json"), "ledger.json")
    return dump(place)


@needs_real
def test_real_files_come_back_identical(place: Place) -> None:
    imported(place, REAL)
    before = dump(place)
    assert _again(place, before) == before


@pytest.fixture
def full(world: World, tmp_path: Path) -> World:
    """Accounts, a twin, a plan, a file, a bill, restatements, and a run that failed."""
    first, second = (world.own(one) for one in world.truth.company.organisations)
    twin = world.source("twin", world.first.admin_keys[1].value)
    world.run(first, second, twin, plans=[TEAM])
    world.truth.restate(world.first, OCTOBER.days()[6], factor=Decimal("1.1"))
    (outcome, *_) = world.run(first, world.source("none", None), plans=[TEAM])
    assert outcome.restatements
    imported(world.place, file(tmp_path, line()), clock=world.clock)
    say(world.place, "aws/111", [entered(BILL), told("booked")])
    world.site.keys.clear()
    world.run(first, plans=[TEAM])
    return world


def test_a_full_ledger_comes_back_identical_and_says_the_same(full: World) -> None:
    before, said = dump(full.place), _said(full.place)
    pages = full.publish()

    assert _again(full.place, before) == before
    assert _said(full.place) == said
    assert full.publish() == pages


def test_a_ledger_that_came_back_goes_on_as_before(full: World, tmp_path: Path) -> None:
    other = open_place(tmp_path / "other")
    restore(other, read_dump(dump(full.place), "ledger.json"), "ledger.json")
    full.site.keys.update(company_keys(full.truth.company))
    for place in (full.place, other):
        (outcome,) = full.collect(place=place)
        assert (outcome.state, outcome.restatements) == ("ok", ())
    other.store.close()


def _said(place: Place) -> list[object]:
    spans = ((OCTOBER.first, OCTOBER.after), (date(2026, 5, 1), date(2026, 12, 1)))
    return [
        totals(place, by, *span, date(2026, 11, 8))
        for span in spans
        for by in ("provider", "sub_account", "model", "user", "day")
    ]


def test_a_second_import_of_the_same_ledger_changes_nothing(full: World) -> None:
    before = dump(full.place)
    assert restore(full.place, read_dump(before, "ledger.json"), "ledger.json") == 0
    assert dump(full.place) == before


def test_other_figures_are_refused_and_nothing_is_written(full: World, place: Place) -> None:
    imported(place, file(full.home, line("7")))
    before = dump(place)
    imported(full.place, file(full.home, line("8")), is_replacing=True)
    with pytest.raises(LedgerError, match="already has other figures for aws/111 in 2026-05"):
        restore(place, read_dump(dump(full.place), "ledger.json"), "ledger.json")
    assert dump(place) == before


def test_other_bills_are_refused_and_nothing_is_written(full: World, place: Place) -> None:
    say(place, "aws/111", [entered(BILL)])
    before = dump(place)
    with pytest.raises(LedgerError, match="already has other bills of aws/111 than"):
        restore(place, read_dump(dump(full.place), "ledger.json"), "ledger.json")
    assert dump(place) == before


def test_chosen_months_bring_their_rows_only(full: World, place: Place) -> None:
    exported = b"".join(write_dump(full.place, OCTOBER, OCTOBER))
    restore(place, read_dump(exported, "october.json"), "october.json")
    span = (OCTOBER.first, OCTOBER.after, date(2026, 11, 8))
    assert totals(place, "model", *span).groups == totals(full.place, "model", *span).groups
    assert not totals(place, "model", NOVEMBER.first, NOVEMBER.after, span[-1]).groups


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda whole: whole[:-20], "is not an exported ledger"),
        (lambda _: b"[]", "is not an exported ledger"),
        (lambda whole: whole.replace(b'"schema":2', b'"schema":3'), "is in format ecot-ledger 3"),
        (lambda whole: whole.replace(b'"schema":2', b'"schema":0'), "is in format ecot-ledger 0"),
        (lambda whole: whole.replace(b'"ecot-ledger"', b'"other"'), "is in format other 2"),
        (lambda whole: whole.replace(b'"8.00"', b'"9.00"'), "is damaged: the rows of aws/111 on"),
    ],
    ids=["cut", "no ledger", "newer", "of no schema", "foreign", "changed by hand"],
)
def test_a_spoilt_export_is_refused_whole(
    place: Place, tmp_path: Path, spoil: Callable[[bytes], bytes], why: str
) -> None:
    imported(place, file(tmp_path, line("8.00")))
    spoilt = spoil(dump(place))
    reset(place)
    with pytest.raises(LedgerError, match=why) as refusal:
        restore(place, read_dump(spoilt, "ledger.json"), "ledger.json")
    assert refusal.value.remedy
    assert is_empty(place)


def test_amounts_are_texts_with_all_their_digits(place: Place, tmp_path: Path) -> None:
    imported(place, file(tmp_path, line("0.00000080"), line("1E+3", service="EC2")))
    exported = dump(place)
    assert b'"0.00000080"' in exported
    assert b'"1000"' in exported


def test_a_reset_leaves_nothing_but_the_site(full: World) -> None:
    full.publish()
    reset(full.place)
    assert list(full.place.store.partitions()) == []
    names = set(full.place.files.names())
    assert not any(name.startswith("evidence/") for name in names)
    assert "site/index.html" in names


def test_a_reset_that_was_cut_off_leaves_a_ledger_that_can_be_exported(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the next `ecot reset`, which exports first, would find it damaged for ever."""
    world.collect()
    store, gone = world.place.store, 0

    def delete(key: Key, *, if_version: int | None = None) -> None:
        nonlocal gone
        gone += 1
        if gone > 5:
            raise KeyboardInterrupt
        original(key, if_version=if_version)

    original = store.delete
    monkeypatch.setattr(store, "delete", delete)
    while next(iter(store.partitions()), None) is not None:
        gone = 0
        try:
            reset(world.place)
        except KeyboardInterrupt:
            assert b'"heads"' in dump(world.place)
