"""Stripe's balance transactions as net revenue: what a day brought in and took away, by category.

`reporting_category` says what a movement is for accounting (docs.stripe.com/reports/
reporting-categories); `type` has some fifty values, and `adjustment` among them means anything.
Money that only changes places (payouts, top-ups, transfers, reserves, advances, cards) is no
revenue. What a category is that is in neither list is not known: it is kept with what moved, and
without an amount of revenue, so that it is shown apart and neither added nor lost.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from ecot.model.answer import Parsed
from ecot.model.money import minus
from ecot.model.period import Period
from ecot.model.rows import Revenue
from ecot.providers.reading import Node
from ecot.providers.stripe.money import money

EARNED = frozenset(
    {
        *("charge", "charge_failure", "partial_capture_reversal"),
        *("refund", "refund_failure", "dispute", "dispute_reversal"),
        *("fee", "network_cost", "tax"),  # tax: on what Stripe itself charges
        *("platform_earning", "platform_earning_refund"),
    }
)
MOVED = frozenset(
    {
        *("payout", "payout_reversal", "topup", "topup_reversal", "transfer", "transfer_reversal"),
        *("payout_minimum_balance_hold", "payout_minimum_balance_release"),
        *("connect_collection_transfer", "connect_reserved_funds", "risk_reserved_funds"),
        *("advance", "advance_funding", "anticipation_repayment"),
        *("issuing_authorization_hold", "issuing_authorization_release", "issuing_transaction"),
    }
)
LAST_SECOND = 4_102_444_800  # of the years in which a balance can be read: 2100


def movements(page: Node) -> Iterator[Parsed]:
    """The revenue that one page of balance transactions states, each in its settlement currency."""
    for row in page["data"]:
        row.expect("object", "balance_transaction")
        if row["reporting_category"].text() not in MOVED:
            yield Parsed(row.place, _revenue(row))


def _revenue(row: Node) -> Revenue:
    category, currency = row["reporting_category"].text(), row["currency"].currency()
    gross, fees, net = (money(row[name], currency) for name in ("amount", "fee", "net"))
    if net != minus(gross, fees):
        row.refuse("{source}: {place} says a net that is not the amount less the fee: {part}")
    return Revenue(
        charge_period=_day(row),
        category="other",
        name="net revenue",
        service=category,
        currency=currency,
        amount=net if category in EARNED else None,
        gross=gross,
        fees=fees,
    )


def _day(row: Node) -> Period:
    """The UTC day of the movement; Stripe's own pages have days of the account's time zone."""
    created = row["created"].whole()
    if not 0 < created < LAST_SECOND:
        row.refuse("{source}: {place} has no moment in seconds: {part}")
    return Period.of_day(datetime.fromtimestamp(created, UTC).date())
