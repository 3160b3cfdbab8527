"""Cost and usage on one line: only where they are about the same, and nothing is ever lost."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.crossed import Crossed
from ecot.analysis.groups import By
from ecot.analysis.joined import Join
from ecot.analysis.totals import Totals, totals
from ecot.model.cells import SERVICE_DIMENSIONS, condensed
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.period import DAY
from ecot.model.rows import AnyRow, Charge, Usage, add_quantities
from tests.rows import MONDAY, charge, rows, to_the_letter, usage

Rows = Sequence[tuple[str, AnyRow]]  # each with its account
BY: tuple[By, ...] = ("sub_account", "model", "day")
FINEST: tuple[By, ...] = ("account", *BY)
MODEL = "gpt-5.2-2025-12-11"
TUESDAY = MONDAY + DAY
FOUND = st.lists(
    st.tuples(
        st.sampled_from(["openai/a", "openai/b", "aws/1"]),
        st.sampled_from([MONDAY, TUESDAY]).flatmap(lambda day: rows(day, 6)),
    ),
    max_size=6,
).map(lambda found: [(account, row) for account, some in found for row in some])
TABLES = st.sampled_from(
    [BY, FINEST, ("model", "day"), ("month", "model"), ("model", "service"), ("provider", "month")]
)


def figures(found: Rows) -> list[Figure]:
    accounts = dict.fromkeys(account for account, _ in found)
    return [
        Figure(account, cell)
        for account in accounts
        for cell in condensed([row for of, row in found if of == account], SERVICE_DIMENSIONS)
    ]


def table(found: Iterable[Figure], by: tuple[By, ...] = BY, **more: Any) -> Totals:
    fields: dict[str, Any] = {"first": MONDAY, "after": TUESDAY + DAY, "currency": "USD"}
    return totals(found, by=by[0], further=by[1:], **(fields | more))


def lines(found: Totals) -> list[Crossed]:
    return cast("list[Crossed]", list(found.groups))


def sides(found: Iterable[Crossed], *fields: str) -> list[tuple[Any, ...]]:
    """Some fields of each line."""
    return [tuple(getattr(one, field) for field in fields) for one in found]


def of(*found: AnyRow, account: str = "openai/a", by: tuple[By, ...] = BY) -> list[Crossed]:
    """The lines of one account's rows."""
    return lines(table(figures([(account, row) for row in found]), by))


@given(FOUND, TABLES)
def test_nothing_is_lost_and_nothing_is_counted_twice(found: Rows, by: tuple[By, ...]) -> None:
    one, by_account = table(figures(found), by), table(figures(found), ("account",))
    counted = [row for _, row in found if row.role == "counted"]

    costs = [line.billed_cost for line in one.groups if line.billed_cost is not None]
    assert (total(costs) if costs else None) == one.total == by_account.total
    assert add_quantities(line.quantities for line in one.groups) == add_quantities(
        row.quantities for row in counted if isinstance(row, Usage)
    )
    assert add_quantities(line.unconverted for line in one.groups) == one.unconverted
    assert sum(line.unpriced for line in one.groups) == one.coverage.unknown
    assert one.coverage == by_account.coverage
    names = [(tuple(line.keys.items()), line.provider, line.join, line.service) for line in
             lines(one)]  # fmt: skip
    assert len(set(names)) == len(names)


@given(FOUND, TABLES, st.randoms(use_true_random=False))
def test_the_order_of_the_figures_does_not_matter(
    found: Rows, by: tuple[By, ...], random: Any
) -> None:
    ordered = figures(found)
    shuffled = random.sample(ordered, len(ordered))

    assert to_the_letter(table(shuffled, by)) == to_the_letter(table(ordered, by))


