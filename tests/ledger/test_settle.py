"""Bills beside charges: together where they could be about the same, and the same money once."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from ecot.ledger.convert import RateBook
from ecot.ledger.effect import effective
from ecot.ledger.settle import grouped, is_about, settlement
from ecot.model.bill import Bill, Standing
from ecot.model.cells import SERVICE_DIMENSIONS, Cell, condensed
from ecot.model.money import spread, total
from ecot.model.period import Month
from ecot.model.rates import TypedRate
from ecot.model.rows import AnyRow
from ecot.model.settlement import Settlement
from tests.bills import bill, bookings, sets_of_bills, stated
from tests.rows import ACCOUNT, MONDAY, charge, charges, days, usages

NO_RATES = RateBook([])
EURO_DAY = date(2025, 1, 1)


def settle(
    bills: Sequence[Bill],
    rows: Sequence[AnyRow],
    *,
    booked: Sequence[str] = (),
    is_closed: bool = True,
    rates: RateBook = NO_RATES,
) -> list[Settlement]:
    """What the bills come to beside the rows."""
    stand = [Standing(one, one.number in booked) for one in bills]
    cells = condensed(rows, SERVICE_DIMENSIONS)
    return [
        settlement(ACCOUNT, group, cells, rates, is_closed=is_closed) for group in grouped(stand)
    ]


def only(bills: Sequence[Bill], rows: Sequence[AnyRow], **more: Any) -> Settlement:
    (one,) = settle(bills, rows, **more)
    return one


def test_bills_of_stated_charges_reconcile_and_show_the_gap() -> None:
    one = only([bill("12.00")], [charge("9.50"), charge("0.50", charge_category="Credit")])
    assert (one.how, one.billed, one.charged) == ("reconcile", Decimal("12.00"), Decimal("10.00"))
    assert (one.gap, one.percent) == (Decimal("2.00"), Decimal("16.7"))


def test_a_bill_that_states_a_tax_stands_for_the_tax_of_its_own_charges_alone() -> None:
    """Bills that overlap by a day are compared together; the tax of the first one's other days
    must not go because the second one states a tax."""
    on_the_30th, in_february = date(2026, 1, 30), date(2026, 2, 2)
    rows = [
        charge("2.00", on_the_30th, charge_category="Tax"),
        charge("0.50", in_february, charge_category="Tax"),
        charge("10.00", on_the_30th),
    ]
    later = bill(
        number="INV-2", first=date(2026, 1, 31), after=date(2026, 3, 1), tax=Decimal("5.00")
    )
    assert taxes_beside([bill("10.00"), later], rows) == (
        {Decimal("2.00"): False, Decimal("0.50"): True},
        Decimal("5.00"),
    )


def taxes_beside(
    bills: Sequence[Bill], rows: Sequence[AnyRow]
) -> tuple[dict[Decimal, bool], Decimal]:
    """Which taxes of the charges the bills replace, and what tax they add."""
    (one,) = settle(bills, rows)
    figures = list(effective(ACCOUNT, condensed(rows, SERVICE_DIMENSIONS), [one]))
    taxes = [figure for figure in figures if figure.cell.tax]
    charged = [figure for figure in taxes if figure.cell.basis == "billed"]
    typed = [figure.cell.cost for figure in taxes if figure.cell.basis == "entered"]
    return (
        {cost: figure.is_replaced for figure in charged if (cost := figure.cell.cost) is not None},
        total(cost for cost in typed if cost is not None),
    )


def test_the_charges_tax_stays_where_an_invoice_states_none() -> None:
    """What a bill leaves unsaid is not zero: 1.20 would be the tax of one of the two only."""
    rows = [charge("10.00"), charge("2.00", charge_category="Tax")]
    stating, silent = bill("6.00", "A", tax=Decimal("1.20")), bill("4.00", "B")
    assert taxes_beside([stating, silent], rows) == ({Decimal("2.00"): False}, Decimal(0))
    both = [stating, bill("4.00", "B", tax=Decimal("0.70"))]
    assert taxes_beside(both, rows) == ({Decimal("2.00"): True}, Decimal("1.90"))
    assert taxes_beside([stating, silent], rows[:1]) == ({}, Decimal("1.20"))


def test_the_tax_of_a_credit_note_is_added_to_that_of_the_charges() -> None:
    rows = [charge("310"), charge("62", charge_category="Tax")]
    note = bill("-15", "CN-1", tax=Decimal(-3))
    assert taxes_beside([note], rows) == ({Decimal(62): False}, Decimal(-3))
    assert taxes_beside([note, bill("310")], rows) == ({Decimal(62): False}, Decimal(-3))
    assert taxes_beside([note, bill("310", tax=Decimal(60))], rows) == (
        {Decimal(62): True},
        Decimal(57),
    )


def test_a_tax_of_a_day_that_two_invoices_share_stays_if_one_of_them_states_none() -> None:
    """Of the other one's tax, that day's part is then left out: it is in what stays."""
    on_the_30th, on_the_31st = (date(2026, 1, day) for day in (30, 31))
    rows = [
        charge("2.00", on_the_30th, charge_category="Tax"),
        charge("0.50", on_the_31st, charge_category="Tax"),
        charge("10.00", on_the_30th),
    ]
    later = bill(number="INV-2", first=on_the_31st, after=date(2026, 3, 1), tax=Decimal("6.00"))
    charged, typed = taxes_beside([bill("10.00"), later], rows)
    assert charged == {Decimal("2.00"): False, Decimal("0.50"): False}
    assert typed == total(spread(Decimal("6.00"), [1] * 29)[1:])


@pytest.mark.parametrize("basis", ["estimated", "entered", "unknown"])
def test_one_charge_that_nobody_stated_lets_the_bill_replace_them_all(basis: str) -> None:
    other = charge(None if basis == "unknown" else "1.00", basis=basis)
    assert only([bill()], [charge("9.00"), other]).how == "replace"


def test_a_bill_of_nothing_that_is_known_replaces_nothing_and_has_no_gap() -> None:
    one = only([bill()], [usage_of_day(), charge("5", day=date(2026, 2, 1))])
    assert (one.how, one.charged, one.gap, one.reason) == ("replace", None, None, None)


def usage_of_day() -> AnyRow:
    return charge("5", role="breakdown", parent="openai")


def test_tax_is_not_among_what_a_bills_net_is_compared_with() -> None:
    one = only([bill("10.00")], [charge("10.00"), charge("1.90", charge_category="Tax")])
    assert (one.how, one.gap, one.reason) == ("reconcile", Decimal("0.00"), None)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ({}, {}, True),
        ({"after": date(2026, 1, 10)}, {"first": date(2026, 1, 10)}, False),
        ({"after": date(2026, 1, 11)}, {"first": date(2026, 1, 10)}, True),
        ({"service": "chat"}, {"service": "images"}, False),
        ({"service": "chat"}, {}, True),
        ({"service": "chat"}, {"sub_account_id": "proj_a"}, True),
        ({"sub_account_id": "proj_a"}, {"sub_account_id": "proj_b"}, False),
    ],
)
def test_bills_belong_together_where_a_charge_could_be_in_both(
    one: dict[str, Any], other: dict[str, Any], together: bool
) -> None:
    pair = [bill(number="A", **one), bill(number="B", **other)]
    assert len(grouped(map(Standing, pair))) == (1 if together else 2)


def test_a_chain_of_bills_is_one_group_and_a_top_up_is_in_none() -> None:
    chain = [
        bill(number="C", first=date(2026, 1, 20)),
        bill(number="A", after=date(2026, 1, 10)),
        bill(number="top", kind="top-up"),
        bill(number="B", first=date(2026, 1, 9), after=date(2026, 1, 21)),
    ]
    (group,) = grouped(map(Standing, chain))
    assert [one.bill.number for one in group] == ["A", "B", "C"]


def test_different_numbers_of_one_month_add_before_they_are_compared() -> None:
    one = only([bill("7.00", "A"), bill("3.00", "B")], [charge("10.00")])
    assert (one.billed, one.gap) == (Decimal("10.00"), Decimal("0.00"))


def test_the_day_that_counts_is_the_one_on_which_a_charge_is_billed() -> None:
    december = date(2025, 12, 31)
    late = charge("4.00", day=december, billing_period=bill().period)
    early = charge("5.00", day=MONDAY, billing_period=Month(2025, 12).period)
    assert only([bill("4.00")], [late, early]).gap == Decimal("0.00")


@pytest.mark.parametrize(
    ("net", "rows", "closed", "reason"),
    [
        ("10.00", [charge("10.004")], True, "rounding"),
        ("11.90", [charge("10"), charge("1.90", charge_category="Tax")], True, "tax"),
        ("12.00", [charge("12"), charge("-2", charge_category="Credit")], True, "credit"),
        ("12.00", [charge("9"), charge(None)], True, "unpriced"),
        ("12.00", [charge("9")], False, "late data"),
        ("12.00", [charge("9")], True, "unexplained"),
        ("10.00", [charge("10")], False, None),
        ("10.01", [charge("10")], True, "unexplained"),
    ],
)
def test_a_gap_has_the_plainest_reason_that_explains_it(
    net: str, rows: list[AnyRow], closed: bool, reason: str | None
) -> None:
    assert only([bill(net)], rows, is_closed=closed).reason == reason


def test_the_tax_that_a_bill_states_explains_a_gap_of_its_size() -> None:
    assert only([bill("8.00", tax=Decimal("2.00"))], [charge("10.00")]).reason == "tax"


def test_a_gap_is_in_the_bills_currency_at_each_days_rate() -> None:
    rates = RateBook(
        [],
        [
            TypedRate("USD", "EUR", Decimal("0.50"), EURO_DAY),
            TypedRate("USD", "EUR", Decimal("0.80"), date(2026, 1, 6)),
        ],
    )
    rows = [charge("10.00"), charge("10.00", day=date(2026, 1, 6))]
    one = only([bill("13.20", currency="EUR")], rows, rates=rates)
    assert one.charged == Decimal("10.00") * Decimal("0.50") + Decimal("10.00") * Decimal("0.80")
    assert (one.currency, one.gap, one.reason) == ("EUR", Decimal("0.2000"), "exchange rate")


@pytest.mark.parametrize(
    ("charged", "reason"), [("95.00", "exchange rate"), ("94.00", "unexplained")]
)
def test_rates_explain_no_more_than_a_twentieth_of_the_bill(charged: str, reason: str) -> None:
    rates = RateBook([], [TypedRate("USD", "EUR", Decimal(1), EURO_DAY)])
    one = only([bill("100.00", currency="EUR")], [charge(charged)], rates=rates)
    assert (one.gap, one.reason) == (100 - Decimal(charged), reason)


def test_charges_of_which_only_some_have_a_rate_have_no_gap() -> None:
    """The 3 francs are unknown in dollars: 2 would be no gap, but all that is not converted."""
    one = only([bill("12.00")], [charge("10.00"), charge("3.00", currency="CHF")])
    assert (one.how, one.charged, one.gap) == ("reconcile", None, None)
    assert (one.reason, one.is_to_do) == ("exchange rate", True)


DEARER_EURO = RateBook(
    [],
    [
        TypedRate("EUR", "USD", Decimal("1.00"), EURO_DAY),
        TypedRate("EUR", "USD", Decimal("1.50"), date(2026, 2, 1)),
    ],
)


def in_dollars_and_euros(**more: Any) -> list[Bill]:
    """A bill in dollars, and one in euros that is issued later though its number is lower."""
    return [
        bill("4.00", "A", currency="EUR", issued=date(2026, 2, 2), **more),
        bill("5.00", "B", issued=date(2026, 2, 1)),
    ]


def test_bills_of_two_currencies_are_in_the_earliers_each_at_its_issue_date() -> None:
    one = only(in_dollars_and_euros(), [charge("10.00")], rates=DEARER_EURO)
    assert [own.number for own in one.bills] == ["B", "A"]
    assert one.currency == "USD"
    assert one.billed == Decimal("5.00") + Decimal("4.00") * Decimal("1.50")


def test_a_booked_gap_of_two_currencies_is_in_that_of_the_earlier_bill() -> None:
    cells = condensed([charge("10.00")], SERVICE_DIMENSIONS)
    one = only(in_dollars_and_euros(), [charge("10.00")], rates=DEARER_EURO, booked=["A"])
    added = [figure.cell for figure in effective(ACCOUNT, cells, [one])][len(cells) :]
    assert {cell.currency for cell in added} == {"USD"}
    assert total(cell.cost or Decimal(0) for cell in added) == 5 + 4 * Decimal("1.50") - 10


def test_a_tax_in_another_currency_explains_no_gap_of_its_digits() -> None:
    """1.00 of dollars is not the tax of 1.00 EUR."""
    bills = in_dollars_and_euros(tax=Decimal("1.00"))
    one = only(bills, [charge("10.00")], rates=DEARER_EURO)
    assert (one.gap, one.reason) == (Decimal("1.00"), "unexplained")


def test_a_bill_of_a_project_is_compared_with_its_charges_alone() -> None:
    rows = [charge("10.00", sub_account_id="proj_a"), charge("7.00", sub_account_id="proj_b")]
    one = only([bill("12.00", sub_account_id="proj_a")], rows, booked=["INV-1"])
    assert (one.charged, one.gap, one.adjusting.sub_account_id) == (
        Decimal(10),
        Decimal(2),
        "proj_a",
    )
    of_all = effective(ACCOUNT, condensed(rows, SERVICE_DIMENSIONS), [one])
    assert total(figure.cell.cost or Decimal(0) for figure in of_all) == 12 + 7


def test_without_a_rate_there_is_no_gap_and_the_reason_says_so() -> None:
    one = only([bill(currency="EUR")], [charge()], booked=["INV-1"])
    assert (one.charged, one.gap, one.percent, one.reason) == (None, None, None, "exchange rate")
    assert not one.settles


def test_charges_without_a_price_are_the_reason_not_a_rate() -> None:
    one = only([bill(currency="EUR")], [charge(None)])
    assert (one.how, one.charged, one.reason) == ("replace", None, "unpriced")


def test_a_credit_note_without_its_invoice_replaces_nothing_and_is_added() -> None:
    rows = [charge("310", basis="estimated")]
    note = bill("-15", "CN-1")
    one = only([note], rows)
    assert (one.how, one.charged, one.gap, one.is_to_do) == ("add", Decimal(310), None, False)
    figures = list(effective(ACCOUNT, condensed(rows, SERVICE_DIMENSIONS), [one]))
    assert not any(figure.is_replaced for figure in figures)
    assert total(figure.cell.cost or Decimal(0) for figure in figures) == 295
    assert {figure.cell.basis for figure in figures} == {"estimated", "entered"}
    assert only([note, bill("320")], rows).how == "replace"
    assert only([note, bill("0")], rows).how == "replace"


def test_a_credit_note_without_its_invoice_is_compared_with_stated_credits_alone() -> None:
    """Against all of the charges, booking it would take them all back."""
    stated = charge("310")
    one = only([bill("-15")], [stated], booked=["INV-1"])
    assert (one.how, one.charged, one.adjustment) == ("reconcile", Decimal(0), Decimal(-15))
    credit = charge("-12", charge_category="Credit")
    assert only([bill("-15")], [stated, credit]).gap == -3
    assert only([bill("-15"), bill("310", "A")], [stated, credit]).gap == -3


def test_a_booking_waits_until_the_days_of_all_its_bills_are_over() -> None:
    (group,) = grouped([Standing(bill("12.00"), is_booked=True)])
    cells = condensed([charge("10.00")], SERVICE_DIMENSIONS)
    one = settlement(ACCOUNT, group, cells, NO_RATES, is_closed=False, is_over=False)
    assert (one.is_booked, one.settles, one.adjustment, one.is_to_do) == (True, False, None, False)
    assert len(list(effective(ACCOUNT, cells, [one]))) == len(cells)


def test_an_adjustment_is_about_no_more_than_what_all_its_bills_are_about() -> None:
    pair = [bill("7.00", "A", service="chat"), bill("5.00", "B", service="chat", category="other")]
    one = only(pair, [charge("10.00", service="chat")], booked=["A"])
    assert (one.adjusting.service, one.adjusting.sub_account_id) == ("chat", None)
    assert one.adjusting.category == "other"
    assert only([*pair, bill(number="C")], [charge()]).adjusting.service is None


def test_charges_without_a_price_are_the_reason_also_where_the_bill_has_no_rate() -> None:
    pair = [bill(number="A"), bill(number="B", currency="EUR")]
    one = only(pair, [charge(None)])
    assert (one.how, one.billed, one.charged, one.reason) == ("replace", None, None, "unpriced")
    assert only(pair, [charge()]).reason == "exchange rate"


def test_a_credit_note_and_a_bill_of_zero_have_no_absurd_percentage() -> None:
    assert only([bill("0.00")], [charge("3.00")]).percent is None
    assert only([bill("-4.00")], [charge("-3.00")]).percent == Decimal("-25.0")


drawn_rows = st.lists(days().flatmap(lambda day: charges(day) | usages(day)), max_size=12)


def dollars(rows: Sequence[AnyRow]) -> list[Cell]:
    cells = condensed(rows, SERVICE_DIMENSIONS)
    return [cell for cell in cells if cell.currency in (None, "USD")]


@given(sets_of_bills(currency="USD"), drawn_rows | stated(), bookings())
def test_no_charge_and_no_bill_is_ever_counted_twice_or_lost(
    bills: list[Bill], rows: list[AnyRow], booked: set[int]
) -> None:
    cells = dollars(rows)
    stand = [Standing(one, int(one.number[-1]) in booked) for one in bills]
    groups = grouped(stand)
    assert sorted(one.bill.number for group in groups for one in group) == sorted(
        one.number for one in bills
    )
    found = [settlement(ACCOUNT, group, cells, NO_RATES, is_closed=True) for group in groups]
    for cell in cells:
        takers = [one for one in found if any(is_about(bill, cell) for bill in one.bills)]
        assert len(takers) <= 1
    figures = list(effective(ACCOUNT, cells, found))
    assert [one.cell for one in figures[: len(cells)]] == cells
    after = total(
        one.cell.cost
        for one in figures
        if not one.is_replaced and one.cell.role == "counted"
        if one.cell.cost is not None and not one.cell.tax
    )
    assert after == _expected(cells, stand)


def test_drawn_bills_often_reconcile_with_drawn_charges_and_are_booked() -> None:
    """What the test above draws, and those of the jobs, would else say nothing of booked gaps."""
    gaps: list[bool] = []

    @seed(0)
    @settings(database=None, max_examples=100, phases=[Phase.generate])
    @given(sets_of_bills(currency="USD"), stated(), bookings())
    def draw(bills: list[Bill], rows: list[AnyRow], booked: set[int]) -> None:
        numbers = [f"INV-{number}" for number in booked]
        gaps.append(any(one.adjustment for one in settle(bills, rows, booked=numbers)))

    draw()
    assert sum(gaps) >= 20


def _expected(cells: Sequence[Cell], stand: Sequence[Standing]) -> Decimal:
    """The total by rule 16 and nothing of the code: charges that no bill is about, and for each
    group its bills, its charges, or both."""
    groups = _together(stand)
    bills = [one.bill for one in stand]
    counted = [cell for cell in cells if cell.role == "counted" and cell.basis and not cell.tax]
    free = [cell for cell in counted if not any(_bills(bill, cell) for bill in bills)]
    return total([_cost(free), *(_of_group(group, counted) for group in groups)])


def _together(stand: Sequence[Standing]) -> list[list[Standing]]:
    left, groups = list(stand), []
    while left:
        group = [left.pop()]
        for one in group:  # which grows on the way
            near = [other for other in left if _overlap(one.bill, other.bill)]
            left = [other for other in left if other not in near]
            group += near
        groups.append(group)
    return groups


def _overlap(one: Bill, other: Bill) -> bool:
    services, projects = {one.service, other.service}, {one.sub_account_id, other.sub_account_id}
    is_apart = any(len(names - {None}) == 2 for names in (services, projects))
    return bool(set(one.period.days()) & set(other.period.days())) and not is_apart


def _bills(bill: Bill, cell: Cell) -> bool:
    wanted = {"service": bill.service, "sub_account_id": bill.sub_account_id}
    is_inside = (cell.billed_on or cell.day) in bill.period.days()
    return is_inside and all(
        getattr(cell, name) == value for name, value in wanted.items() if value is not None
    )


def _of_group(group: Sequence[Standing], counted: Sequence[Cell]) -> Decimal:
    bills = [one.bill for one in group]
    own = [cell for cell in counted if any(_bills(bill, cell) for bill in bills)]
    charged, billed = _cost(own), total(bill.net for bill in bills)
    is_refund = all(bill.net < 0 for bill in bills)
    if not own:
        return billed
    if any(cell.basis != "billed" for cell in own):
        return total([charged, billed]) if is_refund else billed
    if not any(one.is_booked for one in group):
        return charged
    return total([charged, billed, _returned(own).copy_negate()]) if is_refund else billed


def _returned(cells: Sequence[Cell]) -> Decimal:
    """What the charges themselves give back: credits, and cells below zero."""
    below = [cell.cost for cell in cells if cell.cost is not None and cell.cost < 0]
    rest = [cell.credits for cell in cells if cell.cost is not None and cell.cost >= 0]
    return total([*below, *(one for one in rest if one is not None)])


def _cost(cells: Sequence[Cell]) -> Decimal:
    return total(cell.cost for cell in cells if cell.cost is not None)


@given(sets_of_bills(currency="USD"), drawn_rows | stated())
def test_a_tax_that_bills_state_takes_the_place_of_that_of_their_charges(
    bills: list[Bill], rows: list[AnyRow]
) -> None:
    cells = dollars(rows)
    found = settle(bills, rows)
    figures = effective(ACCOUNT, cells, found)
    after = total(
        one.cell.cost
        for one in figures
        if one.cell.tax and not one.is_replaced and one.cell.role == "counted"
        if one.cell.cost is not None
    )
    taxes = [cell for cell in cells if cell.tax and cell.role == "counted"]
    if any(one.untaxed for one in found):
        return  # one invoice states a tax and another leaves it unsaid, on the same days
    invoices = [bill for bill in bills if bill.tax is not None and bill.net >= 0]
    kept = [
        cell.cost
        for cell in taxes
        if cell.cost is not None and not any(is_about(bill, cell) for bill in invoices)
    ]
    typed = [bill.tax for bill in bills if bill.tax is not None]
    assert after == total([*kept, *typed])
