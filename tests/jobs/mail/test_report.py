"""Which mail a month's is: the one about the whole month, whatever was sent while it ran."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ecot.jobs.links import Links
from ecot.jobs.links import links as all_links
from ecot.jobs.mail.report import Letterhead, last_report_at, send_report
from ecot.jobs.mail.send import Sending
from ecot.jobs.place import open_place
from ecot.jobs.signing import verify
from ecot.model.period import Month, Period
from ecot.sandbox.resend.refusals import DAILY
from ecot.sandbox.resend.troubles import said
from ecot.store.mails import all_mails
from ecot.store.protocol import Place
from tests.jobs.shelf import Shelf, costs
from tests.sinks.mail.mailing import NOE, OWN, Office, office
from tests.site.states import edition

FEBRUARY, MARCH = Month(2026, 2), Month(2026, 3)
LETTERHEAD = Letterhead("Écot <ecot@lumen.example>")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A ledger with costs of January to March."""
    found = open_place(tmp_path)
    days = Period.of_days(date(2026, 1, 1), date(2026, 4, 1))
    Shelf(found, now=datetime(2026, 4, 5, tzinfo=UTC)).put(
        "openai/studio", costs(["1.25"] * 90, days.start.date()), days
    )
    yield found
    found.store.close()


def on(one: Office, place: Place, day: datetime, month: Month, *to: str) -> Sending:
    """What sending the month's mail comes to at that moment."""
    one.clock.moment = day
    look = edition(day.date())
    return send_report(place, one.post(), look, month, to or (OWN,), LETTERHEAD, one.clock)


def test_a_look_at_a_running_month_is_not_in_the_way_of_its_mail(place: Place) -> None:
    with office() as one:
        looks = [
            on(one, place, datetime(2026, 3, day, 9, tzinfo=UTC), MARCH).state
            for day in (11, 11, 20)
        ]
        whole = on(one, place, datetime(2026, 4, 2, 6, tzinfo=UTC), MARCH)
        again = on(one, place, datetime(2026, 4, 3, 6, tzinfo=UTC), MARCH)

    assert looks == ["sent", "already", "sent"]
    assert (whole.state, again.state) == ("sent", "already")
    subjects = [mail.body["subject"] for mail in one.site.mails]
    assert ["mois en cours" in one for one in subjects] == [True, True, False]
    assert {mails.subject for mails in all_mails(place.store)} == {
        "report/2026-03", "sofar/2026-03-11", "sofar/2026-03-20",
    }  # fmt: skip


def test_a_mail_opens_its_month_by_itself_and_every_try_with_the_same_link(place: Place) -> None:
    links = Links("https://e.example", b"0123456789abcdef0123456789abcdef")
    letterhead = LETTERHEAD._replace(report_url="https://e.example/site", links=links)
    day = datetime(2026, 4, 2, 6, tzinfo=UTC)
    with office() as one:
        one.script(said(DAILY))

        def sent(at: datetime) -> str:
            one.clock.moment = at
            look = edition(at.date())
            return send_report(
                place, one.post(), look, MARCH, (OWN, NOE), letterhead, one.clock
            ).state

        assert [sent(day), sent(day + timedelta(hours=3))] == ["later", "sent"]
    (mail,) = [each.body for each in one.site.mails]
    (kept,) = all_links(place.store)
    found = set(re.findall(r"https://e\.example/link/[\w.-]+", mail["html"]))
    assert found == set(re.findall(r"https://e\.example/link/[\w.-]+", mail["text"]))
    (address,) = found
    signed = verify(links.key, "link", address.rpartition("/")[2], day)
    assert signed is not None
    assert (signed.id, kept.month, kept.label) == (kept.id, "2026-03", f"{OWN} +1")
    assert "sans se connecter, jusqu’au 2 mai 2026" in mail["text"].replace("\n", " ")
    assert "https://e.example/site/health.fr.html" not in address


def test_without_links_a_mail_leads_to_where_one_signs_in(place: Place) -> None:
    letterhead = LETTERHEAD._replace(report_url="https://e.example/site")
    with office() as one:
        one.clock.moment = datetime(2026, 4, 2, 6, tzinfo=UTC)
        look = edition(one.clock.moment.date())
        send_report(place, one.post(), look, MARCH, (OWN,), letterhead, one.clock)
    (mail,) = [each.body for each in one.site.mails]
    assert "https://e.example/site/2026-03.fr.html" in mail["text"]
    assert "/link/" not in mail["html"] + mail["text"]
    assert all_links(place.store) == []


def test_news_is_what_came_after_the_last_mail_was_written(place: Place) -> None:
    """What was corrected between the writing of a mail and its sending days later is in the next
    one; and a mail to somebody else, or about a running month, tells the others nothing."""
    written = datetime(2026, 3, 2, 6, tzinfo=UTC)
    with office() as one:
        one.script(said(DAILY))
        assert on(one, place, written, FEBRUARY).state == "later"
        assert on(one, place, written + timedelta(days=3), FEBRUARY).state == "sent"
        on(one, place, datetime(2026, 3, 20, 6, tzinfo=UTC), FEBRUARY, NOE)
        on(one, place, datetime(2026, 3, 21, 6, tzinfo=UTC), MARCH)

    assert last_report_at(place.store, MARCH, (OWN,)) == written
    assert last_report_at(place.store, MARCH, (NOE, OWN)) == written
    assert last_report_at(place.store, MARCH, (NOE, "new@lumen.example")) == datetime(
        2026, 3, 20, 6, tzinfo=UTC
    )
    assert last_report_at(place.store, MARCH, ("new@lumen.example",)) is None
    assert last_report_at(place.store, FEBRUARY, (OWN,)) is None
