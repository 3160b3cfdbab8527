"""What the services of AWS have in common: clients, and calls repeated while that can help.

botocore's own retries are off: they know neither our time budget nor which repeated write needs a
second look.
"""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar, cast, overload

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.loaders import create_loader
from botocore.session import get_session

from ecot.errors import StoreUnavailable
from ecot.store.aws_errors import CONDITION, CUT_OFF, NOT_DONE, code_of, is_temporary, refused
from ecot.store.patience import Patience

if TYPE_CHECKING:
    from botocore.loaders import Loader
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_lambda import LambdaClient
    from types_boto3_s3 import S3Client
    from types_boto3_ssm import SSMClient

    Client = CloudFormationClient | DynamoDBClient | LambdaClient | S3Client | SSMClient

Service = Literal["cloudformation", "dynamodb", "lambda", "s3", "ssm"]
_T = TypeVar("_T")
_CONFIG = Config(
    retries={"total_max_attempts": 1, "mode": "standard"},
    connect_timeout=5,
    read_timeout=10,
    max_pool_connections=50,
)


@cache
def _loader() -> "Loader":
    """Reads the descriptions of the services once a process: a client more is then made in a few
    milliseconds, and it takes ten times as long without."""
    return create_loader()


class Unfinished(Exception):
    """The answer was no error and not the whole answer either: what was asked may have been done or
    not. The call has noted what is left, and is to be repeated. Its text says why, in a word."""


class ConditionFailed(Exception):
    """A condition did not hold. `is_doubtful` where an earlier attempt's answer was lost: then it
    may be that attempt which changed the item."""

    def __init__(self, *, is_doubtful: bool) -> None:
        super().__init__()
        self.is_doubtful = is_doubtful


class Asking:
    """Calls about one table, bucket or other thing, repeated while that can help."""

    def __init__(self, place: str, patience: Patience) -> None:
        """`place` is how the thing is called in sentences."""
        self._place, self._patience = place, patience

    def __call__(self, call: Callable[[], _T]) -> _T:
        """What the call returns. Raises ConditionFailed, StoreUnavailable when the time is used
        up, or the LedgerError of what a person has to put right."""
        is_doubtful, why = False, ""
        for _ in self._patience.attempts():
            try:
                return call()
            except Unfinished as error:
                is_doubtful, why = True, str(error)
            except ClientError as error:
                why = code_of(error)
                if why == CONDITION:
                    raise ConditionFailed(is_doubtful=is_doubtful) from None
                if not is_temporary(error):
                    raise refused(self._place, error) from None
                is_doubtful = is_doubtful or why not in NOT_DONE
            except CUT_OFF as error:
                is_doubtful, why = True, type(error).__name__
            except BotoCoreError as error:
                raise refused(self._place, error) from None
        raise StoreUnavailable(
            "{place} does not answer ({why})",
            remedy="Check the network and the AWS region, then try again in a few minutes.",
            place=self._place,
            why=why,
        )


@overload
def open_client(service: Literal["dynamodb"], place: str) -> "DynamoDBClient": ...
@overload
def open_client(service: Literal["s3"], place: str) -> "S3Client": ...
@overload
def open_client(service: Literal["ssm"], place: str) -> "SSMClient": ...
@overload
def open_client(service: Literal["lambda"], place: str) -> "LambdaClient": ...
@overload
def open_client(service: Literal["cloudformation"], place: str) -> "CloudFormationClient": ...
def open_client(service: Service, place: str) -> "Client":
    """A client with the credentials, region and endpoint that botocore finds. To be made after a
    fork. Raises LedgerError where boto3's own settings are wrong."""
    try:
        session = get_session()
        session.register_component("data_loader", _loader())
        session.get_scoped_config()  # what is wrong with the files is said before all else
        return cast("Client", session.create_client(service, config=_CONFIG))
    except (BotoCoreError, ValueError) as error:  # an address that is none is a ValueError
        raise refused(place, error) from None
