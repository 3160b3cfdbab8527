"""Whether a bill about a part of an account is about any of its charges."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

import msgspec

from ecot.jobs.figures import cells_of, heads_about
from ecot.ledger.settle import is_about
from ecot.model.bill import Bill
from ecot.model.cells import Cell
from ecot.model.sentence import Sentence
from ecot.store.heads import billed_elsewhere
from ecot.store.protocol import Store
from ecot.store.records import all_names

Part = Literal["service", "sub_account_id"]


def stray(store: Store, bill: Bill) -> tuple[Sentence, Sentence] | None:
    """Why the bill's service or project should be looked at again, and what to do; None where it
    has charges, or where the account has none at all on the bill's days. A name that matches
    nothing would count the same money twice: in the bill, and in the charges it is about."""
    if bill.kind == "top-up" or not (bill.service or bill.sub_account_id):
        return None
    whole = msgspec.structs.replace(bill, service=None, sub_account_id=None)
    cells = [cell for cell in _cells(store, bill) if is_about(whole, cell)]
    if not cells or any(is_about(bill, cell) for cell in cells):
        return None
    part = _unknown(bill, cells)
    wanted = [bill.service, bill.sub_account_id] if part is None else [getattr(bill, part)]
    problem = Sentence(
        "{account} has no charges of {scope} on these days",
        {"account": bill.account, "scope": " · ".join(name for name in wanted if name)},
    )
    if part and (other := _meant(store, bill, part, cells)):
        return problem, Sentence("Did you mean {other}? If not, say --new.", {"other": other})
    return problem, Sentence("If the bill is about something else than its charges, say --new.")


def _unknown(bill: Bill, cells: Iterable[Cell]) -> Part | None:
    """The part that no charge has; None where each has some, and only both together have none."""
    parts: tuple[Part, ...] = ("sub_account_id", "service")
    known = {part: {getattr(cell, part) for cell in cells} for part in parts}
    return next((one for one in parts if getattr(bill, one) not in {None, *known[one]}), None)


def _cells(store: Store, bill: Bill) -> list[Cell]:
    """The cells that the bill will be compared with, and others of their months."""
    elsewhere = billed_elsewhere(store)
    heads = heads_about(store, bill.account, [bill], (), elsewhere).values()
    return [cell for head in heads for cell in cells_of(store, head, "service")]


def _meant(store: Store, bill: Bill, part: Part, cells: Iterable[Cell]) -> str | None:
    """The project or service that is written most like it; a project's name means its id."""
    known = {name: name for cell in cells if (name := getattr(cell, part))}
    if part == "sub_account_id":
        names = all_names(store).get(bill.account, [])
        known |= {name.name: name.id for name in names if name.id in known}
    found = get_close_matches(getattr(bill, part), list(known), 1, 0.6)
    return known[found[0]] if found else None
