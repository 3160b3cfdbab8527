"""What the functions of a stack are told by their environment: one validated value."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from ecot.errors import SettingsError

LEDGER = "ledger"
SITE = "site"
SECRETS = "secrets"
SIGNING_KEY = "signing-key"


class Deployed(BaseModel):
    """The stack that a function belongs to. `url` is the public address of its API, without a
    slash at the end; None where the function is not told. `is_report_scheduled` is told to the one
    that mails: whether the month's mail has a schedule."""

    model_config = ConfigDict(
        frozen=True, populate_by_name=True, hide_input_in_errors=True, defer_build=True
    )

    stack: Annotated[
        str,
        StringConstraints(pattern=re.compile(r"\A[A-Za-z][A-Za-z0-9-]{0,127}\Z")),
        Field(alias="ECOT_STACK"),
    ]
    table: Annotated[
        str,
        StringConstraints(pattern=re.compile(r"\A[A-Za-z0-9_.-]{3,255}\Z")),
        Field(alias="ECOT_TABLE"),
    ]
    bucket: Annotated[
        str,
        StringConstraints(pattern=re.compile(r"\A[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")),
        Field(alias="ECOT_BUCKET"),
    ]
    url: Annotated[
        Annotated[str, StringConstraints(pattern=re.compile(r"\Ahttps?://[^\s/?#@]+[^\s?#@]*\Z"))]
        | None,
        Field(alias="ECOT_URL"),
    ] = None
    is_report_scheduled: Annotated[bool, Field(alias="ECOT_REPORT_SCHEDULED")] = False

    @property
    def report_url(self) -> str | None:
        """Where the report is read: in the folder of the served site."""
        return None if self.url is None else f"{self.url}/{SITE}"

    @property
    def address(self) -> str:
        """The ledger's, for `jobs.place.place_at`."""
        return f"dynamodb:{self.table}@{self.bucket}/{LEDGER}"


VARIABLES = frozenset(str(field.alias) for field in Deployed.model_fields.values())
"""All that functions read from their environment, beside what AWS puts there."""


def read_deployed(environ: Mapping[str, str]) -> Deployed:
    """What the environment says. Raises SettingsError naming the first variable that is missing or
    cannot be meant; its value is not shown."""
    given = {name: environ[name] for name in sorted(VARIABLES) if environ.get(name)}
    try:
        return Deployed.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[0]
    text = (
        "The function is not told its {variable}"
        if found["type"] == "missing"
        else "{variable} of the function is not what it should be"
    )
    raise SettingsError(
        text,
        remedy="Deploy the stack again with `make deploy`: the template sets it.",
        variable=found["loc"][0],
    )
