"""`ecot serve`: the program as a process, asked over a socket, and stopped by a person."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import pytest

from ecot.jobs.place import open_place
from ecot.jobs.runs.asking import ask
from ecot.model.run import Wanted
from tests.cli.conftest import FOREIGN, House, settle

ROOT = Path(__file__).resolve().parents[2]
# As a person's shell starts it: not deaf to Ctrl-C, as what a script starts beside itself is.
AT_A_SHELL = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from ecot.cli import main
main()
"""


@dataclass
class Served:
    """The process, and where it listens."""

    process: subprocess.Popen[str]
    url: str
    token: str | None

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Status and document."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=30)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        try:
            connection.request(method, path, json.dumps(body) if body else None, headers)
            with connection.getresponse() as answer:
                return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def finished(self, path: str) -> Any:
        """The run once it is finished; each answer takes a while, so that nobody has to sleep."""
        ends = monotonic() + 120
        while not (run := self.ask("GET", path)[1])["finished"]:
            assert monotonic() < ends, run
        return run

    def stop(self) -> tuple[int, str]:
        """Ctrl-C; the exit code and what was said on stderr."""
        self.process.send_signal(signal.SIGINT)
        _, said = self.process.communicate(timeout=60)
        return self.process.returncode, said


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    paths = [str(ROOT / "layers" / "core"), environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, "-c", AT_A_SHELL, "serve", *arguments],
        cwd=folder,
        env=environ | {"PYTHONPATH": os.pathsep.join(paths), "LANG": "en_US.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    with started(folder, "--port", "0", "--json") as process:
        try:
            assert process.stdout is not None
            lines = []
            while (line := process.stdout.readline()) and line != "}\n":
                lines.append(line)
            document = json.loads("".join(lines) + "}")
            yield Served(process, document["url"], document["token"])
        finally:
            if process.poll() is None:
                process.kill()


def test_the_first_token_is_printed_once_and_opens_everything(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        assert served.token is not None
        status, found = served.ask("GET", "/health")
        code, said = served.stop()

    assert (status, found["accounts"]) == (200, [])
    assert (code, said) == (0, "Stopped.\n")
    with serving(tmp_path) as again:
        assert again.token is None
        again.token = served.token
        assert again.ask("GET", "/costs")[0] == 200
        assert again.stop()[0] == 0
    assert served.token not in said


def test_a_port_that_is_taken_is_a_sentence_and_no_traceback(tmp_path: Path) -> None:
    with serving(tmp_path) as served:
        port = str(urlsplit(served.url).port)
        with started(tmp_path, "--port", port) as second:
            out, said = second.communicate(timeout=60)
        assert (second.returncode, out) == (2, "")
        assert f"Port {port} of this machine is taken" in said
        assert "Traceback" not in said
        served.stop()


@pytest.mark.tools
def test_what_is_asked_for_is_collected_and_published(house: House, tmp_path: Path) -> None:
    settle(house, tmp_path)
    place = open_place(tmp_path / ".ecot")
    left = ask(place.store, Wanted(), datetime.now(UTC)).run  # whoever was served went off
    place.store.close()
    with serving(tmp_path) as served:
        run = served.finished(f"/runs/{left}")
        status, asked = served.ask("POST", "/collect", {"provider": "openai"})
        assert (status, asked["is_new"]) == (202, True)

        assert served.finished(asked["status"])["published_at"] > run["published_at"]
        assert [(one["account"], one["state"]) for one in run["accounts"]] == [
            ("openai/maison", "ok")
        ]
        assert served.ask("GET", "/costs?month=2026-03")[1]["total"] is not None
        code, said = served.stop()

    assert code == 0
    assert house.key not in said
    assert (tmp_path / ".ecot" / "site" / "index.html").exists()
