"""What activity costs, exactly, and what a restatement makes of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ecot.sandbox.activity import Activity

CURRENCY = "usd"


@dataclass(frozen=True, slots=True)
class CostRow:
    """Money of one UTC day, in dollars, at the finest grain that the costs can be grouped by."""

    project_id: str | None
    line_item: str
    api_key_id: str | None
    amount: Decimal
    currency: str
    quantity: Decimal | None
    quantity_unit: str | None


Restatement = Callable[[list[CostRow]], list[CostRow]]


def billed(day: Iterable[Activity], minutes: int) -> list[CostRow]:
    """What the first minutes of a day cost: one row for each project, line item and key."""
    return [row for activity in day for row in _lines(activity, minutes)]


def _lines(activity: Activity, minutes: int) -> Iterator[CostRow]:
    measures = activity.between(0, minutes)
    for line in activity.product.lines:
        quantity = line.units_per_measure * sum(measures.get(name, 0) for name in line.measures)
        if quantity:
            key_id = activity.api_key.id if activity.api_key else None
            amount = quantity * line.price
            yield CostRow(
                activity.project.id, line.label, key_id, amount, CURRENCY, quantity, line.unit
            )


def multiplied(rows: list[CostRow], factor: Decimal, project: str | None) -> list[CostRow]:
    """The rows with every amount, or every amount of one project, times a factor."""
    return [
        replace(row, amount=row.amount * factor) if project in (None, row.project_id) else row
        for row in rows
    ]


def setting(line_item: str, amount: Decimal, project: str | None) -> Restatement:
    """Sets a line item's total: its first row takes it all, further ones become zero."""

    def change(rows: list[CostRow]) -> list[CostRow]:
        left = amount
        changed: list[CostRow] = []
        for row in rows:
            if row.line_item == line_item and project in (None, row.project_id):
                changed.append(replace(row, amount=left))
                left = Decimal(0)
            else:
                changed.append(row)
        if left:
            changed.append(CostRow(project, line_item, None, left, CURRENCY, None, None))
        return changed

    return change
