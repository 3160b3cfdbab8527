"""`make build`: what lies in `/opt` and beside the handlers, for Lambda's processor, compiled, and
small enough."""

import importlib.util
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.sizes import MOST_MB, main, sizes
from tests.cloud.template import functions

ROOT = Path(__file__).resolve().parents[2]
AARCH64, X86_64 = 183, 62  # ELF's e_machine
LEFT_OUT = ("cli", "sandbox", "jobs/demo", "__main__.py")
ON_LAMBDA = {"boto3", "botocore", "s3transfer"}
TOOLS = Path(sys.executable).parent


def make(folder: str, target: str, out: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """A target of a Makefile, called as SAM calls it."""
    return subprocess.run(
        ["make", "-C", str(ROOT / folder), target, f"ARTIFACTS_DIR={out}", *options],
        env=os.environ | {"PATH": f"{TOOLS}{os.pathsep}{os.environ['PATH']}", "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=300,
    )


def built(folder: str, target: str, out: Path, *options: str) -> Path:
    """What it leaves in /opt/python."""
    done = make(folder, target, out, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return out / "python"


def machines(folder: Path) -> set[int]:
    """The processors that the native modules in a folder are for."""
    heads = [path.read_bytes()[:20] for path in folder.rglob("*.so")]
    assert heads
    return {struct.unpack_from("<H", head, 18)[0] for head in heads if head[:4] == b"\x7fELF"}


def compiled_as(folder: Path) -> Iterator[tuple[int, bytes]]:
    """The flags and the magic number of each compiled file (PEP 552)."""
    for path in folder.rglob("*.pyc"):
        head = path.read_bytes()[:8]
        yield int.from_bytes(head[4:], "little"), head[:4]


@pytest.fixture(scope="module")
def core(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The layer with Ecot itself, without compiling: no Python 3.13 is needed for this."""
    return built("layers/core", "build-CoreLayer", tmp_path_factory.mktemp("core"), "COMPILED=")


def test_the_layer_holds_ecot_and_its_templates_and_no_command(core: Path) -> None:
    package = ROOT / "layers" / "core" / "ecot"
    wanted = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    wanted = {name for name in wanted if not name.startswith(LEFT_OUT)}
    wanted |= {
        f"templates/{path.relative_to(ROOT / 'templates').as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file()
    }

    assert {
        path.relative_to(core / "ecot").as_posix() for path in core.rglob("*") if path.is_file()
    } == wanted


def test_the_layer_finds_its_own_templates_and_imports_without_commands(core: Path) -> None:
    code = (
        "import sys, ecot.edge.invoked, ecot.api.invoked, ecot.language as language;"
        "print(language.templates_folder());"
        "print({'typer', 'ecot.sandbox', 'ecot.cli'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(core), "PATH": os.environ["PATH"]},
        cwd=core,
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(core / "ecot" / "templates"), "set()"]


@pytest.mark.parametrize("name", functions())
def test_a_function_is_its_one_file(name: str, tmp_path: Path) -> None:
    done = make("functions", f"build-{name.capitalize()}Function", tmp_path)

    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["app.py"]
    assert (tmp_path / "app.py").read_bytes() == (ROOT / "functions" / name / "app.py").read_bytes()


def test_without_a_place_to_build_in_nothing_is_touched() -> None:
    done = subprocess.run(
        ["make", "-C", str(ROOT / "layers" / "core"), "build-CoreLayer"],
        env=os.environ | {"MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode != 0
    assert "make build" in done.stderr


def test_a_layer_copied_away_from_its_templates_says_so(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "layers" / "core", tmp_path / "layers" / "core")
    shutil.copy(ROOT / "layers" / "common.mk", tmp_path / "layers")

    done = make(str(tmp_path / "layers" / "core"), "build-CoreLayer", tmp_path / "out")

    assert done.returncode != 0
    assert "--build-in-source" in done.stderr


def test_sizes_are_printed_and_too_large_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, size in (("DepsLayer", 2_000_000), ("CoreLayer", 500_000), ("ApiFunction", 100)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(bytes(size))

    assert main(tmp_path) == 0
    assert "2.500 MB" in capsys.readouterr().out
    with (tmp_path / "CoreLayer" / "file").open("wb") as file:
        file.truncate(int(MOST_MB * 1_000_000))
    assert main(tmp_path) == 1
    shutil.rmtree(tmp_path / "DepsLayer")
    assert main(tmp_path) == 1


@pytest.mark.tools
@pytest.mark.parametrize(
    ("platform", "machine"),
    [("aarch64-manylinux_2_28", AARCH64), ("x86_64-manylinux_2_28", X86_64)],
)
def test_dependencies_are_for_the_processor_and_hold_what_is_needed(
    platform: str, machine: int, tmp_path: Path
) -> None:
    layer = built("layers/deps", "build-DepsLayer", tmp_path, f"PLATFORM={platform}", "COMPILED=")
    names = {path.name for path in layer.iterdir()}
    locales = {path.stem for path in (layer / "babel" / "locale-data").glob("*.dat")}

    assert machines(layer) == {machine}
    assert not names & (ON_LAMBDA | {"typer", "rich", "bin", "typst"})
    assert {"root", "en", "en_GB", "en_US", "fr", "fr_CH", "fr_FR"} <= locales
    assert {name.partition("_")[0] for name in locales} == {"root", "en", "fr"}
    assert not [path for path in layer.rglob("tests") if path.is_dir()]
    assert next(iter((layer).glob("css_inline-0.23.1.dist-info"))).is_dir()


@pytest.mark.tools
def test_make_build_gives_layers_that_lambda_takes(tmp_path: Path) -> None:
    """The whole of it, by SAM: six functions and two layers for arm64, compiled if that can be."""
    done = subprocess.run(
        # SAM= : what is installed is used, and a test installs nothing.
        ["make", "build", "SAM=", f"VENV={sys.prefix}", f"BUILT={tmp_path / 'build'}"],
        cwd=ROOT,
        env=os.environ | {"MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = sizes(tmp_path / "build")
    layers = tmp_path / "build"

    assert found.keys() == {
        "DepsLayer",
        "CoreLayer",
        *(f"{name.capitalize()}Function" for name in functions()),
    }
    assert machines(layers / "DepsLayer") == {AARCH64}
    assert found["DepsLayer"] + found["CoreLayer"] <= MOST_MB
    said_so = "is not compiled" in done.stderr
    for layer in ("DepsLayer", "CoreLayer"):
        flags = set(compiled_as(layers / layer))
        assert {flag for flag, _ in flags} == (set() if said_so else {1})  # hashed, never looked at
    if sys.version_info[:2] == (3, 13):
        assert {magic for _, magic in flags} == {importlib.util.MAGIC_NUMBER}
