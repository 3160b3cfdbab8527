"""The kinds of row in the ledger: a charge (money), a usage (quantities), an activity (what people
did), a balance (a snapshot), a revenue (money earned).

All carry the same dimensions, named as in FOCUS (focus.finops.org). A row's key is all its
dimensions and its exact period; rows with equal keys inside one answer are summed, never
overwritten. A row does not say which account it belongs to: the day document that holds it does.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Self

import msgspec

from ecot.model.money import total
from ecot.model.period import Period

Category = Literal["ai", "infrastructure", "developer tools", "other"]
Basis = Literal["billed", "estimated", "entered", "unknown"]
Role = Literal["counted", "breakdown"]
ChargeCategory = Literal["Usage", "Purchase", "Tax", "Credit", "Adjustment"]


class Row(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The dimensions that all kinds of row share. None means the provider names none."""

    charge_period: Period
    category: Category
    service: str | None = None
    sub_account_id: str | None = None
    model: str | None = None
    api_key_id: str | None = None
    user: str | None = None
    resource_id: str | None = None
    region_id: str | None = None
    tags: Mapping[str, str] = {}
    role: Role = "counted"
    parent: str | None = None

    @property
    def day(self) -> date:
        """The UTC day the row belongs to: the one in which its period starts."""
        return self.charge_period.start.date()

    def key(self) -> bytes:
        """What the row is, without what was measured: equal keys are the same row."""
        return msgspec.json.encode(self.without_measures(), order="sorted")

    def without_measures(self) -> Self:
        """The row with its measures taken out."""
        raise NotImplementedError

    def plus(self, others: Iterable[Self]) -> Self:
        """The row with the measures of `others`, of equal key, added to its own."""
        raise NotImplementedError


class Charge(Row, tag="charge", frozen=True, kw_only=True):
    """Money for a charge period, with its dimensions.

    `billed_cost` is in `currency`, net of tax, and negative for credits and refunds; it is None
    exactly when `basis` is "unknown". `list_cost` (what public prices would have been) and
    `effective_cost` (amortised) never enter a total. `price_list` names the list and its date when
    the basis is "estimated". `spread_from` is the longer period that this day is a part of.
    """

    charge_category: ChargeCategory = "Usage"
    charge_class: str | None = None
    charge_description: str | None = None
    billing_period: Period | None = None
    invoice_id: str | None = None
    sku_id: str | None = None
    sku_price_id: str | None = None
    consumed_unit: str | None = None
    pricing_unit: str | None = None
    currency: str
    basis: Basis
    price_list: str | None = None
    spread_from: Period | None = None

    billed_cost: Decimal | None
    list_cost: Decimal | None = None
    effective_cost: Decimal | None = None
    contracted_cost: Decimal | None = None
    consumed_quantity: Decimal | None = None
    pricing_quantity: Decimal | None = None

    def __post_init__(self) -> None:
        if (self.billed_cost is None) != (self.basis == "unknown"):
            raise ValueError("a charge has a cost exactly when its basis is known")

    @property
    def is_tax(self) -> bool:
        """Whether the charge stands outside the total, which is net of tax."""
        return self.charge_category == "Tax"

    @property
    def is_credit(self) -> bool:
        """Whether the charge gives money back: a credit, or a cost below zero."""
        return self.charge_category == "Credit" or (self.billed_cost or 0) < 0

    @property
    def billed_on(self) -> date | None:
        """Where the billing period does not hold the charge's day, the nearest day that it holds;
        else None. A bill is about what it bills, whenever that was used (ledger rule 3)."""
        if self.billing_period is None:
            return None
        nearest = min(max(self.day, self.billing_period.start.date()), self.billing_period.last)
        return nearest if nearest != self.day else None

    def without_measures(self) -> Self:
        return msgspec.structs.replace(
            self,
            billed_cost=None if self.basis == "unknown" else Decimal(0),
            **dict.fromkeys(_AUXILIARY_MEASURES),
        )

    def plus(self, others: Iterable[Self]) -> Self:
        rows = [self, *others]
        return msgspec.structs.replace(
            self,
            billed_cost=_known_total(row.billed_cost for row in rows),
            **{
                name: _known_total(getattr(row, name) for row in rows)
                for name in _AUXILIARY_MEASURES
            },
        )


_AUXILIARY_MEASURES = (
    "list_cost",
    "effective_cost",
    "contracted_cost",
    "consumed_quantity",
    "pricing_quantity",
)


