"""Stripe collected into a ledger: every case and every movement, nothing lost, nothing twice."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ecot.jobs.place import open_place
from ecot.jobs.query import Question
from ecot.jobs.revenue import latest_mrr
from ecot.jobs.rows import Found, rows
from ecot.jobs.walk import Walk
from ecot.model.period import Period
from ecot.model.rows import Charge, Revenue, Usage
from ecot.sandbox import troubles
from ecot.sandbox.edits import edited, repeated_cursor, unknown_field
from ecot.sandbox.faults import Fault
from ecot.sandbox.stripe.query import ALL_RIGHTS
from ecot.sandbox.stripe.truth import movement
from ecot.store.protocol import Place
from tests.jobs.world import dump, figures
from tests.kept import kept_answers
from tests.providers.stripe_around import KEY, NOW, Around, a_stripe, by_currency
from tests.providers.stripe_cases import BY_SLICE, CASES, tiered

FIRST, AFTER = date(2026, 11, 1), date(2026, 11, 22)
DAYS = [FIRST + timedelta(offset) for offset in range((AFTER - FIRST).days)]
NOT_EARNED = ("payout", "transfer")  # of what the made-up balance does
UNITS = {"eur": Decimal("0.01"), "usd": Decimal("0.01"), "jpy": Decimal(1)}
Sums = Mapping[tuple[date, str, str], Decimal]


@pytest.fixture
def around() -> Iterator[Around]:
    with a_stripe() as found:
        yield found


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    opened = open_place(tmp_path)
    yield opened
    opened.store.close()


def found(place: Place, name: str) -> list[Found[Revenue]]:
    asked = Question(first=FIRST, after=date(2026, 12, 1), today=date(2026, 11, 30), currency="USD")
    return [one for one in rows(place, asked, Revenue) if one.row.name == name]


def mrr(place: Place, day: date) -> list[Revenue]:
    return [one.row for one in found(place, "mrr") if one.row.day == day]


def net(place: Place) -> Sums:
    """The ledger's net revenue by day, category and currency."""
    sums: dict[tuple[date, str, str], Decimal] = {}
    for one in found(place, "net revenue"):
        assert one.row.amount is not None
        key = (one.row.day, str(one.row.service), one.row.currency)
        assert key not in sums, "a day holds each category and currency once"
        sums[key] = one.row.amount
    return sums


def true_net(around: Around) -> Sums:
    """The same of the truth, added up from whole numbers of smallest units."""
    sums: Counter[tuple[date, str, str]] = Counter()
    for day in DAYS:
        whole = Period.of_day(day)
        start, end = (int(moment.timestamp()) for moment in (whole.start, whole.end))
        for row in around.truth.movements(start, end):
            if row["reporting_category"] not in NOT_EARNED:
                key = (day, row["reporting_category"], row["currency"])
                sums[key] += row["amount"] - row["fee"]
    return {
        (day, kind, code.upper()): number * UNITS[code]
        for (day, kind, code), number in sums.items()
    }


def everything(around: Around) -> None:
    """Every case of the table in one account."""
    for case in CASES:
        case.make(around.truth)


def one_of_each_kind(around: Around) -> None:
    """Subscriptions for which everything has to be asked: 15 + 54.50 + 7."""
    truth = around.truth
    truth.subscribe(truth.item(truth.price("2000")), coupons=[truth.coupon(amount=500)])
    tiered("graduated", 8, *BY_SLICE)(truth)  # 5 x 7.00 + 3 x 6.50 = 54.50
    truth.subscribe(truth.item(truth.price("1000"), 1, truth.coupon(30)))  # 7


def test_a_month_of_net_revenue_is_the_truth_and_a_second_reading_changes_nothing(
    around: Around, place: Place
) -> None:
    outcome = around.collect(place)

    assert outcome.state == "ok", outcome.message
    assert net(place) == true_net(around)
    assert len({day for day, _, _ in net(place)}) > 15
    before = figures(place)
    assert around.collect(place).state == "ok"
    assert figures(place) == before


def test_payouts_and_transfers_are_in_no_revenue(around: Around, place: Place) -> None:
    around.collect(place, days=DAYS)

    moved = {row["reporting_category"] for row in around.truth.movements(0, 1 << 40)}
    assert moved > set(NOT_EARNED), "there are some"
    assert {kind for _, kind, _ in net(place)} == moved - set(NOT_EARNED)


