"""Nine stories of bills and currencies as an accountant would check them by hand.

Each is a test whose docstring tells the story; what is expected is written as arithmetic. Total,
tax, coverage, unconverted and gap are looked at before and after, on every backend.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import pytest

from ecot.errors import LedgerError
from ecot.jobs.bills import balances
from ecot.jobs.imports import import_focus
from ecot.jobs.plans import write_plans
from ecot.jobs.query import Totals
from ecot.model.bill import Bill
from ecot.model.period import DAY, Month, Period, midnight
from ecot.store.protocol import Place
from tests.bills import bill
from tests.jobs.shelf import Shelf, costs
from tests.plans import plan
from tests.rows import charge

D = Decimal
JANUARY, FEBRUARY, MARCH, APRIL = (Month(2026, number) for number in (1, 2, 3, 4))
NOTHING: dict[str, Decimal] = {}


def look(found: Totals) -> dict[str, Any]:
    """Total, tax, what is not converted, where the total comes from, and what is missing."""
    origin = found.coverage
    return {
        "total": found.total,
        "tax": found.tax,
        "unconverted": dict(found.unconverted),
        "origin": (origin.billed, origin.estimated, origin.entered),
        "unknown": origin.unknown,
        "missing": [gap.account for gap in origin.missing],
    }


def expected(
    total: Decimal | None,
    origin: tuple[Decimal | int, Decimal | int, Decimal | int],
    *,
    tax: Decimal | None = None,
    unconverted: dict[str, Decimal] = NOTHING,
    missing: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "total": total,
        "tax": tax,
        "unconverted": unconverted,
        "origin": origin,
        "unknown": 0,
        "missing": list(missing),
    }


def of(part: Decimal, whole: Decimal) -> Decimal:
    """A share as coverage states it, to a hundredth of a percent."""
    return (part / whole).quantize(D("0.0001"))


def percent_of(part: Decimal, whole: Decimal) -> Decimal:
    """A gap in percent as a settlement states it, to a tenth."""
    return (part / whole * 100).quantize(D("0.1"))


def crossed(target: str, source: str) -> Decimal:
    """What one unit is, from the two prices of a euro: as crossing states it, to twelve digits."""
    return Context(prec=12).divide(D(target), D(source))


BILLED, ESTIMATED, ENTERED = (1, 0, 0), (0, 1, 0), (0, 0, 1)


def test_a_elevenlabs_estimate_and_plan_against_a_bill_in_euros_across_two_months(
    backend_place: Place,
) -> None:
    """(a) ElevenLabs tells characters, not money: 31.89 USD are estimated from 17 January to 16
    February, beside the plan of 22 USD a month. Then the invoice comes: 25.10 EUR for 17 January to
    17 February, issued that day, with 5.02 EUR of VAT. It takes the place of the estimates and of
    the plan's days in its period; the plan's other days stay.
    """
    shelf = Shelf(backend_place)
    account, first, after = "elevenlabs/elevenlabs", date(2026, 1, 17), date(2026, 2, 17)
    estimates = ["1.03"] * 30 + ["0.99"]
    assert sum(map(D, estimates)) == D("31.89")
    starter = plan("22.00", account=account, name="starter", until=FEBRUARY)
    write_plans(backend_place, [starter], shelf.round())
    two_months = Period.of_days(JANUARY.first, FEBRUARY.after)
    shelf.put(account, costs(estimates, first, basis="estimated"), two_months)
    shelf.publish_rates({date(2026, 1, 16): {"USD": "1.25"}, date(2026, 2, 17): {"USD": "1.20"}})

    before = shelf.totals(JANUARY, FEBRUARY)
    both = D("31.89") + 2 * D("22.00")
    assert before.bills == ()
    assert look(before) == expected(both, (0, of(D("31.89"), both), of(D("44.00"), both)))

    invoice = bill(
        "25.10", "EL-17", account=account, currency="EUR", tax=D("5.02"),
        issued=after, first=first, after=after,
    )  # fmt: skip
    shelf.enter(invoice)
    after_it = shelf.totals(JANUARY, FEBRUARY)
    # 22.00 over 31 days: 30 days of 0.71 and the last of 0.70; over 28: 16 of 0.79, 12 of 0.78.
    plan_outside = 16 * D("0.71") + 12 * D("0.78")
    assert look(after_it) == expected(
        plan_outside + D("25.10") * D("1.20"), ENTERED, tax=D("5.02") * D("1.20")
    )
    assert after_it.groups[0].replaced == D("31.89") + 2 * D("22.00") - plan_outside
    (converted, of_tax) = after_it.converted
    assert (converted.amount, converted.cost) == (D("25.10"), D("25.10") * D("1.20"))
    assert [(rate.rate, rate.day) for rate in converted.rates] == [(D("1.20"), after)]
    assert (of_tax.is_tax, of_tax.amount) == (True, D("5.02"))

    (settled,) = after_it.bills
    charged = (D("31.89") + 44 - plan_outside) * D("0.8")  # 1 / 1.25, on every day of the period
    assert (settled.how, settled.currency, settled.charged) == ("replace", "EUR", charged)
    assert settled.gap == D("25.10") - charged
    assert settled.percent == percent_of(D("25.10") - charged, D("25.10"))
    assert settled.reason == "unexplained"  # more than rates move, and both months are closed
    # Each month has its days of it: 15 in January, 16 in February.
    parts = [shelf.totals(month).total or D(0) for month in (JANUARY, FEBRUARY)]
    assert sum(parts) == after_it.total
    # 25.10 over 31 days: 2510 = 31 × 80 + 30, so that 30 days have 0.81 and the last 0.80.
    assert parts[0] == 16 * D("0.71") + 15 * D("0.81") * D("1.20")


def in_month(month: Month) -> dict[str, date]:
    """The dates of a bill of the month, issued on the first day after it."""
    return {"issued": month.after, "first": month.first, "after": month.after}


def test_b_supabase_plan_a_dearer_bill_and_a_price_rise(backend_place: Place) -> None:
    """(b) Supabase has a plan of 25 a month, and 30 from March on. February's invoice says 31.40:
    it stands for February; January and March stay plans. The gap of 6.40 is what the plan did not
    know.
    """
    shelf = Shelf(backend_place)
    account = "supabase/supabase"
    prices = [plan("25.00"), plan("30.00", since=MARCH)]
    write_plans(backend_place, prices, shelf.round())
    before = shelf.totals(JANUARY, MARCH)
    assert before.bills == ()
    assert look(before) == expected(2 * D("25.00") + D("30.00"), ENTERED)

    shelf.enter(bill("31.40", "SB-2", account=account, **in_month(FEBRUARY)))
    found = shelf.totals(JANUARY, MARCH, by="month")
    assert look(found) == expected(D("25.00") + D("31.40") + D("30.00"), ENTERED)
    assert {group.key: group.billed_cost for group in found.groups} == {
        "2026-01": D("25.00"),
        "2026-02": D("31.40"),
        "2026-03": D("30.00"),
    }
    settled = shelf.settled(FEBRUARY)
    assert (settled.how, settled.gap) == ("replace", D("31.40") - D("25.00"))
    assert settled.percent == percent_of(D("6.40"), D("31.40"))
    assert settled.reason == "unexplained"


def test_c_an_openai_month_and_a_top_up(backend_place: Place) -> None:
    """(c) OpenAI states 37.20 for January. A prepaid top-up of 100 is paid on the 2nd: it moves the
    balance to 62.80 and no total. The invoice of 37.20 agrees with the charges.
    """
    shelf = Shelf(backend_place)
    account = "openai/edugami"
    shelf.put(account, costs(["1.20"] * 31, JANUARY.first), JANUARY.period)
    assert 31 * D("1.20") == D("37.20")
    before = shelf.totals(JANUARY)
    assert before.bills == ()
    assert look(before) == expected(D("37.20"), BILLED)

    paid = date(2026, 1, 2)
    on_the_2nd = {"issued": paid, "first": paid, "after": paid + DAY}
    shelf.enter(bill("100.00", "TOP-1", account=account, kind="top-up", **on_the_2nd))
    assert shelf.totals(JANUARY) == before
    (balance,) = balances(backend_place.store, shelf.question(JANUARY))
    assert (balance.paid_in, balance.spent) == (D("100.00"), 30 * D("1.20"))  # since the 2nd
    assert balance.left == D("100.00") - 30 * D("1.20")

    shelf.enter(bill("37.20", "OA-1", account=account))
    settled = shelf.settled(JANUARY)
    assert (settled.how, settled.gap, settled.reason) == ("reconcile", D("0.00"), None)
    assert look(shelf.totals(JANUARY)) == look(before)


def test_d_a_booked_gap_and_then_the_restatement_that_explains_it(backend_place: Place) -> None:
    """(d) A provider states 50 for January, its invoice says 58. The gap of 8 is booked: the total
    is 58. In February the provider restates January by +8: the adjustment, always bill less
    charges, falls to 0, and the total is still 58, now all of it stated.
    """
    account, days = "openai/edugami", JANUARY.period
    shelf = Shelf(backend_place, now=datetime(2026, 2, 4, 6, tzinfo=UTC))
    shelf.put(account, costs(["5.00"] * 10, JANUARY.first), days)
    assert shelf.totals(JANUARY).bills == ()
    assert look(shelf.totals(JANUARY)) == expected(10 * D("5.00"), BILLED)
    shelf.enter(bill("58.00", account=account))
    assert look(shelf.totals(JANUARY)) == expected(10 * D("5.00"), BILLED)
    gap = shelf.settled(JANUARY)
    assert (gap.how, gap.gap, gap.percent) == (
        "reconcile",
        D("8.00"),
        percent_of(D("8.00"), D("58.00")),
    )
    assert (gap.reason, gap.is_booked) == ("late data", False)  # January is not closed yet

    shelf.book(bill())
    assert look(shelf.totals(JANUARY)) == expected(
        D("58.00"), (of(D("50.00"), D("58.00")), 0, of(D("8.00"), D("58.00")))
    )

    shelf.now += timedelta(days=1)
    (commit,) = shelf.put(account, costs(["5.00"] * 9 + ["13.00"], JANUARY.first), days)
    assert [(one.old_cost, one.new_cost) for one in commit.restatements] == [
        ({"USD": D("5.00")}, {"USD": D("13.00")})
    ]
    after = shelf.settled(JANUARY)
    assert (after.gap, after.reason, after.is_booked) == (D("0.00"), None, True)
    assert look(shelf.totals(JANUARY)) == expected(D("58.00"), BILLED)


def test_e_an_oracle_row_that_another_month_bills(backend_place: Place) -> None:
    """(e) Oracle bills an hour of 31 January, 0.24, in February, with 9.76 of February. February's
    invoice of 10.00 agrees with both; totals go by the day of use: 0.24 in January, 9.76 in
    February. January's own invoice, 3.10, agrees with January without that hour.
    """
    shelf = Shelf(backend_place)
    account = "oracle/20209880"
    two_hours = Period(midnight(FEBRUARY.first) - timedelta(hours=2), midnight(FEBRUARY.first))
    late_hour = charge("0.24", charge_period=two_hours, billing_period=FEBRUARY.period)
    rows = [
        *costs(["0.10"] * 31, JANUARY.first, billing_period=JANUARY.period),
        late_hour,
        charge("9.76", date(2026, 2, 3), billing_period=FEBRUARY.period),
    ]
    shelf.put(account, rows, Period.of_days(JANUARY.first, FEBRUARY.after))
    assert [shelf.totals(month).bills for month in (JANUARY, FEBRUARY)] == [(), ()]
    before = [look(shelf.totals(month)) for month in (JANUARY, FEBRUARY)]
    assert before == [expected(31 * D("0.10") + D("0.24"), BILLED), expected(D("9.76"), BILLED)]

    shelf.enter(
        bill("10.00", "OR-2", account=account, **in_month(FEBRUARY)),
        bill("3.10", "OR-1", account=account),
    )
    assert [look(shelf.totals(month)) for month in (JANUARY, FEBRUARY)] == before
    gaps = {one.bills[0].number: one.gap for one in shelf.totals(JANUARY).bills}
    assert gaps == {"OR-1": D("3.10") - 31 * D("0.10"), "OR-2": D("10.00") - D("9.76") - D("0.24")}
    assert {one.reason for one in shelf.totals(JANUARY).bills} == {None}
    assert shelf.settled(FEBRUARY).gap == 0


def test_f_three_currencies_over_a_weekend_and_a_missing_rate(backend_place: Place) -> None:
    """(f) From Friday 9 to Sunday 11 January three suppliers state 10 EUR, 20 CHF and 3000 JPY a
    day. The ECB publishes on Friday (USD 1.1640, CHF 0.9312, no yen that day). The weekend uses
    Friday's rates; the yen have none and stand apart. In Swiss francs the same, crossed through
    the euro. On Monday the yen is published: Monday's yen converts, the weekend's still do not.
    """
    friday = date(2026, 1, 9)
    weekend = Period.of_days(friday, friday + 3 * DAY)
    shelf = Shelf(backend_place)
    for account, cost, code in (
        ("hetzner/main", "10.00", "EUR"),
        ("infomaniak/main", "20.00", "CHF"),
        ("sakura/main", "3000", "JPY"),
    ):
        shelf.put(account, costs([cost] * 3, friday, currency=code), weekend)
    apart = {"CHF": 3 * D("20.00"), "EUR": 3 * D("10.00"), "JPY": 3 * D("3000")}
    nothing = shelf.totals(JANUARY)
    assert (nothing.total, nothing.unconverted, nothing.converted) == (None, apart, ())
    three = ["hetzner/main", "infomaniak/main", "sakura/main"]  # nothing was read from the 12th on
    assert look(nothing) == expected(None, (0, 0, 0), unconverted=apart, missing=three)
    assert nothing.bills == ()

    shelf.publish_rates({friday: {"USD": "1.1640", "CHF": "0.9312"}})
    dollars = shelf.totals(JANUARY)
    per_franc = crossed("1.1640", "0.9312")
    yen = {"JPY": 3 * D("3000")}
    in_dollars = 3 * D("10.00") * D("1.1640") + 3 * D("20.00") * per_franc
    assert dollars.total == in_dollars
    assert look(dollars) == expected(in_dollars, BILLED, unconverted=yen, missing=three)
    assert dollars.unconverted == {"JPY": 3 * D("3000")}
    assert {(one.currency, one.cost) for one in dollars.converted} == {
        ("EUR", 3 * D("10.00") * D("1.1640")),
        ("CHF", 3 * D("20.00") * per_franc),
    }
    assert {rate.day for one in dollars.converted for rate in one.rates} == {friday}
    assert dollars.coverage.billed == 1
    assert {gap.days for gap in dollars.coverage.missing} == {20}  # from the 12th on

    shelf.currency = "CHF"
    francs = shelf.totals(JANUARY)
    in_francs = 3 * D("20.00") + 3 * D("10.00") * D("0.9312")
    assert francs.total == in_francs
    assert look(francs) == expected(in_francs, BILLED, unconverted=yen, missing=three)
    assert francs.unconverted == {"JPY": 3 * D("3000")}

    monday = friday + 3 * DAY
    shelf.publish_rates({monday: {"USD": "1.1700", "CHF": "0.9300", "JPY": "186.00"}})
    shelf.put("sakura/main", costs(["3000"], monday, currency="JPY"), Period.of_day(monday))
    again = shelf.totals(JANUARY)
    per_yen = crossed("0.9300", "186.00")
    with_monday = in_francs + D("3000") * per_yen
    assert again.total == with_monday
    assert again.unconverted == yen
    assert look(again) == expected(with_monday, BILLED, unconverted=yen, missing=three)
    shelf.currency = "USD"
    with_monday = in_dollars + D("3000") * crossed("1.1700", "186.00")
    assert look(shelf.totals(JANUARY)) == expected(
        with_monday, BILLED, unconverted=yen, missing=three
    )


def test_g_two_bills_of_one_month_one_of_them_voided(backend_place: Place) -> None:
    """(g) Mistral has no key: two invoices are typed for January, 40.00 and 12.50 with 2.50 of VAT.
    Different numbers add: 52.50. The second was a duplicate of another company's: it is voided, and
    40.00 is left, without the VAT. The first is corrected to 41.00 under its number: it supersedes.
    """
    shelf = Shelf(backend_place)
    account = "mistral/mistral"
    assert shelf.totals(JANUARY).bills == ()
    assert look(shelf.totals(JANUARY)) == expected(None, (0, 0, 0))
    one, other = bill("40.00", "M-1", account=account), bill("12.50", "M-2", account=account)
    shelf.enter(one, bill("12.50", "M-2", account=account, tax=D("2.50")))
    assert look(shelf.totals(JANUARY)) == expected(D("40.00") + D("12.50"), ENTERED, tax=D("2.50"))
    assert alone(shelf) == ("replace", D("40.00") + D("12.50"), None, None, None, None)

    shelf.void(other)
    assert look(shelf.totals(JANUARY)) == expected(D("40.00"), ENTERED)
    assert shelf.settled(JANUARY).gap is None  # there is nothing to compare it with

    shelf.enter(bill("41.00", "M-1", account=account))
    assert look(shelf.totals(JANUARY)) == expected(D("41.00"), ENTERED)
    assert alone(shelf) == ("replace", D("41.00"), None, None, None, None)


def alone(shelf: Shelf) -> tuple[object, ...]:
    """How January's bills stand there, what they come to, and all that charges would make of it."""
    one = shelf.settled(JANUARY)
    return one.how, one.billed, one.charged, one.gap, one.percent, one.reason


