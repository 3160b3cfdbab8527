"""A deployed stack as the edges reach it: its facts, settings, secrets and functions.

Nothing of AWS is imported before somebody asks: a laptop without boto3 has all commands but these.
"""

from typing import TYPE_CHECKING

from ecot.cloud.text import Text as Text
from ecot.errors import SettingsError

if TYPE_CHECKING:
    from ecot.cloud.invoking import Invoking
    from ecot.cloud.outputs import Facts
    from ecot.cloud.parameters import Parameters
    from ecot.cloud.texts import Texts

CONFIG = "config"
"""Where in the bucket the settings files are."""


def facts_of(stack: str) -> "Facts":
    """What CloudFormation knows of the stack. Raises SettingsError where there is none."""
    _expect_boto3()
    from ecot.cloud.outputs import facts_of as found

    return found(stack)


def texts_of(bucket: str) -> "Texts":
    """The settings files in the bucket of a stack; to be closed."""
    _expect_boto3()
    from ecot.cloud.texts import open_texts

    return open_texts(bucket, CONFIG)


def parameters_of(stack: str) -> "Parameters":
    """The stack's secrets; to be closed."""
    _expect_boto3()
    from ecot.cloud.parameters import open_parameters

    return open_parameters(f"/ecot/{stack}")


def hand_of(stack: str) -> "Invoking":
    """Whoever takes events to the stack's functions; to be closed."""
    _expect_boto3()
    from ecot.cloud.invoking import open_invoking

    return open_invoking(stack)


def _expect_boto3() -> None:
    try:
        import boto3  # noqa: F401 - only whether it is there
    except ModuleNotFoundError as error:
        if error.name != "boto3":
            raise
        raise SettingsError(
            "A ledger on AWS needs boto3, which is not installed here",
            remedy="Install it: pip install 'ecot[aws]'",
        ) from None
