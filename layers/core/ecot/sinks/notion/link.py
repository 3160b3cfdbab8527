"""The only place that speaks with Notion: typed calls, one policy of waiting and asking again.

The library drops every argument that it does not know, without a word (notion-client 3.1.0, read
2026-11): each call is written here once, and the tests look at what goes over the wire.
"""

import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from ecot.sinks.notion import answers
from ecot.sinks.notion.answers import Body, checked
from ecot.sinks.notion.asking import Ask, error_of, understood
from ecot.sinks.notion.failure import Failure
from ecot.sinks.notion.patience import Patience, pause, usual_pace
from ecot.sinks.notion.sending import sendable, text_pieces

if TYPE_CHECKING:
    from notion_client import Client

MOST_A_PAGE = 100
OLDEST_FIRST = ({"timestamp": "created_time", "direction": "ascending"},)

_ENDPOINT = re.compile("[A-Z]+ (/[A-Za-z0-9_-]+)+")  # what an id is read from may be anybody's text

Properties = Mapping[str, Any]


class Link:
    """Notion, as one integration sees it. Every call may raise the errors of `errors.py`; before
    each, and before every wait, the deadline (on the monotonic clock) is looked at.

    What it hands out are Notion's own objects, of which it is certain that they have an id and what
    else `answers.py` names. Without `per_second` it asks 2.5 times a second at most, and as fast as
    it can where a server of one's own stands in for Notion (`base_url` on this machine).
    `calls` counts the requests sent. Close it.
    """

    def __init__(
        self,
        *,
        token: SecretStr,
        base_url: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        deadline: float | None = None,
        jitter: Callable[[], float] = random.random,
        per_second: float | None = None,
    ) -> None:
        from ecot.sinks.notion.wire import Wire  # the library, and 0.2 s of importing it

        self.calls = 0
        self._jitter = jitter
        self._wire = Wire(token, base_url)
        self._patience = Patience(
            per_second=usual_pace(base_url) if per_second is None else per_second,
            monotonic=monotonic,
            sleep=sleep,
            deadline=deadline,
        )

    def __repr__(self) -> str:
        return f"<Link over {self._wire!r}, {self.calls} calls>"

    def close(self) -> None:
        """End the connections."""
        self._wire.close()

    def me(self) -> Body:
        """The integration itself: the smallest call that proves a key."""
        ask = Ask("GET /users/me", answers.UserShape)
        return self._ask(ask, lambda client: client.users.me())

    def database(self, database_id: str) -> Body:
        """A database: `data_sources` with id and name, `title`, `description`, `in_trash`."""
        ask = Ask(f"GET /databases/{database_id}", answers.DatabaseShape)
        return self._ask(ask, lambda client: client.databases.retrieve(database_id=database_id))

    def data_source(self, data_source_id: str) -> Body:
        """A table: `properties` by name, each with id and type."""
        ask = Ask(f"GET /data_sources/{data_source_id}", answers.DataSourceShape)
        return self._ask(
            ask, lambda client: client.data_sources.retrieve(data_source_id=data_source_id)
        )

    def query(
        self,
        data_source: str,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - as Notion calls it
        *,
        sorts: Sequence[Mapping[str, Any]] = OLDEST_FIRST,
        page_size: int = MOST_A_PAGE,
    ) -> Iterator[Body]:
        """The rows that a filter lets through (None: all), in the order of `sorts`; a call a page
        of them, made when the page is reached."""
        endpoint = f"POST /data_sources/{data_source}/query"
        asked = {"sorts": list(sorts), "page_size": page_size}
        asked |= {} if filter is None else {"filter": dict(filter)}

        def call(client: "Client", cursor: str | None) -> object:
            return client.data_sources.query(data_source, **asked, start_cursor=cursor)

        for row in self._pages(Ask(endpoint, answers.ListShape), call):
            yield checked(row, answers.PageShape, endpoint)

    def children(self, page: str) -> Iterator[Body]:
        """The blocks of a page, in order; a database among them has the type `child_database`."""
        endpoint = f"GET /blocks/{page}/children"

        def call(client: "Client", cursor: str | None) -> object:
            return client.blocks.children.list(page, page_size=MOST_A_PAGE, start_cursor=cursor)

        for block in self._pages(Ask(endpoint, answers.ListShape), call):
            yield checked(block, answers.BlockShape, endpoint)

    def page(self, page_id: str) -> Body:
        """A row, also one in the trash."""
        ask = Ask(f"GET /pages/{page_id}", answers.PageShape, of_row=True)
        return self._ask(ask, lambda client: client.pages.retrieve(page_id=page_id))

    def create_page(self, data_source: str, properties: Properties) -> Body:
        """A new row. Raises Uncertain where nobody knows whether it was made: look for it by its
        key before it is made again."""
        ask = Ask("POST /pages", answers.PageShape, is_repeatable=False, of_row=True)
        parent = {"type": "data_source_id", "data_source_id": data_source}
        values = sendable(properties)
        return self._ask(ask, lambda client: client.pages.create(parent=parent, properties=values))

    def update_page(self, page_id: str, properties: Properties) -> Body:
        """The row, with these of its properties set to new values."""
        values = sendable(properties)
        return self._patch_page(
            page_id, lambda client: client.pages.update(page_id=page_id, properties=values)
        )

    def trash_page(self, page_id: str) -> Body:
        """The row, in the trash."""
        return self._patch_page(
            page_id, lambda client: client.pages.update(page_id=page_id, in_trash=True)
        )

    def restore_page(self, page_id: str) -> Body:
        """The row, out of the trash; it costs no new block."""
        return self._patch_page(
            page_id, lambda client: client.pages.update(page_id=page_id, in_trash=False)
        )

    def create_database(
        self, parent_page: str, title: str, properties: Properties, description: str = ""
    ) -> Body:
        """A new database with one table, under a page. The answer has the table's id, and none of
        its properties. Raises Uncertain like `create_page`."""
        ask = Ask("POST /databases", answers.DatabaseShape, is_repeatable=False)
        body: dict[str, Any] = {
            "parent": {"type": "page_id", "page_id": parent_page},
            "title": text_pieces(title),
            "description": text_pieces(description),
            "is_inline": False,
            "initial_data_source": {"properties": sendable(properties)},
        }
        return self._ask(ask, lambda client: client.databases.create(**body))

    def update_data_source(
        self,
        data_source_id: str,
        properties: Properties,
        *,
        is_repeatable: bool = True,
    ) -> Body:
        """The table, with these properties added, or changed where they are there (by name or id).
        A two-way relation is not to be added twice: say that it is not repeatable, and Uncertain
        is raised where nobody knows."""
        ask = Ask(f"PATCH /data_sources/{data_source_id}", answers.DataSourceShape, is_repeatable)
        values = sendable(properties)
        return self._ask(
            ask, lambda client: client.data_sources.update(data_source_id, properties=values)
        )

    def _patch_page(self, page: str, call: Callable[["Client"], object]) -> Body:
        return self._ask(Ask(f"PATCH /pages/{page}", answers.PageShape, of_row=True), call)

    def _pages(
        self, ask: Ask, call: Callable[["Client", str | None], object]
    ) -> Iterator[dict[str, Any]]:
        """What is on every page of a list. A cursor that was there before would never end."""
        cursor: str | None = None
        seen: set[str] = set()
        while True:
            answer = self._ask(ask, lambda client, start=cursor: call(client, start))  # type: ignore[misc]
            answers.has_to_be_complete(answer, ask.endpoint)
            yield from answer["results"]
            if not answer["has_more"]:
                return
            cursor = answer.get("next_cursor")
            if not cursor or cursor in seen:
                raise answers.strange(ask.endpoint, "a list that does not go on")
            seen.add(cursor)

    def _ask(self, ask: Ask, call: Callable[["Client"], object]) -> Body:
        """The answer, after as many tries as the policy has for what goes wrong."""
        if not _ENDPOINT.fullmatch(ask.endpoint):
            raise answers.strange(ask.endpoint, "an id with other signs than letters and digits")
        tries = 0
        while True:
            seconds = self._patience.take_turn()
            self.calls += 1
            tries += 1
            outcome = self._wire.send(call, seconds)
            if not isinstance(outcome, Failure):
                return understood(ask, outcome)
            wait = pause(outcome, tries, is_repeatable=ask.is_repeatable, jitter=self._jitter())
            if wait is None:
                raise error_of(ask, outcome)
            self._patience.hold(wait)
