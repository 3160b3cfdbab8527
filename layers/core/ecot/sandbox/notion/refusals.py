"""How Notion refuses: a status, a code and the sentences that it really answers with.

The sentences are recorded ones, or are quoted in its documentation and in others' bug reports;
where neither was found, the docstring says "our words".
"""

from collections.abc import Mapping
from typing import Any

INTEGRATION = "Ecot"
INTEGRATION_ID = "00000000-0000-4000-8000-0000000000f1"
"""The integration, which is also the user that it writes as."""


class Refused(Exception):
    """A request that Notion refuses; nothing of it was done."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        additional_data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})
        self.content: dict[str, Any] = {
            "object": "error",
            "status": status,
            "code": code,
            "message": message,
        }
        if additional_data:
            self.content["additional_data"] = dict(additional_data)


def invalid(message: str) -> Refused:
    """400: the request is understood, and contradicts the schema or a limit."""
    return Refused(400, "validation_error", message)


def misshapen(path: str, expected: str, instead: object) -> Refused:
    """400: a part of the body is not what it must be; `path` is `body.page_size`."""
    return invalid(f"body failed validation: {path} should be {expected}, instead was `{instead}`.")


def no_such_property(key: str) -> Refused:
    """400: neither the name nor the id of a property of this table."""
    return invalid(f"{key} is not a property that exists.")


def wrong_type(name: str, kind: str) -> Refused:
    """400: the value is of another type than the column."""
    return invalid(f"{name} is expected to be {kind}.")


def not_found(what: str, identifier: str) -> Refused:
    """404: does not exist, or is not shared with the integration; nobody is told which."""
    return Refused(
        404,
        "object_not_found",
        f"Could not find {what} with ID: {identifier}. Make sure the relevant pages and databases"
        f' are shared with your integration "{INTEGRATION}".',
        {"integration_id": INTEGRATION_ID},
    )


def in_trash() -> Refused:
    """400: what lies in the trash can be read and restored, and nothing else."""
    return invalid(
        "Can't edit block that is archived. You must unarchive the block before editing."
    )
