"""boto3's Cost Explorer client.

Imported where it is first asked with: boto3 is an extra. Its own retries are off (they know nothing
of our time, and each may cost money), and so are the environment's proxies.
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

from ecot.providers.aws.refusals import (
    answered,
    no_credentials,
    not_whole,
    unasked,
    undelivered,
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


class CostExplorer(Protocol):
    """What is used of boto3's client, which comes without types."""

    def get_cost_and_usage(self, **question: Any) -> dict[str, Any]:
        """One page."""
        ...


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
            raise no_credentials()
        client: Any = session.client("ce", region_name=region, endpoint_url=base_url, config=CONFIG)
    except ClientError as error:  # of a role that may not be taken on
        raise answered(error) from None
    except (BotoCoreError, ValueError) as error:  # an address that is none is a ValueError
        raise unasked(error) from None
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
        raise answered(error) from None
    except UNDELIVERED as error:
        raise undelivered(error) from None
    except BotoCoreError as error:
        raise unasked(error) from None
    if "ResultsByTime" not in answer:  # botocore takes what it cannot decode for an empty answer
        raise not_whole()
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
