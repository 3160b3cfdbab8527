"""What is true of a made-up company's Stripe: prices, coupons, subscriptions of every shape, and
what moved on its balance.

Subscriptions are made one by one, as somebody would make them in Stripe; the movements of a day
follow from the seed alone, and those after the injected clock's moment are still to come. Amounts
are whole numbers of smallest units.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

FIRST_DAY = date(2026, 8, 1)
BORN = int(datetime(2026, 8, 1, tzinfo=UTC).timestamp())
SECONDS_A_DAY = 86_400
CURRENCIES = ("eur", "usd", "jpy")
Row = dict[str, Any]


@dataclass
class StripeTruth:
    """One account of live mode, as far as `now()`, an aware clock, has come. Its movements are in
    `currencies`, none larger than `largest` smallest units."""

    now: Callable[[], datetime]
    seed: int = 7
    currencies: tuple[str, ...] = CURRENCIES
    largest: int = 90_000
    prices: dict[str, Row] = field(default_factory=dict)
    coupons: dict[str, Row] = field(default_factory=dict)
    subscriptions: dict[str, Row] = field(default_factory=dict)
    further: list[Row] = field(default_factory=list)
    """Movements beside those that follow from the seed."""
    livemode: bool = True
    _made: int = 0

    def price(
        self,
        unit: str | None = "2000",
        interval: str = "month",
        count: int = 1,
        *,
        currency: str = "usd",
        product: str = "prod_app",
        usage: str = "licensed",
        tiers: Sequence[Row] = (),
        mode: str | None = None,
        transform: Row | None = None,
        options: Mapping[str, Row] | None = None,
    ) -> Row:
        """A recurring price; `unit` are smallest units with their decimals, `options` its amounts
        in further currencies."""
        made: Row = {
            "id": self._id("price"),
            "object": "price",
            "active": True,
            "billing_scheme": "tiered" if tiers else "per_unit",
            "created": BORN,
            "currency": currency,
            "custom_unit_amount": None,
            "livemode": self.livemode,
            "lookup_key": None,
            "metadata": {},
            "nickname": None,
            "product": product,
            "recurring": {
                "interval": interval,
                "interval_count": count,
                "meter": None if usage == "licensed" else "mtr_1",
                "trial_period_days": None,
                "usage_type": usage,
            },
            "tax_behavior": "unspecified",
            "tiers_mode": mode,
            "transform_quantity": transform,
            "type": "recurring",
            **amounts(None if tiers else unit),
            "tiers": list(tiers) or None,
            "currency_options": {currency: amounts(unit), **(options or {})},
        }
        self.prices[made["id"]] = made
        return made

    def coupon(
        self,
        percent: object = None,
        amount: int | None = None,
        *,
        duration: str = "forever",
        currency: str = "usd",
        products: Sequence[str] = (),
        options: Mapping[str, Row] | None = None,
    ) -> Row:
        """A coupon that takes off a percentage (a number with decimals) or an amount."""
        made: Row = {
            "id": self._id("COUPON").upper(),
            "object": "coupon",
            "amount_off": amount,
            "created": BORN,
            "currency": None if amount is None else currency,
            "duration": duration,
            "duration_in_months": 3 if duration == "repeating" else None,
            "livemode": self.livemode,
            "max_redemptions": None,
            "metadata": {},
            "name": None,
            "percent_off": percent,
            "redeem_by": None,
            "times_redeemed": 1,
            "valid": True,
        }
        if products:
            made["applies_to"] = {"products": list(products)}
        made["currency_options"] = dict(options or {})
        self.coupons[made["id"]] = made
        return made

    def item(self, price: Row, quantity: int | None = 1, *coupons: Row, **further: object) -> Row:
        """An item of a subscription to be made, with the coupons that it has of its own."""
        made_id = self._id("si")
        return {
            "id": made_id,
            "object": "subscription_item",
            "billing_thresholds": None,
            "created": BORN,
            "current_period_end": BORN + 30 * SECONDS_A_DAY,
            "current_period_start": BORN,
            "current_trial": None,
            "discounts": [self._discount(each) for each in coupons],
            "metadata": {},
            "price": price,
            "quantity": quantity,
            "tax_rates": [],
            **further,
        }

    def subscribe(
        self,
        *items: Row,
        coupons: Sequence[Row] = (),
        customer: str | None = None,
        status: str = "active",
        currency: str | None = None,
        **further: object,
    ) -> Row:
        """A subscription, newer than those before it; its currency is its first price's unless
        told."""
        made_id = self._id("sub")
        created = BORN + self._made
        made = {
            "id": made_id,
            "object": "subscription",
            "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
            "billing_cycle_anchor": created,
            "cancel_at": None,
            "cancel_at_period_end": False,
            "canceled_at": None,
            "collection_method": "charge_automatically",
            "created": created,
            "currency": currency or items[0]["price"]["currency"],
            "customer": customer or self._id("cus"),
            "default_tax_rates": [],
            "discounts": [self._discount(each) for each in coupons],
            "ended_at": None,
            "items": [{**each, "subscription": made_id} for each in items],
            "livemode": self.livemode,
            "metadata": {},
            "pause_collection": None,
            "start_date": created,
            "status": status,
            "trial_end": None,
            "trial_start": None,
            **further,
        }
        self.subscriptions[made_id] = made
        return made

    def movements(self, start: int, end: int) -> list[Row]:
        """What moved in the seconds `[start, end)`, newest first."""
        now = int(self.now().timestamp())
        first = datetime.fromtimestamp(max(start, 0), UTC).date()
        last = datetime.fromtimestamp(min(end, now), UTC).date()
        days = (first + timedelta(offset) for offset in range((last - first).days + 1))
        found = [row for day in days for row in self._of_day(day)] + self.further
        inside = [row for row in found if start <= row["created"] < end and row["created"] <= now]
        return sorted(inside, key=lambda row: (-row["created"], row["id"]))

    def _of_day(self, day: date) -> Iterator[Row]:
        if day < FIRST_DAY:
            return
        random = Random(f"{self.seed}/{day}")
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
        for number in range(random.randrange(2, 9)):
            kind, amount, fee = _movement(random, self.largest)
            second = (0, SECONDS_A_DAY - 1)[number] if number < 2 else random.randrange(86_400)
            yield movement(
                f"txn_{day:%Y%m%d}{number:03}",
                midnight + second,
                kind,
                amount,
                fee,
                random.choice(self.currencies),
            )

    def _discount(self, coupon: Row) -> Row:
        return {
            "id": self._id("di"),
            "object": "discount",
            "end": None,
            "promotion_code": None,
            "source": {"coupon": coupon, "type": "coupon"},
            "start": BORN,
        }

    def _id(self, kind: str) -> str:
        self._made += 1
        return f"{kind}_{self._made:06}"


def amounts(unit: str | None) -> Row:
    """A unit's amount: null as a whole number where it has decimals."""
    is_whole = unit is not None and "." not in unit
    return {"unit_amount": int(unit or 0) if is_whole else None, "unit_amount_decimal": unit}


