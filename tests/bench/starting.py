"""What Lambda has to unpack and import before a function does anything: the layers' sizes, and each
handler's import beside that of boto3, httpx and pydantic. What a handler leaves to its first
invocation is not gone: that is measured too, without a goal."""

import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from layers.sizes import MOST_MB, megabytes
from tests.bench.measuring import Measure
from tests.cloud.built import LAYERS, build, interpreter
from tests.cloud.template import functions

BESIDE = "import boto3, httpx, pydantic"
MOST = 1.5
RUNS = 9
# What every first invocation does besides: boto3, and settings of no account read, for which all
# suppliers are imported and pydantic builds its schemas. (AWS's own clients are still to be made.)
_SETTINGS = """
import boto3
from datetime import date
from ecot.edge.deployed import read_deployed
from ecot.jobs.known import providers
from ecot.settings import load_texts
read_deployed({"ECOT_STACK": "ecot", "ECOT_TABLE": "ecot", "ECOT_BUCKET": "ecot-bucket"})
load_texts(body=b"", name="ecot.toml", home="dynamodb:ecot@ecot-bucket/ledger", values={},
           providers=providers(), today=date(2026, 11, 22))
"""
# And what each needs at the most beside that, found by hand: on most nights no mail is owed, and no
# page is made when nothing has changed; and a page of the site asks for no route.
_FIRST = {
    "dispatch": "",
    "collect": "import httpx, ecot.providers.transport, ecot.jobs.collect",
    "check": "",
    "publish": "import babel.numbers, httpx, jinja2, notion_client, ecot.jobs.publish, "
    "ecot.jobs.notion.sync, ecot.sinks.notion.wire",
    "send": "import babel.numbers, css_inline, jinja2, resend, ecot.jobs.mail.facts, "
    "ecot.report.mail, ecot.sinks.mail.resend, ecot.jobs.mail.delivery",
    "api": "import jinja2; from ecot.api.app import app; app()",
}
_TIMED = """
import time
{before}
begun = time.process_time()
{work}
print(time.process_time() - begun)
"""


def starts(runs: int = RUNS) -> Iterator[Measure]:
    """Builds everything once, for arm64 and for this machine, and imports it. Times are of our own
    processor: the others' load on it is not in them."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "built"
        python, version = interpreter()
        build(folder, python, version)
        whole = 0.0
        for layer in LAYERS:
            size = megabytes(folder / "build" / layer)
            whole += size
            yield Measure(f"{layer}, unzipped", size, "MB")
        yield Measure("both layers, unzipped", whole, "MB", f"≤ {MOST_MB:g}")
        layers = (folder / "build" / "CoreLayer" / "python", folder / "opt" / "python")
        path = [*layers, folder / "runtime"]
        beside = _seconds(python, path, BESIDE, folder, runs)
        yield Measure(f"boto3, httpx and pydantic on Python {version}", beside * 1000, "ms")
        for name in functions():
            code = folder / "build" / f"{name.capitalize()}Function"
            took = _seconds(python, path, "import app", code, runs)
            first = f"{_SETTINGS}\n{_FIRST[name]}"
            later = _seconds(python, path, first, code, runs, before="import app")
            yield Measure(f"the handler of {name}", took * 1000, "ms")
            yield Measure(f"the handler of {name}, beside that", took / beside, "×", f"≤ {MOST}")
            yield Measure(f"the first invocation of {name} imports", later * 1000, "ms")


def _seconds(
    python: Path, path: list[Path], work: str, folder: Path, runs: int, before: str = ""
) -> float:
    """The median of some processes of their own, each of which does the work once."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    times = [
        float(
            subprocess.run(
                [str(python), "-c", _TIMED.format(before=before, work=work)],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
        )
        for _ in range(runs)
    ]
    return statistics.median(times)
