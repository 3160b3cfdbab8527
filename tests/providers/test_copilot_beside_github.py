"""Copilot's account beside GitHub's: both are told the same money, and it counts exactly once."""

import asyncio
from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ecot.jobs.beside import beside
from ecot.jobs.collect import collect
from ecot.jobs.expecting import reach
from ecot.jobs.query import Question, answer
from ecot.jobs.round import Source
from ecot.jobs.rows import rows
from ecot.model.outcome import Outcome
from ecot.model.period import DAY, Period
from ecot.model.rows import Charge
from ecot.providers.copilot import CopilotOptions
from ecot.providers.github import GITHUB, GitHubOptions
from ecot.sandbox import troubles
from ecot.sandbox.copilot import Grant
from ecot.sandbox.copilot.truth import ORGANIZATION
from ecot.sandbox.edits import edited
from ecot.store.protocol import Place
from tests.ledger.book import in_memory
from tests.providers import around
from tests.providers.copilot_around import NOW, QUESTION, TOKEN, Around, billed, copilot_at

SINCE = date(2026, 10, 28)
READ = Period.of_days(SINCE, NOW.date() + DAY)


def source_of(copilot: Around, name: str) -> Source:
    """ "github", "copilot", or "copilot without a key"."""
    if name == "github":
        options = GitHubOptions(organization=ORGANIZATION)
        return around.source(GITHUB, copilot.server.url, TOKEN, options=options, since=SINCE)
    found = copilot.source(since=SINCE)
    return found if name == "copilot" else replace(found, secret=None)


def night(copilot: Around, place: Place, accounts: str) -> list[Outcome]:
    """One run with these accounts in the settings, "github+copilot"."""
    named = [source_of(copilot, name) for name in accounts.split("+")]
    return asyncio.run(collect(place, beside(place.store, named, ()), copilot.clock.round()))


def truth(copilot: Around, period: Period = READ) -> dict[date, Decimal]:
    """What each day cost; Actions cost nothing."""
    found: dict[date, Decimal] = defaultdict(Decimal)
    for where, (net, _) in billed(copilot.truth, period).items():
        assert isinstance(where[0], date)
        found[where[0]] += net
    return found


def cost(place: Place, question: Question = QUESTION) -> dict[date, Decimal]:
    """What the ledger says of each day."""
    found: dict[date, Decimal] = defaultdict(Decimal)
    for row in (each.row for each in rows(place, question, Charge)):
        found[row.day] += row.billed_cost or 0
    return found


@pytest.mark.parametrize(
    "nights",
    [
        ("github", "github+copilot", "github"),
        ("copilot", "copilot+github", "github", "github+copilot"),
        ("github+copilot", "copilot", "github"),
        ("github+copilot", "github+copilot without a key", "copilot+github"),
    ],
)
def test_every_line_counts_once_in_whatever_order_accounts_come_and_go(
    nights: tuple[str, ...],
) -> None:
    with copilot_at() as copilot:
        place = in_memory()
        for accounts in nights:
            night(copilot, place, accounts)
            assert cost(place) == truth(copilot), accounts


def test_what_comes_after_copilot_left_is_githubs() -> None:
    with copilot_at() as copilot:
        place = in_memory()
        night(copilot, place, "github+copilot")
        later = NOW.date() + 3 * DAY
        copilot.clock.at(later)
        night(copilot, place, "github")

        asked = replace(QUESTION, after=later + DAY, today=later)
        assert cost(place, asked) == truth(copilot, Period.of_days(SINCE, later + DAY))


@pytest.mark.parametrize(
    ("first", "path"),
    [
        *[("github", "ai_credit"), ("github", "metrics"), ("github", "copilot/billing")],
        *[("copilot", "ai_credit"), ("copilot", "metrics"), ("copilot", "settings/billing/usage")],
    ],
)
def test_a_night_on_which_something_fails_counts_nothing_twice_and_hides_nothing(
    first: str, path: str
) -> None:
    with copilot_at() as copilot:
        place = in_memory()
        night(copilot, place, first)
        copilot.server.faults.add(troubles.refused(400, {"message": "?"}).on(path).repeated(None))

        outcomes = night(copilot, place, "github+copilot")

        assert {one.state for one in outcomes} & {"partial", "failed"}
        assert all(cost(place)[day] <= of_day for day, of_day in truth(copilot).items())
        if cost(place) != truth(copilot):
            assert answer(place.store, QUESTION, "provider", {}).coverage.missing
        copilot.server.faults.clear()
        night(copilot, place, "github+copilot")
        assert cost(place) == truth(copilot)


