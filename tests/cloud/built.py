"""What `make build` makes, made once for all tests of a run: functions and layers by SAM, in a copy
of the project; and the layer of dependencies once more for this machine, for Lambda's is arm64.

The functions then run on Python 3.13 where a working one is found, as on Lambda, else on that of
the tests. `runtime` is what Lambda itself brings: its runtime interface and boto3, pinned and
hashed as for the tests, and nothing else of what tests have.
"""

import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cloud.runtime import Machine
from tests.cloud.translated import ROOT, sam_program
from tests.once import alone_with, shared_folder

SOURCES = ("template.yaml", "functions", "layers", "templates")
LAYERS = ("DepsLayer", "CoreLayer")
LAMBDAS_OWN = (
    *("awslambdaric", "snapshot-restore-py", "simplejson"),
    *("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3"),
)
_UV = Path(sys.executable).with_name("uv")


@dataclass(frozen=True)
class Built:
    """The folder of the built functions, by their names in the template; and what runs them."""

    folder: Path
    machine: Machine
    python: str

    def code(self, name: str) -> Path:
        """The folder of a function's code."""
        return self.folder / name


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Built once a run, whichever test asks first."""
    folder = shared_folder(tmp_path_factory) / "built"
    python, version = interpreter()
    with alone_with(folder) as is_whole:
        if not is_whole:
            build(folder, python, version)
    opt = (folder / "opt" / "python", folder / "build" / "CoreLayer" / "python")
    machine = Machine(python=python, runtime=folder / "runtime", layers=opt)
    return Built(folder / "build", machine, version)


def interpreter() -> tuple[Path, str]:
    """Python 3.13 where one really starts (a shim of pyenv may only say that no version is set),
    looked for as the layers' Makefiles do; else the one of the tests. And its version."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    candidates = [os.environ.get("PYTHON313"), shutil.which("python3.13")]
    candidates += sorted(map(str, pyenv.glob("versions/3.13*/bin/python3.13")))
    for candidate in filter(None, candidates):
        if _version(candidate) == "3.13":
            return Path(candidate), "3.13"
    return Path(sys.executable), _version(sys.executable)


def build(folder: Path, python: Path, version: str) -> None:
    """Builds everything into the folder."""
    sources = folder / "project"
    for name in SOURCES:
        _copy(ROOT / name, sources / name)
    sam = [str(sam_program("sam")), "build", "--build-in-source", "--build-dir"]
    _run([*sam, str(folder / "build")], sources)
    make = ["make", "--silent", "-C", "layers/deps", "build-DepsLayer"]
    said = {
        "ARTIFACTS_DIR": folder / "opt",
        "PLATFORM": f"{platform.machine()}-manylinux_2_28",
        "PYTHON_VERSION": version,
        "PYTHON313": python if version == "3.13" else "",
        "UV": _UV,
    }
    _run([*make, *(f"{name}={value}" for name, value in said.items())], sources)
    _install(LAMBDAS_OWN, folder / "runtime", version)
    if version != "3.13":  # the layers are compiled for 3.13, and /opt is read-only
        for made in (folder / "opt", folder / "build" / "CoreLayer"):
            _run([str(python), "-m", "compileall", "-q", str(made)], folder)
    _run([str(python), "-m", "compileall", "-q", str(folder / "runtime")], folder)


def _version(python: str) -> str:
    """ "3.13"; nothing where it does not start."""
    said = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([python, "-c", said], capture_output=True, text=True, timeout=60)
    return done.stdout.strip()


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    else:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))


def _run(command: Sequence[str], folder: Path) -> None:
    """Runs a command, which must succeed, with this environment's programs on its path."""
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "eu-west-3",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _install(names: Sequence[str], folder: Path, version: str) -> None:
    """The packages as the tests' own lock pins them."""
    pins = dict(_pins((ROOT / "tests" / "requirements.txt").read_text("utf-8")))
    folder.mkdir()
    wanted = folder.with_suffix(".txt")
    wanted.write_text("".join(pins[name] for name in names), "utf-8")
    uv = [str(_UV), "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--no-compile"]
    target = ["--python-version", version, "--target", str(folder), "-r", str(wanted)]
    _run([*uv, "--only-binary=:all:", *target], folder)


def _pins(text: str) -> Iterator[tuple[str, str]]:
    """Each requirement of a lock: its name, and its lines."""
    for found in re.finditer(r"^([\w.-]+)==(?:.*\\\n)*.*\n", text, re.MULTILINE):
        yield found[1], found[0]
