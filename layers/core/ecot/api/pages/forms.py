"""What a form sends, and whether it is a form of ours.

SameSite keeps other sites' forms from carrying the cookie, the check of Origin refuses them if they
do, and the guard is a third lock: a signed value in each form that only holds with the cookie for
which it was made.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from ecot.api.pages.cookies import shown_cookie
from ecot.api.request import Request
from ecot.jobs.signing import sign, verify
from ecot.model.access import Grant

LASTS = timedelta(hours=12)
_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 60
_LONGEST = 2_000  # characters of a field: a name or a note has fewer than 500


def is_form(request: Request) -> bool:
    """Whether a form was sent, and not JSON."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM


def fields_of(request: Request) -> dict[str, str]:
    """What was typed, by field; of a field that comes twice, the first. Nothing where what was sent
    is no form."""
    try:
        text = request.body.decode()
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:  # not UTF-8, or more fields than any form of ours
        return {}
    return {name: value[:_LONGEST] for name, value in reversed(pairs)}


def guard_of(request: Request, grant: Grant | None, key: Callable[[], bytes], now: datetime) -> str:
    """What forms for this reader carry; empty where no cookie speaks for them. The key is asked for
    where it is needed: before there is a first token there is none."""
    if grant is None or grant.by != "cookie":
        return ""
    return sign(key(), "form", grant.id, now + LASTS, _mark(request))


def is_ours(request: Request, grant: Grant, guard: str, key: bytes, now: datetime) -> bool:
    """Whether the form was made for this reader. Whoever shows a token instead of a cookie needs no
    guard: no other site can make a browser show one."""
    if grant.by != "cookie":
        return True
    signed = verify(key, "form", guard, now)
    if signed is None or signed.id != grant.id:
        return False
    return hmac.compare_digest(signed.about, _mark(request))


def _mark(request: Request) -> str:
    """Of the cookie, by which a guard is bound to it."""
    return hashlib.sha256(shown_cookie(request).encode()).hexdigest()[:32]
