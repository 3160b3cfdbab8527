"""What was converted and at which rates, in a sentence."""

from collections.abc import Sequence

from ecot.analysis.sums import Converted
from ecot.language import Language
from ecot.model.rates import Rate
from ecot.model.sentence import Sentence
from ecot.report.words import RATE_ORIGINS


def conversion(language: Language, one: Converted) -> Sentence:
    """What of the total was stated in another currency, what it came to, and at which rates: the
    rate and its day; of several, their range and from when to when."""
    rates = one.rates
    values = {
        "amount": language.money(one.amount, one.currency),
        "cost": language.money(one.cost, rates[0].target),
        "source": one.currency,
        "low": language.number(min(rate.rate for rate in rates)),
        "high": language.number(max(rate.rate for rate in rates)),
        "target": rates[0].target,
        "origin": origins(language, rates),
        "days": language.days(rates[0].day, rates[-1].day),
    }
    if values["low"] == values["high"]:
        return Sentence(
            "{amount} = {cost} ({origin} of {days}: 1 {source} = {low} {target})", values
        )
    return Sentence(
        "{amount} = {cost} ({origin} of {days}: 1 {source} = {low} to {high} {target})", values
    )


def origins(language: Language, rates: Sequence[Rate]) -> str:
    """Who states the rates."""
    found = sorted({rate.origin for rate in rates})
    return " + ".join(language.sentence(RATE_ORIGINS[origin]) for origin in found)
