"""The check: may whoever sends this request ask this route? One pure function, without a clock, a
store or a log; API Gateway has no authorizer beside it.

A token is shown in `Authorization: Bearer`, by the cookie of the sign-in page, by a signed link
(`?link=`), and, for bookmarks, as `?token=` where a rule allows it. The first of these that is
there decides alone. Digests are compared in constant time, each with every one that is kept, so
that the time tells nothing of how much of a token was right.
"""

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from ecot.api.request import Request
from ecot.api.rules import Rule
from ecot.jobs.access import digest_of
from ecot.jobs.signing import Kind, verify
from ecot.model.access import Grant, Means, Token
from ecot.model.sentence import Sentence

COOKIES = ("__Host-ecot", "ecot")
"""What the cookie of the sign-in page is called: over https, where no other host can set it, and on
loopback, where there is no https."""
LINK, TOKEN = "link", "token"
_BEARER = "bearer "

Reason = Literal["none", "unknown", "expired", "revoked", "role", "month", "origin"]
_TEXTS: Mapping[Reason, Sentence] = {
    "none": Sentence("A token is needed here"),
    "unknown": Sentence("Nobody knows this token"),
    "expired": Sentence("This token has expired"),
    "revoked": Sentence("This token was revoked"),
    "role": Sentence("This token is not for that"),
    "month": Sentence("This link shows the report of one month, and nothing else"),
    "origin": Sentence("A form of another site may not be sent here"),
}
_REMEDIES: Mapping[Reason, Sentence] = {
    "none": Sentence("Send it as `Authorization: Bearer …`; `ecot tokens new report` makes one."),
    "unknown": Sentence(
        "Check that it was copied whole; `ecot tokens list` shows those there are."
    ),
    "expired": Sentence("Ask for a new one: `ecot tokens new`."),
    "revoked": Sentence("Ask for a new one: `ecot tokens new`."),
    "role": Sentence("Use one of another role; docs/api.md says which route needs which."),
    "month": Sentence("Sign in with a token to see more."),
    "origin": Sentence("Open the form on this site, and send it from there."),
}


class Refusal(NamedTuple):
    """Why not: `status` is 401 for somebody unknown, 403 for somebody known who may not."""

    reason: Reason

    @property
    def status(self) -> int:
        """The status of the answer."""
        return 403 if self.reason in ("role", "month", "origin") else 401

    @property
    def text(self) -> Sentence:
        """What is wrong."""
        return _TEXTS[self.reason]

    @property
    def remedy(self) -> Sentence:
        """What to do."""
        return _REMEDIES[self.reason]


class Shown(NamedTuple):
    """What a request shows of whoever sends it. Names of headers are in lower case."""

    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    query: Mapping[str, Sequence[str]]


def cookie_name(request: Request) -> str:
    """What our cookie is called where the request was sent. Over https the other name is nobody's:
    a neighbour of the same domain could have set it."""
    over_https, on_loopback = COOKIES
    return on_loopback if request.scheme == "http" else over_https


def shown_by(request: Request) -> Shown:
    """What the request shows; of its cookies, ours alone."""
    name = cookie_name(request)
    cookies = {name: request.cookies[name]} if name in request.cookies else {}
    return Shown(request.headers, cookies, request.query)


def check(
    shown: Shown, rule: Rule, tokens: Iterable[Token], key: Callable[[], bytes], now: datetime
) -> Grant | Refusal:
    """Who is asking, or why they may not. `tokens` are all that are kept, `key` gives the one that
    signs cookies and links where one of them is shown, `now` is UTC."""
    found = _found(shown, rule, list(tokens), key, now)
    if isinstance(found, Refusal):
        return found
    token, by = found
    if token.revoked is not None:
        return Refusal("revoked")
    if not token.holds(now):
        return Refusal("expired")
    if token.role not in rule.roles:
        return Refusal("role")
    if token.month is not None and not rule.is_of_month:
        return Refusal("month")
    if by == "cookie" and not rule.is_safe and not is_own(shown.headers):
        return Refusal("origin")
    return Grant(id=token.id, role=token.role, by=by, label=token.label, month=token.month)


def _found(
    shown: Shown, rule: Rule, tokens: Sequence[Token], key: Callable[[], bytes], now: datetime
) -> tuple[Token, Means] | Refusal:
    """The kept token that is shown, and how; whether it still holds is not looked at."""
    if (header := shown.headers.get("authorization")) is not None:
        is_bearer = header[: len(_BEARER)].lower() == _BEARER
        token = _matching(header[len(_BEARER) :].strip(), tokens) if is_bearer else None
        return (token, "token") if token else Refusal("unknown")
    if "query" in rule.means and (stated := shown.query.get(TOKEN)):
        token = _matching(stated[0], tokens) if len(stated) == 1 else None
        return (token, "query") if token else Refusal("unknown")
    if "link" in rule.means and (stated := shown.query.get(LINK)):
        token = _signed("link", stated[0], tokens, key(), now) if len(stated) == 1 else None
        return (token, "link") if token else Refusal("unknown")
    cookie = next((shown.cookies[name] for name in COOKIES if name in shown.cookies), None)
    if "cookie" in rule.means and cookie is not None:
        token = _signed("cookie", cookie, tokens, key(), now)
        return (token, "cookie") if token else Refusal("unknown")
    return Refusal("none")


def matching(shown: str, tokens: Iterable[Token], now: datetime) -> Token | None:
    """The kept token that somebody types into the sign-in page, if it holds."""
    token = _matching(shown, list(tokens))
    return token if token is not None and token.holds(now) else None


def _matching(shown: str, tokens: Sequence[Token]) -> Token | None:
    stated = digest_of(shown).encode()
    found = None
    for token in tokens:
        if hmac.compare_digest(stated, token.digest.encode()):
            found = token
    return found


def _signed(
    kind: Kind, value: str, tokens: Sequence[Token], key: bytes, now: datetime
) -> Token | None:
    signed = verify(key, kind, value, now)
    if signed is None:
        return None
    token = next((one for one in tokens if one.id == signed.id), None)
    is_theirs = token is not None and (not signed.about or signed.about == (token.month or ""))
    return token if is_theirs else None


def is_own(headers: Mapping[str, str]) -> bool:
    """Whether the page that sends it is ours: a browser says so, and no page can make it lie."""
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")
