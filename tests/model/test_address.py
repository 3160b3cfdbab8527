"""Where a key may travel to: nobody can listen on the way."""

from urllib.parse import urlsplit

import pytest

from ecot.model.address import is_safe


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://api.example.com/v1", True),
        ("https://10.0.0.1", True),
        ("http://127.0.0.1:4010", True),
        ("http://127.8.9.10", True),
        ("http://[::1]:4010", True),
        ("http://localhost", True),
        ("http://localhost.example.com", False),
        ("http://10.0.0.1", False),
        ("http://api.example.com", False),
        ("http://2130706433", False),
        ("https:///v1", False),
        ("http:///v1", False),
        ("ftp://127.0.0.1", False),
        ("file:///etc/passwd", False),
        ("//127.0.0.1", False),
        ("", False),
    ],
)
def test_it_is_encrypted_or_stays_on_this_machine(address: str, expected: bool) -> None:
    assert is_safe(urlsplit(address)) is expected
