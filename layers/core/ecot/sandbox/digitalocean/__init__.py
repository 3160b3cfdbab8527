"""A made-up company's DigitalOcean: invoices, insights, balance and team, as its API answers them.

Covers what a collector asks of the specification of 2026-08-07, and the billing history, which it
must not take for cost. Money is text, blank ids are "", and pages are of 20 unless told.
"""

from collections.abc import Callable, Collection, MutableMapping
from datetime import UTC, datetime, time
from decimal import Decimal
from urllib.parse import unquote

from ecot.sandbox.digitalocean.bodies import (
    Content,
    entry,
    history,
    item,
    point,
    preview,
    summary,
)
from ecot.sandbox.digitalocean.query import (
    Refused,
    admitted,
    days,
    links,
    missing,
    page,
    refusal,
)
from ecot.sandbox.digitalocean.resources import Invoice
from ecot.sandbox.digitalocean.truth import DigitalOceanTruth, cents
from ecot.sandbox.messages import Request, Response, json_response

BILLING_KEY = "dop_v1_7f3a0c5d9e8b4a6172839405162738495a6b7c8d9e0f1a2b3c4d5e6f70819203"
BILLING, ACCOUNT = "billing:read", "account:read"
LIMITS = {"ratelimit-limit": "5000", "ratelimit-remaining": "4816"}
CUSTOMER = "/v2/customers/my"


class DigitalOceanSite:
    """Serves a truth as DigitalOcean would; `tokens` have scopes, and may be changed at any time.

    `among_items` are parts of an invoice's summary that stand among its items as well: "Taxes",
    "Credits", "Overages". Without a `team` the account names none."""

    def __init__(
        self,
        truth: DigitalOceanTruth,
        tokens: MutableMapping[str, Collection[str]] | None = None,
    ) -> None:
        self.truth = truth
        self.tokens: MutableMapping[str, Collection[str]] = (
            {BILLING_KEY: {BILLING, ACCOUNT}} if tokens is None else tokens
        )
        self.among_items: set[str] = set()
        self.team = True

    def answer(self, request: Request, /) -> Response:
        """DigitalOcean's answer, or its refusal."""
        reset = int(self.truth.now().timestamp()) + 3600
        headers = {**LIMITS, "ratelimit-reset": str(reset)}
        try:
            return json_response(self._content(request), headers=headers)
        except Refused as refused:
            return json_response(refused.content, refused.status, headers)

    def _content(self, request: Request) -> Content:
        path = unquote(request.path)
        admitted(request, self.tokens, ACCOUNT if path == "/v2/account" else BILLING)
        fixed: dict[str, Callable[[Request], Content]] = {
            "/v2/account": self._account,
            f"{CUSTOMER}/balance": self._balance,
            f"{CUSTOMER}/invoices": self._invoices,
            f"{CUSTOMER}/billing_history": self._history,
        }
        if request.method != "GET":
            raise missing()
        if path in fixed:
            return fixed[path](request)
        if path.startswith(f"{CUSTOMER}/invoices/"):
            return self._invoice(request, path.removeprefix(f"{CUSTOMER}/invoices/"))
        return self._insights(request, path)

    def _account(self, _: Request) -> Content:
        team = {"team": {"uuid": self.truth.uuid, "name": self.truth.name}} if self.team else {}
        person = {"email": "ana@lumen.example", "uuid": "b6fr89dbf6d9156cace5f3c78dc9851d957381ef"}
        limits = {"droplet_limit": 25, "floating_ip_limit": 5}
        status = {"email_verified": True, "status": "active", "status_message": ""}
        return {"account": {**person, **limits, **status, **team}}

    def _balance(self, _: Request) -> Content:
        """Last month's invoice is owed until the second, when it is paid."""
        now, today = self.truth.now().astimezone(UTC), self.truth.today
        used = cents(self._this_month())
        newest = self.truth.invoices()[:1]
        is_due = newest and now < datetime.combine(today.replace(day=2), time(12), UTC)
        owed = newest[0].amount if is_due else Decimal(0)
        return {
            "month_to_date_balance": str(owed + used),
            "account_balance": str(owed),
            "month_to_date_usage": str(used),
            "generated_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _this_month(self) -> Decimal:
        today = self.truth.today
        points = self.truth.between(today.replace(day=1), today)
        return sum((each.amount for each in points), Decimal(0))

    def _invoices(self, request: Request) -> Content:
        entries = [entry(each) for each in self.truth.invoices()]
        month = self.truth.today.replace(day=1)
        running = preview(month, cents(self._this_month()), self.truth.now())
        return {**self._linked(request, "invoices", entries), "invoice_preview": running}

    def _history(self, request: Request) -> Content:
        entries = [row for each in self.truth.invoices() for row in history(each)]
        return self._linked(request, "billing_history", entries)

    def _invoice(self, request: Request, rest: str) -> Content:
        uuid, _, part = rest.partition("/")
        found = [each for each in self.truth.invoices() if each.uuid == uuid]
        if not found or part not in ("", "summary"):
            raise missing()
        if part:
            return summary(found[0])
        return self._linked(request, "invoice_items", self._items(found[0]))

    def _items(self, invoice: Invoice) -> list[Content]:
        more = {
            "Overages": ("Bandwidth", "Bandwidth overage", invoice.overages),
            "Taxes": ("Taxes", "TVA (7.7%)", invoice.taxes),
            "Credits": ("Promo", "Promotional credit", invoice.credits),
        }
        beside = [
            {"product": product, "description": description, "amount": str(amount)}
            for name, (product, description, amount) in more.items()
            if name in self.among_items
        ]
        return [*(item(each) for each in invoice.items), *beside]

    def _linked(self, request: Request, name: str, entries: list[Content]) -> Content:
        number, pages, shown = page(request, entries)
        frame = {"links": links(request, number, pages), "meta": {"total": len(entries)}}
        return {name: list(shown), **frame}

    def _insights(self, request: Request, path: str) -> Content:
        start, _, rest = path.partition("/insights/")
        first, _, last = rest.partition("/")
        if not start.startswith("/v2/billing/") or not last:
            raise missing()
        if start != f"/v2/billing/{self.truth.urn}":
            raise refusal(404, "not_found", "The account could not be found.")
        points = [point(each, self.truth.urn) for each in self.truth.between(*days(first, last))]
        number, pages, shown = page(request, points)
        frame = {"total_items": len(points), "total_pages": pages, "current_page": number}
        return {"data_points": list(shown) or None, **frame}
