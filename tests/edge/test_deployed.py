"""What a function's environment says, validated."""

import pytest

from ecot.edge.deployed import VARIABLES, Deployed, read_deployed
from ecot.errors import SettingsError

GIVEN = {"ECOT_STACK": "ecot", "ECOT_TABLE": "ecot-Table-1A", "ECOT_BUCKET": "ecot-bucket-1a"}


def test_the_environment_is_one_value() -> None:
    found = read_deployed({**GIVEN, "ECOT_URL": "https://a.example", "PATH": "/bin"})
    assert found == Deployed(
        stack="ecot", table="ecot-Table-1A", bucket="ecot-bucket-1a", url="https://a.example"
    )
    assert found.address == "dynamodb:ecot-Table-1A@ecot-bucket-1a/ledger"
    assert read_deployed({**GIVEN, "ECOT_URL": ""}).url is None
    assert {*GIVEN, "ECOT_URL", "ECOT_REPORT_SCHEDULED"} == VARIABLES
    scheduled = read_deployed({**GIVEN, "ECOT_REPORT_SCHEDULED": "true"})
    assert scheduled.is_report_scheduled
    assert not read_deployed({**GIVEN, "ECOT_REPORT_SCHEDULED": "false"}).is_report_scheduled


@pytest.mark.parametrize("name", sorted(GIVEN))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(SettingsError, match=f"not told its {name}") as caught:
        read_deployed({key: value for key, value in GIVEN.items() if key != name})
    assert "make deploy" in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ECOT_STACK", "a/b"),
        ("ECOT_TABLE", "a b c"),
        ("ECOT_BUCKET", "Upper"),
        ("ECOT_URL", "ftp://canary.example"),
        ("ECOT_URL", "https://canary@a.example"),
        ("ECOT_STACK", "ecot\n"),
        ("ECOT_REPORT_SCHEDULED", "perhaps"),
    ],
)
def test_what_cannot_be_meant_is_named_and_not_shown(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} of the function is not what") as caught:
        read_deployed({**GIVEN, name: value})
    assert value not in repr(vars(caught.value))
