"""Who may what: nobody everything, and nobody more than is needed."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cloud.template import (
    STACK,
    Stack,
    functions,
    properties,
    resources,
    source,
    statements,
)

FUNCTIONS = functions()
SCHEDULES = resources("AWS::Scheduler::Schedule")
ROLES = resources("AWS::IAM::Role")


def allowed(role: str) -> list[dict[str, Any]]:
    """What a role of the template allows."""
    policies = properties("AWS::IAM::Role")[role]["Policies"]
    found = [one for policy in policies for one in statements(policy["PolicyDocument"])]
    return [one for one in found if one["Effect"] == "Allow"]


# The end of a name that stands for many: the files of a folder, the streams of a log, the keys.
BOUNDED = re.compile(
    rf"arn:aws:s3:::{STACK}-bucket/(config|ledger|site|lent|ledger/copies|ledger/evidence|ledger/people)/\*"
    rf"|arn:aws:logs:[^*]+:log-group:/aws/lambda/{STACK}-\w+:\*"
    rf"|arn:aws:ssm:[^*]+:parameter/ecot/{STACK}/secrets/\*"
)


@pytest.mark.parametrize("role", ROLES)
def test_no_role_may_do_anything_to_everything(role: str) -> None:
    for one in allowed(role):
        assert [action for action in one["Action"] if "*" in action] == []
        assert one["Resource"]
        loose = [arn for arn in one["Resource"] if "*" in arn and not BOUNDED.fullmatch(arn)]
        assert loose == [], one["Sid"]
    assert "ManagedPolicyArns" not in ROLES[role]["Properties"]


def test_every_function_has_a_role_of_its_own() -> None:
    used = [one["Role"] for one in FUNCTIONS.values()]

    assert len(set(used)) == len(FUNCTIONS)
    assert len(ROLES) == len(FUNCTIONS) + 1  # and that of the schedules


def test_roles_trust_the_service_that_takes_them() -> None:
    for name, role in properties("AWS::IAM::Role").items():
        (trusted,) = role["AssumeRolePolicyDocument"]["Statement"]
        service = "scheduler" if name == "ScheduleRole" else "lambda"
        assert trusted["Principal"] == {"Service": f"{service}.amazonaws.com"}
        if service == "scheduler":  # it could start another account's function in our name
            assert trusted["Condition"]["StringEquals"].keys() == {
                "aws:SourceAccount",
                "aws:SourceArn",
            }


def test_the_interface_may_read_no_key_of_a_supplier() -> None:
    readable = [
        arn
        for one in allowed("ApiRole")
        if one["Action"][0].startswith("ssm:")
        for arn in one["Resource"]
    ]

    assert {arn.partition(f"/ecot/{STACK}/")[2] for arn in readable} == {
        "signing-key",
        "secrets/COLLECT_SECRET_TOKEN",
        "secrets/REPORT_SECRET_TOKEN",
    }


def names_in(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every property that gives a thing its name in the account."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name in NAMING and not isinstance(one, list):
                yield f"{path}.{name}", one
            yield from names_in(one, f"{path}.{name}")


NAMING = (
    "FunctionName",
    "LogGroupName",
    "AlarmName",
    "BucketName",
    "TableName",
    "RoleName",
    "QueueName",
    "TopicName",
    "LayerName",
)


def test_two_stacks_share_no_name() -> None:
    named = [
        (f"{resource}{path}", name)
        for resource, one in source()["Resources"].items()
        for path, name in names_in(one.get("Properties", {}))
    ]

    assert named
    for path, name in named:
        assert "${AWS::StackName}" in json.dumps(name), path
    assert {one["Properties"]["GroupName"]["Ref"] for one in SCHEDULES.values()} == {"Schedules"}
    for layer in resources("AWS::Serverless::LayerVersion").values():  # else its logical id
        assert "LayerName" in layer["Properties"]
    group = resources("AWS::Scheduler::ScheduleGroup")["Schedules"]["Properties"]
    assert group == {"Name": {"Ref": "AWS::StackName"}}
    for kind in ("OriginAccessControl", "CachePolicy", "ResponseHeadersPolicy"):  # of all regions
        for one in resources(f"AWS::CloudFront::{kind}").values():
            assert "${AWS::StackName}-${AWS::Region}" in json.dumps(one["Properties"]), kind


def test_outputs_are_those_that_commands_read() -> None:
    outputs = source()["Outputs"]

    assert outputs.keys() == {"TableName", "BucketName", "Url", "AlarmTopic", "Cdn"}
    assert outputs["Cdn"]["Condition"] == "HasCdn"
    assert (
        Stack().resolved(outputs["Url"]["Value"])
        == FUNCTIONS["send"]["Environment"]["Variables"]["ECOT_URL"]
    )
