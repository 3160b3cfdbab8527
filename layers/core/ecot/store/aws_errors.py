"""What the errors of AWS mean: to be tried again, or a sentence for a person.

An error's own message is never shown: AWS quotes the signed request in some of them.
"""

import re

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's, which is no OSError
    HTTPClientError,
    IncompleteReadError,
    NoRegionError,
)
from botocore.parsers import ResponseParserError

from ecot.errors import LedgerError

CUT_OFF = (HTTPClientError, ConnectionError, IncompleteReadError, ResponseParserError)
"""No whole answer: what was asked may have been done or not."""
CONDITION = "ConditionalCheckFailedException"
NOT_DONE = {
    *("ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "SlowDown"),
    *("RequestLimitExceeded", "TooManyRequestsException", "TransactionConflictException"),
    *("ReplicatedWriteConflictException", "OperationAborted"),
}
"""Turned away for the moment: what was asked was certainly not done."""
_MISSING = {"ResourceNotFoundException", "NoSuchBucket"}
_DENIED = {"AccessDeniedException", "AccessDenied", "AllAccessDisabled"}
_STRANGER = {
    *("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken"),
    *("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException"),
    *("MissingAuthenticationTokenException", "ExpiredToken", "ExpiredTokenException"),
}


def refused(place: str, error: Exception) -> LedgerError:
    """The sentence for an error that no repetition mends."""
    why = _why(error)
    text, remedy = _sentence(error)
    return LedgerError(text, remedy=remedy, place=place, why=why)


def _sentence(error: Exception) -> tuple[str, str]:
    code = code_of(error) if isinstance(error, ClientError) else ""
    if code in _MISSING:
        text = "{place} does not exist"
        return text, "Check its name, and the region and account that the AWS credentials are for."
    if code in _DENIED:
        text = "AWS denies access to {place} ({why})"
        return text, "Allow the credentials in use to read and write it."
    if isinstance(error, NoRegionError):
        return "No AWS region is set for {place}", "Set AWS_DEFAULT_REGION, for example eu-west-3."
    if code in _STRANGER or isinstance(error, BotoCoreError):
        text = "AWS credentials for {place} are missing or not accepted ({why})"
        return text, "Check AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in to AWS again."
    text = "AWS refuses a request about {place} ({why})"
    return text, "Check the AWS settings of this machine; if they are right, report this."


def _why(error: Exception) -> str:
    """The kind of error, and the action that was denied; nothing else of the message."""
    if not isinstance(error, ClientError):
        return type(error).__name__
    action = re.search(r"\b(?:dynamodb|s3):[A-Za-z]+\b", error.response["Error"].get("Message", ""))
    return f"{code_of(error)}, {action[0]}" if action else code_of(error)


def code_of(error: ClientError) -> str:
    return error.response["Error"].get("Code", "")


def is_temporary(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    return status >= 500 or status == 429 or code_of(error) in {*NOT_DONE, "RequestTimeout"}
