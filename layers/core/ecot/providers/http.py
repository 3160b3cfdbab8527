"""The one HTTP client: what a provider's `fetch` is handed, with the key inside and never outside.

A process has one TLS context and one pool of connections (a context takes 43-77 ms to make). Keys
are sent to the configured server and nowhere else: redirects are not followed, cookies are not
kept, proxies of the environment are not used.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cache, partial
from secrets import token_bytes
from ssl import SSLContext
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from pydantic import SecretStr

from ecot.errors import AccessDenied, ProviderError, Unavailable, UnexpectedAnswer
from ecot.model.address import is_safe
from ecot.model.answer import Answer
from ecot.model.sentence import Sentence
from ecot.providers.patience import ASKED_WAIT, ASKS_ONLY, BUDGET, PACE, Budget, Pace
from ecot.providers.people import People
from ecot.providers.redaction import bare, keepable, short
from ecot.providers.refusal import meaning, own_words

if TYPE_CHECKING:  # 30 ms, which a function that asks no provider starts without
    import httpx

USER_AGENT = "ecot (collects an organisation's own bills)"

Params = Sequence[tuple[str, str]]


def client(transport: "httpx.AsyncBaseTransport | None" = None) -> "httpx.AsyncClient":
    """The client that every account of a run shares; `transport` (default: a real, patient one)."""
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx

    from ecot.providers.transport import Patient

    if transport is None:
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=50)
        transport = Patient(httpx.AsyncHTTPTransport(verify=_tls(), limits=limits))
    return httpx.AsyncClient(
        transport=transport,
        timeout=httpx.Timeout(60.0, connect=10.0, pool=None),  # waiting for one costs budget only
        follow_redirects=False,
        trust_env=False,
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        headers={"user-agent": USER_AGENT, "accept": "application/json"},
    )


@cache
def _tls() -> SSLContext:
    import httpx

    return httpx.create_ssl_context()


class Http:
    """A provider's server as one account reads it: key, time budget, and errors that can be shown.

    `secrets` are what must never come out again; the credential of an Authorization header is
    added to them. `account` ("openai/edugami") begins every message. `options` are the account's
    own settings, as its provider describes them; `today` is the UTC day of the run, where some
    days are not answered for, and `now` the moment at which the account's turn began (None: nobody
    said). `key` is for a provider whose own library signs what it asks: that library's client, or
    a pace of a provider's own, is `kept` for the run, and `sleep` is how it waits before it asks
    again. `people` hides who is named in an answer; `personal` are the fields of JSON that name
    somebody otherwise than by an e-mail address. `pace` is how fast an account may ask. `note`
    is what a person is told of the run though nothing is wrong.
    """

    def __init__(
        self,
        shared: "httpx.AsyncClient",
        *,
        base_url: str,
        headers: Mapping[str, str],
        secrets: Sequence[str],
        provider: str,
        account: str,
        budget: Budget,
        options: object = None,
        today: date | None = None,
        now: datetime | None = None,
        key: SecretStr | None = None,
        people: People | None = None,
        personal: Collection[str] = (),
        pace: Pace | None = None,
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
        self.now = now
        self.key = key
        self.people = people or People(partial(token_bytes, 32))
        self._personal = tuple(personal)
        self._pace = pace
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
        body = self.without_people(await self.get(path, params, content))
        named = [(name, self.people.hidden(value)) for name, value in params]
        shown = self.without_people(
            keepable(_endpoint(path, named, content).encode(), self._secrets)
        )
        return Answer(
            feed=feed,
            endpoint=shown.decode(),
            body=body,
            sub_account_id=sub_account_id,
            day=day,
            asked=asked or {},
        )

    async def download(
        self,
        feed: str,
        link: str,
        *,
        day: date | None = None,
        asked: Mapping[str, str] | None = None,
    ) -> Answer:
        """A file that an answer links to, mostly at another server. It is asked for without the
        key. A signed link is as good as a key: its query is neither kept nor shown."""
        parts = urlsplit(link)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        if not is_safe(parts):
            text = "{account}: {provider} links to {endpoint}, where nothing is read from"
            raise self._error(UnexpectedAnswer, text, endpoint=place)
        hidden = [parts.query] if parts.query else []
        body = await self._body(_Asking("GET", link, {}, f"GET {place}", tuple(hidden)))
        endpoint = self.without_people(f"GET {place}".encode()).decode()
        return Answer(
            feed=feed, endpoint=endpoint, body=self.without_people(body), day=day, asked=asked or {}
        )

    async def get(self, path: str, params: Params = (), content: bytes | None = None) -> bytes:
        """The body of a successful answer, secrets taken out; anything else is a ProviderError."""
        if not all(secret and set(secret) <= _SENDABLE for secret in self._secrets):
            raise self._error(AccessDenied, _UNSENDABLE, remedy=_COPY_AGAIN)
        sends = {} if content is None else {"content-type": "application/json"}
        method, url = _method(content), self.base_url + path
        shown = f"{method} {path}"
        return await self._body(
            _Asking(method, url, self._headers | sends, shown, (), params, content)
        )

    async def _body(self, asking: "_Asking") -> bytes:
        reply = await self._reply(asking)
        if reply is None:
            raise self._error(Unavailable, _NO_TIME, remedy=_GOES_ON)
        if isinstance(reply, str):
            text = "{account}: {provider} gave no answer to {endpoint} ({reason})"
            raise self._error(Unavailable, text, asking.hidden, endpoint=asking.shown, reason=reply)
        if not reply.is_success:
            raise self._refusal(asking, reply)
        return keepable(reply.content, (*self._secrets, *asking.hidden))

    async def _reply(self, asking: "_Asking") -> "httpx.Response | str | None":
        """The response, or why there is none: an exception of httpx may show what was sent. None
        where the time is used up."""
        import httpx

        if (seconds := self.budget.left()) <= 0:
            return None
        try:
            async with asyncio.timeout(seconds):
                return await self._client.request(
                    asking.method,
                    asking.url,
                    params=tuple(asking.params) or None,
                    content=asking.content,
                    headers=asking.headers,
                    extensions={BUDGET: self.budget, PACE: self._pace, ASKS_ONLY: True},
                )
        except TimeoutError:
            return None
        except (httpx.RequestError, httpx.InvalidURL) as error:
            return f"{type(error).__name__}: {error}"

    def without_people(self, body: bytes) -> bytes:
        """The bytes without who people are."""
        text = body.decode("utf-8", "surrogateescape")
        return self.people.hidden(text, self._personal).encode("utf-8", "surrogateescape")

    def quoted(self, text: str, secrets: Sequence[str]) -> str:
        """`text` as a sentence may quote it, without secrets and people. It is cut last: of an
        address that is cut nobody sees that it is one."""
        return short(self.people.hidden(bare(text, secrets)))

    def _refusal(self, asking: "_Asking", response: "httpx.Response") -> ProviderError:
        asked = response.extensions.get(ASKED_WAIT, 0.0)
        kind, text = meaning(response, too_long=asked >= self.budget.left())
        return self._error(
            kind,
            text,
            asking.hidden,
            endpoint=asking.shown,
            status=response.status_code,
            seconds=f"{asked:.0f}",
            detail=own_words(response),
        )

    def _error(
        self,
        kind: type[ProviderError],
        text: str,
        hidden: Sequence[str] = (),
        remedy: str = "",
        **values: object,
    ) -> ProviderError:
        secrets = (*self._secrets, *hidden)
        shown = {name: self.quoted(str(value), secrets) for name, value in values.items()}
        return kind(text, remedy=remedy, account=self.account, provider=self.provider, **shown)


class _Asking(NamedTuple):
    """One request: what is sent, how it is `shown`, and what else must never come out again."""

    method: str
    url: str
    headers: Mapping[str, str]
    shown: str
    hidden: tuple[str, ...] = ()
    params: Params = ()
    content: bytes | None = None

    def __repr__(self) -> str:
        """Without headers and query: a traceback may show what functions hold."""
        return f"<{self.shown}>"


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