@given(FOUND)
def test_joined_is_what_both_sides_name_and_nothing_else(found: Rows) -> None:
    named = [
        (isinstance(row, Charge), (account, row.sub_account_id, row.model, str(row.day)))
        for account, row in found
        if row.role == "counted" and row.model is not None
        if not (isinstance(row, Charge) and row.is_tax)
    ]
    costs = {place for is_cost, place in named if is_cost}
    used = {place for is_cost, place in named if not is_cost}

    shown: dict[Join | None, set[tuple[str | None, ...]]] = {}
    for line in lines(table(figures(found), FINEST)):
        if line.only != "tax":
            shown.setdefault(line.join, set()).add(tuple(line.keys.values()))
    assert shown.get("joined", set()) == costs & used
    assert shown.get("no usage", set()) == costs - used
    assert shown.get("no cost", set()) == used - costs
    bare = shown.get("cost without model", set()) | shown.get("usage without model", set())
    assert all(place[2] is None for place in bare)


@given(FOUND)
def test_a_line_that_is_not_joined_has_one_side_only(found: Rows) -> None:
    for line in lines(table(figures(found))):
        has_cost = line.billed_cost is not None or bool(line.unconverted) or line.unpriced > 0
        if line.join in ("no cost", "usage without model"):
            assert not has_cost
        if line.join in ("no usage", "cost without model"):
            assert not line.quantities


@given(FOUND, st.sampled_from([("model", "day"), ("month", "model"), ("provider", "model")]))
def test_a_coarser_table_joins_nothing_more(found: Rows, by: tuple[By, ...]) -> None:
    def joined(by: tuple[By, ...]) -> tuple[Decimal, dict[str, Decimal]]:
        some = [line for line in lines(table(figures(found), by)) if line.join == "joined"]
        costs = [line.billed_cost for line in some if line.billed_cost is not None]
        return total(costs), add_quantities(line.quantities for line in some)

    assert joined(by) == joined(BY)


def test_cost_and_usage_of_the_same_project_day_and_model_are_one_line() -> None:
    same: dict[str, Any] = {"sub_account_id": "proj_a", "model": MODEL}
    (line,) = of(
        charge("5", **same),
        charge("0.5", **same, charge_description=f"{MODEL}, cached input"),
        usage({"requests": "3", "input_tokens": "900"}, **same, service="completions"),
        usage({"web_search_calls": "2"}, **same, service="web_search_calls"),
    )

    assert line.keys == {"sub_account": "proj_a", "model": MODEL, "day": "2026-01-05"}
    assert (line.join, line.billed_cost) == ("joined", Decimal("5.5"))
    assert line.quantities == {"requests": 3, "input_tokens": 900, "web_search_calls": 2}
    assert (line.key, line.provider, line.service) == ("proj_a", "openai", None)


def test_a_tool_without_a_model_keeps_its_name_and_is_spread_over_no_model() -> None:
    found = of(
        charge("5", model=MODEL),
        charge("2", service="web search tool calls"),
        charge("1", service="file search storage"),
        usage({"input_tokens": "900"}, model=MODEL, service="completions"),
        usage({"sessions": "4"}, service="code_interpreter_sessions"),
    )

    assert [(one.join, one.keys["model"], one.service, one.billed_cost) for one in found] == [
        ("joined", MODEL, None, Decimal(5)),
        ("cost without model", None, "web search tool calls", Decimal(2)),
        ("cost without model", None, "file search storage", Decimal(1)),
        ("usage without model", None, "code_interpreter_sessions", None),
    ]


