"""The page of the business: what is earned beside what it costs, and what the money buys."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from ecot.analysis.efficiency import by_provider, dark, failures, models, names_somebody, spenders
from ecot.analysis.margin import BusinessMonth
from ecot.analysis.recurring import TRAILING
from ecot.analysis.sums import counted
from ecot.analysis.totals import totals
from ecot.jobs.known import counts
from ecot.jobs.query import figures, heads_of, unread_by_account
from ecot.jobs.site.alike import partly_expected, read_accounts
from ecot.jobs.site.earned import Earnings
from ecot.jobs.site.history import History
from ecot.model.figure import Figure
from ecot.model.head import Head
from ecot.model.period import DAY, Month
from ecot.model.rows import provider_of
from ecot.report.business import business_view
from ecot.report.business_cards import SIGNS
from ecot.report.business_facts import BusinessFacts, Daily, MonthOfUse
from ecot.report.frame import in_both
from ecot.report.shell import Shell
from ecot.report.words import CATEGORIES
from ecot.store.records import all_progress

STEM = "business"
MONTHS = 13  # of the table: those whose exchange rates are read
DAYS = 90  # of MRR beside costs
_SUCCESSES = "litellm-requests"  # a feed whose requests are those that succeeded alone


def pages(history: History, shell: Shell) -> Iterator[tuple[str, bytes]]:
    """The page in both languages."""
    view = business_view(business_facts(history))
    styles = ("charts.css", "business.css")
    yield from in_both(shell, STEM, "business.html", styles, view=view, signs=SIGNS)


def business_facts(history: History) -> BusinessFacts:
    """Everything that the page may show."""
    edition, shown = history.edition, history.months[-MONTHS:]
    earnings = Earnings(history, shown[0].first, shown[-1].after)
    by_month = {month: figures_of(history, month) for month in shown}
    return BusinessFacts(
        today=edition.today,
        currency=edition.currency,
        titles=history.names,
        people=edition.people,
        earners=tuple(sorted(earnings.accounts)),
        months=tuple(business_month(history, month, by_month[month], earnings) for month in shown),
        ai={month: ai_costs(history, month, by_month) for month in shown},
        dark={
            month: {name: dark(found, name) for name in CATEGORIES}
            for month, found in by_month.items()
        },
        daily=_daily(history),
        mrr=earnings.mrr,
        used=tuple(used(history, month) for month in reversed(shown[-2:])),
    )


def ai_costs(
    history: History, month: Month, by_month: Mapping[Month, Sequence[Figure]]
) -> dict[str, Decimal]:
    """The month's cost of AI by provider, where one is known; 0 of one that has AI in another
    month, was read in this one, and told of none."""
    costs = by_provider(by_month[month], "ai", history.edition.currency)
    days = month.first, min(month.after, history.edition.today)
    read = {provider_of(one) for one in read_accounts(history.heads(month), days)}
    partly = {provider_of(one) for one in partly_expected(all_progress(history.store), days)}
    lacking = partly | {gap.provider for gap in history.gaps(month)}
    silent = read - lacking - _of_ai(by_month[month])
    known = {name for figures in by_month.values() for name in _of_ai(figures)}
    return costs | dict.fromkeys(sorted(silent & known), Decimal(0))


def _of_ai(of_month: Iterable[Figure]) -> set[str]:
    """The providers that told of AI: charges, also of unknown cost, or use."""
    inside = (one for one in counted(of_month) if one.cell.category == "ai")
    return {one.provider for one in inside if not one.cell.activity}


def figures_of(history: History, month: Month) -> list[Figure]:
    """The month's sums by service and model."""
    return [one for one in history.by_service if one.cell.day == month.first]


def business_month(
    history: History, month: Month, of_month: Collection[Figure], earnings: Earnings
) -> BusinessMonth:
    """The month's costs by category as `ecot totals` has them, and what was earned."""
    edition = history.edition
    return BusinessMonth(
        month=month,
        costs=totals(
            of_month,
            by="category",
            first=month.first,
            after=month.after,
            currency=edition.currency,
            missing=history.gaps(month),
        ),
        earned=earnings.earned(month),
        recurring=earnings.recurring(month),
        is_over=edition.today >= month.after,
    )


def _daily(history: History) -> Daily:
    """The days that are over, as far back as the charts and the trailing cost of their first day
    reach."""
    edition, today = history.edition, history.edition.today
    first = max(today - (DAYS + TRAILING) * DAY, history.months[0].first)
    if first >= today:
        return Daily(first=today, figures=(), unread={})
    question = edition.question(first, today)
    heads = heads_of(history.store, question)
    found = figures(history.store, question, heads, None, history.books)
    begun = min(_beginnings(history, found.figures), default=today)
    return Daily(
        first=max(first, begun),
        figures=tuple(counted(found.figures)),
        unread=unread_by_account(history.store, question, heads, found.bills),
    )


def _beginnings(history: History, found: Iterable[Figure]) -> Iterator[date]:
    """Since when costs are known, of each that tells: a day before all of them cost nothing that
    anybody has said."""
    waited = (one for one in all_progress(history.store) if one.feeds)
    yield from (one.since for one in waited if counts(provider_of(one.account)))
    yield from (figure.cell.day for figure in found if figure.cell.basis)


def used(history: History, month: Month) -> MonthOfUse:
    """What the money of the month's AI bought, and for whom."""
    currency = history.edition.currency
    of_models = history.month(month, "service").figures
    of_people = history.month(month, "person").figures
    details: dict[str, list[Figure]] = {}
    for figure in of_people:
        if figure.cell.role == "breakdown":
            details.setdefault(figure.account, []).append(figure)
    told = {account: tuple(spenders(details[account], currency)) for account in sorted(details)}
    return MonthOfUse(
        month=month,
        is_over=history.edition.today >= month.after,
        models=tuple(models(of_models, currency)),
        spenders=tuple(spenders(counted(of_people), currency)),
        details={account: found for account, found in told.items() if names_somebody(found)},
        failures=tuple(failures(of_models, _of_successes(history.heads(month)))),
    )


def _of_successes(heads: Iterable[Head]) -> set[str]:
    return {head.account for head in heads if _SUCCESSES in head.feeds}
