"""What AWS refuses is said in a sentence with a remedy, and never with a secret in it."""

import traceback
from collections.abc import Callable
from pathlib import Path

import botocore.exceptions
import pytest
from botocore.exceptions import (
    BotoCoreError,
    CredentialRetrievalError,
    EndpointResolutionError,
    NoRegionError,
    ParamValidationError,
    SSOTokenLoadError,
)

from ecot.errors import LedgerError, StoreUnavailable
from ecot.store.aws import open_client
from ecot.store.aws_errors import CREDENTIALS, SETUP, refused
from ecot.store.dynamodb import DynamoStore, open_table
from ecot.store.patience import Patience
from ecot.store.protocol import Key
from ecot.store.s3 import S3Files, open_bucket
from tests.store import servers
from tests.store.backends import IMPATIENT, client, name_of, open_files_on
from tests.store.wire import Clock, Wire

HERE = Key("here", "a")
MISSING = "AWS credentials for {} are missing or not accepted ({})"
DENIED = "AWS denies access to {} ({}, dynamodb:PutItem)"


@pytest.mark.parametrize(
    ("code", "text", "remedy"),
    [
        ("ResourceNotFoundException", "{} does not exist", "region"),
        ("AccessDeniedException", DENIED, "Allow"),
        ("UnrecognizedClientException", MISSING, "AWS_PROFILE"),
        ("InvalidSignatureException", MISSING, "AWS_PROFILE"),
        ("ExpiredTokenException", MISSING, "sign in"),
        ("ValidationException", "AWS refuses a request about {} ({})", "report this"),
    ],
)
def test_a_refusal_of_dynamodb_is_a_sentence_without_secrets(
    code: str, text: str, remedy: str
) -> None:
    dynamodb = client("dynamodb", "http://127.0.0.1:1")
    Wire(dynamodb).refuse("PutItem", code, 1)
    store = DynamoStore(dynamodb, "ledger", IMPATIENT)
    with pytest.raises(LedgerError) as caught:
        store.put(HERE, b"")
    assert str(caught.value).startswith(text.format("dynamodb:ledger", code).rstrip(")"))
    assert remedy in caught.value.remedy
    assert "SECRET" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("code", "status", "text"),
    [
        ("NoSuchBucket", 404, "s3:pages does not exist"),
        ("AccessDenied", 403, "AWS denies access to s3:pages (AccessDenied"),
        ("InvalidAccessKeyId", 403, "AWS credentials for s3:pages are missing or not accepted"),
        ("EntityTooLarge", 400, "AWS refuses a request about s3:pages (EntityTooLarge"),
    ],
)
def test_a_refusal_of_s3_is_a_sentence_without_secrets(code: str, status: int, text: str) -> None:
    s3 = client("s3", "http://127.0.0.1:1")
    wire = Wire(s3)
    files = S3Files(s3, "pages", patience=IMPATIENT)
    for operation in ("PutObject", "GetObject", "DeleteObject", "ListObjectsV2"):
        wire.refuse_s3(operation, code, 1, status=status)
    for call in (
        lambda: files.put("a", b""),
        lambda: files.get("a"),
        lambda: files.delete("a"),
        lambda: list(files.names()),
    ):
        with pytest.raises(LedgerError) as caught:
            call()
        assert str(caught.value).startswith(text)
        assert "SECRET" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    ("code", "status"), [("SlowDown", 503), ("RequestTimeout", 400), ("WhateverItIsCalled", 429)]
)
def test_a_bucket_that_is_busy_is_asked_again(tmp_path: Path, code: str, status: int) -> None:
    open_files_on("moto", tmp_path)
    s3, clock = client("s3", servers.moto()), Clock()
    wire = Wire(s3)
    patience = Patience(20, sleep=clock.sleep, clock=clock, jitter=lambda: 1.0)
    files = S3Files(s3, name_of(tmp_path), patience=patience)
    for operation in ("PutObject", "GetObject", "DeleteObject", "ListObjectsV2"):
        wire.refuse_s3(operation, code, 2, status=status)
    files.put("a", b"one")
    assert (files.get("a"), list(files.names())) == (b"one", ["a"])
    files.delete("a")
    assert clock.slept == [0.05, 0.1] * 4
    wire.lose_answer("PutObject")
    files.put("a", b"two")
    assert files.get("a") == b"two"
    wire.refuse_s3("GetObject", "SlowDown", 1000, status=503)
    with pytest.raises(StoreUnavailable, match="does not answer \\(SlowDown\\)"):
        files.get("a")


