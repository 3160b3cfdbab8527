"""The month as PDF: its view as text, set by typst, which reads none of it as markup."""

import re
from datetime import UTC, datetime, time
from typing import Any, Literal

import msgspec

from ecot.errors import EcotError
from ecot.language import Language, templates_folder
from ecot.model.period import Month
from ecot.report import words
from ecot.report.paper_guide import guide
from ecot.report.paper_summary import aside, compared, coverage, moved, notes, origins
from ecot.report.paper_tables import paper_tables
from ecot.report.views import MonthView

_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")


def pdf_name(month: Month, language: Language) -> str:
    """What the file is called: "2026-01.fr.pdf"."""
    return f"{month}.{language.code}.pdf"


def month_pdf(view: MonthView, language: Language) -> bytes:
    """The month on A4. The same facts give the same bytes, as far as the machine's fonts are the
    same: those of the report are inside typst, others draw letters that these do not have.

    Raises EcotError where typst is not installed.
    """
    try:
        import typst  # 84 MB, for those who want paper
    except ImportError:
        raise EcotError(
            "A PDF is set by typst, which is not installed",
            remedy="Install it: pip install 'ecot[pdf]'",
        ) from None
    text = msgspec.json.encode(document(view, language)).decode()
    templates, made_at = templates_folder(), _made_at(view)

    def typeset(report: str, *standards: Literal["ua-1"]) -> bytes:
        return typst.compile(
            templates / "month.typ",
            root=templates,
            sys_inputs={"report": report},
            pdf_standards=list(standards),
            timestamp=made_at,
        )

    try:
        return typeset(text, "ua-1")
    except typst.TypstError as error:
        if not (signs := undrawn(error.diagnostic)):
            raise
    return typeset(text.translate({ord(sign): f"[U+{ord(sign):04X}]" for sign in signs}))


def undrawn(diagnostic: str) -> set[str]:
    """The signs that no font at hand can draw, as typst complains of them: it asks of a PDF for
    everybody (PDF/UA-1) that none is an empty box. What every font has is none of them, whatever
    else a name makes of the complaint."""
    quoted = re.findall(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed', diagnostic)
    texts = (_ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) for text in quoted)
    return {sign for text in texts for sign in text if not (sign.isascii() and sign.isprintable())}


def document(view: MonthView, language: Language) -> dict[str, Any]:
    """Everything that the template shows, as text in the reader's language."""
    say, facts, total = language.say, view.facts, view.tables[0]
    month = language.month(facts.month)
    month = month[:1].upper() + month[1:]
    span = f" · {language.days(view.totals.first, view.last)}" if facts.state == "open" else ""
    return {
        "lang": language.code,
        "region": language.locale[3:],
        "title": f"{month} · Ecot",
        "brand": f"Ecot · {say('Cost report')}",
        "demo": say("DEMO — a made-up company") if facts.demo else None,
        "footer": say("Days are UTC days, as providers count them."),
        "month": month,
        "state": language.sentence(words.MONTH_STATES[facts.state]),
        "total": {
            "label": say("Total, net of tax") + span,
            "amount": language.money(view.total, facts.currency)
            if view.total is not None
            else say("unknown"),
            "part": f"+ {say('unknown')}" if total.is_part else None,
        },
        "change": [*compared(view, language), *moved(view, language)],
        "origins": list(origins(view, language)),
        "coverage": {"label": say("Origin of the figures:"), "more": coverage(view, language)},
        "notes": list(notes(view, language)),
        "aside": [{"label": label, "text": text} for label, text in aside(view, language)],
        "tables": paper_tables(view, language),
        "guide-title": say("How to read this page"),
        "guide": [{"label": label, "text": text} for label, text in guide(view, language)],
    }


def _made_at(view: MonthView) -> datetime:
    """When its latest figure was read, to the second: not the clock, which would change a file
    without news."""
    read_at = view.facts.collected_at or datetime.combine(view.facts.today, time(), UTC)
    return read_at.replace(microsecond=0)
