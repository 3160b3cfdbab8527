"""A short mail about what went wrong, is well again or costs more than it may: what, since when,
and what to do."""

from datetime import date
from typing import Literal

import msgspec

from ecot.language import Language
from ecot.model.sentence import Sentence
from ecot.report.mail_frame import html_body, one_line, text_body, told
from ecot.report.mail_links import page_link
from ecot.report.mail_text import MailText

Kind = Literal["failure", "restatement", "recovery", "budget"]


class NoticeLine(msgspec.Struct, frozen=True, kw_only=True):
    """One account: its name as people write it, the UTC day `since` which it is so (None: not
    known), what happened, and what a person can do about it."""

    account: str
    since: date | None = None
    message: Sentence | None = None
    remedy: Sentence | None = None


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A mail about accounts. `headline` is its subject and its first line; it has to differ from
    those of other days where the two must not become one conversation. `page` is the page of the
    report that has more, and `at` the place on it. `day` is the UTC day that it is about; `demo`
    marks the demo."""

    kind: Kind
    headline: Sentence
    day: date
    lines: tuple[NoticeLine, ...] = ()
    page: str = "health"
    at: str = ""
    demo: bool = False


def notice_of(notice: Notice, language: Language, report_url: str | None = None) -> MailText:
    """The mail, in one language."""
    headline = told(language, notice.headline)
    demo = f"{language.say('DEMO')} – " if notice.demo else ""
    values = {
        "notice": notice,
        "demo": notice.demo,
        "subject": one_line(f"{demo}{headline} ({language.date(notice.day)})"),
        "preheader": told(language, notice.lines[0].message or notice.headline)
        if notice.lines
        else "",
        "report": page_link(report_url, notice.page, language, notice.at),
        "link": lambda stem, at="": page_link(report_url, stem, language, at),
    }
    return MailText(
        subject=str(values["subject"]),
        html=html_body("notice.html", language, **values),
        text=text_body("notice.txt", language, **values),
    )
