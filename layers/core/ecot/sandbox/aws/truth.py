"""What is true of a made-up company's AWS: every line of its bill, day by day, to the last digit.

Each day follows from the seed alone. Its lines are known a day after it began, the running day has
none yet. Prices are of the size of AWS's, and nobody's in particular.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random

FIRST_DAY = date(2025, 11, 1)
REFUNDED = date(2026, 10, 7)
LATENESS = timedelta(days=1)
FINAL = timedelta(days=4)  # so long after its end a month's bill is final


@dataclass(frozen=True, slots=True)
class Product:
    """What can be used, at a price of one unit; `unit` is "N/A" where AWS names none."""

    service: str
    usage_type: str
    unit: str
    price: Decimal


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bill: the grain below every group. `kind` is its RECORD_TYPE."""

    kind: str
    service: str
    usage_type: str
    amount: Decimal
    quantity: Decimal = Decimal(0)
    unit: str = "N/A"


PRODUCTS = (
    Product(
        "Amazon Elastic Compute Cloud - Compute",
        "EUW3-BoxUsage:t4g.small",
        "Hrs",
        Decimal("0.0189"),
    ),
    Product("EC2 - Other", "EUW3-EBS:VolumeUsage.gp3", "GB-Mo", Decimal("0.0928")),
    Product("Amazon Simple Storage Service", "EUW3-Requests-Tier1", "N/A", Decimal("0.0000053")),
    Product("AmazonCloudWatch", "EUW3-CW:Requests", "N/A", Decimal(0)),
    Product(
        "Amazon Bedrock",
        "EUW3-Claude4.5Sonnet-cache-read-input-token-count",
        "N/A",
        Decimal("0.00033"),
    ),
    Product("Amazon Bedrock", "EUW3-Nova2.0Lite-input-tokens", "N/A", Decimal("0.000345")),
    Product("Amazon Bedrock", "EUW3-Guardrail-TopicPolicyUnits", "N/A", Decimal("0.00015")),
    Product(
        "Claude Opus 5.5 (Amazon Bedrock Edition)",
        "EUW3-MP:EUW3_output_tokens_standard-Units",
        "N/A",
        Decimal("0.022"),
    ),
)


@dataclass
class AwsTruth:
    """The lines as they stand at `now()`, an injectable aware clock; `more` are a day's as well."""

    now: Callable[[], datetime]
    currency: str = "USD"
    more: dict[date, list[Line]] = field(default_factory=dict)

    def lines(self, day: date) -> list[Line]:
        """Every line of a UTC day, as far as it is known now."""
        known = self.now() >= datetime.combine(day, time(), UTC) + LATENESS
        if day < FIRST_DAY or not known:
            return []
        return [*_used(day), *_given_back(day), *self.more.get(day, ())]

    def is_estimated(self, day: date) -> bool:
        """Whether the bill of the day's month is not final yet."""
        after = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
        return self.now() < datetime.combine(after, time(), UTC) + FINAL


def _used(day: date) -> list[Line]:
    """What was used: two lines of each product on most days, as by two operations."""
    drawn = Random(f"aws/{day}")
    lines = []
    for product in PRODUCTS:
        for _ in range(drawn.choice((0, 1, 2, 2))):
            quantity = Decimal(drawn.randrange(1, 4_000_000)).scaleb(-4)
            amount = quantity * product.price
            lines.append(
                Line("Usage", product.service, product.usage_type, amount, quantity, product.unit)
            )
    return lines


def _given_back(day: date) -> list[Line]:
    """A credit for a quarter of Bedrock's usage, a refund, and tax on the first of a month."""
    bedrock = [one for one in _used(day) if one.service == "Amazon Bedrock"]
    lines = [
        Line("Credit", one.service, one.usage_type, -one.amount / 4, one.quantity, one.unit)
        for one in bedrock
    ]
    if day == REFUNDED:
        s3 = "Amazon Simple Storage Service"
        lines.append(Line("Refund", s3, "EUW3-Refund", Decimal("-3.07")))
        lines.append(Line("Refund", "Tax", "", Decimal("-0.61")))
    if day.day == 1:
        lines.append(Line("Tax", "Tax", "", Decimal("41.23")))
    return lines
