"""Asking Twilio: about which account, with which key, for which days and categories."""

from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer
from ecot.model.period import Period
from ecot.providers.contract import Options
from ecot.providers.http import Http
from ecot.providers.pages import Following, pages
from ecot.providers.reading import Node, opened
from ecot.providers.twilio.records import CATEGORIES, TOTAL, day_of

USAGE, BALANCE = "usage", "balance"
CHECKED_DAY = Period.of_day(date(2026, 1, 1))  # any day proves a key
MOST_A_PAGE = "1000"


class TwilioOptions(Options):
    """`account_sid` (AC…) is whose usage is read; `api_key_sid` (SK…) says that the secret is an
    API key's; without `include_subaccounts` only the account's own usage is read; without `balance`
    the balance is not, which a subaccount does not have."""

    account_sid: Annotated[str, Field(pattern="^AC[0-9a-fA-F]{32}$")] | None = None
    api_key_sid: Annotated[str, Field(pattern="^SK[0-9a-fA-F]{32}$")] | None = None
    include_subaccounts: bool = True
    balance: bool = True


async def fetch(http: Http, stream: str, period: Period) -> AsyncIterator[Answer]:
    """Every page of a stream; the balance is as it stands on the first day of the period."""
    if stream == USAGE:
        async for answer in _usage(http, period):
            yield answer
    elif _options(http).balance:
        path = f"{_account(http)}/Balance.json"
        yield await http.answer(stream, path, day=period.start.date())


async def _usage(http: Http, period: Period) -> AsyncIterator[Answer]:
    """The categories, and then what all of them are a part of: of a running day it is the newer.

    A category's price is taken from the total, so a day that has one and no total would come out
    as nothing at all: it is refused.
    """
    priced: set[date] = set()
    for category in (*CATEGORIES, TOTAL):
        async for answer in _records(http, period, category):
            for record in opened(answer, f"{http.account}: {USAGE}")["usage_records"]:
                if category == TOTAL:
                    priced.discard(day_of(record))
                elif record["price"].amount():
                    priced.add(day_of(record))
            yield answer
    if priced:
        raise UnexpectedAnswer(
            "{account}: {provider} states prices of categories for {days}, and no total price",
            account=http.account,
            provider=http.provider,
            days=", ".join(map(str, sorted(priced))),
        )


def _records(http: Http, period: Period, category: str) -> AsyncIterator[Answer]:
    path = f"{_account(http)}/Usage/Records/Daily.json"
    params = [
        ("Category", category),
        ("StartDate", str(period.start.date())),
        ("EndDate", str(period.last)),
        ("IncludeSubaccounts", str(_options(http).include_subaccounts).lower()),
        ("PageSize", MOST_A_PAGE),
    ]
    return pages(http, USAGE, path, params, following=_next_of(path), asked={"category": category})


def _next_of(path: str) -> Following:
    """The query of the next page, which must be one of the same list on the same server; null ends
    the list, and a page that does not say is refused."""

    def following(page: Node) -> str | None:
        uri = page.get("next_page_uri")
        if uri is None and "next_page_uri" in page.value:
            return None
        there = urlsplit(page["next_page_uri"].text())
        if (there.scheme, there.netloc, there.path) != ("", "", path) or not there.query:
            page["next_page_uri"].refuse("{source}: {place} is no next page of this list: {part}")
        return there.query

    return following


async def check(http: Http) -> None:
    """A day of the total, and the balance where it is read: a restricted key may have the one
    permission and not the other."""
    async for answer in _records(http, CHECKED_DAY, TOTAL):
        _ = opened(answer, http.account)["usage_records"]
    async for answer in fetch(http, BALANCE, CHECKED_DAY):
        _ = opened(answer, http.account)["account_sid"]


def _options(http: Http) -> TwilioOptions:
    return http.options if isinstance(http.options, TwilioOptions) else TwilioOptions()


def _account(http: Http) -> str:
    return f"/2010-04-01/Accounts/{_options(http).account_sid}"


def headers(secret: str, options: Options) -> Mapping[str, str]:
    """HTTP Basic: an Auth Token goes with the account's SID, an API key's secret with the key's."""
    known = options if isinstance(options, TwilioOptions) else TwilioOptions()
    pair = f"{known.api_key_sid or known.account_sid}:{secret}"
    return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
