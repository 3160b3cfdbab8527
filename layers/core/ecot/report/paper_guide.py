"""How to read a printed month: what its words mean. The sentences are those of the page."""

from collections.abc import Iterator

from ecot.analysis.projection import Projection
from ecot.language import Language
from ecot.report import words
from ecot.report.views import MonthView

# ruff: noqa: E501 - sentences of the page, found by their text
TAX = "Totals leave out tax, which stands beside them. Credits and refunds are inside, as negative amounts."
CHANGES = "A line is a model of an account, or a service where a charge names no model. Its volume counts at the earlier unit price, its unit price at the later volume (all tokens together, on average); the mix is what a model of a service moved more than the others. Where nothing is measured, no cause is made up. All lines add up to the difference."
BY_WEEKDAY = "Each day to come costs what the same weekdays cost on average ({days}); the range is that of their cheapest and of their dearest seven days in a row."
BY_DAY = "Each day to come costs what a day cost on average ({days}); the range is that of the cheapest and of the dearest of these days."
CARRIED = "Only use that is read day by day is carried forward. Flat prices and bills are added as they are known; credits, files and what is told on its day alone stay as they are."
BILLS = "A bill stands in place of charges that the provider does not state itself; otherwise it stands beside them, and the gap is shown. A struck-through amount is in no total."
APART = "An amount that could not be converted stands apart in its own currency: it is not in the total, and it is not lost."


def guide(view: MonthView, language: Language) -> Iterator[tuple[str, str]]:
    """Each word with its meaning."""
    say, sentence, state = language.say, language.sentence, view.facts.state
    for basis, meaning in words.BASIS_MEANINGS.items():
        yield sentence(words.BASES[basis]), sentence(meaning)
    yield say("net of tax"), say(TAX)
    if view.movers:
        yield say("what changed"), say(CHANGES)
    if view.projection:
        yield say("at this pace"), _method(view.projection, language)
    if view.totals.unconverted:
        yield say("other currencies"), say(APART)
    if view.bills:
        yield say("Bills"), say(BILLS)
    yield sentence(words.MONTH_STATES[state]), sentence(words.MONTH_MEANINGS[state])


def _method(ahead: Projection, language: Language) -> str:
    basis = language.days(ahead.first, ahead.last)
    pace = BY_WEEKDAY if ahead.run == 7 else BY_DAY
    return f"{language.say(pace, days=basis)} {language.say(CARRIED)}"