class Usage(Row, tag="usage", frozen=True, kw_only=True):
    """Measured quantities for a period. The name of a quantity says its unit: `input_tokens`.

    A quantity that contains another (`input_tokens` contains `input_cached_tokens`) is stated by
    the provider's page in `docs/`; they are never added to each other.
    """

    quantities: Mapping[str, Decimal]

    def without_measures(self) -> Self:
        return msgspec.structs.replace(self, quantities={})

    def plus(self, others: Iterable[Self]) -> Self:
        return msgspec.structs.replace(
            self, quantities=add_quantities(row.quantities for row in (self, *others))
        )


class Activity(Usage, tag="activity", frozen=True, kw_only=True):
    """What people did: sessions, lines, commits, acceptances, on a day. `user` is who, `service`
    the tool. Quantities like any usage's, under names of their own: nobody is paid by them."""


class Balance(Row, tag="balance", frozen=True, kw_only=True):
    """What was left of prepaid credit or of a quota when it was read: a snapshot of that day.

    It belongs to the day in `charge_period`, is never back-filled and never added up over days
    (ledger rule 6). `name` says of what ("credit"), `unit` in what: an ISO 4217 code, or what is
    counted ("characters"). `cycle` is what `used` and `limit` are about; None: all time, or not
    stated. `accrues` marks money owed that grows within its cycle: the differences of `used` from
    snapshot to snapshot are charges.
    """

    name: str
    unit: str
    cycle: Period | None = None
    accrues: bool = False

    remaining: Decimal | None = None
    used: Decimal | None = None
    limit: Decimal | None = None

    def without_measures(self) -> Self:
        return msgspec.structs.replace(self, **dict.fromkeys(_STANDS))

    def plus(self, others: Iterable[Self]) -> Self:
        rows = [self, *others]
        sums = {name: _known_total(getattr(row, name) for row in rows) for name in _STANDS}
        return msgspec.structs.replace(self, **sums)


_STANDS = ("remaining", "used", "limit")


class Revenue(Row, tag="revenue", frozen=True, kw_only=True):
    """What the company earns, in `currency`; never part of a cost.

    `name` says what. "mrr" is the monthly recurring revenue as it stood when it was read: a
    snapshot of that day, never added up over days (ledger rule 6). "net revenue" is what a day
    brought in and took away, by `service` (what the provider calls that kind of movement): `amount`
    is `gross` less `fees`. `counts` are of subscriptions and subscribers.
    """

    name: Literal["mrr", "net revenue"]
    currency: str

    amount: Decimal | None
    gross: Decimal | None = None
    fees: Decimal | None = None
    counts: Mapping[str, Decimal] = {}

    def without_measures(self) -> Self:
        return msgspec.structs.replace(self, **dict.fromkeys(_EARNED), counts={})

    def plus(self, others: Iterable[Self]) -> Self:
        rows = [self, *others]
        sums = {name: _known_total(getattr(row, name) for row in rows) for name in _EARNED}
        counts = add_quantities(row.counts for row in rows)
        return msgspec.structs.replace(self, **sums, counts=counts)


_EARNED = ("amount", "gross", "fees")


def provider_of(account: str) -> str:
    """The provider of an account: what stands before its first slash ("openai/edugami")."""
    return account.partition("/")[0]


class Name(msgspec.Struct, frozen=True):
    """What a provider calls one of its ids today. Kept beside the rows: a renamed project is the
    same project, and changes no row."""

    dimension: Literal["provider", "sub_account_id", "api_key_id", "user"]
    id: str
    name: str


def _known_total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum, or None where a part is not known: unknown is not zero."""
    parts = list(amounts)
    known = [part for part in parts if part is not None]
    return total(known) if len(known) == len(parts) else None


def add_quantities(sets: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Each quantity's exact sum, by name, in order of name."""
    gathered: dict[str, list[Decimal]] = {}
    for quantities in sets:
        for name, amount in quantities.items():
            gathered.setdefault(name, []).append(amount)
    return {name: total(gathered[name]) for name in sorted(gathered)}


def merged(rows: "Iterable[AnyRow]") -> "list[AnyRow]":
    """One row a key, equal keys summed, in order of key: the same whatever the order they came."""
    groups: dict[bytes, list[Any]] = {}
    for row in rows:
        groups.setdefault(row.key(), []).append(row)
    return [first.plus(rest) if rest else first for _, (first, *rest) in sorted(groups.items())]


AnyRow = Charge | Usage | Activity | Balance | Revenue
