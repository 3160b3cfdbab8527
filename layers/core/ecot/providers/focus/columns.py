"""FOCUS files, what the columns of versions 1.0 to 1.4 mean for us.

Columns: https://focus.finops.org/focus-specification/ (1.0 of 2024-06 to 1.4 of 2026-06; 1.3 adds
ServiceProviderName and HostProviderName, 1.4 removes ProviderName and PublisherName). `x_Model` is
our own extension: no version up to 1.4 has a column for the model.
"""

import re
from collections.abc import Mapping

import msgspec

from ecot.model.rows import Category, ChargeCategory

# Without these five a row is no charge. The others may be absent: they are dimensions.
REQUIRED = (
    "BilledCost",
    "BillingCurrency",
    "ChargeCategory",
    "ChargePeriodStart",
    "ChargePeriodEnd",
)
TEXTS = {
    "ServiceName": "service",
    "SubAccountId": "sub_account_id",
    "x_Model": "model",
    "ResourceId": "resource_id",
    "RegionId": "region_id",
    "ChargeClass": "charge_class",
    "ChargeDescription": "charge_description",
    "InvoiceId": "invoice_id",
    "SkuId": "sku_id",
    "SkuPriceId": "sku_price_id",
    "ConsumedUnit": "consumed_unit",
    "PricingUnit": "pricing_unit",
}
AMOUNTS = {
    "ListCost": "list_cost",
    "EffectiveCost": "effective_cost",
    "ContractedCost": "contracted_cost",
    "ConsumedQuantity": "consumed_quantity",
    "PricingQuantity": "pricing_quantity",
}
# Who bills us, most telling first. Only the first two are nothing but that.
PROVIDER_COLUMNS = ("ServiceProviderName", "ProviderName", "InvoiceIssuerName", "HostProviderName")
# Columns that the row or its account carries under a name of ours. Every other one becomes a tag.
CARRIED = frozenset(
    (
        *REQUIRED,
        *TEXTS,
        *AMOUNTS,
        *PROVIDER_COLUMNS[:2],
        "BillingAccountId",
        "BillingAccountName",
        "BillingPeriodStart",
        "BillingPeriodEnd",
        "SubAccountName",
        "Tags",
    )
)
CHARGE_CATEGORIES: Mapping[str, ChargeCategory] = {
    "usage": "Usage",
    "purchase": "Purchase",
    "tax": "Tax",
    "credit": "Credit",
    "adjustment": "Adjustment",
}
COLUMN_TAG = "column:"  # stands before the name of a column that is kept as a tag

_CATEGORIES: Mapping[str, Category] = {
    "ai and machine learning": "ai",
    "developer tools": "developer tools",
    "other": "other",
}
# Suppliers that sign with several names. The first match wins; others keep the name they give.
_PROVIDERS = (
    (re.compile(r"^(aws|amazon)\b"), "aws"),
    (re.compile(r"^(microsoft|azure)\b"), "microsoft"),
    (re.compile(r"^(oracle|oci)\b"), "oracle"),
    (re.compile(r"^(google|gcp)\b"), "google-cloud"),
)
_LEGAL_FORM = re.compile(
    r"[\s,]+(inc|llc|ltd|limited|corp|corporation|gmbh|sarl|pbc|sas|sa|ag)\.?$"
)


def _bare(column: str) -> str:
    return re.sub(r"[\s_]", "", column).lower()


_KNOWN = {_bare(name): name for name in (*CARRIED, *PROVIDER_COLUMNS, "ServiceCategory")}


def canonical(column: str) -> str:
    """The FOCUS name of a column that a warehouse wrote as BILLED_COST or "Billed Cost"."""
    return _KNOWN.get(_bare(column), column)


def category_of(service_category: str | None) -> Category:
    """Our category for FOCUS's; "other" where the row names none."""
    if service_category is None:
        return "other"
    return _CATEGORIES.get(service_category.strip().lower(), "infrastructure")


def slug(title: str) -> str | None:
    """A supplier's name as the ledger writes it: "Google Cloud" is google-cloud."""
    name = title.strip().lower()
    for pattern, known in _PROVIDERS:
        if pattern.search(name):
            return known
    return re.sub(r"[\W_]+", "-", _LEGAL_FORM.sub("", name)).strip("-") or None


def tags_of(cells: Mapping[str, str]) -> dict[str, str]:
    """The tags that the row states, and every column that has no place of its own.

    A stated tag whose name looks like one of ours gets "tag:" before it: none hides another.
    """
    others = {name: value for name, value in cells.items() if name not in CARRIED}
    try:
        stated = object_texts(cells.get("Tags", "{}"))
    except (msgspec.DecodeError, RecursionError):  # not a JSON object: kept as it is, unread
        stated, others = {}, others | {"Tags": cells["Tags"]}
    ours = (COLUMN_TAG, "tag:")
    tags = {f"tag:{name}" if name.startswith(ours) else name: stated[name] for name in stated}
    return tags | {f"{COLUMN_TAG}{name}": value for name, value in others.items()}


def object_texts(text: str) -> dict[str, str]:
    """The members of a JSON object as text: a string as it is, anything else as its JSON."""
    members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
    return {name: _as_text(bytes(value)) for name, value in members.items()}


def _as_text(value: bytes) -> str:
    return msgspec.json.decode(value, type=str) if value[:1] == b'"' else value.decode()
