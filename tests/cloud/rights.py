"""What of AWS is asked, as rights: each call that boto3 makes, by its action and the resource, and
whether a role of the template has it."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from threading import Lock
from typing import Any, NamedTuple

from botocore import handlers

from tests.cloud.template import ACCOUNT, REGION, Stack, properties, statements

OF_LAMBDA = ("logs:", "sqs:")  # what Lambda itself does in a function's name
_S3 = {
    "GetObject": "GetObject",
    "HeadObject": "GetObject",
    "PutObject": "PutObject",
    "DeleteObject": "DeleteObject",
    "ListObjectsV2": "ListBucket",
}


class Right(NamedTuple):
    """An action and the resource it is done to."""

    action: str
    resource: str


def rights_of(service: str, operation: str, request: Mapping[str, Any]) -> list[Right]:
    """What a call needs. Raises AssertionError for a call that nobody has thought of here."""
    match service:
        case "dynamodb":
            tables = (
                [request["TableName"]] if "TableName" in request else [*request["RequestItems"]]
            )
            arns = [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{name}" for name in tables]
            return [Right(f"dynamodb:{operation}", arn) for arn in arns]
        case "s3":
            bucket = f"arn:aws:s3:::{request['Bucket']}"
            arn = f"{bucket}/{request['Key']}" if "Key" in request else bucket
            asked = [Right(f"s3:{_S3[operation]}", arn)]
            # Who may not list is refused where there is no file, and not told that there is none.
            return [*asked, Right("s3:ListBucket", bucket)] if operation == "GetObject" else asked
        case "ssm":
            names = request.get("Names") or [request.get("Path") or request["Name"]]
            arns = [f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter{name}" for name in names]
            return [Right(f"ssm:{operation}", arn) for arn in arns]
        case "lambda":
            assert operation == "Invoke"
            name = request["FunctionName"]
            arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
            return [Right("lambda:InvokeFunction", arn)]
    raise AssertionError(f"{service}:{operation}: which right does it need?")


@contextmanager
def recorded() -> Iterator[set[Right]]:
    """Every right that is needed meanwhile, by whichever client: botocore hands its list of
    handlers to each new session."""
    found: set[Right] = set()
    lock = Lock()

    def note(params: Mapping[str, Any], model: Any, **_: object) -> None:
        with lock:
            found.update(rights_of(model.service_model.service_name, model.name, params))

    entry = ("before-parameter-build", note)
    handlers.BUILTIN_HANDLERS.append(entry)
    try:
        yield found
    finally:
        handlers.BUILTIN_HANDLERS.remove(entry)


class Role:
    """The role of a function, in a stack."""

    def __init__(self, function: str, stack: Stack) -> None:
        policies = properties("AWS::IAM::Role", stack)[f"{function.capitalize()}Role"]["Policies"]
        self._statements = [
            one for policy in policies for one in statements(policy["PolicyDocument"])
        ]

    def refused(self, needed: Iterator[Right] | set[Right]) -> list[Right]:
        """Those of the rights that it does not have."""
        return sorted(right for right in needed if not self._has(right))

    def idle(self, needed: set[Right]) -> list[Right]:
        """What it allows, of which none of the rights makes use."""
        return sorted(
            given
            for one in self._statements
            if one["Effect"] == "Allow"
            for given in _pairs(one)
            if not given.action.startswith(OF_LAMBDA)
            and not any(_covers(given, right) for right in needed)
        )

    def _has(self, right: Right) -> bool:
        matching = [
            one["Effect"]
            for one in self._statements
            if any(_covers(given, right) for given in _pairs(one))
        ]
        return "Allow" in matching and "Deny" not in matching


def _pairs(statement: Mapping[str, Sequence[str]]) -> Iterator[Right]:
    for action in statement["Action"]:
        yield from (Right(action, resource) for resource in statement["Resource"])


def _covers(given: Right, right: Right) -> bool:
    return given.action == right.action and fnmatchcase(right.resource, given.resource)
