"""A token opens something until it is over or revoked."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from ecot.model.access import Token

NOW = datetime(2026, 3, 5, tzinfo=UTC)
TOKEN = Token(id="k3v9x2ab", role="report", digest="…", created=NOW)


def test_it_holds_until_its_end_and_not_at_it() -> None:
    ending = replace(TOKEN, expires=NOW)

    assert TOKEN.holds(NOW)
    assert ending.holds(NOW - timedelta(microseconds=1))
    assert not ending.holds(NOW)


def test_what_was_revoked_holds_no_more() -> None:
    assert not replace(TOKEN, revoked=NOW).holds(NOW)
