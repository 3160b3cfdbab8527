"""What became of a bill, for a person and for a script."""

from collections.abc import Iterator
from typing import Any

from ecot.cli.bill_lists import days_of
from ecot.edge.bill_documents import bill_fields, settlement_fields
from ecot.language import Language
from ecot.model.bill import Bill
from ecot.model.settlement import Settlement
from ecot.report.bills import effect, sentences


def told_effect(language: Language, one: Settlement) -> Iterator[str]:
    """What the bills do, and what they differ by."""
    if one.how != "reconcile" and one.is_booked:
        yield language.sentence(effect(language, one))
        yield language.say("There is no gap to book as long as the bill replaces its charges.")
    else:
        yield " · ".join(map(language.sentence, sentences(language, one)))


def told_added(
    language: Language,
    bill: Bill,
    before: Bill | None,
    settlement: Settlement | None,
    *,
    changed: bool,
) -> Iterator[str]:
    """What became of the bill, for a person."""
    net = language.exact_money(bill.net, bill.currency)
    yield f"✓ {bill.account}  {bill.number}  {net}  {days_of(language, bill)}"
    if before and changed:
        old = language.exact_money(before.net, before.currency)
        yield "  " + language.say("It takes the place of the earlier one, {net}.", net=old)
    if not changed:
        yield "  " + language.say("It stood there already; nothing changed.")
    for line in told_effect(language, settlement) if settlement else ():
        yield f"  {line}"
    if settlement is None:
        yield "  " + language.say("A top-up: it moves a balance, and no total.")


def added_document(
    bill: Bill, before: Bill | None, settlement: Settlement | None, *, changed: bool
) -> dict[str, Any]:
    """`ecot bill add --json`"""
    return {
        "bill": bill_fields(bill),
        "changed": changed,
        "supersedes": bill_fields(before) if before else None,
        "settlement": settlement_fields(settlement) if settlement else None,
    }