def test_every_case_at_once_is_the_mrr_of_the_day(around: Around, place: Place) -> None:
    everything(around)
    expected: dict[str, Fraction] = {}
    for case in CASES:
        for currency, literal in case.expected.items():
            expected[currency] = expected.get(currency, Fraction(0)) + Fraction(literal)

    outcome = around.collect(place, days=[NOW.date()])

    assert outcome.state == "ok", outcome.message
    stood = by_currency(mrr(place, NOW.date()))
    assert stood.keys() == expected.keys()
    for currency, amount in stood.items():
        assert abs(Fraction(amount) - expected[currency]) < Fraction(1, 10**10)
    assert len(mrr(place, NOW.date())) < 30, "a day is kept by product and currency"


def test_a_snapshot_is_of_its_day_and_none_is_made_up_for_the_days_before(
    around: Around, place: Place
) -> None:
    truth = around.truth
    first = truth.subscribe(truth.item(truth.price("2000")))
    around.collect(place)
    truth.subscribe(truth.item(truth.price("500")))
    first["status"] = "canceled"
    around.clock.at(date(2026, 11, 23))
    around.collect(place)

    assert {one.row.day for one in found(place, "mrr")} == {NOW.date(), date(2026, 11, 23)}
    assert by_currency(mrr(place, NOW.date())) == {"USD": Decimal(20)}
    assert by_currency(mrr(place, date(2026, 11, 23))) == {"USD": Decimal(5)}


def test_the_mrr_of_a_span_is_the_newest_that_was_read_in_it(around: Around, place: Place) -> None:
    """Of a month that is over it is that month's last, whatever stands now."""
    truth, later = around.truth, date(2026, 12, 2)
    for day in (NOW.date(), date(2026, 11, 24), later):
        truth.subscribe(truth.item(truth.price("2000")))
        around.clock.at(day)
        around.collect(place, days=[day])

    def stood(first: date, after: date) -> list[tuple[date, Decimal]]:
        asked = Question(first=first, after=after, today=later, currency="USD")
        return [(one.day, one.amounts["USD"]) for one in latest_mrr(place, asked)]

    december = date(2026, 12, 1)
    assert stood(FIRST, date(2027, 1, 1)) == [(later, Decimal(60))]
    assert stood(FIRST, december) == [(date(2026, 11, 24), Decimal(40))]
    assert stood(FIRST, date(2026, 11, 24)) == [(NOW.date(), Decimal(20))]
    assert stood(date(2026, 11, 25), december) == []


def test_the_last_snapshot_of_a_day_wins(around: Around, place: Place) -> None:
    truth = around.truth
    truth.subscribe(truth.item(truth.price("2000")))
    around.collect(place, days=[NOW.date()])
    truth.subscribe(truth.item(truth.price("500")))
    around.collect(place, days=[NOW.date()])

    assert by_currency(mrr(place, NOW.date())) == {"USD": Decimal(25)}


def test_nothing_that_is_earned_is_a_charge_or_a_usage(around: Around, place: Place) -> None:
    one_of_each_kind(around)
    outcome = around.collect(place)

    asked = Question(first=FIRST, after=AFTER, today=NOW.date(), currency="USD")
    assert (outcome.charges, outcome.usages) == (0, 0)
    assert not list(rows(place, asked, Charge))
    assert not list(rows(place, asked, Usage))


def test_a_figure_leads_back_to_the_items_and_movements_that_it_is_of(
    around: Around, place: Place
) -> None:
    truth = around.truth
    for _ in range(3):
        truth.subscribe(truth.item(truth.price("10000", "year")))
    around.collect(place, days=[NOW.date() - timedelta(1), NOW.date()])
    walk = Walk(place.files)

    for one in found(place, "net revenue"):
        raw = [trace.raw for trace in walk.traces(one)]
        unit = UNITS[one.row.currency.lower()]
        assert sum(each["net"] for each in raw) * unit == one.row.amount
    (worth,) = (one for one in found(place, "mrr") if one.row.service)
    assert worth.row.amount == Decimal(25)
    places = [trace.raw["price"]["unit_amount"] for trace in walk.traces(worth)]
    assert places == [10000, 10000, 10000]


def test_movements_at_midnight_belong_to_the_day_that_begins(around: Around, place: Place) -> None:
    midnight = int(Period.of_day(date(2026, 11, 10)).start.timestamp())
    around.truth.further += [
        movement("txn_before", midnight - 1, "charge_failure", -100, 0, "eur"),
        movement("txn_after", midnight, "charge_failure", -1000, 0, "eur"),
    ]
    around.collect(place, days=[date(2026, 11, 9)])
    around.collect(place, days=[date(2026, 11, 10)])

    assert {
        day.day: amount for (day, kind, _), amount in net(place).items() if kind == "charge_failure"
    } == {9: Decimal("-1.00"), 10: Decimal("-10.00")}


