"""boto3's Cost Explorer client, and what its errors mean.

Imported where it is first asked with: boto3 is an extra. Its own retries are off (they know nothing
of our time, and each costs money), and so are the environment's proxies. AWS quotes the signed
request in refusals of a signature, and botocore what a credential process said: of these nothing
but the error's name is shown.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's, which is no OSError
    HTTPClientError,
    IncompleteReadError,
)
from botocore.loaders import Loader, create_loader
from botocore.parsers import ResponseParserError
from botocore.session import get_session

from ecot.errors import (
    AccessDenied,
    NotOffered,
    ProviderError,
    RateLimited,
    Unavailable,
    UnexpectedAnswer,
)

CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=10,
    read_timeout=60,
    proxies={},
)
UNDELIVERED = (
    *(HTTPClientError, ConnectionError, IncompleteReadError),
    *(ResponseParserError, UnicodeDecodeError),  # which are no BotoCoreErrors
)
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
_NEW_KEY = "Check the access key or the profile, or sign in to AWS again."


class CostExplorer(Protocol):
    """What is used of boto3's client, which comes without types."""

    def get_cost_and_usage(self, **question: Any) -> dict[str, Any]:
        """One page."""
        ...


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


def open_client(
    base_url: str, region: str, profile: str | None, key: tuple[str, str] | None
) -> tuple[CostExplorer, tuple[str, ...]]:
    """A client, and the secrets that it signs with: those of the access key, else of what boto3
    finds by itself (a profile, the environment, a role). Raises Refused where it finds none."""
    try:
        session = _session(profile, key)
        found = session.get_credentials()
        frozen = found.get_frozen_credentials() if found else None
        if frozen is None:
            raise Refused(AccessDenied, _STRANGER, "NoCredentialsError", remedy=_NEW_KEY)
        client: Any = session.client("ce", region_name=region, endpoint_url=base_url, config=CONFIG)
    except ClientError as error:  # of a role that may not be taken on
        raise _answered(error) from None
    except (BotoCoreError, ValueError) as error:  # an address that is none is a ValueError
        raise _unasked(error) from None
    return client, tuple(filter(None, (frozen.access_key, frozen.secret_key, frozen.token)))


def _session(profile: str | None, key: tuple[str, str] | None) -> Session:
    core = get_session()
    core.register_component("data_loader", _descriptions())
    if key is None:
        return Session(botocore_session=core, profile_name=profile)
    identity, secret = key
    return Session(identity, secret, botocore_session=core)


@cache
def _descriptions() -> Loader:
    """botocore's descriptions of AWS, read once a process: that takes 60 to 80 ms."""
    return create_loader()


def page_of(client: CostExplorer, question: Mapping[str, Any]) -> dict[str, Any]:
    """One page, as AWS answered it. Raises Refused."""
    try:
        answer = client.get_cost_and_usage(**question)
    except ClientError as error:
        raise _answered(error) from None
    except UNDELIVERED as error:
        raise Refused(Unavailable, _UNDELIVERED, type(error).__name__, passes=True) from None
    except BotoCoreError as error:
        raise _unasked(error) from None
    if "ResultsByTime" not in answer:  # botocore takes what it cannot decode for an empty answer
        raise Refused(Unavailable, _NOT_WHOLE, "", passes=True)
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _answered(error: ClientError) -> Refused:
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


def _unasked(error: Exception) -> Refused:
    """botocore could not even ask: credentials that it cannot read, settings that do not work."""
    return Refused(AccessDenied, _SET_UP, type(error).__name__, remedy=_NEW_KEY)
