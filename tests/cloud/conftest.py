"""A stack as CloudFormation knows it, with its table and bucket, on moto."""

import pytest

from tests.cloud.stacks import Stack, made_stack


@pytest.fixture
def stack(on_moto: str) -> Stack:
    """A stack over the test's own empty table and bucket; boto3's settings lead to it."""
    return made_stack(on_moto)
