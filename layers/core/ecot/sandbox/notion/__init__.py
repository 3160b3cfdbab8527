"""A made-up company's Notion: pages, databases and tables, kept and answered as Notion does.

Speaks the versions 2026-03-11 and 2025-09-03 of its interface, as far as a sync needs it:
databases, data sources, queries, pages and what stands on them, property items, search and the
token's own user. It gives the recorded answers of the real one
(`tests/sandbox/notion/test_recorded.py`); what no recording shows is said where it is decided. Not
reproduced: real latency, queries that lag behind writes, roll-ups that are computed later, and the
limits of each plan.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from ecot.sandbox.messages import Request, Response, json_response
from ecot.sandbox.notion import routes
from ecot.sandbox.notion.asked import Context
from ecot.sandbox.notion.limits import Budget, admit
from ecot.sandbox.notion.paging import MOST_PER_PAGE, Cursors
from ecot.sandbox.notion.records import Json
from ecot.sandbox.notion.refusals import Refused
from ecot.sandbox.notion.world import NotionWorld

REQUESTS_PER_MINUTE = 180
"""Of one connection (a third party's note of Notion's page, 2026-10-08; it fits 3 a second)."""


class NotionSite:
    """Serves a workspace as Notion would; `world` is what is in it, and people's hands on it.

    `now` is the clock of its stamps and of the minute's budget. `most_per_answer` makes answers
    shorter than was asked for, as Notion's may be; with `query_lag` a query does not find a row
    before it is so old, since nothing promises that it does (a page is always found by its id).
    """

    def __init__(
        self,
        now: Callable[[], datetime],
        token: str,
        *,
        world: NotionWorld | None = None,
        requests_per_minute: int = REQUESTS_PER_MINUTE,
        most_per_answer: int = MOST_PER_PAGE,
        block_limit: int | None = None,
        query_lag: timedelta = timedelta(0),
    ) -> None:
        self.token = token
        self.world = world or NotionWorld(now, block_limit=block_limit)
        self.budget = Budget(now, requests_per_minute)
        self.context = Context(
            self.world, Cursors(self.world.identifiers), most_per_answer, query_lag
        )

    def answer(self, request: Request, /) -> Response:
        """Notion's answer, or its refusal with a true body."""
        try:
            version = admit(request, self.token)
            with self.world.lock:
                self.budget.spend()
            content = _in_version(routes.answer(self.context, request), version)
        except Refused as refusal:
            content = {**refusal.content, "request_id": self._request_id()}
            return json_response(content, refusal.status, refusal.headers)
        return json_response({**content, "request_id": self._request_id()})

    def _request_id(self) -> str:
        with self.world.lock:
            return self.world.identifiers.unique()


def _in_version(content: Json, version: str) -> Json:
    """The older version says `archived` beside `in_trash`."""
    if version != "2025-09-03":
        return content
    if content["object"] == "list":
        shown = [_in_version(each, version) for each in content["results"]]
        return {**content, "results": shown}
    if "in_trash" in content:
        return {**content, "archived": content["in_trash"]}
    return content
