"""A made-up company's Stripe: subscriptions, prices, coupons and the balance, as Stripe answers.

Covers the operations that a collector of revenue reads, of version 2026-10-28.endive. What is not
expanded is an id or is left out, as there: tiers of a price, coupons, the products of a coupon.
"""

from collections.abc import Collection, Iterable

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.stripe.query import Asked, Refused, admitted, asked, whole
from ecot.sandbox.stripe.truth import Row, StripeTruth

GONE = ("canceled", "incomplete_expired")
Paths = Collection[tuple[str, ...]]


class StripeSite:
    """Serves a truth as Stripe would; `keys` name the rights of each, `embedded` is how many items
    stand inside a subscription."""

    def __init__(
        self, truth: StripeTruth, keys: dict[str, Collection[str]], embedded: int = 10
    ) -> None:
        self.truth = truth
        self.keys = keys
        self.embedded = embedded

    def answer(self, request: Request, /) -> Response:
        """Stripe's answer, or its refusal with a true body."""
        try:
            return json_response(self._content(request))
        except Refused as refusal:
            return refusal.response

    def _content(self, request: Request) -> Row:
        base = "/".join(request.path.split("/")[:3])
        one = request.path.removeprefix(base).strip("/")
        admitted(request, self.keys, base)
        try:
            page = asked(request, base)
        except KeyError:
            message = f"Unrecognized request URL ({request.method}: {request.path})."
            raise Refused(404, message) from None
        if one:
            return self._price(one, page)
        rows = list(self._rows(request, base))
        start = _after(rows, page, base)
        shown = [self._shown(row, page.expand) for row in rows[start : start + page.limit]]
        has_more = start + page.limit < len(rows)
        return {"object": "list", "data": shown, "has_more": has_more, "url": base}

    def _price(self, price_id: str, page: Asked) -> Row:
        if price_id not in self.truth.prices:
            message = f"No such price: '{price_id}'"
            raise Refused(404, message, code="resource_missing", param="price")
        return shown_price(self.truth.prices[price_id], page.expand)

    def _rows(self, request: Request, base: str) -> Iterable[Row]:
        """All rows of a list, newest first."""
        match base:
            case "/v1/balance_transactions":
                start = whole(request, "created[gte]", 0)
                return self.truth.movements(start, whole(request, "created[lt]", 1 << 40))
            case "/v1/subscription_items":
                wanted = request.values("subscription")
                if not wanted:
                    message = "Missing required param: subscription."
                    raise Refused(400, message, code="parameter_missing", param="subscription")
                return list(self.truth.subscriptions.get(wanted[-1], {"items": []})["items"])
            case "/v1/prices":
                return reversed(self.truth.prices.values())
            case "/v1/coupons":
                return reversed(self.truth.coupons.values())
            case _:
                return self._subscriptions(request.values("status"))

    def _subscriptions(self, statuses: list[str]) -> Iterable[Row]:
        for row in reversed(self.truth.subscriptions.values()):
            is_wanted = row["status"] in statuses if statuses else row["status"] not in GONE
            if is_wanted or "all" in statuses:
                yield row

    def _shown(self, row: Row, expand: Paths) -> Row:
        match row["object"]:
            case "subscription":
                return shown_subscription(row, expand, self.embedded)
            case "subscription_item":
                return shown_item(row, expand)
            case "price":
                return shown_price(row, expand)
            case "coupon":
                return shown_coupon(row, expand)
            case _:
                return row


def shown_subscription(row: Row, expand: Paths, embedded: int) -> Row:
    """A subscription with its first items."""
    items = [shown_item(each, _inside(expand, "items")) for each in row["items"][:embedded]]
    listed = {
        "object": "list",
        "data": items,
        "has_more": len(row["items"]) > embedded,
        "url": f"/v1/subscription_items?subscription={row['id']}",
    }
    return {**row, "items": listed, "discounts": _discounts(row, expand)}


def shown_item(row: Row, expand: Paths) -> Row:
    """An item with its price, which is always written out."""
    price = shown_price(row["price"], _inside(expand, "price"))
    return {**row, "price": price, "discounts": _discounts(row, expand)}


def shown_price(row: Row, expand: Paths) -> Row:
    """A price; its tiers and other currencies only where they are asked for."""
    return _without(row, ("tiers", "currency_options"), expand)


def shown_coupon(row: Row, expand: Paths) -> Row:
    """A coupon; its products and other currencies only where they are asked for."""
    return _without(row, ("applies_to", "currency_options"), expand)


def _without(row: Row, names: tuple[str, ...], expand: Paths) -> Row:
    left_out = {name for name in names if (name,) not in expand}
    return {name: value for name, value in row.items() if name not in left_out}


def _discounts(row: Row, expand: Paths) -> list[object]:
    """Ids, or what they stand for, with the coupon as an id or whole."""
    inside = _inside(expand, "discounts")
    if not inside:
        return [each["id"] for each in row["discounts"]]
    is_whole = ("source", "coupon") in inside
    found: list[object] = []
    for each in row["discounts"]:
        coupon = each["source"]["coupon"]
        shown = shown_coupon(coupon, ()) if is_whole else coupon["id"]
        found.append({**each, "source": {**each["source"], "coupon": shown}})
    return found


def _inside(expand: Paths, name: str) -> list[tuple[str, ...]]:
    """What is expanded below a property: the empty path where it is the property itself."""
    return [path[1:] for path in expand if path[:1] == (name,)]


def _after(rows: list[Row], page: Asked, base: str) -> int:
    """Where the page begins: after the row that is named, which must exist."""
    if page.after is None:
        return 0
    for at, row in enumerate(rows):
        if row["id"] == page.after:
            return at + 1
    kind = base.rpartition("/")[2].removesuffix("s")
    message = f"No such {kind}: '{page.after}'"
    raise Refused(400, message, code="resource_missing", param="starting_after")
