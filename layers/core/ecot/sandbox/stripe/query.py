"""How Stripe reads a request: which keys open what, which parameters it knows, and its refusals.

Bodies are `{"error": {"type", "code", "message", "param"}}`, worded as in answers that people have
shown; a refusal shows no more of a key than its kind and its last four characters.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ecot.sandbox.messages import Request, Response, json_response

VERSION = "2026-10-28.endive"
MOST_LEVELS = 4
DEFAULT_LIMIT, MOST_LIMIT = 10, 100
RIGHTS = {
    "/v1/subscriptions": "rak_subscription_read",
    "/v1/subscription_items": "rak_subscription_read",
    "/v1/prices": "rak_plan_read",
    "/v1/coupons": "rak_coupon_read",
    "/v1/balance_transactions": "rak_balance_transaction_read",
}
ALL_RIGHTS = frozenset(RIGHTS.values())
PAGING = ("limit", "starting_after", "ending_before", "expand[]")
KNOWN = {
    "/v1/subscriptions": (*PAGING, "status", "customer", "price"),
    "/v1/subscription_items": (*PAGING, "subscription"),
    "/v1/prices": (*PAGING, "active", "currency", "product"),
    "/v1/coupons": PAGING,
    "/v1/balance_transactions": (*PAGING, "currency", "type", "created[gte]", "created[lt]"),
}
EXPANDABLE = {
    "/v1/subscriptions": (
        *("data.discounts", "data.discounts.source", "data.discounts.source.coupon"),
        *("data.items.data.price", "data.items.data.discounts"),
    ),
    "/v1/subscription_items": (
        *("data.discounts", "data.discounts.source.coupon"),
        *("data.price.tiers", "data.price.currency_options"),
    ),
    "/v1/prices": ("data.tiers", "data.currency_options", "tiers", "currency_options"),
    "/v1/coupons": ("data.applies_to", "data.currency_options"),
    "/v1/balance_transactions": ("data.source",),
}


class Refused(Exception):
    """A request that Stripe refuses, and its whole answer."""

    def __init__(self, status: int, message: str, **more: str) -> None:
        super().__init__(message)
        error = {"message": message, "type": "invalid_request_error", **more}
        self.response: Response = json_response({"error": error}, status)


@dataclass(frozen=True, slots=True)
class Asked:
    """A page that is asked for: how many rows, after which one, and what is written out."""

    limit: int
    after: str | None
    expand: frozenset[tuple[str, ...]]


def admitted(request: Request, keys: Mapping[str, Collection[str]], path: str) -> None:
    """Refuses a request whose key may not ask this, or that is of another version."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise Refused(401, "You did not provide an API key.")
    if key not in keys:
        raise Refused(401, f"Invalid API Key provided: {masked(key)}")
    version = request.headers.get("stripe-version", VERSION)
    if version != VERSION:
        raise Refused(400, f"Invalid Stripe API version: {version}")
    if (right := RIGHTS.get(path)) and right not in keys[key]:
        message = (
            f"The provided key '{masked(key)}' does not have the required permissions for this"
            f" endpoint on account 'acct_1LUMEN'. Having the '{right}' permission would allow this"
            " request to continue."
        )
        raise Refused(403, message)


def asked(request: Request, path: str) -> Asked:
    """What the parameters ask for."""
    for name, _ in request.query:
        if name not in KNOWN[path]:
            message = f"Received unknown parameter: {name}"
            raise Refused(400, message, code="parameter_unknown", param=name)
    limit = whole(request, "limit", DEFAULT_LIMIT)
    if not 1 <= limit <= MOST_LIMIT:
        message = f"This value must be between 1 and {MOST_LIMIT} (it currently is '{limit}')."
        raise Refused(400, message, param="limit")
    after = request.values("starting_after")
    expand = [_expanded(name, path) for name in request.values("expand[]")]
    return Asked(limit, after[-1] if after else None, frozenset(expand))


def whole(request: Request, name: str, default: int) -> int:
    """A whole number among the parameters."""
    found = request.values(name)
    if not found:
        return default
    if not found[-1].isdigit():
        message = f"Invalid integer: {found[-1]}"
        raise Refused(400, message, code="parameter_invalid_integer", param=name)
    return int(found[-1])


def _expanded(name: str, path: str) -> tuple[str, ...]:
    levels = tuple(name.split("."))
    if len(levels) > MOST_LEVELS:
        message = f"You cannot expand more than {MOST_LEVELS} levels of a property. Property: "
        raise Refused(400, message + name, code="property_expansion_max_depth")
    if name not in EXPANDABLE[path]:
        raise Refused(400, f"This property cannot be expanded ({name}).")
    return tuple(level for level in levels if level != "data")


def masked(key: str) -> str:
    """A key as Stripe's messages show it: rk_live_****1234; a short one not at all."""
    kind = "_".join(key.split("_")[:2])
    return f"{kind}_****{key[-4:]}" if len(key) > 16 else "****"
