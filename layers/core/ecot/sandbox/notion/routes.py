"""Which request asks for which operation."""

import re
from collections.abc import Callable

from ecot.sandbox.messages import Request
from ecot.sandbox.notion import block_operations as blocks
from ecot.sandbox.notion import page_operations as pages
from ecot.sandbox.notion import table_operations as tables
from ecot.sandbox.notion.asked import Context
from ecot.sandbox.notion.bodies import bot_body
from ecot.sandbox.notion.records import Json
from ecot.sandbox.notion.refusals import INTEGRATION, INTEGRATION_ID, Refused


def me(_context: Context, _request: Request) -> Json:
    """The user that the token is."""
    return bot_body(INTEGRATION_ID, INTEGRATION)


Operation = Callable[..., Json]
ROUTES: tuple[tuple[str, re.Pattern[str], Operation], ...] = tuple(
    (method, re.compile(pattern), operation)
    for method, pattern, operation in (
        ("POST", "/v1/databases", tables.create_database),
        ("GET", "/v1/databases/([^/]+)", tables.retrieve_database),
        ("PATCH", "/v1/databases/([^/]+)", tables.update_database),
        ("POST", "/v1/data_sources", tables.create_table),
        ("GET", "/v1/data_sources/([^/]+)", tables.retrieve_table),
        ("PATCH", "/v1/data_sources/([^/]+)", tables.update_table),
        ("POST", "/v1/data_sources/([^/]+)/query", tables.query),
        ("POST", "/v1/pages", pages.create_page),
        ("GET", "/v1/pages/([^/]+)", pages.retrieve_page),
        ("PATCH", "/v1/pages/([^/]+)", pages.update_page),
        ("GET", "/v1/pages/([^/]+)/properties/([^/]+)", pages.retrieve_property),
        ("GET", "/v1/blocks/([^/]+)/children", blocks.children),
        ("POST", "/v1/search", tables.search),
        ("GET", "/v1/users/me", me),
    )
)


def answer(context: Context, request: Request) -> Json:
    """The body of the answer; Refused for what Notion refuses."""
    for method, pattern, operation in ROUTES:
        found = pattern.fullmatch(request.path)
        if found and request.method == method:
            with context.world.lock:
                return operation(context, request, *found.groups())
    raise Refused(400, "invalid_request_url", "Invalid request URL.")
