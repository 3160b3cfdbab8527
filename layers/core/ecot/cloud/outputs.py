"""What CloudFormation knows of a deployed stack: its table, its bucket, its address."""

import re
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from ecot.errors import SettingsError
from ecot.store.aws import Asking, Unfinished, open_client
from ecot.store.aws_errors import code_of
from ecot.store.patience import Patience

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_cloudformation.type_defs import StackTypeDef

NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")  # what CloudFormation takes
TABLE, BUCKET, URL = "TableName", "BucketName", "Url"


class Facts(NamedTuple):
    """Of a deployed stack. `url` is the public address of its API, `region` where it is, `status`
    CloudFormation's word for how it is (`UPDATE_COMPLETE`)."""

    stack: str
    table: str
    bucket: str
    url: str
    region: str
    status: str


def facts_of(stack: str, patience: Patience = Patience()) -> Facts:
    """The facts of the stack, with the credentials and region that boto3 finds. Raises
    SettingsError where there is none of that name, or one that is no Ecot."""
    if not NAME.fullmatch(stack):
        raise SettingsError(
            "{stack} is no name of a stack",
            remedy="Use letters, digits and hyphens, a letter first, as at `make deploy`.",
            stack=repr(stack),
        )
    place = f"cloudformation:{stack}"
    with closing(open_client("cloudformation", place)) as client:
        region = client.meta.region_name
        found = Asking(place, patience)(lambda: _described(client, stack))
    if found is None:
        raise SettingsError(
            "There is no stack called {stack} in {region}",
            remedy="`make deploy` makes one. If it is there: check --stack, and AWS_PROFILE and "
            "AWS_DEFAULT_REGION, which say whose and where.",
            stack=stack,
            region=region,
        )
    return _read(stack, region, found)


def _described(client: "CloudFormationClient", stack: str) -> "StackTypeDef | None":
    """The stack, or None where there is none, for which CloudFormation has no code of its own."""
    try:
        answer = client.describe_stacks(StackName=stack)
    except ClientError as error:
        if code_of(error) == "ValidationError" and "does not exist" in str(error):
            return None
        raise
    if len(found := answer.get("Stacks", [])) != 1:
        raise Unfinished("garbled")
    return found[0]


def _read(stack: str, region: str, found: "StackTypeDef") -> Facts:
    status = found["StackStatus"]
    told = {one.get("OutputKey"): one.get("OutputValue", "") for one in found.get("Outputs", [])}
    if missing := [name for name in (TABLE, BUCKET, URL) if not told.get(name)]:
        raise SettingsError(
            "The stack {stack} does not say its {missing} ({status})",
            remedy="Wait until it is deployed, or deploy it again with `make deploy`; a stack "
            "that is no Ecot has none.",
            stack=stack,
            missing=", ".join(missing),
            status=status,
        )
    return Facts(stack, told[TABLE], told[BUCKET], told[URL].rstrip("/"), region, status)
