"""Rows that people typed in Notion become bills; their corrections too, with author and history.

What cannot be told is shown and not guessed: a bill that was changed on both sides since they last
agreed stays as the ledger has it until a person makes the two equal.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from ecot.jobs.bill_scopes import stray
from ecot.jobs.bills import say, stands
from ecot.jobs.notion.kept import Notice, Seen
from ecot.jobs.notion.typed_bills import (
    NO_AMOUNT,
    PREFIX,
    Around,
    amount_of,
    bill_of,
    number_of,
    recalled,
)
from ecot.ledger.bills import standing
from ecot.model.bill import Bill, Entry
from ecot.model.money import text
from ecot.model.period import Month
from ecot.model.sentence import Sentence
from ecot.sinks.notion.rows import TypedRow, key_of
from ecot.store.bills import all_books
from ecot.store.protocol import Place, Store

_NOTION = "Notion"


class Taken(msgspec.Struct, kw_only=True):
    """What typed rows came to. `adopted` has the key of each row that is a bill, by page; `settled`
    are the pages whose bill is what they state, or that state none any more; `seen` is to be kept
    for the next time."""

    adopted: dict[str, str] = {}
    settled: set[str] = set()
    seen: dict[str, Seen] = {}
    notices: list[Notice] = []
    entered: int = 0
    voided: int = 0

    @property
    def void(self) -> Mapping[str, str]:
        """The keys of rows whose bill was voided, by page: what the sync wrote there goes."""
        return {page: one.key for page, one in self.seen.items() if one.is_void}


def take_over(
    place: Place,
    rows: Iterable[TypedRow],
    seen: Mapping[str, Seen],
    around: Around,
    now: datetime,
    unread: Collection[str] = (),
) -> Taken:
    """Enters what the rows state, corrects what they state otherwise than before, and voids the
    bills of rows that are no longer there. `rows` are all typed rows, oldest first; `seen` is what
    was kept of them; `unread` are pages that are there, and of which nobody knows what they say."""
    desk = _Desk(place, seen, around, now)
    ordered = sorted(rows, key=lambda row: row.page_id not in seen)  # the key's row stays its row
    for row in ordered:
        desk.read(row)
    for one in seen.values():
        if one.page_id in unread:
            desk.keep(one)
        elif one.page_id not in desk.read_pages:
            desk.void_lost(one)
    return desk.taken


class _Desk:
    def __init__(
        self, place: Place, seen: Mapping[str, Seen], around: Around, now: datetime
    ) -> None:
        self._place, self._seen, self._around, self._now = place, seen, around, now
        self._standing = _typed_bills(place.store)
        self.taken = Taken()
        self.read_pages: set[str] = set()

    def read(self, row: TypedRow) -> None:
        """One row, as far as it can be understood."""
        self.read_pages.add(row.page_id)
        before = self._seen.get(row.page_id)
        if before is not None and self._is_lost(row, before):
            self.keep(before)
            self.taken.settled.add(row.page_id)
            return
        known = before or recalled(row, self._standing.get(number_of(row.page_id)))
        bill, notices = bill_of(row, known, self._around)
        self.taken.notices += notices
        if bill is not None and not self._is_free(row, bill):
            bill = None
        if bill is not None and (before is None or before.is_void or bill != before.bill):
            bill = self._checked(row, bill)
        if bill is None:
            self._keep_or_void(row, before)
        else:
            self._settle(row, bill, before)

    def keep(self, before: Seen) -> None:
        """The row cannot be understood for now: its bill stays as it was."""
        self.taken.seen[before.page_id] = before
        if not before.is_void:
            self.taken.adopted[before.page_id] = before.key

    def void_lost(self, before: Seen) -> None:
        """The row was deleted, or is not a typed one any more."""
        if before.is_void:
            self._give_up(before)
            return
        stood = stands(self._place.store, before.bill.account).get(before.bill.number)
        if stood == before.bill:
            self._void(before, _NOTION, "the row is no longer typed in Notion")
        elif stood is not None:
            problem = Sentence(
                "The row of bill {number} is gone, and the bill was changed in Ecot meanwhile: "
                "it stands",
                {"number": before.bill.number},
            )
            remedy = Sentence("If it should not, void it with `ecot bill void`.")
            self.taken.notices.append(Notice(problem=problem, remedy=remedy))

    def _is_lost(self, row: TypedRow, before: Seen) -> bool:
        """Whether the amount went with its column: it is the bill's, and is written there again."""
        if before.is_void or not self._around.has_others(before):
            return False
        stood = stands(self._place.store, before.bill.account).get(before.bill.number)
        return stood == before.bill and _is_empty(amount_of(row, before))

    def _is_free(self, row: TypedRow, bill: Bill) -> bool:
        """Whether no other row has the key."""
        key = _key_of(bill)
        if key not in self.taken.adopted.values():
            return True
        problem = Sentence("Another typed row is about the same account and month")
        remedy = Sentence("Put both amounts into one of the rows, or name another sub account.")
        self.taken.notices.append(_notice(row, problem, remedy))
        return False

    def _checked(self, row: TypedRow, bill: Bill) -> Bill | None:
        """None for a part of the account that has no charges: it would count beside them."""
        if (why := stray(self._place.store, bill)) is None:
            return bill
        remedy = Sentence("Write the supplier's id of the sub account, or leave it empty.")
        self.taken.notices.append(_notice(row, why[0], remedy))
        return None

    def _keep_or_void(self, row: TypedRow, before: Seen | None) -> None:
        """A row that was a bill and has no amount any more was emptied; any other that cannot be
        understood for now leaves its bill as it was."""
        if before is None:
            return
        is_read = not {"cost_usd", "native"} & set(row.unread)
        if is_read and _is_empty(amount_of(row, before)):
            stood = stands(self._place.store, before.bill.account).get(before.bill.number)
            if stood is not None and not before.is_void:
                self._void(before, _author(row), "the amount was emptied in Notion")
            self._give_up(before)
            self.taken.settled.add(row.page_id)
        else:
            self.keep(before)

    def _settle(self, row: TypedRow, bill: Bill, before: Seen | None) -> None:
        """The bill that the row states, beside the one that stands and the one that was last
        agreed on."""
        account = before.bill.account if before is not None else bill.account
        stood = stands(self._place.store, account).get(bill.number)
        agreed = before.bill if before is not None and not before.is_void else None
        if bill == stood:
            self._agree(row, bill, before)
        elif stood == agreed:
            self._enter(row, bill, agreed)
            self._agree(row, bill, before)
        else:
            self.taken.notices.append(_conflict(row, stood, is_typed_too=bill != agreed))
            known = before or self._seen_of(row, stood or bill, None)
            self._adopt(row, known, is_agreed=before is not None)

    def _enter(self, row: TypedRow, bill: Bill, agreed: Bill | None) -> None:
        if agreed is not None and agreed.account != bill.account:
            self._say_void(agreed, _author(row), "the row was moved to another account in Notion")
        entry = Entry(
            action="entered", number=bill.number, at=self._now, by=_author(row), bill=bill
        )
        self.taken.entered += say(self._place, bill.account, [entry])

    def _void(self, before: Seen, by: str, reason: str) -> None:
        self._say_void(before.bill, by, reason)
        self._give_up(before)

    def _give_up(self, before: Seen) -> None:
        self.taken.seen[before.page_id] = msgspec.structs.replace(before, is_void=True)

    def _say_void(self, bill: Bill, by: str, reason: str) -> None:
        entry = Entry(action="voided", number=bill.number, at=self._now, by=by, reason=reason)
        self.taken.voided += say(self._place, bill.account, [entry])

    def _agree(self, row: TypedRow, bill: Bill, before: Seen | None) -> None:
        self.taken.settled.add(row.page_id)
        self._adopt(row, self._seen_of(row, bill, before))

    def _seen_of(self, row: TypedRow, bill: Bill, before: Seen | None) -> Seen:
        wrote = before.wrote if before is not None else None
        return Seen(
            page_id=row.page_id,
            key=_key_of(bill),
            bill=bill,
            usd=row.cost_usd,
            native=row.native,
            wrote=wrote,
            columns=self._columns_of(row, bill, before),
        )

    def _columns_of(self, row: TypedRow, bill: Bill, before: Seen | None) -> tuple[str, ...]:
        """The columns as they are, once the row has in them what the bill has."""
        if before is not None and row.sub_account is None and bill.sub_account_id is not None:
            return before.columns
        return self._around.columns

    def _adopt(self, row: TypedRow, seen: Seen, *, is_agreed: bool = True) -> None:
        self.taken.adopted[row.page_id] = seen.key
        if is_agreed:
            self.taken.seen[row.page_id] = seen