def test_h_tax_and_credits_on_an_aws_bill(backend_place: Place) -> None:
    """(h) AWS states usage of 100, a credit of −10 and tax of 17.10. The total is 90 net, the tax
    beside it. An invoice of 90 net and 17.10 tax agrees. Typed without the credit (100) the gap of
    10 is called a credit; typed with the tax inside (107.10) it is called tax; the total stays 90.
    """
    shelf = Shelf(backend_place)
    account = "aws/990011223344"
    billed: dict[str, Any] = {"billing_period": JANUARY.period, "category": "infrastructure"}
    rows = [
        *costs(["4.00"] * 25, JANUARY.first, **billed),
        charge("-10.00", date(2026, 1, 31), charge_category="Credit", **billed),
        charge("17.10", date(2026, 1, 31), charge_category="Tax", **billed),
    ]
    shelf.put(account, rows, JANUARY.period)
    net = 25 * D("4.00") - D("10.00")
    stated = expected(net, BILLED, tax=D("17.10"))
    assert shelf.totals(JANUARY).bills == ()
    assert look(shelf.totals(JANUARY)) == stated

    shelf.enter(bill("90.00", account=account, tax=D("17.10")))
    assert look(shelf.totals(JANUARY)) == stated
    assert (shelf.settled(JANUARY).gap, shelf.settled(JANUARY).reason) == (D("90.00") - net, None)
    assert shelf.settled(JANUARY).percent == 0

    for typed, gap, reason in (("100.00", 10, "credit"), ("107.10", D("17.10"), "tax")):
        shelf.enter(bill(typed, account=account, tax=D("17.10")))
        settled = shelf.settled(JANUARY)
        assert (settled.how, settled.gap, settled.reason) == ("reconcile", gap, reason)
        assert settled.percent == percent_of(D(gap), D(typed))
        assert look(shelf.totals(JANUARY)) == stated


