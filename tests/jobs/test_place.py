"""Where a ledger is: a folder, or a table and a bucket; and nothing that only looks like it."""

import sys
from pathlib import Path

import pytest

from ecot.errors import LedgerError, SettingsError
from ecot.jobs.migrate import prepare
from ecot.jobs.place import has_ledger, is_empty, is_inside, place_at, shares
from ecot.store.protocol import Key
from ecot.store.schema import VERSION
from tests.store.backends import open_store_on

SCHEMA = Key("ledger", "schema")


def test_a_path_is_a_folder(tmp_path: Path) -> None:
    place = place_at(str(tmp_path / "home"))
    assert is_empty(place)
    place.store.close()
    assert (tmp_path / "home" / "ledger.sqlite").is_file()


def test_a_table_and_a_bucket_are_found_by_the_settings_of_boto3(
    on_moto: str, tmp_path: Path
) -> None:
    place = place_at(f"dynamodb:{on_moto}@{on_moto}")
    other = place_at(f"dynamodb:{on_moto}@{on_moto}/a/b")
    place.files.put("evidence/a", b"one")
    other.files.put("c", b"two")
    assert list(place.files.names()) == ["a/b/c", "evidence/a"]
    address = f"dynamodb:{on_moto}@{on_moto}"
    assert not has_ledger(address)
    prepare(place)
    assert open_store_on("moto", tmp_path).get([SCHEMA])[SCHEMA].body == b"%d" % VERSION
    assert has_ledger(address)
    assert is_empty(place)


def test_a_ledger_on_aws_that_a_later_ecot_wrote_is_refused(on_moto: str, tmp_path: Path) -> None:
    open_store_on("moto", tmp_path).put(SCHEMA, b"99")
    with pytest.raises(LedgerError, match="schema version 99"):
        prepare(place_at(f"dynamodb:{on_moto}@{on_moto}"))


@pytest.mark.parametrize(
    "address",
    ["", " ", "dynamodb:", "dynamodb:ledger", "dynamodb:ledger@", "dynamodb:a@bucket", "s3://bucket",
     "dynamodb:ledger@Bucket", "dynamodb:led ger@bucket", "dynamo:ledger@bucket",
     "dynamodb:ledger@bucket/", "dynamodb:ledger@bucket//a", "dynamodb:ledger@bucket/a/../.."],
)  # fmt: skip
def test_what_is_neither_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="is no place for a ledger") as caught:
        place_at(address)
    assert "dynamodb:TABLE@BUCKET" in caught.value.remedy


@pytest.mark.parametrize(
    ("source", "target", "is_nested"),
    [
        ("home", "home/evidence/x", True),
        ("home", "there/../home/copies", True),
        ("home", "home/evidences", False),
        ("home", "there", False),
        ("dynamodb:one@bucket", "dynamodb:other@bucket/evidence/x", True),
        ("dynamodb:one@bucket", "dynamodb:other@bucket/copies", True),
        ("dynamodb:one@bucket/a/b", "dynamodb:other@bucket/a/b/evidence/x/y", True),
        ("dynamodb:one@bucket", "dynamodb:other@bucket/evidences", False),
        ("dynamodb:one@bucket/a", "dynamodb:other@bucket/evidence", False),
        ("dynamodb:one@bucket", "dynamodb:other@elsewhere/evidence", False),
        ("dynamodb:one@bucket", "dynamodb:other@bucket/site", False),
        ("evidence", "dynamodb:other@bucket/evidence", False),
    ],
)
def test_a_place_among_the_files_of_another_is_known(
    source: str, target: str, is_nested: bool
) -> None:
    assert is_inside(source, target) is is_nested
    assert not is_inside(target, source)
    assert not shares(source, target)


@pytest.mark.parametrize(
    ("source", "target", "are_shared"),
    [
        ("dynamodb:one@bucket", "dynamodb:one@bucket/a", True),
        ("dynamodb:one@bucket", "dynamodb:one@elsewhere", True),
        ("dynamodb:one@bucket/a", "dynamodb:other@bucket/a", True),
        ("dynamodb:one@bucket", "dynamodb:One@bucket/a", False),
        ("dynamodb:one@bucket/a", "dynamodb:other@bucket", False),
        ("home", "there/../home", True),
        ("home", "there", False),
    ],
)
def test_two_addresses_of_one_table_or_one_folder_of_files_are_known(
    source: str, target: str, are_shared: bool
) -> None:
    assert shares(source, target) is are_shared
    assert shares(target, source) is are_shared


def test_without_boto3_a_ledger_on_aws_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    missing = "botocore"  # which is all that is needed of it
    for name in [one for one in sys.modules if one.startswith("ecot.store.")]:
        if name.endswith(("aws", "aws_errors", "dynamodb", "s3")):
            monkeypatch.delitem(sys.modules, name)
    for name in [one for one in sys.modules if one.split(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Missing(missing), *sys.meta_path])
    with pytest.raises(SettingsError, match="needs boto3") as caught:
        place_at("dynamodb:ledger@bucket")
    assert "pip install 'ecot[aws]'" in caught.value.remedy


class Missing:
    """An importer that has never heard of a package."""

    def __init__(self, package: str) -> None:
        self._package = package

    def find_spec(self, name: str, *_: object) -> None:
        if name.split(".")[0] == self._package:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
