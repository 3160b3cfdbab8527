"""The same company kept the way that is usual: one item a row, the window deleted and written again
each night, a report that reads rows. On the same store, from the same suppliers and parser."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec

from ecot.ledger.months import CLOSING_DAY
from ecot.model.period import Month, Period
from ecot.model.rows import AnyRow, Charge, Name, Usage, merged
from ecot.store.protocol import Key
from ecot.store.sqlite import SqliteStore
from ecot.store.writes import put_stream
from tests.bench.daily import Daily
from tests.bench.meter import Meter
from tests.bench.nights import HISTORY, MONTH

_ROW = msgspec.json.Decoder(Charge | Usage)
Sums = dict[tuple[str, str | None, str | None], Decimal]


class Rewriter:
    """Rows by month and day; a month is one partition, so that a report is a query a month."""

    def __init__(self, home: Path, accounts: int) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.meter = Meter(SqliteStore(home / "rows.sqlite"))
        self.store = self.meter.store
        self.suppliers = [Daily(number) for number in range(accounts)]

    def begin(self, months: int) -> None:
        """Writes the months before."""
        self._wake(MONTH.first)
        with self.meter.doing("before"):
            for back in range(months, 0, -1):
                self._write(MONTH.shifted(-back))

    def night(self, today: date) -> None:
        """The previous month until it is closed, and the running one."""
        self._wake(today)
        first = 1 if today.day < CLOSING_DAY else 0
        for month in (MONTH.shifted(-back) for back in range(first, -1, -1)):
            with self.meter.doing("deleting"):
                keys = [item.key for item in self.store.query(_partition(month))]
                for key in keys:
                    self.store.delete(key)
            with self.meter.doing("writing"):
                self._write(month)

    def report(self, months: int) -> Sums:
        """What a report needs of the last months: costs by account, project and model."""
        sums: Sums = {}
        with self.meter.doing("reporting"):
            for back in range(months, -1, -1):
                for item in self.store.query(_partition(MONTH.shifted(-back))):
                    row = _ROW.decode(item.body)
                    if isinstance(row, Charge) and row.billed_cost is not None:
                        group = item.key.sort.split("#")[1], row.sub_account_id, row.model
                        sums[group] = sums.get(group, Decimal(0)) + row.billed_cost
        return sums

    def _wake(self, today: date) -> None:
        for supplier in self.suppliers:
            supplier.wake(today)

    def _write(self, month: Month) -> None:
        put_stream(self.store, self._items(month))

    def _items(self, month: Month) -> Iterator[tuple[Key, bytes]]:
        for supplier in self.suppliers:
            for number, row in enumerate(_rows(supplier, month)):
                sort = f"{row.charge_period.start.date()}#{supplier.account}#{number:06}"
                yield Key(_partition(month), sort), msgspec.json.encode(row)


def _rows(supplier: Daily, month: Month) -> list[AnyRow]:
    answer = supplier.answer(Period.of_days(month.first, month.after))
    rows = (parsed.row for parsed in supplier.parse(answer))
    return merged(row for row in rows if not isinstance(row, Name))


def _partition(month: Month) -> str:
    return f"rows#{month}"


def rewritten(home: Path, accounts: int, nights: int, months: int = HISTORY) -> Rewriter:
    """The ledger after so many nights."""
    rewriter = Rewriter(home, accounts)
    rewriter.begin(months)
    for today in MONTH.days()[:nights]:
        rewriter.night(today)
    return rewriter