def test_i_a_file_beside_a_collected_account_of_the_same_provider(
    backend_place: Place, tmp_path: Path
) -> None:
    """(i) openai/edugami is collected: 30.00 in January. A FOCUS export of OpenAI with 12.00 comes
    in. It may be the same money: it is refused, and nothing changes. With --account openai/other
    it is said to be other money: 42.00. A bill of 13.00 for that account is about it alone.
    """
    shelf = Shelf(backend_place)
    shelf.put("openai/edugami", costs(["1.00"] * 30, JANUARY.first), JANUARY.period)
    file = tmp_path / "openai.csv"
    file.write_text(
        "ProviderName,BillingAccountId,BilledCost,BillingCurrency,ChargeCategory,"
        "ChargePeriodStart,ChargePeriodEnd,BillingPeriodStart,BillingPeriodEnd,ServiceName\n"
        "OpenAI,org-2,12.00,USD,Usage,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,"
        "2026-01-01T00:00:00Z,2026-02-01T00:00:00Z,API\n"
    )
    before = expected(30 * D("1.00"), BILLED)
    with pytest.raises(LedgerError, match="may be the same money as openai/edugami"):
        import_focus(backend_place, [file], shelf.round())
    assert look(shelf.totals(JANUARY)) == before
    assert shelf.totals(JANUARY).bills == ()

    import_focus(backend_place, [file], shelf.round(), account="openai/other")
    assert look(shelf.totals(JANUARY)) == expected(30 * D("1.00") + D("12.00"), BILLED)

    invoice: Bill = bill("13.00", account="openai/other")
    shelf.enter(invoice)
    settled = shelf.settled(JANUARY)
    assert (settled.how, settled.charged, settled.gap) == ("reconcile", D("12.00"), D("1.00"))
    assert settled.percent == percent_of(D("1.00"), D("13.00"))
    assert settled.reason == "unexplained"  # January is closed
    shelf.book(invoice)
    total = 30 * D("1.00") + D("13.00")
    assert look(shelf.totals(JANUARY)) == expected(
        total, (of(D("42.00"), total), 0, of(D("1.00"), total))
    )


def test_the_months_of_the_stories_are_closed(backend_place: Place) -> None:
    """What the stories call a closed month is one: the 10th of May has passed for all of them."""
    shelf = Shelf(backend_place)
    (commit,) = shelf.put("openai/edugami", costs(["1.00"] * 30, APRIL.first), APRIL.period)
    assert commit.head.closed_at == shelf.now
