"""The cookie of the sign-in page: it names a kept token, is signed, and ends by itself.

It is out of reach of scripts and of other sites' forms. Over https its name begins with `__Host-`,
by which browsers hold it to this host and to https; on loopback there is no https.
"""

from datetime import datetime, timedelta

from ecot.api.access import COOKIES
from ecot.api.request import Request
from ecot.api.signing import sign

LASTS = timedelta(days=30)
LASTS_FOR_MONTH = timedelta(hours=1)
_OVER_HTTPS, _ON_LOOPBACK = COOKIES


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
    return next((request.cookies[name] for name in COOKIES if name in request.cookies), "")


def _written(request: Request, value: str, seconds: int) -> str:
    is_https = request.own_url.startswith("https:")
    name = _OVER_HTTPS if is_https else _ON_LOOPBACK
    secure = "; Secure" if is_https else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}"
