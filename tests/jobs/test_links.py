"""Links of mails: what they open, until when, and that each can be revoked."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ecot.errors import SettingsError
from ecot.jobs.access import new_token
from ecot.jobs.links import LASTS, Links, labelled, links, make_link, revoke, served_at
from ecot.jobs.place import open_place
from ecot.jobs.signing import verify
from ecot.model.period import Month

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
KEY = b"0123456789abcdef0123456789abcdef"
OCTOBER = Month(2026, 10)


def test_a_link_names_its_month_and_its_end_and_is_listed(tmp_path: Path) -> None:
    place = open_place(tmp_path)
    made = make_link(place.store, Links("https://e.example", KEY), OCTOBER, NOW, "a@b.example +2")

    value = urlsplit(made.address).path.removeprefix("/link/")
    signed = verify(KEY, "link", value, NOW)
    (kept,) = links(place.store)

    assert made.address.startswith("https://e.example/link/")
    assert made.ends == NOW + LASTS == kept.expires
    assert signed is not None
    assert (signed.id, signed.about) == (kept.id, "2026-10")
    assert (kept.role, kept.month, kept.label, kept.digest) == (
        "report", "2026-10", "a@b.example +2", "",
    )  # fmt: skip
    assert verify(KEY, "link", value, NOW + LASTS) is None
    assert verify(KEY, "cookie", value, NOW) is None
    place.store.close()


def test_only_a_link_is_revoked_and_stays_listed(tmp_path: Path) -> None:
    place = open_place(tmp_path)
    token = new_token(place.store, "report", NOW)
    make_link(place.store, Links("https://e.example", KEY), OCTOBER, NOW, "")
    (kept,) = links(place.store)

    with pytest.raises(SettingsError, match="There is no link"):
        revoke(place.store, token.id, NOW)
    assert revoke(place.store, kept.id, NOW).revoked == NOW
    assert revoke(place.store, kept.id, NOW + LASTS).revoked == NOW

    (after,) = links(place.store)
    assert not after.holds(NOW)
    place.store.close()


@pytest.mark.parametrize(
    ("report", "base"),
    [
        (None, None),
        ("https://costs.example", None),
        ("https://costs.example/files/index.html", None),
        ("https://costs.example/mysite", None),
        ("https://e.example/site", "https://e.example"),
        ("https://e.example/site/", "https://e.example"),
        ("https://e.example/site/index.html", "https://e.example"),
        ("https://e.example/tools/ecot/site", "https://e.example/tools/ecot"),
    ],
)
def test_only_where_ecot_serves_the_report_there_are_links(
    report: str | None, base: str | None
) -> None:
    assert served_at(report) == base


def test_for_whom_a_link_is_fits_into_a_line() -> None:
    assert labelled(["Camille <camille@lumen.example>"]) == "camille@lumen.example"
    assert labelled(["a@b.example", "c@d.example", "e@f.example"]) == "a@b.example +2"
    assert len(labelled([f"{'a' * 60}@{'b' * 60}.example", "c@d.example"])) == 80
    assert labelled([]) == ""
