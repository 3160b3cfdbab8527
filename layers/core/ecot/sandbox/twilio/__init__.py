"""A made-up company's Twilio: daily usage records and the balance, as Twilio answers them.

From the specification of 2026-04-14 and what others have seen (2026). A list has a record for each
category and day, also of nothing; categories contain each other; numbers are texts; `totalprice`
has no count; the next page is relative to the server.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from ecot.model.money import text, total
from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.twilio.query import (
    BALANCE,
    ROOT,
    USAGE,
    Access,
    Asked,
    Refused,
    admitted,
    asked_for,
    not_found,
)
from ecot.sandbox.twilio.truth import CATEGORIES, PRODUCTS, Account, TwilioTruth, Used

TOTAL = "totalprice"
Record = dict[str, Any]


class TwilioSite:
    """Serves a truth as Twilio would; `keys`, by the user of HTTP Basic (a SID), may be changed at
    any time. `prices_as_numbers` gives them as the specification says, not as its example does."""

    def __init__(
        self, truth: TwilioTruth, keys: dict[str, Access], prices_as_numbers: bool = False
    ) -> None:
        self.truth = truth
        self.keys = keys
        self.prices_as_numbers = prices_as_numbers

    def answer(self, request: Request, /) -> Response:
        """Twilio's answer, or its refusal with a true body."""
        try:
            return json_response(self._content(request))
        except Refused as refusal:
            return refusal.response

    def _content(self, request: Request) -> Record:
        sid, _, what = request.path.removeprefix(f"{ROOT}/").partition("/")
        permission = {"Usage/Records/Daily.json": USAGE, "Balance.json": BALANCE}.get(what, "")
        admitted(request, self.keys, sid, permission)
        account = next((one for one in self.truth.accounts if one.sid == sid), None)
        if account is None or not permission or request.method != "GET":
            raise not_found(request.path)
        if permission == USAGE:
            return self._daily(account, request)
        if account.owner:
            raise not_found(request.path)
        return {
            "account_sid": account.sid,
            "balance": text(account.bought - self.truth.spent(account)),
            "currency": self.truth.currency.upper(),
        }

    def _daily(self, account: Account, request: Request) -> Record:
        asked = asked_for(request, account, self.truth.today)
        records = list(self._records(account, asked))
        first = asked.page * asked.page_size
        shown = records[first : first + asked.page_size]
        has_more = first + asked.page_size < len(records)
        return {
            "end": first + max(len(shown) - 1, 0),
            "first_page_uri": _uri(request, asked, 0),
            "next_page_uri": _uri(request, asked, asked.page + 1) if has_more else None,
            "page": asked.page,
            "page_size": asked.page_size,
            "previous_page_uri": _uri(request, asked, asked.page - 1) if asked.page else None,
            "start": first,
            "uri": _uri(request, asked, asked.page),
            "usage_records": shown,
        }

    def _records(self, account: Account, asked: Asked) -> Iterator[Record]:
        """The newest day first; each of both dates is inside."""
        for day in reversed(asked.days):
            used = self._used(account, day, asked.with_subaccounts)
            for category in [asked.category] if asked.category else [*CATEGORIES, TOTAL]:
                yield self._record(account, day, category, used)

    def _used(self, account: Account, day: date, with_subaccounts: bool) -> list[Used]:
        accounts = self.truth.below(account) if with_subaccounts else [account]
        return [used for one in accounts for used in self.truth.used(one, day)]

    def _record(self, account: Account, day: date, category: str, used: Sequence[Used]) -> Record:
        is_total = category == TOTAL
        within = [one for one in used if is_total or category in one.product.categories]
        price = total(one.price for one in within)
        count_unit, usage_unit = ("", self.truth.currency) if is_total else _units(category)
        return {
            "account_sid": account.sid,
            "api_version": "2010-04-01",
            "as_of": f"{self.truth.now():%Y-%m-%dT%H:%M:%S+00:00}",
            "category": category,
            "count": None if is_total else str(sum(one.count for one in within)),
            "count_unit": count_unit,
            "description": "Total Price" if is_total else category.replace("-", " "),
            "end_date": str(day),
            "price": price if self.prices_as_numbers else text(price),
            "price_unit": self.truth.currency,
            "start_date": str(day),
            "subresource_uris": {},
            "uri": f"{ROOT}/{account.sid}/Usage/Records/Daily.json?Category={category}",
            "usage": text(price) if is_total else str(sum(one.usage for one in within)),
            "usage_unit": usage_unit,
        }


def _units(category: str) -> tuple[str, str]:
    return next((one.units for one in PRODUCTS if category in one.categories), ("", ""))


def _uri(request: Request, asked: Asked, page: int) -> str:
    """A page of the same list, relative to the server; only the first one needs no token."""
    kept = [pair for pair in request.query if pair[0] not in ("PageSize", "Page", "PageToken")]
    at = [("PageSize", str(asked.page_size)), ("Page", str(page))]
    token = [("PageToken", f"PAUR{page}")] if page else []
    return f"{request.path}?{urlencode([*kept, *at, *token])}"
