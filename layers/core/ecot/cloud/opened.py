"""What is spoken to through a client of AWS, and lets go of its connections in the end."""

from typing import Protocol, Self


class _Client(Protocol):
    def close(self) -> None: ...


class Opened:
    """Whoever opens it closes it, or uses it in a `with`."""

    def __init__(self, client: _Client) -> None:
        self._opened = client

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the connections."""
        self._opened.close()
