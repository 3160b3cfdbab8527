"""What stands between a client and prism, where a test answers something itself."""

from collections.abc import Callable

import httpx

Here = Callable[[httpx.Request], httpx.Response | None]
Altered = Callable[[httpx.Request, bytes], bytes]
JSON = {"content-type": "application/json"}


class Between(httpx.AsyncHTTPTransport):
    """`here` answers what prism is not to be asked, and None to all else, which prism is.

    `altered` makes another body of one of prism's answers, whose headers are then left out: they
    tell of the body that was.
    """

    def __init__(self, here: Here | None, altered: Altered | None) -> None:
        super().__init__()
        self._here, self._altered = here, altered
        self.answered: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        own = self._here(request) if self._here else None
        if own is not None:
            self.answered.append(request)
            return own
        answer = await super().handle_async_request(request)
        if self._altered is None:
            return answer
        body = self._altered(request, await answer.aread())
        return httpx.Response(answer.status_code, headers=JSON, content=body)
