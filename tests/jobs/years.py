"""A ledger of years with everything in it, made quickly and as collections make it."""

from datetime import date
from decimal import Decimal
from urllib.parse import quote

from ecot.jobs.bills import say
from ecot.jobs.commit import Writing, commit_month
from ecot.ledger.months import begun
from ecot.ledger.reading import Reading
from ecot.model.answer import Answer, Evidence
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import Month, Period
from ecot.model.rates import Publication
from ecot.model.rows import Name, merged, provider_of
from ecot.model.target_days import is_target_day
from ecot.store.protocol import Place
from ecot.store.rates import add_publications, fix_month
from ecot.store.records import (
    put_claims,
    put_names,
    put_outcome,
    put_progress,
)
from tests.bench.company import rows_of
from tests.bills import bill, entered, told
from tests.ledger.book import JANUARY, writing
from tests.rows import ACCOUNT, MUCH_LATER, charge, said

LAST = Month(2026, 4)


def fill(place: Place, months: int, rows_a_day: int = 4, account: str = ACCOUNT) -> None:
    """That many months until LAST, their answers, and the records beside them."""
    one = writing(progress=begun(account, (), JANUARY.first))
    put_progress(place.store, one.progress)
    put_names(place.store, account, [Name("sub_account_id", "project-1", "Été")])
    put_claims(place.store, provider_of(account), {"project-1": account}, 0)
    for back in range(months):
        commit(place, LAST.shifted(-back), rows_a_day, one)
        put_outcome(place.store, outcome(f"run-{back:02}", account))


def fill_beside(place: Place, months: int) -> None:
    """Bills of the account, one of them corrected and voided, the rates of the months, and a charge
    that the month after it bills."""
    first = LAST.shifted(1 - months)
    bills = [bill(number=f"INV-{back}", currency="EUR") for back in range(months)]
    corrected = [bill("11.00", "INV-0", currency="EUR")]
    say(place, ACCOUNT, [*map(entered, bills + corrected), told("voided", "INV-0")])
    days = [day for day in Period.of_days(first.first, LAST.after).days() if is_target_day(day)]
    rates = {"USD": Decimal("1.1058"), "CHF": Decimal("0.9412")}
    add_publications(place.store, [Publication(day, rates) for day in days])
    fix_month(place.store, first, dict.fromkeys(first.days(), days[0]))
    later = charge("1.00", first.first, billing_period=first.next().period)
    commit_month(place, first, [said("later", {first.first: [later]})], {}, writing())


def commit(place: Place, month: Month, rows_a_day: int, one: Writing = writing()) -> None:  # noqa: B008 - frozen
    """The month, stated by one kept answer."""
    days = tuple(month.days())
    account = one.progress.account
    folder = f"evidence/{quote(account, safe='')}/{MUCH_LATER.date()}"
    name = f"{folder}/{month}-{rows_a_day}.json.gz"
    reading = Reading(
        feed="costs",
        days=days,
        rows={day: tuple(merged(rows_of(day, rows_a_day))) for day in days},
        read_at=MUCH_LATER,
        evidence=dict.fromkeys(days, (name,)),
    )
    commit_month(place, month, [reading], {name: _evidence(account, month)}, one)


def outcome(run: str, account: str = ACCOUNT) -> Outcome:
    """What a run came to, with a restatement in its history."""
    restated = Restatement(
        account=account,
        day=date(2026, 4, 1),
        feeds=("costs",),
        old=None,
        new=None,
        old_cost={},
        new_cost={},
        seen_at=MUCH_LATER,
        run=run,
    )
    return Outcome(
        provider=provider_of(account),
        account=account,
        run=run,
        at=MUCH_LATER,
        state="ok",
        restatements=(restated,),
    )


def _evidence(account: str, month: Month) -> Evidence:
    answer = Answer(feed="costs", endpoint="GET /costs", body=str(month).encode() * 50)
    return Evidence(account=account, answer=answer, read_at=MUCH_LATER, run="run-1")
