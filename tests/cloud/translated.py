"""`template.yaml` as CloudFormation gets it: translated by SAM's own translator, with no account.

What stands in it by reference is filled in from a table of names.
"""

import json
import os
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.store.backends import REGION

ROOT = Path(__file__).resolve().parents[2]
SAM = ROOT / ".venv-sam" / "bin"
_TRANSLATE = Path(__file__).with_name("translate.py")
_PLACE = re.compile(r"\$\{([A-Za-z0-9:.]+)\}")
Resources = Mapping[str, Mapping[str, Any]]


def sam_program(name: str) -> Path:
    """A program of SAM's environment; skips where it is not installed."""
    program = SAM / name
    if not program.exists():
        pytest.skip(f"no {name} in .venv-sam: `make test-tools` installs it")
    return program


@cache
def translated(template: Path = ROOT / "template.yaml") -> Mapping[str, Any]:
    """The whole template as CloudFormation gets it, with the defaults of its parameters."""
    with TemporaryDirectory() as folder:
        out = Path(folder) / "cloudformation.json"
        command = [sam_program("python"), _TRANSLATE, template, out]
        done = subprocess.run(
            [*map(str, command)],
            env={"AWS_DEFAULT_REGION": REGION, "PATH": os.defpath},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        found: Mapping[str, Any] = json.loads(out.read_bytes())
    return found


def of_type(kind: str) -> Resources:
    """Every resource of a type, by its name in the template: its properties."""
    resources = translated()["Resources"].items()
    return {name: one["Properties"] for name, one in resources if one["Type"] == kind}


def defaults() -> dict[str, str]:
    """The parameters as they are where nobody answers otherwise."""
    stated = translated()["Parameters"].items()
    return {name: str(one["Default"]) for name, one in stated if "Default" in one}


def filled_in(value: Any, names: Mapping[str, str]) -> Any:
    """The value with every reference replaced by what it is called; KeyError where `names` does not
    have it."""
    match value:
        case {"Ref": name}:
            return names[name]
        case {"Fn::GetAtt": [name, attribute]}:
            return names[f"{name}.{attribute}"]
        case {"Fn::Sub": str(text)}:
            return _PLACE.sub(lambda found: names[found[1]], text)
        case dict():
            return {key: filled_in(one, names) for key, one in value.items()}
        case list():
            return [filled_in(one, names) for one in value]
    return value


def table_request(properties: Mapping[str, Any], name: str) -> dict[str, Any]:
    """What makes a table of these properties, but for what is set on one that is there: the time to
    live, and recovery to a point in time."""
    left_out = ("TimeToLiveSpecification", "PointInTimeRecoverySpecification", "SSESpecification")
    kept = {key: value for key, value in properties.items() if key not in left_out}
    return {**kept, "TableName": name}
