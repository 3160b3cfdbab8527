"""What every answer's shape is made of, and how a route describes it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from ecot.api.answers import JSON
from ecot.api.bodies import FORM

Amount = Annotated[
    str, Field(pattern=r"^-?[0-9]+(\.[0-9]+)?$", description="Exact", examples=["42.10"])
]
Amounts = dict[str, Amount]
Collected = Annotated[
    datetime | None, Field(description="When an account was last read (UTC); null: never")
]
Day = Annotated[date, Field(description="A UTC day", examples=["2026-01-31"])]
First = Annotated[date, Field(alias="from", description="The first day")]
After = Annotated[date, Field(alias="to", description="The day after the last one")]
Why = Annotated[str | None, Field(description="Why a figure is null")]
Reasons = Annotated[dict[str, str], Field(description="Why each figure that is null is not known")]
Next = Annotated[str | None, Field(description="`cursor` of the next page; null: this is the last")]


class Shape(BaseModel):
    """An object with these fields and no others."""

    model_config = ConfigDict(extra="forbid", defer_build=True)


def described_as(shape: type[Shape], description: str = "What was asked for") -> Any:
    """The answer in the description of a route."""
    return {"description": description, "content": {JSON: {"model": shape}}}


def described_as_file(kinds: tuple[str, ...], description: str) -> Any:
    """An answer that is a file: text, or an object whose fields are described elsewhere."""
    content = {kind: {"schema": {"type": "object" if kind == JSON else "string"}} for kind in kinds}
    return {"description": description, "content": content}


def sent_as(shape: type[Shape], example: Mapping[str, Any]) -> dict[str, Any]:
    """What may be sent, in the description of a route: as JSON, or as a form."""
    schema = shape.model_json_schema(by_alias=True)
    content = {kind: {"schema": schema, "example": dict(example)} for kind in (JSON, FORM)}
    return {"requestBody": {"required": "required" in schema, "content": content}}
