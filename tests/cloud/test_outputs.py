"""What CloudFormation says of a stack, and what is said where it knows none."""

import pytest

from ecot.cloud.outputs import facts_of
from ecot.errors import LedgerError, SettingsError, StoreUnavailable
from tests.cloud.stacks import URL, Stack, made_stack
from tests.store import servers
from tests.store.backends import IMPATIENT


def test_the_facts_of_a_stack(stack: Stack) -> None:
    facts = facts_of(stack.name)
    assert (facts.stack, facts.table, facts.bucket) == (stack.name, stack.table, stack.table)
    assert (facts.url, facts.region, facts.status) == (URL, "eu-west-3", "CREATE_COMPLETE")


def test_no_such_stack_is_said_with_its_region(stack: Stack) -> None:
    with pytest.raises(SettingsError, match="no stack called nobody in eu-west-3") as caught:
        facts_of("nobody")
    assert "AWS_DEFAULT_REGION" in caught.value.remedy


def test_a_stack_that_is_no_ecot_is_said(on_moto: str) -> None:
    made_stack(f"{on_moto}-other", {"BucketName": "b"})
    with pytest.raises(SettingsError, match=r"does not say its TableName, Url \(CREATE_COMPLETE"):
        facts_of(f"{on_moto}-other")


@pytest.mark.parametrize("name", ["", "-a", "a/b", "a b", "é", "x" * 129, "arn:aws:x"])
def test_a_name_that_no_stack_has_is_not_asked_for(name: str) -> None:
    with pytest.raises(SettingsError, match="is no name of a stack"):
        facts_of(name)


def test_no_region_no_credentials_nobody_there(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    with servers.nobody() as url, monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", url)
        with pytest.raises(StoreUnavailable, match="does not answer"):
            facts_of(stack.name, IMPATIENT)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere/config")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere/credentials")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with monkeypatch.context() as patch:
        patch.delenv("AWS_ACCESS_KEY_ID")
        patch.delenv("AWS_SECRET_ACCESS_KEY")
        with pytest.raises(LedgerError, match=r"credentials for cloudformation:.* are missing"):
            facts_of(stack.name)
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(LedgerError, match="No AWS region is set for cloudformation:"):
        facts_of(stack.name)
