"""What is wrong, as RFC 9457 has it: a status, a sentence and a remedy in the reader's language.

Never a traceback, and nothing that was sent but what a sentence of ours names.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

from ecot.errors import (
    Conflict,
    EcotError,
    LedgerError,
    ProviderError,
    SettingsError,
    SinkError,
    StoreUnavailable,
    TooMany,
)
from ecot.jobs.plain_json import plain_json
from ecot.language import Language
from ecot.model.sentence import Sentence

PROBLEM = "application/problem+json"
NOT_FOUND = Sentence("There is nothing at this address")
NOT_FOUND_REMEDY = Sentence("/openapi.json describes every address.")
NOT_ALLOWED = Sentence("{method} cannot be asked of this address")
NOT_ALLOWED_REMEDY = Sentence("Ask with {methods}.")
TOO_LARGE = Sentence("More was sent than anything here takes")
TOO_LARGE_REMEDY = Sentence("Send at most {most} bytes.")
NOT_UNDERSTOOD = Sentence("The request was not understood")
NOT_UNDERSTOOD_REMEDY = Sentence("/openapi.json says what can be sent.")
WRONG_TYPE = Sentence("What was sent is neither JSON nor a form")
WRONG_TYPE_REMEDY = Sentence(
    "Send it as application/json, or as application/x-www-form-urlencoded."
)
OUT_OF_ORDER = Sentence("The settings or the ledger cannot be read now")
OUT_OF_ORDER_REMEDY = Sentence("`ecot doctor` says what is wrong.")
FAILED = Sentence("Something went wrong here, and not with what you sent")
FAILED_REMEDY = Sentence("Try again; if it stays, the log of this moment says where it happened.")
_SOON = 30  # seconds
_STATUS: tuple[tuple[type[EcotError], HTTPStatus], ...] = (  # the first that fits
    (SettingsError, HTTPStatus.BAD_REQUEST),
    (TooMany, HTTPStatus.TOO_MANY_REQUESTS),
    (Conflict, HTTPStatus.CONFLICT),
    (StoreUnavailable, HTTPStatus.SERVICE_UNAVAILABLE),
    (LedgerError, HTTPStatus.CONFLICT),
    (ProviderError, HTTPStatus.BAD_GATEWAY),
    (SinkError, HTTPStatus.BAD_GATEWAY),
)


class Failed(Exception):
    """A route ends with this status and these sentences. `headers` go with the answer, `errors` say
    what is wrong with which part of what was sent."""

    def __init__(
        self,
        status: HTTPStatus,
        text: Sentence,
        remedy: Sentence | None = None,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[Mapping[str, str]] = (),
    ) -> None:
        self.status, self.text, self.remedy = status, text, remedy
        self.headers, self.errors = dict(headers or {}), tuple(errors)
        super().__init__(text.text)


def problem(
    status: int,
    language: Language,
    text: Sentence,
    remedy: Sentence | None = None,
    headers: Mapping[str, str] | None = None,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response[str]:
    """The answer. `errors` say what is wrong with which part of what was sent."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": language.sentence(text),
        "remedy": language.sentence(remedy) if remedy else None,
    }
    if errors:
        document["errors"] = list(errors)
    more = {"Cache-Control": "no-store", **(headers or {})}
    return Response(status, PROBLEM, plain_json(document).decode(), more)


def of_failed(error: Failed, language: Language) -> Response[str]:
    """The answer to what a route refuses."""
    more = error.headers, error.errors
    return problem(error.status, language, error.text, error.remedy, *more)


def of_error(error: EcotError, language: Language) -> Response[str]:
    """The answer to an error of ours. Its sentences are made to be shown."""
    status = next(
        (status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.BAD_REQUEST
    )
    remedy = Sentence(error.remedy, error.values) if error.remedy else None
    wait = error.retry_after if isinstance(error, TooMany) else _SOON
    has_to_wait = status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS)
    headers = {"Retry-After": str(wait)} if has_to_wait else None
    return problem(status, language, Sentence(error.text, error.values), remedy, headers)
