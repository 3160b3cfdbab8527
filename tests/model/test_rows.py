"""A row's key is all its dimensions and its period; equal keys are summed, exactly."""

from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.model.period import Period
from ecot.model.rows import AnyRow, Charge, Usage, merged
from tests.rows import MONDAY, charge, charges, hours, rows, to_the_letter, usage

MEASURES = {
    *("billed_cost", "list_cost", "effective_cost", "contracted_cost"),
    *("consumed_quantity", "pricing_quantity"),
}
SOMETHING_ELSE: dict[str, Any] = {
    "charge_period": hours(MONDAY, 0, 1),
    "category": "other",
    "tags": {"env": "test"},
    "role": "breakdown",
    "charge_category": "Purchase",
    "billing_period": Period.of_day(MONDAY),
    "currency": "EUR",
    "basis": "entered",
    "spread_from": Period.of_day(MONDAY),
}


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_the_key_of_a_charge_ignores_its_measures(name: str) -> None:
    other = msgspec.structs.replace(charge(), **{name: Decimal(99)})
    assert other.key() == charge().key()


@pytest.mark.parametrize("name", sorted(set(Charge.__struct_fields__) - MEASURES))
def test_the_key_of_a_charge_holds_every_dimension(name: str) -> None:
    other = msgspec.structs.replace(charge(), **{name: SOMETHING_ELSE.get(name, "something")})
    assert other.key() != charge().key()


@pytest.mark.parametrize("name", sorted(set(Usage.__struct_fields__) - {"quantities"}))
def test_the_key_of_a_usage_holds_every_dimension_and_no_quantity(name: str) -> None:
    one = usage({"input_tokens": "1"})
    other = msgspec.structs.replace(one, **{name: SOMETHING_ELSE.get(name, "something")})
    assert other.key() != one.key()
    assert usage({}).key() == one.key()


def test_a_charge_and_a_usage_of_the_same_dimensions_are_different_rows() -> None:
    assert len(merged([charge(), usage({"input_tokens": "1"})])) == 2


def test_the_order_of_tags_does_not_make_another_key() -> None:
    assert charge(tags={"a": "1", "b": "2"}).key() == charge(tags={"b": "2", "a": "1"}).key()


def test_utc_by_any_name_is_the_same_period() -> None:
    zone = ZoneInfo("Etc/UTC")
    named = Period(datetime(2026, 1, 5, tzinfo=zone), datetime(2026, 1, 6, tzinfo=zone))
    assert charge(charge_period=named).key() == charge().key()
    assert charge(charge_period=named).day == MONDAY
    assert msgspec.json.decode(to_the_letter(named), type=Period).start.tzinfo == UTC


@given(rows(max_size=12), st.randoms())
def test_merging_does_not_depend_on_the_order_of_rows(found: list[AnyRow], random: Any) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)
    assert to_the_letter(merged(shuffled)) == to_the_letter(merged(found))


@given(rows(max_size=12))
def test_merging_leaves_one_row_a_key_in_order_and_loses_no_money(found: list[AnyRow]) -> None:
    after = merged(found)
    keys = [row.key() for row in after]
    assert keys == sorted({row.key() for row in found})
    assert _money(after) == _money(found)
    assert to_the_letter(merged(after)) == to_the_letter(after)


def _money(found: list[AnyRow]) -> Fraction:
    costs = [row.billed_cost for row in found if isinstance(row, Charge)]
    return sum((Fraction(cost) for cost in costs if cost is not None), Fraction(0))


def test_unknown_and_known_is_unknown() -> None:
    (both,) = merged([charge(list_cost=Decimal(2)), charge(list_cost=None)])
    assert isinstance(both, Charge)
    assert (both.billed_cost, both.list_cost) == (Decimal("2.50"), None)


def test_rows_of_unknown_cost_add_up_to_an_unknown_cost() -> None:
    (both,) = merged([charge(None), charge(None)])
    assert isinstance(both, Charge)
    assert both.billed_cost is None


def test_quantities_of_equal_keys_are_added_by_name() -> None:
    one, other = usage({"b": "1", "a": "0.50"}), usage({"b": "2"})
    assert to_the_letter(merged([one, other])) == to_the_letter([usage({"a": "0.50", "b": "3"})])


@pytest.mark.parametrize(("cost", "basis"), [(None, "billed"), ("0", "unknown")])
def test_a_charge_has_a_cost_exactly_when_its_basis_is_known(cost: str | None, basis: str) -> None:
    with pytest.raises(ValueError, match="basis"):
        charge(cost, basis=basis)


@given(charges())
def test_a_charge_comes_back_from_json_to_the_last_digit(one: Charge) -> None:
    back = msgspec.json.decode(to_the_letter(one), type=AnyRow)
    assert to_the_letter(back) == to_the_letter(one)
    assert back == one


def test_a_row_with_a_field_that_we_do_not_know_is_an_error() -> None:
    body = to_the_letter(charge()).replace(b'"category"', b'"surprise":1,"category"')
    with pytest.raises(msgspec.ValidationError, match="surprise"):
        msgspec.json.decode(body, type=AnyRow)


def test_only_tax_stands_outside_the_total() -> None:
    assert charge(charge_category="Tax").is_tax
    assert not charge(charge_category="Credit").is_tax
