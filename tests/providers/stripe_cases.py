"""What subscriptions are worth a month, by hand: one case a shape, one literal a currency.

Amounts in Stripe are smallest units: "2000" is 20.00 dollars. A year has 12 months, 52 weeks and
365 days. Each case is made in a truth of its own, or all of them in one.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import NamedTuple

from ecot.sandbox.stripe.truth import Row, StripeTruth, amounts, tier

Make = Callable[[StripeTruth], object]
JUST_ENDED, STILL_ON = 1_795_219_200, 1_795_305_600  # 2026-11-21 and 2026-11-22, at midnight


class Case(NamedTuple):
    """What it shows, how it is made, and the MRR that it must come to, by currency."""

    name: str
    make: Make
    expected: Mapping[str, str]


def usd(name: str, make: Make, expected: str) -> Case:
    return Case(name, make, {"USD": expected})


def one(
    unit: str = "2000", interval: str = "month", count: int = 1, quantity: int = 1, **terms: object
) -> Make:
    """One subscription with one item."""
    return lambda the: the.subscribe(
        the.item(the.price(unit, interval, count, **terms), quantity)  # type: ignore[arg-type]
    )


def of_status(status: str) -> Make:
    return lambda the: the.subscribe(the.item(the.price("2000")), status=status)


def off(unit: str, *coupons: Mapping[str, object], interval: str = "month") -> Make:
    """One item at a price, with coupons on the subscription."""
    return lambda the: the.subscribe(
        the.item(the.price(unit, interval)),
        coupons=[the.coupon(**coupon) for coupon in coupons],  # type: ignore[arg-type]
    )


def tiered(mode: str, quantity: int, *tiers: Row) -> Make:
    return lambda the: the.subscribe(the.item(the.price(tiers=tiers, mode=mode), quantity))


def packed(quantity: int, rounding: str) -> Make:
    """10.00 dollars for each package of 5."""
    transform = {"divide_by": 5, "round": rounding}
    return one("1000", quantity=quantity, transform=transform)


def rate(percentage: str, *, inclusive: bool) -> Row:
    return {
        "id": "txr_1",
        "object": "tax_rate",
        "inclusive": inclusive,
        "percentage": Decimal(percentage),
    }


BY_SLICE = (tier(5, "700"), tier(10, "650"), tier(None, "600"))  # 7.00, 6.50, then 6.00 a unit
WITH_FLAT = (tier(5, None, "500"), tier(None, "200", "100"))  # 5.00 for up to 5, then 1.00 + 2.00

INTERVALS = (
    usd("a month is itself", one("2000"), "20"),  # 20.00
    usd("quantity", one("2000", quantity=3), "60"),  # 3 x 20.00
    usd("a year", one("12000", "year"), "10"),  # 120 / 12
    usd("a year that does not divide", one("10000", "year"), "8.333333333333"),  # 100 / 12
    usd("three months", one("3000", "month", 3), "10"),  # 30 / 3
    usd("six months", one("9900", "month", 6), "16.5"),  # 99 / 6
    usd("two years are no month", one("24000", "year", 2), "10"),  # 240 / 24
    usd("three years", one("100000", "year", 3), "27.777777777778"),  # 1000 / 36
    usd("a week is no quarter of a month", one("1000", "week"), "43.333333333333"),  # 10 x 52 / 12
    usd("two weeks", one("1000", "week", 2), "21.666666666667"),  # 10 x 26 / 12
    usd("a day is no thirtieth", one("100", "day"), "30.416666666667"),  # 365 / 12
    usd("thirty days are no month", one("3000", "day", 30), "30.416666666667"),  # 30/30 x 365/12
    usd("ten days", one("200", "day", 10), "6.083333333333"),  # 2 x 36.5 / 12
)
AMOUNTS = (
    usd("half a cent", one("0.5", quantity=1000), "5"),  # unit_amount is null: 1000 x 0.005
    usd("twelve decimals", one("0.000000000001", quantity=10**6), "0.00000001"),  # 10^6 x 10^-14
    Case("yen have no decimals", one("1500", currency="jpy"), {"JPY": "1500"}),
    Case("yen by the year", one("1000", "year", currency="jpy"), {"JPY": "83.333333333333"}),
    Case("dinars have three decimals", one("5120", currency="kwd"), {"KWD": "5.12"}),
    Case("dinars by the year", one("12000", "year", currency="bhd"), {"BHD": "1"}),  # 12 / 12
    Case("ariary: none at Stripe, two in ISO", one("20000", currency="mga"), {"MGA": "20000"}),
    Case("krónur: two at Stripe, none in ISO", one("500", currency="isk"), {"ISK": "5"}),
    Case("shillings: two at Stripe, none in ISO", one("500", currency="ugx"), {"UGX": "5"}),
    Case("forints: two, but for payouts", one("99000", currency="huf"), {"HUF": "990"}),
    Case(
        "two currencies are not added",
        lambda the: (one("2000")(the), one("3000", currency="eur")(the)),
        {"USD": "20", "EUR": "30"},
    ),
    Case(
        "a price in the subscription's currency",  # not the 20.00 USD that the price begins with
        lambda the: the.subscribe(
            the.item(the.price("2000", options={"eur": amounts("1850")})), currency="eur"
        ),
        {"EUR": "18.5"},
    ),
    Case(
        "tiers in the subscription's currency",  # 5 x 6.00 + 1 x 5.00
        lambda the: the.subscribe(
            the.item(
                the.price(
                    tiers=BY_SLICE,
                    mode="graduated",
                    options={"eur": {"tiers": [tier(5, "600"), tier(None, "500")]}},
                ),
                6,
            ),
            currency="eur",
        ),
        {"EUR": "35"},
    ),
)
QUANTITIES = (
    usd("packages, begun ones too", packed(11, "up"), "30"),  # 3 x 10
    usd("packages, whole ones only", packed(11, "down"), "20"),  # 2 x 10
    usd("less than a package, rounded down", packed(4, "down"), "0"),
    usd("less than a package, rounded up", packed(1, "up"), "10"),
    usd("packages that come out even", packed(10, "up"), "20"),  # 2 x 10
    usd("a quantity of nothing", one("2000", quantity=0), "0"),
    usd("graduated, in the first tier", tiered("graduated", 3, *BY_SLICE), "21"),  # 3 x 7
    usd("graduated, at a tier's end", tiered("graduated", 5, *BY_SLICE), "35"),  # 5 x 7
    usd("graduated, over three tiers", tiered("graduated", 12, *BY_SLICE), "79.5"),  # 35+32.5+12
    usd("graduated, flat amounts of used tiers", tiered("graduated", 7, *WITH_FLAT), "10"),  # 5+1+4
    usd("graduated, second tier unused", tiered("graduated", 5, *WITH_FLAT), "5"),
    usd("graduated, nothing used", tiered("graduated", 0, *WITH_FLAT), "5"),  # the first flat
    usd("volume, all at one tier's price", tiered("volume", 6, *BY_SLICE), "39"),  # 6 x 6.50
    usd("volume, at a tier's end", tiered("volume", 10, *BY_SLICE), "65"),  # 10 x 6.50
    usd("volume, the last tier", tiered("volume", 12, *BY_SLICE), "72"),  # 12 x 6.00
    usd("volume, with its flat amount only", tiered("volume", 7, *WITH_FLAT), "15"),  # 1 + 7 x 2
    usd(
        "tiers with fractions of a cent, by the year",  # 1000 x 0.00125 = 1.25 a year; / 12
        lambda the: the.subscribe(
            the.item(the.price(None, "year", tiers=(tier(None, "0.125"),), mode="volume"), 1000)
        ),
        "0.104166666667",
    ),
)
COUNTED = (
    usd(
        "two items",  # 20 + 5.50
        lambda the: the.subscribe(the.item(the.price("2000")), the.item(the.price("550"))),
        "25.5",
    ),
    usd(
        "a month and a year in one subscription",  # 20 + 120 / 12
        lambda the: the.subscribe(
            the.item(the.price("2000")), the.item(the.price("12000", "year"))
        ),
        "30",
    ),
    usd(
        "twelve items, of which ten are embedded",  # 12 x 1.00
        lambda the: the.subscribe(*(the.item(the.price("100")) for _ in range(12))),
        "12",
    ),
    usd(
        "metered use beside a fee",  # the fee alone
        lambda the: the.subscribe(
            the.item(the.price("2000")), the.item(the.price("3", usage="metered"), None)
        ),
        "20",
    ),
    usd(
        "metered use alone",
        lambda the: the.subscribe(the.item(the.price("3", usage="metered"), None)),
        "0",
    ),
    usd(
        "metered use in tiers",  # whose tiers nobody needs
        lambda the: the.subscribe(
            the.item(the.price(tiers=BY_SLICE, mode="graduated", usage="metered"), None)
        ),
        "0",
    ),
    usd("a free plan", one("0"), "0"),
    usd("past due", of_status("past_due"), "20"),
    usd("on trial", of_status("trialing"), "0"),
    usd("unpaid", of_status("unpaid"), "0"),
    usd("incomplete", of_status("incomplete"), "0"),
    usd("paused after a trial", of_status("paused"), "0"),
    Case("cancelled", of_status("canceled"), {}),  # is not even listed
    Case("never completed", of_status("incomplete_expired"), {}),
    usd(
        "ends with its period",  # counts until then
        lambda the: the.subscribe(the.item(the.price("2000")), cancel_at_period_end=True),
        "20",
    ),
    usd(
        "collection paused",  # status active: counted, and told apart
        lambda the: the.subscribe(
            the.item(the.price("2000")),
            pause_collection={"behavior": "void", "resumes_at": None},
        ),
        "20",
    ),
    usd(
        "an item on trial in an active subscription",  # 20 without the 7
        lambda the: the.subscribe(
            the.item(the.price("2000")),
            the.item(the.price("700"), 1, current_trial={"end_date": STILL_ON}),
        ),
        "20",
    ),
    usd(
        "an item whose trial has ended",  # 20 + 7
        lambda the: the.subscribe(
            the.item(the.price("2000")),
            the.item(the.price("700"), 1, current_trial={"end_date": JUST_ENDED}),
        ),
        "27",
    ),
    usd(
        "a trial that was",  # the dates of a trial stay
        lambda the: the.subscribe(
            the.item(the.price("2000")), trial_start=JUST_ENDED, trial_end=JUST_ENDED
        ),
        "20",
    ),
    usd(
        "three thirds are a whole",  # 3 x 100 / 12 = 25, rounded once
        lambda the: [one("10000", "year")(the) for _ in range(3)],
        "25",
    ),
    usd(
        "three weeks are a whole",  # 3 x 10 x 52 / 12 = 130
        lambda the: [one("1000", "week")(the) for _ in range(3)],
        "130",
    ),
)
DISCOUNTS = (
    usd("a quarter off for ever", off("2000", {"percent": 25}), "15"),
    usd("a percentage with decimals", off("2000", {"percent": Decimal("33.3")}), "13.34"),
    usd("a coupon of once", off("2000", {"percent": 50, "duration": "once"}), "20"),
    usd("a coupon of three months", off("2000", {"amount": 500, "duration": "repeating"}), "20"),
    usd("an amount off for ever", off("2000", {"amount": 500}), "15"),
    usd("an amount off each year", off("12000", {"amount": 2400}, interval="year"), "8"),  # 96 / 12
    usd("an amount off each week", off("1000", {"amount": 400}, interval="week"), "26"),  # 6x52/12
    usd("more off than there is", off("2000", {"amount": 9900}), "0"),
    usd("everything off", off("2000", {"percent": 100}), "0"),
    usd("percentages one after another", off("10000", {"percent": 10}, {"percent": 10}), "81"),
    usd("a percentage, then an amount", off("10000", {"percent": 10}, {"amount": 500}), "85"),
    usd("an amount, then a percentage", off("10000", {"amount": 500}, {"percent": 10}), "85.5"),
    usd(
        "one that lasts and one that does not",  # 20 - 10 %
        off("2000", {"percent": 50, "duration": "once"}, {"percent": 10}),
        "18",
    ),
    Case(
        "an amount of yen",  # 1500 - 500
        lambda the: the.subscribe(
            the.item(the.price("1500", currency="jpy")),
            coupons=[the.coupon(amount=500, currency="jpy")],
        ),
        {"JPY": "1000"},
    ),
    Case(
        "an amount in the subscription's currency",  # 18 - 4, not 18 - 5
        lambda the: the.subscribe(
            the.item(the.price("1800", currency="eur")),
            coupons=[the.coupon(amount=500, options={"eur": {"amount_off": 400}})],
        ),
        {"EUR": "14"},
    ),
    usd(
        "a percentage off one item",  # 20 x 1/2 + 10
        lambda the: the.subscribe(
            the.item(the.price("2000"), 1, the.coupon(50)), the.item(the.price("1000"))
        ),
        "20",
    ),
    usd(
        "more off one item than it costs",  # 0 + 10: not taken from the other
        lambda the: the.subscribe(
            the.item(the.price("2000"), 1, the.coupon(amount=9900)), the.item(the.price("1000"))
        ),
        "10",
    ),
    usd(
        "an item's, then the subscription's",  # 40 / 2 - 5
        lambda the: the.subscribe(
            the.item(the.price("4000"), 1, the.coupon(50)), coupons=[the.coupon(amount=500)]
        ),
        "15",
    ),
    usd(
        "an amount off two items, once",  # 20 + 10 - 6
        lambda the: the.subscribe(
            the.item(the.price("2000")),
            the.item(the.price("1000")),
            coupons=[the.coupon(amount=600)],
        ),
        "24",
    ),
    usd(
        "an amount off every invoice",  # 10 + 120 / 12 - 2 every month
        lambda the: the.subscribe(
            the.item(the.price("1000")),
            the.item(the.price("12000", "year")),
            coupons=[the.coupon(amount=200)],
        ),
        "18",
    ),
    usd(
        "off one product only",  # 20 x 1/2 + 10
        lambda the: the.subscribe(
            the.item(the.price("2000", product="prod_a")),
            the.item(the.price("1000", product="prod_b")),
            coupons=[the.coupon(50, products=["prod_a"])],
        ),
        "20",
    ),
    usd(
        "an amount off one product only, at most all of it",  # 0 + 10
        lambda the: the.subscribe(
            the.item(the.price("2000", product="prod_a")),
            the.item(the.price("1000", product="prod_b")),
            coupons=[the.coupon(amount=2500, products=["prod_a"])],
        ),
        "10",
    ),
    usd(
        "off a product that is not there",
        lambda the: the.subscribe(
            the.item(the.price("2000")), coupons=[the.coupon(50, products=["prod_other"])]
        ),
        "20",
    ),
    usd(
        "an amount where everything is metered",
        lambda the: the.subscribe(
            the.item(the.price("3", usage="metered"), None), coupons=[the.coupon(amount=500)]
        ),
        "0",
    ),
)
TAXES = (
    usd(
        "tax on top",  # is no part of the price
        lambda the: the.subscribe(
            the.item(the.price("2000"), 1, tax_rates=[rate("20", inclusive=False)])
        ),
        "20",
    ),
    usd(
        "tax inside",  # 24 / 1.2
        lambda the: the.subscribe(
            the.item(the.price("2400"), 1, tax_rates=[rate("20", inclusive=True)])
        ),
        "20",
    ),
    usd(
        "tax inside, by the subscription's rate",  # 108.10 / 1.081
        lambda the: the.subscribe(
            the.item(the.price("10810")), default_tax_rates=[rate("8.1", inclusive=True)]
        ),
        "100",
    ),
    usd(
        "an item's rate takes the place of the subscription's",  # 11 / 1.1
        lambda the: the.subscribe(
            the.item(the.price("1100"), 1, tax_rates=[rate("10", inclusive=True)]),
            default_tax_rates=[rate("20", inclusive=True)],
        ),
        "10",
    ),
    usd(
        "two taxes inside",  # 115 / 1.15
        lambda the: the.subscribe(
            the.item(
                the.price("11500"),
                1,
                tax_rates=[rate("5", inclusive=True), rate("10", inclusive=True)],
            )
        ),
        "100",
    ),
    usd(
        "tax inside what is left of a price",  # (24 - 12) / 1.2
        lambda the: the.subscribe(
            the.item(the.price("2400"), 1, tax_rates=[rate("20", inclusive=True)]),
            coupons=[the.coupon(amount=1200)],
        ),
        "10",
    ),
)
CASES = (*INTERVALS, *AMOUNTS, *QUANTITIES, *COUNTED, *DISCOUNTS, *TAXES)
