"""Twilio: what an account cost by day and category, messages, calls and minutes, and its balance.

Reads `/Usage/Records/Daily.json` once for `totalprice` and once for each of a fixed list of
categories, and `/Balance.json`, as the specification of 2026-04-14 has them (github.com/twilio/
twilio-oai, d50069b). Needs the account's SID with its Auth Token, or with an API key (SK…) and
its secret.

What Twilio does not tell: invoices and tax, the cost of a subaccount apart from the others, of a
number or a message by day. How late prices come is not documented. Surprises, with where they
were seen:

* Categories overlap: the sum of all records is a multiple of the bill (twilio_records.py).
* `price` is a number in the specification and the text "0" in its own example; `count` and `usage`
  are texts; the `count` of `totalprice` is null (somleng issue 8, 2016).
* Both dates are inside, and GMT. Without a start the list goes back to the account's first day.
* Subaccounts are inside unless one says otherwise, under the SID of the account that was asked.
* The next page is named relative to the server.
* The console and Twilio's own tools call the *SID* of an API key TWILIO_API_KEY.
"""

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field

from ecot.errors import UnexpectedAnswer
from ecot.model.answer import Answer, Parsed
from ecot.model.period import Period
from ecot.providers.contract import Facts, Options, Provider
from ecot.providers.http import Http
from ecot.providers.pages import Following, pages
from ecot.providers.reading import Node, opened
from ecot.providers.twilio_records import CATEGORIES, TOTAL, balance, day_of, usage

USAGE, BALANCE = "usage", "balance"
CHECKED_DAY = Period.of_day(date(2026, 1, 1))  # any day proves a key
MOST_A_PAGE = "1000"

CONSOLE = "https://console.twilio.com"
ENTER = (
    f"enter the Auth Token of the account that TWILIO_ACCOUNT_SID names ({CONSOLE}, Account Info),"
    " or the secret of an API key with the key's SID as api_key_sid in ecot.toml."
)


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
    """The query of the next page, which must be one of the same list on the same server."""

    def following(page: Node) -> str | None:
        if (uri := page.optional("next_page_uri")) is None:
            return None
        there = urlsplit(uri)
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


def parse(answer: Answer) -> Iterator[Parsed]:
    """The rows that one answer states."""
    return usage(answer) if answer.feed == USAGE else balance(answer)


def recognise(secret: str) -> str | None:
    """The remedy for what is no secret of Twilio's."""
    if re.fullmatch("(AC|SK)[0-9a-fA-F]{32}", secret):
        return f"This is a SID, which says whose the key is, and no key: {ENTER}"
    if secret.startswith(("SG.", "sk-", "sk_", "rk_")):
        return f"This is a key of another service. For Twilio {ENTER}"
    return None


TWILIO = Provider(
    name="twilio",
    title="Twilio",
    category="infrastructure",
    base_url="https://api.twilio.com",
    # The last two may hold the SID of an API key instead, as Twilio's own tools name it.
    variables=("TWILIO_AUTH_TOKEN", "TWILIO_API_KEY", "TWILIO_ADMIN_KEY"),
    needs={"account_sid": "TWILIO_ACCOUNT_SID"},
    facts=Facts(
        bills="The price of each day, by category; messages, calls and minutes; what is left.",
        grain="GMT day × category; what no category of the list tells is other.",
        history="Since the account exists, as far as is known; a first collection reads 12 months.",
        late="Not documented; the last 7 days are read again every night.",
        key="The account's Auth Token, or the secret of an API key; TWILIO_ACCOUNT_SID beside it.",
        permission="Any key of the account; a restricted API key needs Usage.",
        cannot_tell="Invoices, tax, the cost of one subaccount among others, of a number or of a"
        " message.",
        sub_accounts="The account that is asked, with its subaccounts.",
    ),
    feeds=(USAGE,),
    snapshots=(BALANCE,),
    headers=headers,
    fetch=fetch,
    parse=parse,
    check=check,
    recognise=recognise,
    status_page="https://status.twilio.com",
    remedies={
        "access_denied": f"Look whether TWILIO_ACCOUNT_SID and the key belong together: {ENTER} A"
        " restricted key needs the permission Usage; where it may not read the balance, as no"
        " subaccount may, write balance = false.",
    },
    # Not documented; a whole day keeps what merely comes late from being announced as a revised
    # figure.
    lateness=timedelta(days=1),
    options=TwilioOptions,
)
