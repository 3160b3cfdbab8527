"""A ledger of years with everything in it, made quickly and as collections make it."""

from datetime import date

from ecot.jobs.commit import Writing, commit_month
from ecot.ledger.reading import Reading
from ecot.model.answer import Answer, Evidence
from ecot.model.outcome import Outcome, Restatement
from ecot.model.period import Month
from ecot.model.rows import Name, merged
from ecot.store.protocol import Place
from ecot.store.records import (
    put_claims,
    put_names,
    put_outcome,
    put_progress,
)
from tests.bench.company import rows_of
from tests.ledger.book import writing
from tests.rows import ACCOUNT, MUCH_LATER

LAST = Month(2026, 4)


def fill(place: Place, months: int, rows_a_day: int = 4) -> None:
    """That many months until LAST, their answers, and the records beside them."""
    one = writing()
    put_progress(place.store, one.progress)
    put_names(place.store, ACCOUNT, [Name("sub_account_id", "project-1", "Été")])
    put_claims(place.store, "openai", {"project-1": ACCOUNT}, 0)
    for back in range(months):
        commit(place, LAST.shifted(-back), rows_a_day, one)
        put_outcome(place.store, outcome(f"run-{back:02}"))


def commit(place: Place, month: Month, rows_a_day: int, one: Writing = writing()) -> None:  # noqa: B008 - frozen
    """The month, stated by one kept answer."""
    days = tuple(month.days())
    name = f"evidence/openai%2Fedugami/{MUCH_LATER.date()}/{month}-{rows_a_day}.json.gz"
    reading = Reading(
        feed="costs",
        days=days,
        rows={day: tuple(merged(rows_of(day, rows_a_day))) for day in days},
        read_at=MUCH_LATER,
        evidence=dict.fromkeys(days, (name,)),
    )
    commit_month(place, month, [reading], {name: _evidence(month)}, one)


def outcome(run: str) -> Outcome:
    """What a run came to, with a restatement in its history."""
    restated = Restatement(
        account=ACCOUNT,
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
        provider="openai",
        account=ACCOUNT,
        run=run,
        at=MUCH_LATER,
        state="ok",
        restatements=(restated,),
    )


def _evidence(month: Month) -> Evidence:
    answer = Answer(feed="costs", endpoint="GET /costs", body=str(month).encode() * 50)
    return Evidence(account=ACCOUNT, answer=answer, read_at=MUCH_LATER, run="run-1")
