"""The health page: what needs somebody comes first, and no age or duration is made up."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ecot.language import Language
from ecot.model.outcome import Outcome, Restatement, State
from ecot.model.period import DAY, Month
from ecot.model.prices import OwnPrice
from ecot.model.sentence import Sentence
from ecot.report.frame import rendered
from ecot.report.health import (
    RUNS,
    AccountFacts,
    HealthFacts,
    HealthView,
    MonthMark,
    account_health,
    duration,
    health_view,
)
from ecot.report.shell import Shell

TODAY = date(2026, 2, 2)
NOW = datetime(2026, 2, 2, 4, 45, tzinfo=UTC)
ENGLISH = Language("en-GB", "Europe/Zurich")


def run(state: State = "ok", days_ago: int = 0, **more: Any) -> Outcome:
    at = NOW - days_ago * timedelta(days=1)
    return Outcome(
        provider="openai", account="openai/studio", run="r", at=at, state=state, seconds=2.0, **more
    )


def account(name: str = "openai/studio", *runs: Outcome, **more: Any) -> AccountFacts:
    return AccountFacts(account=name, runs=runs, **more)


def view(*accounts: AccountFacts, **more: Any) -> HealthView:
    return health_view(HealthFacts(today=TODAY, accounts=accounts, **more), {"openai": "OpenAI"})


def page(found: HealthView, language: Language = ENGLISH) -> str:
    shell = Shell(
        language=language,
        today=TODAY,
        currency="USD",
        collected_at=NOW,
        months=(Month(2026, 1), Month(2026, 2)),
        front=Month(2026, 1),
        pages=("health",),
    )
    styles = ("charts.css", "health.css")
    return rendered(
        shell, "health", "health.html", language, styles, view=found, duration=duration
    ).decode()


@pytest.mark.parametrize(
    ("runs", "more", "condition"),
    [
        ((run(),), {"complete": TODAY - DAY}, "well"),
        ((run("no_data"),), {}, "well"),
        ((run("failed"), run(days_ago=1)), {}, "failed"),
        ((run("partial"), run(days_ago=1)), {}, "partial"),
        ((run("not_configured"),), {}, "not_configured"),
        ((run(days_ago=1),), {"complete": TODAY - 2 * DAY}, "well"),
        ((run(days_ago=2),), {}, "late"),
        ((run(),), {"complete": TODAY - 3 * DAY}, "behind"),
        ((run(),), {"complete": TODAY - 3 * DAY, "late_after": 3}, "well"),
        ((), {}, "never"),
        ((), {"is_read": False}, "typed"),
        ((run(days_ago=40),), {"retired": TODAY - 30 * DAY}, "retired"),
    ],
)
def test_how_an_account_is_doing(
    runs: tuple[Outcome, ...], more: dict[str, Any], condition: str
) -> None:
    assert account_health(account("a/b", *runs, **more), TODAY, {}).condition == condition


def test_what_needs_somebody_comes_first_and_is_named() -> None:
    names = [f"x/{letter}" for letter in "abcde"]
    found = view(
        account("x/well", run()),
        account("x/retired", run(), retired=TODAY),
        account("x/late", run(days_ago=9)),
        *(account(name, run("failed")) for name in names),
    )

    assert [one.facts.account for one in found.urgent] == [*names, "x/late"]
    assert [one.facts.account for one in found.well] == ["x/well", "x/retired"]
    assert (len(found.named), found.unnamed, found.expected) == (4, 2, 7)


def test_the_last_run_stands_at_the_right_end_of_the_strip() -> None:
    one = account_health(account("a/b", run("failed"), run(days_ago=1)), TODAY, {})

    assert [(place, told.state) for place, told in one.strip] == [
        (RUNS - 2, "ok"), (RUNS - 1, "failed"),
    ]  # fmt: skip


def test_what_never_was_has_no_age_and_no_duration() -> None:
    one = account_health(account("a/b", run("not_configured")), TODAY, {})

    assert (one.good, one.age, one.lag, one.seconds) == (None, None, None, None)


def test_the_age_is_that_of_the_last_good_run_and_not_of_the_last_one() -> None:
    runs = run("failed"), run("failed", 1), run(days_ago=3)
    one = account_health(account("a/b", *runs, complete=TODAY - 4 * DAY), TODAY, {})

    assert (one.age, one.lag) == (
        Sentence("{count} days ago", {"count": "3"}), Sentence("{count} days ago", {"count": "4"}),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "under 0.1 s"), (0.1, "0.1 s"), (1.26, "1.3 s"), (119.9, "119.9 s"), (150.0, "2 min")],
)
def test_a_duration_is_never_nothing(seconds: float, shown: str) -> None:
    assert duration(ENGLISH, seconds) == shown


def test_times_are_in_the_readers_zone_and_the_last_update_stands_first() -> None:
    text = page(view(account("openai/studio", run())))

    assert "2 February 2026, 05:45 (Europe/Zurich)" in text
    assert "Dernière mise à jour" in page(view(account("openai/studio", run())), Language())


def test_the_next_reading_is_told_where_it_is_known_and_else_what_it_takes() -> None:
    told = page(view(account("openai/studio", run()), next_run=NOW + timedelta(days=1)))
    alone = page(view(account("openai/studio", run())))

    assert "Next reading: <bdi>3 February 2026, 05:45 (Europe/Zurich)</bdi>." in told
    assert "The next reading is the next <code>ecot run</code>" in alone


def test_a_failure_has_its_message_and_its_remedy_escaped() -> None:
    failed = run(
        "failed",
        message=Sentence("{told}", {"told": "<script>alert(1)</script>"}),
        remedy=Sentence("Give {name} again.", {"name": "KEY"}),
        unread=("costs",),
    )
    text = page(view(account("openai/studio", failed)))

    assert "<script>alert" not in text
    assert "Give <bdi>KEY</bdi> again." in text
    assert "Not read completely:</" not in text
    assert "Not read completely: costs" in text


def test_the_months_stand_side_by_side_and_days_to_read_are_counted() -> None:
    january, february = Month(2026, 1), Month(2026, 2)
    found = view(
        account("openai/studio", run()),
        months=(
            MonthMark(account="openai/studio", month=january, state="closed", unread=0),
            MonthMark(account="openai/studio", month=february, state="open", unread=2),
            MonthMark(account="infomaniak/host", month=january, state=None, unread=0),
        ),
    )
    text = page(found)

    assert found.columns == (february, january)
    assert [mark and mark.state for line in found.grid for mark in line.marks] == [
        "open", "closed", None, None,
    ]  # fmt: skip
    assert "2 days to read" in text
    assert "nothing expected" in text


def test_earlier_restatements_are_counted() -> None:
    one = Restatement(
        account="openai/studio",
        day=date(2026, 1, 12),
        feeds=("costs",),
        old="a",
        new="b",
        old_cost={"USD": Decimal("41.2049")},
        new_cost={"USD": Decimal("39.87")},
        seen_at=NOW,
        run="r1",
    )
    text = page(view(account("openai/studio", run()), restatements=(one,), restated=3))

    assert 'value="39.87"' in text
    assert "2 earlier ones" in text


def test_prices_of_the_users_own_are_listed_and_an_unknown_list_is_unknown() -> None:
    price = OwnPrice(
        provider="openai",
        model="<m>",
        unit="input_tokens",
        price=Decimal("0.0000008"),
        currency="USD",
        per=Decimal(1),
        since=date(2026, 1, 1),
        source="contract",
    )
    text = page(view(account("openai/studio", run()), prices=(price,)))

    assert "$0.0000008 / 1" in text
    assert "&lt;m&gt;" in text
    assert 'class="unknown">unknown' in text


def test_a_ledger_of_typed_costs_alone_needs_nobody() -> None:
    text = page(view(account("infomaniak/host", is_read=False)))

    assert "Nothing is read by itself here" in text
    assert "need a look" not in text


@pytest.mark.parametrize(
    ("one", "remedy"),
    [
        (account("a/b", run("failed")), "<code>ecot doctor</code> says what is wrong."),
        (account("a/b", run(days_ago=9)), "<code>ecot run</code></span>"),
        (account("a/b"), "<code>ecot run</code></span>"),
        (account("a/b", run(), complete=TODAY - 9 * DAY), "<code>ecot months</code> says which"),
    ],
)
def test_what_has_no_remedy_of_its_own_has_one_that_fits(one: AccountFacts, remedy: str) -> None:
    story = page(view(one)).split('class="story"')[1].split("</td>")[0]

    assert f'<span class="remedy">To do: {remedy}' in story


def test_an_account_that_is_well_has_nothing_to_do() -> None:
    assert "To do:" not in page(view(account("a/b", run(), complete=TODAY - DAY)))
