"""Whether a bill about a part of an account is about any of its charges."""

from difflib import get_close_matches

from ecot.ledger.settle import is_about
from ecot.model.bill import Bill
from ecot.model.cells import Cell
from ecot.model.sentence import Sentence
from ecot.store.documents import read_cube
from ecot.store.heads import read_heads
from ecot.store.protocol import Store
from ecot.store.records import all_names


def stray(store: Store, bill: Bill) -> tuple[Sentence, Sentence] | None:
    """Why the bill's service or project should be looked at again, and what to do; None where it
    has charges, or where the account has none at all on the bill's days. A name that matches
    nothing would count the same money twice: in the bill, and in the charges it is about."""
    if bill.kind == "top-up" or not (bill.service or bill.sub_account_id):
        return None
    cells = [cell for cell in _cells(store, bill) if is_about(_whole(bill), cell)]
    if not cells or any(is_about(bill, cell) for cell in cells):
        return None
    wanted = bill.sub_account_id or bill.service or ""
    problem = Sentence(
        "{account} has no charges of {scope} on these days",
        {"account": bill.account, "scope": wanted},
    )
    if other := _meant(store, bill, cells):
        return problem, Sentence("Did you mean {other}? If not, say --new.", {"other": other})
    return problem, Sentence("If the bill is about something else than its charges, say --new.")


def _whole(bill: Bill) -> Bill:
    fields = {name: getattr(bill, name) for name in bill.__struct_fields__}
    return Bill(**fields | {"service": None, "sub_account_id": None})


def _cells(store: Store, bill: Bill) -> list[Cell]:
    heads = (held.head for held in read_heads(store, bill.account, bill.period.months()).values())
    return [
        cell
        for head in heads
        if head.service_cube
        for cell in read_cube(store, bill.account, head.month, "service", head.service_cube).cells
    ]


def _meant(store: Store, bill: Bill, cells: list[Cell]) -> str | None:
    """The project or service that is written most like it; a project's name means its id."""
    if bill.sub_account_id is None:
        known = {cell.service: cell.service for cell in cells if cell.service}
    else:
        known = {cell.sub_account_id: cell.sub_account_id for cell in cells if cell.sub_account_id}
        names = all_names(store).get(bill.account, [])
        known |= {name.name: name.id for name in names if name.id in known}
    found = get_close_matches(bill.sub_account_id or bill.service or "", list(known), 1, 0.6)
    return known[found[0]] if found else None
