"""A mail about what went wrong: what, since when, what to do, and nothing that harms."""

from datetime import date

import pytest

from ecot.model.sentence import Sentence
from ecot.report.notice import Kind, Notice, NoticeLine, notice_of
from tests.report.mails import ENGLISH, FRENCH, UNSUPPORTED, URL, Mail
from tests.report.test_mail_clients import looks_right
from tests.report.test_render import HOSTILE

DAY = date(2026, 11, 22)


def notice(kind: Kind = "failure", account: str = "Vercel · lumen", **more: object) -> Notice:
    line = NoticeLine(
        account=account,
        since=date(2026, 11, 18),
        message=Sentence("{account}: no answer", {"account": account}),
        remedy=Sentence("Write it into the file .env of the folder in which you start Ecot."),
    )
    known = {
        "kind": kind,
        "headline": Sentence("{account}: {what}", {"account": account, "what": "?"}),
        "day": DAY,
        "lines": (line,),
    }
    return Notice(**(known | more))  # type: ignore[arg-type]


def test_it_says_who_since_when_and_what_to_do_in_both_bodies() -> None:
    mail = notice_of(notice(), FRENCH, URL)
    found = looks_right(mail)

    assert mail.subject == "Vercel · lumen\u00a0: ? (22 novembre 2026)"
    assert mail.parts == ()
    for body in (found.words, mail.text.replace("\n", " ")):
        assert "Vercel · lumen" in body
        assert "depuis le 18 novembre 2026" in body
    assert found.all("href") == [f"{URL}health.fr.html"]
    assert f"{URL}health.fr.html" in mail.text


@pytest.mark.parametrize("kind", ["failure", "restatement", "recovery"])
def test_every_kind_is_a_mail_that_programs_show(kind: Kind) -> None:
    found = looks_right(notice_of(notice(kind), ENGLISH))
    styles = " ".join(found.all("style")).replace(" ", "")

    assert [one for one in UNSUPPORTED if one in styles] == []
    assert "ecot report --open" in found.words


def test_two_days_never_have_the_same_subject() -> None:
    other = notice(day=date(2026, 11, 23))

    assert notice_of(notice(), FRENCH).subject != notice_of(other, FRENCH).subject


def test_the_demo_is_marked() -> None:
    mail = notice_of(notice(demo=True), FRENCH)

    assert mail.subject.startswith("DÉMO – ")
    assert "société inventée" in mail.html
    assert "société inventée" in mail.text


@pytest.mark.parametrize("name", [*HOSTILE, "X\r\nBcc: everybody@example.com"])
def test_hostile_names_do_nothing(name: str) -> None:
    harmless = {tag for tag, _ in Mail(notice_of(notice(), ENGLISH).html).tags}
    mail = notice_of(notice(account=name), ENGLISH)
    found = looks_right(mail)

    assert {tag for tag, _ in found.tags} <= harmless
    assert not set("\u202e\u200f\r\n") & set(mail.subject)
    assert not any(line.startswith("Bcc") for line in mail.text.splitlines())