def test_a_list_of_files_without_a_word_is_no_empty_bucket(tmp_path: Path) -> None:
    """A move would take the place for an empty one, and remove what is in it."""
    open_files_on("moto", tmp_path)
    s3 = client("s3", servers.moto())
    wire = Wire(s3)
    files = S3Files(s3, name_of(tmp_path), patience=IMPATIENT)
    assert list(files.names()) == []
    files.put("evidence/a", b"one")
    wire.blank("ListObjectsV2", 2)
    assert list(files.names()) == ["evidence/a"]


HALF_XML = b"<ListBucketResult><Name>pag"


@pytest.mark.parametrize("body", [b"", b"<html></html>", HALF_XML])
def test_a_file_is_written_read_and_removed_when_s3_says_so(tmp_path: Path, body: bytes) -> None:
    open_files_on("moto", tmp_path)
    s3 = client("s3", servers.moto())
    wire = Wire(s3)
    files = S3Files(s3, name_of(tmp_path), patience=IMPATIENT)
    for operation in ("PutObject", "GetObject", "DeleteObject", "ListObjectsV2"):
        wire.answer(operation, body, 2)
    files.put("a", b"one")
    assert (files.get("a"), list(files.names())) == (b"one", ["a"])
    files.delete("a")
    assert list(files.names()) == []
    wire.spoil_answer("PutObject", [(200, body)])
    files.put("a", b"two")
    wire.spoil_answer("DeleteObject", [(200, body)])
    files.delete("a")
    operations = wire.operations()
    assert [operations.count(one) for one in ("PutObject", "DeleteObject")] == [5, 5]


def test_a_bucket_that_never_says_so_is_unavailable() -> None:
    clock, s3 = Clock(), client("s3", "http://127.0.0.1:1")
    wire = Wire(s3)
    patience = Patience(20, sleep=clock.sleep, clock=clock, jitter=lambda: 1.0)
    files = S3Files(s3, "pages", patience=patience)
    for operation in ("PutObject", "GetObject", "DeleteObject"):
        wire.blank(operation, 1000)
    calls: list[Callable[[], object]] = [
        lambda: files.put("a", b""),
        lambda: files.get("a"),
        lambda: files.delete("a"),
    ]
    for call in calls:
        with pytest.raises(StoreUnavailable, match="s3:pages does not answer \\(garbled\\)"):
            call()


def test_a_file_that_is_not_what_its_checksum_says_is_read_again(tmp_path: Path) -> None:
    files = open_files_on("moto", tmp_path)
    files.put("a", b"one")
    s3 = client("s3", servers.moto())
    wire = Wire(s3)
    wire.corrupt("GetObject", b"two", 2)
    asked = S3Files(s3, name_of(tmp_path), patience=IMPATIENT)
    assert asked.get("a") == b"one"
    assert wire.operations() == ["GetObject"] * 3


def test_a_file_that_is_cut_off_is_read_again(tmp_path: Path) -> None:
    files = open_files_on("moto", tmp_path)
    files.put("a", b"the whole file")
    s3 = client("s3", servers.moto())
    wire = Wire(s3)
    wire.cut_off("GetObject", b"the who", 2)
    asked = S3Files(s3, name_of(tmp_path), patience=IMPATIENT)
    assert asked.get("a") == b"the whole file"
    assert wire.operations() == ["GetObject"] * 3


def test_a_table_and_a_bucket_that_are_not_there(tmp_path: Path) -> None:
    store = DynamoStore(client("dynamodb", servers.moto()), "nowhere", IMPATIENT)
    with pytest.raises(LedgerError, match="dynamodb:nowhere does not exist"):
        store.get([HERE])
    files = S3Files(client("s3", servers.moto()), "nowhere", patience=IMPATIENT)
    with pytest.raises(LedgerError, match="s3:nowhere does not exist"):
        list(files.names())


