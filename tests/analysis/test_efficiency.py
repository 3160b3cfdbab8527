"""What the money for AI bought: no price across what does not belong together, no guess."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ecot.analysis.efficiency import (
    Failures,
    Spender,
    by_provider,
    dark,
    failures,
    models,
    spenders,
)
from ecot.analysis.sums import cost_of
from ecot.model.cells import Cell
from ecot.model.figure import Figure
from ecot.model.money import total

DAY = date(2026, 5, 4)


def cost(amount: str | None, account: str = "openai/a", **more: Any) -> Figure:
    known: dict[str, Any] = (
        {"cost": Decimal(amount), "basis": "billed"}
        if amount is not None
        else {"unpriced": 1, "basis": "unknown"}
    )
    shared: dict[str, Any] = {"day": DAY, "category": "ai", "currency": "USD"}
    return Figure(account, Cell(**(shared | known | more)))


def used(
    account: str = "openai/a", *, cell: dict[str, Any] | None = None, **amounts: int
) -> Figure:
    quantities = {name: Decimal(amount) for name, amount in amounts.items()}
    shared: dict[str, Any] = {"day": DAY, "category": "ai", "quantities": quantities}
    return Figure(account, Cell(**(shared | (cell or {}))))


GPT = {"model": "gpt"}


class TestModels:
    def test_tokens_are_counted_once(self) -> None:
        whole = used(cell=GPT, input_tokens=100, input_cached_tokens=60, output_tokens=20)
        (one,) = models([whole, cost("0.5", **GPT)], "USD")

        assert (one.tokens_in, one.tokens_out) == (Decimal(100), Decimal(20))
        assert (one.ratio, one.price, one.output) == (Decimal(5), Decimal(25_000), Decimal(40))

    def test_a_cost_of_another_day_buys_none_of_the_tokens(self) -> None:
        elsewhere = cost("0.5", model="gpt", day=date(2026, 5, 5))
        (one,) = models([used(cell=GPT, output_tokens=20), elsewhere], "USD")
        assert (one.cost, one.price, one.tokens_out) == (None, None, Decimal(20))

    def test_a_part_that_nobody_knows_leaves_no_price(self) -> None:
        figures = [used(cell=GPT, output_tokens=20), cost("0.5", **GPT), cost(None, **GPT)]
        (one,) = models(figures, "USD")
        assert (one.cost, one.price) == (None, None)

    def test_what_a_bill_replaced_leaves_no_price(self) -> None:
        gone = cost("0.5", model="gpt")._replace(is_replaced=True)
        (one,) = models([used(cell=GPT, output_tokens=20), cost("1", **GPT), gone], "USD")
        assert (one.cost, one.price, one.output, one.tokens_out) == (None, None, None, Decimal(20))

    def test_a_cost_without_a_rate_leaves_no_price(self) -> None:
        foreign = cost("0.5", model="gpt", currency="CHF")
        (one,) = models([used(cell=GPT, output_tokens=20), cost("1", **GPT), foreign], "USD")
        assert one.cost is None

    def test_what_is_not_told_is_not_zero(self) -> None:
        (one,) = models([used(cell=GPT, input_tokens=9), cost("1", **GPT)], "USD")
        assert (one.tokens_out, one.ratio, one.price) == (None, None, None)

    def test_models_without_tokens_are_none_of_these(self) -> None:
        speech = used(cell={"model": "nova"}, input_tokens=0, output_tokens=0, minutes=3)
        assert models([speech, cost("1", model="nova")], "USD") == []

    def test_details_of_another_bill_are_not_counted(self) -> None:
        told = {"model": "gpt", "role": "breakdown", "parent": "openai"}
        assert models([used(cell=told, output_tokens=5), cost("1", **told)], "USD") == []


class TestSpenders:
    @given(
        st.lists(
            st.tuples(st.sampled_from([None, "user-1", "user-2"]), st.integers(-(10**9), 10**12))
        )
    )
    def test_they_add_up_to_the_cost_of_ai(self, spent: list[tuple[str | None, int]]) -> None:
        figures = [cost(f"{amount}E-7", user=user) for user, amount in spent]
        found = spenders(figures, "USD")
        assert total(one.cost for one in found) == (cost_of(figures, "USD") or 0)
        assert len({one.user for one in found}) == len(found)

    def test_the_dearest_come_first_and_nobody_last(self) -> None:
        figures = [cost("9"), cost("1", user="user-1"), cost("2", user="user-2")]
        assert spenders(figures, "USD") == [
            Spender("openai", "user-2", Decimal(2)),
            Spender("openai", "user-1", Decimal(1)),
            Spender(None, None, Decimal(9)),
        ]

    def test_other_costs_and_tax_are_nobodys(self) -> None:
        tool = cost("5", user="user-1", category="developer tools")
        assert spenders([tool, cost("1", user="user-1", tax=True)], "USD") == []


class TestFailures:
    def test_requests_of_which_nobody_tells_failures_are_not_listed(self) -> None:
        assert failures([used(requests=5)]) == []

    def test_the_requests_contain_the_errors(self) -> None:
        (one,) = failures([used(requests=8), used(errors=2)])
        assert (one.successes, one.rate) == (Decimal(6), Decimal("0.25"))

    def test_a_counter_of_successes_is_completed_by_the_errors(self) -> None:
        (one,) = failures([used(requests=8), used(errors=2)], {"openai/a"})
        assert (one.requests, one.successes, one.rate) == (
            Decimal(10), Decimal(8), Decimal("0.2"),
        )  # fmt: skip

    def test_errors_of_nobody_join_all_providers_of_the_gateway(self) -> None:
        gate = "prometheus/gate"
        named = {"role": "breakdown", "parent": "openai"}
        figures = [
            used(gate, cell=named, requests=8),
            used(gate, cell={"role": "breakdown"}, errors=2),
        ]
        assert failures(figures) == [
            Failures(account=gate, provider=None, requests=Decimal(8), errors=Decimal(2))
        ]

    def test_counters_that_contradict_each_other_give_no_rate(self) -> None:
        (one,) = failures([used(requests=1, errors=2)])
        assert one.rate is None
        (one,) = failures([used(errors=2)])
        assert (one.requests, one.successes, one.rate) == (None, None, None)


def test_a_category_by_provider_leaves_tax_and_other_categories_out() -> None:
    figures = [
        cost("1"), cost("2", "openai/b"), cost("4", tax=True), cost("8", "aws/a"),
        cost("16", category="infrastructure"), cost(None, "mistral/a"),
    ]  # fmt: skip
    assert by_provider(figures, "ai", "USD") == {"aws": Decimal(8), "openai": Decimal(3)}


def test_accounts_whose_cost_of_ai_nobody_knows_are_named() -> None:
    figures = [
        cost("1"), cost(None, "mistral/a"), used("deepgram/a", requests=3),
        cost(None, "weaviate/a", category="infrastructure"),
    ]  # fmt: skip
    assert dark(figures, "ai") == {"mistral/a", "deepgram/a"}
