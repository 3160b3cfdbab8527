"""One request to Notion through its library, and what came of it as a value.

What notion-client 3.1.0 does otherwise is switched off here: its retries (they know neither 529 nor
409), its logger (one more handler a client), its default version. It is imported when it is used.
"""

import json
import logging
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any
from urllib.parse import urlsplit

import httpx
from notion_client import Client
from notion_client.errors import HTTPResponseError, RequestTimeoutError
from pydantic import SecretStr

from ecot.errors import SinkRefused
from ecot.model.address import is_safe
from ecot.sinks.notion.errors import Denied
from ecot.sinks.notion.failure import Failure

NOTION = "https://api.notion.com"
VERSION = "2026-03-11"
LONGEST_SECONDS = 60.0  # Notion's own limit of a request (its error 503, read 2026-11)
LONGEST_CONNECTING_SECONDS = 10.0


class Wire:
    """A connection with the token inside. Close it."""

    def __init__(self, token: SecretStr, base_url: str | None) -> None:
        address = _address(base_url)
        self._secret = _sendable(token)
        self._http = httpx.Client(
            verify=_tls(),
            follow_redirects=False,
            trust_env=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        )
        self._client = Client(
            client=self._http,
            auth=self._secret,
            base_url=address,
            notion_version=VERSION,
            retry=False,
            logger=_silent(),
            log_level=logging.CRITICAL,
        )

    def __repr__(self) -> str:
        return f"<Wire to {self._http.base_url}>"

    def send(self, call: Callable[[Client], object], seconds: float | None) -> object | Failure:
        """What `call` comes to, after so many seconds of silence at most (None: Notion's own)."""
        longest = min(LONGEST_SECONDS, LONGEST_SECONDS if seconds is None else seconds)
        self._http.timeout = httpx.Timeout(
            longest, connect=min(longest, LONGEST_CONNECTING_SECONDS)
        )
        try:
            return call(self._client)
        except HTTPResponseError as error:
            return self._refusal(error)
        except RequestTimeoutError as error:
            return _silence(error.__context__, "no answer in time")
        except httpx.RequestError as error:
            return _silence(error, type(error).__name__)
        except (json.JSONDecodeError, UnicodeDecodeError):
            return Failure(200, "an answer that is no JSON")

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def _refusal(self, error: HTTPResponseError) -> Failure:
        body = _object(error.body)
        more = _dict(body.get("additional_data"))
        return Failure(
            status=error.status,
            message=self._quoted(_text(body.get("message")) or _kind(error)),
            code=_text(body.get("code")),
            limit=_text(more.get("rate_limit_reason")),
            committed=_text(more.get("committed_resource_id")) or None,
            wait=_asked_wait(error.headers),
            is_full=body.get("code") == "row_limit_exceeded" or "block_limit" in more,
        )

    def _quoted(self, text: str) -> str:
        """As much of what Notion says as a sentence may quote, on one line, without the token."""
        line = " ".join(text.replace(self._secret, "[redacted]").split())
        return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"


_LONGEST_QUOTE = 240


@cache
def _tls() -> SSLContext:
    return httpx.create_ssl_context()  # 50 ms


def _address(base_url: str | None) -> str:
    address = (base_url or NOTION).rstrip("/").removesuffix("/v1")  # the library appends it
    if not is_safe(parts := urlsplit(address)):
        raise SinkRefused(
            "Notion is not asked at {host}: the token could be read on the way",
            remedy="Write an address with https in [notion] base_url, or leave it out.",
            host=parts.hostname or "an address without a host",
        )
    return address


def _sendable(token: SecretStr) -> str:
    secret = token.get_secret_value()
    if not secret or not set(secret) <= _SENDABLE:
        raise Denied(
            "The token of Notion is empty, or holds a space, a line break or an accent",
            remedy="Copy it again, without quotes, spaces or line breaks around it.",
        )
    return secret


_SENDABLE = frozenset(map(chr, range(33, 127)))


def _silent() -> logging.Logger:
    """The library logs addresses and what Notion says of errors, which our own sentences do."""
    logger = logging.getLogger("ecot.notion_client")
    logger.propagate = False
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    return logger


def _silence(error: BaseException | None, message: str) -> Failure:
    """Only where no connection was made is it certain that Notion knows of nothing."""
    never_left = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout
    return Failure(None, message, arrived=not isinstance(error, never_left))


def _object(text: str) -> dict[str, Any]:
    try:
        return _dict(json.loads(text))
    except ValueError:
        return {}


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _kind(error: HTTPResponseError) -> str:
    is_page = "html" in error.headers.get("content-type", "")
    return "a web page instead of an answer" if is_page else "no reason given"


def _asked_wait(headers: httpx.Headers) -> float | None:
    """The seconds that Retry-After asks for: a number, or a date, which counts from the answer's
    own (RFC 9110, 10.2.3). None where it says nothing that can be understood."""
    text = headers.get("retry-after", "").strip()
    try:
        return max(float(text), 0.0) if text.replace(".", "", 1).isdecimal() else _until(headers)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None


def _until(headers: httpx.Headers) -> float:
    end, start = (parsedate_to_datetime(headers[name]) for name in ("retry-after", "date"))
    return max((end - start).total_seconds(), 0.0)
