"""Making stacks on moto: a template with nothing but the outputs of Ecot's own.

moto's parameters of SSM are its CloudFormation's neighbours; none of the two checks a right.
"""

import json
from contextlib import closing
from typing import NamedTuple

from boto3.session import Session
from botocore.config import Config

from ecot.edge.deployed import Deployed

ONCE = Config(retries={"total_max_attempts": 1})
"""For a client whose calls we repeat ourselves."""
URL = "https://abc123.execute-api.eu-west-3.amazonaws.com"


class Stack(NamedTuple):
    """Its name, and that of its table and its bucket."""

    name: str
    table: str

    @property
    def deployed(self) -> Deployed:
        """What its functions are told."""
        return Deployed(stack=self.name, table=self.table, bucket=self.table, url=URL)


def made_stack(table: str, outputs: dict[str, str] | None = None) -> Stack:
    """A stack that says it has the table, and the bucket of the same name."""
    told = outputs or {"TableName": table, "BucketName": table, "Url": f"{URL}/"}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {name: {"Value": value} for name, value in told.items()},
    }
    with closing(Session().client("cloudformation")) as client:
        client.create_stack(StackName=table, TemplateBody=json.dumps(template))
    return Stack(table, table)
