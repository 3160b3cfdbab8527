"""The one HTTP client: what a provider's `fetch` is handed, with the key inside and never outside.

A process has one TLS context and one pool of connections (a context takes 43-77 ms to make). Keys
are sent to the configured server and nowhere else: redirects are not followed, cookies are not
kept, proxies of the environment are not used.
"""

import asyncio
from collections.abc import Mapping, Sequence
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from urllib.parse import urlencode

import httpx

from ecot.errors import AccessDenied, ProviderError, Unavailable
from ecot.model.answer import Answer
from ecot.providers.patience import ASKED_WAIT, BUDGET, Budget, Patient
from ecot.providers.redaction import keepable, quotable
from ecot.providers.refusal import meaning, own_words

TIMEOUT = httpx.Timeout(60.0, connect=10.0, pool=None)  # waiting for a connection costs budget only
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=50)
USER_AGENT = "ecot (collects an organisation's own bills)"

Params = Sequence[tuple[str, str]]


def client(transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """The client that every account of a run shares; `transport` (default: a real, patient one)."""
    if transport is None:
        transport = Patient(httpx.AsyncHTTPTransport(verify=_tls(), limits=LIMITS))
    return httpx.AsyncClient(
        transport=transport,
        timeout=TIMEOUT,
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        headers={"user-agent": USER_AGENT, "accept": "application/json"},
    )


@cache
def _tls() -> SSLContext:
    return httpx.create_ssl_context()


class Http:
    """A provider's server as one account reads it: key, time budget, and errors that can be shown.

    `secrets` are what must never come out again; the credential of an Authorization header is
    added to them. `account` ("openai/edugami") begins every message.
    """

    def __init__(
        self,
        shared: httpx.AsyncClient,
        *,
        base_url: str,
        headers: Mapping[str, str],
        secrets: Sequence[str],
        provider: str,
        account: str,
        budget: Budget,
    ) -> None:
        self._client = shared
        self._headers = dict(headers)
        self._secrets = (*secrets, *_credentials(headers))
        self.base_url = base_url.rstrip("/")
        self.provider = provider
        self.account = account
        self.budget = budget

    def __repr__(self) -> str:
        return f"<Http {self.account} at {self.base_url}>"

    async def answer(self, feed: str, path: str, params: Params = ()) -> Answer:
        """One page of a feed, with the endpoint it came from; secrets are already taken out."""
        body = await self.get(path, params)
        endpoint = f"GET {path}?{urlencode(params)}" if params else f"GET {path}"
        shown = keepable(endpoint.encode(), self._secrets).decode()
        return Answer(feed=feed, endpoint=shown, body=body)

    async def get(self, path: str, params: Params = ()) -> bytes:
        """The body of a successful answer, secrets taken out; anything else is a ProviderError."""
        if not all(secret and set(secret) <= _SENDABLE for secret in self._secrets):
            raise self._error(AccessDenied, _UNSENDABLE, remedy=_COPY_AGAIN)
        reply = await self._reply(path, params)
        endpoint = f"GET {path}"
        if isinstance(reply, str):
            text = "{account}: {provider} gave no answer to {endpoint} ({reason})"
            raise self._error(Unavailable, text, endpoint=endpoint, reason=reply)
        if not reply.is_success:
            raise self._refusal(endpoint, reply)
        return keepable(reply.content, self._secrets)

    async def _reply(self, path: str, params: Params) -> httpx.Response | str:
        """The response, or why there is none: an exception of httpx may show what was sent."""
        if (seconds := self.budget.left()) <= 0:
            return _NO_TIME
        try:
            async with asyncio.timeout(seconds):
                return await self._client.get(
                    self.base_url + path,
                    params=tuple(params),
                    headers=self._headers,
                    extensions={BUDGET: self.budget},
                )
        except TimeoutError:
            return _NO_TIME
        except (httpx.RequestError, httpx.InvalidURL) as error:
            return f"{type(error).__name__}: {error}"

    def _refusal(self, endpoint: str, response: httpx.Response) -> ProviderError:
        asked = response.extensions.get(ASKED_WAIT, 0.0)
        kind, text = meaning(response, too_long=asked >= self.budget.left())
        return self._error(
            kind,
            text,
            endpoint=endpoint,
            status=response.status_code,
            seconds=f"{asked:.0f}",
            detail=own_words(response),
        )

    def _error(
        self, kind: type[ProviderError], text: str, remedy: str = "", **values: object
    ) -> ProviderError:
        shown = {name: quotable(str(value), self._secrets) for name, value in values.items()}
        return kind(text, remedy=remedy, account=self.account, provider=self.provider, **shown)


_SENDABLE = frozenset(map(chr, range(33, 127)))
_NO_TIME = "the time for this account is used up"
_UNSENDABLE = "{account}: the key is empty, or holds a space, a line break or an accent"
_COPY_AGAIN = "Copy the key again, without quotes, spaces or line breaks around it."


def _credentials(headers: Mapping[str, str]) -> list[str]:
    values = [value for name, value in headers.items() if name.lower() == "authorization"]
    return [word for value in values for word in value.split(" ", 1)[1:]]
