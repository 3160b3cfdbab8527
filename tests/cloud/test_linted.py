"""The template as SAM, its translator, cfn-lint and checkov judge it.

Each sees what the others do not: SAM's `validate` knows properties, its `--lint` reads the source
only, and cfn-lint sees values and references once SAM's own resources are CloudFormation's.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.tools

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
SAM = ROOT / ".venv-sam" / "bin"
CHECKOV = ROOT / ".venv-checkov" / "bin"
REGION = "eu-west-3"
_NOT_TOLD = ("AWS_", "PYTHON")  # of our own environment
TRANSLATE = Path(__file__).with_name("translate.py")

# What checkov would have otherwise, and why it is as it is. An entry that nothing needs any more is
# a failure too.
ACCEPTED = {
    "CKV_AWS_18": "Access logs of the bucket need a second bucket; only the stack's roles read it, "
    "and CloudTrail tells of them to whoever wants it.",
    "CKV_AWS_26": "Alarms cannot publish through alias/aws/sns, and a key of one's own costs a "
    "dollar a month. What is sent are the alarms' texts: no figure and no secret.",
    "CKV_AWS_27": "It looks for a KMS key. The queue has SQS's own (SqsManagedSseEnabled).",
    "CKV_AWS_68": "A firewall costs six dollars a month, for four public files without a query.",
    "CKV_AWS_86": "Logs of who looked at a badge are personal data that nobody needs.",
    "CKV_AWS_115": "Concurrency is reserved by a parameter: a new account of AWS has too little.",
    "CKV_AWS_116": "Asynchronous failures go to the queue by EventInvokeConfig, which tells the "
    "error too. The interface is called synchronously: it has nothing to keep.",
    "CKV_AWS_117": "In a VPC, suppliers are reached through a NAT gateway of 35 dollars a month. "
    "Nothing here listens inside one.",
    "CKV_AWS_119": "A key of one's own costs a dollar a month; the table is encrypted by AWS's.",
    "CKV_AWS_158": "The same of the logs, in which there is no secret.",
    "CKV_AWS_173": "The variables are names of resources. Secrets are in SSM and never in them.",
    "CKV_AWS_174": "The minimum of TLS cannot be chosen for CloudFront's own certificate.",
}


def run(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    """A command without credentials, and with a region that it is not told otherwise."""
    ours = {
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))
    }
    return subprocess.run(
        [*map(str, command)],
        cwd=ROOT,
        env=others | ours,
        capture_output=True,
        text=True,
        timeout=240,
    )


def translated(template: Path, out: Path) -> Path:
    """The template as CloudFormation gets it."""
    done = run(SAM / "python", TRANSLATE, template, out)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def cloudformation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return translated(TEMPLATE, tmp_path_factory.mktemp("translated") / "cloudformation.json")


def linted(path: Path) -> "subprocess.CompletedProcess[str]":
    """What cfn-lint says of a template."""
    return run(SAM / "cfn-lint", "--template", path, "--regions", REGION, "us-east-1")


@pytest.mark.parametrize("options", [("--lint",), ("--region", REGION)], ids=["lint", "translator"])
def test_sam_finds_nothing_wrong(options: tuple[str, ...]) -> None:
    done = run(SAM / "sam", "validate", "--template", TEMPLATE, *options)

    assert done.returncode == 0, done.stdout + done.stderr


def test_cfn_lint_finds_nothing_wrong_in_what_is_deployed(cloudformation: Path) -> None:
    done = linted(cloudformation)

    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_every_function_of_the_translation_has_its_own_role_and_nothing_of_sams(
    cloudformation: Path,
) -> None:
    made = json.loads(cloudformation.read_bytes())["Resources"]
    kinds = [one["Type"] for one in made.values()]

    assert kinds.count("AWS::Lambda::Function") == 6
    assert kinds.count("AWS::IAM::Role") == 7  # none that SAM has added, with its wide policy
    assert kinds.count("AWS::Lambda::EventInvokeConfig") == 5
    assert kinds.count("AWS::Lambda::Permission") == 1  # for the HTTP address
    assert "AWS::ApiGatewayV2::Authorizer" not in kinds


def test_what_is_wrong_would_be_found(tmp_path: Path) -> None:
    """Mistakes that the linter does not see in the source: they are found in the translation."""
    wrong = TEMPLATE.read_text(encoding="utf-8")
    for right, mistaken in (
        ("Runtime: python3.13", "Runtime: python3.99"),
        ("ECOT_TABLE: !Ref Table", "ECOT_TABLE: !Ref Tabel"),
        ("Timeout: 900", "Timeout: 1000"),
        ("dynamodb:Query", "dynamodb:Querry"),
    ):
        assert right in wrong
        wrong = wrong.replace(right, mistaken)
    source = tmp_path / "template.yaml"
    source.write_text(wrong, encoding="utf-8")

    found = linted(translated(source, tmp_path / "cloudformation.json"))

    codes = {line.split()[0] for line in found.stdout.splitlines() if line.startswith(("E", "W"))}
    assert {"E1020", "E3030", "E3717", "W3037"} <= codes


def test_checkov_finds_what_is_accepted_and_nothing_else(cloudformation: Path) -> None:
    done = run(
        CHECKOV / "checkov",
        *("--file", cloudformation, "--framework", "cloudformation", "--output", "json"),
        *("--compact", "--quiet", "--skip-download"),
    )
    whole = json.loads(done.stdout)
    failed = {one["check_id"]: one["resource"] for one in whole["results"]["failed_checks"]}

    assert whole["summary"]["parsing_errors"] == 0
    assert {check: where for check, where in failed.items() if check not in ACCEPTED} == {}
    assert sorted(ACCEPTED.keys() - failed.keys()) == []
