"""What AWS's refusals mean, and what of them is said.

AWS quotes the signed request in refusals of a signature, and botocore what a credential process
said: of refusals of credentials nothing but the name is shown.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecot.errors import (
    AccessDenied,
    NotOffered,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)
from ecot.providers.http import Http

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

LIMITED = {
    *("ThrottlingException", "Throttling", "RequestLimitExceeded", "TooManyRequestsException"),
    "LimitExceededException",  # "too many calls in a short period of time" (botocore's ce, 1.44.5)
}
DENIED = {"AccessDeniedException", "AccessDenied"}
STRANGER = {
    *("UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId", "InvalidToken"),
    *("InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignatureException"),
    *("MissingAuthenticationTokenException", "MissingAuthenticationToken"),
    *("ExpiredToken", "ExpiredTokenException"),
}
NOT_ENABLED = "not enabled for cost explorer"  # aws-cost-explorer-report issue 15, 2018-09-20

_REFUSED = "{account}: {provider} refused the question for costs ({code}): {detail}"
_STRANGER = "{account}: {provider} does not accept the credentials ({code})"
_LIMITED = "{account}: {provider} still allows no question for costs ({code}): {detail}"
_DOWN = "{account}: {provider} could not answer the question for costs ({code}): {detail}"
_STRANGE = "{account}: {provider} does not accept the question for costs ({code}): {detail}"
_UNDELIVERED = "{account}: {provider} gave no answer to the question for costs ({code})"
_NOT_WHOLE = "{account}: {provider}'s answer to the question for costs was cut off, or is no JSON"
_SET_UP = "{account}: {provider} could not be asked with the settings of this machine ({code})"
_NOBODY = "{account}: there is no access key, and this machine has no credentials of {provider}"
_SOME_KEY = (
    "Put an access key (ACCESS_KEY_ID:SECRET_ACCESS_KEY) into AWS_COST_EXPLORER_KEY, or into the "
    "account's own variable, name a profile in ecot.toml, or sign in to AWS."
)
_NEW_KEY = "Check the access key or the profile, or sign in to AWS again."


class Refused(Exception):
    """No page, and what that means. One that `passes` may be better a moment later."""

    def __init__(
        self,
        kind: type[ProviderError],
        text: str,
        code: str,
        *,
        detail: str = "",
        remedy: str = "",
        passes: bool = False,
    ) -> None:
        super().__init__(code)
        self.kind, self.text, self.code, self.detail = kind, text, code, detail
        self.remedy, self.passes = remedy, passes


def answered(error: "ClientError") -> Refused:
    """AWS has said no. The exception's name tells why: their status is 400 (botocore's ce model,
    1.44.5, gives none of them another)."""
    response: Mapping[str, Any] = error.response
    code, words = str(response.get("Error", {}).get("Code", "")), _words(response)
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in LIMITED or status == 429:
        return Refused(RateLimited, _LIMITED, code, detail=words, passes=True)
    if status >= 500:
        return Refused(Unavailable, _DOWN, code, detail=words, passes=True)
    if code in STRANGER:
        return Refused(AccessDenied, _STRANGER, code, remedy=_NEW_KEY)
    if code == "DataUnavailableException" or (code in DENIED and NOT_ENABLED in words.lower()):
        return Refused(NotOffered, _REFUSED, code, detail=words)
    if code in DENIED or status in (401, 403):  # a proxy's
        return Refused(AccessDenied, _REFUSED, code, detail=words)
    return Refused(UnexpectedAnswer, _STRANGE, code, detail=words)


def _words(response: Mapping[str, Any]) -> str:
    """What AWS itself says, as far as it is meant for people."""
    headers = response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    if "html" in headers.get("content-type", ""):
        return "a web page instead of an answer"
    return str(response.get("Error", {}).get("Message", "")) or "no reason given"


def unasked(error: Exception) -> Refused:
    """botocore could not even ask: credentials that it cannot read, settings that do not work."""
    return Refused(AccessDenied, _SET_UP, type(error).__name__, remedy=_NEW_KEY)


def no_credentials() -> Refused:
    """boto3 has found none."""
    return Refused(AccessDenied, _NOBODY, "NoCredentialsError", remedy=_SOME_KEY)


def undelivered(error: Exception) -> Refused:
    """No answer came, or none that could be read."""
    return Refused(Unavailable, _UNDELIVERED, type(error).__name__, passes=True)


def not_whole() -> Refused:
    """An answer without what every answer has."""
    return Refused(Unavailable, _NOT_WHOLE, "", passes=True)


def problem(http: Http, refused: Refused, secrets: tuple[str, ...]) -> ProviderError:
    """The error of a refusal, with the account's name, without a secret and without people."""
    return refused.kind(
        refused.text,
        remedy=refused.remedy,
        account=http.account,
        provider=http.provider,
        code=http.quoted(refused.code, secrets),
        detail=http.quoted(refused.detail, secrets),
    )
