"""DynamoDB and S3 as moto imitates them, on loopback, until its standard input ends.

One request after another: moto checks a condition and writes without a lock between.
"""

import os
import sys
from threading import Thread

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Quiet(WSGIRequestHandler):
    """Logs no requests."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        pass


def leave_with_parent() -> None:
    """Ends with the process that started this one, however that ended."""
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, request_handler=Quiet)
    Thread(target=leave_with_parent, daemon=True).start()
    print(server.port, flush=True)
    server.serve_forever()