def test_a_machine_without_a_network_is_told_when_the_time_is_over() -> None:
    with servers.nobody() as url:
        clock = Clock()
        patience = Patience(5, sleep=clock.sleep, clock=clock, jitter=lambda: 1.0)
        store = DynamoStore(client("dynamodb", url), "ledger", patience)
        with pytest.raises(StoreUnavailable, match="EndpointConnectionError"):
            store.put(HERE, b"")
        store.close()
    assert 2 < clock.now < 5


def test_whoever_is_impatient_asks_a_server_that_is_down_a_few_times_only() -> None:
    with servers.nobody() as url:
        dynamodb = client("dynamodb", url)
        wire, store = Wire(dynamodb), DynamoStore(dynamodb, "ledger", IMPATIENT)
        with pytest.raises(StoreUnavailable):
            store.put(HERE, b"")
        store.close()
    assert 5 < len(wire.sent) < 100


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """No settings of AWS at all."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE",
                 "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ENDPOINT_URL"):  # fmt: skip
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    return monkeypatch


def test_a_machine_without_a_region_or_credentials_is_told(
    bare_machine: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(LedgerError, match="No AWS region is set for dynamodb:ledger") as caught:
        open_table("ledger")
    assert "AWS_DEFAULT_REGION" in caught.value.remedy
    bare_machine.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    with pytest.raises(LedgerError, match=r"missing or not accepted \(NoCredentialsError\)"):
        open_table("ledger").get([HERE])
    with pytest.raises(LedgerError, match=r"s3:pages are missing .*\(NoCredentialsError\)"):
        open_bucket("pages").get("a")
    bare_machine.setenv("AWS_PROFILE", "nobody")
    with pytest.raises(LedgerError, match=r"missing or not accepted \(ProfileNotFound\)"):
        open_table("ledger")


def test_a_client_takes_its_address_from_boto3s_own_settings(
    bare_machine: pytest.MonkeyPatch,
) -> None:
    bare_machine.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    bare_machine.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    bare_machine.setenv("AWS_MAX_ATTEMPTS", "9")
    opened = open_client("dynamodb", "dynamodb:ledger")
    assert opened.meta.endpoint_url == "http://127.0.0.1:9"
    retries = opened.meta.config.retries  # type: ignore[attr-defined]
    assert retries == {"total_max_attempts": 1, "mode": "standard"}
    bare_machine.setenv("AWS_ENDPOINT_URL", "nonsense")
    with pytest.raises(LedgerError, match="AWS refuses a request about dynamodb:ledger"):
        open_client("dynamodb", "dynamodb:ledger")


def test_no_region_is_no_matter_of_credentials() -> None:
    assert "region" in str(refused("s3:pages", NoRegionError()))


def test_settings_that_are_none_are_told_in_botocores_words(
    bare_machine: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare_machine.setenv("AWS_DEFAULT_REGION", "eu west 3")
    with pytest.raises(LedgerError, match=r"settings .* do not work .*'eu west 3'") as caught:
        open_table("ledger").get([HERE])
    assert "~/.aws/config" in caught.value.remedy
    config = tmp_path / "config"
    config.write_text("no section\n")
    bare_machine.setenv("AWS_CONFIG_FILE", str(config))
    with pytest.raises(LedgerError, match=r"Unable to parse config file: .*config"):
        open_table("ledger")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (SSOTokenLoadError(error_msg="SECRET"), MISSING.format("s3:pages", "SSOTokenLoadError")),
        (
            CredentialRetrievalError(provider="custom-process", error_msg="SECRET"),
            MISSING.format("s3:pages", "CredentialRetrievalError"),
        ),
        (
            ParamValidationError(report="SECRET"),
            "s3:pages could not be asked (ParamValidationError)",
        ),
        (
            EndpointResolutionError(msg="https://SECRET@here"),
            "s3:pages could not be asked (EndpointResolutionError)",
        ),
    ],
)
def test_what_kept_botocore_from_asking_is_named_without_secrets(
    error: BotoCoreError, text: str
) -> None:
    told = refused("s3:pages", error)
    assert str(told) == text
    assert "SECRET" not in repr(vars(told))


def test_every_error_that_is_known_by_name_is_botocores() -> None:
    for name in CREDENTIALS | SETUP:
        assert issubclass(getattr(botocore.exceptions, name), BotoCoreError)
