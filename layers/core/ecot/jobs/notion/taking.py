"""What people typed, taken out of what was seen of the databases, and given back as rows."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from ecot.jobs.accounts import known_accounts
from ecot.jobs.notion.kept import Notice, Seen
from ecot.jobs.notion.typed import Taken, take_over
from ecot.jobs.notion.typed_bills import Around, near
from ecot.jobs.notion.wanted import DOLLARS
from ecot.jobs.site.edition import Edition
from ecot.model.rows import Category
from ecot.model.sentence import Sentence
from ecot.sinks.notion.names import STATUSES, USAGES
from ecot.sinks.notion.rows import UsageRow
from ecot.sinks.notion.view import View
from ecot.store.protocol import Place, Store
from ecot.store.records import all_names

_TYPED_IN = ("cost_usd", "native", "native_currency", "sub_account")


def around_of(store: Store, edition: Edition, categories: Mapping[str, Category]) -> Around:
    """What the ledger and the settings know beside the rows."""
    return Around(
        today=edition.today,
        accounts=known_accounts(store) | set(edition.accounts),
        names=all_names(store),
        categories=categories,
    )


def taken_from(
    place: Place, view: View, seen: Mapping[str, Seen], around: Around, now: datetime
) -> Taken:
    """What typed rows come to. Where the column is gone that says which rows are typed, or its word
    for them, nobody can tell: all bills stay as they are."""
    if view.tells_typed:
        columns = tuple(
            view.usages.columns[name].id if name in view.usages.columns else ""
            for name in _TYPED_IN
        )
        around = around._replace(columns=columns)
        return take_over(place, view.typed, seen, around, now, view.unread)
    problem = Sentence(
        "Nothing in Notion says any more which rows are typed: their bills stay as they are"
    )
    remedy = Sentence(
        "Let the column {column} have the option {option} again.",
        {"column": USAGES["status"].name, "option": STATUSES["manual"].name},
    )
    return Taken(
        adopted={page: one.key for page, one in seen.items()},
        seen=dict(seen),
        notices=[Notice(problem=problem, remedy=remedy)] if seen else [],
    )


def as_typed(rows: Iterable[UsageRow], taken: Taken) -> list[UsageRow]:
    """The rows, those that people typed as such: their status, and beside the cost, which is what
    counts, the amount that they state."""
    pages = {key: page for page, key in taken.adopted.items()}
    return [_typed(row, pages[row.key], taken) if row.key in pages else row for row in rows]


def settled_in(view: View, taken: Taken, rows: Iterable[UsageRow]) -> frozenset[str]:
    """The pages whose amounts may be written: where there is a place for the one that was typed,
    and no dollars beside an amount of another currency that nobody else knows the rate of."""
    if not {"native", "native_currency"} <= view.usages.columns.keys():
        return frozenset()
    costs = {row.key: row.cost_usd for row in rows}
    return frozenset(
        page
        for page in taken.settled
        if page in taken.void or not _knows_better(taken.seen[page], costs.get(taken.adopted[page]))
    )


def _knows_better(seen: Seen, cost: Decimal | None) -> bool:
    """Whether a person typed dollars too, and the ledger has none."""
    is_typed = seen.usd is not None and (seen.wrote is None or not near(seen.usd, seen.wrote))
    return is_typed and cost is None and seen.bill.currency != DOLLARS


def _typed(row: UsageRow, page: str, taken: Taken) -> UsageRow:
    """A bill counts day by day, in dollars, and not at all beside charges that the supplier states:
    where the cost is another than the amount that was typed, that one stands in its own column."""
    seen = taken.seen.get(page)
    if seen is None or page not in taken.settled:
        return msgspec.structs.replace(row, status="manual", native=None)
    bill = seen.bill
    is_all = bill.currency == DOLLARS and row.cost_usd == bill.net and seen.native is None
    native = None if is_all else (bill.net, bill.currency)
    return msgspec.structs.replace(row, status="manual", native=native)
