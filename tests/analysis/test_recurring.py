"""MRR is what was read: nothing is put between two readings, and no account is left out."""

from datetime import date
from decimal import Decimal

from ecot.analysis.recurring import Recurring, Snapshot, less, stood, together, trailing
from ecot.model.period import DAY, Month

MAY = Month(2026, 5)
FIRST, SECOND, THIRD = (date(2026, 5, day) for day in (1, 2, 3))


def read(account: str, day: date, amount: str | None, paying: int = 1) -> Snapshot:
    known = None if amount is None else Decimal(amount)
    return Snapshot(account=account, day=day, amount=known, paying=Decimal(paying))


def test_a_day_counts_where_every_account_that_has_begun_was_read() -> None:
    snapshots = [
        read("stripe/a", FIRST, "10"),
        read("stripe/a", SECOND, "11"),
        read("stripe/b", SECOND, "5"),
        read("stripe/b", THIRD, "6"),
    ]
    assert together(snapshots, {}) == {FIRST: Decimal(10), SECOND: Decimal(16)}


def test_an_account_that_is_gone_is_not_waited_for() -> None:
    snapshots = [read("stripe/a", FIRST, "10"), read("stripe/b", FIRST, "5")]
    snapshots.append(read("stripe/b", SECOND, "6"))

    assert SECOND not in together(snapshots, {"stripe/a": None})
    assert together(snapshots, {"stripe/a": SECOND})[SECOND] == Decimal(6)
    assert stood(snapshots, {"stripe/a": SECOND}, MAY) == Recurring(
        day=FIRST, amount=Decimal(16), paying=Decimal(2)
    )


def test_an_amount_without_a_rate_leaves_the_whole_unknown() -> None:
    snapshots = [read("stripe/a", FIRST, "10"), read("stripe/b", FIRST, None, paying=3)]

    assert together(snapshots, {}) == {}
    assert stood(snapshots, {}, MAY) == Recurring(day=FIRST, amount=None, paying=Decimal(4))


def test_a_month_in_which_an_account_was_not_read_has_no_mrr() -> None:
    snapshots = [read("stripe/a", date(2026, 4, 30), "10"), read("stripe/b", FIRST, "5")]

    assert stood(snapshots, {}, MAY) is None
    assert stood(snapshots, {}, MAY.previous()) is not None
    assert stood(snapshots, {}, MAY.next()) is None


def test_thirty_days_of_cost_end_with_the_day_itself() -> None:
    costs = {FIRST + number * DAY: Decimal(number) for number in range(31)}
    thirtieth = FIRST + 29 * DAY

    assert trailing(costs, [thirtieth - DAY, thirtieth, thirtieth + DAY]) == [
        None, Decimal(sum(range(30))), Decimal(sum(range(1, 31))),
    ]  # fmt: skip
    del costs[SECOND]
    assert trailing(costs, [thirtieth]) == [None]


def test_a_difference_needs_both_sides() -> None:
    one, none = Decimal("2.5"), None
    assert less([one, one, none], [Decimal(1), none, one]) == [Decimal("1.5"), None, None]
