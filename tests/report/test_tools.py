"""The page of developer tools: what is not known is not drawn as none, and nothing is a score."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from ecot.analysis.activity import tool_days
from ecot.analysis.groups import By
from ecot.analysis.totals import Gap, totals
from ecot.language import Language
from ecot.model.cells import Cell
from ecot.model.figure import Figure
from ecot.model.period import DAY, Month, Period
from ecot.report.shell import Shell
from ecot.report.tools import ToolsView, files, tools_view
from ecot.report.tools_facts import Seats, ToolsFacts

TODAY = date(2026, 3, 18)  # a Wednesday
YEAR_FIRST, FIRST = date(2025, 3, 17), date(2025, 12, 19)
MONDAY = date(2026, 3, 2)
READ = frozenset(Period.of_days(date(2026, 2, 16), TODAY).days())
NAMES = {"copilot": "GitHub Copilot", "github-activity": "GitHub activity"}


def figure(account: str, day: date, **more: Any) -> Figure:
    kept: dict[str, Any] = {"day": day, "category": "developer tools"} | more
    return Figure(account, Cell(**kept))


def cost(account: str, amount: str | None, day: date = MONDAY, **more: Any) -> Figure:
    known: dict[str, Any] = (
        {"cost": Decimal(amount), "basis": "billed"}
        if amount
        else {"unpriced": 1, "basis": "unknown"}
    )
    return figure(account, day, **({"currency": "USD"} | known | more))


def did(account: str, day: date = MONDAY, user: str | None = "ana", **counts: int) -> Figure:
    exact = {name: Decimal(count) for name, count in counts.items()}
    return figure(account, day, activity=True, user=user, quantities=exact)


def facts(
    *figures: Figure,
    read: Mapping[str, Iterable[date]] | None = None,
    missing: tuple[Gap, ...] = (),
    **more: Any,
) -> ToolsFacts:
    days = tool_days(figures, "USD")
    tools = {one.tool for one in days}
    known = dict.fromkeys(tools, READ) if read is None else read
    shared: dict[str, Any] = {
        "today": TODAY,
        "first": FIRST,
        "year_first": YEAR_FIRST,
        "currency": "USD",
        "by_tool": _totals(figures, "provider", missing),
        "by_person": _totals([one for one in figures if one.cell.activity], "user"),
        "days": tuple(days),
        "read": {tool: frozenset(of) for tool, of in known.items()},
        "names": NAMES,
    }
    return ToolsFacts(**(shared | more))


def _totals(figures: Iterable[Figure], by: By, missing: tuple[Gap, ...] = ()) -> Any:
    recent = [one for one in figures if one.cell.day >= FIRST]
    return totals(
        recent, by=by, first=FIRST, after=TODAY + DAY, currency="USD", missing=missing, names={}
    )


def view(*figures: Figure, **more: Any) -> ToolsView:
    return tools_view(facts(*figures, **more))


def page(told: ToolsFacts, code: str = "en") -> str:
    shell = Shell(
        language=Language(locale="en-US"),
        today=TODAY,
        currency="USD",
        collected_at=datetime(2026, 3, 18, 4, tzinfo=UTC),
        months=(Month(2026, 3),),
        front=Month(2026, 3),
        pages=("tools",),
    )
    return dict(files(told, shell))[f"tools.{code}.html"].decode()


def gap(account: str) -> Gap:
    provider = account.split("/")[0]
    return Gap(provider=provider, account=account, first=FIRST, last=TODAY, days=90)


# --- the first screen ----------------------------------------------------------------------------


def test_the_tool_used_most_is_the_one_of_most_person_days() -> None:
    found = view(
        did("copilot/a", interactions=900),
        did("cursor/a", interactions=1),
        did("cursor/a", MONDAY + DAY, interactions=1),
        did("github-activity/a", commits=40),
        did("github-activity/a", MONDAY + DAY, commits=40),
        did("github-activity/a", MONDAY + 2 * DAY, commits=40),
    )
    assert found.top == "cursor"
    assert found.used.active_days == 2
    assert [(bar.name, bar.number, bar.part) for bar in found.bars] == [
        ("cursor", 2, Decimal(1)),
        ("GitHub Copilot", 1, Decimal("0.5")),
    ]


def test_what_is_older_than_90_days_is_in_the_calendar_and_in_no_total() -> None:
    found = view(did("cursor/a", date(2025, 6, 2), sessions=3), did("cursor/a", sessions=1))

    assert found.used.quantities == {"sessions": Decimal(1)}
    assert found.calendar is not None
    assert found.calendar.days[(date(2025, 6, 2) - YEAR_FIRST).days].number == 1


def test_where_only_commits_are_told_it_is_said_and_no_tool_is_used_most() -> None:
    told = facts(did("github-activity/a", commits=4))
    html = page(told)

    assert tools_view(told).only_results
    assert "No tool tells of its use" in html
    assert "Tool used most" not in html


def test_no_tool_at_all_is_one_sentence_and_the_way_to_one() -> None:
    html = page(facts())

    assert "No developer tool is collected yet" in html
    assert "ecot doctor" in html
    assert '<svg class="plot' not in html
    assert html.count("<h2") == 0


def test_a_tool_that_never_could_be_read_is_missing_and_not_absent() -> None:
    html = page(facts(missing=(gap("cursor/lumen"),)))

    assert "No developer tool is collected yet" not in html
    assert "Nothing of any developer tool could be read yet" in html
    assert "cursor · lumen" in html


def test_a_plan_alone_has_a_cost_and_says_that_nobody_tells_its_use() -> None:
    told = facts(cost("penpot/penpot", "9.80", basis="entered"))
    html = page(told)

    assert tools_view(told).calendar is None
    assert "No tool tells what people did" in html
    assert '<data value="9.80"' in html


# --- days and weeks ------------------------------------------------------------------------------


def test_a_day_that_was_not_read_is_no_day_without_anybody() -> None:
    found = view(did("cursor/a", sessions=1), read={"cursor": {MONDAY, MONDAY + DAY}})
    assert found.calendar is not None
    cells = {cell.day: cell for cell in found.calendar.cells()}

    assert cells[MONDAY].step == 5
    assert cells[MONDAY + DAY].step == 0
    assert cells[MONDAY + 2 * DAY].step is None


def test_a_day_that_one_tool_has_not_told_is_at_least_what_others_say() -> None:
    told = facts(
        did("cursor/a", sessions=1),
        did("copilot/a", MONDAY - DAY, interactions=1),
        open={"copilot": frozenset({MONDAY})},
    )
    found = tools_view(told).calendar
    assert found is not None
    (cell,) = [one for one in found.cells() if one.day == MONDAY]

    assert cell.known == (1, "partly known")
    assert "1 person · not all tools were read" in page(told)
    assert ">1+</td>" in page(told)


def test_a_week_that_began_before_anything_was_read_is_not_drawn() -> None:
    known = frozenset(Period.of_days(MONDAY + 2 * DAY, TODAY).days())
    found = view(
        did("cursor/a", MONDAY + 3 * DAY, sessions=1),
        did("cursor/a", MONDAY + 8 * DAY, sessions=1),
        read={"cursor": known},
    )
    assert found.use.points == (MONDAY + 7 * DAY,)


def test_a_week_nobody_read_is_unknown_and_one_without_anybody_is_nought() -> None:
    weeks = [MONDAY + number * DAY for number in (-14, -7, 0, 7)]
    known = [day for day in READ if not weeks[1] <= day < weeks[2]]
    found = view(did("cursor/a", weeks[0], sessions=1), read={"cursor": known})

    (series,) = found.use.stacks
    assert found.use.points == tuple(weeks)
    assert series.values == (Decimal(1), None, Decimal(0), Decimal(0))


def test_a_cost_of_a_tool_does_not_tell_that_its_people_were_read() -> None:
    weeks = [MONDAY + number * DAY for number in (0, 7)]
    found = view(
        did("copilot/a", weeks[0], interactions=1),
        cost("copilot/a", "5", weeks[1]),
        read={"copilot": {weeks[0]}},
    )
    assert found.use.stacks[0].values == (Decimal(1), None)
    assert found.costs.stacks[0].values == (None, Decimal(5))


def test_a_tool_has_one_colour_and_many_tools_end_in_others() -> None:
    figures = [did(f"tool{number}/a", sessions=1, user=f"u{number}") for number in range(10)]
    figures += [cost(f"tool{number}/a", "1.5") for number in range(10)]
    found = view(*figures)

    for plot in (found.use, found.costs):
        assert [one.style for one in plot.stacks] == [f"s{place}" for place in range(8)]
        assert [str(one.name) for one in plot.stacks[:2]] == ["tool0", "tool1"]
    assert found.use.stacks[-1].values == (Decimal(3), Decimal(0))
    assert found.costs.stacks[-1].values[0] == Decimal("4.5")
    assert [bar.style for bar in found.bars[6:]] == ["s6", "s7", "s7", "s7"]


def test_weeks_that_may_still_grow_are_counted() -> None:
    told = facts(did("cursor/a", sessions=1), open={"cursor": frozenset({MONDAY + 9 * DAY})})
    assert tools_view(told).open_weeks == 1
    assert "1 week lacks a day" in page(told)


# --- by tool -------------------------------------------------------------------------------------


def test_the_lines_add_up_to_the_total_and_hold_every_digit() -> None:
    told = facts(
        cost("cursor/a", "10.005"), cost("copilot/a", "0.0000008"), did("cursor/a", sessions=1)
    )
    found = tools_view(told)

    assert found.table.exact == Decimal("10.0050008")
    assert sum(line.cost.exact for line in found.lines if line.cost and line.cost.exact) == (
        found.table.exact
    )
    assert '<data value="10.0050008"' in page(told)


def test_the_cost_of_one_person_is_unknown_where_a_part_of_it_is() -> None:
    ana, ben = did("cursor/a", sessions=1), did("cursor/a", sessions=1, user="ben")
    (line,) = view(ana, ben, cost("cursor/a", "9")).lines
    assert line.each == Decimal("4.5")
    (line,) = view(ana, ben, cost("cursor/a", "9"), cost("cursor/a", None)).lines
    assert line.each is None


def test_what_details_anothers_bill_is_beside_the_total() -> None:
    told = facts(
        did("claude-code/a", sessions=2),
        cost("claude-code/a", "3.25", role="breakdown", parent="anthropic", basis="estimated"),
    )
    (line,) = tools_view(told).lines

    assert (line.cost, line.detailed, line.each_detailed) == (
        None,
        Decimal("3.25"),
        Decimal("3.25"),
    )
    assert tools_view(told).table.total is None
    assert "inside another supplier" in page(told)


def test_what_a_tool_does_not_tell_is_said_and_is_not_nought() -> None:
    (line,) = view(did("copilot/a", interactions=3, acceptances=1, suggestions=4)).lines

    assert line.count("lines_added") is None
    assert line.sums.acceptance == Decimal("0.25")


# --- seats ---------------------------------------------------------------------------------------


def seats(account: str = "copilot/a", count: int = 5, **more: Any) -> Seats:
    return Seats(account=account, day=TODAY, seats=Decimal(count), **more)


def test_unused_seats_are_the_suppliers_own_words() -> None:
    told = seats(idle=Decimal(2), price=Decimal("19.00"), currency="USD", basis="billed")
    (line,) = view(did("copilot/a", TODAY, interactions=1), seats=(told,)).lines
    (one,) = line.seats

    assert (one.unused, one.is_counted, one.wasted) == (Decimal(2), False, Decimal("38.00"))


def test_else_they_are_seats_less_people_of_the_last_30_days() -> None:
    figures = (
        did("cursor/a", TODAY, sessions=1),
        did("cursor/a", MONDAY - 30 * DAY, "ben", sessions=1),
    )
    (line,) = view(*figures, seats=(seats("cursor/a", 3),)).lines
    (one,) = line.seats

    assert (one.unused, one.is_counted, one.wasted) == (Decimal(2), True, None)


def test_a_seat_whose_use_was_not_read_is_not_unused() -> None:
    unread = READ - {TODAY - 12 * DAY}
    figures = did("cursor/a", TODAY, sessions=1), cost("copilot/a", "5", TODAY)
    told = (seats("cursor/a", 3), seats("copilot/a", 3))
    found = view(*figures, seats=told, read={"cursor": unread, "copilot": READ})

    for line in found.lines:  # of one a day is missing, the other tells of no use at all
        assert [(one.unused, one.wasted) for one in line.seats] == [(None, None)]


def test_of_two_accounts_nobody_knows_whose_people_are_whose() -> None:
    both = (seats("cursor/a", 3), seats("cursor/b", 3))
    (line,) = view(did("cursor/a", TODAY, sessions=1), seats=both).lines

    assert [one.unused for one in line.seats] == [None, None]


# --- cost beside a measure -----------------------------------------------------------------------


def week(monday: date, people: int = 3, days: int = 5, **counts: int) -> list[Figure]:
    """So many people at work on so many days."""
    return [
        did("cursor/a", monday + at * DAY, f"user-{who}", **counts)
        for at in range(days)
        for who in range(people)
    ]


def test_each_measure_stands_alone_and_none_is_a_score() -> None:
    found = view(
        *week(MONDAY, sessions=2, lines_added=10),
        did("github-activity/a", commits=4, merged_pull_requests=1),
        cost("cursor/a", "12.345"),
    )
    assert [(str(one.measure.text), one.tool) for one in found.panels] == [
        ("Merged pull requests", "GitHub activity"),
        ("Commits", "GitHub activity"),
        ("Sessions", "cursor"),
        ("Lines added", "cursor"),
    ]
    (spot,) = found.panels[2].scatter.spots
    assert (spot.week, spot.cost, spot.value) == (MONDAY, Decimal("12.345"), Decimal(30))


@pytest.mark.parametrize(("people", "days", "is_weak"), [(2, 3, False), (1, 5, True), (5, 2, True)])
def test_a_week_of_few_observations_says_little(people: int, days: int, is_weak: bool) -> None:
    found = view(*week(MONDAY, people, days, sessions=1), cost("cursor/a", "5"))
    (spot,) = found.panels[0].scatter.spots

    assert (spot.people, spot.active_days, spot.is_weak) == (people, days, is_weak)


def test_a_week_with_a_day_that_was_not_read_says_little() -> None:
    known = READ - {MONDAY + 6 * DAY}
    found = view(*week(MONDAY, sessions=1), cost("cursor/a", "5"), read={"cursor": known})

    assert found.panels[0].scatter.spots[0].is_weak


def test_a_week_without_a_known_cost_is_counted_and_not_drawn() -> None:
    figures = [*week(MONDAY - 7 * DAY, sessions=1), *week(MONDAY, sessions=1)]
    found = view(*figures, cost("cursor/a", "5"), cost("cursor/a", None, MONDAY - 7 * DAY))
    chart = found.panels[0].scatter

    assert [spot.week for spot in chart.spots] == [MONDAY]
    assert chart.undrawn == 2  # that one, and the one after, of which no cost is known
    assert found.panels[0].trend.lines[0].values == (Decimal(15), Decimal(15), Decimal(0))


def test_an_idle_week_is_nought_where_it_was_read_and_unknown_where_it_was_not() -> None:
    known = READ - {MONDAY + 10 * DAY}
    figures = [*week(MONDAY - 14 * DAY, sessions=1), cost("cursor/a", "5")]
    figures += [cost("cursor/a", "5", MONDAY + 7 * DAY)]
    found = view(*figures, read={"cursor": known})
    (panel,) = found.panels

    assert panel.trend.lines[0].values == (Decimal(15), Decimal(0), Decimal(0), None)
    assert [(spot.week, spot.value, spot.is_weak) for spot in panel.scatter.spots] == [
        (MONDAY, Decimal(0), True)
    ]


def test_a_cost_that_lacks_a_part_says_so() -> None:
    told = facts(*week(MONDAY, sessions=1), cost("cursor/a", "5"), cost("cursor/a", None))
    (panel,) = tools_view(told).panels

    assert panel.scatter.spots[0].lacks_cost
    assert "+ unknown" in page(told)


def test_a_correlation_is_not_called_an_effect() -> None:
    told = facts(*week(MONDAY, sessions=1), cost("cursor/a", "5"))

    assert "A correlation, not an effect" in page(told)
    assert "Une corrélation, pas un effet" in page(told, "fr")


def test_without_script_the_first_measure_is_open_and_all_are_there() -> None:
    html = page(facts(*week(MONDAY, sessions=1, lines_added=3), cost("cursor/a", "5")))

    assert html.count('<details class="panel"') == 2
    assert html.count('<details class="panel" open') == 1
    assert '<data value="45">' in html


def test_what_a_tool_estimates_of_anothers_bill_has_a_chart_of_its_own() -> None:
    found = view(
        did("claude-code/a", sessions=2),
        cost("claude-code/a", "3.25", role="breakdown", parent="anthropic", basis="estimated"),
    )
    assert [(panel.cost, panel.scatter.spots[0].cost) for panel in found.panels] == [
        ("detailed", Decimal("3.25"))
    ]
    assert found.costs.is_empty
    assert found.details.stacks[0].values[0] == Decimal("3.25")


# --- by person -----------------------------------------------------------------------------------


def test_people_stand_by_name_and_never_by_how_much() -> None:
    found = view(
        did("cursor/a", user="zoe", sessions=90),
        did("cursor/a", user="ana", sessions=1),
        did("cursor/a", MONDAY + DAY, user="ana", sessions=1),
        did("github-activity/a", user=None, commits=3),
    )
    assert [(one.name, one.active_days) for one in found.persons] == [
        ("ana", 2), ("zoe", 1), (None, None),
    ]  # fmt: skip


def test_hostile_names_are_text_everywhere() -> None:
    name = "</script><script>alert(1)</script>\u202e\"'"
    told = facts(
        *week(MONDAY, sessions=1), cost("cursor/a", "5"),
        did("cursor/a", user=name, sessions=1),
        names=NAMES | {"cursor": name},
    )  # fmt: skip
    html = page(told)

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)" in html
