"""What the errors of AWS mean: to be tried again, or a sentence for a person.

An error's own message is not shown: AWS quotes the signed request in some of them, and botocore
what a credential process said. Only what botocore says of settings that name no secret is.
"""

import re

from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's, which is no OSError
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
)
from botocore.parsers import ResponseParserError

from ecot.errors import LedgerError

CUT_OFF = (
    *(HTTPClientError, ConnectionError, IncompleteReadError, ChecksumError, FlexibleChecksumError),
    ResponseParserError,  # which is no BotoCoreError
    UnicodeDecodeError,  # botocore decodes a body before it looks whether that is JSON
)
"""No whole answer: what was asked may have been done or not."""
CONDITION = "ConditionalCheckFailedException"
NOT_DONE = {
    *("ProvisionedThroughputExceededException", "ThrottlingException", "Throttling", "SlowDown"),
    *("RequestLimitExceeded", "TooManyRequestsException", "TransactionConflictException"),
    *("ReplicatedWriteConflictException", "OperationAborted", "TooManyUpdates"),
}
"""Turned away for the moment: what was asked was certainly not done."""
_MISSING = {"ResourceNotFoundException", "NoSuchBucket"}
_DENIED = {"AccessDeniedException", "AccessDenied", "AllAccessDisabled"}
_STRANGER = {
    *("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken"),
    *("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException"),
    *("MissingAuthenticationTokenException", "ExpiredToken", "ExpiredTokenException"),
}
CREDENTIALS = {
    *("NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError"),
    *("UnknownCredentialError", "NoAuthTokenError", "TokenRetrievalError"),
    *("ProfileNotFound", "RefreshWithMFAUnsupportedError", "MetadataRetrievalError"),
    *("SSOError", "LoginError"),
}
"""botocore's errors of credentials, with all that derive from them: by name, since the botocore of
Lambda may be older than some."""
SETUP = {
    *("InvalidRegionError", "UnknownRegionError", "UnknownEndpointError"),
    *("ConfigParseError", "ConfigNotFound", "InvalidConfigError", "InvalidDefaultsMode"),
    *("InvalidRetryConfigurationError", "InvalidChecksumConfigError"),
    *("InvalidS3AddressingStyleError", "InvalidSTSRegionalEndpointsConfigError"),
}
"""The same of settings. Their own words name regions, profiles, files and modes, never a key or an
address."""
_ACTION = re.compile(r"\b(?:cloudformation|dynamodb|kms|lambda|s3|ssm):[A-Za-z]+\b")
_STRANGE = (
    "AWS credentials for {place} are missing or not accepted ({why})",
    "Check AWS_PROFILE or AWS_ACCESS_KEY_ID, or sign in to AWS again.",
)
_REFUSED = (
    "AWS refuses a request about {place} ({why})",
    "Check the AWS settings of this machine; if they are right, report this.",
)
_SETTINGS = (
    "The AWS settings of this machine do not work for {place}: {why}",
    "Correct the variable AWS_… or the file ~/.aws/config where that is set.",
)


def refused(place: str, error: Exception) -> LedgerError:
    """The sentence for an error that no repetition mends."""
    text, remedy = _answered(error) if isinstance(error, ClientError) else _unasked(_kinds(error))
    return LedgerError(text, remedy=remedy, place=place, why=_why(error))


def _answered(error: ClientError) -> tuple[str, str]:
    """AWS has said no."""
    code = code_of(error)
    if code in _MISSING:
        text = "{place} does not exist"
        return text, "Check its name, and the region and account that the AWS credentials are for."
    if code in _DENIED:
        text = "AWS denies access to {place} ({why})"
        return text, "Allow the credentials in use to read and write it."
    return _STRANGE if code in _STRANGER else _REFUSED


def _unasked(kinds: set[str]) -> tuple[str, str]:
    """botocore could not even ask."""
    if "NoRegionError" in kinds:
        return "No AWS region is set for {place}", "Set AWS_DEFAULT_REGION, for example eu-west-3."
    if kinds & CREDENTIALS:
        return _STRANGE
    if kinds & SETUP:
        return _SETTINGS
    if "BotoCoreError" in kinds:
        text = "{place} could not be asked ({why})"
        return text, "Check the AWS settings of this machine; if they are right, report this."
    return _REFUSED


def _why(error: Exception) -> str:
    """The kind of error, and the action that was denied; nothing else of the message, unless it is
    about settings."""
    if not isinstance(error, ClientError):
        return str(error) if _kinds(error) & SETUP else type(error).__name__
    action = _ACTION.search(error.response["Error"].get("Message", ""))
    return f"{code_of(error)}, {action[0]}" if action else code_of(error)


def _kinds(error: Exception) -> set[str]:
    return {kind.__name__ for kind in type(error).__mro__}


def code_of(error: ClientError) -> str:
    return error.response["Error"].get("Code", "")


def is_temporary(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"].get("HTTPStatusCode", 0)
    return status >= 500 or status == 429 or code_of(error) in {*NOT_DONE, "RequestTimeout"}
