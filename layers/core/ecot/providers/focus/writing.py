"""FOCUS rows, written: a charge of the ledger under the column names of FOCUS 1.2 and our own.

1.2 has the names that 1.0 to 1.4 share; beside them stand ServiceProviderName and HostProviderName,
which take ProviderName's place from 1.3 on. Columns of a later or an earlier version are not there.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import msgspec

from ecot.model.money import exact, text, times
from ecot.model.rows import Category, Charge, ChargeCategory
from ecot.providers.focus import own
from ecot.providers.focus.columns import AMOUNTS, CARRIED, COLUMN_TAG, TEXTS

FOCUS = """AvailabilityZone BilledCost BillingAccountId BillingAccountName BillingAccountType
BillingCurrency BillingPeriodEnd BillingPeriodStart CapacityReservationId CapacityReservationStatus
ChargeCategory ChargeClass ChargeDescription ChargeFrequency ChargePeriodEnd ChargePeriodStart
CommitmentDiscountCategory CommitmentDiscountId CommitmentDiscountName CommitmentDiscountQuantity
CommitmentDiscountStatus CommitmentDiscountType CommitmentDiscountUnit ConsumedQuantity ConsumedUnit
ContractedCost ContractedUnitPrice EffectiveCost InvoiceId InvoiceIssuerName ListCost ListUnitPrice
PricingCategory PricingCurrency PricingCurrencyContractedUnitPrice PricingCurrencyEffectiveCost
PricingCurrencyListUnitPrice PricingQuantity PricingUnit ProviderName PublisherName RegionId
RegionName ResourceId ResourceName ResourceType ServiceCategory ServiceName ServiceSubcategory SkuId
SkuMeter SkuPriceDetails SkuPriceId SubAccountId SubAccountName SubAccountType Tags
ServiceProviderName HostProviderName""".split()  # noqa: SIM905 - as in money.py
COLUMNS = (*FOCUS, *own.COLUMNS)
_FROM_TAGS = (frozenset(FOCUS) - CARRIED) | {own.BILL_NUMBER}
_SERVICE_CATEGORIES: Mapping[Category, str] = {
    "ai": "AI and Machine Learning",
    "developer tools": "Developer Tools",
    "infrastructure": "Other",  # FOCUS has Compute, Storage…, and the ledger does not tell which
    "other": "Other",
}
_FREQUENCIES: Mapping[ChargeCategory, str] = {"Usage": "Usage-Based", "Purchase": "Recurring"}
_NUMBERS = frozenset(
    (
        *("CommitmentDiscountQuantity", "ContractedUnitPrice", "ListUnitPrice"),
        *("PricingCurrencyContractedUnitPrice", "PricingCurrencyEffectiveCost"),
        "PricingCurrencyListUnitPrice",
    )
)
_UNIT_PRICES = {"ListUnitPrice": "list_cost", "ContractedUnitPrice": "contracted_cost"}


class Stated(NamedTuple):
    """A charge, and what the ledger knows around it: the account, how people write its provider and
    call its sub account, the feed and when it was first read, or the numbers of the bills that it
    comes from."""

    account: str
    provider_title: str
    charge: Charge
    sub_account_name: str | None = None
    feed: str | None = None
    first_read: datetime | None = None
    bill_numbers: str | None = None


def cells(stated: Stated) -> list[str]:
    """The cells of a charge whose cost is known, in the order of COLUMNS; an empty one says that
    the ledger knows nothing."""
    known = _known(stated)
    filled = {name: one for name, one in _filled(stated).items() if name not in known}
    known |= filled
    if filled:
        known[own.FILLED] = " ".join(filled)
    return [known.get(column, "") for column in COLUMNS]


def _known(stated: Stated) -> dict[str, str]:
    charge = stated.charge
    columns, tags = _tags(charge)
    texts = {
        **{column: getattr(charge, field) for column, field in (TEXTS | own.TEXTS).items()},
        "BillingAccountId": stated.account.partition("/")[2],
        "BillingAccountName": stated.account.partition("/")[2],
        "BillingCurrency": charge.currency,
        "ChargeCategory": charge.charge_category,
        "ProviderName": stated.provider_title,
        "ServiceProviderName": stated.provider_title,
        "SubAccountName": stated.sub_account_name if charge.sub_account_id else None,
        "Tags": msgspec.json.encode(tags, order="sorted").decode() if tags else None,
        own.FORMAT: own.VERSION,
        own.ACCOUNT: stated.account,
        own.BILL_NUMBER: stated.bill_numbers,
        "x_Feed": stated.feed,
        **{name: value for name, value in columns.items() if name not in _NUMBERS},
    }
    numbers = {column: getattr(charge, field) for column, field in AMOUNTS.items()}
    numbers["BilledCost"] = charge.billed_cost
    return {
        **{name: value for name, value in columns.items() if name in _NUMBERS},
        **{name: own.inert(one) for name, one in texts.items() if one is not None},
        **{name: text(amount) for name, amount in numbers.items() if amount is not None},
        **dict(_times(stated)),
    }


def _times(stated: Stated) -> Iterator[tuple[str, str]]:
    charge = stated.charge
    periods = {
        "ChargePeriod": charge.charge_period,
        "BillingPeriod": charge.billing_period,
        own.SPREAD: charge.spread_from,
    }
    for name, period in periods.items():
        if period is not None:
            yield f"{name}Start", _instant(period.start)
            yield f"{name}End", _instant(period.end)
    if stated.first_read is not None:
        yield "x_FirstRead", _instant(stated.first_read)


def _filled(stated: Stated) -> dict[str, str]:
    """What FOCUS allows no row to leave empty, for charges of which the ledger does not know it: a
    cost that nobody states apart is the billed one, who sells is also who issues the invoice."""
    charge, title = stated.charge, own.inert(stated.provider_title)
    cost = text(charge.billed_cost or Decimal(0))
    months = [*charge.charge_period.months()]
    return {
        "BillingPeriodEnd": _instant(months[-1].period.end),
        "BillingPeriodStart": _instant(months[0].period.start),
        "ChargeFrequency": _FREQUENCIES.get(charge.charge_category, "One-Time"),
        "ContractedCost": cost,
        "EffectiveCost": cost,
        "HostProviderName": title,
        "InvoiceIssuerName": title,
        "ListCost": cost,
        "PublisherName": title,
        "ServiceCategory": _SERVICE_CATEGORIES[charge.category],
        "ServiceName": title,
    }


def _tags(charge: Charge) -> tuple[dict[str, str], dict[str, str]]:
    """The tags that are columns of FOCUS, by column, and the others. A unit price of which the cost
    is not the product stays a tag: the charge is a part, or a sum, of those that it was stated of.
    """
    columns, others = {}, {}
    for name, value in charge.tags.items():
        column = name.removeprefix(COLUMN_TAG)
        if name != column and column in _FROM_TAGS and _holds(charge, column, value):
            columns[column] = value
        else:
            others[name] = value
    return columns, others


def _holds(charge: Charge, column: str, value: str) -> bool:
    """Whether the value is one of the column, and true of this charge."""
    if column not in _NUMBERS:
        return True
    try:
        stated = exact(value)
    except ValueError:
        return False
    if column not in _UNIT_PRICES:
        return True
    cost, quantity = getattr(charge, _UNIT_PRICES[column]), charge.pricing_quantity
    return cost is None or quantity is None or times(stated, quantity) == cost


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
