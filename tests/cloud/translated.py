"""`template.yaml` as CloudFormation gets it: translated by SAM's own translator, with no account.

The translator lives in an environment of its own (.venv-sam), so that it is called as a program.
What stands in the template by reference is filled in from a table of names.
"""

import json
import re
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAM = ROOT / ".venv-sam" / "bin"
_TRANSLATE = """
import json, sys
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

class Policies:
    def load(self):
        name = "AWSLambdaBasicExecutionRole"
        return {name: "arn:aws:iam::aws:policy/service-role/" + name}

document = yaml_parse(open(sys.argv[1], encoding="utf-8").read())
for name, resource in document["Resources"].items():
    for key in ("CodeUri", "ContentUri"):
        if key in resource.get("Properties", {}):
            resource["Properties"][key] = f"s3://artifacts/{name}.zip"
globals_ = document.get("Globals", {}).get("Function", {})
if "CodeUri" in globals_:
    globals_["CodeUri"] = "s3://artifacts/function.zip"
json.dump(transform(document, json.loads(sys.argv[2]), Policies()), sys.stdout, default=str)
"""
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
    command = [str(sam_program("python")), "-c", _TRANSLATE, str(template), "{}"]
    environment = {"AWS_DEFAULT_REGION": "eu-west-3", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


def of_type(kind: str) -> Resources:
    """Every resource of a type, by its name in the template: its properties."""
    resources = translated()["Resources"].items()
    return {name: one["Properties"] for name, one in resources if one["Type"] == kind}


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
