"""What stands beside the total of a printed month: the year so far, and where it is heading."""

from collections.abc import Iterator

from ecot.analysis.projection import NoProjection, Projection
from ecot.analysis.year import YearToDate
from ecot.language import Language
from ecot.report.labels import account_name
from ecot.report.paper import name
from ecot.report.views import MonthView

Told = tuple[str, str]


def outlook(view: MonthView, language: Language) -> Iterator[Told]:
    """Each with its label."""
    say, year = language.say, view.facts.beside.year
    if year and year.total is not None:
        yield say("Since 1 January, net of tax"), _year(view, year, language)
    label = say("At the end of the month, at this pace")
    if view.projection:
        yield label, _ahead(view.projection, view.facts.currency, language)
    elif view.no_projection:
        yield label, _why_not(view, view.no_projection, language)


def _year(view: MonthView, year: YearToDate, language: Language) -> str:
    one, many = "{count} month of {all}", "{count} months of {all}"
    count = language.count(one, many, len(year.months), all=view.facts.month.number)
    parts = [language.money(year.total, view.facts.currency)] if year.total is not None else []
    if not year.is_whole:
        parts.append(language.say("incomplete"))
    parts.append(count)
    if year.change and year.change.percent is not None:
        sign = "+" if year.change.percent > 0 else ""
        percent = f"{sign}{language.percent(year.change.percent / 100, 1)}"
        text = "{percent} against the same days of {year}"
        parts.append(language.say(text, percent=percent, year=year.change.first_before.year))
    return " · ".join(parts)


def _ahead(ahead: Projection, currency: str, language: Language) -> str:
    low, high = language.money(ahead.low, currency), language.money(ahead.high, currency)
    likely = f"≈ {language.money(ahead.likely, currency)}"
    if ahead.is_part:
        likely += f" + {language.say('unknown')}"
    return f"{likely} · {language.say('between {low} and {high}', low=low, high=high)}"


def _why_not(view: MonthView, why: NoProjection, language: Language) -> str:
    if why.accounts:
        names = ", ".join(name(account_name(one, view.facts.titles)) for one in why.accounts)
        return f"{language.say('not worked out: days are missing')} ({names})"
    one = "not worked out: {count} complete day is not enough"
    many = "not worked out: {count} complete days are not enough"
    return language.count(one, many, why.days)
