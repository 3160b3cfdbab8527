"""DynamoDB and S3 as moto imitates them, on loopback, until its standard input ends.

One request after another: moto checks a condition and writes without a lock between. A query looks
at its own partition: moto's sorts the whole table each time, which takes a thousand accounts hours.
"""

import os
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

from moto.dynamodb.models.table import Table
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        pass


def within_partition(query: Callable[..., Any]) -> Callable[..., Any]:
    """The table's query, for tables without an index, over the items of one partition."""

    def queried(table: Any, hash_key: Any, *asked: Any, **named: Any) -> Any:
        whole = table.items
        table.items = {hash_key: whole.get(hash_key, {})}
        try:
            return query(table, hash_key, *asked, **named)
        finally:
            table.items = whole

    return queried


def leave_with_parent() -> None:
    """Ends with the process that started this one, however that ended."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    Table.query = within_partition(Table.query)  # type: ignore[method-assign]
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, request_handler=Quiet)
    Thread(target=leave_with_parent, daemon=True).start()
    print(server.port, flush=True)
    server.serve_forever()
