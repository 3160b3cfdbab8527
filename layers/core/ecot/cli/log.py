"""The program's own log: on stderr with --verbose, silent without, and never with a key in it."""

import logging
from collections.abc import Sequence

logger = logging.getLogger("ecot")


def start(secrets: Sequence[str], *, verbose: bool) -> None:
    """Begins to log, or to be silent. What libraries log below a warning stays out: it is about
    connections, not about money."""
    handler = logging.StreamHandler()
    handler.setFormatter(_Discreet(secrets))
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(logging.INFO if verbose else logging.CRITICAL)


class _Discreet(logging.Formatter):
    """Takes the secrets out, also of tracebacks."""

    def __init__(self, secrets: Sequence[str]) -> None:
        super().__init__("· %(message)s")
        self._secrets = sorted(secrets, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text
