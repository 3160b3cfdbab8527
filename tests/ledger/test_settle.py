"""Bills beside charges: together where they could be about the same, and the same money once."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
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
from tests.bills import bill, sets_of_bills
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


@given(sets_of_bills(currency="USD"), drawn_rows, st.sets(st.integers(0, 3)))
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
    assert after == _expected(cells, found)


def _expected(cells: Sequence[Cell], found: Sequence[Settlement]) -> Decimal:
    """Charges that no bill is about, and for each group its bills or its charges, or both where
    they are credit notes."""
    free = [
        cell.cost
        for cell in cells
        if cell.role == "counted" and not cell.tax and cell.cost is not None
        if not any(is_about(bill, cell) for one in found for bill in one.bills)
    ]
    settled = [part for one in found for part in _parts(cells, one)]
    return total([*free, *(amount for amount in settled if amount is not None)])


def _parts(cells: Sequence[Cell], one: Settlement) -> list[Decimal | None]:
    if any(bill.net >= 0 for bill in one.bills):
        return [one.billed if one.settles else one.charged]
    charged = [
        cell.cost
        for cell in cells
        if not cell.tax and any(is_about(bill, cell) for bill in one.bills)
    ]
    return [*charged, one.adjustment if one.how == "reconcile" else one.billed]


@given(sets_of_bills(currency="USD"), drawn_rows)
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
