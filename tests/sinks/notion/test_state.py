"""People, faults and syncs in any order: after each clean sync the databases are as they should be.

A state machine edits rows, columns and settings as people do, and breaks syncs at any call. What is
wanted is there once, or deleted by a person and said to be; what is a person's is as they left it;
nothing is made that was there; and a second sync writes nothing and asks four times.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from ecot.errors import SinkError
from ecot.model.period import Month
from ecot.sandbox.notion.world import Row
from ecot.sinks.notion.lost import Policy
from ecot.sinks.notion.progress import Synced
from ecot.sinks.notion.rows import UsageRow
from tests.sinks.notion.office import NOVEMBER, OCTOBER, Copied, Office, office_of, usage
from tests.sinks.notion.test_broken import KINDS

SUBS = st.sampled_from([None, "a", "b", "c"])
OF_MONTHS = st.sampled_from([OCTOBER, NOVEMBER])
COSTS = st.sampled_from([None, Decimal(0), Decimal("0.0000008"), Decimal("3.02"), Decimal(1234567)])
DELETABLE = ("Requêtes", "Modèles", "Log Status", "Page", "Montant natif", "Collecté le", "Compte")
RETYPED = {"Modèles": "rich_text", "Requêtes": "rich_text", "Devise": "rich_text"}
OWN = "Équipe"
WHICH = st.integers(0, 7)


class Syncing(RuleBasedStateMachine):
    """Two databases, the people who work in them, and what the ledger wants there."""

    def __init__(self) -> None:
        super().__init__()
        self.office: Office = fresh()
        self.world, self.table = self.office.world, self.office.ids.usages
        columns = self.world.data_source(self.table).properties
        self.ids = {one.name: identifier for identifier, one in columns.items()}
        self.world.add_property(self.table, OWN, {"rich_text": {}})
        self.wanted: dict[str, UsageRow] = {}
        self.adopted: dict[str, str] = {}
        self.theirs: dict[str, Mapping[str, Any]] = {}  # whole rows that are a person's
        self.notes: dict[str, Mapping[str, Any]] = {}  # own cells of rows of ours
        self.copies: set[str] = set()
        self.serial = 0

    # What the ledger wants

    @rule(sub=SUBS, month=OF_MONTHS, cost=COSTS, requests=st.sampled_from([None, 0, 28]))
    def want(
        self, sub: str | None, month: Month, cost: Decimal | None, requests: int | None
    ) -> None:
        row = usage(
            sub,
            month,
            cost_usd=cost,
            origin="unknown" if cost is None else "billed",
            requests=None if requests is None else Decimal(requests),
            run=f"run-{self.number()}",
        )
        if row.key not in self.adopted.values():
            self.wanted[row.key] = row

    @precondition(lambda self: len(self.wanted) > 1)
    @rule(which=WHICH)
    def want_no_more(self, which: int) -> None:
        key = sorted(self.wanted)[which % len(self.wanted)]
        if key not in self.adopted.values():
            del self.wanted[key]

    # What people do

    @rule(which=WHICH, text=st.sampled_from(["à revoir", "privé"]))
    def write_a_note(self, which: int, text: str) -> None:
        if page := self.one_of(self.kept_rows(), which):
            cells = {"Notes": text, OWN: f"{text} {self.number()}"}
            self.world.edit(page, cells)
            self.notes[page] = cells

    @rule(
        which=WHICH, what=st.sampled_from(["Coût USD", "Log Status", "Clé", "Période", "Service"])
    )
    def write_over(self, which: int, what: str) -> None:
        """Into a cell that is ours."""
        values: Mapping[str, Any] = {
            "Coût USD": 777,
            "Log Status": "non",
            "Clé": None,
            "Période": "2025-03-01/2025-03-31",
            "Service": None,
        }
        page = self.one_of(self.kept_rows(), which)
        if page and page not in self.adopted and (name := self.name_of(what)):
            self.world.edit(page, {name: values[what]})

    @rule(which=WHICH)
    def lock(self, which: int) -> None:
        if page := self.one_of(self.kept_rows(), which):
            self.world.edit(page, {"Verrouillé": True})
            self.theirs[page] = self.cells(page)

    @rule(which=WHICH)
    def unlock(self, which: int) -> None:
        locked = [page for page in self.theirs if self.world.row(page)["Verrouillé"]]
        if page := self.one_of(sorted(locked), which):
            self.world.edit(page, {"Verrouillé": False})
            del self.theirs[page]

    @rule(which=WHICH)
    def delete_a_row(self, which: int) -> None:
        if page := self.one_of(self.kept_rows(), which):
            self.world.trash(page)

    @rule(which=WHICH)
    def restore_a_row(self, which: int) -> None:
        """A person takes a row out of the trash that is still its key's row."""
        pages = (self.office.memory.pages if self.office.memory else {}).values()
        gone = [page for page in pages if self.world.row(page).in_trash]
        if page := self.one_of(sorted(gone), which):
            self.world.restore(page)

    @rule(cost=COSTS)
    def add_a_row_of_ones_own(self, cost: Decimal | None) -> None:
        values = {"Nom": "À moi", "Notes": f"{self.number()}", "Période": "2026-11-01"}
        page = self.world.add_row(self.table, self.named(values | {"Coût USD": cost}))
        self.theirs[self.bare(page)] = self.cells(page)

    @rule(which=WHICH)
    def copy_a_row(self, which: int) -> None:
        """As people do to type the next month's; this one forgets about it."""
        if page := self.one_of(self.kept_rows(), which):
            computed = {"Verrouillé"}
            row = self.world.row(page)
            copied = {name: one for name, one in row.values.items() if name not in computed}
            self.copies.add(self.bare(self.world.add_row(self.table, copied)))

    @rule(sub=st.sampled_from(["x", "y"]), month=OF_MONTHS, cost=st.integers(1, 99))
    def type_a_bill(self, sub: str, month: Month, cost: int) -> None:
        """A row with the status Manuel, which a job has made a bill of."""
        row = usage(sub, month, cost_usd=Decimal(cost), origin="entered", status="manual")
        if row.key in self.wanted:
            return
        values = {"Nom": "Facture", "Notes": "papier", "Statut Collecte": "Manuel"}
        page = self.world.add_row(self.table, self.named(values | {"Coût USD": cost}))
        self.adopted[self.bare(page)] = row.key
        self.wanted[row.key] = row
        self.notes[self.bare(page)] = {"Notes": "papier", "Nom": "Facture"}

    @rule(what=st.sampled_from(["Coût USD", "Clé", "Période", "Modèles", "Statut Collecte"]))
    def rename_a_column(self, what: str) -> None:
        if name := self.name_of(what):
            self.world.rename_property(self.table, name, f"{what} {self.number()}")

    @rule(what=st.sampled_from(DELETABLE))
    def delete_a_column(self, what: str) -> None:
        if name := self.name_of(what):
            self.world.delete_property(self.table, name)

    @rule(what=st.sampled_from(sorted(RETYPED)))
    def retype_a_column(self, what: str) -> None:
        if (name := self.name_of(what)) and self.world.property_names(self.table)[name] != (
            RETYPED[what]
        ):
            self.world.retype_property(self.table, name, RETYPED[what])

    @rule(
        deleted=st.sampled_from(["ignore", "restore", "recreate"]),
        missing=st.sampled_from(["warn", "create"]),
    )
    def change_the_settings(self, deleted: Any, missing: Any) -> None:
        self.office.policy = Policy(on_deleted_row=deleted, on_missing_property=missing)

    # Syncs

    @rule(kind=st.sampled_from(sorted(KINDS)), call=st.integers(1, 12), is_lasting=st.booleans())
    def sync_that_breaks(self, kind: str, call: int, is_lasting: bool) -> None:
        office = self.office
        fault = KINDS[kind](office.time).on(first=call)
        office.faults.add(fault.repeated(None) if is_lasting else fault)
        deadline = office.time.seconds + 3600 if kind == "out of time" else None
        with suppress(SinkError):
            self.sync(deadline)
        office.faults.clear()
        office.time.sleep(600)

    @precondition(lambda self: self.wanted)
    @rule()
    def sync_cleanly(self) -> None:
        before, made = self.alive(), self.world.blocks
        known = dict(self.office.memory.pages) if self.office.memory else {}
        synced = self.sync()
        assert synced.stopped is None
        kept_away = self.as_wanted(synced)
        services = len(self.office.services()) - before["services"]
        assert self.world.blocks - made == synced.created + services
        assert synced.created <= sum(
            known.get(key) not in before["pages"] for key in self.wanted.keys() - kept_away
        )
        self.is_theirs_still()
        start = self.office.asked
        again = self.sync()
        assert self.office.asked - start == 4
        assert (again.created, again.updated, again.trashed, again.stopped) == (0, 0, 0, None)

    def sync(self, deadline: float | None = None) -> Synced:
        there = {self.bare(row.id) for row in self.office.rows()}
        adopted = {page: key for page, key in self.adopted.items() if page in there}
        return self.office.sync(list(self.wanted.values()), adopted=adopted, deadline=deadline)

    def as_wanted(self, synced: Synced) -> set[str]:
        """Every wanted row is there once, as it is wanted; the keys of those that a person deleted
        and wants deleted."""
        live = {self.bare(row.id): row for row in self.office.rows()}
        gone = set(synced.memory.gone)
        for key, row in self.wanted.items():
            pages = self.pages_of(key, live)
            if key in gone:
                assert self.office.policy.on_deleted_row == "ignore"
                assert not pages - self.copies
                assert any("stay deleted" in str(one) for one in synced.warnings)
                continue
            assert len(pages - self.copies) == 1 or (pages and not pages - self.copies)
            page = synced.memory.pages[key]
            assert page in pages or page in live
            if page not in self.theirs:
                self.says(page, row)
        return gone

    def says(self, page: str, row: UsageRow) -> None:
        """The figures of a row: what is unknown is empty. In a copy of a typed row, which took its
        place, a person may have typed anything."""
        if self.value(page, "Statut Collecte") == "Manuel" and page not in self.adopted:
            return
        cost, requests = self.value(page, "Coût USD"), self.value(page, "Requêtes")
        assert cost == (None if row.cost_usd is None else float(row.cost_usd))
        if self.name_of("Requêtes") and isinstance(requests, float | None):
            assert requests == (None if row.requests is None else float(row.requests))
        assert self.value(page, "Période") == f"{row.month.first}/{row.month.days()[-1]}"
        assert self.value(page, "Clé") == row.key
        assert self.value(page, "Service") == (self.office.services()["OpenAI"].id,)

    def is_theirs_still(self) -> None:
        for page, cells in self.theirs.items():
            now = self.cells(page)
            same = {name for name in cells if name in now and now[name][0] == cells[name][0]}
            assert {name: now[name] for name in same} == {name: cells[name] for name in same}
        for page, cells in self.notes.items():
            row = self.world.row(page)
            assert {name: row[name] for name in cells} == cells

    # What there is

    def pages_of(self, key: str, live: Mapping[str, Row]) -> set[str]:
        return {page for page in live if self.value(page, "Clé") == key}

    def kept_rows(self) -> list[str]:
        """Rows of ours that are there and that nobody has locked."""
        pages = (self.office.memory.pages if self.office.memory else {}).values()
        there = (page for page in pages if not self.world.row(page).in_trash)
        return sorted(page for page in there if page not in self.theirs)

    def alive(self) -> dict[str, Any]:
        return {
            "pages": {self.bare(row.id) for row in self.office.rows()},
            "services": len(self.office.services()),
        }

    def cells(self, page: str) -> dict[str, tuple[str, Any]]:
        """What stands in a row, by the ids of the columns, with their types."""
        columns, row = self.world.data_source(self.table).properties, self.world.row(page)
        return {one: (column.type, row[column.name]) for one, column in columns.items()}

    def named(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values by the names that the columns have now."""
        names = {name: self.name_of(name) for name in values}
        return {now: values[name] for name, now in names.items() if now}

    def name_of(self, what: str) -> str | None:
        """How a column is called now; None where it was deleted."""
        column = self.world.data_source(self.table).properties.get(self.ids[what])
        return column.name if column else None

    def value(self, page: str, what: str) -> Any:
        name = self.name_of(what)
        return self.world.row(page)[name] if name else None

    def one_of(self, pages: list[str], which: int) -> str | None:
        return pages[which % len(pages)] if pages else None

    def bare(self, page: str) -> str:
        return page.replace("-", "")

    def number(self) -> int:
        self.serial += 1
        return self.serial

    def teardown(self) -> None:
        if self.wanted:
            self.sync_cleanly()


_kept: list[Copied] = []


def fresh() -> Office:
    """The office that all examples share, as it was before any of them."""
    return _kept[0].again()


@pytest.fixture(scope="module", autouse=True)
def kept() -> Iterator[None]:
    with office_of(requests_per_minute=100_000) as office:
        office.sync([usage("a", OCTOBER)])  # names of columns are remembered from now on
        _kept.append(Copied(office))
        yield
        _kept.clear()


TestSyncing = Syncing.TestCase
TestSyncing.settings = settings(max_examples=20, stateful_step_count=30)
