"""Projects side by side: their sums, the model that dominates, and the mean cost of a request."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.workspaces import tokens, workspaces
from ecot.model.cells import Cell
from ecot.model.figure import Figure
from ecot.model.money import total


def cell(**more: Any) -> Cell:
    """A day of AI in project p."""
    own: dict[str, Any] = {"day": date(2026, 1, 5), "category": "ai", "sub_account_id": "p"}
    return Cell(**(own | more))


def cost(amount: str, **more: Any) -> Figure:
    return Figure(
        "openai/a", cell(currency="USD", basis="billed", cost=Decimal(amount), **more)
    )  # fmt: skip


def usage(quantities: dict[str, int], **more: Any) -> Figure:
    exact = {name: Decimal(count) for name, count in quantities.items()}
    return Figure("openai/a", cell(quantities=exact, **more))


def test_the_dominant_model_is_the_dearest_not_the_busiest() -> None:
    (one,) = workspaces(
        [
            cost("9", model="dear"),
            cost("1", model="busy"),
            usage({"requests": 10, "input_tokens": 5}, model="dear"),
            usage({"requests": 990, "input_tokens": 995}, model="busy"),
        ],
        "USD",
    )

    assert one.dominant is not None
    assert one.dominant.model == "dear"
    assert one.dominant.mean == Decimal("0.9")
    assert one.mean == Decimal("0.01")
    assert (one.requests, one.tokens) == (Decimal(1000), Decimal(1000))


def test_where_no_cost_names_a_model_the_one_of_most_tokens_dominates() -> None:
    (one,) = workspaces(
        [cost("5"), usage({"input_tokens": 1}, model="a"), usage({"input_tokens": 2}, model="b")],
        "USD",
    )

    assert one.dominant is not None
    assert (one.dominant.model, one.dominant.cost, one.dominant.mean) == ("b", None, None)


def test_a_part_of_unknown_cost_leaves_no_mean() -> None:
    unknown = Figure("openai/a", cell(currency="USD", basis="unknown", unpriced=1))
    (one,) = workspaces([cost("5"), unknown, usage({"requests": 10})], "USD")

    assert one.lacks_cost
    assert (one.cost, one.mean) == (Decimal(5), None)


def test_a_model_of_partly_unknown_cost_has_no_mean_either() -> None:
    unknown = Figure("openai/a", cell(currency="USD", basis="unknown", unpriced=1, model="m"))
    (one,) = workspaces([cost("5", model="m"), unknown, usage({"requests": 10}, model="m")], "USD")

    (used,) = one.models
    assert (used.cost, used.lacks_cost, used.mean) == (Decimal(5), True, None)


def test_a_cost_without_a_rate_leaves_no_mean() -> None:
    (one,) = workspaces([cost("5"), euros("5"), usage({"requests": 10})], "USD")

    assert (one.cost, one.lacks_cost, one.mean) == (Decimal(5), True, None)


def euros(amount: str) -> Figure:
    return Figure("openai/a", cell(currency="EUR", basis="billed", cost=Decimal(amount)))


def test_what_a_bill_replaced_of_the_cost_leaves_no_mean() -> None:
    gone = cost("5", model="m")._replace(is_replaced=True)
    (one,) = workspaces([cost("5", model="m"), gone, usage({"requests": 10}, model="m")], "USD")

    assert (one.cost, one.lacks_cost, one.is_replaced, one.mean) == (Decimal(5), False, True, None)
    assert one.models[0].mean is None


def test_days_that_were_not_read_and_use_without_a_charge_leave_no_mean() -> None:
    figures = [cost("5"), usage({"requests": 10})]
    later = usage({"requests": 10}, day=date(2026, 2, 5))
    (missing,) = workspaces(figures, "USD", {"openai"})
    (dark,) = workspaces([*figures, later], "USD")
    (whole,) = workspaces(figures, "USD", {"mistral"})

    assert (missing.lacks_cost, missing.mean) == (True, None)
    assert (dark.lacks_cost, dark.mean) == (True, None)
    assert whole.mean == Decimal("0.5")


def test_what_is_not_measured_is_not_zero() -> None:
    (one,) = workspaces([cost("5")], "USD")

    assert (one.requests, one.tokens, one.mean) == (None, None, None)


def test_a_token_is_counted_once_whichever_way_it_is_stated() -> None:
    openai = {"input_tokens": Decimal(100), "input_cached_tokens": Decimal(60)}
    anthropic = {"input_uncached_tokens": Decimal(40), "input_cached_tokens": Decimal(60)}

    assert tokens(openai) == tokens(anthropic) == Decimal(100)
    assert tokens(openai, "output") is None
    # Rows of both kinds in one project: each row's own container decides.
    (one,) = workspaces(
        [Figure("x/y", cell(quantities=both)) for both in (openai, anthropic)], "USD"
    )
    assert one.tokens == Decimal(200)


def test_breakdowns_taxes_and_what_is_no_ai_are_no_projects_of_ai() -> None:
    figures = [
        cost("1", role="breakdown", parent="anthropic"),
        cost("2", tax=True),
        cost("3", category="infrastructure"),
    ]

    assert workspaces(figures, "USD") == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["openai/a", "openai/b"]),
            st.sampled_from([None, "p", "q"]),
            st.sampled_from([None, "m", "n"]),
            st.decimals(-100, 100, places=8, allow_nan=False),
        ),
        max_size=20,
    )
)
def test_projects_add_up_and_their_models_do(
    lines: list[tuple[str, str | None, str | None, Decimal]],
) -> None:
    figures = [
        Figure(
            account,
            cell(sub_account_id=project, model=model, currency="USD", basis="billed", cost=amount),
        )
        for account, project, model, amount in lines
    ]
    found = workspaces(figures, "USD")

    assert total(one.cost or Decimal(0) for one in found) == total(line[3] for line in lines)
    for one in found:
        assert total(used.cost or Decimal(0) for used in one.models) == one.cost
