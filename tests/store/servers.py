"""Imitations of AWS on loopback: each is started once a process, when somebody first asks."""

import atexit
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / "tests" / "node_modules"
_DYNALITE = """
process.stdin.on("end", () => process.exit()).resume();
const server = require("dynalite")({ createTableMs: 0, deleteTableMs: 0 });
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
"""


@cache
def moto() -> str:
    """The address of DynamoDB and S3 by moto."""
    return _started([sys.executable, "-m", "tests.store.moto_server"], ROOT)


@cache
def dynalite() -> str:
    """The address of DynamoDB by dynalite."""
    if not (NODE / "dynalite").exists():
        pytest.skip("dynalite is not installed: `make test-all` does that")
    return _started(["node", "-e", _DYNALITE], NODE.parent)


@contextmanager
def nobody() -> Iterator[str]:
    """An address at which certainly nobody listens: the port is taken, and not opened."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def running(command: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    """Starts a server that ends when its input does: at the latest with this process."""
    server = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def end() -> None:
        server.communicate(timeout=30)

    atexit.register(end)
    return server


def _started(command: Sequence[str], folder: Path) -> str:
    """The address of a server that says its port on its first line."""
    server = running(command, folder)
    assert server.stdout is not None
    port = server.stdout.readline().strip()
    assert port, f"{command[0]} did not start"
    return f"http://127.0.0.1:{port}"
