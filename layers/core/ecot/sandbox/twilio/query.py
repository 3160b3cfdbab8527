"""How Twilio reads a request: who may read what, which parameters it knows, and its refusals.

Bodies are `{code, message, more_info, status}` with the codes of its error pages (2026). Unknown
parameters and categories are refused here, so that no test passes by a misspelt one; what Twilio
does with them is not documented.
"""

import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.twilio.truth import CATEGORIES, Account

ROOT = "/2010-04-01/Accounts"
USAGE, BALANCE = "usage", "balance"
MOST_A_PAGE = 1000
PARAMETERS = frozenset(
    {"Category", "StartDate", "EndDate", "IncludeSubaccounts", "PageSize", "Page", "PageToken"}
)


class Refused(Exception):
    """A request that Twilio refuses, and its whole answer."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.body.decode())
        self.response = response


@dataclass(frozen=True, slots=True)
class Access:
    """What a key opens: its secret, the accounts that it reads, and what there."""

    secret: str
    accounts: tuple[str, ...]
    permissions: frozenset[str] = frozenset({USAGE, BALANCE})


@dataclass(frozen=True, slots=True)
class Asked:
    """A list of daily records that is asked for; `page` counts from 0."""

    category: str | None
    days: tuple[date, ...]
    with_subaccounts: bool
    page_size: int
    page: int


def refusal(status: int, code: int, message: str) -> dict[str, object]:
    """The body of a refusal."""
    more = f"https://www.twilio.com/docs/errors/{code}"
    return {"code": code, "message": message, "more_info": more, "status": status}


def _refused(status: int, code: int, message: str) -> Refused:
    return Refused(json_response(refusal(status, code, message), status))


def not_found(path: str) -> Refused:
    """There is no such thing: also the balance of a subaccount (twilio-php issue 593, 2020)."""
    return _refused(404, 20404, f"The requested resource {path} was not found")


def admitted(request: Request, keys: Mapping[str, Access], sid: str, permission: str) -> None:
    """Whether the user and password of HTTP Basic may read this of this account."""
    user, secret = _basic(request)
    access = keys.get(user)
    if access is None or access.secret != secret or sid not in access.accounts:
        raise _refused(401, 20003, "Authenticate")
    if permission and permission not in access.permissions:
        raise _refused(403, 20403, "Forbidden")


def _basic(request: Request) -> tuple[str, str]:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        pair = b64decode(given, validate=True).decode() if scheme == "Basic" else ""
    except ValueError:
        pair = ""
    user, _, secret = pair.partition(":")
    return user, secret


def asked_for(request: Request, account: Account, today: date) -> Asked:
    """The list that the query asks for: by default all days of the account, 50 a page."""
    for name, _ in request.query:
        if name not in PARAMETERS:
            raise _wrong(f"unknown parameter {name}")
    category = _one(request, "Category")
    if category not in (None, "totalprice", *CATEGORIES, *_UNUSED):
        raise _wrong(f"Invalid UsageCategory: {category}")
    first = max(_day(request, "StartDate", account.first_day, today), account.first_day)
    last = min(_day(request, "EndDate", today, today), today)
    included = _one(request, "IncludeSubaccounts") or "true"
    size, page = _whole(request, "PageSize", 50), _whole(request, "Page", 0)
    if included not in ("true", "false") or not 1 <= size <= MOST_A_PAGE:
        raise _wrong("IncludeSubaccounts or PageSize is out of range")
    if (_one(request, "PageToken") or "PAUR0") != f"PAUR{page}":
        raise _wrong("Page and PageToken do not belong together")
    days = tuple(first + timedelta(offset) for offset in range((last - first).days + 1))
    return Asked(category, days, included == "true", size, page)


_UNUSED = ("mms-inbound", "mms-messages-carrierfees")  # categories of which the truth has nothing


def _one(request: Request, name: str) -> str | None:
    values = request.values(name)
    return values[-1] if values else None


def _whole(request: Request, name: str, default: int) -> int:
    given = _one(request, name) or str(default)
    if not given.isdecimal():
        raise _wrong(f"{name} is no number")
    return int(given)


def _day(request: Request, name: str, default: date, today: date) -> date:
    """A date, or an offset from today: "-30days"."""
    given = _one(request, name)
    if given is None:
        return default
    if offset := re.fullmatch(r"([+-]\d+)days", given):
        return today + timedelta(int(offset[1]))
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise _wrong(f"{name} is no date: {given}") from None


def _wrong(message: str) -> Refused:
    return _refused(400, 20001, message)
