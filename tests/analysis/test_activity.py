"""What people did, by day, tool and week: added up within a tool, and never across tools."""

from datetime import date
from decimal import Decimal
from typing import Any

from ecot.analysis.activity import (
    Measure,
    ToolDay,
    by_tool,
    by_week,
    done,
    in_use,
    measures,
    monday,
    tool_days,
)
from ecot.model.cells import Cell
from ecot.model.figure import Figure

MONDAY = date(2026, 1, 5)


def did(account: str, day: int = 5, user: str | None = "ana", **quantities: int) -> Figure:
    """What somebody did in January."""
    return figure(
        account, day, activity=True, user=user,
        quantities={name: Decimal(count) for name, count in quantities.items()},
    )  # fmt: skip


def cost(account: str, amount: str | None, day: int = 5, **more: Any) -> Figure:
    """A charge in dollars; None is a cost that nobody knows."""
    known: dict[str, Any] = {"cost": Decimal(amount)} if amount else {"unpriced": 1}
    basis = "billed" if amount else "unknown"
    return figure(account, day, **({"currency": "USD", "basis": basis} | known | more))


def figure(account: str, day: int, **more: Any) -> Figure:
    kept: dict[str, Any] = {"day": date(2026, 1, day), "category": "developer tools"} | more
    return Figure(account, Cell(**kept))


def of(tool: str, day: date = MONDAY, people: str = "ana", **quantities: int) -> ToolDay:
    """A day of a tool."""
    counts = {name: Decimal(count) for name, count in quantities.items()}
    return ToolDay(day=day, tool=tool, people=frozenset(people.split()), quantities=counts)


def test_a_day_of_a_tool_has_what_all_its_accounts_tell() -> None:
    (one,) = tool_days(
        [
            did("copilot/a", interactions=3),
            did("copilot/b", user="ben", interactions=4),
            cost("copilot/a", "1.10"),
            cost("copilot/b", "2.20"),
            cost("openai/x", "5", category="ai"),
        ],
        "USD",
    )
    assert one == ToolDay(
        day=MONDAY,
        tool="copilot",
        people=frozenset({"ana", "ben"}),
        quantities={"interactions": Decimal(7)},
        cost=Decimal("3.30"),
    )


def test_what_details_anothers_bill_is_no_cost_of_the_tool() -> None:
    (one,) = tool_days(
        [cost("claude-code/x", "0.40", role="breakdown", parent="anthropic", basis="estimated")],
        "USD",
    )
    assert (one.cost, one.detailed, one.lacks_cost) == (None, Decimal("0.40"), False)


def test_a_cost_that_nobody_knows_is_said_and_is_not_zero() -> None:
    unknown, foreign = tool_days(
        [cost("cursor/x", None), cost("cursor/x", "2", day=6, currency="CHF")], "USD"
    )
    assert (unknown.cost, unknown.lacks_cost) == (None, True)
    assert (foreign.cost, foreign.lacks_cost) == (None, True)


def test_tax_is_no_cost_of_a_tool() -> None:
    (one,) = tool_days([cost("cursor/x", "10"), cost("cursor/x", "2", tax=True)], "USD")
    assert one.cost == Decimal(10)


def test_who_did_nothing_was_not_active() -> None:
    (one,) = tool_days([did("copilot/a", interactions=0)], "USD")
    assert not one.is_active
    assert one.people == frozenset()


def test_a_key_is_somebody_and_an_unknown_author_makes_a_day_active() -> None:
    (one,) = tool_days(
        [
            figure("claude-code/x", 5, activity=True, api_key_id="ci",
                   quantities={"sessions": Decimal(2)}),
            did("claude-code/x", user=None, sessions=1),
        ],
        "USD",
    )  # fmt: skip
    assert one.is_active
    assert one.people == frozenset({"ci"})


def test_one_person_of_two_tools_is_one_person_and_two_person_days() -> None:
    sums = done([of("copilot", interactions=1), of("cursor", interactions=1)])
    assert (sums.active_days, len(sums.people), sums.person_days) == (1, 1, 2)
    assert (sums.cost, sums.detailed) == (None, None)


def test_acceptance_is_of_what_was_suggested_else_of_what_was_decided_on() -> None:
    assert done([of("copilot", acceptances=30, suggestions=40)]).acceptance == Decimal("0.75")
    assert done([of("claude-code", acceptances=9, rejections=1)]).acceptance == Decimal("0.9")
    assert done([of("cursor", suggestions=4)]).acceptance is None
    assert done([of("copilot", acceptances=0, suggestions=0)]).acceptance is None


def test_commits_do_not_tell_that_a_tool_was_used() -> None:
    github = of("github-activity", commits=3, merged_pull_requests=1)
    assert in_use([github, of("cursor", interactions=1)]) == {"cursor"}
    assert in_use([github]) == {"github-activity"}
    assert in_use([]) == frozenset()


def test_weeks_are_whole_begin_with_what_is_known_and_hold_idle_ones() -> None:
    days = [of("cursor", date(2026, 1, day), interactions=1) for day in (5, 11, 19, 26)]
    weeks = list(by_week(days, date(2025, 11, 3), date(2026, 1, 31)))
    assert [week for week, _ in weeks] == [date(2026, 1, day) for day in (5, 12, 19)]
    assert [len(found) for _, found in weeks] == [2, 0, 1]
    assert list(by_week([], MONDAY, date(2026, 1, 31))) == []


def test_a_week_that_begins_before_what_is_asked_for_is_not_whole() -> None:
    days = [of("cursor", date(2026, 1, day), interactions=1) for day in (7, 12)]
    assert [week for week, _ in by_week(days, date(2026, 1, 7), date(2026, 1, 19))] == [
        date(2026, 1, 12)
    ]


def test_a_week_begins_on_monday() -> None:
    assert {monday(date(2026, 1, day)) for day in range(5, 12)} == {MONDAY}


def test_results_are_taken_from_who_tells_of_nothing_else() -> None:
    days = [
        of("claude-code", commits=5, sessions=2, lines_added=100),
        of("github-activity", commits=9, merged_pull_requests=2),
    ]
    assert measures(days, 9) == [
        Measure("merged_pull_requests", "github-activity"),
        Measure("commits", "github-activity"),
        Measure("sessions", "claude-code"),
        Measure("lines_added", "claude-code"),
    ]
    assert measures(days[:1], 1) == [Measure("commits", "claude-code")]
    assert measures(days, 2) == measures(days, 9)[:2]


def test_each_tool_has_its_own_sums() -> None:
    sums = by_tool([of("cursor", lines_added=1), of("copilot", lines_added=2),
                    of("cursor", date(2026, 1, 6), "ben", lines_added=3)])  # fmt: skip
    assert {tool: one.quantities["lines_added"] for tool, one in sums.items()} == {
        "copilot": Decimal(2),
        "cursor": Decimal(4),
    }