def written(seen: Mapping[str, Seen], costs: Mapping[str, Decimal | None]) -> dict[str, Seen]:
    """What was seen, with the costs that the sync wants in the rows, by key: what it writes itself
    is no correction by a person."""
    return {
        page: msgspec.structs.replace(one, wrote=costs.get(one.key)) for page, one in seen.items()
    }


def _typed_bills(store: Store) -> dict[str, Bill]:
    """Every bill that came from Notion and stands, by number."""
    found = (one.bill for _, book in all_books(store) for one in standing(book))
    return {bill.number: bill for bill in found if bill.number.startswith(PREFIX)}


def _key_of(bill: Bill) -> str:
    provider, _, name = bill.account.partition("/")
    return key_of(provider, name, bill.sub_account_id, Month.of(bill.first))


def _author(row: TypedRow) -> str:
    return f"{row.edited_by_name or row.edited_by} ({_NOTION})"


def _is_empty(amount: tuple[Decimal, str] | Notice) -> bool:
    return isinstance(amount, Notice) and amount.problem == NO_AMOUNT


def _conflict(row: TypedRow, stood: Bill | None, *, is_typed_too: bool) -> Notice:
    remedy = Sentence("Type the same in both: what Ecot has counts until then.")
    if stood is None:
        problem = Sentence("The bill of this row was voided in Ecot")
        remedy = Sentence("Delete the row, or enter the bill again with `ecot bill add`.")
    elif is_typed_too:
        problem = Sentence(
            "The bill of this row was changed in Ecot and in Notion; Ecot has {net} {currency}",
            {"net": text(stood.net), "currency": stood.currency},
        )
    else:
        problem = Sentence(
            "The bill of this row was changed in Ecot, to {net} {currency}",
            {"net": text(stood.net), "currency": stood.currency},
        )
    return _notice(row, problem, remedy)


def _notice(row: TypedRow, problem: Sentence, remedy: Sentence) -> Notice:
    return Notice(problem=problem, remedy=remedy, row=row.title, url=row.url)
