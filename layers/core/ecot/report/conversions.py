"""What was converted and at which rates, in a sentence."""

from collections.abc import Sequence
from decimal import Context, Decimal

from ecot.analysis.sums import Converted
from ecot.language import Language
from ecot.model.money import quotient
from ecot.model.rates import EURO, Rate
from ecot.model.sentence import Sentence
from ecot.report.words import RATE_ORIGINS


def conversion(language: Language, one: Converted) -> Sentence:
    """What of the total was stated in another currency, what it came to, and at which rates: the
    rate and its day; of several, their range and from when to when."""
    rates, shown = one.rates, sorted(_as_published(rate) for rate in one.rates)
    target = rates[0].target
    values = {
        "amount": language.money(one.amount, one.currency),
        "cost": language.money(one.cost, target),
        "source": EURO if target == EURO else one.currency,
        "low": language.number(shown[0]),
        "high": language.number(shown[-1]),
        "target": one.currency if target == EURO else target,
        "origin": origins(language, rates),
        "days": language.days(rates[0].day, rates[-1].day),
    }
    if shown[0] == shown[-1]:
        return Sentence(
            "{amount} = {cost} ({origin} of {days}: 1 {source} = {low} {target})", values
        )
    return Sentence(
        "{amount} = {cost} ({origin} of {days}: 1 {source} = {low} to {high} {target})", values
    )


def _as_published(rate: Rate) -> Decimal:
    """What a euro is in the other currency, as the ECB writes it, also where the conversion went
    the other way; eight digits are more than it publishes of any currency."""
    stated = quotient(Decimal(1), rate.rate) if rate.target == EURO else rate.rate
    return Context(prec=8).plus(stated).normalize()


def origins(language: Language, rates: Sequence[Rate]) -> str:
    """Who states the rates."""
    found = sorted({rate.origin for rate in rates})
    return " + ".join(language.sentence(RATE_ORIGINS[origin]) for origin in found)
