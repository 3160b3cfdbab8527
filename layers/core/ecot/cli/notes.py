"""What stands below a table of totals: origin, tax, exchange rates, bills, and what is missing."""

from collections.abc import Iterator, Mapping

from ecot.jobs.query import Converted, Totals
from ecot.language import Language
from ecot.model.settlement import Settlement
from ecot.report.bills import numbers, sentences
from ecot.report.conversions import conversion
from ecot.report.labels import account_name
from ecot.report.origin import missing, shares, unknown_cost, unpriced
from ecot.report.words import BASES


def notes(language: Language, found: Totals, names: Mapping[str, str]) -> Iterator[str]:
    """Origin, tax, other currencies, and what is missing: nothing where there is nothing."""
    parts = [
        f"{language.sentence(BASES[share.basis])} {share.bound}{language.percent(share.percent)}"
        for share in shares(found)
    ]
    if parts:
        yield language.say("Origin of the figures: {parts}", parts=" · ".join(parts))
    for lacking in unpriced(found, names):
        charges = unknown_cost(language, lacking.charges)
        yield language.say(
            "Not in the total: {name}, {charges}", name=lacking.name, charges=charges
        )
    for account, cost in found.coverage.breakdowns.items():
        shown = language.money(cost, found.currency)
        yield language.say(
            "Not in the total: {amount} that others bill, as {name} estimates it",
            amount=shown,
            name=account_name(account, names),
        )
    if found.tax:
        tax = language.money(found.tax, found.currency)
        yield language.say("Tax, outside the total: {amount}", amount=tax)
    for code, amount in found.unconverted_tax.items():
        tax = language.money(amount, code)
        yield language.say("Tax, outside the total: {amount}", amount=tax)
    yield from (_converted(language, one) for one in found.converted)
    for code, amount in found.unconverted.items():
        shown = language.money(amount, code)
        yield language.say("Not converted, outside the total: {amount}", amount=shown)
    yield from (_bills(language, one, names) for one in found.bills)
    for one in missing(found, names):
        days = language.days(one.gap.first, one.gap.last)
        reason = language.sentence(one.reason)
        yield language.say(
            "Missing: {name}, {days} ({reason})", name=one.name, days=days, reason=reason
        )


def _converted(language: Language, one: Converted) -> str:
    told = language.sentence(conversion(language, one))
    if one.is_tax:
        return language.say("Converted, of the tax: {told}", told=told)
    return language.say("Converted: {told}", told=told)


def _bills(language: Language, one: Settlement, names: Mapping[str, str]) -> str:
    return language.say(
        "Bill {numbers} of {name}: {told}",
        numbers=numbers(one),
        name=account_name(one.account, names),
        told=" · ".join(map(language.sentence, sentences(language, one))),
    )
