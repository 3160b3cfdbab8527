"""Facts for mails, and what programs for mail understand of one."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

from ecot.analysis.compare import change, same_days_before
from ecot.language import Language
from ecot.model.figure import Figure
from ecot.model.period import Month
from ecot.report.facts import MonthFacts
from ecot.report.health import AccountFacts
from ecot.report.mail import mail_of
from ecot.report.mail_facts import MailFacts, MonthCost
from ecot.report.mail_text import MailText
from tests.report.sample import FIGURES, MONTH, OUTCOMES, facts

FRENCH, ENGLISH = Language("fr-FR", "Europe/Zurich"), Language("en-GB")
URL = "https://report.lumen.example/costs/"
# What Gmail or Outlook drop, or what Outlook's engine (Word) does not lay out: no mail may need it.
UNSUPPORTED = (
    *("flex", "grid", "position", "float", "background-image", "url(", "var(", "calc(", "rgba("),
    *("border-radius", "box-shadow", "transform", "clamp(", "rem;", "vw"),
)
_VOID = ("meta", "img", "br", "link", "input", "hr")


class Mail(HTMLParser):
    """The tags of a mail with their attributes, its text, its styles and what is left open."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text, self.style, self.comments = "", "", ""
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.text += " " if tag in ("p", "td", "h1", "h2") else ""

    def handle_comment(self, data: str) -> None:
        self.comments += data

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            self.style += data
        else:
            self.text += data

    def all(self, attribute: str) -> list[str]:
        """Every value of the attribute."""
        return [str(attrs[attribute]) for _, attrs in self.tags if attribute in attrs]

    @property
    def words(self) -> str:
        """Its text with ordinary spaces."""
        return re.sub(r"\s+", " ", self.text.replace("\u200c", ""))


def of_month(one: MonthFacts | None = None, **more: Any) -> MailFacts:
    """A mail's facts around a month's: accounts as they last ran, and three months."""
    found = one or facts()
    before = [
        MonthCost(found.month.shifted(-2), None, is_whole=False),
        MonthCost(found.month.previous(), Decimal("1873.40"), is_whole=True),
        MonthCost(found.month, found.by_provider.total, is_whole=False),
    ]
    known: dict[str, Any] = {
        "of_month": found,
        "costs": tuple(before),
        "accounts": tuple(
            AccountFacts(account=run.account, runs=(run,), complete=date(2026, 2, 1))
            for run in OUTCOMES
        ),
        "price_list": "1.2.3",
    }
    return MailFacts(**(known | more))


def written(
    figures: Iterable[Figure] = FIGURES, language: Language = FRENCH, **changes: Any
) -> MailText:
    """The mail about a month of these figures."""
    return mail_of(of_month(facts(figures, **changes), report_url=URL), language)


def beside(now: str, before: str, *, complete: bool = True, month: Month = MONTH) -> Any:
    """A supplier's change from the month before."""
    days = same_days_before(month, month.after)
    return change(Decimal(now), Decimal(before), days, complete=complete)
