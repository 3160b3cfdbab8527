"""The one HTTP client: what a provider's `fetch` is handed, with the key inside and never outside.

A process has one TLS context and one pool of connections (a context takes 43-77 ms to make). Keys
are sent to the configured server and nowhere else: redirects are not followed, cookies are not
kept, proxies of the environment are not used.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from ssl import SSLContext
from typing import Any
from urllib.parse import urlencode

import httpx
from pydantic import SecretStr

from ecot.errors import AccessDenied, ProviderError, Unavailable
from ecot.model.answer import Answer
from ecot.model.sentence import Sentence
from ecot.providers.patience import ASKED_WAIT, ASKS_ONLY, BUDGET, Budget, Patient
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
    added to them. `account` ("openai/edugami") begins every message. `options` are the account's
    own settings, as its provider describes them; `today` is the UTC day of the run, where some
    days are not answered for (None: nobody said). `key` is for a provider whose own library signs
    what it asks: that library's client is `kept` for the run, and `sleep` is how it waits before it
    asks again. `note` is what a person is told of the run though nothing is wrong.
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
        options: object = None,
        today: date | None = None,
        key: SecretStr | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = shared
        self._headers = dict(headers)
        self._secrets = (*secrets, *_credentials(headers))
        self.base_url = base_url.rstrip("/")
        self.provider = provider
        self.account = account
        self.budget = budget
        self.options = options
        self.today = today
        self.key = key
        self.sleep = sleep
        self.kept: object = None
        self.note: Sentence | None = None

    def __repr__(self) -> str:
        return f"<Http {self.account} at {self.base_url}>"

    async def answer(
        self,
        feed: str,
        path: str,
        params: Params = (),
        *,
        question: Any = None,
        sub_account_id: str | None = None,
        day: date | None = None,
        asked: Mapping[str, str] | None = None,
    ) -> Answer:
        """One page of a feed, with the endpoint it came from; secrets are already taken out.

        With a `question` it is asked by POST, which must change nothing at the provider: it is
        asked again after a failure like any GET."""
        content = None if question is None else json.dumps(question, sort_keys=True).encode()
        body = await self.get(path, params, content)
        shown = keepable(_endpoint(path, params, content).encode(), self._secrets).decode()
        return Answer(
            feed=feed,
            endpoint=shown,
            body=body,
            sub_account_id=sub_account_id,
            day=day,
            asked=asked or {},
        )

    async def get(self, path: str, params: Params = (), content: bytes | None = None) -> bytes:
        """The body of a successful answer, secrets taken out; anything else is a ProviderError."""
        if not all(secret and set(secret) <= _SENDABLE for secret in self._secrets):
            raise self._error(AccessDenied, _UNSENDABLE, remedy=_COPY_AGAIN)
        reply = await self._reply(path, params, content)
        endpoint = f"{_method(content)} {path}"
        if reply is None:
            raise self._error(Unavailable, _NO_TIME, remedy=_GOES_ON)
        if isinstance(reply, str):
            text = "{account}: {provider} gave no answer to {endpoint} ({reason})"
            raise self._error(Unavailable, text, endpoint=endpoint, reason=reply)
        if not reply.is_success:
            raise self._refusal(endpoint, reply)
        return keepable(reply.content, self._secrets)

    async def _reply(
        self, path: str, params: Params, content: bytes | None
    ) -> httpx.Response | str | None:
        """The response, or why there is none: an exception of httpx may show what was sent. None
        where the time is used up."""
        if (seconds := self.budget.left()) <= 0:
            return None
        sends = {} if content is None else {"content-type": "application/json"}
        try:
            async with asyncio.timeout(seconds):
                return await self._client.request(
                    _method(content),
                    self.base_url + path,
                    params=tuple(params),
                    content=content,
                    headers=self._headers | sends,
                    extensions={BUDGET: self.budget, ASKS_ONLY: True},
                )
        except TimeoutError:
            return None
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
_NO_TIME = "{account}: the time for this account is used up"
_GOES_ON = "Collect again: it goes on where it stopped."
_UNSENDABLE = "{account}: the key is empty, or holds a space, a line break or an accent"
_COPY_AGAIN = "Copy the key again, without quotes, spaces or line breaks around it."


def _endpoint(path: str, params: Params, content: bytes | None) -> str:
    """What is asked, as a person reads it: "POST /query {…}"."""
    query = f"?{urlencode(params)}" if params else ""
    question = f" {content.decode()}" if content else ""
    return f"{_method(content)} {path}{query}{question}"


def _method(content: bytes | None) -> str:
    return "GET" if content is None else "POST"


def _credentials(headers: Mapping[str, str]) -> list[str]:
    values = [value for name, value in headers.items() if name.lower() == "authorization"]
    return [word for value in values for word in value.split(" ", 1)[1:]]
