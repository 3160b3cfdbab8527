"""Margins are of identical months, and of nothing that is not known."""

from decimal import Decimal
from typing import Any

from ecot.analysis.margin import BusinessMonth, Earned, candidates, comparable, result
from ecot.analysis.recurring import Recurring
from ecot.analysis.totals import Gap, totals
from ecot.model.cells import Cell
from ecot.model.figure import Figure
from ecot.model.money import total
from ecot.model.period import Month

JANUARY = Month(2026, 1)
COSTS = {"ai": "1.0000008", "infrastructure": "2.005", "developer tools": "0.005", "other": "3"}


def costs(month: Month, amounts: dict[str, str | None], currency: str = "USD") -> list[Figure]:
    def cell(category: str, amount: str | None) -> Cell:
        fields: dict[str, Any] = {"day": month.first, "category": category, "currency": currency}
        known: dict[str, Any] = {"basis": "unknown", "unpriced": 1}
        if amount is not None:
            known = {"basis": "billed", "cost": Decimal(amount)}
        return Cell(**(fields | known))

    return [Figure("a/b", cell(*each)) for each in amounts.items()]


def whole(amount: str) -> Earned:
    return Earned(amount=Decimal(amount), is_whole=True)


def of(
    month: Month,
    amounts: dict[str, str | None] | None = None,
    earned: Earned | str | None = "10",
    *,
    lacks: bool = False,
    **more: Any,
) -> BusinessMonth:
    gap = Gap(provider="a", account="a/b", first=month.first, last=month.first, days=1)
    figures = costs(month, dict(COSTS) if amounts is None else amounts)
    fields: dict[str, Any] = {
        "month": month,
        "costs": totals(
            figures,
            by="category",
            first=month.first,
            after=month.after,
            currency="USD",
            missing=[gap] if lacks else [],
        ),
        "earned": whole(earned) if isinstance(earned, str) else earned,
        "recurring": None,
        "is_over": True,
    }
    return BusinessMonth(**(fields | more))


def test_the_categories_add_up_to_the_cost_of_the_margin() -> None:
    months = [of(JANUARY.shifted(at)) for at in range(3)]
    found = result(months)

    assert found.costs == {name: 3 * Decimal(amount) for name, amount in COSTS.items()}
    assert found.cost == total(found.costs.values()) == Decimal("18.0300024")
    assert found.earned == 30
    assert found.margin == Decimal("11.9699976")
    for one in months:
        assert one.cost == total(one.categories.values())


def test_revenue_and_costs_are_of_the_same_months() -> None:
    part = Earned(amount=Decimal(1), is_whole=False)
    months = [
        of(JANUARY),
        of(JANUARY.shifted(1), lacks=True),
        of(JANUARY.shifted(2), earned=None),
        of(JANUARY.shifted(3), earned=part),
        of(JANUARY.shifted(4)),
        of(JANUARY.shifted(5), is_over=False),
    ]
    assert [one.month for one in comparable(months)] == [JANUARY, JANUARY.shifted(4)]


def test_where_no_revenue_was_ever_read_months_of_costs_are_enough() -> None:
    months = [of(JANUARY, earned=None), of(JANUARY.next(), earned=None, lacks=True)]
    assert [one.month for one in comparable(months)] == [JANUARY]


def test_six_months_that_are_over_are_looked_at() -> None:
    months = [of(JANUARY.shifted(at)) for at in range(8)]
    assert [one.month for one in candidates(months)] == [JANUARY.shifted(at) for at in range(2, 8)]


def test_a_month_that_runs_or_lacks_days_has_no_margin() -> None:
    for one in (of(JANUARY, is_over=False), of(JANUARY, lacks=True), of(JANUARY, earned=None)):
        assert one.net_margin is None
    assert of(JANUARY, {}).net_margin is None
    assert of(JANUARY).net_margin == Decimal("3.9899992")


def test_the_margin_of_mrr_needs_a_reading() -> None:
    read = Recurring(day=JANUARY.first, amount=Decimal(20), paying=Decimal(4))
    one = of(JANUARY, {"ai": "8"}, recurring=read)

    assert (one.mrr_margin, one.cost_per_subscriber) == (Decimal(12), Decimal(2))
    assert of(JANUARY).mrr_margin is None
    nobody = Recurring(day=JANUARY.first, amount=None, paying=Decimal(0))
    one = of(JANUARY, {"ai": "8"}, recurring=nobody)
    assert (one.mrr_margin, one.cost_per_subscriber) == (None, None)


def test_a_cost_that_nobody_knows_makes_the_result_a_part() -> None:
    known, dark = of(JANUARY), of(JANUARY.next(), {"ai": "1", "infrastructure": None})

    assert not result([known]).is_part
    assert dark.lacks_cost
    assert result([known, dark]).lacks_cost
    assert result([known, dark]).is_part


def test_what_has_no_rate_stands_apart_and_is_said() -> None:
    foreign = Earned(amount=None, unconverted={"CHF": Decimal(5)}, is_whole=True)
    found = result([of(JANUARY), of(JANUARY.next(), earned=foreign)])

    assert found.earned == 10
    assert found.unconverted_earnings == {"CHF": Decimal(5)}
    assert found.is_part


def test_where_no_revenue_is_known_there_is_no_margin() -> None:
    found = result([of(JANUARY, earned=None)])
    assert (found.earned, found.margin) == (None, None)
    assert found.cost == Decimal("6.0100008")
