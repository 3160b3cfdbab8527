"""The monthly mail: its facts as a subject, HTML, text, a picture and a table."""

from ecot.language import Language
from ecot.report import mail_chart
from ecot.report.mail_checks import MOST, restated, to_check
from ecot.report.mail_csv import csv_of
from ecot.report.mail_facts import MailFacts
from ecot.report.mail_frame import html_body, text_body
from ecot.report.mail_links import page_link
from ecot.report.mail_parts import tool_lines
from ecot.report.mail_said import details, earnings, use_of
from ecot.report.mail_tasks import to_do
from ecot.report.mail_text import MailText
from ecot.report.mail_view import mail_view
from ecot.report.mail_words import (
    confidence,
    footer,
    no_projection,
    preheader,
    share_of_total,
    signed_money,
    signed_percent,
    some,
    subject,
    total,
)
from ecot.report.paper_summary import compared


def mail_of(facts: MailFacts, language: Language) -> MailText:
    """The mail about a month, in one language."""
    view = mail_view(facts)
    checks = to_check(view, language)
    picture = mail_chart.chart(facts.costs, language)
    table = csv_of(view, language)
    title = subject(view, len(checks), language)
    values = {
        "facts": facts,
        "demo": facts.of_month.demo,
        "view": view,
        "subject": title,
        "preheader": preheader(view, language),
        "total": total(view, language),
        "compared": list(compared(view.of_month, language)),
        "confidence": list(confidence(view, language)),
        "checks": checks,
        "restated": restated(view, language),
        "tasks": to_do(view, language),
        "earnings": earnings(view, language),
        "tools": tool_lines(view),
        "most": MOST,
        "chart": picture,
        "chart_alt": mail_chart.alt(facts.costs, facts.of_month.currency, language),
        "table_file": table.name,
        "opened_by": facts.opened_by,
        "way_in": facts.opened_by.address
        if facts.opened_by
        else page_link(facts.report_url, facts.month, language),
        "link": lambda stem, at="": page_link(facts.report_url, stem, language, at),
        "share": lambda share: share_of_total(share, language),
        "signed": lambda amount, currency: signed_money(amount, currency, language),
        "signed_percent": lambda percent: signed_percent(percent, language),
        "details": lambda row: details(row, language),
        "use_of": lambda tool: use_of(tool, language),
        "lacking": some(view.table.others.lacking, language) if view.table.others else "",
        "no_projection": no_projection(view, language),
        "footer": footer(view, language),
    }
    return MailText(
        subject=title,
        html=html_body("mail.html", language, **values),
        text=text_body("mail.txt", language, **values),
        parts=tuple(one for one in (picture, table) if one is not None),
    )
