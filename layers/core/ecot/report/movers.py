"""Why a total changed: the three lines that moved most, each with its driver, and what is left.

The amounts that are shown add up to the difference that is shown: what the other lines come to is
said in one amount, and what rounding leaves has a name of its own (ledger rule 4).
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from ecot.analysis.compare import Change
from ecot.analysis.decomposition import Decomposition, Line
from ecot.analysis.drivers import Driver
from ecot.language import Language, rounded
from ecot.model.money import minus, total
from ecot.model.sentence import Sentence
from ecot.report.labels import account_name
from ecot.report.rounding import shown

MOST = 3

WHY: dict[Driver, Sentence] = {
    "volume": Sentence("through its volume"),
    "mix": Sentence("through the mix of models"),
    "price": Sentence("through the average unit price"),
    "new model": Sentence("a new model"),
    "new service": Sentence("a new service"),
    "gone": Sentence("no cost in these days"),
    "plan": Sentence("a flat price"),
    "bill": Sentence("a bill that was entered"),
    "credits": Sentence("credits and refunds"),
    "incomplete": Sentence("its figures are not complete in both periods"),
    "other": Sentence("no measured quantity explains it"),
}


class Mover(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it is shown. `line` is its model or service, None where it is a whole account;
    `percent` is by how much the driver moved, None where the two periods cannot be compared so.
    `is_alone` says that nothing else moved the line."""

    account: str
    line: str | None
    amount: Decimal
    exact: Decimal
    driver: Driver
    is_alone: bool
    is_shared: bool = False
    percent: Decimal | None = None


class Movers(msgspec.Struct, frozen=True, kw_only=True):
    """The lines that moved most; `others` is what all other lines come to. With `rounding` they add
    up to the difference as shown."""

    lines: tuple[Mover, ...]
    others: Decimal
    rounding: Decimal


def movers(
    found: Decomposition | None, change: Change, currency: str, titles: Mapping[str, str]
) -> Movers | None:
    """The decomposition of the change as shown; None where nothing moved that can be seen."""
    if found is None or change.now is None or change.before is None:
        return None
    largest = [line for line in found.lines[:MOST] if rounded(line.difference, currency)]
    if not largest:
        return None
    moved = [line.difference for line in largest]
    rest = minus(found.difference, total(moved))
    column = shown([*moved, rest], change.difference, currency)
    *amounts, others = [amount or Decimal(0) for amount in column.lines]
    whole = minus(rounded(change.now, currency), rounded(change.before, currency))
    return Movers(
        lines=tuple(
            _mover(line, amount, titles, is_compared=change.percent is not None)
            for line, amount in zip(largest, amounts, strict=True)
        ),
        others=others,
        rounding=minus(whole, total((*amounts, others))),
    )


def _mover(line: Line, amount: Decimal, titles: Mapping[str, str], *, is_compared: bool) -> Mover:
    driver = line.driver
    moved = {"volume": line.volume, "price": line.price}.get(driver)
    return Mover(
        account=account_name(line.account, titles),
        line=line.model or line.service,
        amount=amount,
        exact=line.difference,
        driver=driver,
        is_alone=len(line.parts) == 1,
        is_shared=line.is_shared,
        percent=moved if is_compared else None,
    )


def mover_sentence(language: Language, mover: Mover, currency: str) -> Sentence:
    """Whose cost moved, by how much, and why."""
    values = {
        "account": mover.account,
        "line": mover.line or "",
        "amount": language.money(mover.amount.copy_abs(), currency),
        "why": why(language, mover),
    }
    if mover.line is None:
        if mover.amount > 0:
            return Sentence("{account}: {amount} more, {why}", values)
        return Sentence("{account}: {amount} less, {why}", values)
    if mover.amount > 0:
        return Sentence("{account}, {line}: {amount} more, {why}", values)
    return Sentence("{account}, {line}: {amount} less, {why}", values)


def why(language: Language, mover: Mover) -> str:
    """The driver in words, with its share where there is one to be seen."""
    told = WHY[mover.driver]
    if mover.driver == "volume" and mover.is_shared:
        told = Sentence("through the volume of all models")
    words = language.sentence(told)
    if not mover.is_alone:
        words = language.say("mostly {why}", why=words)
    if mover.percent is None or not round(mover.percent, 2):
        return words
    sign = "+" if mover.percent > 0 else ""
    return f"{words} ({sign}{language.percent(mover.percent)})"