def test_without_a_model_cost_and_usage_of_one_name_are_still_two_lines() -> None:
    found = of(charge("2", service="speech"), usage({"characters": "7"}, service="speech"))

    assert sides(found, "join", "billed_cost", "quantities") == [
        ("cost without model", Decimal(2), {}),
        ("usage without model", None, {"characters": 7}),
    ]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"model": "gpt-5.2"}, id="an alias is not its dated snapshot"),
        pytest.param({"sub_account_id": "proj_b"}, id="another project"),
        pytest.param({"sub_account_id": None}, id="no project"),
        pytest.param({"day": TUESDAY}, id="another day"),
    ],
)
@pytest.mark.parametrize("by", [BY, ("month", "model")])
def test_what_differs_is_not_joined_in_any_table(other: dict[str, Any], by: tuple[By, ...]) -> None:
    same: dict[str, Any] = {"sub_account_id": "proj_a", "model": MODEL}
    found = of(charge("5", **same), usage({"requests": "3"}, **(same | other)), by=by)

    assert sides(found, "join", "billed_cost") == [
        ("no usage", Decimal(5)),
        ("no cost", None),
    ]


def test_another_account_is_not_joined_even_where_a_table_adds_accounts() -> None:
    found: Rows = [
        ("openai/a", charge("5", model=MODEL)),
        ("openai/b", usage({"n": "3"}, model=MODEL)),
    ]

    assert [one.join for one in lines(table(figures(found)))] == ["no usage", "no cost"]


def test_a_free_model_with_a_stated_zero_is_joined_and_one_without_is_unknown() -> None:
    stated = of(charge("0", model="omni"), usage({"requests": "3"}, model="omni"))
    silent = of(usage({"requests": "3"}, model="omni"))

    assert sides(stated, "join", "billed_cost") == [("joined", 0)]
    assert sides(silent, "join", "billed_cost") == [("no cost", None)]


def test_an_unknown_cost_is_joined_and_stays_unknown() -> None:
    (line,) = of(charge(None, model=MODEL), usage({"requests": "3"}, model=MODEL))

    assert (line.join, line.billed_cost, line.unpriced) == ("joined", None, 1)


def test_a_tax_is_no_cost_that_usage_could_stand_beside() -> None:
    tax = charge("1", model=MODEL, charge_category="Tax")
    found = of(tax, usage({"requests": "3"}, model=MODEL))

    assert sides(found, "join", "only") == [("no cost", None), ("no usage", "tax")]


def test_a_cost_that_a_bill_replaces_stays_beside_its_usage() -> None:
    used, cost = figures(
        [("openai/a", row) for row in (charge("5", model=MODEL), usage({"n": "3"}, model=MODEL))]
    )
    found = lines(table([cost._replace(is_replaced=True), used]))

    assert sides(found, "join", "billed_cost", "replaced") == [("joined", None, 5)]


def test_a_finer_table_joins_only_what_is_on_its_lines() -> None:
    rows = (charge("5", model=MODEL), usage({"n": "3"}, model=MODEL, service="completions"))

    assert [one.join for one in of(*rows)] == ["joined"]
    assert [one.join for one in of(*rows, by=("model", "service"))] == ["no usage", "no cost"]


def test_without_models_nothing_is_told_apart_but_the_keys() -> None:
    found = of(
        charge("5", model=MODEL),
        charge("2", service="web search tool calls"),
        usage({"n": "3"}),
        by=("provider", "month"),
    )

    keys = {"provider": "openai", "month": "2026-01"}
    assert sides(found, "keys", "billed_cost", "join", "service") == [(keys, 7, None, None)]


def test_equal_ids_of_two_providers_are_two_lines_each_with_its_name() -> None:
    found = [
        ("openai/a", charge("5", sub_account_id="1", model=MODEL)),
        ("aws/1", charge("4", sub_account_id="1", model=MODEL)),
        ("aws/1", charge("3", model=MODEL)),
    ]
    names = {"openai": "OpenAI", "openai/1": "Site", "aws/1": "Prod", "aws/None": "nobody's"}
    shown = lines(table(figures(found), ("provider", "sub_account"), names=names))

    assert [(one.provider, one.key, one.name, one.names) for one in shown] == [
        ("openai", "openai", "OpenAI", {"provider": "OpenAI", "sub_account": "Site"}),
        ("aws", "aws", None, {"sub_account": "Prod"}),
        (None, "aws", None, {}),
    ]
