"""The template as tests read it: resources with the globals in them, and values resolved as
CloudFormation would for one stack.

A reader of our own: SAM's translator is in an environment of its own, and moto's CloudFormation
makes none of the resources that are SAM's (seen with moto 5.2.5 on 2026-11-21).
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from ecot.jobs.runs.events import Check, Collect, Dispatch, Event, Publish, Send

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "template.yaml"
STACK, ACCOUNT, REGION = "ecot-test", "123456789012", "eu-west-3"
PSEUDO = {
    "AWS::StackName": STACK,
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
STEPS: Mapping[str, type[Event]] = {
    "dispatch": Dispatch,
    "collect": Collect,
    "publish": Publish,
    "send": Send,
    "check": Check,
}
NO_VALUE = object()
_NAMES = {  # the property of a type that is its name, where the template gives one
    "AWS::Serverless::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::Scheduler::ScheduleGroup": "Name",
}
_ARNS = {  # of the resource named `name`
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:{region}:{account}:table/{name}",
    "AWS::S3::Bucket": "arn:aws:s3:::{name}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{name}",
    "AWS::SNS::Topic": "arn:aws:sns:{region}:{account}:{name}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{name}:*",
    "AWS::Serverless::Function": "arn:aws:lambda:{region}:{account}:function:{name}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{name}",
    "AWS::Scheduler::ScheduleGroup": "arn:aws:scheduler:{region}:{account}:schedule-group/{name}",
}


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML with CloudFormation's short forms, as the long ones."""


def _short(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short)


@cache
def source() -> Mapping[str, Any]:
    """The template as it is written."""
    found: Mapping[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), _Loader)
    return found


def resources(kind: str) -> dict[str, Any]:
    """The resources of a type by their logical names, each function with the globals in it."""
    found = {name: one for name, one in source()["Resources"].items() if one["Type"] == kind}
    if kind == "AWS::Serverless::Function":
        usual = source()["Globals"]["Function"]
        return {
            name: {**one, "Properties": _merged(usual, one["Properties"])}
            for name, one in found.items()
        }
    return found


def functions() -> dict[str, Mapping[str, Any]]:
    """The properties of each function, resolved, by the last word of its name (`collect`)."""
    stack = Stack()
    found = {}
    for one in resources("AWS::Serverless::Function").values():
        properties = stack.resolved(one["Properties"])
        found[properties["FunctionName"].removeprefix(f"{STACK}-")] = properties
    return found


class Stack:
    """One stack that the template would make, with parameters at their defaults but for those that
    are given. `names` says how resources are called, and the stack (`AWS::StackName`)."""

    def __init__(self, names: Mapping[str, str] | None = None, **parameters: object) -> None:
        declared = source()["Parameters"]
        self._pseudo, self._names = PSEUDO | dict(names or {}), dict(names or {})
        self._parameters = {name: one.get("Default") for name, one in declared.items()} | parameters
        self._resources = source()["Resources"]

    def resolved(self, value: Any) -> Any:
        """The value as CloudFormation hands it on; a resource without a name is called by the
        stack's and its logical name, as there, but without the random letters."""
        if isinstance(value, list):
            return [one for one in map(self.resolved, value) if one is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((name, inside),) = value.items()
            if name in _FUNCTIONS:
                return _FUNCTIONS[name](self, inside)
        pairs = {name: self.resolved(one) for name, one in value.items()}
        return {name: one for name, one in pairs.items() if one is not NO_VALUE}

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template does."""
        return bool(self.resolved(source()["Conditions"][condition]))

    def exists(self, name: str) -> bool:
        """Whether a resource is made at all."""
        condition = self._resources[name].get("Condition")
        return condition is None or self.holds(condition)

    def ref(self, name: str) -> Any:
        """What `!Ref` gives."""
        if name == "AWS::NoValue":
            return NO_VALUE
        if name in self._pseudo:
            return self._pseudo[name]
        if name in self._parameters:
            return self._parameters[name]
        kind = self._resources[name]["Type"]
        return self.attribute([name, "Arn"]) if kind == "AWS::SNS::Topic" else self._name(name)

    def attribute(self, path: list[str]) -> str:
        """What `!GetAtt` gives."""
        name, wanted = path
        resource = self._resources[name]
        if wanted == "Arn":
            return _ARNS[resource["Type"]].format(
                name=self._name(name), region=REGION, account=ACCOUNT
            )
        return self._name(name) if wanted.endswith("Name") else f"{name}.{wanted}"

    def substituted(self, inside: Any) -> str:
        """What `!Sub` gives."""
        text, own = inside if isinstance(inside, list) else (inside, {})

        def of(match: re.Match[str]) -> str:
            word = match[1]
            if word in own:
                return str(self.resolved(own[word]))
            is_attribute = "." in word
            return str(self.attribute(word.split(".", 1)) if is_attribute else self.ref(word))

        return re.sub(r"\$\{([\w:.]+)\}", of, text)

    def _name(self, name: str) -> str:
        if name in self._names:
            return self._names[name]
        resource = self._resources[name]
        given = resource.get("Properties", {}).get(_NAMES.get(resource["Type"], ""))
        return (
            str(self.resolved(given))
            if given is not None
            else f"{self._pseudo['AWS::StackName']}-{name}".lower()
        )


def statements(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The statements of a policy, with lists where one may be."""
    found: list[dict[str, Any]] = []
    for one in document["Statement"]:
        lists = {
            name: one[name] if isinstance(one[name], list) else [one[name]] for name in ("Action",)
        }
        resource = one.get("Resource", [])
        found.append(
            {**one, **lists, "Resource": [resource] if isinstance(resource, str) else resource}
        )
    return found


def properties(kind: str, stack: Stack | None = None) -> dict[str, Any]:
    """The properties of the resources of a type, resolved, by their logical names."""
    resolved = (stack or Stack()).resolved
    return {name: resolved(one.get("Properties", {})) for name, one in resources(kind).items()}


def _if(stack: Stack, inside: Any) -> Any:
    condition, then, otherwise = inside
    return stack.resolved(then if stack.holds(condition) else otherwise)


def _equals(stack: Stack, inside: Any) -> bool:
    first, second = map(stack.resolved, inside)
    return str(first) == str(second)


_FUNCTIONS: Mapping[str, Callable[[Stack, Any], Any]] = {
    "Ref": lambda stack, inside: stack.ref(inside),
    "Fn::GetAtt": lambda stack, inside: stack.attribute(inside),
    "Fn::Sub": lambda stack, inside: stack.substituted(inside),
    "Fn::If": _if,
    "Fn::Equals": _equals,
    "Fn::Not": lambda stack, inside: not stack.resolved(inside[0]),
    "Fn::Or": lambda stack, inside: any(map(stack.resolved, inside)),
    "Condition": lambda stack, inside: stack.holds(inside),
}


def _merged(usual: Any, own: Any) -> Any:
    """Globals and a function's own properties, as SAM joins them: maps are merged, lists joined."""
    if isinstance(usual, dict) and isinstance(own, dict) and not (usual.keys() & _FUNCTIONS.keys()):
        return {
            **usual,
            **{
                name: _merged(usual[name], one) if name in usual else one
                for name, one in own.items()
            },
        }
    if isinstance(usual, list) and isinstance(own, list):
        return [*usual, *own]
    return own
