"""What a month may cost, and what is spent of it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ecot.jobs.notion.kept import budgets as noted
from ecot.jobs.query import answer
from ecot.jobs.site.edition import Edition
from ecot.model.budget import Budget, Spent
from ecot.model.period import DAY, Month
from ecot.store.protocol import Store

_NOTED_IN = "USD"  # the column of Notion is called so


def budgets_of(store: Store, edition: Edition) -> tuple[Budget, ...]:
    """Those of the settings, and of Notion where these say nothing of a provider: as far as they
    are in the currency that totals are shown in."""
    stated = {one.provider: one for one in edition.budgets}
    typed = {
        provider: Budget(provider=provider, amount=amount, currency=_NOTED_IN)
        for provider, amount in sorted(noted(store).items())
        if amount > 0 and provider not in stated
    }
    found = (*stated.values(), *typed.values())
    return tuple(one for one in found if one.currency == edition.currency)


def spent_of(store: Store, edition: Edition, budgets: Iterable[Budget]) -> Iterator[Spent]:
    """What is known of each budget's month until now: the month of the last day that is over, so
    that its last night is told of too. A budget of which no cost is known is left out."""
    month = Month.of(edition.today - DAY)
    for budget in budgets:
        question = edition.question(month.first, month.after)
        asked = replace(question, provider=budget.provider)
        found = answer(store, asked, "provider", edition.titles)
        if found.total is not None:
            lacks = found.coverage.missing or found.coverage.is_part or found.unconverted
            yield Spent(budget=budget, month=month, cost=found.total, is_part=bool(lacks))
