"""A request as API Gateway's HTTP API hands it over (payload format 2.0), read strictly.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

import msgspec

MOST_BODY = 64 * 1024  # bytes; a bill has 2,000
_MOST_FIELDS = 60


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """Method, path (decoded), headers (lower case), cookies, query, and the size of the body."""

    method: str
    path: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    raw_query: str
    body: bytes

    @property
    def is_too_large(self) -> bool:
        """Whether nobody would send that much."""
        return len(self.body) > MOST_BODY

    @property
    def wants_html(self) -> bool:
        """Whether a browser asks: `Accept` names HTML, and not JSON before it."""
        accept = self.headers.get("accept", "")
        html, json = accept.find("text/html"), accept.find("application/json")
        return html >= 0 and not 0 <= json < html

    @property
    def own_url(self) -> str:
        """Where this interface is, as whoever asks sees it, without a slash at its end."""
        return f"{self.scheme}://{self.headers.get('host', 'localhost')}"

    @property
    def scheme(self) -> str:
        """`http` on loopback alone; API Gateway knows nothing but `https`."""
        return "http" if self.headers.get("x-forwarded-proto") == "http" else "https"


def read_request(event: Mapping[str, Any]) -> Request:
    """The request. Raises ValueError for an event that is none."""
    http = event.get("requestContext", {}).get("http", {})
    path = event.get("rawPath", "")
    if not http.get("method") or not path.startswith("/"):
        raise ValueError("the event is no request of an HTTP API")
    raw_query = event.get("rawQueryString", "")
    return Request(
        method=http["method"].upper(),
        path=path,
        headers={name.lower(): value for name, value in (event.get("headers") or {}).items()},
        cookies=dict(_cookies(event.get("cookies") or ())),
        query=parse_qs(raw_query, keep_blank_values=True, max_num_fields=_MOST_FIELDS),
        raw_query=raw_query,
        body=_body(event),
    )


def _cookies(lines: Sequence[str]) -> Sequence[tuple[str, str]]:
    """Of two cookies of one name the first counts, which is the one of the longer path."""
    pairs = [line.partition("=") for each in lines for line in each.split(";")]
    return [(name.strip(), value.strip()) for name, _, value in reversed(pairs) if name.strip()]


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise ValueError("the body is no base64") from error
