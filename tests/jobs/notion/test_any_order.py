"""Whatever changes in the ledger and in Notion, and whatever goes wrong between: after a clean sync
both say the same, every row is there once, and the next sync has nothing to do."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecot.jobs.bills import stands
from ecot.jobs.notion.scope import Asked
from ecot.model.period import Month, Period
from ecot.sandbox.faults import Fault
from ecot.sandbox.notion import faults
from tests.bills import bill
from tests.jobs.notion.bureau import APRIL, MAY, NOW, Bureau, bureau_of
from tests.jobs.notion.test_sync import MARCH
from tests.ledger.book import in_memory
from tests.rows import ACCOUNT, charge

TROUBLES: tuple[Callable[[], Fault], ...] = (
    faults.saved_then_unavailable,
    faults.saved_then_bad_gateway,
    faults.saved_then_cut,
    faults.bad_gateway,
    faults.conflict,
    faults.rate_limited,
    faults.internal_error,
    faults.blocked,
)
MONTHS = st.sampled_from([MARCH, APRIL, MAY])
SUB_ACCOUNTS = st.sampled_from([None, "proj_a", "proj_b"])
CENTS = st.integers(0, 99_999).map(lambda cents: Decimal(cents).scaleb(-2))
COLLECT = st.tuples(st.just("collect"), MONTHS, st.dictionaries(SUB_ACCOUNTS, CENTS, max_size=3))
STEPS = st.lists(
    COLLECT
    | st.tuples(st.just("bill"), MONTHS, CENTS)
    | st.tuples(st.just("void"), MONTHS, st.none())
    | st.tuples(st.just("type"), MONTHS, CENTS)
    | st.tuples(st.just("correct"), MONTHS, CENTS)
    | st.tuples(st.just("trash"), MONTHS, st.none())
    | st.tuples(st.just("untype"), MONTHS, st.none())
    | st.tuples(st.just("note"), MONTHS, st.none())
    | st.tuples(st.just("sync"), MONTHS, st.sampled_from(TROUBLES)),
    min_size=3,
    max_size=14,
)


class Story:
    """Steps as they happen; `typed` are the pages of rows that are typed now, by month."""

    def __init__(self, bureau: Bureau) -> None:
        self.bureau = bureau
        self.typed: dict[Month, str] = {}
        self._given_up = set[Month]()
        self._requests = 0

    def collect(self, month: Month, costs: dict[str | None, Decimal]) -> None:
        rows = [charge(str(cost), month.first, sub_account_id=name) for name, cost in costs.items()]
        end = min(month.after, NOW.date())
        self.bureau.shelf.put(ACCOUNT, rows, Period.of_days(month.first, end))

    def bill(self, month: Month, net: Decimal) -> None:
        self.bureau.shelf.enter(_invoice(month, str(net)))

    def void(self, month: Month, _: None) -> None:
        if str(month) in stands(self.bureau.place.store, "penpot/penpot"):
            self.bureau.shelf.void(_invoice(month, "1"))

    def type(self, month: Month, net: Decimal) -> None:
        if month not in self.typed and month not in self._given_up:
            self.typed[month] = self.bureau.typed(Coût_USD=net, Période=str(month.first))

    def correct(self, month: Month, net: Decimal) -> None:
        if month in self.typed:
            self.bureau.world.edit(self.typed[month], {"Coût USD": net})

    def trash(self, month: Month, _: None) -> None:
        if month in self.typed:
            self.bureau.world.trash(self.typed.pop(month))

    def untype(self, month: Month, _: None) -> None:
        """The row stays; before it was ever synced it is the person's own."""
        if (page := self.typed.get(month)) and self.bureau.world.row(page)["Clé"]:
            del self.typed[month]
            self._given_up.add(month)
            self.bureau.world.edit(page, {"Statut Collecte": "OK"})

    def note(self, month: Month, _: None) -> None:
        """Somebody adds a note to a row, which changes nothing."""
        rows = self.bureau.world.pages(self.bureau.access.usages or "")
        for row in [one for one in rows if str(one["Période"]).startswith(str(month))][:1]:
            self.bureau.world.edit(row, {"Notes": "vu"})

    def sync(self, _: Month, trouble: Callable[[], Fault]) -> None:
        """A sync in which one of its requests goes wrong, another one each time."""
        self._requests += 3
        self.bureau.server.faults.add(trouble().on(first=self._requests % 9 + 1))
        self.bureau.sync(Asked(since=MARCH))
        self.bureau.server.faults.clear()


def _invoice(month: Month, net: str) -> Any:
    return bill(net, str(month), account="penpot/penpot", first=month.first, after=month.after)


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_both_say_the_same_after_a_clean_sync(steps: list[tuple[str, Month, Any]]) -> None:
    place = in_memory()
    with bureau_of(place, requests_per_minute=100_000) as bureau:
        bureau.set_up()
        story = Story(bureau)
        for name, month, what in steps:
            getattr(story, name)(month, what)
        done = bureau.sync(Asked(since=MARCH))
        assert done.state == "ok", done
        for month in (MARCH, APRIL, MAY):
            assert bureau.summed(month) == bureau.total(month)
        keys = [row["Clé"] for row in bureau.world.pages(bureau.access.usages or "")]
        assert len(set(keys)) == len(keys)
        typed = stands(place.store, "figma/figma")
        rows = [bureau.world.row(page) for page in story.typed.values()]
        amounts = [
            row["Coût USD"] if row["Montant natif"] is None else row["Montant natif"]
            for row in rows
        ]
        assert sorted(float(one.net) for one in typed.values()) == sorted(amounts)
        again = bureau.sync()
        assert (again.state, again.calls, again.updated, again.created) == ("ok", 4, 0, 0)
    place.store.close()
