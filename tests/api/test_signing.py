"""Signed values: whoever changes a sign of one, or takes one for another, has none."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecot.jobs.signing import sign, verify

KEY, OTHER = b"k" * 32, b"o" * 32
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=7)


def test_what_is_signed_is_read_back_until_it_ends() -> None:
    value = sign(KEY, "link", "k3v9x2ab", LATER, "2026-10")
    found = verify(KEY, "link", value, NOW)

    assert found is not None
    assert (found.id, found.about) == ("k3v9x2ab", "2026-10")
    assert verify(KEY, "link", value, LATER - timedelta(seconds=1)) == found
    assert verify(KEY, "link", value, LATER) is None


def test_a_link_is_no_cookie_and_another_key_is_another_house() -> None:
    value = sign(KEY, "link", "k3v9x2ab", LATER)

    assert verify(KEY, "cookie", value, NOW) is None
    assert verify(OTHER, "link", value, NOW) is None


@given(st.data())
def test_no_sign_of_it_can_be_changed(data: st.DataObject) -> None:
    value = sign(KEY, "cookie", "k3v9x2ab", LATER, "2026-10")
    at = data.draw(st.integers(0, len(value) - 1))
    changed = value[:at] + data.draw(st.characters(exclude_characters=value[at])) + value[at + 1 :]

    assert verify(KEY, "cookie", changed, NOW) is None


@given(st.text())
def test_anything_else_is_nothing(text: str) -> None:
    assert verify(KEY, "cookie", text, NOW) is None


def test_a_key_that_could_be_guessed_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        sign(b"short", "cookie", "k3v9x2ab", LATER)