def test_copilot_of_another_organization_takes_nothing_away() -> None:
    with copilot_at() as copilot:
        github = source_of(copilot, "github")
        other = copilot.source(CopilotOptions(organization="another"))
        same = copilot.source(CopilotOptions(organization=ORGANIZATION.upper()))
        store = in_memory().store

        assert [one.left_to for one in beside(store, [github], [other])] == [()]
        assert [one.left_to for one in beside(store, [github], [other, same])] == [("copilot",)]
        assert [one.left_to for one in beside(store, [github], [same])] == [("copilot",)]


def test_days_of_another_organization_s_copilot_are_not_left_to_it() -> None:
    with copilot_at() as copilot:
        place = in_memory()
        night(copilot, place, "copilot")
        options = GitHubOptions(organization="another")
        (other,) = beside(place.store, [replace(source_of(copilot, "github"), options=options)], ())
        (own,) = beside(place.store, [source_of(copilot, "github")], ())

        assert other.kept == {}
        assert own.kept["copilot"] == set(READ.days())


def test_an_organization_that_has_nothing_but_copilot_never_counts_twice() -> None:
    """Its days come back empty at GitHub's account: not for want of an answer."""

    def copilot_alone(content: Any) -> Any:
        items = [one for one in content["usageItems"] if one["product"] != "Actions"]
        return content | {"usageItems": items}

    with copilot_at() as copilot:
        place, alone = in_memory(), edited("Copilot alone", copilot_alone)
        path = f"{ORGANIZATION}/settings/billing/usage"
        copilot.server.faults.add(alone.on(path).repeated(None))
        for accounts in ("github", "github+copilot", "github"):
            night(copilot, place, accounts)
            assert cost(place) == truth(copilot), accounts


def test_days_of_which_copilot_told_no_money_are_githubs_again() -> None:
    with copilot_at() as copilot:
        place = in_memory()
        copilot.site.tokens[TOKEN] = Grant(billing=False)
        night(copilot, place, "copilot")
        copilot.site.tokens[TOKEN] = Grant()
        night(copilot, place, "github")

        assert cost(place) == truth(copilot)


def test_a_first_collection_of_copilot_reads_all_that_github_leaves_to_it() -> None:
    with copilot_at() as copilot:
        github, own = source_of(copilot, "github"), copilot.source()
        for number in range(800):
            today = NOW.date() + number * DAY
            reached = [
                reach(in_memory().store, replace(one, since=None), today) for one in (github, own)
            ]
            assert reached[0] == reached[1], today


def test_reports_of_more_than_a_year_ago_are_not_asked_for() -> None:
    days = [date(2025, 11, 7), date(2025, 11, 8)]
    with copilot_at() as copilot:
        source = copilot.source(since=days[0])
        outcome = around.collected(source, copilot.clock.round(days), in_memory())

        assert outcome.state == "no_data"  # there was nothing yet
        assert copilot.asked("users-1-day") == [{"day": "2025-11-08"}]


def missing(place: Place, question: Question = QUESTION) -> list[tuple[date, date]]:
    """The days that totals say they lack."""
    gaps = answer(place.store, question, "provider", {}).coverage.missing
    return [(gap.first, gap.last) for gap in gaps]


def test_no_total_lacks_seats_whose_cost_the_usage_report_tells() -> None:
    """Neither of days before the first night, nor of nights without a run."""
    later = NOW.date() + 3 * DAY
    asked = replace(QUESTION, after=later + DAY, today=later)
    with copilot_at() as copilot:
        place = in_memory()
        night(copilot, place, "copilot")
        assert missing(place) == []
        copilot.clock.at(later)
        night(copilot, place, "copilot")
        assert missing(place, asked) == []

        copilot.truth.has_seat_lines = False
        copilot.server.faults.add(troubles.refused(400, {}).on("copilot/billing").repeated(None))
        copilot.clock.at(later + DAY)
        night(copilot, place, "copilot")
        day_after = replace(asked, after=later + 2 * DAY, today=later + 2 * DAY)
        assert missing(place, day_after)[-1][1] == later + DAY


def test_days_of_seats_that_nobody_bills_are_missing_where_they_were_not_read() -> None:
    with copilot_at() as copilot:
        copilot.truth.has_seat_lines = False
        place = in_memory()
        night(copilot, place, "copilot")

        assert missing(place) == [(SINCE, NOW.date() - DAY)]
