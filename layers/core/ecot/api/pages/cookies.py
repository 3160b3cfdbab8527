"""The cookie of the sign-in page: it names a kept token, is signed, and ends by itself.

It is out of reach of scripts and of other sites' forms. Over https its name begins with `__Host-`,
by which browsers hold it to this host and to https; on loopback there is no https.
"""

from datetime import datetime, timedelta

from ecot.api.access import cookie_name
from ecot.api.request import Request
from ecot.jobs.signing import sign

LASTS = timedelta(days=30)
LASTS_FOR_MONTH = timedelta(hours=1)


def cookie_of(
    request: Request, key: bytes, token_id: str, now: datetime, lasts: timedelta, month: str = ""
) -> str:
    """The cookie that stands for the token, limited to a month where one is named."""
    value = sign(key, "cookie", token_id, now + lasts, month)
    return _written(request, value, int(lasts.total_seconds()))


def no_cookie(request: Request) -> str:
    """What takes it away."""
    return _written(request, "", 0)


def shown_cookie(request: Request) -> str:
    """The one that came with the request; empty where none did."""
    return request.cookies.get(cookie_name(request), "")


def _written(request: Request, value: str, seconds: int) -> str:
    secure = "; Secure" if request.scheme == "https" else ""
    return (
        f"{cookie_name(request)}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
    )
