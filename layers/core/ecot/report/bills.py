"""What bills come to, in the sentences that the page and the command line share."""

from collections.abc import Iterator
from decimal import Decimal

from ecot.language import Language, rounded
from ecot.model.sentence import Sentence
from ecot.model.settlement import Settlement
from ecot.report.words import REASONS


def numbers(settlement: Settlement) -> str:
    """The numbers of its bills."""
    return ", ".join(bill.number for bill in settlement.bills)


def effect(language: Language, one: Settlement) -> Sentence:
    """What the bills do: what they stand beside, or in place of."""
    amounts = {} if one.charged is None else {"amount": _money(language, one.charged, one.currency)}
    if one.how == "add":
        return Sentence("added to the charges: it is a credit note without an invoice")
    if one.how == "reconcile":
        if amounts and all(bill.is_credit for bill in one.bills):
            return Sentence("beside {amount} of credits that the provider states", amounts)
        if amounts:
            return Sentence("beside {amount} that the provider states", amounts)
        return Sentence("beside charges in another currency, without a rate")
    if amounts:
        return Sentence("in place of {amount} of charges", amounts)
    match one.reason:
        case None:
            return Sentence("alone: there are no charges beside it")
        case "unpriced":
            return Sentence("in place of charges without a price")
        case _:
            return Sentence("in place of charges in another currency, without a rate")


def gap(language: Language, one: Settlement) -> Sentence | None:
    """The bills less the charges, in money and as a share, and why; None where that is nothing."""
    if not one.gap:
        return None
    values = {
        "amount": _money(language, one.gap, one.currency, sign="+"),
        "reason": language.sentence(REASONS[one.reason or "unexplained"]),
    }
    if not one.percent:
        return Sentence("gap {amount} ({reason})", values)
    values["percent"] = language.percent(one.percent / 100, 1)
    return Sentence("gap {amount}, {percent} ({reason})", values)


def booking(one: Settlement) -> Sentence | None:
    """Whether the gap is inside the total; None where there is none that has to be."""
    if one.how != "reconcile" or one.gap == 0:
        return None
    if one.settles:
        return Sentence("booked as an adjustment")
    if one.is_booked and not one.is_over:
        return Sentence("booked, and added once its days are over")
    return Sentence("not booked") if one.is_to_do else None


def sentences(language: Language, one: Settlement) -> Iterator[Sentence]:
    """All of it."""
    found = effect(language, one), gap(language, one), booking(one)
    yield from (sentence for sentence in found if sentence is not None)


def _money(language: Language, amount: Decimal, currency: str, sign: str = "") -> str:
    """The amount as shown; with all its digits where rounding would leave nothing of it."""
    is_seen = rounded(amount, currency) or not amount
    shown = language.money if is_seen else language.exact_money
    return (sign if amount > 0 else "") + shown(amount, currency)