def test_what_nobody_knows_is_kept_apart(around: Around, place: Place) -> None:
    around.truth.further.append(
        movement("txn_odd", int(NOW.timestamp()) - 60, "climate_order_purchase", -300, 0, "eur")
    )
    around.collect(place, days=[NOW.date()])

    odd = [one.row for one in found(place, "net revenue") if one.row.amount is None]
    assert [(row.service, row.gross) for row in odd] == [("climate_order_purchase", Decimal(-3))]


BUSY = {"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "Slow down."}}
DOWN = {"error": {"type": "api_error", "message": "Something is wrong on our side."}}


@pytest.mark.parametrize(
    "fault",
    [
        troubles.rate_limited(2, BUSY),  # the limit is about 100 a second: the next one is near
        troubles.rate_limited_until(3, lambda: NOW, BUSY),
        troubles.server_error(500, DOWN),
        troubles.cut_off(),
        troubles.connection_reset(),
        unknown_field(),
    ],
    ids=lambda fault: fault.name,
)
@pytest.mark.parametrize("path", ["balance_transactions", "subscriptions$"])
def test_a_passing_trouble_loses_nothing(
    around: Around, place: Place, fault: Fault, path: str
) -> None:
    one_of_each_kind(around)
    around.server.faults.add(fault.on(path))

    outcome = around.collect(place, days=DAYS[-3:])

    assert outcome.state == "ok", outcome.message
    assert net(place) == {
        key: sum_ for key, sum_ in true_net(around).items() if key[0] in DAYS[-3:]
    }
    assert by_currency(mrr(place, NOW.date())) == {"USD": Decimal("76.5")}


@pytest.mark.parametrize(
    "fault",
    [
        troubles.not_json(),
        troubles.truncated_json(),
        troubles.server_error(500, DOWN),
        repeated_cursor("starting_after", "last"),
        edited("no id", lambda content: content | {"has_more": True, "data": []}),
    ],
    ids=lambda fault: fault.name,
)
@pytest.mark.parametrize(
    ("path", "stream"), [("balance_trans", "balance"), ("subscriptions$", "subscriptions")]
)
def test_a_lasting_trouble_of_one_stream_leaves_its_figures_as_they_were(
    around: Around, place: Place, fault: Fault, path: str, stream: str
) -> None:
    truth = around.truth
    truth.subscribe(truth.item(truth.price("2000")))
    days = DAYS[-3:]
    around.collect(place, days=days)
    before = {"balance": net(place), "subscriptions": mrr(place, NOW.date())}
    truth.subscribe(truth.item(truth.price("500")))
    truth.further.append(movement("txn_new", int(NOW.timestamp()) - 9, "charge", 700, 0, "eur"))
    around.server.faults.add(fault.on(path).repeated(None))

    outcome = around.collect(place, days=days)

    assert outcome.state in ("partial", "failed")
    assert stream in outcome.unread or outcome.state == "failed"
    kept = {"balance": net(place), "subscriptions": mrr(place, NOW.date())}
    assert kept[stream] == before[stream]


@pytest.mark.parametrize(
    ("right", "unread"),
    [
        ("rak_balance_transaction_read", {"balance"}),
        ("rak_coupon_read", {"subscriptions"}),
        ("rak_plan_read", {"subscriptions"}),
    ],
)
def test_a_right_that_is_missing_is_named_and_the_rest_is_read(
    around: Around, place: Place, right: str, unread: set[str]
) -> None:
    everything(around)
    around.site.keys[KEY] = ALL_RIGHTS - {right}

    outcome = around.collect(place, days=[NOW.date()])

    assert (outcome.state, set(outcome.unread)) == ("partial", unread), outcome.message
    assert right in str(outcome.message)
    assert "Read on Balance, Coupons, Prices and Subscriptions." in str(outcome.remedy)
    assert around.examine().state == "failed"


def test_a_key_that_reads_all_is_well(around: Around) -> None:
    assert around.examine().state == "ok"


def test_test_mode_beside_live_is_refused_and_takes_nothing(around: Around, place: Place) -> None:
    truth = around.truth
    truth.subscribe(truth.item(truth.price("2000")))
    truth.subscribe(truth.item(truth.price("500")))["livemode"] = False

    outcome = around.collect(place, days=[NOW.date()])

    assert (outcome.state, outcome.unread) == ("partial", ("subscriptions",))
    assert "is of Stripe's test mode, not money" in str(outcome.message)
    assert mrr(place, NOW.date()) == []


def test_the_key_is_in_no_ledger_and_no_evidence(around: Around, place: Place) -> None:
    def gossip(content: Any) -> Any:
        return {**content, "your_key": KEY}

    everything(around)
    around.server.faults.add(edited("gossip", gossip).repeated(None))

    assert around.collect(place, days=DAYS[-2:]).state == "ok"
    assert KEY.encode() not in dump(place)
    assert not [answer for answer in kept_answers(place.files) if KEY.encode() in answer]
