"""Tokens: shown once, kept as digests, revoked for good."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from ecot.errors import SettingsError
from ecot.jobs.access import ROLES, SHAPE, digest_of, new_link, new_token, revoke, tokens
from ecot.jobs.dump import write_dump
from ecot.model.access import Role
from ecot.store.protocol import Place
from ecot.store.whole import all_items

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("role", ROLES)
def test_a_token_says_its_role_and_id_and_cannot_be_guessed(place: Place, role: Role) -> None:
    made = new_token(place.store, role, NOW, "Camille")
    _, of_role, token_id, secret = made.shown.split("_")

    assert SHAPE.fullmatch(made.shown)
    assert (of_role, token_id) == (role, made.id)
    assert re.fullmatch("[A-Za-z0-9]{43}", secret)
    assert new_token(place.store, role, NOW).shown != made.shown


def test_only_a_digest_is_kept(place: Place) -> None:
    made = new_token(place.store, "admin", NOW, " Camille ", NOW + timedelta(days=1))
    (kept,) = tokens(place.store)
    secret = made.shown.rpartition("_")[2].encode()

    assert (kept.id, kept.role, kept.digest) == (made.id, "admin", digest_of(made.shown))
    assert (kept.label, kept.hint) == ("Camille", made.shown[-4:])
    assert not [item for item in all_items(place.store) if secret in item.body]
    assert kept.holds(NOW)
    assert not kept.holds(NOW + timedelta(days=1))


def test_an_export_holds_no_token(place: Place) -> None:
    made = new_token(place.store, "admin", NOW, "Camille")
    text = b"".join(write_dump(place))

    assert made.id.encode() not in text
    assert digest_of(made.shown).encode() not in text


def test_a_revoked_token_stays_listed_and_keeps_its_first_moment(place: Place) -> None:
    made = new_token(place.store, "report", NOW)
    first = revoke(place.store, made.id, NOW)

    assert not first.holds(NOW)
    assert revoke(place.store, made.id, NOW + timedelta(days=1)) == first
    assert tokens(place.store) == [first]


def test_there_are_several_of_a_role_so_that_one_can_be_replaced(place: Place) -> None:
    old, new = (new_token(place.store, "report", NOW + timedelta(hours=n)) for n in range(2))
    revoke(place.store, old.id, NOW)

    assert [(one.id, one.holds(NOW)) for one in tokens(place.store)] == [
        (old.id, False),
        (new.id, True),
    ]


def test_a_link_is_about_one_month_and_matches_no_header(place: Place) -> None:
    link = new_link(place.store, "2026-10", NOW, NOW + timedelta(days=7), "mail of October")
    (kept,) = tokens(place.store)

    assert (kept.id, kept.month, kept.digest, kept.role) == (link, "2026-10", "", "report")
    revoke(place.store, link, NOW)
    assert not tokens(place.store)[0].holds(NOW)


@pytest.mark.parametrize("label", ["x" * 81, "two\nlines", "\x1b[31m"])
def test_a_label_is_a_short_line(place: Place, label: str) -> None:
    with pytest.raises(SettingsError):
        new_token(place.store, "report", NOW, label)
    assert tokens(place.store) == []


def test_an_id_that_is_none_is_said(place: Place) -> None:
    with pytest.raises(SettingsError, match="no token 'nobody'"):
        revoke(place.store, "nobody", NOW)
