"""The lock files pin and hash everything, name no place on a network or disk, and are current."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
RUN = ROOT / "layers" / "core" / "requirements.txt"
BUILD = ROOT / "layers" / "core" / "requirements-build.txt"
DEV = ROOT / "tests" / "requirements.txt"
DEPS = ROOT / "layers" / "deps" / "requirements.txt"
FOCUS = ROOT / "tests" / "focus-validator.txt"
FOCUS_BUILD = ROOT / "tests" / "focus-validator-build.txt"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(path: Path) -> dict[str, str]:
    """Name and version of every pinned package of a lock file."""
    pattern = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
    return {
        canonicalize_name(name): version
        for name, version in pattern.findall(path.read_text(encoding="utf-8"))
    }


@pytest.mark.parametrize(
    "path",
    [RUN, BUILD, DEPS, DEV, FOCUS, FOCUS_BUILD],
    ids=["run", "build", "deps", "dev", "focus", "focus build"],
)
def test_every_pin_is_hashed_and_nothing_names_a_place(path: Path) -> None:
    entries = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
    entries = [entry for entry in entries if not entry.startswith("#")]

    assert entries
    for entry in entries:
        assert re.match(r"^[A-Za-z0-9._-]+==", entry), entry
        assert "--hash=sha256:" in entry, entry
        assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|(?<!\w)/\w", entry), (
            entry
        )


@pytest.mark.parametrize(
    ("path", "requirements"),
    [
        (RUN, PROJECT["project"]["dependencies"]),
        (BUILD, PROJECT["dependency-groups"]["build"]),
        (DEV, PROJECT["project"]["dependencies"]),
        (DEV, PROJECT["project"]["optional-dependencies"]["aws"]),
        (DEV, PROJECT["project"]["optional-dependencies"]["pdf"]),
        (DEV, [line for line in PROJECT["dependency-groups"]["dev"] if isinstance(line, str)]),
        (FOCUS, PROJECT["dependency-groups"]["focus"]),
        (FOCUS_BUILD, PROJECT["dependency-groups"]["focus-build"]),
    ],
    ids=[
        "run",
        "build",
        "dev has run",
        "dev has aws",
        "dev has pdf",
        "dev",
        "focus",
        "focus build",
    ],
)
def test_the_locks_are_not_older_than_pyproject(path: Path, requirements: list[str]) -> None:
    pinned = pins(path)

    for requirement in map(Requirement, requirements):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not locked; run make lock"
        assert requirement.specifier.contains(version), f"{requirement} is locked at {version}"


def test_what_is_tested_is_what_runs() -> None:
    tested = pins(DEV)

    assert {name: tested.get(name) for name in pins(RUN)} == pins(RUN)
    assert {name: tested.get(name) for name in pins(BUILD)} == pins(BUILD)


def test_the_layer_holds_what_runs_but_for_what_commands_alone_need() -> None:
    left_out = {
        canonicalize_name(line)
        for line in DEPS.with_name("left-out.txt").read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    }
    wanted = {
        canonicalize_name(Requirement(one).name) for one in PROJECT["project"]["dependencies"]
    }
    layer, run = pins(DEPS), pins(RUN)

    assert left_out <= wanted
    assert wanted - layer.keys() == left_out
    assert {name: run[name] for name in layer} == layer
    assert not layer.keys() & {"boto3", "botocore", "typst"}  # Lambda's own; and the PDF's


def test_the_node_lock_is_hashed_and_names_no_registry() -> None:
    lock = json.loads((ROOT / "tests" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert packages
    for name, entry in packages.items():
        assert "resolved" not in entry, name
        assert entry["integrity"].startswith("sha512-"), name
