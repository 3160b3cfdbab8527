"""What a row says about itself, in its log: what is missing, where the cost comes from, and what
bills make of it."""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ecot.analysis.totals import Gap
from ecot.jobs.known import titles
from ecot.jobs.notion.lines import Line
from ecot.jobs.notion.states import AccountState
from ecot.language import Language
from ecot.model.outcome import Outcome
from ecot.model.settlement import Settlement
from ecot.report.words import BASES, GAP_REASONS, NEVER_READ

_RUNNING = "Bill {number}: it counts day by day, and its days are not over."
LONGEST = 2000  # characters that Notion takes in one text (developers.notion.com, read 2026-11)


def log_of(
    language: Language,
    state: AccountState | None,
    line: Line | None,
    bills: Iterable[Settlement] = (),
) -> str:
    """The row's log in the language, without a line break; as much of it as Notion takes."""
    sentences = [
        *(_troubles(language, state) if state else ()),
        *(_of_cost(language, line) if line else ()),
        *(said for one in bills for said in _of_bills(language, one)),
    ]
    return cut(" ".join(sentences))


def cut(log: str) -> str:
    """The log in one line, with an ellipsis where it is longer than Notion takes."""
    line = re.sub(r"\s*[\r\n\t]\s*", " ", log).strip()
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _troubles(language: Language, state: AccountState) -> Iterator[str]:
    if state.gap is not None:
        yield _missing(language, state.gap)
    if state.is_troubled and state.outcome is not None:
        yield from _of_run(language, state.outcome)


def _missing(language: Language, gap: Gap) -> str:
    reason = GAP_REASONS[gap.reason] if gap.reason else NEVER_READ
    return language.say(
        "Missing: {count}, {days} ({reason}).",
        count=language.count("{count} day", "{count} days", gap.days),
        days=language.days(gap.first, gap.last),
        reason=language.sentence(reason),
    )


def _of_run(language: Language, outcome: Outcome) -> Iterator[str]:
    for one in (outcome.message, outcome.remedy):
        if one is not None:
            said = language.sentence(one).strip()
            yield said if said.endswith((".", "!", "?", "…")) else f"{said}."


def _of_cost(language: Language, line: Line) -> Iterator[str]:
    say, group = language.say, line.group

    def money(amount: Decimal) -> str:
        return language.money(amount, line.currency)

    if len(group.basis) > 1:
        parts = (
            f"{language.sentence(BASES[one])} {money(group.basis[one])}" for one in group.basis
        )
        yield say("Origin of the cost: {parts}.", parts=", ".join(parts))
    if group.unpriced:
        charges = language.count(
            "{count} charge of unknown cost", "{count} charges of unknown cost", group.unpriced
        )
        yield say("Not in the cost: {what}.", what=charges)
    for currency, amount in group.unconverted.items():
        yield say("No exchange rate for {amount}.", amount=language.money(amount, currency))
    if group.replaced is not None:
        yield say("A bill stands in place of charges of {amount}.", amount=money(group.replaced))
    if tax := line.tax:
        yield say("Tax, not in the cost: {amount}.", amount=money(tax))
    for parent, amount in line.details.items():
        told = {"amount": money(amount), "provider": titles().get(parent, parent)}
        yield say("Details of charges of {provider}, in no total: {amount}.", **told)
    if line.is_use_alone:
        yield say("The supplier states no cost for this use.")


def _of_bills(language: Language, one: Settlement) -> Iterator[str]:
    """What the ledger makes of the bills (ledger rule 16)."""
    numbers = ", ".join(bill.number for bill in one.bills)
    if one.how != "reconcile":
        text = "Bill {number}: it counts." if one.is_over else _RUNNING
        yield language.say(text, number=numbers)
        return
    if one.gap is None or one.charged is None or one.billed is None:
        yield language.say(
            "Bill {number}: it cannot be compared with the charges, which count.", number=numbers
        )
        return
    told = {
        "number": numbers,
        "billed": language.money(one.billed, one.currency),
        "charged": language.money(one.charged, one.currency),
        "gap": language.money(one.gap, one.currency),
    }
    if one.adjustment is not None:
        yield language.say(
            "Bill {number}: {billed} beside charges of {charged}; the gap of {gap} is booked.",
            **told,
        )
    else:
        yield language.say(
            "Bill {number}: {billed} beside charges of {charged}, which count; gap: {gap}.", **told
        )