def tier(up_to: int | None, unit: str | None = None, flat: str | None = None) -> Row:
    """A tier of a price, as it is answered; the last one has no end."""
    return {
        "flat_amount": int(flat) if flat is not None and "." not in flat else None,
        "flat_amount_decimal": flat,
        **amounts(unit),
        "up_to": up_to,
    }


def movement(
    movement_id: str, created: int, kind: str, amount: int, fee: int, currency: str
) -> Row:
    """A balance transaction; `kind` is its reporting category."""
    return {
        "id": movement_id,
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created + 2 * SECONDS_A_DAY,
        "balance_type": "payments",
        "created": created,
        "currency": currency,
        "description": None,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [],
        "net": amount - fee,
        "reporting_category": kind,
        "source": f"ch_{movement_id}",
        "status": "available",
        "type": "stripe_fee" if kind == "fee" else kind,
    }


def _movement(random: Random, largest: int) -> tuple[str, int, int]:
    """A kind, an amount and a fee: mostly somebody pays."""
    amount = random.randrange(500, largest)
    match random.choice((*["charge"] * 6, "refund", "dispute", "fee", "payout", "transfer")):
        case "charge":
            return "charge", amount, amount * 29 // 1000 + 30
        case "dispute":
            return "dispute", -amount, 1500
        case "fee":
            return "fee", -(amount // 100), 0
        case kind:
            return kind, -amount, 0
