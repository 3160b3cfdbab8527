"""The origin of a total: shares of it as people read them, and what is missing from it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal

import msgspec

from ecot.analysis.totals import Gap, Totals
from ecot.language import Language
from ecot.model.money import rounded_shares
from ecot.model.rows import Basis
from ecot.model.sentence import Sentence
from ecot.report.labels import account_name
from ecot.report.words import GAP_REASONS, NEVER_READ

ONE_PERCENT = Decimal("0.01")


class Share(msgspec.Struct, frozen=True):
    """A basis' part of the total. `bound` is "<" or ">" where the whole percent would be 0 or 100
    and the truth is not."""

    basis: Basis
    percent: Decimal
    bound: Literal["", "<", ">"] = ""


class Missing(msgspec.Struct, frozen=True):
    """Days of an account that the total does not have, and why."""

    name: str
    gap: Gap
    reason: Sentence


class Unpriced(msgspec.Struct, frozen=True):
    """Charges of an account whose cost nobody knows: the total has nothing of them. None: it has
    use, and no charge at all."""

    name: str
    charges: int | None


def shares(totals: Totals) -> tuple[Share, ...]:
    """The share of each basis that is in the total, in whole percents that add up to 100."""
    coverage = totals.coverage
    exact: dict[Basis, Decimal] = {
        "billed": coverage.billed,
        "estimated": coverage.estimated,
        "entered": coverage.entered,
    }
    whole = dict(zip(exact, rounded_shares(list(exact.values()), ONE_PERCENT), strict=True))
    present = {basis for group in totals.groups for basis, cost in group.basis.items() if cost}
    return tuple(
        _share(basis, exact[basis], whole[basis], alone=len(present) == 1)
        for basis in exact
        if basis in present
    )


def _share(basis: Basis, exact: Decimal, whole: Decimal, *, alone: bool) -> Share:
    if not alone and exact < ONE_PERCENT:
        return Share(basis, ONE_PERCENT, "<")
    if not alone and exact > 1 - ONE_PERCENT:
        return Share(basis, 1 - ONE_PERCENT, ">")
    return Share(basis, whole)


def unpriced(totals: Totals, titles: Mapping[str, str]) -> tuple[Unpriced, ...]:
    """The accounts that have charges of unknown cost, and those that have use without any."""
    coverage = totals.coverage
    found = dict[str, int | None].fromkeys(coverage.without_cost) | dict(coverage.unknown_of)
    return tuple(Unpriced(account_name(one, titles), found[one]) for one in sorted(found))


def unknown_cost(language: Language, charges: int | None) -> str:
    """How the charges are said whose cost nobody knows."""
    if charges is None:
        return language.say("use without any cost")
    return language.count(
        "{count} charge of unknown cost", "{count} charges of unknown cost", charges
    )


def missing(totals: Totals, titles: Mapping[str, str]) -> tuple[Missing, ...]:
    """The accounts that are missing days, with the reason in words."""
    return missing_of(totals.coverage.missing, titles)


def missing_of(gaps: Iterable[Gap], titles: Mapping[str, str]) -> tuple[Missing, ...]:
    """The gaps with the names of their accounts, and the reasons in words."""
    return tuple(
        Missing(
            account_name(gap.account, titles),
            gap,
            GAP_REASONS.get(gap.reason, NEVER_READ) if gap.reason else NEVER_READ,
        )
        for gap in gaps
    )
