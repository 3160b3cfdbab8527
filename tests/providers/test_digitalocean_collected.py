"""DigitalOcean collected into a ledger: estimates until there is an invoice, then the invoice."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.jobs.rows import rows
from ecot.jobs.walk import Walk
from ecot.model.money import total
from ecot.model.period import Month
from ecot.model.rows import Charge
from ecot.sandbox import edits
from ecot.sandbox.digitalocean.resources import Invoice
from tests.jobs.world import figures
from tests.providers.digitalocean_around import Lumen, by, company, cost

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


@pytest.fixture
def lumen(tmp_path: Path) -> Iterator[Lumen]:
    with company(tmp_path) as found:
        yield found


# An invoiced month, and the running one


def test_an_invoiced_month_is_its_invoice_to_the_last_digit(lumen: Lumen) -> None:
    outcome = lumen.collect()
    invoice, charges = lumen.invoice(OCTOBER), lumen.charges(OCTOBER)
    categories = by(charges, "charge_category")

    assert outcome.state == "ok", outcome.message
    assert cost(charges) == invoice.amount
    assert cost([one for one in charges if not one.is_tax]) == invoice.net
    assert categories["Tax"] == invoice.taxes > 0
    assert categories["Credit"] == invoice.credits < 0
    assert {one.invoice_id for one in charges} == {invoice.number}
    assert {one.billing_period for one in charges} == {OCTOBER.period}
    assert {one.basis for one in charges} == {"billed"}


def test_every_item_is_spread_over_its_own_days(lumen: Lumen) -> None:
    lumen.collect()
    days = by(lumen.charges(OCTOBER), "charge_description", "day")

    for item in lumen.invoice(OCTOBER).items:
        first = item.start.day if item.start else 1
        last = (item.end - timedelta(seconds=1)).day if item.end else 31
        found = {
            day.day: amount for (text, day), amount in days.items() if text == item.description
        }
        assert (min(found), max(found)) == (first, last)
        assert total(found.values()) == item.amount


def test_the_running_month_is_the_nightly_insights(lumen: Lumen) -> None:
    lumen.collect()
    expected: dict[Any, Decimal] = defaultdict(Decimal)
    for point in lumen.points(NOVEMBER):
        expected[point.day, point.resource.sku] += point.amount

    assert by(lumen.charges(NOVEMBER), "day", "sku_id") == expected
    assert any(amount < 0 for amount in expected.values())
    assert max(day for day, _ in expected) == date(2026, 11, 20)


def test_every_product_is_a_line_of_its_own_in_either_source(lumen: Lumen) -> None:
    lumen.collect()
    products = {"App Platform", "Database Clusters", "Container Registry", "Spaces Subscription"}

    invoiced, nightly = (by(lumen.charges(month), "service") for month in (OCTOBER, NOVEMBER))
    billed: dict[str, Decimal] = defaultdict(Decimal)
    for item in lumen.invoice(OCTOBER).items:
        billed[item.product] += item.amount
    assert {name: invoiced[name] for name in billed} == billed
    assert products | {"Droplets"} <= invoiced.keys() & nightly.keys()
    assert nightly["LB-HTTP"] > 0  # a family that nobody has explained


def test_payments_are_not_even_asked_for(lumen: Lumen) -> None:
    lumen.collect()

    assert lumen.asked("/billing/do:team")
    assert lumen.asked("billing_history") == []


def test_what_is_owed_and_this_months_usage_are_balances(lumen: Lumen) -> None:
    lumen.clock.moment = datetime(2026, 11, 1, 9, tzinfo=UTC)
    lumen.collect()
    assert lumen.balances()["owed"].used == lumen.invoice(OCTOBER).amount

    lumen.clock.moment = datetime(2026, 11, 21, 9, tzinfo=UTC)
    lumen.collect()
    found = lumen.balances()
    points = total(point.amount for point in lumen.points(NOVEMBER))
    assert found["month to date usage"].used == round(points, 2)
    assert found["month to date usage"].cycle == NOVEMBER.period
    assert (found["credit"].remaining, found["credit"].used) == (Decimal(0), None)


# From one source to the other


def test_an_invoice_takes_the_place_of_the_estimates_and_is_announced(lumen: Lumen) -> None:
    lumen.clock.moment = datetime(2026, 10, 31, 4, 30, tzinfo=UTC)
    lumen.collect()
    lumen.clock.moment = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    lumen.collect()
    estimated = total(point.amount for point in lumen.points(OCTOBER))
    assert cost(lumen.charges(OCTOBER)) == estimated

    lumen.clock.moment = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
    outcome = lumen.collect()

    charges = lumen.charges(OCTOBER)
    changes = {each.day: each for each in outcome.restatements}
    assert cost(charges) == lumen.invoice(OCTOBER).amount != estimated
    assert {one.sku_id for one in charges} == {None}
    assert set(changes) == set(OCTOBER.days()[:30])  # the last had only just been read


def test_later_nights_never_ask_for_estimates_of_an_invoiced_month(lumen: Lumen) -> None:
    lumen.clock.moment = datetime(2026, 11, 1, 9, tzinfo=UTC)
    lumen.collect()
    before = lumen.charges(OCTOBER)
    lumen.site.truth.corrected = {date(2026, 10, 20): Decimal("5.0000")}

    for day in (2, 6, 11, 30):
        lumen.clock.moment = datetime(2026, 11, day, 4, 30, tzinfo=UTC)
        assert lumen.collect().state == "ok"
    assert lumen.collect(OCTOBER.days()[18:22]).state == "ok"

    assert lumen.charges(OCTOBER) == before
    assert all("/2026-11-01/" in path for path in lumen.asked("/insights/"))


def test_a_night_asks_for_the_whole_running_month_and_a_correction_is_announced(
    lumen: Lumen,
) -> None:
    lumen.collect()
    lumen.site.truth.corrected = {date(2026, 11, 3): Decimal("-0.2500")}
    outcome = lumen.collect()

    assert [each.day for each in outcome.restatements] == [date(2026, 11, 3)]
    assert cost(lumen.charges(NOVEMBER)) == total(one.amount for one in lumen.points(NOVEMBER))


def test_collecting_again_changes_nothing(lumen: Lumen) -> None:
    lumen.collect()
    before = figures(lumen.place)
    lumen.clock.moment += timedelta(hours=2)  # the preview and the balance say another time
    lumen.collect()

    assert figures(lumen.place) == before


def test_a_month_without_an_invoice_before_one_with_had_nothing(lumen: Lumen) -> None:
    lumen.since = date(2026, 6, 1)
    outcome = lumen.collect()

    assert outcome.state == "ok"
    assert lumen.charges(Month(2026, 7)) == []
    for month in (Month(2026, 6), Month(2026, 8)):
        assert cost(lumen.charges(month)) == lumen.invoice(month).amount
    assert len(lumen.asked("/insights/")) == 1


def test_before_december_2025_there_are_invoices_only(lumen: Lumen) -> None:
    lumen.since = date(2025, 10, 1)
    lumen.clock.moment = datetime(2025, 12, 1, 5, tzinfo=UTC)  # November is not invoiced yet
    lumen.collect()
    assert lumen.charges(Month(2025, 11)) == []
    assert lumen.asked("/insights/2025-11") == []
    assert lumen.asked("/insights/") == [
        f"/v2/billing/{lumen.site.truth.urn}/insights/2025-12-01/2025-12-01"
    ]

    lumen.clock.moment = datetime(2025, 12, 1, 9, tzinfo=UTC)
    lumen.collect()
    for month in (Month(2025, 10), Month(2025, 11)):
        assert cost(lumen.charges(month)) == lumen.invoice(month).amount


def test_an_account_that_is_told_from_a_day_on_has_its_share_of_the_invoice(
    lumen: Lumen, tmp_path: Path
) -> None:
    first = date(2026, 10, 20)
    lumen.since = first
    assert lumen.collect().state == "ok"
    with company(tmp_path / "whole") as other:
        other.collect()
        whole = by(other.charges(OCTOBER), "day")

    expected = {day: amount for day, amount in whole.items() if day >= first}
    assert by(lumen.charges(OCTOBER), "day") == expected
    assert len(expected) == 12


def test_an_invoice_before_its_month_is_over_is_not_all_of_it(lumen: Lumen) -> None:
    october = lumen.invoice(OCTOBER)
    early = replace(october, month=NOVEMBER.first, items=october.items[:1])
    others = lumen.site.truth.invoices()
    lumen.site.truth.invoices = lambda: [early, *others]  # type: ignore[method-assign]

    assert lumen.collect().state == "ok"
    assert cost(lumen.charges(NOVEMBER)) == total(one.amount for one in lumen.points(NOVEMBER))
    assert cost(lumen.charges(OCTOBER)) == october.amount


def test_a_day_that_the_invoice_leaves_empty_keeps_no_estimate(lumen: Lumen) -> None:
    lumen.clock.moment = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    lumen.collect()
    invoice = lumen.invoice(OCTOBER)
    end = datetime(2026, 10, 10, tzinfo=UTC)
    items = (replace(invoice.items[0], end=end),)
    short = Invoice(invoice.month, items, Decimal(0), Decimal(0), Decimal(0))
    lumen.site.truth.invoices = lambda: [short]  # type: ignore[method-assign]
    lumen.clock.moment = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)

    outcome = lumen.collect()

    assert (outcome.state, outcome.message) == ("ok", None)
    assert cost(lumen.charges(OCTOBER)) == short.amount
    assert {each.day for each in outcome.restatements} == set(OCTOBER.days()[:30])


def test_a_month_that_is_invoiced_twice_is_both_invoices(lumen: Lumen) -> None:
    first = lumen.invoice(OCTOBER)
    second = _Second(first.month, first.items[:1], Decimal(0), Decimal("0.50"), Decimal("-1.00"))
    others = lumen.site.truth.invoices()
    lumen.site.truth.invoices = lambda: [second, *others]  # type: ignore[method-assign]

    assert lumen.collect().state == "ok"
    charges = lumen.charges(OCTOBER)
    assert by(charges, "invoice_id") == {"2": second.amount, first.number: first.amount}


class _Second(Invoice):
    """Another invoice of the same month."""

    uuid = "22222222-2222-4222-8222-222222222222"
    number = "2"


@pytest.mark.parametrize(
    "among", [{"Taxes"}, {"Credits"}, {"Overages"}, {"Taxes", "Credits", "Overages"}]
)
def test_what_stands_among_the_items_is_not_charged_twice(lumen: Lumen, among: set[str]) -> None:
    lumen.site.among_items = among
    outcome = lumen.collect()
    invoice, charges = lumen.invoice(OCTOBER), lumen.charges(OCTOBER)

    assert outcome.state == "ok", outcome.message
    assert cost(charges) == invoice.amount
    assert cost([one for one in charges if one.is_tax]) == invoice.taxes
    assert by(charges, "charge_category")["Credit"] == invoice.credits


def test_an_invoice_that_does_not_add_up_leaves_the_estimates_as_they_were(lumen: Lumen) -> None:
    lumen.clock.moment = datetime(2026, 11, 1, 4, 30, tzinfo=UTC)
    lumen.collect()
    before = lumen.charges(OCTOBER)
    lumen.clock.moment = datetime(2026, 11, 2, 4, 30, tzinfo=UTC)
    dear = edits.edited("dear", lambda content: {**content, "amount": "999.99"})
    lumen.server.faults.add(dear.on("/summary").repeated(None))

    outcome = lumen.collect()

    assert outcome.state == "partial"
    assert "do not add up" in str(outcome.message)
    assert "ana@lumen.example" not in f"{outcome}"
    assert lumen.charges(OCTOBER) == before


def test_a_figure_leads_back_to_the_item_or_the_point_that_states_it(lumen: Lumen) -> None:
    lumen.collect()
    walk = Walk(lumen.place.files)
    for month, field in ((OCTOBER, "amount"), (NOVEMBER, "total_amount")):
        found = list(rows(lumen.place, lumen.question(month.first, month.after), Charge))
        assert found
        for each in found[:40]:
            stated = [Decimal(trace.raw[field]) for trace in walk.traces(each)]
            assert stated
            if month == NOVEMBER:
                assert each.row.billed_cost == total(stated)
