"""Resend's SDK, held: its globals set for one call at a time, and a transport that ends.

Of resend 2.52.0, read and run 2026-11 (all of it also in 2.51): the key, the address and the
transport are globals of the module, the address is taken from the environment at import, and its
own transport follows redirects, waits 30 s and never tries again. A failure of the transport comes
as a ResendError of code 500 and type `HttpClientError`, an answer that is no JSON as
`application_error`; the status of the answer counts, and not the `statusCode` that its body states.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from pydantic import SecretStr

if TYPE_CHECKING:
    from resend.http_client import HTTPClient

T = TypeVar("T")
_ONE_AT_A_TIME = threading.Lock()


def transport(client: httpx.Client) -> "HTTPClient":
    """The SDK's transport over our own client. It is made here, for importing `resend` takes a
    quarter of a second, and only a mail needs it."""
    from resend.http_client import HTTPClient

    class Transport(HTTPClient):
        def request(
            self,
            method: str,
            url: str,
            headers: Mapping[str, str],
            json: dict[str, object] | list[object] | None = None,
            files: dict[str, Any] | None = None,  # noqa: ARG002 - of no call that is used here
            data: dict[str, str] | None = None,  # noqa: ARG002
        ) -> tuple[bytes, int, Mapping[str, str]]:
            body = json if method == "post" else None
            answer = client.request(method, url, headers=dict(headers), json=body)
            return answer.content, answer.status_code, answer.headers

    return Transport()


def called(secret: SecretStr, url: str, client: httpx.Client, call: Callable[[], T]) -> T:
    """What the SDK's `call` gives, with this key and at this address. Raises ResendError."""
    with _ONE_AT_A_TIME, _globals(secret.get_secret_value(), url, transport(client)):
        return call()


@contextmanager
def _globals(key: str, url: str, through: "HTTPClient") -> Iterator[None]:
    import resend

    before = resend.api_key, resend.api_url, resend.default_http_client
    resend.api_key, resend.api_url, resend.default_http_client = key, url, through
    try:
        yield
    finally:
        resend.api_key, resend.api_url, resend.default_http_client = before
