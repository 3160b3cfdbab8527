"""An answer on its way out: what every one of them says to browsers, and how Lambda wants it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from aws_lambda_powertools.event_handler import Response

from ecot.api.request import Request

_EVERYWHERE: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",  # an address may hold a signed link
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "X-Robots-Tag": "noindex, nofollow",
    "Cache-Control": "no-store",
    "Vary": "Accept, Authorization, Cookie",
}
_HTTPS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """Status, headers, cookies and body; a body of bytes is in base64."""

    status: int
    headers: Mapping[str, str]
    cookies: tuple[str, ...] = ()
    body: str = ""
    is_base64: bool = False


def built_of(response: Response[str]) -> Built:
    """What a route, or a refusal before it, answers."""
    headers = {name: str(value) for name, value in response.headers.items()}
    return Built(status=int(response.status_code), headers=headers, body=response.body or "")


def answered(resolved: Mapping[str, Any]) -> Built:
    """What Powertools makes of a route's answer."""
    return Built(
        status=int(resolved["statusCode"]),
        headers=resolved.get("headers") or {},
        cookies=tuple(resolved.get("cookies") or ()),
        body=resolved.get("body") or "",
        is_base64=bool(resolved.get("isBase64Encoded")),
    )


def sealed(built: Built, request: Request | None = None) -> dict[str, Any]:
    """The answer for API Gateway (payload format 2.0). What a route says itself stays; an answer
    to HEAD, and one that has nothing to say, has no body."""
    is_https = request is not None and request.scheme == "https"
    headers = {**_EVERYWHERE, **(_HTTPS if is_https else {}), **_titled(built.headers)}
    is_bare = built.status in (204, 304) or (request is not None and request.method == "HEAD")
    return {
        "statusCode": int(built.status),
        "headers": headers,
        "cookies": list(built.cookies),
        "body": "" if is_bare else built.body,
        "isBase64Encoded": built.is_base64 and not is_bare,
    }


def _titled(headers: Mapping[str, str]) -> dict[str, str]:
    """Names as they are usually written, so that one header has one name."""
    known = {name.lower(): name for name in (*_EVERYWHERE, *_HTTPS)}
    return {known.get(name.lower(), name): value for name, value in headers.items()}
