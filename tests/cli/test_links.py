"""`ecot links`, through the real program: the links of mails are listed, and revoked."""

from datetime import UTC, datetime
from pathlib import Path

from ecot.jobs.links import Links, make_link
from ecot.jobs.place import open_place
from ecot.model.period import Month
from tests.cli.conftest import Ecot

KEY = b"0123456789abcdef0123456789abcdef"


def test_links_are_listed_without_what_opens_them_and_revoked(ecot: Ecot, collected: Path) -> None:
    assert ecot("links", "list").err == "No mail was given a link.\n"
    place = open_place(collected / ".ecot")
    made = make_link(
        place.store,
        Links("https://e.example", KEY),
        Month(2026, 2),
        datetime.now(UTC),
        "a@b.example",
    )
    place.store.close()

    (one,) = ecot("links", "list", "--json").document["links"]
    shown = ecot("links", "list").out

    assert (one["month"], one["for"], one["is_open"]) == ("2026-02", "a@b.example", True)
    assert made.address.rpartition("/")[2] not in shown + str(one)
    assert "February 2026" in shown
    assert "open until" in shown

    revoked = ecot("links", "revoke", one["id"], "--json").document
    assert (revoked["id"], revoked["is_open"]) == (one["id"], False)
    assert "revoked on" in ecot("links", "list").out
    assert "opens nothing any more" in ecot("links", "revoke", one["id"]).err


def test_an_id_of_no_link_is_refused(ecot: Ecot, collected: Path) -> None:
    done = ecot("links", "revoke", "nobody")

    assert done.code == 2
    assert "There is no link 'nobody'" in done.err
