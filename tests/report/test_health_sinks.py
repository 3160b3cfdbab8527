"""What went out to Notion and by mail, and what became of it; addresses are not in clear."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ecot.language import Language
from ecot.model.mail import DELIVERY_STATES, DeliveryState, Mail, Mails, MailState
from ecot.model.period import DAY, Month
from ecot.model.sentence import Sentence
from ecot.report.frame import rendered
from ecot.report.health import HealthFacts, health_view
from ecot.report.health_sinks import (
    DELIVERIES,
    STATES,
    MailLine,
    NotionFacts,
    Oddity,
    about_text,
    mail_lines,
    masked,
)
from ecot.report.shell import Shell

NOW = datetime(2026, 11, 2, 5, tzinfo=UTC)
ENGLISH, FRENCH = Language("en-GB", "Europe/Zurich"), Language("fr-FR", "Europe/Zurich")
ANA = "Ana Martin <ana.martin@example.org>"


def mail(state: MailState = "sent", **more: Any) -> Mail:
    stated: dict[str, Any] = {
        "to": (ANA,),
        "key": "report/2026-10/abc-1",
        "file": "mail/2026-11-02/abc.json.gz",
        "title": "October",
        "sender": "Ecot <onboarding@resend.dev>",
        "by": "resend",
        "state": state,
        "tried_at": NOW,
    }
    if state == "sent":
        stated |= {"sent_at": NOW, "id": "m-1"}
    return Mail(**stated | more)


def line(one: Mail, subject: str = "report/2026-10", *, people: bool = False) -> MailLine:
    (found,) = mail_lines([Mails(subject, (one,))], people=people)
    return found


def page(language: Language = ENGLISH, **more: Any) -> str:
    shell = Shell(
        language=language,
        today=NOW.date(),
        currency="USD",
        collected_at=NOW,
        months=(Month(2026, 10),),
        front=Month(2026, 10),
        pages=("health",),
    )
    view = health_view(HealthFacts(today=NOW.date(), accounts=(), **more), {})
    styles = ("charts.css", "health.css")
    return rendered(
        shell, "health", "health.html", language, styles, view=view, about_text=about_text
    ).decode()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (ANA, "a***@example.org"),
        ("BOSS@Example.org", "b***@example.org"),
        ("é@example.org", "é***@example.org"),
    ],
)
def test_an_address_is_shown_so_that_only_who_knows_it_knows_it(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_people_are_named_only_where_that_is_asked_for() -> None:
    hidden, shown = (page(mails=(line(mail(), people=people),)) for people in (False, True))

    assert "a***@example.org" in hidden
    assert "ana.martin" not in hidden
    assert "Ana" not in hidden
    assert "ana.martin@example.org" in shown


@pytest.mark.parametrize("delivery", DELIVERY_STATES)
def test_every_event_has_its_words_and_bad_ones_their_remedy(delivery: DeliveryState) -> None:
    found = line(mail(delivery=delivery))

    is_bad = delivery in ("bounced", "complained", "failed", "suppressed", "canceled")
    assert found.level == ("alert" if is_bad else "good")
    assert (found.remedy is not None) == (is_bad and delivery != "canceled")
    assert found.state in (*DELIVERIES.values(), STATES["sent"])
    assert ENGLISH.sentence(found.state) in page(mails=(found,))


@pytest.mark.parametrize("state", [state for state in STATES if state != "sent"])
def test_a_mail_that_did_not_go_says_why(state: MailState) -> None:
    problem, remedy = Sentence("Resend says no"), Sentence("Verify the domain.")
    found = line(mail(state, problem=problem, remedy=remedy))

    assert found.state == STATES[state]
    assert found.level == ("soft" if state == "sending" else "alert")
    html = page(mails=(found,))
    assert "Resend says no" in html
    assert "Verify the domain." in html


def test_a_mail_in_the_outbox_names_its_file() -> None:
    found = line(mail(by="outbox", id="report-2026-10-abc-1.eml"))
    assert "report-2026-10-abc-1.eml" in page(mails=(found,))
    assert line(mail(id="m-1")).file is None


def test_mails_are_told_the_last_one_first_and_so_many_only() -> None:
    books = [
        Mails(f"alert/{NOW.date() - back * DAY}", (mail(sent_at=NOW - back * DAY),))
        for back in range(20)
    ]
    found = mail_lines([*books, Mails("report/2026-10", (mail(),))], people=False)

    assert len(found) == 12
    assert [one.at for one in found] == sorted((one.at for one in found), reverse=True)
    assert {type(one.about) for one in found} == {date, Month}
    assert mail_lines([Mails("letter/9", (mail(),))], people=False) == ()


def test_where_nothing_went_out_the_page_says_nothing_of_it() -> None:
    html = page()
    assert "Notion" not in html
    assert "Mails" not in html


def test_the_last_sync_is_told_with_what_was_odd() -> None:
    notion = NotionFacts(
        at=NOW,
        rows=45,
        written=3,
        odd=tuple(
            Oddity(
                problem=Sentence("the row is locked and differs"),
                remedy=Sentence("Unlock it."),
                row=f"row <{n}>",
            )
            for n in range(15)
        ),
        stopped=Sentence("Notion did not answer in time"),
        remedy=Sentence("The next run goes on."),
    )
    html = page(notion=notion)

    assert "45 rows are as the ledger wants them" in html
    assert "3 of them were written then." in html
    assert html.count("the row is locked and differs") == 12
    assert "and 3 more" in html
    assert "row &lt;0&gt;" in html
    assert "Notion did not answer in time" in html
    assert "The next run goes on." in html


def test_the_french_page_says_it_in_french() -> None:
    notion = NotionFacts(at=NOW, rows=1, written=1)
    html = page(FRENCH, notion=notion, mails=(line(mail(delivery="bounced")),))

    assert "1 ligne est telle que le registre la veut" in html
    assert "revenu" in html
    assert "octobre 2026" in html


def test_a_key_that_lacks_is_said_before_any_mail_was_ever_owed() -> None:
    assert 'id="mails"' not in page()
    said = page(mail_lacks="RESEND_API_KEY")
    assert "<bdi>RESEND_API_KEY</bdi> is not set" in said
    assert "the mail stays owed until then" in said
    assert "<table" not in said[said.index('id="mails"') :].partition("</section>")[0]
    assert "RESEND_API_KEY" in page(mail_lacks="RESEND_API_KEY", mails=(line(mail()),))
