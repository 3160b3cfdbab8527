"""The made-up supplier in a process of its own, as real ones are: it takes none of our time."""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

from ecot.sandbox.server import LoopbackServer
from tests.bench.supplier import Site


@contextmanager
def supplier(latency_seconds: float) -> Iterator[str]:
    """The address of a supplier that answers every request that much later."""
    fresh = multiprocessing.get_context("spawn")
    here, there = fresh.Pipe()
    process = fresh.Process(target=_serve, args=(there, latency_seconds), daemon=True)
    process.start()
    try:
        yield str(here.recv())
    finally:
        here.send("enough")
        process.join()


def _serve(told: Connection, latency_seconds: float) -> None:
    with LoopbackServer(Site(), latency_seconds=latency_seconds) as server:
        told.send(server.url)
        told.recv()
