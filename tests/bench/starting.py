"""What Lambda has to unpack and import before a function does anything: the layers' sizes, and each
handler's import beside that of boto3, httpx and pydantic."""

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
_TIMED = """
import time
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
            yield Measure(f"the handler of {name}", took * 1000, "ms")
            yield Measure(f"the handler of {name}, beside that", took / beside, "×", f"≤ {MOST}")


def _seconds(python: Path, path: list[Path], work: str, folder: Path, runs: int) -> float:
    """The median of some processes of their own, each of which imports once."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    times = [
        float(
            subprocess.run(
                [str(python), "-c", _TIMED.format(work=work)],
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
