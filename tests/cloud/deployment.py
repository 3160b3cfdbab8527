"""A stack as the template makes it, of built functions on loopback: table, bucket, parameters, and
the functions with their names, limits and environments."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from boto3.session import Session

from ecot.sandbox.faults import Faults
from ecot.sandbox.server import LoopbackServer
from tests.cloud.aws import Door
from tests.cloud.built import Built
from tests.cloud.company import SINK_SECRETS, Company, Sinks
from tests.cloud.invoker import Lambda, Scheduler
from tests.cloud.runtime import ACCOUNT, Function, Machine
from tests.cloud.translated import ROOT, defaults, filled_in, of_type, table_request
from tests.store.backends import REGION

STACK = "ecot"
PEOPLE_KEY = b"the key of pseudonyms, 32 bytes."
SIGNING_KEY = "Q2FuNHJ5U2lnbmluZ0tleVR3ZWV0VHdlZXRUd2VldCE="


@dataclass
class Cloud:
    """The stack, its company and its sinks."""

    functions: Lambda
    scheduler: Scheduler
    door: LoopbackServer
    company: Company
    sinks: Sinks
    session: Session
    table: str
    bucket: str
    url: str
    clock: Path

    @property
    def faults(self) -> Faults:
        """What goes wrong at AWS."""
        return self.door.faults

    def at(self, moment: datetime) -> None:
        """It is that moment for the functions."""
        later = self.clock.with_suffix(".new")
        later.write_text(moment.isoformat(), "ascii")
        later.replace(self.clock)  # a process may be reading it

    def schedule(self, step: str, file: str, at: datetime) -> None:
        """The scheduler sends the event to the function of a step, as of that moment."""
        self.scheduler.send(f"{STACK}-{step}", file, at)

    @property
    def address(self) -> str:
        """The ledger's."""
        return f"dynamodb:{self.table}@{self.bucket}/ledger"

    @property
    def secrets(self) -> list[str]:
        """Everything that no log may hold."""
        return [*self.company.secrets.values(), *SINK_SECRETS.values(), SIGNING_KEY]

    def lead(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From now on a command here is about the stack's ledger."""
        for name, value in {
            "ECOT_HOME": self.address,
            "AWS_ENDPOINT_URL": self.door.url,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        }.items():
            monkeypatch.setenv(name, value)

    def logs(self) -> list[str]:
        """Every line that a process of a function wrote."""
        files = sorted(self.functions.logs.iterdir())
        return [line for file in files for line in file.read_text("utf-8").splitlines()]

    def files(self, prefix: str) -> dict[str, bytes]:
        """Every object of the bucket below `prefix/`, by the rest of its name."""
        s3, found = self.session.client("s3", endpoint_url=self.door.url), {}
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=f"{prefix}/"
        )
        for one in (one for page in pages for one in page.get("Contents", [])):
            body = s3.get_object(Bucket=self.bucket, Key=one["Key"])["Body"].read()
            found[one["Key"].removeprefix(f"{prefix}/")] = body
        s3.close()
        return found


@contextmanager
def open_stack(
    built: Built, company: Company, sinks: Sinks, folder: Path, name: str, collectors: int = 2
) -> Iterator[Cloud]:
    """The stack, deployed and configured; `name` is part of its table's and its bucket's. So many
    accounts are collected at the same time."""
    clock = folder / "clock"
    clock.write_text(company.clock.moment.isoformat(), "ascii")
    machine = Machine(
        python=built.machine.python,
        runtime=built.machine.runtime,
        layers=built.machine.layers,
        clock=clock,
    )
    at_once = {f"{STACK}-collect": collectors}
    with ExitStack() as around:
        functions = around.enter_context(Lambda(machine, folder / "logs", at_once=at_once))
        door = around.enter_context(LoopbackServer(Door()))
        session = Session("testing", "testing", region_name=REGION)
        names = {
            **defaults(),
            "AWS::StackName": STACK,
            "AWS::Region": REGION,
            "AWS::AccountId": ACCOUNT,
            "AWS::URLSuffix": "amazonaws.com",
            "Table": f"{name}-table",
            "Bucket": f"{name}-bucket",
            "HttpApi": "a1b2c3d4e5",
        }
        cloud = Cloud(
            functions=functions,
            scheduler=Scheduler(functions, ROOT / "events"),
            door=door,
            company=company,
            sinks=sinks,
            session=session,
            table=names["Table"],
            bucket=names["Bucket"],
            url=filled_in(
                {"Fn::Sub": "https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}"},
                names,
            ),
            clock=clock,
        )
        reached = {"AWS_ENDPOINT_URL": door.url, "AWS_ENDPOINT_URL_LAMBDA": functions.url}
        functions.deploy(*functions_of(built, names, reached))
        _make(cloud)
        _configure(cloud)
        yield cloud


def functions_of(
    built: Built, names: Mapping[str, str], reached: Mapping[str, str]
) -> Iterator[Function]:
    """Every function of the template, as it is deployed."""
    for logical, properties in of_type("AWS::Lambda::Function").items():
        stated: dict[str, Any] = filled_in(properties["Environment"]["Variables"], names)
        yield Function(
            name=filled_in(properties["FunctionName"], names),
            code=built.code(logical),
            timeout_seconds=properties["Timeout"],
            environment={**stated, **reached},
            handler=properties["Handler"],
        )


def _make(cloud: Cloud) -> None:
    """The table of the template's own properties, with its time to live, and the bucket."""
    (properties,) = of_type("AWS::DynamoDB::Table").values()
    dynamodb = cloud.session.client("dynamodb", endpoint_url=cloud.door.url)
    dynamodb.create_table(**table_request(properties, cloud.table))
    dynamodb.update_time_to_live(
        TableName=cloud.table, TimeToLiveSpecification=properties["TimeToLiveSpecification"]
    )
    dynamodb.close()
    s3 = cloud.session.client("s3", endpoint_url=cloud.door.url)
    s3.create_bucket(Bucket=cloud.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.close()


def _configure(cloud: Cloud) -> None:
    """Settings into the bucket, secrets and the signing key into parameters."""
    s3 = cloud.session.client("s3", endpoint_url=cloud.door.url)
    settings = cloud.company.settings(cloud.sinks).encode()
    s3.put_object(Bucket=cloud.bucket, Key="config/ecot.toml", Body=settings)
    s3.put_object(Bucket=cloud.bucket, Key="ledger/people/key", Body=PEOPLE_KEY)
    s3.close()
    ssm = cloud.session.client("ssm", endpoint_url=cloud.door.url)
    secrets = {**cloud.company.secrets, **SINK_SECRETS}
    parameters = {f"/ecot/{STACK}/secrets/{name}": value for name, value in secrets.items()}
    parameters[f"/ecot/{STACK}/signing-key"] = SIGNING_KEY
    for name, value in parameters.items():
        ssm.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)
    ssm.close()
